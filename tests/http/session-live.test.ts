import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { after, before, describe, test } from "node:test";
import type { HostView, SessionNumbers, SessionView, ViewSku } from "../../src/api/session-view.ts";
import { liveJob } from "../../src/jobs/live.ts";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type Answer, type TestServer } from "./fixture.ts";

const minuteMs = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

interface Sent {
  readonly event: string;
  // A test looks into what it was sent.
  // oxlint-disable-next-line typescript/no-explicit-any -- a test asserts what it reads
  readonly data: any;
}

/** What a page does: reads the events of a stream. */
class Stream {
  readonly sent: Sent[] = [];
  readonly response: IncomingMessage;
  ended = false;
  #text = "";
  #waiting: (() => void)[] = [];

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => this.#read(chunk));
    response.on("error", () => {});
    response.on("close", () => {
      this.ended = true;
      this.#wake();
    });
  }

  async until<T>(found: () => T | undefined | false, what: string): Promise<T> {
    const late = AbortSignal.timeout(20_000);
    for (;;) {
      const value = found();
      if (value !== undefined && value !== false) return value;
      assert.equal(late.aborted, false, `waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  last<Data>(): Data | undefined {
    return this.sent.at(-1)?.data;
  }

  close(): void {
    this.response.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split("\n\n");
    this.#text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, event, data] = /^id: \d+\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined && data !== undefined) this.sent.push({ event, data: JSON.parse(data) });
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function open(server: TestServer, path: string, key: string | null = server.key): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` };
    get(`${server.url}/api/v1${path}`, { headers }, (response) => {
      assert.equal(response.statusCode, 200);
      resolve(new Stream(response));
    }).on("error", reject);
  });
}

for (const kind of ["memory", "sqlite"] as const) {
  describe(`a live session over ${kind}`, () => {
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
      const now = Date.now();
      const until = now + 30_000;
      return job.run({ shop, now, until, signal: new AbortController().signal });
    };
    const view = (session: string): Promise<SessionView> => done("GET", `/sessions/${session}/view`);
    const skuOf = (seen: SessionView, sku: string): ViewSku => {
      const found = seen.skus.find((one) => one.sku === sku);
      assert.ok(found !== undefined);
      return found;
    };
    const openRules = async (session: string): Promise<string[]> =>
      (await view(session)).alerts
        // Events of half an hour ago make a channel late, which is true and not what is tested here.
        .filter((alert) => !alert.rule.startsWith("connector"))
        .map((alert) => `${alert.rule} ${alert.subject}`.trim())
        .toSorted();
    const sell = async (sku: string, quantity: number, stage = "paid", buyer?: string): Promise<Answer> => {
      order += 1;
      return ask("POST", "/reservations", {
        channel: "douyin",
        orderId: `o${order}`,
        stage,
        ...(buyer === undefined ? {} : { buyer }),
        lines: [{ sku, quantity, amount: quantity * 100 }],
      });
    };
    const act = (session: string, body: object) => done("POST", `/sessions/${session}/actions`, body);
    const goLive = async (id: string, slots: object[], more: object = {}) => {
      const [startsAt, endsAt] = [iso(Date.now() + 5 * minuteMs), iso(Date.now() + 240 * minuteMs)];
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
      server = await startServer(kind);
      const goods = { A1: 1_000, B2: 200, C3: 300, D4: 800, E5: 1_000, F6: 400, G7: 100 };
      await fillShop(server, goods, ["douyin", "taobao"]);
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("500 units that sell 10 a minute last 50 minutes", async () => {
      const now = Date.now();
      await goLive("eta", [{ id: "s1", sku: "D4", target: 400 }]);
      const events = Array.from({ length: 30 }, (_, index) => ({
        channel: "douyin",
        orderId: `eta-${index}`,
        session: "eta",
        updatedAt: iso(now - index * minuteMs),
        stage: "paid",
        lines: [{ sku: "D4", quantity: 10, amount: 1_000 }],
      }));
      const told = await done("POST", "/order-events", events);
      assert.equal(told.counts.applied, 30);
      const seen = await view("eta");
      const sku = skuOf(seen, "D4");
      assert.deepEqual([sku.sellable, sku.sold, sku.etaMinutes, sku.unitsPerMinute], [500, 300, 50, 10]);
      assert.deepEqual([sku.opening, sku.sellThroughPercent, sku.spark.length], [800, 37.5, 30]);
      assert.deepEqual([seen.totals.orders, seen.totals.sold, seen.totals.amount], [30, 300, 30_000]);
      assert.ok(sku.forecast !== null && sku.forecast.p10 < sku.forecast.p50);
      assert.ok(sku.forecast.p50 < sku.forecast.p90);
      // Under an hour: that is an alert, and the plan sold three quarters of what it should.
      await turn();
      assert.deepEqual(await openRules("eta"), ["eta D4"]);
      await end("eta");
      assert.deepEqual(await openRules("eta"), []);
    });

    test("tiers rise at exactly 20, 10 and 5 per cent, are told once, and the job repeats nothing", async () => {
      await goLive("tiers", [
        { id: "s1", sku: "A1" },
        { id: "s2", sku: "B2" },
      ]);
      assert.equal(skuOf(await view("tiers"), "A1").opening, 1_000);
      const tiers = async () => (await openRules("tiers")).filter((rule) => rule.startsWith("tier"));
      const steps: [sell: number, rules: string[]][] = [
        [799, []],
        [1, ["tier1 A1"]],
        [99, ["tier1 A1"]],
        [1, ["tier2 A1"]],
        [49, ["tier2 A1"]],
        [1, ["tier3 A1"]],
      ];
      for (const [quantity, rules] of steps) {
        assert.equal((await sell("A1", quantity)).status, 201);
        await turn();
        assert.deepEqual(await tiers(), rules, `after ${quantity}`);
      }
      const { activity } = await view("tiers");
      await turn();
      await turn();
      assert.equal((await view("tiers")).activity, activity);
      const alert = (await view("tiers")).alerts.find((one) => one.rule === "tier3");
      assert.ok(alert !== undefined);
      assert.match(alert.text.zh, /商品 A1 剩 50 件/);
      assert.match(alert.hostWords ?? "", /商品 A1还有最后 50 件.*商品 B2/);
      assert.equal(alert.actions[0], "tell_host");
      await end("tiers");
    });

    test("an action tells the host, takes the alert, and the host's screen shows it within a second", async () => {
      await goLive("act", [
        { id: "s1", sku: "B2", price: 5_900 },
        { id: "s2", sku: "C3" },
      ]);
      await done("POST", "/sessions/act/pointer", { by: "tap", slot: "s1" });
      assert.equal((await sell("B2", 185)).status, 201);
      await turn();
      const alert = (await view("act")).alerts.find((one) => one.rule === "tier2");
      assert.ok(alert !== undefined);

      const link = await done("POST", "/sessions/act/screens", { kind: "host", name: "一号机" }, 201);
      const token = link.path.replace("/screen/", "");
      assert.equal((await ask("GET", `/sessions/act/screens`)).body.items[0].screen, link.screen);
      const host = await open(server, `/screens/${token}/live`, null);
      const wall = await open(server, "/sessions/act/live");
      await host.until(() => host.sent.length > 0, "the first view");
      const first: HostView = host.sent[0]?.data;
      assert.deepEqual(
        [first.current?.sku, first.current?.sellable, first.next?.sku, first.number, first.of],
        ["B2", 15, "C3", 1, 2],
      );
      assert.doesNotMatch(JSON.stringify(first), /amount|total/);
      assert.equal(host.response.headers["referrer-policy"], "no-referrer");

      await act("act", { action: "tell_host", alert: alert.id, text: "还有最后 15 件" });
      const message = await host.until(
        () => host.last<HostView>()?.messages.find((one) => one.text === "还有最后 15 件"),
        "the message",
      );
      const taken = (await view("act")).alerts.find((one) => one.id === alert.id)?.acknowledged;
      assert.deepEqual([taken?.action, taken?.by], ["tell_host", "key:test"]);
      const seen = await server.ask("POST", `/api/v1/screens/${token}/messages/${message.id}`, { key: null });
      assert.equal(seen.status, 200, JSON.stringify(seen.body));
      await wall.until(
        () => wall.last<Partial<SessionView>>()?.messages?.some((one) => one.acknowledgedAt !== null),
        "that the host has seen it",
      );

      // A sale moves the numbers on every open screen, within the frame.
      const sold = await sell("B2", 1);
      assert.equal(sold.status, 201);
      await wall.until(
        () =>
          wall.sent.some(
            ({ event, data }) => event === "numbers" && (data as SessionNumbers).items[0]?.sellable === 14,
          ),
        "the numbers",
      );
      await host.until(() => host.last<HostView>()?.current?.sellable === 14, "the number");

      await turn();
      assert.deepEqual(
        (await view("act")).screens.map(({ kind: what, online }) => [what, online]),
        [["host", true]],
      );
      await done("DELETE", `/sessions/act/screens/${link.screen}`, undefined, 204);
      await host.until(() => host.ended, "the end of the stream");
      assertProblem(
        await server.ask("GET", `/api/v1/screens/${token}/view`, { key: null }),
        404,
        "not_found",
      );
      wall.close();
      await end("act");
    });

    test("stop-sell closes strict selling, is confirmed by channel, and stays after the end", async () => {
      await goLive("stop", [{ id: "s1", sku: "C3" }]);
      await act("stop", { action: "stop_sell", sku: "c3" });
      assertProblem(await sell("C3", 1), 409, "selling_stopped");
      const seen = await view("stop");
      assert.deepEqual([skuOf(seen, "C3").selling, skuOf(seen, "C3").sellable], [false, 0]);
      assert.deepEqual(seen.stops[0]?.channels, [{ channel: "douyin", confirmedAt: null }]);
      await act("stop", { action: "stop_sell_confirm", sku: "C3", channel: "douyin" });
      assert.notEqual((await view("stop")).stops[0]?.channels[0]?.confirmedAt, null);
      await turn();
      assert.deepEqual(await openRules("stop"), []);
      await end("stop");
      assertProblem(await sell("C3", 1), 409, "selling_stopped");
      await act("stop", { action: "stop_sell_lift", sku: "C3", reason: "货到了" });
      assert.equal((await sell("C3", 1)).status, 201);
    });

    test("the session's terms are on the SKU while it is live, and its own come back", async () => {
      const own = async () => {
        const { price, limitPerBuyer, bufferUnits } = (await ask("GET", "/skus/E5")).body.sku;
        return [price, limitPerBuyer, bufferUnits];
      };
      const before = await own();
      await goLive("terms", [{ id: "s1", sku: "E5", price: 4_900, buyerLimit: 2, buffer: 30 }]);
      assert.deepEqual(await own(), [4_900, 2, 30]);
      assert.equal(skuOf(await view("terms"), "E5").sellable, 970);
      assertProblem(await sell("E5", 3, "paid", "阿福"), 409, "purchase_limit");
      await act("terms", { action: "cap_buyer", sku: "E5", limit: 5 });
      await act("terms", { action: "lower_price", sku: "E5", price: 3_900 });
      await turn();
      assert.deepEqual(await own(), [3_900, 5, 30]);
      await end("terms");
      assert.deepEqual(await own(), before);
      const { activity } = await view("terms");
      await turn();
      assert.equal((await view("terms")).activity, activity);
    });

    test("a drip release lets out part by part; an allotment is not exceeded", async () => {
      const tranches = [
        { id: "t1", units: 50, afterMinutes: 0 },
        { id: "t2", units: 30, afterMinutes: null },
      ];
      await goLive("drip", [{ id: "s1", sku: "F6", allotment: 100, tranches }]);
      assertProblem(await sell("F6", 1), 409, "insufficient_stock");
      await done("POST", "/sessions/drip/pointer", { by: "tap", slot: "s1" });
      await turn();
      assert.equal(skuOf(await view("drip"), "F6").sellable, 50);
      assert.equal((await sell("F6", 50)).status, 201);
      assertProblem(await sell("F6", 1), 409, "insufficient_stock");
      await act("drip", { action: "drip_release", slot: "s1" });
      assert.equal((await sell("F6", 30)).status, 201);
      assertProblem(await sell("F6", 1), 409, "insufficient_stock");
      // Tiers are counted from the allotment, not from the part that is out.
      const seen = skuOf(await view("drip"), "F6");
      assert.deepEqual([seen.opening, seen.sellable, seen.sold], [100, 0, 80]);
      await end("drip");
      assert.equal((await sell("F6", 1)).status, 201);
    });

    test("a supplier answers on a link without log-in, and it shows as incoming", async () => {
      await goLive("supply", [{ id: "s1", sku: "B2" }]);
      const ask1 = { action: "ask_supplier", sku: "B2", supplier: "老王针织", units: 500 };
      const { url } = await act("supply", ask1);
      const path = `/api/v1${url}`;
      const seen = await server.ask("GET", path, { key: null });
      assert.deepEqual(
        [seen.status, seen.body.product, seen.body.asked, seen.body.expired],
        [200, "商品 B2", 500, false],
      );
      const body = { units: 300, arrivesAt: iso(Date.now() + 60 * minuteMs), note: "先发三百" };
      assert.equal((await server.ask("POST", path, { key: null, body })).status, 200);
      const shown = await view("supply");
      assert.deepEqual([shown.requests[0]?.answer?.units, skuOf(shown, "B2").incoming], [300, 300]);
      await act("supply", { action: "close_request", request: shown.requests[0]?.id, received: 300 });
      assert.equal(skuOf(await view("supply"), "B2").incoming, 0);
      assert.equal((await server.ask("GET", path, { key: null })).body.expired, true);
      assert.equal((await server.ask("POST", path, { key: null, body })).status, 409);
      await end("supply");
    });

    test("alternates, switching, samples of rooms, timeline and replay", async () => {
      const rooms = [{ room: "r1", channel: "douyin" }];
      await goLive(
        "mix",
        [
          { id: "s1", sku: "G7", alternates: ["E5"] },
          { id: "s2", sku: "F6" },
        ],
        { rooms },
      );
      await done("POST", "/sessions/mix/pointer", { by: "tap", slot: "s1" });
      const { items } = await done("GET", "/sessions/mix/alternates?sku=g7");
      assert.deepEqual(items.map((one: { sku: string }) => one.sku).toSorted(), ["E5", "F6"]);
      assert.equal(items.find((one: { sku: string }) => one.sku === "F6").slot, "s2");
      assert.match(items[0].reasons[0].zh, /\S/);
      await act("mix", { action: "switch_product", sku: "E5" });
      const switched = await view("mix");
      assert.deepEqual(
        switched.slots.map(({ sku, status }) => [sku, status]),
        [
          ["G7", "done"],
          ["E5", "current"],
          ["F6", "coming"],
        ],
      );
      await done("POST", "/live-samples", { samples: [{ room: "r1", viewers: 1_234, likes: 9 }] }, 202);
      const seen = await view("mix");
      assert.deepEqual([seen.totals.viewers, seen.totals.likes], [1_234, 9]);
      assert.equal(seen.minutes.length, 66);
      assert.equal(seen.minutes[0]?.viewers, null);
      await turn();
      assert.equal((await sell("E5", 7)).status, 201);
      const replay = await done("GET", "/sessions/mix/replay");
      const series = replay.skus.find((one: { sku: string }) => one.sku === "E5");
      assert.equal(series.sellable.at(-1), skuOf(await view("mix"), "E5").sellable);
      assert.equal(
        series.sold.reduce((sum: number, one: number) => sum + one, 0),
        7,
      );
      assert.ok(replay.minutes.some((one: { viewers: number | null }) => one.viewers === 1_234));
      const page = await done("GET", "/sessions/mix/timeline?limit=3");
      assert.equal(page.items.length, 3);
      const rest = await done("GET", `/sessions/mix/timeline?after=${page.next}`);
      assert.equal(rest.items[0].seq, 4);
      await end("mix");
    });

    test("who may: reading needs a log-in, acting its scope, guessing links is stopped", async () => {
      await goLive("rights", [{ id: "s1", sku: "G7" }]);
      const reader = await server.keyFor("stock:read");
      const get1 = (key: string | null) => server.ask("GET", "/api/v1/sessions/rights/view", { key });
      assertProblem(await get1(null), 401, "unauthenticated");
      assert.equal((await get1(reader)).status, 200);
      const body = { action: "sample_orders", on: true };
      const denied = await server.ask("POST", "/api/v1/sessions/rights/actions", { key: reader, body });
      assertProblem(denied, 403, "forbidden");
      assertProblem(await ask("GET", "/sessions/none/view"), 404, "not_found");
      assertProblem(await ask("GET", "/sessions/none/live"), 404, "not_found");
      let answer = await server.ask("GET", "/api/v1/screens/1-wrong/view", { key: null });
      assertProblem(answer, 404, "not_found");
      for (let guess = 0; guess < 25 && answer.status === 404; guess += 1)
        answer = await server.ask("GET", `/api/v1/screens/1-${"x".repeat(43)}/view`, { key: null });
      assertProblem(answer, 429, "rate_limited");
      await end("rights");
    });
  });
}
