import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { after, before, describe, test } from "node:test";
import type { LiveChange } from "../../src/api/stock.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

interface StreamEvent {
  readonly id: number;
  readonly event: string;
  readonly data: LiveChange;
  readonly at: number;
}

/** What a page does: reads the stream, and knows its events and heartbeats. */
class Stream {
  readonly events: StreamEvent[] = [];
  readonly response: IncomingMessage;
  beats = 0;
  ended = false;
  #text = "";
  #waiting: (() => void)[] = [];

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => this.#read(chunk));
    response.on("close", () => {
      this.ended = true;
      this.#wake();
    });
    response.on("error", () => {});
  }

  /** Waits until `found` is true of what came so far. */
  async until(found: () => boolean, what: string): Promise<void> {
    const late = AbortSignal.timeout(20_000);
    while (!found()) {
      assert.equal(late.aborted, false, `waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  close(): void {
    this.response.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split("\n\n");
    this.#text = blocks.pop() ?? "";
    for (const block of blocks) {
      if (block === ": beat") this.beats += 1;
      const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (id === undefined || event === undefined || data === undefined) continue;
      this.events.push({
        id: Number(id),
        event,
        data: JSON.parse(data) as LiveChange,
        at: performance.now(),
      });
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function open(server: TestServer, query = "", headers: Record<string, string> = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const options = {
      headers: { authorization: `Bearer ${server.key}`, accept: "text/event-stream", ...headers },
    };
    get(`${server.url}/api/v1/live${query}`, options, (response) => {
      assert.equal(response.statusCode, 200);
      assert.match(response.headers["content-type"] ?? "", /^text\/event-stream/);
      resolve(new Stream(response));
    }).on("error", reject);
  });
}

for (const kind of ["memory", "sqlite"] as const) {
  describe(`the live stream over ${kind}`, () => {
    let server: TestServer;
    let order = 0;
    let revoked = false;

    before(async () => {
      server = await startServer(kind);
      const accounts = { ...server.accounts };
      Object.assign(server.accounts, {
        identify: (...args: Parameters<typeof accounts.identify>) =>
          revoked ? null : accounts.identify(...args),
      });
      await fillShop(server, { A1: 100_000, B2: 50 });
    });
    after(() => server.close());

    const sell = async (sku = "A1"): Promise<number> => {
      order += 1;
      const body = { channel: "douyin", orderId: `o${order}`, lines: [{ sku, quantity: 1 }] };
      const answer = await server.ask("POST", "/api/v1/reservations", { body });
      assert.equal(answer.status, 201);
      return answer.body.seq as number;
    };
    const last = (stream: Stream): StreamEvent | undefined => stream.events.at(-1);

    test("a snapshot first, then each change with its number and its SKU", async () => {
      const stream = await open(server);
      await stream.until(() => stream.events.length > 0, "the snapshot");
      assert.equal(stream.events[0]?.event, "snapshot");
      assert.equal(stream.events[0].data.totals?.skus, 2);
      const asked = performance.now();
      const seq = await sell("B2");
      await stream.until(() => (last(stream)?.id ?? 0) >= seq, "the change");
      const change = stream.events.find((event) => event.event === "change" && event.data.items.length > 0);
      assert.deepEqual(
        change?.data.items.map((item) => [item.sku, item.available, item.held]),
        [["B2", 49, 1]],
      );
      assert.ok((change?.at ?? 0) - asked < 2_000);
      stream.close();
    });

    test("every SKU when asked, and the same as the list says", async () => {
      const stream = await open(server, "?full=1");
      await stream.until(() => stream.events.length > 0, "the snapshot");
      const listed = await server.ask("GET", "/api/v1/stock");
      assert.deepEqual(stream.events[0]?.data.items, listed.body.items);
      stream.close();
    });

    test("one message a frame under load, and the last one is right", async () => {
      const stream = await open(server);
      await stream.until(() => stream.events.length > 0, "the snapshot");
      const started = performance.now();
      let seq = 0;
      while (performance.now() - started < 1_500) {
        seq = Math.max(seq, ...(await Promise.all(Array.from({ length: 20 }, () => sell()))));
      }
      await stream.until(() => (last(stream)?.id ?? 0) >= seq, "the last change");
      const changes = stream.events.filter((event) => event.event === "change");
      const took = (changes.at(-1)?.at ?? 0) - started;
      assert.ok(changes.length <= took / 100 + 2, `${changes.length} messages in ${took} ms`);
      assert.ok(changes.length >= 3);
      const ids = changes.map((event) => event.id);
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      );
      const { item } = (await server.ask("GET", "/api/v1/stock/A1")).body;
      const shown = changes.findLast((event) => event.data.items.some((one) => one.sku === "A1"));
      assert.equal(shown?.data.items.find((one) => one.sku === "A1")?.available, item.available);
      stream.close();
    });

    test("who comes back with Last-Event-ID gets what it missed and no more", async () => {
      const first = await open(server);
      await first.until(() => first.events.length > 0, "the snapshot");
      const seen = first.events[0]?.id ?? 0;
      first.close();
      await sell("B2");
      const seq = await sell("B2");
      const back = await open(server, "", { "last-event-id": String(seen) });
      await back.until(() => (last(back)?.id ?? 0) >= seq, "what was missed");
      assert.equal(back.events[0]?.event, "change");
      assert.deepEqual(
        back.events[0].data.items.map((item) => item.sku),
        ["B2"],
      );
      const strange = await open(server, "", { "last-event-id": "999999999" });
      await strange.until(() => strange.events.length > 0, "a snapshot");
      assert.equal(strange.events[0]?.event, "snapshot");
      const nonsense = await open(server, "", { "last-event-id": "x" });
      await nonsense.until(() => nonsense.events.length > 0, "a snapshot");
      assert.equal(nonsense.events[0]?.event, "snapshot");
      for (const stream of [back, strange, nonsense]) stream.close();
    });

    // The same code whatever the store: once is enough for what takes seconds.
    if (kind === "memory")
      test("it beats every two seconds, until the right to hear it is taken away", async () => {
        const stream = await open(server);
        await stream.until(() => stream.beats === 1, "a heartbeat");
        // As when the key is revoked: nobody is known by it any more.
        revoked = true;
        await stream.until(() => stream.ended, "the end");
        revoked = false;
        assert.ok(stream.beats <= 3);
      });

    test("a reader that does not read is cut, and nobody else notices", async () => {
      const stuck = await open(server);
      stuck.response.pause();
      stuck.response.socket.pause();
      const good = await open(server);
      const { feed } = await server.shops.open(1);
      const readers = feed.readers;
      const items = Array.from({ length: 1_000 }, (_, index) => ({
        code: `W${index}`,
        name: "名".repeat(390),
      }));
      for (let turn = 0; turn < 60 && feed.readers === readers; turn += 1) {
        const changed = items.map((item) => ({ ...item, price: turn }));
        assert.equal((await server.ask("PUT", "/api/v1/skus", { body: { items: changed } })).status, 200);
        const { seq } = await server.store.read.head(1);
        await good.until(() => (last(good)?.id ?? 0) >= seq, "the change");
      }
      assert.equal(feed.readers, readers - 1);
      assert.equal(good.ended, false);
      assert.match((await server.ask("GET", "/metrics")).body, /^zaiku_feed_cuts_total 1$/m);
      good.close();
      stuck.close();
    });

    test("it is not for everybody", async () => {
      assertProblem(await server.ask("GET", "/api/v1/live", { key: null }), 401, "unauthenticated");
      assertProblem(await server.ask("GET", "/api/v1/live?full=maybe"), 400, "invalid_body", "full");
    });
  });
}
