import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import { tell, type Notice } from "../../src/engine/notify/notice.ts";
import { Notifier } from "../../src/channels/notifier.ts";
import { createSeal } from "../../src/engine/notify/seal.ts";
import { deliveryJob, deliveryLimits } from "../../src/jobs/deliveries.ts";
import type { OpenShop } from "../../src/engine/shops.ts";
import { startServer, type TestServer } from "./fixture.ts";

/** A receiver on this machine: what it got, and what it answers. */
interface Receiver {
  readonly url: string;
  readonly got: { headers: NodeJS.Dict<string | string[]>; body: { title: string; id: string } }[];
  status: number;
  readonly server: Server;
}

async function startReceiver(): Promise<Receiver> {
  const receiver = { got: [] as Receiver["got"], status: 200 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      receiver.got.push({ headers: request.headers, body: JSON.parse(body) });
      response.writeHead(receiver.status).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(receiver, { url, server });
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const startedAt = Date.UTC(2026, 10, 11, 12);

function notice(key: string, more: Partial<Notice> = {}): Notice {
  return {
    key,
    topic: "alert",
    session: "s1",
    severity: 3,
    title: { zh: "三级 · 最后一批", en: "Tier 3 · last units" },
    text: { zh: "羊毛围巾还有 **38** 件", en: "38 scarves left" },
    link: "/live/s1",
    at: startedAt,
    ...more,
  };
}

describe("receivers of notifications", () => {
  let site: TestServer;
  let receiver: Receiver;
  let shop: OpenShop;
  let now = startedAt;
  const clock = {
    now: () => now,
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };

  before(async () => {
    site = await startServer("sqlite");
    receiver = await startReceiver();
    const [first] = site.shops.all();
    assert.ok(first);
    shop = first;
  });
  after(async () => {
    await site.close();
    receiver.server.close();
    receiver.server.closeAllConnections();
  });
  beforeEach(() => {
    receiver.got.length = 0;
    receiver.status = 200;
  });

  async function turn(): Promise<Readonly<Record<string, number>>> {
    const policy = { httpAllowed: true, privateAllowed: true, anyRobotHostAllowed: true };
    const seal = createSeal("a secret of at least sixteen characters");
    const notifier = new Notifier({
      store: site.store,
      seal,
      clock,
      policy,
      baseUrl: "https://stock.example",
    });
    const { signal } = new AbortController();
    return deliveryJob(site.store, notifier, clock).run({ shop, now, until: now + 30_000, signal });
  }

  test("a webhook is added, tested, told, and its secret is never shown", async () => {
    const body = {
      name: "值班群",
      kind: "webhook",
      severityMin: 2,
      configuration: { url: receiver.url, secret },
    };
    const added = await site.ask("POST", "/api/v1/robots", { body });
    assert.equal(added.status, 201);
    assert.equal(JSON.stringify(added.body).includes(secret), false);
    const { id, version } = added.body;

    const tested = await site.ask("POST", `/api/v1/robots/${id}/test`);
    assert.deepEqual([tested.status, tested.body.ok], [200, true]);
    assert.equal(receiver.got.length, 1);
    assert.ok(receiver.got[0]?.headers["webhook-signature"]);

    assert.equal(await tell(site.store, shop.id, notice("alert/a/0")), 1);
    assert.equal(await tell(site.store, shop.id, notice("alert/a/0")), 1, "told again, it changes nothing");
    assert.equal(await tell(site.store, shop.id, notice("alert/low/0", { severity: 1 })), 0);
    assert.deepEqual(await turn(), { delivered: 1, failed: 0 });
    assert.equal(receiver.got.length, 2);
    assert.match(JSON.stringify(receiver.got[1]?.body), /最后一批.*https:\/\/stock\.example\/live\/s1/);
    assert.deepEqual(await turn(), { delivered: 0, failed: 0 });

    const list = await site.ask("GET", "/api/v1/deliveries?session=s1");
    assert.deepEqual(
      list.body.items.map((one: Record<string, unknown>) => [
        one.message,
        one.robotName,
        one.state,
        one.attempts,
      ]),
      [["alert/a/0", "值班群", "delivered", 1]],
    );
    const renamed = await site.ask("PUT", `/api/v1/robots/${id}`, {
      body: { version, name: "运营群", topics: ["patrol"] },
    });
    assert.deepEqual([renamed.status, renamed.body.name, renamed.body.version], [200, "运营群", version + 1]);
    assert.equal(
      (await site.ask("PUT", `/api/v1/robots/${id}`, { body: { version, name: "x" } })).status,
      409,
    );
    assert.equal(await tell(site.store, shop.id, notice("alert/b/0")), 0, "it asked for patrols only");
    assert.equal((await site.ask("DELETE", `/api/v1/robots/${id}`)).status, 204);
    assert.deepEqual((await site.ask("GET", "/api/v1/robots")).body.items, []);
  });

  test("a receiver that is down loses no alert and holds up no other", async () => {
    const dead = { name: "坏的", kind: "webhook", configuration: { url: "http://127.0.0.1:9/x", secret } };
    const good = { name: "好的", kind: "webhook", configuration: { url: receiver.url, secret } };
    const first = await site.ask("POST", "/api/v1/robots", { body: dead });
    const second = await site.ask("POST", "/api/v1/robots", { body: good });
    await tell(site.store, shop.id, notice("alert/down/0", { at: now }));
    assert.deepEqual(await turn(), { delivered: 1, failed: 0 });
    receiver.status = 503;
    await tell(site.store, shop.id, notice("alert/busy/0", { at: now }));
    await turn();
    const waiting = await site.store.deliveries.list(shop.id, { robot: second.body.id, limit: 1 });
    assert.deepEqual([waiting[0]?.state, waiting[0]?.attempts], ["waiting", 1]);
    // Back again: what waited is told, nothing twice.
    receiver.status = 200;
    now += 3_600_000;
    await turn();
    const rows = await site.store.deliveries.list(shop.id, { robot: second.body.id, limit: 10 });
    assert.deepEqual(
      rows.map((row) => row.state),
      ["delivered", "delivered"],
    );
    // The dead one is tried for a day, then stays on record with its reason.
    now += deliveryLimits.staleMs;
    await turn();
    const given = await site.store.deliveries.list(shop.id, { robot: first.body.id, limit: 10 });
    assert.ok(given.every((row) => row.state === "failed" && row.error !== null));
    for (const { id } of [first.body, second.body]) await site.ask("DELETE", `/api/v1/robots/${id}`);
  });

  test("what is wrong with a configuration is said at its field", async () => {
    const bad: [string, unknown, string][] = [
      ["webhook", { url: receiver.url, secret: "short" }, "configuration.secret"],
      ["webhook", { url: "ftp://x", secret }, "configuration.url"],
      ["dingtalk", {}, "configuration.url"],
      [
        "email",
        { host: "smtp.example", port: 465, security: "tls", from: "a@b.c", to: [] },
        "configuration.to",
      ],
      ["pigeon", {}, "kind"],
    ];
    for (const [kind, configuration, path] of bad) {
      const answer = await site.ask("POST", "/api/v1/robots", { body: { name: "x", kind, configuration } });
      assert.deepEqual([answer.status, answer.body.path], [400, path], kind);
    }
    const { status } = await site.ask("POST", "/api/v1/robots", {
      body: { name: "x", kind: "webhook", configuration: { url: receiver.url, secret } },
      key: await site.keyFor("stock:read"),
    });
    assert.equal(status, 403);
  });

  test("a browser subscribes with the shop's key, which stays", async () => {
    const one = await site.ask("GET", "/api/v1/push-key");
    const two = await site.ask("GET", "/api/v1/push-key");
    assert.equal(one.body.publicKey, two.body.publicKey);
    assert.equal(Buffer.from(one.body.publicKey, "base64url").byteLength, 65);
  });
});

describe("thresholds", () => {
  let site: TestServer;
  before(async () => {
    site = await startServer("memory");
    await site.ask("PUT", "/api/v1/channels/douyin", { body: { platform: "douyin", name: "抖音" } });
    await site.ask("PUT", "/api/v1/skus", {
      body: { items: [{ code: "A", name: "围巾", category: "服饰" }] },
    });
    await site.ask("POST", "/api/v1/receipts", {
      headers: { "idempotency-key": "r1" },
      body: { lines: [{ sku: "A", quantity: 100 }] },
    });
    const sold = await site.ask("POST", "/api/v1/order-events", {
      body: [
        {
          channel: "douyin",
          orderId: "1",
          stage: "paid",
          updatedAt: new Date().toISOString(),
          lines: [{ lineId: "1", sku: "A", quantity: 85, amount: 8500 }],
        },
      ],
    });
    assert.equal(sold.status, 200);
  });
  after(() => site.close());

  test("the nearest level wins, and what is wrong is said at its field", async () => {
    const before = await site.ask("GET", "/api/v1/policies");
    assert.deepEqual([before.status, before.body.version], [200, 0]);
    assert.ok(before.body.fields.some((one: { field: string }) => one.field === "tier1Percent"));
    const put = (book: unknown, version = 0) =>
      site.ask("PUT", "/api/v1/policies", { body: { version, book } });
    const order = await put({ shop: { tier1Percent: 5, tier2Percent: 10 }, categories: {}, skus: {} });
    assert.deepEqual([order.status, order.body.path], [400, "book.shop.tier1Percent"]);
    const unknown = await put({ shop: {}, categories: {}, skus: { NOPE: { etaMinutes: 5 } } });
    assert.equal(unknown.body.code, "unknown_sku");
    const saved = await put({ shop: { etaMinutes: 30 }, categories: {}, skus: { a: { tier1Percent: 25 } } });
    assert.deepEqual([saved.status, saved.body.version], [200, 1]);
    assert.deepEqual(saved.body.book.skus, { A: { tier1Percent: 25 } });
    assert.equal((await put({ shop: {}, categories: {}, skus: {} })).status, 409);
  });

  test("the preview says what would fire today, beside what fires by the saved book", async () => {
    const preview = async (tier1Percent: number) => {
      const book = { shop: { tier1Percent }, categories: {}, skus: {} };
      const { body } = await site.ask("POST", "/api/v1/policies/preview", { body: { book } });
      return body.rules.find((one: { rule: string }) => one.rule === "tier1");
    };
    // 15 of 100 are left.
    const [loose, tight] = [await preview(15), await preview(14)];
    assert.deepEqual([loose.skus, loose.skusNow, loose.examples[0].sku], [1, 1, "A"]);
    assert.equal(loose.examples[0].evidence.left, 15);
    assert.deepEqual([tight.skus, tight.skusNow], [0, 1]);
  });

  test("[V11] what a precheck asks for is the shop's own, within its range, and never saved over somebody else's", async () => {
    const path = "/api/v1/precheck-settings";
    const before = await site.ask("GET", path);
    assert.deepEqual([before.body.version, before.body.settings], [0, before.body.defaults]);
    const put = (change: object, version: number) =>
      site.ask("PUT", path, { body: { version, settings: { ...before.body.settings, ...change } } });
    const saved = await put({ countHours: 48, setAsideBin: " 待发 A " }, 0);
    assert.deepEqual(
      [saved.status, saved.body.version, saved.body.settings.countHours, saved.body.settings.setAsideBin],
      [200, 1, 48, "待发 A"],
    );
    assert.equal((await put({ countHours: 12 }, 0)).status, 409);
    assert.equal((await put({ hotPercent: 101 }, 1)).status, 400);
    assert.deepEqual((await put({ setAsideBin: "  " }, 1)).body.path, "settings.setAsideBin");
  });

  test("the host's words are the shop's own, and a slip in a placeholder is noticed", async () => {
    const words = await site.ask("GET", "/api/v1/host-words");
    assert.equal(words.body.defaults.length, 16);
    const put = (zh: string, version: number) =>
      site.ask("PUT", "/api/v1/host-words", { body: { version, words: { tier3: { zh } } } });
    const slip = await put("还有 {lefft} 件", 0);
    assert.deepEqual([slip.status, slip.body.path], [400, "words.tier3.zh"]);
    const saved = await put("最后 {left} 件！", 0);
    assert.deepEqual([saved.status, saved.body.words.tier3.zh], [200, "最后 {left} 件！"]);
  });
});
