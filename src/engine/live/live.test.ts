import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeClock, settle } from "../../../tests/support/fake-clock.ts";
import type { Activity, ActivityKind } from "../../domain/live/activity.ts";
import { hostScreenDefault, newSlot, type SessionPlan, type Slot } from "../../domain/live/session.ts";
import { hourMs, minuteMs } from "../../domain/live/time.ts";
import type { Command } from "../../domain/command.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { liveJob } from "../../jobs/live.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { Shops, openShop, type OpenShop } from "../shops.ts";
import { isRefused } from "./refuse.ts";

const log = {
  info() {},
  warn() {},
  error(data: object, message?: string) {
    assert.fail(`${message}: ${JSON.stringify(data)}`);
  },
};

const actor = "小林";

/** A node: a process on the store. */
class Node {
  readonly shops: Shops;
  readonly #job = liveJob(log);
  readonly #clock: FakeClock;

  constructor(store: MemoryStore, clock: FakeClock) {
    this.#clock = clock;
    this.shops = new Shops({ store, clock, log });
  }

  open(): Promise<OpenShop> {
    return this.shops.open(1);
  }

  /** One turn of the job. */
  async turn(): Promise<void> {
    const shop = await this.open();
    const now = this.#clock.now();
    await this.#job.run({ shop, now, until: now + 30_000, signal: new AbortController().signal });
  }
}

describe("the work of a live session", () => {
  let store: MemoryStore;
  let clock: FakeClock;
  let node: Node;
  let shop: OpenShop;
  let orders = 0;

  const submit = async (command: Command): Promise<void> => {
    const outcome = await shop.batcher.submit(command);
    assert.equal(isRefusal(outcome), false, JSON.stringify(outcome));
  };
  const by = () => ({ actor, at: clock.now() });
  const sell = async (sku: string, quantity: number): Promise<string> => {
    orders += 1;
    const orderId = `o${orders}`;
    await submit({
      type: "reserve",
      ...by(),
      channel: "douyin",
      orderId,
      buyer: null,
      session: "s1",
      stage: "paid",
      lines: [{ lineId: "1", sku, quantity, amount: quantity * 100 }],
    });
    return orderId;
  };
  const cancel = (orderId: string) => submit({ type: "cancel", ...by(), channel: "douyin", orderId });
  const planOf = (slots: readonly Slot[], more: Partial<SessionPlan> = {}): SessionPlan => ({
    id: "s1",
    title: "晚场",
    channels: ["douyin"],
    rooms: [],
    startsAt: clock.now(),
    endsAt: clock.now() + 4 * hourMs,
    hostScreen: hostScreenDefault,
    slots,
    ...more,
  });
  const create = (plan: SessionPlan) => shop.sessions.create(plan, by());
  const life = (step: "go_live" | "end", to: "live" | "ended") =>
    shop.sessions.act("s1", ({ state }) => [
      { kind: "life", ...by(), body: { step, from: state.life, to, reason: "x" } },
    ]);
  const goLive = async (...slots: readonly Slot[]) => {
    assert.ok((await create(planOf(slots))).ok);
    await life("go_live", "live");
    await node.turn();
  };
  const said = async (...kinds: readonly ActivityKind[]): Promise<readonly Activity[]> =>
    (await shop.sessions.activities("s1", 0, 1_000)).filter((one) => kinds.includes(one.kind));
  /** `tier1 A raised`, `tier1 A 1` (escalated), `tier1 A recovered` … without those of the whole session. */
  const alerts = async (): Promise<string[]> => {
    const names = new Map<string, string>();
    return (await said("alert_raised", "alert_escalated", "alert_resolved")).flatMap((one) => {
      if (one.kind === "alert_raised") {
        const { id, rule, subject } = one.body.alert;
        names.set(id, `${rule} ${subject}`);
        return subject === "" ? [] : [`${rule} ${subject} raised`];
      }
      if (one.kind === "alert_escalated") return [`${names.get(one.body.alert)} ${one.body.level}`];
      return one.kind === "alert_resolved" ? [`${names.get(one.body.alert)} ${one.body.reason}`] : [];
    });
  };
  const tiers = async () => (await alerts()).filter((one) => one.startsWith("tier"));
  /** Time passes with a turn of the job in each step, as it does. */
  const pass = async (ms: number, step = 10_000) => {
    for (let passed = 0; passed < ms; passed += step) {
      clock.jump(Math.min(step, ms - passed));
      await node.turn();
    }
  };

  beforeEach(async () => {
    store = new MemoryStore();
    clock = new FakeClock();
    await openShop(store, clock);
    node = new Node(store, clock);
    shop = await node.open();
    orders = 0;
    await submit({
      type: "putChannel",
      ...by(),
      channel: { channel: "douyin", platform: "douyin", name: "抖音", warehouses: ["main"] },
    });
    const codes = ["A", "B", "C"];
    await submit({
      type: "putSkus",
      ...by(),
      items: codes.map((code) => ({ code, name: `商品${code}`, price: 9_900, category: "女装" })),
    });
    await submit({
      type: "receive",
      ...by(),
      key: "opening",
      opening: true,
      warehouse: "main",
      lines: codes.map((sku) => ({ sku, quantity: 1_000 })),
    });
    await submit({
      type: "putDocument",
      ...by(),
      kind: "robot",
      id: "r1",
      version: 0,
      body: {
        name: "群机器人",
        kind: "webhook",
        sealed: "",
        active: true,
        severityMin: 1,
        topics: [],
        language: "zh",
        user: null,
      },
    });
  });

  test("a stock that moves by one around a threshold rings once", async () => {
    await goLive(newSlot("1", "A"));
    await sell("A", 799);
    await node.turn();
    for (let round = 0; round < 20; round += 1) {
      const order = await sell("A", 1);
      clock.jump(1_000);
      await node.turn();
      await cancel(order);
      clock.jump(1_000);
      await node.turn();
    }
    assert.deepEqual(await tiers(), ["tier1 A raised"]);
  });

  test("a receipt raises what a tier is counted from, and ends the alert", async () => {
    await goLive(newSlot("1", "A"));
    await sell("A", 800);
    await node.turn();
    assert.deepEqual(await tiers(), ["tier1 A raised"]);
    const lines = [{ sku: "A", quantity: 500 }];
    await submit({ type: "receive", ...by(), key: "r2", opening: false, warehouse: "main", lines });
    await node.turn();
    assert.deepEqual(await tiers(), ["tier1 A raised", "tier1 A recovered"]);
    // 20 % of 1,000 + 500 are 300.
    await sell("A", 399);
    await node.turn();
    assert.equal((await tiers()).length, 2);
    await sell("A", 1);
    await node.turn();
    assert.deepEqual((await tiers()).slice(2), ["tier1 A raised"]);
  });

  test("nobody takes it: it is passed on in time, to every receiver once; taken, it goes no further", async () => {
    await goLive(newSlot("1", "A"));
    await sell("A", 960);
    await node.turn();
    assert.deepEqual(await tiers(), ["tier3 A raised"]);
    await pass(2 * minuteMs - 1_000);
    assert.equal((await tiers()).length, 1);
    await pass(1_000);
    assert.deepEqual(await tiers(), ["tier3 A raised", "tier3 A 1"]);
    const [alert] = [...((await shop.sessions.get("s1"))?.state.alerts.values() ?? [])].filter(
      (one) => one.rule === "tier3",
    );
    const done = await shop.live.actions.perform("s1", { action: "got_it", alert: alert?.id ?? "" }, by());
    assert.equal(isRefused(done), false);
    await pass(5 * minuteMs, 30_000);
    assert.equal((await tiers()).length, 2);
    const told = await store.deliveries.list(1, { session: "s1", limit: 100 });
    const ofTier = told.filter((one) => one.message.includes("/tier3/"));
    assert.deepEqual(ofTier.map((one) => one.message.replace(/.*\//, "")).toSorted(), ["0", "1"]);
    assert.match(ofTier[0]?.payload ?? "", /商品A/);
  });

  test("muted, it does not ring; when the mute ends it does", async () => {
    await goLive(newSlot("1", "A"));
    const mute = {
      rule: "tier1",
      subject: "A",
      until: clock.now() + 10 * minuteMs,
      by: actor,
      reason: "知道",
    } as const;
    await shop.sessions.act("s1", () => [{ kind: "alert_muted", ...by(), body: { mute } }]);
    await sell("A", 850);
    await pass(9 * minuteMs, minuteMs);
    assert.deepEqual(await tiers(), []);
    await pass(minuteMs, minuteMs);
    assert.deepEqual(await tiers(), ["tier1 A raised"]);
  });

  test("another node that takes over says nothing again, and goes on where the first died", async () => {
    await goLive({ ...newSlot("1", "A"), price: 5_900 }, newSlot("2", "B"));
    await sell("A", 960);
    await node.turn();
    const before = (await shop.sessions.activities("s1", 0, 1_000)).length;
    const told = (await store.deliveries.list(1, { limit: 1_000 })).length;
    // It had remembered terms and died before it put them on.
    const body = { planned: "x", set: { price: 4_900 }, before: { price: 9_900 } };
    await shop.sessions.act("s1", () => [{ kind: "terms_applied", ...by(), sku: "B", body }]);
    const second = new Node(store, clock);
    await second.turn();
    await second.turn();
    assert.equal((await store.read.sku(1, "B"))?.sku.price, 4_900);
    assert.equal((await store.deliveries.list(1, { limit: 1_000 })).length, told);
    const after = await shop.sessions.activities("s1", before, 1_000);
    assert.deepEqual(
      after.map((one) => one.kind).filter((kind) => kind.startsWith("alert")),
      [],
    );
    await shop.sessions.get("s1");
    await life("end", "ended");
    await clock.pass(1_000);
    await second.turn();
    await second.turn();
    assert.equal((await store.read.sku(1, "A"))?.sku.price, 9_900);
    assert.equal((await store.read.sku(1, "B"))?.sku.price, 9_900);
  });

  test("a patrol every fifteen minutes; unanswered it is passed on; a late one does not push the next", async () => {
    await goLive(newSlot("1", "A"), newSlot("2", "B"));
    await shop.sessions.act("s1", () => [{ kind: "pointer", ...by(), body: { slot: "1", by: "tap" } }]);
    const patrols = async () => (await said("patrol_opened", "patrol_escalated")).map((one) => one.kind);
    await pass(15 * minuteMs - 1_000, minuteMs);
    assert.deepEqual(await patrols(), []);
    await pass(1_000);
    assert.deepEqual(await patrols(), ["patrol_opened"]);
    const [card] = [...((await shop.sessions.get("s1"))?.state.patrols.values() ?? [])];
    assert.deepEqual(
      card?.items.map(({ group, sku }) => [group, sku]),
      [
        ["current", "A"],
        ["coming", "B"],
      ],
    );
    await pass(5 * minuteMs, 30_000);
    assert.deepEqual(await patrols(), ["patrol_opened", "patrol_escalated"]);
    // Nobody was there for half an hour: the latest is opened, and those missed are on record.
    clock.jump(31 * minuteMs);
    await node.turn();
    const last = (await said("patrol_opened")).at(-1);
    assert.ok(last?.kind === "patrol_opened");
    assert.deepEqual([last.body.ordinal, last.body.missed], [3, 1]);
  });

  test("somebody is reminded two hours and one hour before, once each", async () => {
    await create(
      planOf([newSlot("1", "A")], { startsAt: clock.now() + 3 * hourMs, endsAt: clock.now() + 5 * hourMs }),
    );
    await node.turn();
    await pass(hourMs - minuteMs, minuteMs);
    assert.equal((await said("precheck_reminded")).length, 0);
    await pass(minuteMs, minuteMs);
    await pass(minuteMs, minuteMs);
    assert.equal((await said("precheck_reminded")).length, 1);
    await pass(hourMs, 5 * minuteMs);
    assert.equal((await said("precheck_reminded")).length, 2);
    assert.equal((await store.deliveries.list(1, { limit: 100 })).length, 2);
  });

  test("the pointer follows the clock of the plan, and parts go out by time", async () => {
    const tranches = [
      { id: "t1", units: 10, afterMinutes: 0 },
      { id: "t2", units: 20, afterMinutes: 2 },
    ];
    await goLive({ ...newSlot("1", "A"), minutes: 5, tranches }, { ...newSlot("2", "B"), minutes: 5 });
    await shop.sessions.act("s1", () => [{ kind: "clock_followed", ...by(), body: { on: true } }]);
    await node.turn();
    const sellable = async () => {
      const found = await store.read.sku(1, "A");
      return (found?.stocks[0]?.available ?? 0) - (found?.sku.bufferUnits ?? 0);
    };
    assert.equal((await shop.sessions.get("s1"))?.state.pointer?.slot, "1");
    assert.equal(await sellable(), 10);
    await pass(2 * minuteMs);
    assert.equal(await sellable(), 30);
    await pass(3 * minuteMs);
    assert.equal((await shop.sessions.get("s1"))?.state.pointer?.slot, "2");
    assert.deepEqual((await said("tranche_released")).length, 2);
  });

  test("[N11] a shortened time to pay is put back after its time, or with the session; what was changed since stays", async () => {
    await goLive(newSlot("slot-1", "A"));
    const holdMinutes = async () =>
      (await store.read.channels(1)).find((one) => one.channel === "douyin")?.holdMinutes;
    const shorten = async (minutes: number, forMinutes?: number) => {
      const action = { action: "shorten_holds", channel: "douyin", minutes, forMinutes } as const;
      assert.equal(isRefused(await shop.live.actions.perform("s1", action, by())), false);
    };
    assert.equal(await holdMinutes(), 15);
    await shorten(5, 30);
    await shorten(3, 30);
    assert.equal(await holdMinutes(), 3);
    await pass(29 * minuteMs);
    assert.equal(await holdMinutes(), 3);
    await pass(2 * minuteMs);
    assert.equal(await holdMinutes(), 15);
    assert.equal((await said("terms_restored")).length, 1);

    await shorten(4);
    await pass(60 * minuteMs, minuteMs);
    assert.equal(await holdMinutes(), 4);
    await life("end", "ended");
    await node.turn();
    assert.equal(await holdMinutes(), 15);
    assert.equal((await said("terms_restored")).length, 2);
  });

  test("[N11] what somebody has set meanwhile stays, and what a node that died remembered is done by the next", async () => {
    await goLive(newSlot("slot-1", "A"));
    const set = (holdMinutes: number) =>
      submit({ type: "putChannel", ...by(), channel: { channel: "douyin", holdMinutes } });
    const holdMinutes = async () => (await store.read.channels(1))[0]?.holdMinutes;
    await shop.sessions.act("s1", () => [
      {
        kind: "holds_shortened",
        ...by(),
        body: { channel: "douyin", minutes: 5, before: 15, until: null },
      },
    ]);
    node = new Node(store, clock);
    shop = await node.open();
    await node.turn();
    assert.equal(await holdMinutes(), 5);
    await set(20);
    await life("end", "ended");
    await node.turn();
    assert.equal(await holdMinutes(), 20);
    const action = { action: "shorten_holds", channel: "douyin", minutes: 5 } as const;
    assert.ok(isRefused(await shop.live.actions.perform("s1", action, by())));
  });

  test("[V8] an order of a spike waits for a person; confirmed it is sold, refused it is cancelled", async () => {
    await goLive(newSlot("1", "A"));
    await shop.live.actions.perform("s1", { action: "sample_orders", on: true }, by());
    for (let count = 0; count < 200; count += 1) await sell("A", 1);
    await node.turn();
    const reviews = async () => [...((await shop.sessions.get("s1"))?.state.reviews.values() ?? [])];
    const taken = await reviews();
    assert.ok(taken.length > 0 && taken.length <= 20, `${taken.length} were taken`);
    const [first, second] = [taken[0], taken[1] ?? taken[0]];
    assert.ok(first !== undefined && second !== undefined);
    const stageOf = async (orderId: string) => (await store.read.order(1, "douyin", orderId))[0]?.stage;
    assert.equal(await stageOf(first.orderId), "pending");
    // The platform says “paid” once more: it still waits.
    await submit({ type: "pay", ...by(), channel: "douyin", orderId: first.orderId });
    // Before the next turn its stage is "paid", and still nothing of it is sent.
    assert.equal((await shop.outbound.holdOf(first))?.why, "review");
    const request = { warehouse: "main", ordersMax: 9, partial: false, lifeMsMin: 0 };
    const { left } = await shop.outbound.preview({ ...request, orders: [first] });
    assert.equal(left.held[0]?.hold.why, "review");
    clock.jump(1_000);
    await node.turn();
    assert.equal(await stageOf(first.orderId), "pending");
    clock.jump(1_000);
    const lineId = first.lines[0]?.lineId ?? "";
    const missing = await shop.live.reviews.decide("s1", first, { decision: "confirmed", inHand: {} }, by());
    assert.equal(missing?.code, "units_missing");
    const confirmed = { decision: "confirmed", inHand: { [lineId]: 1 } } as const;
    assert.equal(await shop.live.reviews.decide("s1", first, confirmed, by()), null);
    assert.equal(await stageOf(first.orderId), "paid");
    if (second !== first) {
      const refused = { decision: "refused", reason: "查不到收件人" } as const;
      assert.equal(await shop.live.reviews.decide("s1", second, refused, by()), null);
      assert.equal((await store.read.order(1, "douyin", second.orderId))[0]?.closed, 1);
    }
    await node.turn();
    assert.equal(await stageOf(first.orderId), "paid");
    assert.equal(await shop.outbound.holdOf(first), null);
  });

  test("[V7] sampling that was switched by hand stays so, calm or in a spike", async () => {
    await goLive(newSlot("1", "A"));
    for (let minute = 0; minute < 20; minute += 1) {
      await sell("A", 1);
      await pass(minuteMs, minuteMs);
    }
    const sample = (on: boolean) =>
      shop.live.actions.perform("s1", { action: "sample_orders", on }, by()).then(() => clock.jump(1_000));
    const sampling = async () => (await shop.sessions.get("s1"))?.state.sampling;
    const burst = async () => {
      for (let count = 0; count < 60; count += 1) await sell("A", 1);
    };
    await sample(true);
    await pass(3 * minuteMs, 1_000);
    assert.equal(await sampling(), true, "calm, and it is still on");
    await sample(false);
    await pass(10_000, 1_000);
    assert.equal(await sampling(), false);
    await burst();
    await pass(2_000, 1_000);
    assert.equal(await sampling(), true, "the rule begins it");
    await sample(false);
    await pass(10_000, 1_000);
    assert.equal(await sampling(), false, "in the same spike it stays off");
    await pass(2 * minuteMs);
    await burst();
    await pass(2_000, 1_000);
    assert.equal(await sampling(), true, "the next spike begins it again");
    await pass(2 * minuteMs);
    assert.equal(await sampling(), false, "and the rule ends what it began");
  });

  test("turnover days come from the books of the whole days before", async () => {
    // 1,000 in stock, 10 sold a day for three days: 985 on average, 10 a day.
    for (let day = 0; day < 3; day += 1) {
      clock.jump(hourMs);
      await sell("A", 10);
      clock.jump(23 * hourMs);
    }
    await goLive(newSlot("1", "A"));
    for (let look = 0; look < 3; look += 1) {
      await settle();
      clock.jump(10_000);
      await node.turn();
    }
    const looked = await shop.live.runtime("s1").look();
    const days = looked?.skus.get("A")?.turnoverDays ?? 0;
    assert.ok(days > 90 && days < 110, `${days}`);
    assert.ok((await alerts()).includes("turnover A raised"));
  });

  test("a screen is away after five seconds, and an alert says so; a node that died shows none", async () => {
    await goLive(newSlot("1", "A"));
    const made = await shop.live.screens.create("s1", "host", "一号机", actor);
    const screen = await shop.live.screens.find(made?.token ?? "");
    assert.ok(screen !== null);
    const leave = shop.live.screens.connect(screen, () => {});
    await settle();
    const online = async () => (await shop.sessions.get("s1"))?.state.screens.get(screen.screen)?.online;
    assert.equal(await online(), true);
    leave();
    await clock.pass(4_000);
    const back = shop.live.screens.connect(screen, () => {});
    await clock.pass(20_000);
    assert.equal(await online(), true);
    back();
    await clock.pass(5_000);
    assert.equal(await online(), false);
    await pass(15_000, 5_000);
    assert.deepEqual(await alerts(), [`host_offline ${screen.screen} raised`]);

    // Another process shows it and dies.
    const other = new Node(store, clock);
    const theirs = await other.open();
    theirs.live.screens.connect(screen, () => {});
    await settle();
    await shop.sessions.get("s1");
    assert.equal(await online(), true);
    theirs.live.close();
    await pass(60_000, 5_000);
    assert.equal(await online(), false);
  });
});
