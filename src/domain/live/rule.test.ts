import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertInputs, ChannelNow, ScreenNow, SessionNow, SkuNow } from "./inputs.ts";
import { at, calmSku, inputsOf } from "./live.testing.ts";
import { policyDefault } from "./policy.ts";
import {
  judge,
  quietMsOf,
  rules,
  sessionRules,
  severityOf,
  skuRules,
  type Reading,
  type Rule,
} from "./rule.ts";
import { minuteMs, secondMs } from "./time.ts";
import { Watch } from "./watch.testing.ts";

type Case = {
  readonly rule: Rule;
  readonly severity: 1 | 2 | 3;
  readonly quiet: AlertInputs;
  readonly loud: AlertInputs;
};

const session: SessionNow = {
  minutesLive: 60,
  skusWithSale: 30,
  skusInStock: 100,
  ordersPerMinute: 10,
  expectedOrdersPerMinute: 50,
};
const channel: ChannelNow = { channel: "douyin", silentSeconds: 1, lagSeconds: 1 };
const screen: ScreenNow = { screen: "tablet", offlineSeconds: 0 };

function skuCase(rule: Rule, severity: 1 | 2 | 3, quiet: Partial<SkuNow>, loud: Partial<SkuNow>): Case {
  return {
    rule,
    severity,
    quiet: inputsOf([calmSku("A", quiet)]),
    loud: inputsOf([calmSku("A", { ...quiet, ...loud })]),
  };
}

function sessionCase(
  rule: Rule,
  severity: 1 | 2 | 3,
  quiet: Partial<SessionNow>,
  loud: Partial<SessionNow>,
): Case {
  return {
    rule,
    severity,
    quiet: inputsOf([], { now: { ...session, ...quiet } }),
    loud: inputsOf([], { now: { ...session, ...quiet, ...loud } }),
  };
}

const slot = { slot: "1", target: 100, minutesLeft: 10, sold: 20 };
const cases: readonly Case[] = [
  skuCase("shortage", 3, {}, { shortage: 1 }),
  skuCase("tier3", 3, {}, { sellable: 50 }),
  skuCase("tier2", 2, {}, { sellable: 100 }),
  skuCase("tier1", 1, {}, { sellable: 200 }),
  // 150 % of 100 is projected at 13 a minute: 20 + 130.
  skuCase("outsells_plan", 3, { current: slot, recentPerMinute: 12.9 }, { recentPerMinute: 13 }),
  skuCase(
    "wont_last_until_slot",
    2,
    { coming: { ...slot, target: 600, minutesLeft: 60 }, unitsPerMinute: 5 },
    { unitsPerMinute: 5.1 },
  ),
  skuCase("eta", 2, { etaMinutes: 60 }, { etaMinutes: 59.9 }),
  skuCase("sell_through", 1, { sold: 3_600 }, { sold: 3_601 }),
  skuCase("cooling", 1, { peak10: 100, last10: 41 }, { last10: 40 }),
  skuCase("turnover", 1, { turnoverDays: 45 }, { turnoverDays: 45.1 }),
  skuCase("hoarding_holds", 2, { sellable: 600, heldUnpaid: 399 }, { heldUnpaid: 400 }),
  sessionCase("order_spike", 2, { ordersPerMinute: 149 }, { ordersPerMinute: 150 }),
  sessionCase("active_rate", 1, {}, { skusWithSale: 29 }),
  {
    rule: "connector_silent",
    severity: 2,
    quiet: inputsOf([], { channels: [{ ...channel, silentSeconds: 119 }] }),
    loud: inputsOf([], { channels: [{ ...channel, silentSeconds: 120 }] }),
  },
  {
    rule: "connector_lagging",
    severity: 2,
    quiet: inputsOf([], { channels: [{ ...channel, lagSeconds: 59 }] }),
    loud: inputsOf([], { channels: [{ ...channel, lagSeconds: 60 }] }),
  },
  {
    rule: "host_offline",
    severity: 2,
    quiet: inputsOf([], { screens: [{ ...screen, offlineSeconds: 14 }] }),
    loud: inputsOf([], { screens: [{ ...screen, offlineSeconds: 15 }] }),
  },
];

test("[W9] each rule rises at its threshold, alone, and ends when it is well beyond it again", () => {
  assert.deepEqual(
    cases.map((one) => one.rule).toSorted(),
    rules.toSorted(),
    "there is a case for every rule",
  );
  for (const { rule, severity, quiet, loud } of cases) {
    const watch = new Watch();
    assert.deepEqual(watch.look(quiet, at(0)), [], `${rule} is quiet below`);
    const subject = loud.skus[0]?.sku ?? loud.channels[0]?.channel ?? loud.screens[0]?.screen ?? "";
    assert.deepEqual(watch.look(loud, at(1)), [`raise ${rule} ${subject}`.trim()]);
    assert.deepEqual([watch.open[0]?.severity, severityOf(rule)], [severity, severity]);
    for (const value of Object.values(watch.open[0]?.evidence ?? {}))
      assert.ok(value === null || typeof value === "string" || Number.isFinite(value));
    assert.ok(
      quietMsOf(rule) >= 10 * secondMs && quietMsOf(rule) <= 60 * minuteMs,
      `${rule} ends within an hour`,
    );
    // Whatever it needs to end: first far beyond, then quiet for an hour.
    const calm = {
      ...inputsOf([calmSku("A")]),
      now: { ...session, skusWithSale: 90 },
      channels: [channel],
      screens: [screen],
    };
    watch.look(calm, at(2));
    watch.look(calm, at(2) + 60 * minuteMs);
    assert.deepEqual(watch.open, [], `${rule} ends`);
  }
});

test("[W9] what says nothing raises nothing", () => {
  const rows: [string, AlertInputs][] = [
    ["no sales, no ETA", inputsOf([calmSku("A", { etaMinutes: null })])],
    [
      "sold out: the ETA is over and it cools no more",
      inputsOf([calmSku("A", { sellable: 0, opening: 0, sold: 0, etaMinutes: 0, peak10: 500, last10: 0 })]),
    ],
    [
      "no target, no plan to outsell",
      inputsOf([calmSku("A", { current: { ...slot, target: null }, recentPerMinute: 999 })]),
    ],
    [
      "the first sales of a slot",
      inputsOf([calmSku("A", { current: { ...slot, sold: 19 }, recentPerMinute: 999 })]),
    ],
    [
      "nothing sells before its slot",
      inputsOf([calmSku("A", { coming: { ...slot, target: 9_999 }, unitsPerMinute: 0 })]),
    ],
    ["never hot, not cooling", inputsOf([calmSku("A", { peak10: 29, last10: 0 })])],
    [
      "few holds",
      inputsOf([calmSku("A", { sellable: 1, opening: 2, heldUnpaid: 19, sold: 0, etaMinutes: null })]),
    ],
    ["turnover unknown", inputsOf([calmSku("A", { turnoverDays: null })])],
    ["the first half hour", inputsOf([], { now: { ...session, minutesLive: 29, skusWithSale: 0 } })],
    ["nothing in stock", inputsOf([], { now: { ...session, skusInStock: 0, skusWithSale: 0 } })],
    [
      "no expectation",
      inputsOf([], { now: { ...session, ordersPerMinute: 9_999, expectedOrdersPerMinute: null } }),
    ],
    ["few orders", inputsOf([], { now: { ...session, ordersPerMinute: 29, expectedOrdersPerMinute: 1 } })],
    [
      "a channel nobody listens to",
      inputsOf([], { channels: [{ channel: "jd", silentSeconds: null, lagSeconds: null }] }),
    ],
    ["a screen that was never seen", inputsOf([], { screens: [{ screen: "x", offlineSeconds: null }] })],
  ];
  for (const [name, inputs] of rows) assert.deepEqual(new Watch().look(inputs, at(0)), [], name);
});

test("[W9] a sold-out product's alerts about its pace end as sold out, a slot's when it is over", () => {
  const watch = new Watch();
  watch.sku({ etaMinutes: 30, peak10: 100, last10: 10, current: slot, recentPerMinute: 99 }, at(0));
  assert.deepEqual(
    watch
      .sku({ sellable: 0, etaMinutes: 0, peak10: 100, last10: 10 }, at(1))
      .filter((said) => said.startsWith("resolve")),
    ["resolve outsells_plan A passed", "resolve eta A sold_out", "resolve cooling A sold_out"],
  );
});

test("[W3] a measure rises on its side of the threshold and ends beyond the band", () => {
  const rows: [raises: Parameters<typeof judge>[0]["raises"], value: number, want: string][] = [
    ["below", 9, "raise"],
    ["below", 10, "hold"],
    ["below", 12, "hold"],
    ["below", 12.1, "clear"],
    ["at_or_below", 10, "raise"],
    ["at_or_below", 10.1, "hold"],
    ["at_or_below", 12.1, "clear"],
    ["above", 10.1, "raise"],
    ["above", 10, "hold"],
    ["above", 7.9, "clear"],
    ["at_or_above", 10, "raise"],
    ["at_or_above", 8, "hold"],
    ["at_or_above", 7.9, "clear"],
  ];
  for (const [raises, value, want] of rows)
    assert.equal(judge({ value, threshold: 10, raises, band: 2, evidence: {} }), want, `${value} ${raises}`);
});

test("[W3] how far beyond its threshold each rule still holds: by share, or by two units where that is more", () => {
  const read = skuRules;
  const stock = (sellable: number, opening: number): SkuNow => calmSku("A", { sellable, opening });
  const rows: [name: string, reading: Reading, want: string][] = [
    ["tier: 2 points of a large stock", read.tier1.read(stock(220, 1_000), policyDefault), "hold"],
    ["tier: beyond", read.tier1.read(stock(221, 1_000), policyDefault), "clear"],
    ["tier: 2 units of a small one", read.tier1.read(stock(4, 10), policyDefault), "hold"],
    ["tier: beyond", read.tier1.read(stock(5, 10), policyDefault), "clear"],
    ["eta: a quarter", read.eta.read(calmSku("A", { etaMinutes: 75 }), policyDefault), "hold"],
    ["eta: beyond", read.eta.read(calmSku("A", { etaMinutes: 75.1 }), policyDefault), "clear"],
    ["eta: two units", read.eta.read(calmSku("A", { sellable: 5, etaMinutes: 100 }), policyDefault), "hold"],
    ["eta: beyond", read.eta.read(calmSku("A", { sellable: 6, etaMinutes: 120 }), policyDefault), "clear"],
    [
      "sell-through: 3 points",
      read.sell_through.read(calmSku("A", { sold: 770, sellable: 230 }), policyDefault),
      "hold",
    ],
    [
      "sell-through: beyond",
      read.sell_through.read(calmSku("A", { sold: 769, sellable: 231 }), policyDefault),
      "clear",
    ],
    [
      "sell-through: 2 units",
      read.sell_through.read(calmSku("A", { sold: 6, sellable: 4 }), policyDefault),
      "hold",
    ],
    [
      "sell-through: beyond",
      read.sell_through.read(calmSku("A", { sold: 5, sellable: 5 }), policyDefault),
      "clear",
    ],
    [
      "cooling: 10 points",
      read.cooling.read(calmSku("A", { peak10: 100, last10: 50 }), policyDefault),
      "hold",
    ],
    ["cooling: beyond", read.cooling.read(calmSku("A", { peak10: 100, last10: 51 }), policyDefault), "clear"],
    [
      "cooling: at the floor",
      read.cooling.read(calmSku("A", { peak10: 30, last10: 12 }), policyDefault),
      "raise",
    ],
    [
      "cooling: 3 of 30 are 10 points",
      read.cooling.read(calmSku("A", { peak10: 30, last10: 15 }), policyDefault),
      "hold",
    ],
    ["turnover: a tenth", read.turnover.read(calmSku("A", { turnoverDays: 40.5 }), policyDefault), "hold"],
    ["turnover: beyond", read.turnover.read(calmSku("A", { turnoverDays: 40.4 }), policyDefault), "clear"],
    [
      "holds: 5 points",
      read.hoarding_holds.read(calmSku("A", { heldUnpaid: 350, sellable: 650 }), policyDefault),
      "hold",
    ],
    [
      "holds: beyond",
      read.hoarding_holds.read(calmSku("A", { heldUnpaid: 349, sellable: 651 }), policyDefault),
      "clear",
    ],
    [
      "holds: 2 units",
      read.hoarding_holds.read(calmSku("A", { heldUnpaid: 20, sellable: 33 }), {
        ...policyDefault,
        hoardingPercent: 41,
      }),
      "hold",
    ],
    [
      "plan: a tenth",
      read.outsells_plan.read(calmSku("A", { current: slot, recentPerMinute: 11.5 }), policyDefault),
      "hold",
    ],
    [
      "plan: beyond",
      read.outsells_plan.read(calmSku("A", { current: slot, recentPerMinute: 11.4 }), policyDefault),
      "clear",
    ],
    ["slot: a tenth", read.wont_last_until_slot.read(calmSku("A", { sellable: 120, coming: slot })), "hold"],
    ["slot: beyond", read.wont_last_until_slot.read(calmSku("A", { sellable: 121, coming: slot })), "clear"],
    [
      "spike: a fifth",
      sessionRules.order_spike.read({ ...session, ordersPerMinute: 120 }, policyDefault),
      "hold",
    ],
    [
      "spike: beyond",
      sessionRules.order_spike.read({ ...session, ordersPerMinute: 119 }, policyDefault),
      "clear",
    ],
    [
      "active: 3 points",
      sessionRules.active_rate.read({ ...session, skusWithSale: 33 }, policyDefault),
      "hold",
    ],
    [
      "active: beyond",
      sessionRules.active_rate.read({ ...session, skusWithSale: 34 }, policyDefault),
      "clear",
    ],
    [
      "active: 2 products",
      sessionRules.active_rate.read({ ...session, skusInStock: 10, skusWithSale: 5 }, policyDefault),
      "hold",
    ],
    [
      "active: beyond",
      sessionRules.active_rate.read({ ...session, skusInStock: 10, skusWithSale: 6 }, policyDefault),
      "clear",
    ],
  ];
  for (const [name, reading, want] of rows)
    assert.equal(typeof reading === "string" ? reading : judge(reading), want, name);
});

test("[W1] an alert's evidence is the numbers that a person needs to act", () => {
  const evidence = (reading: Reading) => (typeof reading === "string" ? reading : reading.evidence);
  const on = calmSku("A", { current: slot, recentPerMinute: 100, sellable: 486 });
  assert.deepEqual(evidence(skuRules.outsells_plan.read(on, policyDefault)), {
    sold: 20,
    target: 100,
    projected: 1_020,
    minutesLeft: 10,
    left: 486,
    missing: 514,
  });
  const coming = calmSku("A", {
    coming: { ...slot, target: 600, minutesLeft: 40 },
    sellable: 440,
    unitsPerMinute: 8,
  });
  assert.deepEqual(evidence(skuRules.wont_last_until_slot.read(coming)), {
    projected: 120,
    target: 600,
    minutesLeft: 40,
    perMinute: 8,
    left: 440,
    slot: "1",
  });
  const held = calmSku("A", { heldUnpaid: 60, sellable: 40 });
  assert.deepEqual(evidence(skuRules.hoarding_holds.read(held, policyDefault)), {
    held: 60,
    left: 40,
    percent: 60,
    threshold: 40,
  });
  assert.deepEqual(
    evidence(skuRules.sell_through.read(calmSku("A", { sold: 90, sellable: 10 }), policyDefault)),
    {
      percent: 90,
      sold: 90,
      left: 10,
      threshold: 80,
    },
  );
  assert.equal(skuRules.sell_through.read(calmSku("A", { sold: 0, sellable: 0 }), policyDefault), "unknown");
});
