import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import type { SessionNumbers, SessionView, ViewSku } from "../../api/session-view.ts";
import { liveLimits } from "./live.ts";
import { applyNumbers, takeSessionEvent, ViewFeed } from "./session.ts";

const at = "2026-11-25T12:00:00.000Z";

function sku(code: string, sellable: number): ViewSku {
  return {
    sku: code,
    code,
    name: code,
    category: "",
    price: 9900,
    buyerLimit: null,
    sellable,
    heldUnpaid: 0,
    shortage: 0,
    presale: 0,
    buffer: 0,
    selling: true,
    opening: 500,
    arrived: 0,
    sold: 0,
    soldAmount: 0,
    sellThroughPercent: 0,
    etaMinutes: null,
    forecast: null,
    unitsPerMinute: 0,
    recentPerMinute: 0,
    spark: [],
    tier: 0,
    status: "fine",
    turnoverDays: null,
    incoming: 0,
  };
}

function view(seq: number, skus: readonly ViewSku[]): SessionView {
  const totals = {
    viewers: null,
    likes: null,
    amount: 0,
    netAmount: 0,
    orders: 0,
    sold: 0,
    ordersPerMinute: 0,
    sellThroughPercent: null,
    activeSkuPercent: null,
    shortage: 0,
    sellable: 0,
    held: 0,
    skus: 2,
  };
  return {
    session: "s",
    seq,
    activity: 1,
    at,
    title: "t",
    life: "live",
    startsAt: at,
    endsAt: at,
    liveSince: at,
    endedAt: null,
    currency: "CNY",
    pointer: null,
    followsClock: false,
    totals,
    slots: [],
    skus,
    current: {
      sku: "A",
      points: [
        {
          at,
          sellable: 500,
        },
      ],
      sellOutAt: null,
    },
    alerts: [],
    patrols: [],
    nextPatrolAt: null,
    messages: [],
    mutes: [],
    channels: [],
    minutes: [],
    screens: [],
    requests: [],
    stops: [],
    sampling: false,
    reviews: [],
  };
}

function numbers(seq: number, later: string, sellable: number): SessionNumbers {
  return {
    seq,
    at: later,
    items: [
      {
        sku: "A",
        sellable,
        heldUnpaid: 3,
        shortage: 0,
        sold: 500 - sellable,
        soldAmount: 1,
        etaMinutes: 50,
        tier: 1,
        status: "watch",
      },
    ],
    totals: {
      amount: 1,
      netAmount: 1,
      orders: 1,
      sold: 1,
      ordersPerMinute: 1,
      shortage: 0,
      sellable,
      held: 3,
      viewers: 9,
    },
  };
}

test("numbers go over the view, and what they do not name stays the same object", () => {
  const before = view(7, [sku("A", 500), sku("B", 20)]);
  const after = applyNumbers(before, numbers(8, "2026-11-25T12:00:01.000Z", 499));
  assert.equal(after.seq, 8);
  assert.equal(after.skus[0]?.sellable, 499);
  assert.equal(after.skus[0]?.etaMinutes, 50);
  assert.equal(after.skus[0]?.name, "A");
  assert.equal(after.skus[1], before.skus[1]);
  assert.equal(after.totals.viewers, 9);
  assert.equal(after.totals.skus, 2);
  assert.equal(after.current?.sellOutAt, "2026-11-25T12:50:01.000Z");
});

test("numbers that are older than the view change nothing", () => {
  const before = view(9, [sku("A", 10)]);
  assert.equal(applyNumbers(before, numbers(8, at, 499)), before);
});

test("the curve of four hours keeps a bounded number of points", () => {
  let now = view(1, [sku("A", 500)]);
  const begin = Date.parse(at);
  for (let second = 1; second <= 4 * 3_600; second += 5) {
    now = applyNumbers(now, numbers(second, new Date(begin + second * 1_000).toISOString(), 400));
  }
  assert.ok((now.current?.points.length ?? 0) <= 240);
  assert.equal(now.current?.points.at(-1)?.sellable, 400);
});

test("numbers before the first view are nobody's", () => {
  const data = JSON.stringify(numbers(1, at, 3));
  assert.equal(takeSessionEvent(null, { event: "numbers", data, id: "1" }), null);
});

/** A server whose words the test writes by hand. */
class Wire {
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  fetch = (_: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal as AbortSignal;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return Promise.resolve(new Response(body));
  };

  say(event: string, data: unknown): void {
    this.#controller?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  await settle();
}

function begin(context: TestContext) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse(at) });
  const wire = new Wire();
  const feed = new ViewFeed<SessionView>({ url: "/x", take: takeSessionEvent, fetch: wire.fetch });
  context.after(() => {
    feed.stop();
    mock.timers.reset();
  });
  feed.start();
  return { wire, feed };
}

test("silence is said within three seconds, with the age of the figures; the first words make them right again", async (t) => {
  const { wire, feed } = begin(t);
  await settle();
  wire.say("view", view(1, [sku("A", 500)]));
  await settle();
  await pass(100);
  assert.equal(feed.get().view?.skus[0]?.sellable, 500);
  assert.equal(feed.get().staleSince, null);
  await pass(liveLimits.silenceMsMax);
  assert.equal(feed.get().link, "lost");
  assert.ok(liveLimits.silenceMsMax < 3_000);
  const behindMs = Date.now() - (feed.get().staleSince ?? 0);
  assert.ok(behindMs >= liveLimits.silenceMsMax && behindMs < 3_000, `${behindMs}`);
  assert.equal(feed.get().view?.skus[0]?.sellable, 500);
  await pass(liveLimits.retryMs[0]);
  wire.say("view", view(5, [sku("A", 480)]));
  await settle();
  // At once: nothing is waited for after a silence.
  assert.equal(feed.get().view?.skus[0]?.sellable, 480);
  assert.equal(feed.get().staleSince, null);
});

test("what arrives together is drawn once, and what did not change stays the same object", async (t) => {
  const { wire, feed } = begin(t);
  await settle();
  wire.say("view", view(1, [sku("A", 500), sku("B", 20)]));
  await settle();
  await pass(100);
  const before = feed.get().view;
  let drawn = 0;
  feed.follow(() => (drawn += 1));
  for (let seq = 2; seq < 12; seq += 1) wire.say("numbers", numbers(seq, at, 500 - seq));
  await settle();
  await pass(100);
  assert.equal(drawn, 1);
  assert.equal(feed.get().view?.skus[0]?.sellable, 489);
  assert.equal(feed.get().view?.skus[1], before?.skus[1]);
  wire.say("view", view(20, [sku("A", 489), sku("B", 20)]));
  await settle();
  await pass(100);
  assert.equal(feed.get().view?.skus[1], before?.skus[1]);
});
