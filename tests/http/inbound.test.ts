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

    test("[U4] a received unit covers a presale line first, when it is said and when nobody says it", async () => {
      const lines = [{ lineId: "1", sku: "B2", quantity: 3, kind: "presale" }];
      const at = new Date().toISOString();
      const order = { channel: "douyin", orderId: "PRE-1", stage: "paid", updatedAt: at, lines };
      const sent = await server.ask("POST", "/api/v1/order-events", { body: [order] });
      assert.equal(sent.status, 200, JSON.stringify(sent.body));
      const item = async () => (await server.ask("GET", "/api/v1/stock/B2")).body.item;
      const before = await item();
      assert.equal(before.presale, 3);
      const receive = async (units: number, ...expected: readonly object[]) => {
        const receipt = await open({ supplier: "织造", expected });
        await sign(keys.ann, receipt, ["B2", units]);
        assert.equal((await sign(keys.bob, receipt, ["B2", units])).body.status, "booked");
        const { presale, available } = await item();
        return [presale, available - before.available];
      };
      // Somebody says that they are not for presale.
      assert.deepEqual(await receive(1, { sku: "B2", quantity: 1, presale: false }), [3, 1]);
      // A delivery that is expected for presale, opened without a word of it.
      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      const books = { store: server.store, shop: 1, batcher: shop.batcher };
      const promise = { id: "session/p1", sku: "B2", units: 1, expectedAt: null, source: "session" as const };
      await promiseDelivery(books, promise, { actor: "supplier:织造", at: Date.now() });
      const marked = await server.ask("POST", "/api/v1/inbound/expected/presale", {
        body: { delivery: "session/p1", presale: true },
      });
      assert.deepEqual([marked.status, marked.body.items[0].presale], [200, true]);
      assert.deepEqual(await receive(2, { sku: "B2", quantity: 1, request: "session/p1" }), [2, 2]);
      // Nobody says what they are for.
      assert.deepEqual(await receive(1), [1, 2]);
      assert.deepEqual(await receive(2), [0, 3]);
      const nothing = { body: { delivery: "session/none", presale: true } };
      assertProblem(await server.ask("POST", "/api/v1/inbound/expected/presale", nothing), 404, "not_found");
    });

    test("[U6] lots with their dates are kept by a receipt of two people, and differing dates are told", async () => {
      const receipt = await open({ supplier: "义乌", bin: "收货区" });
      const dated = (expiresOn: string) => [
        ["A1", 2, { lot: "L-9", madeOn: "2026-11-01", expiresOn }] as const,
        ["A1", 1, { expiresOn: "2027-05-31" }] as const,
      ];
      await sign(keys.ann, receipt, ...dated("2027-02-28"));
      const differs = await sign(keys.bob, receipt, ...dated("2027-03-31"));
      assert.equal(differs.body.status, "differs");
      assert.deepEqual(differs.body.differences[0].dates, [
        "2026-11-01 – 2027-02-28",
        "2026-11-01 – 2027-03-31",
      ]);
      const booked = await sign(keys.bob, receipt, ...dated("2027-02-28"));
      assert.equal(booked.body.status, "booked");
      const lots = await server.shops.get(1)?.floorPlan.lotBodies();
      const known = lots?.get("A1\u0000L-9");
      assert.deepEqual(
        [known?.supplier, known?.expiresAt, known?.madeAt],
        ["义乌", Date.parse("2027-03-01T00:00:00+08:00"), Date.parse("2026-11-01T00:00:00+08:00")],
      );
      const named = lots?.get("A1\u0000EXP2027-05-31");
      assert.equal(named?.expiresAt, Date.parse("2027-06-01T00:00:00+08:00"));
      const { placements } = (await server.ask("GET", "/api/v1/stock/A1")).body;
      const units = (lot: string) => placements.find((one: { lot: string }) => one.lot === lot)?.quantity;
      assert.deepEqual([units("L-9"), units("EXP2027-05-31")], [2, 1]);
      const wrong = await sign(keys.ann, receipt, ["A1", 1, { expiresOn: "2027-02-3" }]);
      assertProblem(wrong, 400, "invalid_body");
    });

    test("[U7] a signature that is sent again after a lost answer is the same one, booked or not", async () => {
      const named = { receipt: `R${Date.now().toString(36).padStart(9, "0")}0f0f0f0f`, note: "离线" };
      const receipt = await open(named);
      assert.deepEqual([receipt, await open(named)], [named.receipt, named.receipt]);
      const units = await onHand("A1");
      const send = (key: string, name: string) =>
        server.ask("POST", `/api/v1/inbound/${receipt}/counts`, {
          body: { lines: [{ sku: "A1", quantity: 3 }] },
          key,
          headers: { "idempotency-key": name },
        });
      assert.deepEqual((await send(keys.ann, "a-1")).body.status, "second");
      const again = await send(keys.ann, "a-1");
      assert.deepEqual([again.status, again.body.status, again.body.signedBy.length], [200, "second", 1]);
      assertProblem(await send(keys.ann, "a-2"), 403, "same_person");
      const booked = await send(keys.bob, "b-1");
      assert.equal(booked.body.status, "booked");
      for (const [key, name] of [
        [keys.bob, "b-1"],
        [keys.ann, "a-1"],
      ] as const) {
        const late = await send(key, name);
        assert.deepEqual([late.status, late.body.seq], [200, booked.body.seq]);
      }
      assertProblem(await send(keys.bob, "b-2"), 409, "receipt_over");
      assert.equal(await onHand("A1"), units + 3);
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
        ["cancelled", ...Array.from({ length: items.length - 1 }, () => "booked")],
      );
    });
  });
}
