import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const order = (orderId: string, quantity = 1, more: object = {}) => ({
  channel: "douyin",
  orderId,
  lines: [{ sku: "A1", quantity }],
  ...more,
});
const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

for (const kind of ["memory", "sqlite"] as const) {
  describe(`the API over ${kind}`, () => {
    let server: TestServer;
    const ask: TestServer["ask"] = (...args) => server.ask(...args);
    const stockOf = async (sku: string) => (await ask("GET", `/api/v1/stock/${sku}`)).body.item;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 10, B2: 5, C3: 0 }, ["douyin", "taobao"]);
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("a reservation is made, repeated, refused, and its refusal repeated", async () => {
      const made = await ask("POST", "/api/v1/reservations", {
        body: order("R1", 4, { buyer: "小王", region: "浙江", stage: "created" }),
      });
      assert.equal(made.status, 201);
      const { expiresAt, seq, ...rest } = made.body;
      assert.deepEqual(rest, {
        channel: "douyin",
        orderId: "R1",
        stage: "created",
        lines: [
          { lineId: "1", sku: "A1", quantity: 4, covered: 4, backlog: 0, stage: "created", kind: "spot" },
        ],
      });
      assert.ok(Date.parse(expiresAt) > Date.now() && Number.isInteger(seq));

      const again = await ask("POST", "/api/v1/reservations", { body: order("R1", 4, { buyer: "小王" }) });
      assert.equal(again.status, 200);
      assert.equal(again.headers.get("idempotency-replayed"), "true");
      assert.deepEqual(again.body.lines, made.body.lines);
      assert.equal((await stockOf("A1")).held, 4);

      const other = await ask("POST", "/api/v1/reservations", { body: order("R1", 5) });
      assertProblem(other, 409, "order_conflict", "lines[0].quantity");

      const refused = await ask("POST", "/api/v1/reservations", { body: order("R2", 7) });
      assertProblem(refused, 409, "insufficient_stock", "lines[0]");
      assert.equal(refused.body.sellable, 6);
      assert.equal(refused.body.requested, 7);
      const refusedAgain = await ask("POST", "/api/v1/reservations", { body: order("R2", 7) });
      assertProblem(refusedAgain, 409, "insufficient_stock");
      assert.equal(refusedAgain.headers.get("idempotency-replayed"), "true");
    });

    test("pay and cancel, each once and again", async () => {
      await ask("POST", "/api/v1/reservations", { body: order("P1", 1) });
      const paid = await ask("POST", "/api/v1/reservations/douyin/P1/pay");
      assert.equal(paid.status, 200);
      assert.equal(paid.body.stage, "paid");
      assert.equal(paid.body.expiresAt, null);
      const again = await ask("POST", "/api/v1/reservations/douyin/P1/pay", { raw: "" });
      assert.equal(again.headers.get("idempotency-replayed"), "true");
      assert.equal(again.body.lines[0].stage, "paid");

      const cancelled = await ask("POST", "/api/v1/reservations/douyin/P1/cancel", { body: {} });
      assert.equal(cancelled.status, 200);
      assert.equal(cancelled.body.lines[0].covered, 0);
      const cancelledAgain = await ask("POST", "/api/v1/reservations/douyin/P1/cancel");
      assert.equal(cancelledAgain.status, 200);
      assert.equal(cancelledAgain.headers.get("idempotency-replayed"), "true");
      await ask("POST", "/api/v1/reservations", { body: order("P2", 1) });
      await ask("POST", "/api/v1/reservations/douyin/P2/cancel", { body: { lineId: "1" } });
      assertProblem(await ask("POST", "/api/v1/reservations/douyin/P2/pay"), 409, "order_closed");
      assertProblem(await ask("POST", "/api/v1/reservations/douyin/none/pay"), 404, "unknown_order");
      assertProblem(await ask("POST", "/api/v1/reservations/none/P1/cancel"), 422, "unknown_channel");
    });

    test("unknown names are told apart", async () => {
      const post = (body: object) => ask("POST", "/api/v1/reservations", { body });
      assertProblem(await post({ ...order("U1"), channel: "none" }), 422, "unknown_channel", "channel");
      assertProblem(
        await post(order("U1", 1, { lines: [{ sku: "none", quantity: 1 }] })),
        422,
        "unknown_sku",
        "lines[0].sku",
      );
      assertProblem(
        await post(order("U1", 1, { lines: [{ listing: "none", quantity: 1 }] })),
        422,
        "unknown_listing",
      );
    });

    test("purchase limits and stopped selling refuse with their data", async () => {
      const patched = await ask("PATCH", "/api/v1/skus/b2", { body: { limitPerBuyer: 2, limitPerOrder: 2 } });
      assert.deepEqual([patched.status, patched.body.result], [200, "applied"]);
      const said = await ask("PATCH", "/api/v1/skus/B2", { body: { limitPerBuyer: 2 } });
      assert.equal(said.body.result, "duplicate");
      const post = (orderId: string, quantity: number) =>
        ask("POST", "/api/v1/reservations", {
          body: order(orderId, 1, { buyer: "小李", lines: [{ sku: "B2", quantity }] }),
        });
      assertProblem(await post("L0", 3), 409, "purchase_limit");
      assert.equal((await post("L1", 1)).status, 201);
      const refused = await post("L2", 2);
      assertProblem(refused, 409, "purchase_limit");
      assert.deepEqual([refused.body.limit, refused.body.already, refused.body.requested], [2, 1, 2]);
      await ask("PATCH", "/api/v1/skus/B2", { body: { selling: false } });
      assertProblem(await post("L3", 1), 409, "selling_stopped");
      assertProblem(await ask("PATCH", "/api/v1/skus/none", { body: { selling: true } }), 404, "not_found");
    });

    test("stock: the list with its sums, pages, filters and search", async () => {
      const all = await ask("GET", "/api/v1/stock?limit=2");
      assert.equal(all.status, 200);
      assert.equal(all.headers.get("cache-control"), "no-store");
      assert.deepEqual(
        all.body.items.map((item: { sku: string }) => item.sku),
        ["A1", "B2"],
      );
      assert.equal(all.body.totals.skus, 3);
      assert.equal(all.body.totals.onHand, 15);
      const next = await ask("GET", `/api/v1/stock?limit=2&cursor=${encodeURIComponent(all.body.next)}`);
      assert.deepEqual(
        next.body.items.map((item: { sku: string }) => item.sku),
        ["C3"],
      );
      assert.equal(next.body.next, null);
      assert.equal(next.body.totals, undefined);
      const found = await ask("GET", `/api/v1/stock?search=${encodeURIComponent("商品 b")}`);
      assert.deepEqual(
        found.body.items.map((item: { sku: string }) => item.sku),
        ["B2"],
      );
      const sorted = await ask("GET", "/api/v1/stock?sort=onHand&desc=true&limit=1");
      assert.equal(sorted.body.items[0].sku, "A1");
      assertProblem(await ask("GET", "/api/v1/stock?cursor=nonsense"), 400, "invalid_body", "cursor");
      assertProblem(await ask("GET", "/api/v1/stock?limit=1001"), 400, "invalid_body", "limit");
      assertProblem(await ask("GET", "/api/v1/stock?limit=x"), 400, "invalid_body", "limit");
      assertProblem(await ask("GET", "/api/v1/stock?fliter=all"), 400, "invalid_body", "fliter");
    });

    test("one SKU says why its number is what it is", async () => {
      await ask("POST", "/api/v1/reservations", { body: order("W1", 2, { stage: "paid" }) });
      const { status, body } = await ask("GET", "/api/v1/stock/a1");
      assert.equal(status, 200);
      const { item, stocks, placements, holders, series } = body;
      assert.equal(item.onHand, item.available + item.held + item.committed + item.quarantine);
      assert.equal(item.onHand, 10);
      assert.deepEqual(item.bins, ["A-01"]);
      assert.equal(stocks.length, 1);
      assert.equal(placements[0].quantity, 10);
      const holding = holders.byChannel.reduce(
        (units: number, one: { units: number }) => units + one.units,
        0,
      );
      assert.equal(holding, item.held + item.committed);
      assert.equal(series.at(-1).sellable, item.sellable);
      // A SKU is listed as the list lists it.
      const listed = await ask("GET", "/api/v1/stock?search=A1");
      assert.deepEqual(listed.body.items[0], item);
      assert.equal(body.sold30, item.sold);
      assert.ok(body.etaMinutes > 0 && body.minutesObserved === 1);
      const journal = await ask("GET", "/api/v1/stock/A1/journal?limit=1");
      assert.equal(journal.body.items[0].reason, "order");
      assert.equal(journal.body.items[0].actor, "key:test");
      assertProblem(await ask("GET", "/api/v1/stock/none"), 404, "not_found", "sku");
      assertProblem(await ask("GET", "/api/v1/stock/none/journal"), 404, "not_found", "sku");
    });

    test("receipts and adjustments need a key, count once, and are refused with what is there", async () => {
      const body = { lines: [{ sku: "C3", quantity: 3, bin: "B-02", lot: "L1" }], note: "补货" };
      assertProblem(await ask("POST", "/api/v1/receipts", { body }), 400, "invalid_body", "idempotency-key");
      const made = await ask("POST", "/api/v1/receipts", { body, ...keyed("G1") });
      assert.equal(made.status, 201);
      const again = await ask("POST", "/api/v1/receipts", { body, ...keyed("G1") });
      assert.equal(again.status, 200);
      assert.equal(again.headers.get("idempotency-replayed"), "true");
      assert.equal(again.body.seq, made.body.seq);
      assert.equal((await stockOf("C3")).available, 3);
      const other = { lines: [{ sku: "C3", quantity: 4 }] };
      assertProblem(
        await ask("POST", "/api/v1/receipts", { body: other, ...keyed("G1") }),
        409,
        "key_conflict",
      );

      const broken = { action: "quarantine", sku: "C3", quantity: 1, bin: "B-02" };
      assert.equal((await ask("POST", "/api/v1/adjustments", { body: broken, ...keyed("G2") })).status, 201);
      const sums = await stockOf("C3");
      assert.deepEqual([sums.available, sums.quarantine], [2, 1]);
      const lost = { action: "write_off", sku: "C3", quantity: 9 };
      const refused = await ask("POST", "/api/v1/adjustments", { body: lost, ...keyed("G3") });
      assertProblem(refused, 409, "insufficient_units");
      assert.equal(refused.body.present, 2);
      const elsewhere = { ...lost, warehouse: "none" };
      assertProblem(
        await ask("POST", "/api/v1/adjustments", { body: elsewhere, ...keyed("G4") }),
        422,
        "unknown_warehouse",
      );
      assertProblem(await ask("POST", "/api/v1/receipts", { body, ...keyed("G2") }), 409, "key_conflict");
    });

    test("channels, warehouses, listings: put, put again, read", async () => {
      const warehouse = await ask("PUT", "/api/v1/warehouses/east", { body: { name: "东仓" } });
      assert.deepEqual(warehouse.body, { warehouse: "east", name: "东仓" });
      assert.equal((await ask("PUT", "/api/v1/warehouses/east", { body: { name: "东仓" } })).status, 200);
      const put = { name: "抖音主店", holdMinutes: 30, warehouses: ["main", "east"] };
      const channel = await ask("PUT", "/api/v1/channels/douyin", { body: put });
      assert.deepEqual(channel.body, { channel: "douyin", platform: "douyin", active: true, ...put });
      const bad = await ask("PUT", "/api/v1/channels/douyin", { body: { warehouses: ["nowhere"] } });
      assertProblem(bad, 422, "unknown_warehouse", "warehouses[0]");
      assertProblem(await ask("PUT", "/api/v1/channels/a:b", { body: {} }), 400, "invalid_body", "channel");
      assert.equal((await ask("GET", "/api/v1/channels")).body.items.length, 2);
      assert.equal((await ask("GET", "/api/v1/warehouses")).body.items.length, 2);

      const items = [
        {
          listing: "9001",
          title: "买一送一",
          parts: [
            { sku: "a1", units: 1 },
            { sku: "C3", units: 1, gift: true },
          ],
        },
      ];
      const mapped = await ask("PUT", "/api/v1/channels/taobao/listings", { body: { items } });
      assert.equal(mapped.body.result, "applied");
      assert.equal(
        (await ask("PUT", "/api/v1/channels/taobao/listings", { body: { items } })).body.result,
        "duplicate",
      );
      const listings = await ask("GET", "/api/v1/listings?channel=taobao&sku=A1");
      assert.deepEqual(listings.body.items, [
        {
          channel: "taobao",
          listing: "9001",
          title: "买一送一",
          parts: [
            { sku: "A1", units: 1, gift: false },
            { sku: "C3", units: 1, gift: true },
          ],
        },
      ]);
      const bundle = await ask("POST", "/api/v1/reservations", {
        body: {
          channel: "taobao",
          orderId: "B1",
          stage: "paid",
          lines: [{ listing: "9001", quantity: 1, amount: 9_900 }],
        },
      });
      assert.deepEqual(
        bundle.body.lines.map((line: { sku: string }) => line.sku),
        ["A1", "C3"],
      );
      const unknown = { items: [{ listing: "1", parts: [{ sku: "none", units: 1 }] }] };
      assertProblem(
        await ask("PUT", "/api/v1/channels/taobao/listings", { body: unknown }),
        422,
        "unknown_sku",
      );
      assertProblem(
        await ask("PUT", "/api/v1/channels/none/listings", { body: unknown }),
        422,
        "unknown_channel",
      );
    });

    test("SKUs: read, change, categories", async () => {
      await ask("PUT", "/api/v1/skus", {
        body: { items: [{ code: " ｄ４ ", category: "帽子", barcodes: ["690"], bufferPercent: 12 }] },
      });
      const { body } = await ask("GET", "/api/v1/skus/D4");
      assert.deepEqual(
        [
          body.sku.sku,
          body.sku.code,
          body.sku.category,
          body.sku.bufferPercent,
          body.sku.createdAt.slice(-1),
        ],
        ["D4", "ｄ４", "帽子", 12, "Z"],
      );
      assert.deepEqual((await ask("GET", "/api/v1/categories")).body, { items: ["帽子"] });
      assertProblem(await ask("GET", "/api/v1/skus/none"), 404, "not_found");
    });

    test("orders: listed latest first, by channel, state and SKU; one with its movements", async () => {
      const list = await ask("GET", "/api/v1/orders?channel=douyin&sku=a1&limit=1");
      assert.equal(list.body.items.length, 1);
      assert.equal(list.body.items[0].name, "商品 A1");
      assert.ok(list.body.next !== null);
      assert.equal("buyer" in list.body.items[0], false);
      const closed = await ask("GET", "/api/v1/orders?state=closed");
      assert.deepEqual(
        closed.body.items.map((line: { orderId: string }) => line.orderId),
        ["P2", "P1"],
      );
      const { body } = await ask("GET", "/api/v1/orders/douyin/P1");
      assert.equal(body.lines[0].closed, 1);
      assert.deepEqual(
        body.journal.map((entry: { reason: string }) => entry.reason),
        ["cancel", "payment", "order"],
      );
      assertProblem(await ask("GET", "/api/v1/orders/douyin/none"), 404, "unknown_order");
    });

    test("the journal by cursor has no gap; sales by minute", async () => {
      const seqs: number[] = [];
      for (let next = 0; ;) {
        const page = await ask("GET", `/api/v1/journal?after=${next}&limit=7`);
        if (page.body.items.length === 0) break;
        seqs.push(...page.body.items.map((entry: { seq: number }) => entry.seq));
        next = page.body.next;
      }
      const { seq } = await server.store.read.head(1);
      assert.deepEqual(
        seqs,
        Array.from({ length: seq }, (_, index) => index + 1),
      );
      const from = new Date(Date.now() - 3_600_000).toISOString();
      const to = new Date(Date.now() + 60_000).toISOString();
      const sales = await ask("GET", `/api/v1/sales?from=${from}&to=${to}&sku=A1`);
      assert.ok(sales.body.items.length > 0);
      assert.ok(
        sales.body.items.every(
          (sale: { at: string; sku: string }) => sale.at.endsWith(":00.000Z") && sale.sku === "A1",
        ),
      );
      assertProblem(await ask("GET", `/api/v1/sales?from=${to}&to=${from}`), 400, "invalid_body", "to");
    });

    test("the shop is set up by whoever may", async () => {
      const nobody = await ask("GET", "/api/v1/me", { key: null });
      assert.deepEqual([nobody.body.user, nobody.body.shop, nobody.body.setup], [null, null, "needs_owner"]);
      const me = await ask("GET", "/api/v1/me");
      assert.deepEqual(
        [me.body.user.name, me.body.setup, me.body.shop.name],
        ["test", "needs_shop", "我的店铺"],
      );
      assertProblem(
        await ask("PATCH", "/api/v1/shop", { body: { timeZone: "Asia/Nowhere" } }),
        400,
        "invalid_body",
        "timeZone",
      );
      const patch = { name: "小店", timeZone: "Europe/London", dayCutHour: 5, currency: "GBP" };
      assert.deepEqual((await ask("PATCH", "/api/v1/shop", { body: patch })).body, patch);
      assert.equal((await ask("PATCH", "/api/v1/shop", { body: {} })).status, 200);
      assert.deepEqual((await ask("GET", "/api/v1/shop")).body, patch);
      assert.equal((await ask("GET", "/api/v1/me")).body.setup, "done");
      assert.deepEqual((await ask("GET", "/api/v1/jobs")).body, { items: [] });
    });

    test("each route asks for its scope", async () => {
      const reader = await server.keyFor("stock:read");
      const writer = await server.keyFor("orders:write");
      const rows: [method: string, path: string, body: object | null, scope: string][] = [
        ["POST", "/api/v1/reservations", order("S1"), "orders:write"],
        ["POST", "/api/v1/reservations/douyin/S1/pay", null, "orders:write"],
        ["POST", "/api/v1/reservations/douyin/S1/cancel", null, "orders:write"],
        ["POST", "/api/v1/order-events", [], "orders:write"],
        ["POST", "/api/v1/receipts", {}, "stock:write"],
        ["POST", "/api/v1/adjustments", {}, "stock:write"],
        ["PUT", "/api/v1/skus", {}, "catalog:write"],
        ["PATCH", "/api/v1/skus/A1", {}, "catalog:write"],
        ["PUT", "/api/v1/channels/douyin", {}, "catalog:write"],
        ["PUT", "/api/v1/channels/douyin/listings", {}, "catalog:write"],
        ["PUT", "/api/v1/warehouses/main", {}, "catalog:write"],
        ["PATCH", "/api/v1/shop", {}, "admin"],
        ["GET", "/api/v1/jobs", null, "admin"],
        ["GET", "/api/v1/stock", null, "stock:read"],
        ["GET", "/api/v1/stock/A1", null, "stock:read"],
        ["GET", "/api/v1/stock/A1/journal", null, "stock:read"],
        ["GET", "/api/v1/skus/A1", null, "stock:read"],
        ["GET", "/api/v1/categories", null, "stock:read"],
        ["GET", "/api/v1/channels", null, "stock:read"],
        ["GET", "/api/v1/warehouses", null, "stock:read"],
        ["GET", "/api/v1/listings", null, "stock:read"],
        ["GET", "/api/v1/orders", null, "stock:read"],
        ["GET", "/api/v1/orders/douyin/P1", null, "stock:read"],
        ["GET", "/api/v1/journal", null, "stock:read"],
        ["GET", "/api/v1/sales", null, "stock:read"],
        ["GET", "/api/v1/shop", null, "stock:read"],
        ["GET", "/api/v1/live", null, "stock:read"],
      ];
      for (const [method, path, body, scope] of rows) {
        const options = body === null ? {} : { body };
        assertProblem(await ask(method, path, { ...options, key: null }), 401, "unauthenticated");
        assertProblem(await ask(method, path, { ...options, key: "zaiku_wrong" }), 401, "unauthenticated");
        const without = scope === "stock:read" ? writer : reader;
        const answer = await ask(method, path, { ...options, key: without });
        assertProblem(answer, 403, "forbidden");
        assert.equal(answer.body.scope, scope);
      }
    });

    test("health, readiness and metrics need no credential", async () => {
      assert.deepEqual((await ask("GET", "/healthz", { key: null })).body, {
        status: "ok",
        version: "0.0.0",
      });
      assert.deepEqual((await ask("GET", "/readyz", { key: null })).body, { status: "ready" });
      const { body } = await ask("GET", "/metrics", { key: null });
      assert.match(body, /^zaiku_outcomes_total\{code="applied"\} \d+$/m);
      assert.match(body, /^zaiku_outcomes_total\{code="insufficient_stock"\} \d+$/m);
      assert.match(body, /^zaiku_http_seconds_count\{route="\/api\/v1\/reservations",status="201"\} \d+$/m);
      assert.match(body, /^zaiku_queue_commands\{shop="1"\} 0$/m);
      assert.match(body, /^zaiku_commit_seconds_count \d+$/m);
    });

    test("what is not there is said so", async () => {
      assertProblem(await ask("GET", "/api/v1/nothing"), 404, "not_found");
      assertProblem(await ask("DELETE", "/api/v1/stock"), 404, "not_found");
      assertProblem(await ask("GET", "/nothing.js"), 404, "not_found");
    });

    test("the buyer's name is nowhere: not in the books, not in the log", async () => {
      const lines = await server.store.read.order(1, "douyin", "R1");
      assert.match(lines[0]?.buyer ?? "", /^[0-9a-f]{32}$/);
      assert.equal(
        server.logged.some((line) => line.includes("小王")),
        false,
      );
    });
  });
}
