import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { promiseDelivery } from "../../src/engine/inbound/expected.ts";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

for (const kind of ["memory", "sqlite"] as const) {
  describe(`receiving with two people over ${kind}`, () => {
    let server: TestServer;
    let keys: Record<"ann" | "bob" | "cat", string>;
    const open = async (body: object) => {
      const made = await server.ask("POST", "/api/v1/inbound", { body });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body.receipt as string;
    };
    const sign = (key: string, receipt: string, ...lines: readonly (readonly [string, number, object?])[]) =>
      server.ask("POST", `/api/v1/inbound/${receipt}/counts`, {
        body: { lines: lines.map(([sku, quantity, more = {}]) => ({ sku, quantity, ...more })) },
        key,
      });
    const see = async (key: string, receipt: string) =>
      (await server.ask("GET", `/api/v1/inbound/${receipt}`, { key })).body;
    const onHand = async (sku: string) =>
      (await server.ask("GET", `/api/v1/stock/${sku}`)).body.item.onHand as number;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 5, B2: 0 }, ["douyin"]);
      const keyOf = (name: string) => server.accounts.createApiKey(name, ["stock:read", "stock:write"]);
      keys = { ann: await keyOf("ann"), bob: await keyOf("bob"), cat: await keyOf("cat") };
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("equal counts of two people are booked, once, with what the note promised beside it", async () => {
      const expected = [
        { sku: "A1", quantity: 12 },
        { sku: "b2", quantity: 4 },
      ];
      const receipt = await open({ supplier: "义乌小商品", note: "SH-88", bin: "收货区", expected });
      const first = await sign(
        keys.ann,
        receipt,
        ["A1", 6, { lot: "L1" }],
        ["B2", 4],
        ["a1", 4, { lot: "L1" }],
      );
      assert.deepEqual([first.status, first.body.status, first.body.seq], [200, "second", null]);
      assert.equal(await onHand("A1"), 5);
      // The second person sees nothing of it, and is another.
      const blind = await see(keys.bob, receipt);
      assert.deepEqual([blind.counts, blind.differences, blind.mine.mayCount], [[], [], true]);
      assert.equal((await see(keys.ann, receipt)).mine.mayCount, false);
      const same = await sign(keys.ann, receipt, ["A1", 10, { lot: "L1" }], ["B2", 4]);
      assertProblem(same, 403, "same_person");
      assert.match(same.body.detailZh, /换一个账号/);
      const second = await sign(keys.bob, receipt, ["B2", 4], ["A1", 10, { lot: "L1" }]);
      assert.equal(second.body.status, "booked");
      assert.ok(second.body.seq > 0);
      assert.deepEqual(second.body.noteDifferences, [
        { sku: "A1", name: "商品 A1", noted: 12, came: 10, bad: 0 },
      ]);
      assert.deepEqual([await onHand("A1"), await onHand("B2")], [15, 4]);
      const { placements } = (await server.ask("GET", "/api/v1/stock/A1")).body;
      assert.ok(
        placements.some(
          ({ bin, lot, quantity }: { bin: string; lot: string; quantity: number }) =>
            bin === "收货区" && lot === "L1" && quantity === 10,
        ),
      );
      assertProblem(await sign(keys.cat, receipt, ["A1", 1]), 409, "receipt_over");
      assert.equal(await server.shops.get(1)?.inbound.bookLeft(10), 0);
      assert.equal(await onHand("A1"), 15);
    });

    test("different counts are shown to both, and nothing is booked before two people agree", async () => {
      const receipt = await open({ supplier: "S" });
      await sign(keys.ann, receipt, ["A1", 7]);
      const second = await sign(keys.bob, receipt, ["A1", 6], ["B2", 1, { quality: "bad" }]);
      assert.equal(second.body.status, "differs");
      const seen = await see(keys.ann, receipt);
      assert.deepEqual(
        seen.differences.map(({ sku, quantities }: { sku: string; quantities: number[] }) => [
          sku,
          quantities,
        ]),
        [
          ["A1", [7, 6]],
          ["B2", [0, 1]],
        ],
      );
      assert.equal(await onHand("A1"), 15);
      const again = await sign(keys.ann, receipt, ["A1", 6], ["B2", 1, { quality: "bad" }]);
      assert.equal(again.body.status, "booked");
      assert.equal(await onHand("A1"), 21);
      assert.equal((await server.ask("GET", "/api/v1/stock/B2")).body.item.quarantine, 1);
    });

    test("[U5] what a supplier promised is expected until it has come; fewer than promised stay named", async () => {
      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      const books = { store: server.store, shop: 1, batcher: shop.batcher };
      const who = { actor: "supplier:织造", at: Date.now() };
      const promise = (units: number) => ({
        id: "session/r1",
        sku: "a1",
        units,
        supplier: "织造",
        expectedAt: null,
        source: "session" as const,
      });
      type Item = { delivery: string; units: number; received: number; closedAt: string | null };
      const expected = async (): Promise<Item> => {
        const { items } = (await server.ask("GET", "/api/v1/inbound/expected", { key: keys.ann })).body;
        return items[0];
      };
      await promiseDelivery(books, promise(10), who);
      await promiseDelivery(books, promise(8), who);
      assert.deepEqual(await expected().then(({ units, received }) => [units, received]), [8, 0]);
      const line = (quantity: number) => ({ sku: "A1", quantity, request: "session/r1" });
      const first = await open({ supplier: "织造", expected: [line(8)] });
      await sign(keys.ann, first, ["A1", 5]);
      assert.equal((await sign(keys.bob, first, ["A1", 5])).body.noteDifferences[0].came, 5);
      assert.deepEqual(await expected().then(({ received, closedAt }) => [received, closedAt]), [5, null]);
      // What has begun to come is not promised away, and booking again counts nothing twice.
      await promiseDelivery(books, promise(100), who);
      const booked = await shop.inbound.get(first);
      assert.ok(booked !== null);
      await shop.inbound.book(booked);
      assert.deepEqual(await expected().then(({ units, received }) => [units, received]), [8, 5]);
      const second = await open({ supplier: "织造", expected: [line(3)] });
      await sign(keys.ann, second, ["A1", 3]);
      await sign(keys.bob, second, ["A1", 3]);
      const whole = await expected();
      assert.deepEqual([whole.received, whole.closedAt === null], [8, false]);
      await promiseDelivery(books, { ...promise(4), id: "session/r2" }, who);
      const open2 = (await expected()).delivery;
      assert.equal(open2, "session/r2");
      const close = { body: { delivery: open2 } };
      assertProblem(
        await server.ask("POST", "/api/v1/inbound/expected/close", { ...close, key: keys.ann }),
        403,
        "forbidden",
      );
      assert.equal((await server.ask("POST", "/api/v1/inbound/expected/close", close)).status, 200);
      assertProblem(await server.ask("POST", "/api/v1/inbound/expected/close", close), 404, "not_found");
    });

    test("what is wrong is told with words and changes nothing", async () => {
      const receipt = await open({});
      assertProblem(await sign(keys.ann, receipt), 422, "lines_empty");
      assertProblem(await sign(keys.ann, receipt, ["A1", 0]), 422, "quantity_invalid");
      assertProblem(await sign(keys.ann, receipt, ["A1", 6_901_234_567_892]), 422, "quantity_invalid");
      assertProblem(await sign(keys.ann, receipt, ["NONE", 1]), 400, "invalid_body");
      assertProblem(await sign(keys.ann, "nothing", ["A1", 1]), 404, "not_found");
      const cancel = { body: { reason: "退回" }, key: keys.ann };
      assertProblem(await server.ask("POST", `/api/v1/inbound/${receipt}/cancel`, cancel), 403, "forbidden");
      const done = await server.ask("POST", `/api/v1/inbound/${receipt}/cancel`, {
        body: { reason: "退回" },
      });
      assert.equal(done.body.status, "cancelled");
      assertProblem(await sign(keys.ann, receipt, ["A1", 1]), 409, "receipt_over");
      const { items } = (await server.ask("GET", "/api/v1/inbound", { key: keys.ann })).body;
      assert.deepEqual(
        items.map(({ status }: { status: string }) => status),
        ["cancelled", "booked", "booked", "booked", "booked"],
      );
    });
  });
}
