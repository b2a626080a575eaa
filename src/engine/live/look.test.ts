import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activity, ActivityKind } from "../../domain/live/activity.ts";
import { emptySession, foldSession } from "../../domain/live/fold.ts";
import { at, planOf, slotOf, t0 } from "../../domain/live/live.testing.ts";
import { noPolicyBook } from "../../domain/live/policy.ts";
import type { Rule } from "../../domain/live/rule.ts";
import type { SessionPlan } from "../../domain/live/session.ts";
import { minuteOf } from "../../domain/live/window.ts";
import type { Channel } from "../../domain/rows.ts";
import { lookAt, type Known, type ScreenInfo } from "./look.ts";
import { SessionSales } from "./sales.ts";

const seconds = (count: number): number => t0 + count * 1_000;

const noSale = {
  sku: "A",
  channel: "douyin",
  session: "s1",
  soldAmount: 0,
  presold: 0,
  cancelled: 0,
  cancelledAmount: 0,
  shipped: 0,
  returned: 0,
};

/** A session that went live at `t0`. */
function knownOf(
  now: number,
  more: Partial<Known> & { plan?: Partial<SessionPlan>; said?: [ActivityKind, unknown, number][] } = {},
): Known {
  const { plan = {}, said = [], ...rest } = more;
  const life = { step: "go_live", from: "draft", to: "live", reason: null };
  const activities = [["life", life, t0] as [ActivityKind, unknown, number], ...said].map(
    ([kind, body, when], index) =>
      ({ seq: index + 1, session: "s1", at: when, actor: "小林", kind, body }) as Activity,
  );
  return {
    open: {
      plan: planOf(plan),
      version: 1,
      updatedAt: t0,
      updatedBy: "小林",
      state: activities.reduce(foldSession, emptySession("s1")),
    },
    now,
    currency: "CNY",
    seq: 1,
    stocks: new Map(),
    sales: new SessionSales(),
    arrived: () => 0,
    pending: () => 0,
    turnoverDays: () => null,
    policies: noPolicyBook,
    words: {},
    channels: [],
    heard: new Map(),
    screens: [],
    samples: [],
    settings: "1",
    ...rest,
  };
}

const raised = (known: Known, rule: Rule): readonly string[] =>
  lookAt(known, [])
    .evaluation.raise.filter((alert) => alert.rule === rule)
    .map(({ subject }) => subject);

const channelOf = (channel: string, platform: string): Channel => ({
  channel,
  platform,
  name: channel,
  holdMinutes: 15,
  warehouses: ["main"],
  active: true,
});

test("[W12] a channel that was never heard of is silent since the session went live", () => {
  const plan = { channels: ["douyin", "manual"] };
  const channels = [channelOf("douyin", "douyin"), channelOf("manual", "manual")];
  const silent = (count: number, heard: Known["heard"] = new Map()) =>
    raised(knownOf(seconds(count), { plan, channels, heard }), "connector_silent");
  assert.deepEqual(silent(119), []);
  assert.deepEqual(silent(120), ["douyin"], "where people enter orders nothing falls silent");
  assert.deepEqual(silent(500, new Map([["douyin", { at: seconds(381), lagMs: null }]])), []);
  assert.deepEqual(silent(500, new Map([["douyin", { at: seconds(380), lagMs: null }]])), ["douyin"]);
});

test("[W12] a host screen that nobody opened is away since the session went live, or since it was made", () => {
  const screenOf = (screen: string, createdAt: number, kind: ScreenInfo["kind"] = "host"): ScreenInfo => ({
    screen,
    kind,
    name: screen,
    createdAt,
  });
  const screens = [
    screenOf("old", t0 - 86_400_000),
    screenOf("new", seconds(100)),
    screenOf("o", t0, "overlay"),
  ];
  const away = (count: number, ...said: [ActivityKind, unknown, number][]) =>
    raised(knownOf(seconds(count), { screens, said }), "host_offline");
  assert.deepEqual(away(14), []);
  assert.deepEqual(away(15), ["old"]);
  assert.deepEqual(away(114), ["old"]);
  assert.deepEqual(away(115), ["new", "old"]);
  const online = (screen: string, isOnline: boolean, when: number): [ActivityKind, unknown, number] => [
    "host_screen",
    { screen, online: isOnline },
    seconds(when),
  ];
  assert.deepEqual(away(115, online("old", true, 5)), ["new"]);
  assert.deepEqual(away(124, online("old", true, 5), online("old", false, 110)), ["new"]);
  assert.deepEqual(away(125, online("old", true, 5), online("old", false, 110)), ["new", "old"]);
});

test("[W12] the alert of a host screen that was taken away ends", () => {
  const made = { screen: "x", kind: "host", name: "x", createdAt: t0 } as const;
  const before = knownOf(seconds(20), { screens: [made] });
  const alert = lookAt(before, []).evaluation.raise.find(({ rule }) => rule === "host_offline");
  assert.ok(alert !== undefined);
  const said: [ActivityKind, unknown, number][] = [["alert_raised", { alert }, seconds(20)]];
  // It ends when it has been well for ten seconds.
  const resolved = (screens: readonly ScreenInfo[]) => {
    const first = lookAt(knownOf(seconds(30), { screens, said }), [alert]);
    return lookAt(knownOf(seconds(41), { screens, said }), first.alerts).evaluation.resolve.map(
      ({ alert: one }) => one.id,
    );
  };
  assert.deepEqual(resolved([made]), []);
  assert.deepEqual(resolved([]), [alert.id]);
});

test("[W13] in the first ten minutes orders spike against the target of the slot that is on", () => {
  const slots = [slotOf("1", "A", { target: 200, minutes: 10 }), slotOf("2", "B", { target: null })];
  const spiked = (minutes: number, orders: number, said: [ActivityKind, unknown, number][] = []) => {
    const now = at(minutes);
    const sales = new SessionSales();
    sales.take([{ ...noSale, minute: minuteOf(now), orders, ordered: orders, sold: orders }], now);
    const known = knownOf(now, { plan: { slots }, sales, said });
    return {
      expected: lookAt(known, []).session.expectedOrdersPerMinute,
      rings: raised(known, "order_spike"),
    };
  };
  // 20 a minute are planned: the shop's rule says three times that.
  assert.deepEqual(spiked(3, 59), { expected: 20, rings: [] });
  assert.deepEqual(spiked(3, 60), { expected: 20, rings: [""] });
  const pointer = { slot: "2", by: "tap" };
  assert.deepEqual(spiked(3, 999, [["pointer", pointer, at(1)]]), { expected: null, rings: [] });
  assert.equal(spiked(10, 0).expected, 0, "from then on the half hour before says it");
});
