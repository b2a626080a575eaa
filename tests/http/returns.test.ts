import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { returnsJob } from "../../src/jobs/returns.ts";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type Answer, type TestServer } from "./fixture.ts";

const dayMs = 86_400_000;
/** The smallest pictures: what counts is how they begin. */
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const webp = Buffer.from("RIFF\u0000\u0000\u0000\u0000WEBPVP8 ", "latin1");

for (const kind of ["memory", "sqlite", "postgres"] as const) {
  describe(`returns, samples and quarantine over ${kind}`, () => {
    let server: TestServer;
    let names = 0;
    let photo = "";
    const post = (path: string, body: object, more: object = {}): Promise<Answer> => {
      names += 1;
      const headers = { "idempotency-key": `t${names}` };
      return server.ask("POST", `/api/v1${path}`, { body, headers, ...more });
    };
    const get = async (path: string) => (await server.ask("GET", `/api/v1${path}`)).body;
    const stock = async (sku: string) => (await get(`/stock/${sku}`)).item;
    const lineOf = async (orderId: string) => (await get(`/returns/find?code=${orderId}`)).orders[0].lines[0];
    const upload = (raw: Buffer, key?: string) =>
      server.ask("POST", "/api/v1/photos", {
        raw,
        headers: { "content-type": "application/octet-stream" },
        ...(key === undefined ? {} : { key }),
      });
    const send = async (orderId: string, sku: string, quantity: number, more: object = {}) => {
      const updatedAt = new Date().toISOString();
      const lines = [{ sku, quantity, shipped: quantity, ...more }];
      const event = { channel: "douyin", orderId, updatedAt, stage: "paid", lines };
      const sent = await server.ask("POST", "/api/v1/order-events", { body: [event] });
      assert.equal(sent.status, 200, JSON.stringify(sent.body));
    };
    const receive = async (body: object): Promise<string> => {
      const made = await post("/returns", body);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body.parcel;
    };
    const look = (parcel: string, sku: string, good: number, bad: number, more: object = {}) => {
      names += 1;
      const seen = { entry: `e${names}`, lineId: "1", sku, good, bad, reason: "damaged", photos: [photo] };
      return post(`/returns/${parcel}/inspections`, { ...seen, ...more });
    };

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 20, B2: 20, C3: 20 }, ["douyin"]);
      photo = (await upload(png)).body.photo;
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("[Y6] a picture is what its bytes say, and comes back byte for byte", async () => {
      const again = await upload(png);
      assert.deepEqual([again.status, again.body.photo], [201, photo]);
      const url = `${server.url}/api/v1/photos/${photo}`;
      const read = await fetch(url, { headers: { authorization: `Bearer ${server.key}` } });
      assert.equal(read.headers.get("content-type"), "image/png");
      assert.match(read.headers.get("cache-control") ?? "", /immutable/);
      assert.deepEqual(Buffer.from(await read.arrayBuffer()), png);
      assert.equal((await upload(webp)).status, 201);
      assertProblem(await upload(Buffer.from("<svg onload=alert(1)>")), 415, "photo_invalid");
      assertProblem(await upload(Buffer.alloc(0)), 415, "photo_invalid");
      assertProblem(await upload(Buffer.concat([png, Buffer.alloc(512 * 1_024)])), 413, "photo_too_large");
      const none = await server.ask("GET", `/api/v1/photos/${"0".repeat(32)}`);
      assertProblem(none, 404, "not_found");
      const reader = await server.keyFor("stock:read");
      assertProblem(await upload(png, reader), 403, "forbidden");
    });

    test("a sent line comes back good and bad, in two looks; the refund stays as it was", async () => {
      await send("R1", "A1", 4, { refund: "requested" });
      const found = await get("/returns/find?code=R1");
      assert.deepEqual([found.orders[0].orderId, found.orders[0].lines[0].returnable], ["R1", 4]);
      const order = { channel: "douyin", orderId: "R1" };
      const parcel = await receive({ waybill: "SF100", order, lines: [{ sku: "a1", units: 3 }] });
      // It stands in the building, and nobody can buy it yet.
      assert.equal((await stock("A1")).available, 16);
      assert.deepEqual([(await lineOf("R1")).returnable, (await lineOf("R1")).waiting], [1, 3]);
      const first = await look(parcel, "A1", 2, 0, { reason: "no_reason", photos: [] });
      assert.deepEqual([first.status, first.body.state, first.body.lines[0].open], [200, "waiting", 1]);
      assert.equal((await stock("A1")).available, 18);
      assertProblem(await look(parcel, "A1", 0, 1, { photos: [] }), 422, "photo_needed");
      assertProblem(await look(parcel, "A1", 0, 1, { reason: "no_reason" }), 422, "reason_needed");
      assertProblem(await look(parcel, "A1", 0, 1, { photos: ["0".repeat(32)] }), 422, "photo_unknown");
      assertProblem(await look(parcel, "A1", 1, 1), 422, "units_invalid");
      const last = await look(parcel, "A1", 0, 1, { entry: "same" });
      assert.equal(last.body.state, "done");
      // The phone says it twice: it is one inspection.
      const twice = await look(parcel, "A1", 0, 1, { entry: "same" });
      assert.deepEqual([twice.status, twice.body.inspections.length], [200, 2]);
      const { available, quarantine } = await stock("A1");
      assert.deepEqual([available, quarantine], [18, 1]);
      const [ordered] = last.body.ordered;
      assert.deepEqual(
        [ordered.returnedGood, ordered.returnedBad, ordered.refund, ordered.returnable],
        [2, 1, "requested", 1],
      );
      const { placements } = await get("/stock/A1");
      const there = placements.filter(({ bin }: { bin: string }) => bin === "退货区");
      assert.deepEqual(
        there
          .map(({ quality, quantity }: { quality: string; quantity: number }) => [quality, quantity])
          .toSorted(),
        [
          ["bad", 1],
          ["good", 2],
        ],
      );
    });

    test("the same parcel twice, more than was sent, an order that is not there: told with words", async () => {
      const order = { channel: "douyin", orderId: "R1" };
      assertProblem(
        await post("/returns", { waybill: "SF100", lines: [{ sku: "A1", units: 1 }] }),
        409,
        "parcel_known",
      );
      const many = await post("/returns", { order, lines: [{ sku: "A1", units: 2 }] });
      assertProblem(many, 409, "more_than_sent");
      assert.match(many.body.detailZh, /核对订单/);
      const nothing = { order: { ...order, orderId: "NONE" }, lines: [{ sku: "A1", units: 1 }] };
      assertProblem(await post("/returns", nothing), 404, "order_unknown");
      assertProblem(await post("/returns", { lines: [{ sku: "NONE", units: 1 }] }), 400, "invalid_body");
      assertProblem(await look("nothing", "A1", 1, 0), 404, "not_found");
      // A double tap is one parcel.
      const headers = { "idempotency-key": "tap" };
      const body = { order, lines: [{ sku: "A1", units: 1 }] };
      const taps = await Promise.all([
        post("/returns", body, { headers }),
        post("/returns", body, { headers }),
      ]);
      assert.equal(taps[0].body.parcel, taps[1].body.parcel);
      // The last one waits in that parcel: another cannot bring it too.
      assertProblem(await post("/returns", body), 409, "more_than_sent");
      const both = await Promise.all([
        look(taps[0].body.parcel, "A1", 1, 0),
        look(taps[0].body.parcel, "A1", 1, 0),
      ]);
      assert.deepEqual(
        both.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, 404],
      );
      assert.equal((await lineOf("R1")).returnedGood, 3);
    });

    test("what the platform reported meanwhile as returned is not taken back twice", async () => {
      await send("R2", "A1", 2);
      const order = { channel: "douyin", orderId: "R2" };
      const parcel = await receive({ order, lines: [{ sku: "A1", units: 2 }] });
      await send("R2", "A1", 2, { returnedGood: 1 });
      const before = await stock("A1");
      assertProblem(await look(parcel, "A1", 2, 0), 409, "more_than_sent");
      assert.deepEqual((await stock("A1")).available, before.available);
      const one = await look(parcel, "A1", 1, 0);
      assert.deepEqual([one.status, one.body.inspections.length], [200, 1]);
      assert.equal((await lineOf("R2")).returnedGood, 2);
      // The other one is booked already: there is no more to look at.
      assertProblem(await post(`/returns/${parcel}/close`, { reason: " " }), 422, "reason_needed");
      const closed = await post(`/returns/${parcel}/close`, { reason: "平台已退回入账" });
      assert.deepEqual([closed.body.state, closed.body.closed], ["done", "平台已退回入账"]);
      assertProblem(await look(parcel, "A1", 1, 0), 404, "line_unknown");
      assertProblem(await post(`/returns/${parcel}/close`, { reason: "x" }), 404, "line_unknown");
    });

    test("a parcel that nobody knows is booked from the customers, or finds its order first", async () => {
      const before = await stock("B2");
      const unknown = await receive({ waybill: "YT1", note: "无面单", lines: [{ sku: "B2", units: 2 }] });
      const looked = await look(unknown, "B2", 1, 1, { lineId: "", reason: "opened" });
      assert.deepEqual([looked.status, looked.body.order, looked.body.state], [200, null, "done"]);
      const now = await stock("B2");
      assert.deepEqual([now.available - before.available, now.quarantine - before.quarantine], [1, 1]);
      const order = { channel: "douyin", orderId: "R3" };
      assertProblem(await post(`/returns/${unknown}/match`, order), 404, "order_unknown");
      await send("R3", "B2", 1);
      assertProblem(await post(`/returns/${unknown}/match`, order), 409, "more_than_sent");
      const later = await receive({ lines: [{ sku: "B2", units: 1 }] });
      const matched = await post(`/returns/${later}/match`, order);
      assert.deepEqual([matched.body.order, matched.body.lines[0].lineId], [order, "1"]);
      assertProblem(await post(`/returns/${later}/match`, order), 409, "parcel_matched");
      assert.equal((await look(later, "B2", 1, 0)).status, 200);
      assert.equal((await lineOf("R3")).returnedGood, 1);
      // Another product in the parcel than the order had comes from nobody's line.
      await send("R4", "B2", 1);
      const other = await receive({ order: { ...order, orderId: "R4" }, lines: [{ sku: "C3", units: 1 }] });
      const wrong = await look(other, "C3", 0, 1, { lineId: "", reason: "wrong_item" });
      assert.equal(wrong.body.state, "done");
      assert.equal((await lineOf("R4")).returnedGood, 0);
    });

    test("samples are lent, overdue, reminded, brought back, written off", async () => {
      const before = await stock("C3");
      const dueAt = new Date(Date.now() + 2 * dayMs).toISOString();
      const lend = { sku: "C3", units: 5, borrower: "主播 小林", dueAt };
      const lent = await post("/samples", lend);
      assert.deepEqual([lent.status, lent.body.open, lent.body.overdue], [201, 5, false]);
      assert.deepEqual(
        [(await stock("C3")).loaned, (await stock("C3")).available],
        [5, before.available - 5],
      );
      assertProblem(await post("/samples", { ...lend, units: 500 }), 409, "units_gone");
      const past = new Date(Date.now() - 1_000).toISOString();
      assertProblem(await post("/samples", { ...lend, dueAt: past }), 422, "due_invalid");

      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      const robot = { name: "r", kind: "dingtalk", sealed: "", active: true, severityMin: 1, topics: [] };
      const body = { ...robot, language: "zh", user: null };
      const put = { type: "putDocument", kind: "robot", id: "r1", version: 0, body } as const;
      await server.store.commit(1, [{ ...put, actor: "t", at: Date.now() }], Date.now());
      const job = returnsJob(server.store);
      const run = (now: number) =>
        job.run({ shop, now, until: now + 1_000, signal: new AbortController().signal });
      assert.equal((await run(Date.now())).told, 0);
      const due = Date.parse(dueAt);
      assert.equal((await run(due - 3_600_000)).told, 1);
      assert.equal((await run(due + 3_600_000)).told, 1);
      assert.equal((await run(due + 3_600_001)).told, 0);
      // A restart tells it again, and that changes nothing.
      await returnsJob(server.store).run({
        shop,
        now: due,
        until: due,
        signal: new AbortController().signal,
      });
      const told = await server.store.deliveries.list(1, { limit: 10 });
      assert.deepEqual(
        told.map(({ topic }) => topic),
        ["reminder", "reminder"],
      );
      assert.match(told[0]?.payload ?? "", /小林/);

      const { loan } = lent.body;
      const back = await post(`/samples/${loan}/returns`, { good: 2, bad: 1, bin: "A-01" });
      assert.deepEqual([back.body.open, back.body.returnedGood, back.body.returnedBad], [2, 2, 1]);
      assertProblem(await post(`/samples/${loan}/returns`, { good: 3, bad: 0 }), 422, "units_invalid");
      const later = new Date(Date.now() + 3 * dayMs).toISOString();
      const longer = await post(`/samples/${loan}/due`, { dueAt: later, reason: "加场" });
      assert.equal(longer.body.dueAt, later);
      assertProblem(
        await post(`/samples/${loan}/write-offs`, { units: 1, reason: " " }),
        422,
        "reason_needed",
      );
      const gone = await post(`/samples/${loan}/write-offs`, { units: 2, reason: "直播间摔坏" });
      assert.deepEqual([gone.body.open, gone.body.writtenOff], [0, 2]);
      const now = await stock("C3");
      assert.deepEqual([now.loaned, now.quarantine - before.quarantine], [0, 1]);
      assertProblem(await post("/samples/nothing/returns", { good: 1, bad: 0 }), 404, "not_found");
    });

    test("samples that were lent elsewhere are shown as nobody's", async () => {
      const loan = { action: "loan", sku: "C3", quantity: 2 };
      assert.equal((await post("/adjustments", loan)).status, 201);
      const { unassigned, items } = await get("/samples");
      assert.deepEqual(unassigned, [{ sku: "C3", name: "商品 C3", warehouse: "main", units: 2 }]);
      assert.equal(items.length, 1);
      assert.equal((await post("/adjustments", { ...loan, action: "loan_return" })).status, 201);
      assert.deepEqual((await get("/samples")).unassigned, []);
    });

    test("quarantine shows what is there, however it came, and each decision moves it", async () => {
      const { items } = await get("/quarantine");
      const shown = (sku: string, list = items) => list.filter((one: { sku: string }) => one.sku === sku);
      assert.deepEqual(shown("A1")[0].photos, [photo]);
      assert.deepEqual([shown("A1")[0].reason, shown("A1")[0].cause], ["return", "damaged"]);
      assert.equal(
        shown("C3").find((one: { reason: string }) => one.reason === "loan_return").cause,
        "主播 小林",
      );
      // By a receipt, and by somebody who looked at the shelf.
      await post("/receipts", { lines: [{ sku: "B2", quantity: 3, quality: "bad", bin: "Q-01" }] });
      const put = { sku: "B2", units: 2, bin: "A-01", reason: "外箱压坏", photos: [photo] };
      assert.equal((await post("/quarantine", put)).status, 201);
      assertProblem(await post("/quarantine", { ...put, reason: " " }), 422, "reason_needed");
      assertProblem(await post("/quarantine", { ...put, units: 900 }), 409, "units_gone");
      const list = (await get("/quarantine")).items;
      const total = shown("B2", list).reduce((sum: number, one: { open: number }) => sum + one.open, 0);
      assert.equal(total, (await stock("B2")).quarantine);
      const seen = shown("B2", list).find((one: { reason: string }) => one.reason === "quarantine");
      assert.deepEqual([seen.cause, seen.photos, seen.days], ["外箱压坏", [photo], 0]);
      const received = shown("B2", list).find((one: { reason: string }) => one.reason === "receive");
      const decide = (decision: string, units: number, reason = "看过") =>
        post(`/quarantine/${received.item}/decisions`, { decision, units, reason });
      const before = await stock("B2");
      assert.deepEqual((await decide("repair", 2)).body, { open: 3 });
      assertProblem(await decide("repair", 2), 422, "units_invalid");
      assertProblem(await decide("destroy", 1, " "), 422, "reason_needed");
      const repairing = shown("B2", (await get("/quarantine")).items).find(
        (one: { item: string }) => one.item === received.item,
      );
      assert.deepEqual([repairing.repairing, repairing.decisions.length], [2, 1]);
      assert.deepEqual((await decide("resell", 1, "复检合格")).body, { open: 2 });
      assert.deepEqual((await decide("supplier", 1)).body, { open: 1 });
      assert.deepEqual((await decide("destroy", 1)).body, { open: 0 });
      assertProblem(await decide("destroy", 1), 409, "item_gone");
      const now = await stock("B2");
      assert.deepEqual([now.available - before.available, now.quarantine - before.quarantine], [1, -3]);
    });

    test("what a stop kept from the books is booked by the job, once", async () => {
      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      const { workEvents } = server.store;
      const parcel = await receive({ lines: [{ sku: "A1", units: 2 }] });
      const seen = { entry: "lost", lineId: "", sku: "A1", good: 2, bad: 0, reason: "no_reason", photos: [] };
      const event = { at: Date.now(), actor: "t", body: { kind: "inspected", body: seen } };
      assert.ok((await workEvents.append(1, "return", parcel, [event], 1)).ok);
      const before = await stock("A1");
      assert.equal(await shop.returns.bookLeft(10), 1);
      assert.equal(await shop.returns.bookLeft(10), 0);
      assert.equal(await shop.samples.bookLeft(10), 0);
      assert.equal(await shop.quarantine.bookLeft(100), 0);
      assert.equal((await stock("A1")).available - before.available, 2);
    });

    test("a count may ask for goods that nobody booked and for samples that are out", async () => {
      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      await receive({ waybill: "LATE", lines: [{ sku: "A1", units: 1 }] });
      const dueAt = new Date(Date.now() + dayMs).toISOString();
      await post("/samples", { sku: "A1", units: 1, bin: "A-01", borrower: "小王", dueAt });
      const papers = [...(await shop.returns.countPapers()), ...(await shop.samples.countPapers(0))];
      assert.deepEqual(
        papers.map((one) => [one.kind, one.sku, one.units, one.bin]),
        [
          ["return_waiting", "A1", 1, "退货区"],
          ["loan_open", "A1", 1, "A-01"],
          ["loan_returned", "C3", 2, "A-01"],
        ],
      );
    });

    test("who may only look may look, and change nothing", async () => {
      const key = await server.keyFor("stock:read");
      for (const path of ["/returns", "/returns/find?code=R1", "/samples", "/quarantine", `/photos/${photo}`])
        assert.equal((await server.ask("GET", `/api/v1${path}`, { key })).status, 200, path);
      const line = { lines: [{ sku: "A1", units: 1 }] };
      assertProblem(await post("/returns", line, { key }), 403, "forbidden");
      assertProblem(await post("/samples", {}, { key }), 403, "forbidden");
      assertProblem(await post("/quarantine", {}, { key }), 403, "forbidden");
      assertProblem(await post("/quarantine/Q1/decisions", {}, { key }), 403, "forbidden");
      assertProblem(await post("/returns/T1/inspections", {}, { key }), 403, "forbidden");
    });
  });
}
