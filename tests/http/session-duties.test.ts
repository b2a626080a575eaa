import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import writeXlsxFile from "write-excel-file/node";
import type { SessionView } from "../../src/api/session-view.ts";
import { noticeBody } from "../../src/channels/live-source/wire.testing.ts";
import { systemClock, type Clock } from "../../src/engine/clock.ts";
import { liveJob } from "../../src/jobs/live.ts";
import { assertProblem, fillShop, startServer, type Answer, type TestServer } from "./fixture.ts";

const minuteMs = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

/** The system's clock, set forward by as much as a test says. */
class AheadClock implements Clock {
  aheadMs = 0;
  now = () => systemClock.now() + this.aheadMs;
  elapsedMs = () => systemClock.elapsedMs() + this.aheadMs;
  random = (bytes: number) => systemClock.random(bytes);
  after = (delayMs: number, run: () => void) => systemClock.after(delayMs, run);
}

for (const kind of ["memory", "sqlite"] as const) {
  describe(`what people owe a live session over ${kind}`, () => {
    const clock = new AheadClock();
    let server: TestServer;
    let order = 0;
    const log = { info() {}, warn() {}, error: (data: object) => assert.fail(JSON.stringify(data)) };
    const job = liveJob(log as never);

    const ask = (method: string, path: string, body?: object): Promise<Answer> =>
      server.ask(method, `/api/v1${path}`, body === undefined ? {} : { body });
    const done = async (method: string, path: string, body?: object, status = 200) => {
      const answer = await ask(method, path, body);
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const turn = async () => {
      const shop = await server.shops.open(1);
      const now = clock.now();
      return job.run({ shop, now, until: now + 30_000, signal: new AbortController().signal });
    };
    const pass = async (ms: number) => {
      clock.aheadMs += ms;
      await turn();
    };
    const view = (session: string): Promise<SessionView> => done("GET", `/sessions/${session}/view`);
    const sell = async (sku: string, quantity = 1): Promise<string> => {
      order += 1;
      const orderId = `o${order}`;
      const lines = [{ sku, quantity, amount: quantity * 100 }];
      await done("POST", "/reservations", { channel: "douyin", orderId, stage: "paid", lines }, 201);
      return orderId;
    };
    const goLive = async (id: string, slots: object[], more: object = {}) => {
      const [startsAt, endsAt] = [iso(clock.now() + minuteMs), iso(clock.now() + 240 * minuteMs)];
      const plan = { id, title: "晚场", channels: ["douyin"], startsAt, endsAt, slots, ...more };
      await done("POST", "/sessions", plan, 201);
      await done("POST", `/sessions/${id}/life`, { step: "go_live", reason: "测试开播" });
      await turn();
    };
    const end = async (id: string) => {
      await done("POST", `/sessions/${id}/life`, { step: "end" });
      await turn();
    };

    before(async () => {
      server = await startServer(kind, { clock });
      await fillShop(server, { A1: 1_000, B2: 1_000, C3: 1_000 });
    });
    after(() => server.close());

    test("[W7] a mute keeps an alert quiet, and ends by itself", async () => {
      await goLive("mute", [{ id: "s1", sku: "A1" }]);
      const tiers = async () => {
        const { alerts } = await view("mute");
        return alerts.filter(({ rule }) => rule === "tier1").map(({ subject }) => subject);
      };
      await sell("A1", 800);
      await turn();
      assert.deepEqual(await tiers(), ["A1"]);
      const mute = { rule: "tier1", subject: "A1", minutes: 5, reason: "已知，供应商在路上" };
      await done("POST", "/sessions/mute/mutes", mute);
      await turn();
      assert.deepEqual(await tiers(), []);
      assert.deepEqual(
        (await view("mute")).mutes.map(({ rule, reason }) => [rule, reason]),
        [["tier1", mute.reason]],
      );
      await pass(4 * minuteMs);
      assert.deepEqual(await tiers(), []);
      await pass(minuteMs + 1_000);
      assert.deepEqual(await tiers(), ["A1"], "nobody had to end it");
      assert.deepEqual((await view("mute")).mutes, []);
      // And a person may end one before its time.
      await done("POST", "/sessions/mute/mutes", mute);
      await turn();
      await done("POST", "/sessions/mute/mutes/end", { rule: "tier1", subject: "A1" });
      await turn();
      assert.deepEqual(await tiers(), ["A1"]);
      assertProblem(await ask("POST", "/sessions/mute/mutes", { ...mute, minutes: 0 }), 400, "invalid_body");
      await end("mute");
    });

    test("[V3] a patrol is answered product by product, the rest with one tap, and each answer once", async () => {
      await goLive("patrol", [
        { id: "s1", sku: "A1", minutes: 60 },
        { id: "s2", sku: "B2", target: 50, minutes: 30 },
      ]);
      await done("POST", "/sessions/patrol/pointer", { by: "tap", slot: "s1" });
      await sell("A1", 5);
      await pass(15 * minuteMs);
      const [card, ...others] = (await view("patrol")).patrols;
      assert.ok(card !== undefined);
      assert.deepEqual(others, []);
      assert.deepEqual(
        card.items.map(({ group, sku }) => [group, sku]),
        [
          ["current", "A1"],
          ["coming", "B2"],
        ],
      );
      const answer = (answers: object[]) =>
        ask("POST", "/sessions/patrol/patrols", { patrol: card.id, answers });
      const wrong = await answer([{ sku: "A1", group: "current", answer: "show_again" }]);
      assertProblem(wrong, 400, "invalid_body", "answers[0]");
      const first = await answer([{ sku: "a1", group: "current", answer: "tell_host" }]);
      assert.equal(first.status, 200, JSON.stringify(first.body));
      const half = (await view("patrol")).patrols[0];
      assert.deepEqual(
        half?.answers.map(({ sku, answer: said, by }) => [sku, said, by]),
        [["A1", "tell_host", "key:test"]],
      );
      assert.equal((await answer([])).status, 200);
      assert.deepEqual((await view("patrol")).patrols, []);
      const timeline = await done("GET", "/sessions/patrol/timeline?limit=200");
      const said = timeline.items
        .filter((one: { kind: string }) => one.kind === "patrol_answered")
        .flatMap((one: { body: { answers: { sku: string; answer: string }[] } }) => one.body.answers)
        .map((one: { sku: string; answer: string }) => `${one.sku} ${one.answer}`);
      assert.deepEqual(said, ["A1 tell_host", "B2 fine"]);
      assertProblem(await answer([]), 409, "conflict");
      await end("patrol");
    });

    test("[V8] [V12] thresholds decide what is reviewed; a person confirms or refuses it with the goods in hand", async () => {
      await goLive("review", [{ id: "s1", sku: "C3" }]);
      const { version, book, fields } = await done("GET", "/policies");
      const field = fields.find((one: { field: string }) => one.field === "reviewSamplePercent");
      assert.deepEqual([field.default, field.least, field.most, field.scope], [5, 1, 100, "session"]);
      const shop = { ...book.shop, reviewSamplePercent: 100, reviewOpenMax: 3 };
      const wanted = { ...book, shop };
      const preview = await done("POST", "/policies/preview", { book: wanted });
      assert.deepEqual(
        [preview.review, preview.reviewNow],
        [
          { minutes: 0, orders: 0 },
          { minutes: 0, orders: 0 },
        ],
      );
      const refusedBook = { ...wanted, shop: { ...shop, reviewOpenMax: 0 } };
      const refused = await ask("PUT", "/policies", { version, book: refusedBook });
      assertProblem(refused, 400, "invalid_body", "book.shop.reviewOpenMax");
      await done("PUT", "/policies", { version, book: wanted });
      await pass(11_000);
      await done("POST", "/sessions/review/actions", { action: "sample_orders", on: true });
      for (let count = 0; count < 5; count += 1) await sell("C3", 2);
      await turn();
      const { reviews } = await view("review");
      assert.equal(reviews.length, 3);
      const [first, second] = reviews;
      assert.ok(first !== undefined && second !== undefined);
      const decide = (one: { channel: string; orderId: string }, more: object) => {
        const { channel, orderId } = one;
        return ask("POST", "/sessions/review/reviews", { channel, orderId, ...more });
      };
      const stageOf = async ({ orderId }: { orderId: string }) => {
        const { lines } = await done("GET", `/orders/douyin/${orderId}`);
        return [lines[0].stage, lines[0].closed];
      };
      assert.deepEqual(await stageOf(first), ["pending", 0]);
      const inHand = { [first.lines[0]?.lineId ?? ""]: 1 };
      assertProblem(await decide(first, { decision: "confirmed", inHand }), 409, "conflict");
      assertProblem(await decide(first, { decision: "refused", reason: " " }), 422, "reason_needed");
      assert.deepEqual(await stageOf(first), ["pending", 0]);
      const all = { [first.lines[0]?.lineId ?? ""]: 2 };
      assert.equal((await decide(first, { decision: "confirmed", inHand: all })).status, 200);
      assert.deepEqual(await stageOf(first), ["paid", 0]);
      const before = (await done("GET", "/stock/C3")).item.available;
      assert.equal((await decide(second, { decision: "refused", reason: "查不到收件人" })).status, 200);
      assert.deepEqual(await stageOf(second), ["pending", 2]);
      assert.equal((await done("GET", "/stock/C3")).item.available, before + 2);
      assert.equal((await decide(first, { decision: "refused", reason: "晚了" })).status, 409);
      assert.equal((await view("review")).reviews.length, 1);
      await end("review");
    });

    test("Agora's signed notices bring viewers; a wrong signature and an unknown source bring none", async () => {
      await goLive("agora", [{ id: "s1", sku: "C3" }], { rooms: [{ room: "r1", channel: "douyin" }] });
      const secret = "notice-secret-of-agora";
      const configuration = {
        appId: "0123456789abcdef0123456789abcdef",
        customerId: "customer",
        customerSecret: "customer secret",
        noticeSecret: secret,
        rooms: [{ room: "r1", channelName: "live-3" }],
      };
      const source = await done("POST", "/live-sources", { name: "声网", kind: "agora", configuration }, 201);
      assert.match(source.noticePath, /^\/api\/v1\/live-sources\/[\w-]+\/notices$/);
      assert.doesNotMatch(
        JSON.stringify(await done("GET", "/live-sources")),
        /notice-secret|customer secret/,
      );
      const tell = (body: string, signature: string | null, path: string = source.noticePath) =>
        server.ask("POST", path, {
          key: null,
          raw: body,
          headers: {
            "content-type": "application/json",
            ...(signature === null ? {} : { "agora-signature-v2": signature }),
          },
        });
      const signed = (body: string) => createHmac("sha256", secret).update(body).digest("hex");
      const seconds = Math.floor(clock.now() / 1_000);
      const created = noticeBody("n1", 101, "live-3", seconds - 10);
      const first = await tell(created, signed(created));
      assert.deepEqual([first.status, first.body.samples], [200, 1], JSON.stringify(first.body));
      clock.aheadMs += 2_000;
      const joined = noticeBody("n2", 105, "live-3", seconds - 5);
      for (const wrong of ["", "00".repeat(32), signed(`${joined} `)]) {
        const refused = await tell(joined, wrong);
        assert.deepEqual([refused.status, refused.body.samples], [401, undefined]);
        assert.match(refused.body.detailZh, /签名/);
      }
      assert.equal((await tell(joined, null)).status, 401);
      assert.equal((await tell(joined, signed(joined), "/api/v1/live-sources/none/notices")).status, 404);
      assert.deepEqual((await tell(joined, signed(joined))).body.samples, 1);
      // The same notice once more: Agora repeats what was not answered in time.
      assert.deepEqual((await tell(joined, signed(joined))).body.samples, 0);
      await pass(6_000);
      assert.equal((await view("agora")).totals.viewers, 1);
      await end("agora");
    });

    test("a run-of-show is read from a workbook", async () => {
      const header = ["商家编码", "时长", "直播价", "目标销量", "备选"];
      const data = [
        header.map((value) => ({ value })),
        [{ value: "A1" }, { value: 8 }, { value: 12.5 }, { value: 300 }, { value: "C3、NONE" }],
        [{ value: "NONE" }, { value: 1 }, null, null, null],
        [{ value: "b2" }, null, { value: "￥99.90" }, null, null],
      ];
      const raw = await writeXlsxFile(data).toBuffer();
      const read = await server.ask("POST", "/api/v1/sessions/run-of-show?name=plan.xlsx", {
        raw,
        headers: {
          "content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        },
      });
      assert.equal(read.status, 200, JSON.stringify(read.body));
      assert.deepEqual(read.body.slots, [
        { sku: "A1", minutes: 8, price: 1_250, target: 300, alternates: ["C3"] },
        { sku: "B2", price: 9_990 },
      ]);
      assert.deepEqual(
        read.body.problems.map(({ row }: { row: number }) => row),
        [2, 3],
      );
    });
  });
}
