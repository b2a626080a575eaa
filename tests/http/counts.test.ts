import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openRequested } from "../../src/engine/counts/chores.ts";
import { verify } from "../../src/store/verify.ts";
import type { Scope } from "../../src/api/shop.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

/** Times that touch tell nothing: what follows happens a millisecond later at least. */
async function tick(): Promise<void> {
  const start = Date.now();
  while (Date.now() <= start + 1) await new Promise((resolve) => setImmediate(resolve));
}

const counting: readonly Scope[] = ["stock:read", "stock:write"];
const policy = {
  version: 0,
  picks: { main: "scanned" },
  tolerance: { units: 0, percent: null, valueMinor: null },
  levels: [
    { role: "operator", valueMinorMax: 20_000 },
    { role: "owner", valueMinorMax: null },
  ],
  everyDays: { A: 7, B: 30, C: 90 },
  binsByWeekday: [40, 40, 40, 40, 40, 40, 40],
};

for (const kind of ["memory", "sqlite"] as const) {
  describe(`counting over ${kind}`, () => {
    let server: TestServer;
    let keys: Record<"ann" | "bob" | "cat" | "lead", string>;
    let number = 0;
    const ask: TestServer["ask"] = (...args) => server.ask(...args);
    const post = async (where: string, body: object, key?: string) => {
      await tick();
      return ask("POST", `/api/v1${where}`, { body, ...(key === undefined ? {} : { key }) });
    };
    const adjust = async (body: object) => {
      await tick();
      number += 1;
      const headers = { "idempotency-key": `a${number}` };
      const done = await ask("POST", "/api/v1/adjustments", { body, headers });
      assert.equal(done.status, 201, JSON.stringify(done.body));
    };
    const open = async (body: object) => {
      const made = await post("/counts", body);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body;
    };
    const enter = async (
      key: string,
      sheet: string,
      bin: string,
      sku: string,
      quantity: number,
      more = {},
    ) => {
      number += 1;
      const entries = [{ id: `e${number}`, bin, sku, quantity, ...more }];
      const done = await post(`/counts/${sheet}/entries`, { entries }, key);
      assert.equal(done.status, 200, JSON.stringify(done.body));
      return done.body.results[0];
    };
    const closeBins = async (key: string, sheet: string, ...bins: readonly string[]) => {
      const body = { bins: bins.map((bin) => ({ bin })) };
      const done = await post(`/counts/${sheet}/bins/close`, body, key);
      assert.equal(done.status, 200, JSON.stringify(done.body));
      return done.body;
    };
    const linesOf = async (sheet: string) => {
      const { body } = await ask("GET", `/api/v1/counts/${sheet}/lines`);
      return body.lines as {
        line: string;
        cell: { bin: string; sku: string; lot: string };
        status: string;
        variance: { low: number; high: number } | null;
        settled: { variance: number; counters: string[] } | null;
      }[];
    };
    const lineOf = async (sheet: string, bin: string, sku: string) => {
      const lines = await linesOf(sheet);
      const line = lines.find((one) => one.cell.bin === bin && one.cell.sku === sku);
      assert(line !== undefined, JSON.stringify(lines));
      return line;
    };
    const shelves = async (sku: string) => {
      const { placements } = (await ask("GET", `/api/v1/stock/${sku}`)).body;
      return Object.fromEntries(
        placements.map(({ bin, quantity }: { bin: string; quantity: number }) => [bin, quantity]),
      );
    };
    const sell = (orderId: string, sku: string, quantity: number) =>
      post("/reservations", { channel: "douyin", orderId, stage: "paid", lines: [{ sku, quantity }] });
    const ship = (orderId: string, sku: string, quantity: number) =>
      post("/order-events", [
        {
          channel: "douyin",
          orderId,
          stage: "paid",
          updatedAt: new Date().toISOString(),
          lines: [{ sku, quantity, shipped: quantity }],
        },
      ] as unknown as object);

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 20, B2: 10, C3: 30, D4: 9 }, ["douyin", "manual"]);
      const keyOf = (name: string, ...more: readonly Scope[]) =>
        server.accounts.createApiKey(name, [...counting, ...more]);
      keys = {
        ann: await keyOf("ann"),
        bob: await keyOf("bob"),
        cat: await keyOf("cat", "catalog:write"),
        lead: await keyOf("lead", "catalog:write"),
      };
      const put = await ask("PUT", "/api/v1/counts/policy", { body: policy });
      assert.equal(put.status, 200, JSON.stringify(put.body));
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("selling, picking and sending go on while a loss of two is found exactly, booked, and kept right", async () => {
      const { ann, bob, cat } = keys;
      await adjust({ action: "put_away", sku: "A1", quantity: 8, bin: "A-01", toBin: "B-02" });
      await adjust({ action: "put_away", sku: "C3", quantity: 30, bin: "A-01", toBin: "C-03" });
      await adjust({ action: "put_away", sku: "D4", quantity: 9, bin: "A-01", toBin: "C-03" });
      const { sheet } = await open({ kind: "cycle", bins: ["A-01", "B-02"] });
      // Ten of twelve stand there: two are gone, and nobody has said so.
      const beforeCount = Date.now();
      await sell("S1", "A1", 3);
      assert.equal((await enter(ann, sheet, "A-01", "A1", 10)).result, "applied");
      await enter(ann, sheet, "A-01", "B2", 10);
      await enter(ann, sheet, "B-02", "A1", 8);
      assert.deepEqual((await closeBins(ann, sheet, "A-01", "B-02")).again, []);
      await adjust({ action: "put_away", sku: "A1", quantity: 4, bin: "A-01", toBin: "待发" });
      await ship("S1", "A1", 3);
      assert.deepEqual(await shelves("A1"), { "A-01": 8, "B-02": 8, 待发: 1 });
      assert.deepEqual(
        (await linesOf(sheet)).map(({ status }) => status),
        ["recount_other", "matched", "matched"],
      );
      const seen = async (key: string) =>
        (await ask("GET", `/api/v1/counts/${sheet}`, { key })).body.again.map(
          ({ cell }: { cell: { sku: string } }) => cell.sku,
        );
      // Who counted it is not asked again: somebody else is.
      assert.deepEqual([await seen(ann), await seen(bob)], [[], ["A1"]]);
      assert.equal((await enter(bob, sheet, "A-01", "A1", 6)).result, "applied");
      const line = await lineOf(sheet, "A-01", "A1");
      assert.deepEqual([line.status, line.settled?.variance], ["confirmed", -2]);

      const approve = (variance: number, key?: string, reason: string | null = "theft") =>
        post(`/counts/${sheet}/approvals`, { lines: [{ line: line.line, variance, reason }] }, key);
      assertProblem(await approve(-2, ann), 403, "forbidden");
      assertProblem(await post(`/counts/${sheet}/close`, {}), 409, "lines_open");
      assertProblem(await approve(-1), 409, "variance_changed");
      assertProblem(await approve(-2, undefined, null), 422, "reason_needed");
      const approved = await approve(-2, cat);
      assert.equal(approved.status, 200, JSON.stringify(approved.body));
      assert.deepEqual(approved.body, { approved: 1, posted: 1, gain: 0, loss: 2, waiting: 0 });
      assert.deepEqual(await shelves("A1"), { "A-01": 6, "B-02": 8, 待发: 1 });
      assertProblem(await approve(-2, cat), 409, "line_approved");
      const closed = await post(`/counts/${sheet}/close`, {});
      assert.deepEqual([closed.body.status, closed.body.approved], ["closed", 3]);

      // A phone tells late of a pick from before the count: one of the two was no loss.
      const shop = server.shops.get(1);
      assert(shop !== undefined);
      const late = { action: "put_away", sku: "A1", quantity: 1, bin: "A-01", toBin: "待发" } as const;
      await shop.batcher.submit({
        ...late,
        type: "adjust",
        key: "late",
        warehouse: "main",
        actor: "u",
        at: beforeCount,
      });
      assert.deepEqual(await shop.counts.postLate(), { posted: 1, gain: 1, loss: 0, waiting: 0 });
      assert.deepEqual(await shop.counts.postLate(), { posted: 0, gain: 0, loss: 0, waiting: 0 });
      assert.deepEqual(await shelves("A1"), { "A-01": 6, "B-02": 8, 待发: 2 });
      const accuracy = (await ask("GET", "/api/v1/counts/accuracy")).body;
      assert.deepEqual([accuracy.total.bins, accuracy.total.accurate, accuracy.total.loss], [2, 1, 2]);
      assert.equal(accuracy.byCause[0].cause, "theft");
    });

    test("blind: the counter's bytes are the same whatever the books say, and lines are not a counter's to read", async () => {
      const { ann } = keys;
      const { sheet } = await open({ kind: "cycle", bins: ["C-03"] });
      const bytes = async () => {
        const { serverAt: _, ...rest } = (await ask("GET", `/api/v1/counts/${sheet}`, { key: ann })).body;
        return JSON.stringify(rest);
      };
      const blind = await bytes();
      await adjust({ action: "put_away", sku: "C3", quantity: 5, bin: "C-03", toBin: "E-05" });
      assert.equal(await bytes(), blind);
      assert.doesNotMatch(blind, /expected|variance|C3/);
      assertProblem(await ask("GET", `/api/v1/counts/${sheet}/lines`, { key: ann }), 403, "forbidden");
      assertProblem(await ask("GET", "/api/v1/counts/accuracy", { key: ann }), 403, "forbidden");
      const cancelled = await post(`/counts/${sheet}/cancel`, { reason: "试" });
      assert.equal(cancelled.body.status, "cancelled");
      const seeing = await open({ kind: "cycle", bins: ["E-05"], blind: false });
      const { expected } = (await ask("GET", `/api/v1/counts/${seeing.sheet}`)).body;
      assert.deepEqual(
        expected.map(({ quantity }: { quantity: number }) => quantity),
        [5],
      );
      assertProblem(await post(`/counts/${seeing.sheet}/cancel`, { reason: " " }), 422, "reason_needed");
    });

    test("entries are answered one by one, once each, and one that waited on a phone is never lost", async () => {
      const { ann, cat } = keys;
      const { sheet } = await open({ kind: "cycle", bins: ["C-03"] });
      const entry = { bin: "C-03", sku: "D4" };
      const from = new Date().toISOString();
      const sent = await post(
        `/counts/${sheet}/entries`,
        {
          entries: [
            { ...entry, id: "d1", quantity: 9 },
            { ...entry, id: "d1", quantity: 9 },
            { ...entry, id: "d2", quantity: 6_901_234_567_892 },
            { ...entry, id: "d3", quantity: -1 },
            { ...entry, id: "d4", quantity: 3, bin: "Z-99" },
            { ...entry, id: "d5", quantity: 3, sku: "NONE" },
            { ...entry, id: "d6", quantity: 2 },
          ],
        },
        ann,
      );
      assert.deepEqual(
        sent.body.results.map(
          ({ result, code = "" }: { result: string; code?: string }) => `${result} ${code}`,
        ),
        [
          "applied ",
          "duplicate ",
          "refused quantity_invalid",
          "refused quantity_invalid",
          "refused out_of_scope",
          "refused unknown_sku",
          "refused mode_needed",
        ],
      );
      assert.match(sent.body.results[2].words.zh, /数量/);
      assert.equal((await enter(ann, sheet, "C-03", "D4", 9, { id: "d1" })).result, "duplicate");
      await enter(ann, sheet, "C-03", "C3", 25);
      await closeBins(ann, sheet, "C-03");
      // Two phones, offline: nobody guesses whether this adds or replaces.
      const queued = { id: "d7", queued: true, from, to: from };
      assert.equal((await enter(ann, sheet, "C-03", "D4", 1, queued)).result, "applied");
      assert.equal((await lineOf(sheet, "C-03", "D4")).status, "unclear");
      const mine = (await ask("GET", `/api/v1/counts/${sheet}`, { key: ann })).body;
      // The later in time, whichever came first: the nine replace what was said before.
      const resolve = { entry: mine.unclear[0].entry, as: "replace" };
      assert.equal((await post(`/counts/${sheet}/resolutions`, resolve, ann)).status, 200);
      assert.deepEqual(
        (await linesOf(sheet)).map(({ status }) => status),
        ["matched", "matched"],
      );
      // Somebody in charge wants a look more; then whoever counted a difference cannot approve it.
      const { line } = await lineOf(sheet, "C-03", "D4");
      assert.equal((await post(`/counts/${sheet}/recounts`, { lines: [line], reason: "再看" })).status, 200);
      assert.equal((await lineOf(sheet, "C-03", "D4")).status, "recount_asked");
      await enter(cat, sheet, "C-03", "D4", 8);
      await enter(keys.bob, sheet, "C-03", "D4", 8);
      assert.equal((await lineOf(sheet, "C-03", "D4")).status, "confirmed");
      const approve = (key?: string) =>
        post(`/counts/${sheet}/approvals`, { lines: [{ line, variance: -1, reason: "unknown" }] }, key);
      assertProblem(await approve(cat), 403, "own_count");
      assert.equal((await approve(keys.lead)).body.posted, 1);
      assert.equal((await post(`/counts/${sheet}/close`, {}, keys.lead)).body.status, "closed");
      assert.equal((await enter(ann, sheet, "C-03", "D4", 1)).code, "sheet_over");
      const early = { mode: "replace", from, to: from };
      assert.equal((await enter(ann, sheet, "C-03", "C3", 25, early)).result, "applied");
    });

    test("a precheck's request becomes a spot sheet, and its result is written where the precheck looks", async () => {
      const { ann, bob, lead } = keys;
      const shop = server.shops.get(1);
      assert(shop !== undefined);
      const { store } = server;
      const body = { session: "s1", sku: "B2", state: "open", askedAt: Date.now(), askedBy: "u" };
      const request = { kind: "count-request", id: "s1:B2", version: 0, body } as const;
      await shop.batcher.submit({ type: "putDocument", actor: "u", at: Date.now(), ...request });
      const chores = { store, shop: 1, batcher: shop.batcher, counts: shop.counts };
      assert.equal(await openRequested(chores, Date.now()), 1);
      assert.equal(await openRequested(chores, Date.now()), 0);
      const { items } = (await ask("GET", "/api/v1/counts")).body;
      const { sheet, kind: sheetKind } = items[0];
      assert.equal(sheetKind, "spot");
      const asked = (await ask("GET", `/api/v1/counts/${sheet}`, { key: ann })).body.cells;
      assert.deepEqual(asked, [{ bin: "A-01", sku: "B2", lot: "", quality: "good" }]);
      await enter(ann, sheet, "A-01", "B2", 13);
      await enter(bob, sheet, "A-01", "B2", 13);
      const { line } = await lineOf(sheet, "A-01", "B2");
      const lines = [{ line, variance: 3, reason: "receipt_wrong" }];
      // Three at 99.00 are worth more than this role may sign.
      assertProblem(await post(`/counts/${sheet}/approvals`, { lines }, lead), 403, "role_too_low");
      assert.equal((await post(`/counts/${sheet}/approvals`, { lines })).body.gain, 3);
      await post(`/counts/${sheet}/close`, {});
      const told = (await store.read.document(1, "spot-count", "B2"))?.body as Record<string, unknown>;
      assert.deepEqual([told.variance, told.sheet], [0, sheet]);
      assert.equal((await ask("GET", "/api/v1/stock/B2")).body.item.onHand, 13);
    });

    test("where picks are not scanned a sheet says so, and an open order makes a range until it is sent", async () => {
      const { ann } = keys;
      const version = (await ask("GET", "/api/v1/counts/policy")).body.version;
      const unscanned = { ...policy, version, picks: { main: "unscanned" } };
      assert.equal((await ask("PUT", "/api/v1/counts/policy", { body: unscanned })).status, 200);
      const made = await open({ kind: "spot", skus: ["C3"] });
      assert.deepEqual([made.unscanned, made.bins], [true, 2]);
      assert.match(made.notice.zh, /不扫码/);
      const { sheet } = made;
      await sell("U1", "C3", 2);
      await enter(ann, sheet, "C-03", "C3", 23);
      await enter(ann, sheet, "E-05", "C3", 5);
      const closed = await closeBins(ann, sheet, "C-03", "E-05");
      assert.equal(closed.again.length, 1);
      const range = await lineOf(sheet, "", "C3");
      assert.deepEqual([range.status, range.variance], ["recount_time", { low: -2, high: 0 }]);
      await ship("U1", "C3", 2);
      await enter(ann, sheet, "C-03", "C3", 23, { mode: "replace" });
      await enter(ann, sheet, "E-05", "C3", 5, { mode: "replace" });
      await closeBins(ann, sheet, "C-03", "E-05");
      const exact = await lineOf(sheet, "", "C3");
      assert.deepEqual([exact.status, exact.settled?.variance], ["matched", 0]);
      assert.equal((await post(`/counts/${sheet}/close`, {})).body.status, "closed");
    });

    test("the plan of today, sheets by rule, and what a scanned code is", async () => {
      const version = (await ask("GET", "/api/v1/counts/policy")).body.version;
      await ask("PUT", "/api/v1/counts/policy", { body: { ...policy, version } });
      const plan = (await ask("GET", "/api/v1/counts/plan")).body;
      const bins = plan.today.map(({ bin }: { bin: string }) => bin);
      assert(bins.includes("E-05") && !bins.includes("A-01"), JSON.stringify(plan));
      assert.equal((await open({ kind: "cycle" })).bins, bins.length);
      assert.equal((await open({ kind: "full" })).bins, 5);
      assert.equal((await open({ kind: "touched" })).bins, 5);
      await adjust({ action: "put_away", sku: "C3", quantity: 5, bin: "E-05", toBin: "C-03" });
      const zero = await open({ kind: "zero" });
      const { body } = await ask("GET", `/api/v1/counts/${zero.sheet}`, { key: keys.ann });
      assert.deepEqual(
        body.bins.map(({ bin }: { bin: string }) => bin),
        ["E-05"],
      );
      await closeBins(keys.ann, zero.sheet, "E-05");
      assert.equal((await post(`/counts/${zero.sheet}/close`, {})).body.status, "closed");
      assertProblem(await post("/counts", { kind: "zero" }), 422, "nothing_to_count");
      assertProblem(await post("/counts", { kind: "full", warehouse: "none" }), 400, "invalid_body");
      assertProblem(await ask("GET", "/api/v1/counts/nothing"), 404, "not_found");
      await ask("PUT", "/api/v1/skus", { body: { items: [{ code: "A1", barcodes: ["6901234567892"] }] } });
      const scan = async (code: string) =>
        (await ask("GET", `/api/v1/scan?code=${encodeURIComponent(code)}`)).body;
      assert.deepEqual(await scan("a1"), { kind: "sku", code: "a1", sku: "A1", name: "商品 A1" });
      assert.equal((await scan("c-03")).bin, "C-03");
      assert.match((await scan("6901234567890")).words.zh, /校验位/);
      assert.match((await scan("???")).words.zh, /不认识/);
    });

    test("[H3][H13] a phone's numbers say which of its move and its count came first, whatever its clock says", async () => {
      const { ann } = keys;
      const headers = { "idempotency-key": "g1" };
      const lines = [{ sku: "B2", quantity: 5, bin: "G-07" }];
      assert.equal((await ask("POST", "/api/v1/receipts", { body: { lines }, headers })).status, 201);
      const { sheet } = await open({ kind: "cycle", bins: ["G-07"] });
      const text = (ms: number) => new Date(ms).toISOString();
      // Its clock is known to three seconds only: by their times alone nobody could tell.
      const now = Date.now();
      const clock = [{ sentAt: text(now - 6_000), receivedAt: text(now), serverAt: text(now - 3_000) }];
      const phone = { device: "phone-7", clock };
      const move = { sku: "B2", quantity: 2, bin: "G-07", toBin: "C-03", to: text(now), ...phone };
      const moves = async (body: object, id: string) =>
        ask("POST", "/api/v1/moves", { body, key: ann, headers: { "idempotency-key": id } });
      const times = (n: number) => ({ from: text(now), to: text(now), first: n, last: n });
      const counted = { id: "g", bin: "G-07", sku: "B2", quantity: 3, ...times(8) };
      await post(`/counts/${sheet}/entries`, { ...phone, entries: [counted] }, ann);
      await post(`/counts/${sheet}/bins/close`, { ...phone, bins: [{ bin: "G-07", ...times(9) }] }, ann);
      // Both moves come in late; one was done before the count and one after it.
      const first = await moves({ ...move, first: 7, last: 7 }, "mv1");
      assert.equal(first.status, 201, JSON.stringify(first.body));
      assert.equal((await moves({ ...move, quantity: 1, first: 10, last: 10 }, "mv2")).status, 201);
      const again = await moves({ ...move, first: 7, last: 7 }, "mv1");
      assert.deepEqual([again.status, again.body], [200, first.body]);
      assert.equal((await shelves("B2"))["G-07"], 2);
      const line = await lineOf(sheet, "G-07", "B2");
      assert.deepEqual([line.status, line.settled?.variance], ["matched", 0]);
      assert.equal((await post(`/counts/${sheet}/close`, {})).body.status, "closed");
      // Nobody's phone: the time is the server's, and the key says nothing.
      const old = await moves({ sku: "B2", quantity: 1, bin: "G-07", toBin: "C-03", to: text(1_000) }, "mv3");
      assert.equal(old.status, 201);
      const [entry] = await server.store.read.journal(1, { sku: "B2", limit: 1 });
      assert.equal(entry?.doc, "key:mv3");
      assert((entry?.at ?? 0) >= now, "what waited longer than seven days is of now");
    });

    test("[A9] a bin that may hold more than the books say is planned, and bins that never held goods are seen", async () => {
      const { ann } = keys;
      const headers = { "idempotency-key": "f1" };
      const lines = [{ sku: "D4", quantity: 1, bin: "F-06" }];
      assert.equal((await ask("POST", "/api/v1/receipts", { body: { lines }, headers })).status, 201);
      const { sheet } = await open({ kind: "cycle", bins: ["F-06"] });
      await tick();
      const from = new Date().toISOString();
      await tick();
      const at = Date.now();
      await tick();
      const span = { from, to: new Date().toISOString() };
      await enter(ann, sheet, "F-06", "D4", 1, span);
      await post(`/counts/${sheet}/bins/close`, { bins: [{ bin: "F-06", ...span }] }, ann);
      assert.equal((await post(`/counts/${sheet}/close`, {})).body.status, "closed");
      const planned = async () =>
        (await ask("GET", "/api/v1/counts/plan")).body.today.find(
          ({ bin }: { bin: string }) => bin === "F-06",
        );
      assert.equal(await planned(), undefined);
      const shop = server.shops.get(1);
      assert(shop !== undefined);
      // Taken out while it was counted: by the books the bin is empty, and nobody knows.
      const move = { type: "adjust", action: "put_away", warehouse: "main", sku: "D4", quantity: 1 } as const;
      await shop.batcher.submit({ ...move, bin: "F-06", toBin: "C-03", key: "inside", actor: "u", at });
      assert.equal((await shelves("D4"))["F-06"], undefined);
      assert.equal((await planned())?.why, "disputed");

      for (const [bin, active] of [
        ["N-01", true],
        ["N-02", false],
      ] as const)
        assert.equal((await ask("PUT", `/api/v1/bins/main/${bin}`, { body: { active } })).status, 200);
      assert.equal((await ask("GET", "/api/v1/scan?code=n-01")).body.bin, "N-01");
      const binsOf = async (wanted: string) => {
        const made = await open({ kind: wanted });
        const { body } = await ask("GET", `/api/v1/counts/${made.sheet}`, { key: ann });
        return { sheet: made.sheet as string, bins: body.bins.map(({ bin }: { bin: string }) => bin) };
      };
      const full = await binsOf("full");
      assert.deepEqual([full.bins.includes("N-01"), full.bins.includes("N-02")], [true, false]);
      assert.equal((await post(`/counts/${full.sheet}/cancel`, { reason: "试" })).status, 200);
      const zero = await binsOf("zero");
      assert.deepEqual(zero.bins, ["F-06", "N-01"]);
      // Goods that were put there by mistake are found.
      assert.equal((await enter(ann, zero.sheet, "N-01", "B2", 1)).result, "applied");
      await closeBins(ann, zero.sheet, "F-06", "N-01");
      assert.deepEqual((await lineOf(zero.sheet, "N-01", "B2")).variance, { low: 1, high: 1 });
    });

    test("[Q18] a move that waited on a phone while a count booked its units as lost is booked when it comes, once", async () => {
      const came = { lines: [{ sku: "D4", quantity: 5, bin: "G-07" }] };
      await ask("POST", "/api/v1/receipts", { body: came, headers: { "idempotency-key": "came" } });
      await tick();
      const at = Date.now();
      await tick();
      const { sheet } = await open({ kind: "spot", bins: ["G-07"], anyway: true });
      await closeBins(keys.ann, sheet, "G-07");
      await closeBins(keys.bob, sheet, "G-07");
      const line = await lineOf(sheet, "G-07", "D4");
      assert.deepEqual([line.status, line.settled?.variance], ["confirmed", -5]);
      const lines = [{ line: line.line, variance: -5, reason: "unknown" }];
      const approved = await post(`/counts/${sheet}/approvals`, { lines });
      assert.deepEqual([approved.body.posted, approved.body.loss], [1, 5]);
      // The shelf was empty because somebody had carried the five away; the phone says so now.
      const body = { sku: "D4", quantity: 5, bin: "G-07", toBin: "H-08", to: new Date(at).toISOString() };
      const move = () => ask("POST", "/api/v1/moves", { body, headers: { "idempotency-key": "away" } });
      const moved = await move();
      assert.equal(moved.status, 201, JSON.stringify(moved.body));
      const repeated = await move();
      assert.deepEqual([repeated.status, repeated.body.seq], [200, moved.body.seq]);
      const { "G-07": left = 0, "H-08": there } = await shelves("D4");
      assert.deepEqual([left, there], [0, 5]);
      // Nobody has counted there: a move of more than stands there is refused as before.
      const more = { ...body, bin: "H-08", toBin: "G-07", quantity: 6 };
      const refused = await ask("POST", "/api/v1/moves", {
        body: more,
        headers: { "idempotency-key": "more" },
      });
      assertProblem(refused, 409, "insufficient_units");
      await post(`/counts/${sheet}/close`, {});
    });
  });
}
