import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const itf = "16901234567899";

for (const kind of ["memory", "sqlite"] as const) {
  describe(`cases over ${kind}`, () => {
    let server: TestServer;
    const put = (sku: string, packs: readonly object[]) =>
      server.ask("PUT", `/api/v1/skus/${sku}/packs`, { body: { packs } });
    const get = async (where: string) => (await server.ask("GET", `/api/v1${where}`)).body;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 20, B2: 10 }, ["douyin"]);
      await server.ask("PATCH", "/api/v1/skus/A1", { body: { barcodes: ["6901234567892"] } });
    });
    after(() => server.close());

    test("[H14] a case's code is scanned as its units, and a phone gets it with the lots for when it is away", async () => {
      assert.deepEqual(await get("/skus/A1/packs"), { packs: [] });
      const packs = [
        { code: itf, units: 24 },
        { code: "", units: 6 },
      ];
      const saved = await put("a1", packs);
      assert.deepEqual([saved.status, saved.body], [200, { packs }]);
      assert.deepEqual(await get("/skus/A1/packs"), { packs });
      const { kind: what, sku, units } = await get(`/scan?code=${itf}`);
      assert.deepEqual([what, sku, units], ["sku", "A1", 24]);
      assert.equal((await get("/scan?code=6901234567892")).units, undefined);
      const lines = [{ sku: "B2", quantity: 3, bin: "A-01", lot: "N2609" }];
      const headers = { "idempotency-key": "lot" };
      assert.equal((await server.ask("POST", "/api/v1/receipts", { body: { lines }, headers })).status, 201);
      assert.deepEqual(await get("/codes"), {
        packs: packs.map((pack) => ({ sku: "A1", ...pack })),
        lots: [{ sku: "B2", lot: "N2609" }],
      });
      assert.deepEqual((await put("A1", [])).body, { packs: [] });
      assert.equal((await get(`/scan?code=${itf}`)).kind, "unknown");
      assert.deepEqual((await put("A1", packs)).body, { packs });
    });

    test("[H14] a code is one thing: a product's, another case's and half a barcode are no case's", async () => {
      const refused = async (sku: string, code: string, more: readonly object[] = []) =>
        assertProblem(
          await put(sku, [...more, { code, units: 12 }]),
          400,
          "invalid_body",
          `packs[${more.length}].code`,
        );
      await refused("B2", "6901234567892");
      await refused("B2", "a1");
      await refused("B2", itf);
      await refused("A1", "X-1", [{ code: "x-1", units: 3 }]);
      await refused("B2", "16901234567890");
      assertProblem(await put("NONE", []), 404, "not_found");
      assertProblem(await put("B2", [{ code: "", units: 1 }]), 400, "invalid_body");
      const reading = await server.keyFor("stock:read");
      const denied = await server.ask("PUT", "/api/v1/skus/B2/packs", { body: { packs: [] }, key: reading });
      assertProblem(denied, 403, "forbidden");
      assert.deepEqual(await get("/skus/B2/packs"), { packs: [] });
    });
  });
}
