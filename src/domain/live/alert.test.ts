import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { acknowledge, alertKey, compareAlerts, evaluate, isMuted, levelsMax, type Mute } from "./alert.ts";
import type { SkuNow } from "./inputs.ts";
import { at, calmSku, defaults, inputsOf } from "./live.testing.ts";
import { policyDefault } from "./policy.ts";
import type { Rule } from "./rule.ts";
import { secondMs } from "./time.ts";
import { Watch } from "./watch.testing.ts";

test("[W1] one alert is open for a session, product and rule, with its numbers kept up to date", () => {
  const watch = new Watch();
  assert.deepEqual(watch.sku({ sellable: 200 }, at(0)), ["raise tier1 A"]);
  assert.deepEqual(watch.sku({ sellable: 180 }, at(1)), []);
  const [alert] = watch.open;
  assert.deepEqual(alert, {
    id: `s1/tier1/A/${at(0)}`,
    session: "s1",
    rule: "tier1",
    subject: "A",
    sku: "A",
    severity: 1,
    raisedAt: at(0),
    evidence: { left: 180, base: 1_000, percent: 18, threshold: 20 },
    level: 0,
    acknowledged: null,
    quietSince: null,
  });
  assert.equal(watch.open.length, 1);
});

test("[W2] tiers rise at exactly 20, 10 and 5 per cent of opening plus received, and not one unit before", () => {
  const rows: [opening: number, arrived: number, sellable: number, want: string[]][] = [
    [1_000, 0, 201, []],
    [1_000, 0, 200, ["raise tier1 A"]],
    [1_000, 0, 101, ["raise tier1 A"]],
    [1_000, 0, 100, ["raise tier2 A"]],
    [1_000, 0, 51, ["raise tier2 A"]],
    [1_000, 0, 50, ["raise tier3 A"]],
    [1_000, 0, 0, ["raise tier3 A"]],
    [600, 400, 200, ["raise tier1 A"]],
    [600, 399, 200, []],
    [0, 0, 0, []],
  ];
  for (const [opening, arrived, sellable, want] of rows) {
    const said = new Watch().sku({ opening, arrived, sellable, sold: 0, etaMinutes: null }, at(0));
    assert.deepEqual(said, want, `${sellable} of ${opening} + ${arrived}`);
  }
});

test("[W3] stock that moves by one unit around a threshold never flaps", () => {
  const step = fc.constantFrom(-1, 0, 1);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_000 }),
      fc.constantFrom(20, 10, 5),
      fc.array(step, { minLength: 1, maxLength: 59 }),
      (base, percent, steps) => {
        const watch = new Watch();
        const edge = Math.floor((base * percent) / 100);
        if (edge < 1) return;
        for (const [index, one] of [0, ...steps].entries())
          watch.sku({ opening: base, sellable: edge + one, etaMinutes: null }, at(0) + index * 10 * secondMs);
        const count = (rule: Rule): number => watch.said.filter((said) => said === `raise ${rule} A`).length;
        for (const rule of ["tier1", "tier2", "tier3"] as const)
          assert.ok(count(rule) <= 1, `${rule}: ${watch.said.join(", ")}`);
        assert.deepEqual(
          watch.said.filter((said) => said.endsWith("recovered")),
          [],
        );
      },
    ),
  );
});

test("[W3] no rule flaps while its stock moves by one unit around the threshold", () => {
  /** Each with the stock at which it begins. */
  const rows: [Rule, edge: number, (sellable: number) => Partial<SkuNow>][] = [
    ["eta", 6, (sellable) => ({ opening: 9, sellable, etaMinutes: sellable * 10, unitsPerMinute: 0.1 })],
    ["eta", 2, (sellable) => ({ opening: 9, sellable, etaMinutes: sellable * 20, unitsPerMinute: 0.05 })],
    ["sell_through", 24, (sellable) => ({ opening: 24, sellable, sold: 100 })],
    ["hoarding_holds", 30, (sellable) => ({ sellable, opening: 30, heldUnpaid: 50 - sellable })],
    ["shortage", 0, (sellable) => ({ shortage: Math.max(0, -sellable) })],
    [
      "wont_last_until_slot",
      110,
      (sellable) => ({
        opening: 110,
        sellable,
        unitsPerMinute: 1,
        coming: { slot: "2", target: 100, minutesLeft: 10, sold: 0 },
      }),
    ],
  ];
  for (const [rule, edge, change] of rows) {
    const watch = new Watch();
    for (let index = 0; index < 40; index += 1)
      watch.sku(change(edge + ([0, -1, 0, 1, -1, 1][index % 6] ?? 0)), at(0) + index * 5 * secondMs);
    const said = watch.said.filter((one) => one.includes(rule));
    assert.deepEqual(
      said.filter((one) => !one.startsWith("escalate")),
      [`raise ${rule} A`],
      `${rule}: ${said.join(", ")}`,
    );
  }
});

test("[W3] an alert ends beyond the band at once, and within it after a quiet time", () => {
  const watch = new Watch();
  watch.sku({ sellable: 200 }, at(0));
  // 20 % + 2 points of 1,000: up to 220 is within the band.
  assert.deepEqual(watch.sku({ sellable: 220 }, at(0.1)), []);
  assert.equal(watch.open[0]?.quietSince, at(0.1));
  assert.deepEqual(watch.sku({ sellable: 200 }, at(4)), []);
  assert.equal(watch.open[0]?.quietSince, null);
  assert.deepEqual(watch.sku({ sellable: 201 }, at(4.5)), []);
  assert.deepEqual(watch.sku({ sellable: 219 }, at(14.4)), ["escalate tier1 A 2"]);
  assert.deepEqual(watch.sku({ sellable: 219 }, at(14.5)), ["resolve tier1 A recovered"]);
  assert.deepEqual(watch.sku({ sellable: 200 }, at(15)), ["raise tier1 A"]);
  assert.deepEqual(watch.sku({ sellable: 221 }, at(15.1)), ["resolve tier1 A recovered"]);
});

test("[W4] a lower tier takes the place of a higher one, and gives it back", () => {
  const watch = new Watch();
  const rows: [sellable: number, want: string[]][] = [
    [150, ["raise tier1 A"]],
    [100, ["resolve tier1 A superseded", "raise tier2 A"]],
    [40, ["resolve tier2 A superseded", "raise tier3 A"]],
    [60, []],
    [80, ["resolve tier3 A recovered", "raise tier2 A"]],
    [300, ["resolve tier2 A recovered"]],
    [40, ["raise tier3 A"]],
  ];
  for (const [index, [sellable, want]] of rows.entries())
    assert.deepEqual(watch.sku({ sellable }, at(0) + index * secondMs), want, `${sellable}`);
});

test("[W5] acknowledged, an alert stays open until it is no longer so; the first to acknowledge it has it", () => {
  const watch = new Watch();
  watch.sku({ sellable: 200 }, at(0));
  const first = { by: "小林", at: at(1), action: "tell_host" };
  watch.open = watch.open.map((alert) =>
    acknowledge(acknowledge(alert, first), { by: "阿杰", at: at(2), action: "got_it" }),
  );
  assert.deepEqual(watch.sku({ sellable: 190 }, at(3)), []);
  assert.deepEqual(watch.open[0]?.acknowledged, first);
  assert.deepEqual(watch.sku({ sellable: 190 }, at(300)), [], "and it is passed on no more");
  assert.deepEqual(watch.sku({ sellable: 900 }, at(301)), ["resolve tier1 A recovered"]);
});

test("[W6] whatever nobody acknowledges is passed on after its time, level by level, urgent ones sooner", () => {
  const watch = new Watch();
  const { ackMinutes, ackUrgentMinutes } = policyDefault;
  watch.sku({ sellable: 200 }, at(0));
  assert.deepEqual(watch.sku({ sellable: 200 }, at(ackMinutes) - 1), []);
  assert.deepEqual(watch.sku({ sellable: 200 }, at(ackMinutes)), ["escalate tier1 A 1"]);
  assert.deepEqual(watch.sku({ sellable: 200 }, at(2 * ackMinutes)), ["escalate tier1 A 2"]);
  assert.deepEqual(watch.sku({ sellable: 200 }, at(9 * ackMinutes)), [`escalate tier1 A ${levelsMax}`]);
  assert.deepEqual(watch.sku({ sellable: 200 }, at(99 * ackMinutes)), []);
  const urgent = new Watch();
  urgent.sku({ sellable: 50 }, at(0));
  assert.deepEqual(urgent.sku({ sellable: 50 }, at(ackUrgentMinutes) - 1), []);
  assert.deepEqual(urgent.sku({ sellable: 50 }, at(ackUrgentMinutes)), ["escalate tier3 A 1"]);
  // Even when nobody looks at the product meanwhile.
  assert.deepEqual(urgent.look(inputsOf([], { planned: new Set(["A"]) }), at(2 * ackUrgentMinutes)), [
    "escalate tier3 A 2",
  ]);
});

test("[W7] a mute ends what is open and keeps it quiet until its end, for one product or the whole session", () => {
  const mute = (rule: Rule, subject: string | null): Mute => ({
    rule,
    subject,
    until: at(10),
    by: "小林",
    reason: "",
  });
  for (const subject of ["A", null]) {
    const watch = new Watch();
    watch.sku({ sellable: 200 }, at(0));
    watch.mutes = [mute("tier1", subject)];
    assert.deepEqual(watch.sku({ sellable: 200 }, at(1)), ["resolve tier1 A muted"]);
    assert.deepEqual(watch.sku({ sellable: 150 }, at(10) - 1), []);
    assert.deepEqual(
      watch.sku({ sellable: 150 }, at(10)),
      ["raise tier1 A"],
      "once it is over it rises again",
    );
  }
  const other = new Watch();
  other.mutes = [mute("tier1", "B"), mute("eta", null)];
  assert.deepEqual(other.sku({ sellable: 200, etaMinutes: 3 }, at(1)), ["raise tier1 A"]);
  // A muted tier stands for nobody: the tier above it is told.
  other.mutes = [mute("tier3", "A")];
  assert.deepEqual(other.sku({ sellable: 10, sold: 0 }, at(2)), [
    "resolve tier1 A superseded",
    "raise tier2 A",
  ]);
  const untouched = new Watch();
  untouched.sku({ sellable: 200 }, at(0));
  untouched.mutes = [mute("tier1", "A")];
  assert.deepEqual(untouched.look(inputsOf([], { planned: new Set(["A"]) }), at(1)), [
    "resolve tier1 A muted",
  ]);
  assert.equal(isMuted([mute("eta", "A")], "eta", "A", at(10)), false);
});

test("[W8] alerts end with the session and with a product that leaves the plan; what was not looked at stays", () => {
  const watch = new Watch();
  const both = [calmSku("A", { sellable: 200 }), calmSku("B", { sellable: 200 })];
  watch.look(inputsOf(both), at(0));
  assert.deepEqual(watch.look(inputsOf([], { planned: new Set(["A", "B"]) }), at(1)), []);
  assert.deepEqual(watch.look(inputsOf(both, { planned: new Set(["A"]) }), at(2)), [
    "resolve tier1 B left_plan",
  ]);
  assert.deepEqual(watch.look(inputsOf(both, { live: false }), at(3)), ["resolve tier1 A session_ended"]);
  assert.deepEqual(watch.look(inputsOf(both, { live: false }), at(4)), []);
});

test("[W1] the most severe comes first, and the same inputs always give the same answer", () => {
  const change = fc.record({
    sellable: fc.nat(1_100),
    heldUnpaid: fc.nat(600),
    shortage: fc.nat(1),
    sold: fc.nat(5_000),
    etaMinutes: fc.option(fc.nat(120)),
    last10: fc.nat(100),
    turnoverDays: fc.option(fc.nat(90)),
  });
  const look = fc.record({
    skus: fc.array(change, { minLength: 1, maxLength: 4 }),
    live: fc.constantFrom(true, true, true, false),
    muted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
      const watch = new Watch();
      for (const [index, { skus, live, muted }] of looks.entries()) {
        watch.mutes = muted ? [{ rule: "eta", subject: null, until: Infinity, by: "", reason: "" }] : [];
        const inputs = inputsOf(
          skus.map((one, place) => calmSku(`S${place}`, { ...one, peak10: 100 })),
          { live },
        );
        const once = evaluate(inputs, watch.open, watch.mutes, defaults, at(index));
        assert.deepEqual(evaluate(inputs, watch.open, watch.mutes, defaults, at(index)), once);
        assert.deepEqual(once.raise, once.raise.toSorted(compareAlerts));
        watch.look(inputs, at(index));
        const keys = watch.open.map(alertKey);
        assert.equal(new Set(keys).size, keys.length, "at most one alert for each");
        for (const { sku } of inputs.skus)
          assert.ok(
            watch.open.filter((alert) => alert.sku === sku && alert.rule.startsWith("tier")).length <= 1,
          );
        if (!live) assert.deepEqual(watch.open, []);
        if (muted) assert.ok(watch.open.every((alert) => alert.rule !== "eta"));
      }
    }),
  );
});
