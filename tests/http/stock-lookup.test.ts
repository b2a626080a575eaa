import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const path = "/api/v1/stock/lookup";

for (const kind of ["memory", "sqlite"] as const) {
  describe(`many SKUs at once over ${kind}`, () => {
    let server: TestServer;
    const lookUp = (codes: readonly string[]) => server.ask("POST", path, { body: { codes } });

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 10, B2: 5 }, ["douyin"]);
      const body = { barcodes: ["6901234567830"], bufferUnits: 3, name: "羊毛围巾", price: 15_900 };
      await server.ask("PATCH", "/api/v1/skus/A1", { body });
    });
    after(() => server.close());

    test("they are found by their codes as anybody writes them, each once, in the order asked for", async () => {
      const { status, body } = await lookUp(["b2", " Ａ1 ", "B2", "NOPE"]);
      assert.equal(status, 200);
      assert.deepEqual(
        body.items.map((item: { sku: string; sellable: number; buffer: number }) => [
          item.sku,
          item.sellable,
          item.buffer,
        ]),
        [
          ["B2", 5, 0],
          ["A1", 7, 3],
        ],
      );
      assert.deepEqual(body.unknown, ["NOPE"]);
    });

    test("a barcode finds its SKU, a part of one does not", async () => {
      const found = await lookUp(["6901234567830"]);
      assert.deepEqual(
        found.body.items.map(({ name, price }: { name: string; price: number }) => [name, price]),
        [["羊毛围巾", 15_900]],
      );
      assert.deepEqual((await lookUp(["69012345"])).body.unknown, ["69012345"]);
    });

    test("nothing is asked for, and too much", async () => {
      assert.deepEqual((await lookUp([])).body, { items: [], unknown: [] });
      assertProblem(await lookUp(Array.from({ length: 1_001 }, (_, at) => `S${at}`)), 400, "invalid_body");
    });
  });
}
