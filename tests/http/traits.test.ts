import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { assertProblem, fillShop, startServer, type StoreKind, type TestServer } from "./fixture.ts";

const dayMs = 86_400_000;

for (const kind of ["memory", "sqlite"] as const satisfies readonly StoreKind[]) {
  void suite(`${kind}: cost, season and what is ordered`, () => {
    let server: TestServer;
    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A: 0, B: 0 }, ["douyin"]);
      const shop = server.shops.all()[0]?.id ?? 0;
      const at = Date.now() - 3 * dayMs;
      const lines = [
        { sku: "A", quantity: 40, bin: "A-01" },
        { sku: "B", quantity: 50, bin: "A-02" },
      ];
      const receive = { type: "receive", key: "o", warehouse: "main", opening: true, actor: "t" } as const;
      await server.store.commit(shop, [{ ...receive, lines, at }], at);
      const put = await server.ask("POST", "/api/v1/order-events", {
        body: Array.from({ length: 30 }, (_, index) => ({
          channel: "douyin",
          orderId: `o${index}`,
          stage: "paid",
          updatedAt: new Date(Date.now() - (2.6 - (index % 2)) * dayMs).toISOString(),
          lines: [{ sku: "A", quantity: 1, amount: 9_900 }],
        })),
      });
      assert.equal(put.body.counts.applied, 30, JSON.stringify(put.body));
    });
    after(() => server.close());

    const analysis = async () => (await server.ask("GET", "/api/v1/analysis?days=30")).body;
    const patch = (sku: string, body: object) => server.ask("PATCH", `/api/v1/skus/${sku}`, { body });

    test("a SKU has a cost, a season, a shelf life, a lead time and a style; the same again changes nothing", async () => {
      const traits = {
        cost: 4_000,
        season: { last: 2, first: 10 },
        shelfLifeDays: 540,
        leadDays: 12,
        style: "经典款",
      };
      assert.equal((await patch("A", traits)).body.result, "applied");
      assert.equal((await patch("A", { season: { first: 10, last: 2 } })).body.result, "duplicate");
      const { sku } = (await server.ask("GET", "/api/v1/skus/A")).body;
      assert.deepEqual(
        { cost: sku.cost, season: sku.season, days: sku.shelfLifeDays, lead: sku.leadDays, style: sku.style },
        { cost: 4_000, season: { first: 10, last: 2 }, days: 540, lead: 12, style: "经典款" },
      );
      assert.equal((await patch("A", { season: null, shelfLifeDays: null })).body.result, "applied");
      for (const bad of [
        { cost: -1 },
        { season: { first: 0, last: 3 } },
        { leadDays: 0 },
        { shelfLifeDays: 1.5 },
      ])
        assertProblem(await patch("A", bad), 400, "invalid_body");
      // What selling does not need is on no stock page and on no screen.
      const stock = await server.ask("GET", "/api/v1/stock");
      assert.ok(!JSON.stringify(stock.body).includes("cost"));
    });

    test("[AN1] GMROI says how many costs are missing, and is there once they are said", async () => {
      const before = await analysis();
      assert.deepEqual([before.all.gmroi, before.all.costMissing], [null, 1]);
      assert.equal((await patch("B", { cost: 2_000 })).body.result, "applied");
      const after = await analysis();
      assert.equal(after.all.costMissing, 0);
      assert.ok(after.all.gmroi > 0, JSON.stringify(after.all));
      assert.ok(after.categories[0].limit.turnoverDays > 0);
    });

    test("[AN7] a proposal is of whole cases, as soon as somebody says how many are in one", async () => {
      const proposed = async () => {
        const { replenish } = await analysis();
        return replenish.find(({ sku }: { sku: string }) => sku.toLowerCase() === "a").units as number;
      };
      const single = await proposed();
      const units = single + 7;
      const body = { packs: [{ code: "", units }] };
      assert.equal((await server.ask("PUT", "/api/v1/skus/A/packs", { body })).status, 200);
      assert.equal(await proposed(), units);
    });

    test("[AN12] what is ordered is noted once a day, expected by its lead time, and not asked for again", async () => {
      const before = await analysis();
      const [wanted] = before.replenish.filter((one: { sku: string }) => one.sku === "a" || one.sku === "A");
      assert.ok(wanted !== undefined && wanted.units > 0, JSON.stringify(before.replenish));
      const body = { items: [{ sku: wanted.sku, units: wanted.units }] };
      const order = () => server.ask("POST", "/api/v1/analysis/orders", { body });
      assert.deepEqual((await order()).body, { expected: 1, known: 0 });
      assert.deepEqual((await order()).body, { expected: 0, known: 1 });
      const after = await analysis();
      assert.ok(after.replenish.every((one: { sku: string }) => one.sku !== wanted.sku));
      const none = { items: [{ sku: "none", units: 1 }] };
      assertProblem(
        await server.ask("POST", "/api/v1/analysis/orders", { body: none }),
        400,
        "invalid_body",
        "items[0].sku",
      );
    });

    test("a stock list brings cost and season; words that nobody understands are said and not taken", async () => {
      const rows = [
        "商家编码,库存,成本价,季节,保质期,到货天数,款式",
        "C1,5,12.50,秋冬,18个月,9,围巾",
        "C2,5,,看情况,,,",
      ];
      const sent = await server.ask("POST", "/api/v1/imports?kind=stock", {
        raw: Buffer.from(rows.join("\n")),
        headers: { "content-type": "application/octet-stream", "x-file-name": "stock.csv" },
      });
      assert.equal(sent.status, 201, JSON.stringify(sent.body));
      const run = async (step: string) => {
        await server.ask("POST", `/api/v1/imports/${sent.body.id}/${step}`, { body: {} });
        for (;;) {
          const { body } = await server.ask("GET", `/api/v1/imports/${sent.body.id}`);
          if (body.state !== "checking" && body.state !== "applying") return body;
        }
      };
      await run("dry-run");
      const done = await run("apply");
      assert.equal(done.state, "applied", JSON.stringify(done));
      assert.deepEqual(
        done.problems.map((one: { line: number; reasons: { code: string }[] }) => [
          one.line,
          one.reasons[0]?.code,
        ]),
        [[3, "trait_unknown"]],
      );
      const { sku } = (await server.ask("GET", "/api/v1/skus/C1")).body;
      assert.deepEqual(
        [sku.cost, sku.season, sku.shelfLifeDays, sku.leadDays, sku.style],
        [1_250, { first: 9, last: 2 }, 540, 9, "围巾"],
      );
      assert.equal((await server.ask("GET", "/api/v1/skus/C2")).body.sku.season, null);
    });
  });
}
