import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { slowMovers } from "../../src/domain/analysis/slow.ts";
import { daysOf, productOf, today } from "../../src/domain/analysis/product.testing.ts";
import type { SlowPage } from "../../src/http/reports/pages.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const products = [productOf("A", { days: daysOf(60), price: 5_000 }), productOf("HIT")];
const slow = slowMovers(products, () => ({ slowMoverDays: 30, turnoverDays: 45 }), today);
const page: SlowPage = { slow, prices: products.map(({ sku, price }) => [sku, price]) };

void suite("slow movers become plans, over HTTP", () => {
  let server: TestServer;

  before(async () => {
    // Sixty days of closed books, as the analysis of them says.
    server = await startServer("memory", {
      makePage: async (_, ask) =>
        ask.page === "slow"
          ? {
              type: "application/json",
              name: null,
              bytes: Uint8Array.from(new TextEncoder().encode(JSON.stringify(page))),
            }
          : null,
    });
    await fillShop(server, { A: 8, HIT: 20 }, ["douyin", "taobao"]);
    const event = {
      channel: "douyin",
      orderId: "1",
      stage: "paid",
      updatedAt: new Date().toISOString(),
      lines: [{ lineId: "1", sku: "A", quantity: 2, amount: 10_000 }],
    };
    assert.equal(
      (await server.ask("POST", "/api/v1/order-events", { body: [event] })).body.counts.applied,
      1,
    );
  });
  after(() => server.close());

  const plan = (action: string) =>
    server.ask("POST", "/api/v1/analysis/plans", {
      body: {
        title: "清仓专场",
        startsAt: new Date(Date.now() + 86_400_000).toISOString(),
        channels: ["douyin", "taobao"],
        chosen: [{ sku: "A", action }],
      },
    });

  test("[AN11] a price cut and a clearance are drafts of a session at their prices", async () => {
    for (const [action, price] of [
      ["price_cut", 4_000],
      ["clearance", 2_500],
    ] as const) {
      const made = await plan(action);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const session = await server.ask("GET", `/api/v1/sessions/${made.body.id}`);
      assert.deepEqual(
        [session.body.life, session.body.slots[0].sku, session.body.slots[0].price],
        ["draft", "A", price],
      );
    }
    assertProblem(await plan("supplier_return"), 409, "conflict");
    assertProblem(await plan("dance"), 400, "invalid_body");
  });

  test("[AN14] a bundle has a listing on every channel, and an order of it takes a unit of each", async () => {
    const made = await plan("bundle");
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const [bundle] = made.body.bundles;
    assert.equal(bundle.listing, "set-A-HIT");
    assert.deepEqual(
      made.body.slots.map((slot: { sku: string }) => slot.sku),
      ["A", "HIT"],
    );
    assert.equal((await plan("bundle")).status, 201, "the listing stands already");
    for (const channel of ["douyin", "taobao"]) {
      const lines = [{ listing: bundle.listing, quantity: 1 }];
      const body = { channel, orderId: `set-${channel}`, lines };
      const reserved = await server.ask("POST", "/api/v1/reservations", { body });
      assert.equal(reserved.status, 201, JSON.stringify(reserved.body));
      assert.deepEqual(reserved.body.lines.map((line: { sku: string }) => line.sku).toSorted(), ["A", "HIT"]);
    }
  });

  test("[AN15] what goes back to the supplier stands in quarantine once, and what is ordered stays", async () => {
    const send = (key: string) =>
      server.ask("POST", "/api/v1/analysis/supplier-returns", {
        headers: { "idempotency-key": key },
        body: { skus: ["A"], reason: "滞销，退供应商" },
      });
    const sent = await send("k1");
    assert.equal(sent.status, 201, JSON.stringify(sent.body));
    // Eight, less two that are paid and two in bundles.
    assert.deepEqual(sent.body, { items: [{ sku: "A", units: 4 }], units: 4 });
    assert.deepEqual((await send("k1")).body.units, 0);
    assert.deepEqual((await send("k2")).body.units, 0);
    const [item] = (await server.ask("GET", "/api/v1/quarantine")).body.items;
    assert.deepEqual([item.sku, item.open, item.cause], ["A", 4, "滞销，退供应商"]);
    const low = await server.keyFor("stock:read", "catalog:write");
    const refused = await server.ask("POST", "/api/v1/analysis/supplier-returns", {
      key: low,
      headers: { "idempotency-key": "k3" },
      body: { skus: ["A"], reason: "x" },
    });
    assertProblem(refused, 403, "forbidden");
    const unknown = await server.ask("POST", "/api/v1/analysis/supplier-returns", {
      headers: { "idempotency-key": "k4" },
      body: { skus: ["none"], reason: "x" },
    });
    assert.equal(unknown.status, 400);
  });
});
