import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type Answer, type TestServer } from "./fixture.ts";

for (const kind of ["memory", "sqlite"] as const) {
  describe(`the floor over ${kind}`, () => {
    let server: TestServer;
    let keys: Record<"ann" | "bob", string>;
    let number = 0;
    const post = (path: string, body: object, more: { key?: string; id?: string } = {}) =>
      server.ask("POST", `/api/v1/${path}`, {
        body,
        headers: { "idempotency-key": more.id ?? `k${(number += 1)}` },
        ...(more.key === undefined ? {} : { key: more.key }),
      });
    const put = (path: string, body: object) => server.ask("PUT", `/api/v1/${path}`, { body });
    const get = async (path: string) => {
      const answer = await server.ask("GET", `/api/v1/${path}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    };
    const zone = async (name: string, more: object) => {
      const made = await put(`zones/main/${encodeURIComponent(name)}`, { name, purpose: "storage", ...more });
      assert.equal(made.status, 200, JSON.stringify(made.body));
      return made.body;
    };
    const stockOf = async (sku: string, warehouse: string) => {
      const { stocks } = await get(`stock/${sku}`);
      const found = stocks.find((one: { warehouse: string }) => one.warehouse === warehouse);
      return {
        available: found?.available ?? 0,
        loaned: found?.loaned ?? 0,
        quarantine: found?.quarantine ?? 0,
      };
    };
    const isClean = async () => assert.equal((await verify(server.store, 1)).difference, null);

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 20, B2: 10 }, ["douyin"]);
      await put("skus", {
        items: [
          { code: "A1", category: "服饰" },
          { code: "B2", category: "食品" },
        ],
      });
      await put("warehouses/north", { name: "北仓" });
      const keyOf = (name: string) => server.accounts.createApiKey(name, ["stock:read", "stock:write"]);
      keys = { ann: await keyOf("ann"), bob: await keyOf("bob") };
    });
    after(async () => {
      await isClean();
      await server.close();
    });

    test("without zones every bin takes everything, and bins come into being with goods", async () => {
      assert.equal(
        (await post("receipts", { lines: [{ sku: "A1", quantity: 1, bin: "B-09" }] })).status,
        201,
      );
      const { items, total } = await get("bins?warehouse=main");
      assert.deepEqual([items.map((one: { bin: string }) => one.bin), total], [["A-01", "B-09"], 2]);
      assert.deepEqual((await get("zones")).items, []);
    });

    test("a zone says what it is, and its bins belong to it by their names", async () => {
      await zone("A", { sharing: "one_lot" });
      const cold = await zone("冷", { categories: ["食品"], exclusive: true });
      assert.deepEqual([cold.categories, cold.exclusive, cold.bins, cold.route], [["食品"], true, 0, 2]);
      await zone("Q", { purpose: "quarantine" });
      const { items } = await get("zones?warehouse=main");
      assert.deepEqual(
        items.map((one: { zone: string; bins: number; units: number }) => [one.zone, one.bins, one.units]),
        [
          ["A", 1, 30],
          ["冷", 0, 0],
          ["Q", 0, 0],
        ],
      );
      assertProblem(
        await put("zones/nowhere/A", { name: "A", purpose: "storage" }),
        422,
        "unknown_warehouse",
      );
    });

    test("[H12] goods that do not belong into a bin are refused with bins that take them; an operator may overrule", async () => {
      await put("bins/main/冷-01", {});
      const wrong = (more: object = {}, key?: string) =>
        post(
          "receipts",
          { lines: [{ sku: "B2", quantity: 2, bin: "A-02" }], ...more },
          key === undefined ? {} : { key },
        );
      const refused = await wrong();
      assertProblem(refused, 409, "zone_refuses", "lines[0].bin");
      assert.deepEqual([refused.body.why, refused.body.proposed], ["zone_reserved", [{ bin: "冷-01" }]]);
      assert.match(refused.body.detailZh, /专用库区.*可以放：冷-01/);
      assertProblem(await wrong({ override: "冷库停电" }, keys.ann), 403, "forbidden");
      assert.equal((await wrong({ override: "冷库停电" })).status, 201);
      const { items } = await get("zone-overrides");
      assert.deepEqual(
        items.map((one: { bin: string; why: string; reason: string }) => [one.bin, one.why, one.reason]),
        [["A-02", "zone_reserved", "冷库停电"]],
      );
      const bad = await post("receipts", {
        lines: [{ sku: "A1", quantity: 1, bin: "A-05", quality: "bad" }],
      });
      assertProblem(bad, 409, "zone_refuses");
      assert.equal(bad.body.why, "zone_quality");
      const lots = await post("receipts", {
        lines: [
          { sku: "A1", quantity: 1, bin: "A-07", lot: "L1" },
          { sku: "A1", quantity: 1, bin: "A-07", lot: "L2" },
        ],
      });
      assert.deepEqual([lots.body.why, lots.body.path], ["other_lot", "lines[1].bin"]);
    });

    test("a move changes the shelf and no balance; said again it is done once, also when the bin is full by it", async () => {
      await put("bins/main/B-01", { unitsMax: 5 });
      const before = await stockOf("A1", "main");
      const move = { sku: "A1", quantity: 5, bin: "A-01", toBin: "B-01" };
      const first = await post("moves", move, { key: keys.ann, id: "m1" });
      assert.equal(first.status, 201, JSON.stringify(first.body));
      const again = await post("moves", move, { key: keys.ann, id: "m1" });
      assert.deepEqual([again.status, again.body], [200, first.body]);
      assert.deepEqual(await stockOf("A1", "main"), before);
      const full = await post("moves", { ...move, quantity: 1 });
      assertProblem(full, 409, "zone_refuses", "toBin");
      assert.equal(full.body.why, "bin_full");
      assertProblem(await post("moves", { ...move, toBin: "A-01" }), 400, "invalid_body", "toBin");
      assertProblem(await post("moves", { ...move, bin: "Z-99", toBin: "Z-01" }), 409, "insufficient_units");
      const offered = (await get("put-away?sku=A1&units=3")).items;
      assert.deepEqual([offered[0].bin, offered[0].why], ["B-09", "same_lot"]);
      await isClean();
    });

    test("a list of bins comes from a file, looked at before it is saved", async () => {
      const csv =
        "库位,库区,顺序,容量,启用\nA-11,A,1,40,是\nC-01,C,2,,是\nC-02,,x,0,停用\n,C,,,\nA-11,A,,,\n";
      const send = (dryRun: boolean) =>
        server.ask("POST", `/api/v1/bins/import?warehouse=main&dryRun=${dryRun}`, {
          raw: Buffer.from(csv),
          headers: { "content-type": "text/csv" },
        });
      const looked = await send(true);
      assert.equal(looked.status, 200, JSON.stringify(looked.body));
      assert.deepEqual(
        [looked.body.bins, looked.body.fresh, looked.body.zones, looked.body.saved],
        [3, 3, ["C"], false],
      );
      assert.deepEqual(
        looked.body.problems.map((one: { row: number }) => one.row),
        [4, 4, 5, 6],
      );
      assert.equal((await get("bins?warehouse=main&search=c-0")).total, 0);
      assert.equal((await send(false)).body.saved, true);
      const { items } = await get("bins?warehouse=main&search=c-0");
      assert.deepEqual(
        items.map((one: { bin: string; zone: string; active: boolean }) => [one.bin, one.zone, one.active]),
        [
          ["C-01", "C", true],
          ["C-02", "C", false],
        ],
      );
      assertProblem(
        await post("moves", { sku: "A1", quantity: 1, bin: "A-01", toBin: "C-02" }),
        409,
        "zone_refuses",
      );
    });

    test("[H11] lots keep their expiry; what expires first stands first, and expired good units are told", async () => {
      const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      const receive = (lot: string, expiresOn: string | undefined, bin: string) =>
        post("receipts", {
          supplier: "义乌",
          lines: [{ sku: "B2", quantity: 3, bin, ...(lot === "" ? {} : { lot }), expiresOn }],
        });
      assert.equal((await receive("L-A", day(40), "冷-11")).status, 201);
      assert.equal((await receive("L-B", day(5), "冷-12")).status, 201);
      assert.equal((await receive("", day(-3), "冷-13")).status, 201);
      const { items, expiredUnits } = await get("lots?days=30");
      assert.deepEqual(
        items.map((one: { lot: string; expired: boolean; good: number; supplier: string }) => [
          one.lot,
          one.expired,
          one.good,
          one.supplier,
        ]),
        [
          [`EXP${day(-3)}`, true, 3, "义乌"],
          ["L-B", false, 3, "义乌"],
        ],
      );
      assert.equal(expiredUnits, 3);
      const changed = await put("lots/B2/L-A", { expiresOn: day(2), madeOn: day(-100) });
      assert.deepEqual(
        [changed.body.expiresOn, changed.body.daysLeft >= 1, changed.body.supplier],
        [day(2), true, "义乌"],
      );
      assertProblem(
        await put("lots/B2/L-A", { madeOn: day(9), expiresOn: day(8) }),
        400,
        "invalid_body",
        "expiresOn",
      );
      const lots = await server.shops.get(1)?.floorPlan.lots();
      assert.ok((lots?.get("B2\u0000L-A")?.expiresAt ?? 0) > Date.now());
    });

    test("[H12] the zone is asked whatever brings the goods: deliveries, returns, samples, what is resold or put back", async () => {
      const bin = "冷-01";
      const ann = { key: keys.ann };
      const override = "临时周转";
      const refused = (answer: Answer, path: string) => {
        assertProblem(answer, 409, "zone_refuses", path);
        assert.equal(answer.body.why, "zone_category");
      };
      const made = (answer: Answer): Answer => {
        assert.ok(answer.status < 300, JSON.stringify(answer.body));
        return answer;
      };
      const note = { bin, expected: [{ sku: "A1", quantity: 2 }] };
      refused(await post("inbound", note, ann), "bin");
      assertProblem(await post("inbound", { ...note, override }, ann), 403, "forbidden");
      const { receipt } = made(await post("inbound", { ...note, override })).body;
      const sign = (id: string, quantity: number, more: object, key?: string) =>
        post(`inbound/${id}/counts`, { lines: [{ sku: "A1", quantity }], ...more }, key ? { key } : {});
      // What the note says was asked when it was opened, what was counted once when it was counted.
      refused(await sign(receipt, 3, {}, keys.ann), "lines[0].sku");
      made(await sign(receipt, 3, { override }));
      const booked = made(await sign(receipt, 3, {}, keys.bob));
      assert.equal(booked.body.status, "booked");
      assert.equal((await sign(receipt, 3, {}, keys.bob)).body.why, undefined);

      const parcel = { waybill: "SF1", bin, lines: [{ sku: "A1", units: 1 }] };
      refused(await post("returns", parcel, { ...ann, id: "p1" }), "bin");
      made(await post("returns", { ...parcel, override }, { id: "p1" }));
      made(await post("returns", parcel, { ...ann, id: "p1" }));
      made(await post("returns", { waybill: "SF2", lines: parcel.lines }, ann));

      const dueAt = new Date(Date.now() + 3_600_000).toISOString();
      const lend = { sku: "A1", units: 2, bin: "B-09", borrower: "主播", dueAt };
      const { loan } = made(await post("samples", { ...lend, units: 1 }, ann)).body;
      refused(await post(`samples/${loan}/returns`, { good: 1, bad: 0, bin }, ann), "bin");
      made(await post(`samples/${loan}/returns`, { good: 1, bad: 0, bin: "B-09" }, ann));

      const bad = { sku: "A1", units: 1, bin: "B-09", reason: "破洞" };
      made(await post("quarantine", bad));
      const item = (await get("quarantine")).items.find((one: { bin: string }) => one.bin === "B-09");
      const decide = (more: object) =>
        post(`quarantine/${encodeURIComponent(item.item)}/decisions`, {
          decision: "resell",
          units: 1,
          reason: "已修",
          ...more,
        });
      refused(await decide({ toBin: bin }), "toBin");
      made(await decide({ toBin: "B-10" }));
      const { placements } = await get("stock/A1");
      const there = placements.filter((one: { bin: string }) => one.bin === "B-10");
      assert.deepEqual(
        there.map((one: { quality?: string; quantity: number }) => one.quantity),
        [1],
      );

      const order = { channel: "douyin", orderId: "z1" };
      made(await post("reservations", { ...order, stage: "paid", lines: [{ sku: "A1", quantity: 1 }] }));
      const { wave } = made(await post("outbound", { orders: [order] })).body;
      const [task] = (await get(`outbound/${wave}`)).tasks;
      const enter = async (entry: object) =>
        made(await post(`outbound/${wave}/entries`, { entries: [entry] }, ann)).body.results[0];
      const pick = { kind: "pick", id: "e1", task: task.task, bin: task.bin, sku: "A1", units: 1 };
      assert.equal((await enter({ ...pick, mode: "scan" })).result, "applied");
      made(await post("reservations/douyin/z1/cancel", {}));
      const [back] = (await get(`outbound/${wave}`)).back;
      const put = { kind: "put_back", ...order, lineId: back.lineId, sku: "A1", units: 1 };
      const no = await enter({ ...put, id: "e2", bin });
      assert.deepEqual([no.result, no.code], ["refused", "zone_refuses"]);
      // What waited on a phone stands there already.
      assert.equal((await enter({ ...put, id: "e3", bin, queued: true })).result, "applied");
      assert.equal((await enter({ ...put, id: "e3", bin })).result, "duplicate");
      await isClean();
    });

    test("a transfer is in neither warehouse's stock until another person counts it in", async () => {
      const had = await stockOf("A1", "main");
      const body = { from: "main", to: "north", note: "补货", lines: [{ sku: "A1", quantity: 8 }] };
      const sent = await post("transfers", body, { key: keys.ann, id: "t1" });
      assert.equal(sent.status, 201, JSON.stringify(sent.body));
      const { transfer } = sent.body;
      assert.deepEqual([sent.body.status, sent.body.open, sent.body.mayReceive], ["on_the_way", 8, false]);
      const again = await post("transfers", body, { key: keys.ann, id: "t1" });
      assert.deepEqual([again.status, again.body.transfer], [200, transfer]);
      assert.equal((await stockOf("A1", "main")).available, had.available - 8);
      assert.equal((await stockOf("A1", "north")).available, 0);
      assert.equal((await get("stock/A1")).item.sellable, had.available - 8);
      await isClean();
      const receive = (lines: object[], key: string, id?: string): Promise<Answer> =>
        post(`transfers/${transfer}/receive`, { lines }, { key, ...(id === undefined ? {} : { id }) });
      assertProblem(await receive([{ sku: "A1", quantity: 1 }], keys.ann), 403, "same_person");
      assertProblem(await receive([{ sku: "A1", quantity: 9 }], keys.bob), 409, "transfer_over");
      const part = await receive([{ sku: "a1", quantity: 6, damaged: 1, bin: "N-01" }], keys.bob, "r1");
      assert.deepEqual([part.status, part.body.open, part.body.lines[0].damaged], [200, 2, 1]);
      const repeat = await receive([{ sku: "a1", quantity: 6, damaged: 1, bin: "N-01" }], keys.bob, "r1");
      assert.deepEqual([repeat.status, repeat.body.open], [200, 2]);
      assert.deepEqual(await stockOf("A1", "north"), { available: 5, loaned: 0, quarantine: 1 });
      assert.equal((await stockOf("A1", "@transit")).loaned, 2);
      assertProblem(
        await post(`transfers/${transfer}/close`, { missing: "lost", reason: "路上丢失" }, { key: keys.bob }),
        403,
        "forbidden",
      );
      const closed = await post(`transfers/${transfer}/close`, { missing: "lost", reason: "路上丢失" });
      assert.deepEqual([closed.body.status, closed.body.open, closed.body.missing], ["closed", 2, "lost"]);
      assertProblem(await receive([{ sku: "A1", quantity: 1 }], keys.bob), 409, "transfer_closed");
      assert.equal((await stockOf("A1", "@transit")).loaned, 0);
      assert.equal((await get("transfers")).items.length, 1);
      assertProblem(await post("transfers", { ...body, to: "main" }), 422, "same_warehouse");
      assertProblem(
        await post("transfers", { ...body, lines: [{ sku: "A1", quantity: 999 }] }),
        409,
        "insufficient_units",
      );
      assertProblem(await server.ask("GET", "/api/v1/transfers/none"), 404, "not_found");
      const names = (await get("warehouses")).items.map((one: { warehouse: string }) => one.warehouse);
      assert.deepEqual(names.toSorted(), ["main", "north"]);
    });
  });
}
