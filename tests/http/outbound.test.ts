import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { OutboundEntry, WaveSheet } from "../../src/api/outbound.ts";
import type { Scope } from "../../src/api/shop.ts";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const picking: readonly Scope[] = ["stock:read", "stock:write"];

for (const kind of ["memory", "sqlite"] as const) {
  describe(`picking and shipping over ${kind}`, () => {
    let server: TestServer;
    let keys: Record<"ann" | "bob", string>;
    let number = 0;
    const ask: TestServer["ask"] = (...args) => server.ask(...args);
    const post = async (where: string, body: unknown, key?: string) => {
      number += 1;
      const headers = { "idempotency-key": `t${number}` };
      const options = { body, headers, ...(key === undefined ? {} : { key }) };
      return ask("POST", `/api/v1${where}`, options);
    };
    const must = async (where: string, body: unknown, key?: string) => {
      const done = await post(where, body, key);
      assert.ok(done.status < 300, `${where}: ${JSON.stringify(done.body)}`);
      return done.body;
    };
    const receive = (sku: string, quantity: number, bin: string, lot = "") =>
      must("/receipts", { lines: [{ sku, quantity, bin, ...(lot === "" ? {} : { lot }) }] });
    const sell = (orderId: string, lines: Record<string, number>, more = {}) =>
      must("/reservations", {
        channel: "douyin",
        orderId,
        stage: "paid",
        lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
        ...more,
      });
    const event = (orderId: string, line: object, more = {}) =>
      must("/order-events", [
        {
          channel: "douyin",
          orderId,
          updatedAt: new Date().toISOString(),
          lines: [{ lineId: "1", ...line }],
          ...more,
        },
      ]);
    const open = (orders: readonly string[], more = {}) =>
      must("/outbound", { orders: orders.map((orderId) => ({ channel: "douyin", orderId })), ...more });
    const sheetOf = async (wave: string): Promise<WaveSheet> => {
      const { status, body } = await ask("GET", `/api/v1/outbound/${wave}`);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    };
    const id = (): string => `e${(number += 1)}`;
    const enter = async (wave: string, entry: object, key = keys.ann) => {
      const entries = [{ id: id(), ...entry }] as OutboundEntry[];
      return (await must(`/outbound/${wave}/entries`, { entries }, key)).results[0];
    };
    /** Picks everything of a wave, as it stands on the list. */
    const pickAll = async (wave: string, key = keys.ann) => {
      const { tasks } = await sheetOf(wave);
      for (const { task, bin, sku, lot, left } of tasks)
        if (left > 0)
          assert.equal(
            (await enter(wave, pick(task, bin, sku, left, lot === "" ? {} : { lot }), key)).result,
            "applied",
          );
    };
    const pick = (task: string, bin: string, sku: string, units: number, more = {}) => ({
      kind: "pick",
      task,
      bin,
      sku,
      units,
      ...more,
    });
    const ship = async (wave: string, orderId: string, waybill: string, more = {}, key = keys.bob) => {
      const parcels = [{ id: id(), channel: "douyin", orderId, waybill, carrier: "SF", ...more }];
      return (await must(`/outbound/${wave}/parcels`, { parcels }, key)).results[0];
    };
    const shelves = async (sku: string): Promise<Record<string, number>> => {
      const { placements } = (await ask("GET", `/api/v1/stock/${sku}`)).body;
      const all = placements as { bin: string; lot: string; quantity: number }[];
      return Object.fromEntries(
        all.map(({ bin, lot, quantity }) => [lot === "" ? bin : `${bin}/${lot}`, quantity]),
      );
    };
    const lineOf = async (orderId: string) => {
      const { lines } = (await ask("GET", `/api/v1/orders/douyin/${orderId}`)).body;
      return lines[0];
    };
    const trace = async (query: string) =>
      (await ask("GET", `/api/v1/outbound/trace?${query}`)).body.items as {
        orderId: string;
        lot: string;
        bin: string;
        units: number;
        pickedBy: string | null;
        shippedBy: string;
        waybill: string;
        wave: string | null;
      }[];

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A: 20, B: 20, C: 0, D: 0, E: 9 }, ["douyin", "manual"]);
      keys = {
        ann: await server.accounts.createApiKey("ann", picking),
        bob: await server.accounts.createApiKey("bob", picking),
      };
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("[G1][G3][G6][G11] two people pick and send a wave, and every unit is known afterwards", async () => {
      await receive("C", 5, "C-02", "EXP20990601");
      await receive("C", 5, "C-01", "EXP20980101");
      await sell("o1", { A: 2, C: 3 });
      await sell("o2", { C: 4 });
      const preview = await must("/outbound/preview", {});
      assert.deepEqual([preview.orders, preview.units, preview.bins.length], [2, 9, 3]);
      const { wave, stage } = await must("/outbound", {}, keys.ann);
      assert.equal(stage, "picking");
      // What expires first is taken first, though it came last; the list goes by the way.
      const { tasks } = await sheetOf(wave);
      assert.deepEqual(
        tasks.map(({ bin, sku, lot, left }) => [bin, sku, lot, left]),
        [
          ["A-01", "A", "", 2],
          ["C-01", "C", "EXP20980101", 5],
          ["C-02", "C", "EXP20990601", 2],
        ],
      );
      assertProblem(await post("/outbound", {}), 422, "nothing_to_pick");
      const rows: [object, string | undefined][] = [
        [pick("2", "C-02", "C", 1, { lot: "EXP20990601" }), "bin_wrong"],
        [pick("2", "C-01", "A", 1), "item_wrong"],
        [pick("2", "C-01", "C", 1), "lot_needed"],
        [pick("2", "C-01", "C", 1, { lot: "EXP20990601" }), "lot_wrong"],
        [pick("2", "C-01", "C", 6, { lot: "EXP20980101" }), "too_many"],
        [pick("2", "C-01", "C", 6_900_000_000_000, { lot: "EXP20980101" }), "too_many"],
        [pick("2", "C-01", "C", 0, { lot: "EXP20980101" }), "too_many"],
        [pick("9", "C-01", "C", 1), "task_unknown"],
        [pick("1", "A-01", "A", 2), undefined],
        [pick("1", "A-01", "A", 1), "task_done"],
      ];
      for (const [entry, code] of rows) {
        const result = await enter(wave, entry);
        assert.equal(result.code, code, JSON.stringify(entry));
        if (code !== undefined) assert.match(result.words.zh, /\p{Script=Han}/u);
      }
      assert.deepEqual(await shelves("A"), { "A-01": 18, 待发区: 2 });
      const again = [{ id: "twice", ...pick("2", "C-01", "C", 5, { lot: "EXP20980101" }) }];
      const first = await must(`/outbound/${wave}/entries`, { entries: again }, keys.bob);
      const second = await must(`/outbound/${wave}/entries`, { entries: again }, keys.bob);
      assert.deepEqual([first.results[0].result, second.results[0].result], ["applied", "duplicate"]);
      // o1 has all that it wants by now, o2 the rest of the lot and not all.
      assert.equal(
        (await ship(wave, "o2", "SF2", { lines: [{ lineId: "1", sku: "C", units: 3 }] })).code,
        "not_picked",
      );
      await pickAll(wave);
      // o2's lot leaves first although o1's is older: what was picked for an order is what it gets.
      assert.equal((await ship(wave, "o2", "SF2")).result, "applied");
      assert.deepEqual(await shelves("C"), { "C-02/EXP20990601": 3, "待发区/EXP20980101": 3 });
      assert.equal((await ship(wave, "o1", "SF2")).code, "waybill_used");
      assert.equal((await ship(wave, "o1", " ")).code, "waybill_missing");
      assert.equal((await ship(wave, "o1", "SF1")).result, "applied");
      assert.equal((await sheetOf(wave)).item.stage, "done");
      assert.deepEqual([(await lineOf("o1")).shipped, (await lineOf("o2")).shipped], [2, 4]);
      const byLot = await trace("lot=EXP20990601");
      assert.deepEqual(
        byLot.map(({ orderId, bin, units, pickedBy, shippedBy, waybill }) => ({
          orderId,
          bin,
          units,
          pickedBy,
          shippedBy,
          waybill,
        })),
        [
          {
            orderId: "o2",
            bin: "C-02",
            units: 2,
            pickedBy: "key:ann",
            shippedBy: "key:bob",
            waybill: "SF2",
          },
        ],
      );
      assert.deepEqual(
        (await trace("order=o1")).map(({ units }) => units).toSorted((a, b) => a - b),
        [2, 3],
      );
      assert.equal((await trace("waybill=SF1")).length, 2);
      assert.deepEqual((await trace("sku=c")).map(({ lot }) => lot).toSorted(), [
        "EXP20980101",
        "EXP20980101",
        "EXP20990601",
      ]);
      assertProblem(await ask("GET", "/api/v1/outbound/trace"), 400, "invalid_body");
    });

    test("[G4] a part of an order leaves with its own waybill, the rest with another wave", async () => {
      await sell("p1", { B: 5 });
      const { wave } = await open(["p1"]);
      const [task] = (await sheetOf(wave)).tasks;
      assert.ok(task !== undefined);
      await enter(wave, pick(task.task, task.bin, "B", 3));
      assert.equal((await ship(wave, "p1", "SF10")).result, "applied");
      assert.equal((await lineOf("p1")).shipped, 3);
      await must(`/outbound/${wave}/cancel`, { reason: "下班" });
      assert.equal((await enter(wave, pick(task.task, task.bin, "B", 2))).code, "wave_over");
      const next = await open(["p1"]);
      assert.equal(next.open, 2);
      await pickAll(next.wave);
      assert.equal((await ship(next.wave, "p1", "SF11")).result, "applied");
      const line = await lineOf("p1");
      assert.deepEqual([line.shipped, line.live], [5, 0]);
      // The same parcel sent again counts once.
      const parcels = [{ id: "again", channel: "douyin", orderId: "p1", waybill: "SF12" }];
      const answer = await must(`/outbound/${next.wave}/parcels`, { parcels });
      assert.equal(answer.results[0].code, "nothing_to_ship");
    });

    test("[G8] cancelled after the pick: not sent, put back, and the shelf has it again", async () => {
      await sell("c1", { B: 4 });
      const { wave } = await open(["c1"]);
      const [task] = (await sheetOf(wave)).tasks;
      assert.ok(task !== undefined);
      await enter(wave, pick(task.task, task.bin, "B", 3));
      const before = await shelves("B");
      await must("/reservations/douyin/c1/cancel", {});
      const sheet = await sheetOf(wave);
      assert.deepEqual([sheet.item.stage, sheet.item.open, sheet.item.back], ["back", 0, 3]);
      assert.equal((await ship(wave, "c1", "SF20")).code, "order_over");
      const [back] = sheet.back;
      assert.ok(back !== undefined);
      assert.deepEqual([back.bin, back.units, back.why], [task.bin, 3, "cancelled"]);
      const { channel, orderId, lineId, sku } = back;
      const put = { kind: "put_back", channel, orderId, lineId, sku };
      assert.equal((await enter(wave, { ...put, units: 4, bin: "B-09" })).code, "too_many");
      assert.equal((await enter(wave, { ...put, units: 3, bin: "待发区" })).code, "bin_is_staging");
      assert.equal((await enter(wave, { ...put, units: 2, bin: task.bin })).result, "applied");
      assert.equal((await enter(wave, { ...put, units: 1, bin: "B-09" })).result, "applied");
      assert.equal((await enter(wave, { ...put, units: 1, bin: "B-09" })).code, "not_to_put_back");
      assert.equal((await sheetOf(wave)).item.stage, "done");
      const now = await shelves("B");
      assert.deepEqual([now[task.bin], now["B-09"]], [(before[task.bin] ?? 0) + 2, 1]);
    });

    test("[G8] a phone that was away has picked what nobody wants any more: it counts, and goes back", async () => {
      await sell("q1", { B: 2 });
      const { wave } = await open(["q1"]);
      const [task] = (await sheetOf(wave)).tasks;
      assert.ok(task !== undefined);
      await must("/reservations/douyin/q1/cancel", {});
      assert.equal((await enter(wave, pick(task.task, task.bin, "B", 2))).code, "task_done");
      const entry = pick(task.task, task.bin, "B", 2, { queued: true });
      assert.equal((await enter(wave, entry)).result, "applied");
      const { item } = await sheetOf(wave);
      assert.deepEqual([item.stage, item.back, item.waiting], ["back", 2, 0]);
    });

    test("[G9] orders under review, in a refund, or held by an odd case are not picked and not sent", async () => {
      await sell("h1", { A: 1 });
      await sell("h2", { A: 1 });
      await sell("h3", { A: 1 });
      await event("h2", { sku: "A", quantity: 1, refund: "requested" }, { stage: "paid" });
      const body = {
        id: "case-1",
        openedAt: Date.now(),
        state: "open",
        orders: [
          {
            channel: "douyin",
            orderId: "h1",
            placedAt: 0,
            units: 1,
            amount: 0,
            buyer: null,
            phone: null,
            address: null,
            skus: ["A"],
            hits: [],
            points: 9,
          },
        ],
        decided: null,
        measures: [],
      };
      const shop = await server.shops.open(1);
      const put = {
        type: "putDocument",
        kind: "odd_case",
        id: "case-1",
        actor: "t",
        at: Date.now(),
      } as const;
      await shop.batcher.submit({ ...put, version: 0, body });
      // Picked before anybody held it.
      const { wave } = await open(["h1", "h3"]);
      await pickAll(wave);
      const measure = { action: "hold", by: "t", at: Date.now(), units: null };
      await shop.batcher.submit({ ...put, version: 1, body: { ...body, measures: [measure] } });
      const refused = await ship(wave, "h1", "SF30");
      assert.equal(refused.code, "order_held");
      assert.match(refused.words.zh, /case-1/);
      assert.match(
        (await sheetOf(wave)).orders.find(({ orderId }) => orderId === "h1")?.hold?.zh ?? "",
        /case-1/,
      );
      assert.equal((await ship(wave, "h3", "SF31")).result, "applied");
      await sell("h4", { A: 1 });
      await event("h4", { sku: "A", quantity: 1 }, { stage: "pending", rank: 9 });
      const { held } = await must("/outbound/preview", {
        orders: ["h2", "h4"].map((orderId) => ({ channel: "douyin", orderId })),
      });
      assert.deepEqual(
        (held as { orderId: string; why: string }[]).map(({ orderId, why }) => [orderId, why]),
        [
          ["h2", "refund"],
          ["h4", "review"],
        ],
      );
      assertProblem(
        await post("/outbound", { orders: [{ channel: "douyin", orderId: "h4" }] }),
        422,
        "nothing_to_pick",
      );
      // Released, it goes.
      await shop.batcher.submit({
        ...put,
        version: 2,
        body: { ...body, state: "cleared", measures: [measure] },
      });
      assert.equal((await ship(wave, "h1", "SF32")).result, "applied");
    });

    test("[G9] what is held while the wave runs is picked no further", async () => {
      await sell("r1", { B: 2 });
      const { wave } = await open(["r1"]);
      const { lines } = (await ask("GET", "/api/v1/orders/douyin/r1")).body;
      await event("r1", { sku: "B", quantity: lines[0].quantity }, { stage: "pending", rank: 9 });
      const sheet = await sheetOf(wave);
      assert.deepEqual([sheet.item.open, sheet.item.stage], [0, "done"]);
      assert.match(sheet.orders[0]?.hold?.zh ?? "", /审核/);
      await event("r1", { sku: "B", quantity: lines[0].quantity }, { stage: "paid", rank: 10 });
      const again = await open(["r1"]);
      assert.equal(again.open, 2);
      await pickAll(again.wave);
      assert.equal((await ship(again.wave, "r1", "SF40")).result, "applied");
    });

    test("[G5] a short shelf is counted next, and the rest is taken elsewhere", async () => {
      await receive("D", 2, "D-01");
      await receive("D", 3, "D-02");
      await sell("d1", { D: 4 });
      const { wave } = await open(["d1"]);
      const [one, two] = (await sheetOf(wave)).tasks;
      assert.deepEqual([one?.bin, one?.left, two?.bin, two?.left], ["D-01", 2, "D-02", 2]);
      await enter(wave, pick("1", "D-01", "D", 1));
      assert.equal((await enter(wave, { kind: "missing", task: "1", units: 2 })).code, "too_many");
      assert.equal((await enter(wave, { kind: "missing", task: "1", units: 1 })).result, "applied");
      const sheet = await sheetOf(wave);
      assert.deepEqual(
        sheet.tasks.map(({ bin, left }) => [bin, left]),
        [
          ["D-01", 0],
          ["D-02", 2],
          ["D-02", 1],
        ],
      );
      const [asked] = sheet.counts;
      assert.ok(asked !== undefined);
      assert.equal(asked.cell.bin, "D-01");
      const { item } = (await ask("GET", `/api/v1/counts/${asked.sheet}`)).body;
      assert.deepEqual([item.kind, item.status], ["spot", "open"]);
      await pickAll(wave);
      assert.equal((await ship(wave, "d1", "SF50")).result, "applied");
      assert.deepEqual(await shelves("D"), { "D-01": 1 });
    });

    test("[G10] what the platform sends itself closes the wave's lines", async () => {
      await sell("s1", { E: 2 });
      await sell("s2", { E: 2 });
      const { wave } = await open(["s1", "s2"]);
      const [task] = (await sheetOf(wave)).tasks;
      assert.ok(task !== undefined);
      await enter(wave, pick(task.task, task.bin, "E", 3));
      await event("s1", { sku: "E", quantity: 2, shipped: 2 }, { stage: "paid", rank: 5 });
      await event("s2", { sku: "E", quantity: 2, shipped: 2 }, { stage: "paid", rank: 5 });
      const { item, parcels, back } = await sheetOf(wave);
      assert.deepEqual([item.stage, item.open, item.staged, back], ["done", 0, 0, []]);
      assert.deepEqual(parcels.map(({ waybill, units }) => `${waybill}/${units}`).toSorted(), ["/1", "/2"]);
      assert.equal((await trace("order=s1"))[0]?.pickedBy, "key:ann");
      // Without a scanned pick the journal says from which shelf it went.
      await sell("s3", { E: 1 });
      await event("s3", { sku: "E", quantity: 1, shipped: 1 }, { stage: "paid", rank: 5 });
      const [row] = await trace("order=s3");
      assert.deepEqual([row?.wave, row?.bin, row?.units, row?.pickedBy], [null, "A-01", 1, null]);
    });

    test("entries keep their own time, and how well a phone knows it", async () => {
      await sell("t1", { B: 1 });
      const { wave } = await open(["t1"]);
      const [task] = (await sheetOf(wave)).tasks;
      assert.ok(task !== undefined);
      const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
      const clock = [{ sentAt: at(0), receivedAt: at(40), serverAt: at(20) }];
      const body = {
        device: "phone-1",
        clock,
        entries: [
          { id: id(), ...pick(task.task, task.bin, "B", 1), from: at(-1), to: at(0), first: 1, last: 2 },
        ],
      };
      await must(`/outbound/${wave}/entries`, body, keys.ann);
      const entries = await server.store.read.journal(1, { sku: "B", limit: 1 });
      assert.match(entries[0]?.doc ?? "", new RegExp(`^pick/${wave}/0/\\d+/0/2/phone-1$`));
      assert.equal((await ship(wave, "t1", "SF60")).result, "applied");
    });

    test("nobody without the right picks, and what does not exist is not found", async () => {
      const reader = await server.keyFor("stock:read");
      assertProblem(await post("/outbound", {}, reader), 403, "forbidden");
      assertProblem(await ask("GET", "/api/v1/outbound/W000000000aaaaaa"), 404, "not_found");
      assertProblem(await post("/outbound", { stagingBin: "A-01" }), 422, "staging_needed");
    });
  });
}
