import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const minuteMs = 60_000;
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * minuteMs).toISOString();

const planOf = (more: object = {}) => ({
  title: "双十一",
  channels: ["douyin"],
  startsAt: inMinutes(60),
  endsAt: inMinutes(300),
  slots: [
    { sku: "a1", target: 4 },
    { sku: "B2", minutes: 5, price: 6_900, alternates: ["c3"] },
  ],
  ...more,
});

for (const kind of ["memory", "sqlite"] as const) {
  describe(`sessions over ${kind}`, () => {
    let server: TestServer;
    const ask: TestServer["ask"] = (...args) => server.ask(...args);
    const create = async (more: object = {}) => {
      const made = await ask("POST", "/api/v1/sessions", { body: planOf(more) });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      return made.body;
    };
    const post = (session: string, route: string, body: object) =>
      ask("POST", `/api/v1/sessions/${session}/${route}`, { body });
    const precheckOf = async (session: string) =>
      (await ask("GET", `/api/v1/sessions/${session}/precheck`)).body;
    const lineOf = async (session: string, id: string) =>
      (await precheckOf(session)).lines.find((line: { id: string }) => line.id === id);

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 10, B2: 5, C3: 20 }, ["douyin", "manual"]);
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("a plan is made, read, saved over what was read, and listed", async () => {
      const made = await create({ id: "s-plan" });
      assert.deepEqual(
        [made.id, made.version, made.life, made.signatureState],
        ["s-plan", 1, "draft", "none"],
      );
      assert.deepEqual(
        made.slots.map(({ sku, minutes, target }: { sku: string; minutes: number; target: number }) => [
          sku,
          minutes,
          target,
        ]),
        [
          ["A1", 10, 4],
          ["B2", 5, null],
        ],
      );
      assert.equal(made.slots[1].startsAt, made.slots[0].endsAt);
      assert.equal(made.slots[1].alternates[0], "C3");
      const read = await ask("GET", "/api/v1/sessions/s-plan");
      assert.deepEqual(read.body, made);

      const put = (version: number, title: string) =>
        ask("PUT", "/api/v1/sessions/s-plan", { body: { ...planOf(), title, version } });
      const saved = await put(1, "双十二");
      assert.deepEqual([saved.status, saved.body.version, saved.body.title], [200, 2, "双十二"]);
      const late = await put(1, "晚了");
      assertProblem(late, 409, "version_conflict", "version");
      assert.equal(late.body.version, 2);
      const taken = await ask("POST", "/api/v1/sessions", { body: planOf({ id: "s-plan" }) });
      assertProblem(taken, 409, "version_conflict");
      assertProblem(await ask("GET", "/api/v1/sessions/none"), 404, "not_found");

      const list = await ask("GET", "/api/v1/sessions");
      const row = list.body.items.find(({ id }: { id: string }) => id === "s-plan");
      assert.deepEqual([row.slots, row.skus, row.sold, row.amount, row.shortage], [2, 2, 0, 0, 0]);
    });

    test("[N6] everything that is wrong with a plan is said at once, with its place", async () => {
      const bad = await ask("POST", "/api/v1/sessions", {
        body: planOf({ channels: ["jd"], slots: [{ sku: "A1" }, { sku: "NONE", target: 9, allotment: 1 }] }),
      });
      assertProblem(bad, 422, "invalid_plan", "channels[0]");
      assert.deepEqual(
        bad.body.problems.map(({ path }: { path: string }) => path),
        ["channels[0]", "slots[1].sku", "slots[1].target"],
      );
      for (const { zh, en } of bad.body.problems) assert.ok(zh !== "" && en !== "");
      assertProblem(
        await ask("POST", "/api/v1/sessions", { body: planOf({ slots: [{}] }) }),
        400,
        "invalid_body",
      );
      assert.equal((await create({ slots: [] })).slots.length, 0);
    });

    test("[N5] a copy has the same products at other times, under new ids", async () => {
      const first = await create();
      const startsAt = inMinutes(24 * 60);
      const copy = await post(first.id, "copies", { startsAt, title: "第二场" });
      assert.equal(copy.status, 201);
      assert.equal(copy.body.startsAt, startsAt);
      const skus = (item: { slots: { sku: string }[] }) => item.slots.map(({ sku }) => sku);
      assert.deepEqual(skus(copy.body), skus(first));
      assert.notEqual(copy.body.slots[0].id, first.slots[0].id);
    });

    test("[N1] a life goes forward, back only with a reason, and ends in the review", async () => {
      const { id, slots } = await create();
      const step = (name: string, reason?: string) =>
        post(id, "life", { step: name, ...(reason === undefined ? {} : { reason }) });
      assertProblem(await step("end"), 409, "wrong_life");
      assertProblem(await step("go_live"), 422, "reason_needed");
      assertProblem(await post(id, "pointer", { by: "next" }), 409, "not_live");
      const live = await step("go_live", "  试播 ");
      assert.deepEqual([live.status, live.body.life, live.body.unsignedReason], [200, "live", "试播"]);
      assertProblem(await step("go_live", "再来"), 409, "wrong_life");

      const next = await post(id, "pointer", { by: "next" });
      assert.deepEqual([next.body.pointer.slot, next.body.pointer.by], [slots[0].id, "next"]);
      assert.equal(
        (await post(id, "pointer", { by: "tap", slot: slots[1].id })).body.pointer.slot,
        slots[1].id,
      );
      assertProblem(await post(id, "pointer", { by: "next" }), 409, "no_slot");
      assertProblem(await post(id, "pointer", { by: "tap", slot: "none" }), 422, "unknown_slot");
      assertProblem(await post(id, "pointer", { by: "tap" }), 400, "invalid_body", "slot");
      assert.equal((await post(id, "clock", { on: true })).body.followsClock, true);
      // By hand it takes over from the clock.
      assert.equal((await post(id, "pointer", { by: "previous" })).body.followsClock, false);

      const open = (await ask("GET", `/api/v1/sessions/${id}`)).body;
      const gone = await ask("PUT", `/api/v1/sessions/${id}`, {
        body: { ...planOf({ slots: [{ sku: "B2" }] }), version: open.version },
      });
      assertProblem(gone, 422, "invalid_plan", "slots");

      assert.equal((await step("end")).body.life, "ended");
      const shut = await ask("PUT", `/api/v1/sessions/${id}`, {
        body: { ...planOf(), version: open.version },
      });
      assertProblem(shut, 409, "wrong_life");
      assertProblem(await step("resume"), 422, "reason_needed");
      assert.equal((await step("resume", "断流")).body.life, "live");
      assert.equal((await step("end")).body.life, "ended");
      assert.equal((await step("review")).body.life, "reviewed");
    });

    test("a session without products does not go live", async () => {
      const { id } = await create({ slots: [] });
      assertProblem(await post(id, "life", { step: "go_live", reason: "试" }), 422, "invalid_plan", "slots");
    });

    test("the precheck finds what is wrong, mends it with one tap, and is signed as it was seen", async () => {
      await ask("PUT", "/api/v1/skus", { body: { items: [{ code: "P1", name: "保温杯", selling: false }] } });
      await ask("POST", "/api/v1/receipts", {
        headers: { "idempotency-key": "precheck goods" },
        body: {
          lines: [
            { sku: "P1", quantity: 6, bin: "A-01" },
            { sku: "P1", quantity: 2, bin: "退货区" },
            { sku: "P1", quantity: 3 },
          ],
        },
      });
      const { id } = await create({ channels: ["manual"], slots: [{ sku: "P1", target: 40 }] });
      const first = await precheckOf(id);
      const results = Object.fromEntries(
        first.lines.map((line: { id: string; result: string }) => [line.id, line.result]),
      );
      assert.deepEqual(results, {
        "known:P1": "pass",
        "stock:P1": "warn",
        "backlog:P1": "pass",
        "counted:P1": "warn",
        "set_aside:P1": "pass",
        "suspect:P1": "fail",
        "mapped:P1:manual": "pass",
        "selling:P1": "fail",
        "buffer:P1": "warn",
        "limit:P1": "warn",
      });
      assert.deepEqual(first.sums, { pass: 4, warn: 4, fail: 2 });
      assert.equal(first.lines[0].name, "保温杯");

      const fix = (line: string, action: string, more: object = {}) =>
        post(id, "precheck/fixes", { line: `${line}:P1`, action, ...more });
      const suspect = await fix("suspect", "move_to_quarantine");
      assert.equal(suspect.status, 200, JSON.stringify(suspect.body));
      assertProblem(await fix("suspect", "move_to_quarantine"), 409, "list_changed");
      assert.equal((await fix("suspect", "put_away")).status, 200);
      const stock = await ask("GET", "/api/v1/stock/P1");
      assert.deepEqual([stock.body.item.quarantine, stock.body.item.available], [2, 9]);
      await fix("selling", "resume_selling");
      await fix("buffer", "set_buffer", { units: 1 });
      await fix("limit", "set_limit");
      await fix("stock", "lower_target");
      assert.equal((await lineOf(id, "stock:P1")).evidence.target, 8);
      assertProblem(await fix("stock", "ask_supplier"), 409, "list_changed");
      await fix("counted", "open_spot_count");
      assert.notEqual(await server.store.read.document(1, "count-request", `${id}:P1`), null);

      const list = await precheckOf(id);
      assert.deepEqual(list.sums, { pass: 9, warn: 1, fail: 0 });
      assertProblem(await post(id, "precheck/signature", { seen: first.digest }), 409, "list_changed");
      const signed = await post(id, "precheck/signature", { seen: list.digest });
      assert.equal(signed.status, 200, JSON.stringify(signed.body));
      assert.deepEqual([signed.body.signature.warn, signed.body.signatureState], [1, "current"]);
      assert.equal((await ask("GET", `/api/v1/sessions/${id}`)).body.life, "prechecked");

      // Something became worse since: going live needs a reason.
      await ask("PUT", "/api/v1/skus", { body: { items: [{ code: "P1", selling: false }] } });
      const worse = await precheckOf(id);
      assert.deepEqual([worse.signatureState, worse.worse], ["stale", ["selling:P1"]]);
      assertProblem(await post(id, "life", { step: "go_live" }), 422, "reason_needed");
      await fix("selling", "resume_selling");
      const live = await post(id, "life", { step: "go_live" });
      assert.deepEqual([live.body.life, live.body.unsignedReason], ["live", null]);
      await post(id, "life", { step: "end" });
    });

    test("a failed line is signed only with a note; a product is planned out with one tap", async () => {
      const { id } = await create({ slots: [{ sku: "A1" }, { sku: "B2" }] });
      const list = await precheckOf(id);
      assert.ok(list.sums.fail > 0);
      assertProblem(
        await post(id, "precheck/signature", { seen: list.digest, note: " " }),
        422,
        "note_needed",
      );
      const signed = await post(id, "precheck/signature", { seen: list.digest, note: "先播" });
      assert.equal(signed.body.signature.note, "先播");
      const version = (await ask("GET", `/api/v1/sessions/${id}`)).body.version;
      const lots = await ask("PUT", `/api/v1/sessions/${id}`, {
        body: { ...planOf({ slots: [{ sku: "A1" }, { sku: "B2", target: 90 }, { sku: "B2" }] }), version },
      });
      assert.equal(lots.body.signatureState, "stale");
      await post(id, "precheck/fixes", { line: "stock:B2", action: "unplan" });
      const left = (await ask("GET", `/api/v1/sessions/${id}`)).body.slots;
      assert.deepEqual(
        left.map(({ sku }: { sku: string }) => sku),
        ["A1"],
      );
      const elsewhere = await post(id, "precheck/fixes", { line: "mapped:A1:douyin", action: "map_listing" });
      assertProblem(elsewhere, 409, "fix_elsewhere");
      assert.equal(elsewhere.body.page, "/channels");
    });

    test("who may only look does not run a session, and a fix needs the right of what it does", async () => {
      const { id } = await create();
      const look = await server.keyFor("stock:read");
      const run = await server.keyFor("stock:read", "session:write");
      const as = (key: string, route: string, body: object) =>
        ask("POST", `/api/v1/sessions/${id}/${route}`, { key, body });
      assertProblem(await as(look, "life", { step: "go_live", reason: "x" }), 403, "forbidden");
      assertProblem(await ask("POST", "/api/v1/sessions", { key: run, body: planOf() }), 403, "forbidden");
      const fix = { line: "buffer:A1", action: "set_buffer" };
      await ask("PUT", `/api/v1/sessions/${id}`, {
        body: { ...planOf({ slots: [{ sku: "A1", target: 9 }] }), version: 1 },
      });
      const refused = await as(run, "precheck/fixes", fix);
      assertProblem(refused, 403, "forbidden");
      assert.equal(refused.body.scope, "catalog:write");
      assert.equal((await ask("GET", "/api/v1/sessions", { key: look })).status, 200);
    });

    test("a run-of-show is read from a file, and unknown products are told row by row", async () => {
      const text = "商家编码,时长,直播价,备选\nA1,8,12.5,C3、NONE\nNONE,1,1,\nB2,,,\n";
      const read = await ask("POST", "/api/v1/sessions/run-of-show?name=plan.csv", {
        raw: text,
        headers: { "content-type": "text/csv" },
      });
      assert.equal(read.status, 200, JSON.stringify(read.body));
      assert.deepEqual(read.body.slots, [
        { sku: "A1", minutes: 8, price: 1_250, alternates: ["C3"] },
        { sku: "B2" },
      ]);
      assert.deepEqual(
        read.body.problems.map(({ row }: { row: number }) => row),
        [2, 3],
      );
      assert.equal(read.body.columns[0].field, "sku");
      const empty = await ask("POST", "/api/v1/sessions/run-of-show", { raw: "%PDF-1.7 nothing" });
      assertProblem(empty, 400, "invalid_body");
    });

    test("[N9] orders belong to the session that is live on their channel, and count for it", async () => {
      const { id } = await create();
      await post(id, "life", { step: "go_live", reason: "试播" });
      const order = (orderId: string, more: object = {}) => ({
        channel: "douyin",
        orderId,
        lines: [{ sku: "C3", quantity: 2, amount: 500 }],
        ...more,
      });
      await ask("POST", "/api/v1/reservations", { body: order("S1", { stage: "paid" }) });
      await ask("POST", "/api/v1/order-events", {
        body: [
          order("S2", { stage: "paid", updatedAt: inMinutes(0), placedAt: inMinutes(0) }),
          order("S3", { stage: "paid", updatedAt: inMinutes(0), placedAt: inMinutes(-90) }),
          order("S4", { stage: "paid", updatedAt: inMinutes(0), session: "other" }),
        ],
      });
      const sessionOf = async (orderId: string) =>
        (await server.store.read.order(1, "douyin", orderId))[0]?.session;
      assert.deepEqual(
        [await sessionOf("S1"), await sessionOf("S2"), await sessionOf("S3"), await sessionOf("S4")],
        [id, id, null, "other"],
      );
      const { items } = (await ask("GET", "/api/v1/sessions")).body;
      const row = items.find((one: { id: string }) => one.id === id);
      assert.deepEqual([row.life, row.sold, row.amount], ["live", 4, 1_000]);
      await post(id, "life", { step: "end" });
      await ask("POST", "/api/v1/reservations", { body: order("S5", { stage: "paid" }) });
      assert.equal(await sessionOf("S5"), null);
    });
  });
}
