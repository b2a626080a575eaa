import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { assertProblem, fillShop, startServer, type StoreKind, type TestServer } from "./fixture.ts";

interface Line {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly amount: number;
}

const dayMs = 86_400_000;

for (const kind of ["memory", "sqlite", "postgres"] as const satisfies readonly StoreKind[]) {
  void suite(`${kind}: the orders of a figure`, () => {
    let server: TestServer;
    let today: string;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A: 100, B: 100, C: 0 }, ["douyin", "taobao"]);
      const items = [
        { code: "A", name: "A", category: "女装" },
        { code: "B", name: "B", category: "零食" },
      ];
      assert.equal((await server.ask("PUT", "/api/v1/skus", { body: { items } })).status, 200);
      // The day is cut half a day from now, whenever the test runs.
      const hour = (Math.floor(Date.now() / 3_600_000) + 8) % 24;
      await server.store.updateShop(server.shops.all()[0]?.id ?? 0, { dayCutHour: (hour + 12) % 24 });
      await server.shops.refresh();
      const event = (orderId: string, channel: string, sku: string, quantity: number, stage = "paid") => ({
        channel,
        orderId,
        stage,
        updatedAt: new Date(Date.now() - 60_000).toISOString(),
        placedAt: new Date(Date.now() - (orderId === "old" ? 3 * dayMs : 120_000)).toISOString(),
        lines: [{ lineId: "1", sku, quantity, amount: 1_000 * quantity }],
      });
      const body = [
        event("1", "douyin", "A", 2),
        event("2", "taobao", "A", 3),
        event("3", "douyin", "B", 5),
        event("4", "douyin", "B", 7, "created"),
        event("5", "taobao", "C", 1),
        event("old", "douyin", "A", 11),
      ];
      const put = await server.ask("POST", "/api/v1/order-events", { body });
      assert.equal(put.status, 200, JSON.stringify(put.body));
      today = (await server.ask("GET", "/api/v1/reports/days")).body.today;
    });
    after(() => server.close());

    const ordersOf = async (query: Readonly<Record<string, string>>): Promise<readonly Line[]> => {
      const answer = await server.ask("GET", `/api/v1/orders?${new URLSearchParams(query).toString()}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body.items;
    };
    const ids = async (query: Readonly<Record<string, string>>): Promise<string[]> =>
      (await ordersOf(query)).map(({ orderId }) => orderId).toSorted();

    test("[RP20] by business day, channel, category, product and state, and all of them together", async () => {
      const day = { fromDay: today, toDay: today };
      assert.deepEqual(await ids({ ...day, state: "sold" }), ["1", "2", "3", "5"]);
      assert.deepEqual(await ids(day), ["1", "2", "3", "4", "5"]);
      assert.deepEqual(await ids({ ...day, state: "sold", category: "女装" }), ["1", "2"]);
      assert.deepEqual(await ids({ ...day, category: "" }), ["5"]);
      assert.deepEqual(await ids({ ...day, channel: "taobao", category: "女装" }), ["2"]);
      assert.deepEqual(await ids({ ...day, sku: "b", state: "unpaid" }), ["4"]);
      assert.deepEqual(await ids({ ...day, sku: "C", state: "short" }), ["5"]);
      assert.deepEqual(await ids({ sku: "A" }), ["1", "2", "old"]);
      const from = new Date(Date.now() - 4 * dayMs).toISOString();
      const to = new Date(Date.now() - 2 * dayMs).toISOString();
      assert.deepEqual(await ids({ from, to }), ["old"]);
      assert.deepEqual(await ids({ from, category: "女装", state: "sold" }), ["1", "2", "old"]);
    });

    test("[RP20] they add up to the figures of the day's report that lead to them", async () => {
      const { rows } = (await server.ask("GET", `/api/v1/reports/days/${today}`)).body;
      for (const row of rows as readonly { sku: string; sold: number; late: number }[]) {
        if (row.sku === "A") continue;
        const lines = await ordersOf({ fromDay: today, toDay: today, sku: row.sku, state: "sold" });
        assert.equal(
          lines.reduce((sum, { quantity }) => sum + quantity, 0),
          row.sold,
          row.sku,
        );
      }
    });

    test("what makes no sense is told", async () => {
      const wrong = await server.ask("GET", "/api/v1/orders?fromDay=2026-02-31x");
      assert.equal(wrong.status, 400);
      assertProblem(await server.ask("GET", "/api/v1/orders?fromDay=2026-13-01"), 400, "invalid_body");
      assertProblem(await server.ask("GET", "/api/v1/orders?category=x"), 400, "invalid_body", "category");
    });
  });
}
