import assert from "node:assert/strict";
import { Agent, request as httpRequest } from "node:http";
import { describe, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { fillShop, startServer, type TestServer } from "./fixture.ts";

/**
 * The sale that the product exists for: 8,000 buyers want one unit each of 5,000, on three channels, 64 at a
 * time, and every message comes twice and out of order.
 */

const buyers = 8_000;
const units = 5_000;
const inFlight = 64;
const channels = ["douyin", "taobao", "kuaishou"];
const channelOf = (buyer: number): string => channels[buyer % channels.length] ?? "douyin";

/** The same order of things each time (a linear congruential generator and Fisher-Yates). */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const mixed = [...items];
  let state = seed;
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (index + 1);
    [mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T];
  }
  return mixed;
}

interface Sender {
  post(path: string, body: unknown): Promise<{ status: number; text: string }>;
  close(): void;
}

function senderTo({ url, key }: TestServer): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const outgoing = httpRequest(`${url}${path}`, { method: "POST", agent, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => (text += chunk));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
          response.on("error", reject);
        });
        outgoing.on("error", reject);
        outgoing.end(JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

/** Does `work` for each item, so many at a time. */
async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`8,000 buyers, 5,000 units, over ${kind}`, () => {
    test("asked first: exactly 5,000 are promised, 3,000 refused, whoever repeats gets the same answer", async () => {
      const server = await startServer(kind);
      await fillShop(server, { HOT: units }, channels);
      const sender = senderTo(server);
      const twice = Array.from({ length: buyers * 2 }, (_, index) => index % buyers);
      const answers = new Map<number, number[]>();
      await atOnce(shuffled(twice, 11), async (buyer) => {
        const { status, text } = await sender.post("/api/v1/reservations", {
          channel: channelOf(buyer),
          orderId: `order-${buyer}`,
          buyer: `buyer-${buyer}`,
          lines: [{ sku: "hot", quantity: 1 }],
        });
        assert.ok([200, 201, 409].includes(status), text);
        answers.set(buyer, [...(answers.get(buyer) ?? []), status]);
      });
      sender.close();
      const promised = [...answers.values()].filter(
        (statuses) => new Set(statuses).size === 2 && statuses.every((status) => status < 300),
      ).length;
      const refused = [...answers.values()].filter((statuses) => statuses.join() === "409,409").length;
      assert.deepEqual([promised, refused], [units, buyers - units]);
      await assertStock(server, { held: units, committed: 0, available: 0, shortage: 0 });
      await server.close();
    });

    test("told afterwards: all 8,000 are taken in, 3,000 of them are shortage", async () => {
      const server = await startServer(kind);
      await fillShop(server, { HOT: units }, channels);
      const sender = senderTo(server);
      const placed = Date.parse("2026-11-11T20:00:00+08:00");
      const events = Array.from({ length: buyers }, (_, buyer) =>
        ["created", "paid"].map((stage, step) => ({
          channel: channelOf(buyer),
          orderId: `order-${buyer}`,
          buyer: `buyer-${buyer}`,
          updatedAt: new Date(placed + buyer + step * 60_000).toISOString(),
          placedAt: new Date(placed + buyer).toISOString(),
          stage,
          lines: [{ sku: "HOT", quantity: 1, amount: 9_900 }],
        })),
      ).flat();
      const messages = shuffled([...events, ...events], 12);
      const posts = Array.from({ length: Math.ceil(messages.length / 10) }, (_, index) =>
        messages.slice(index * 10, index * 10 + 10),
      );
      const counts: Record<string, number> = {};
      await atOnce(posts, async (post) => {
        const { status, text } = await sender.post("/api/v1/order-events", post);
        assert.equal(status, 200, text);
        const answer = JSON.parse(text) as { counts: Record<string, number> };
        for (const [name, count] of Object.entries(answer.counts)) counts[name] = (counts[name] ?? 0) + count;
      });
      sender.close();
      assert.equal(counts.rejected, 0);
      assert.equal(
        Object.values(counts).reduce((sum, count) => sum + count),
        messages.length,
      );
      await assertStock(server, { held: 0, committed: units, available: 0, shortage: buyers - units });
      const short = await server.ask("GET", "/api/v1/orders?state=short&limit=1000");
      assert.equal(short.body.items.length, 1_000);
      await server.close();
    });
  });
}

async function assertStock(server: TestServer, wanted: Readonly<Record<string, number>>): Promise<void> {
  const { item } = (await server.ask("GET", "/api/v1/stock/HOT")).body;
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, item[name]])), wanted);
  const { difference, lines } = await verify(server.store, 1);
  assert.equal(difference, null);
  assert.equal(lines, wanted.shortage === 0 ? units : buyers);
}
