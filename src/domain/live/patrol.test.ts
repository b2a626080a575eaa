import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, calmSku, defaults, t0 } from "./live.testing.ts";
import {
  answerAll,
  answerPatrol,
  duePatrol,
  isCooling,
  openPatrol,
  patrolLevel,
  patrolLimits,
  type PatrolCard,
} from "./patrol.ts";
import { policyDefault } from "./policy.ts";
import type { SkuNow } from "./inputs.ts";

test("[V1] a patrol is due every fifteen minutes from the moment the session went live", () => {
  const rows: [
    minutes: number,
    last: number,
    want: [ordinal: number, dueAt: number, missed: number] | null,
  ][] = [
    [14.99, 0, null],
    [15, 0, [1, 15, 0]],
    [29, 0, [1, 15, 0]],
    [29, 1, null],
    [30, 1, [2, 30, 0]],
    // Nobody was there for an hour: one card, and three that were missed.
    [61, 0, [4, 60, 3]],
    [61, 4, null],
    [-5, 0, null],
  ];
  for (const [minutes, last, want] of rows) {
    const due = duePatrol(t0, 15, last, at(minutes));
    assert.deepEqual(
      due,
      want === null ? null : { ordinal: want[0], dueAt: at(want[1]), missed: want[2] },
      `${minutes} ${last}`,
    );
  }
  assert.equal(duePatrol(t0, 10, 0, at(10))?.ordinal, 1);
  assert.equal(duePatrol(t0, 20, 0, at(19)), null);
});

test("[V1] however rarely somebody looks, every patrol is opened or counted as missed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 }),
      (every, steps) => {
        let now = 0;
        let last = 0;
        let opened = 0;
        let missed = 0;
        for (const step of steps) {
          now += step;
          const due = duePatrol(t0, every, last, at(now));
          if (due === null) continue;
          last = due.ordinal;
          opened += 1;
          missed += due.missed;
          assert.ok(due.dueAt <= at(now) && due.dueAt > at(now - every));
        }
        assert.equal(opened + missed, Math.floor(now / every));
      },
    ),
  );
});

const slot = { slot: "1", target: 300, minutesLeft: 5, sold: 100 };

function cardOf(skus: readonly SkuNow[]): PatrolCard {
  return openPatrol({ id: "p1", dueAt: t0, openedAt: t0 }, skus, defaults);
}

test("[V2] the card asks about the current, the coming and the cooling products, each once", () => {
  const card = cardOf([
    calmSku("COOL", { peak10: 400, last10: 60 }),
    calmSku("COOLER", { peak10: 900, last10: 90 }),
    calmSku("LATER", { coming: { ...slot, slot: "4", minutesLeft: 61 } }),
    calmSku("SECOND", {
      coming: { ...slot, slot: "3", minutesLeft: 40, target: 600 },
      sellable: 440,
      unitsPerMinute: 8,
    }),
    calmSku("FIRST", { coming: { ...slot, slot: "2", minutesLeft: 5 }, peak10: 900, last10: 0 }),
    calmSku("NOW", { current: slot, sellable: 486, etaMinutes: 5, recentPerMinute: 96 }),
    calmSku("CALM"),
  ]);
  assert.deepEqual(
    card.items.map(({ group, sku, warns }) => [group, sku, warns]),
    [
      ["current", "NOW", true],
      ["coming", "FIRST", false],
      ["coming", "SECOND", true],
      ["cooling", "COOLER", true],
      ["cooling", "COOL", true],
    ],
  );
  const [now, , second, cooler] = card.items;
  assert.deepEqual([now?.left, now?.etaMinutes, now?.unitsPerMinute, now?.slot], [486, 5, 96, "1"]);
  // At 8 a minute, 440 are 120 in forty minutes, and 600 are planned.
  assert.deepEqual(
    [second?.leftThen, second?.target, second?.minutesUntil, second?.slot],
    [120, 600, 40, "3"],
  );
  assert.deepEqual([cooler?.peak10, cooler?.last10, cooler?.percent], [900, 90, 10]);
});

test("[V2] a product is marked when its ETA, its slot or its fall is beyond the threshold", () => {
  const next = { ...slot, target: 100, minutesLeft: 60 };
  const rows: [Partial<SkuNow>, warns: boolean][] = [
    [{ current: slot, etaMinutes: 60 }, false],
    [{ current: slot, etaMinutes: 59.9 }, true],
    [{ current: slot, etaMinutes: null }, false],
    [{ current: slot, etaMinutes: null, sellable: 0 }, true],
    [{ coming: next, sellable: 160, unitsPerMinute: 1 }, false],
    [{ coming: next, sellable: 159, unitsPerMinute: 1 }, true],
    [{ coming: { ...next, target: null }, sellable: 61, unitsPerMinute: 1 }, false],
    [{ coming: { ...next, target: null }, sellable: 60, unitsPerMinute: 1 }, true],
  ];
  for (const [change, warns] of rows) {
    const { items } = cardOf([calmSku("A", change)]);
    assert.deepEqual(
      items.map((item) => item.warns),
      [warns],
      JSON.stringify(change),
    );
  }
});

test("[V2] cooling is at least the floor once, now no more than the ratio of it, and something left", () => {
  const { coolingFloorUnits: floor, coolingPercent } = policyDefault;
  assert.deepEqual([floor, coolingPercent], [30, 40]);
  const rows: [peak10: number, last10: number, sellable: number, want: boolean][] = [
    [30, 12, 1, true],
    [30, 13, 1, false],
    [29, 0, 1, false],
    [30, 12, 0, false],
    [100, 40, 5, true],
    [100, 41, 5, false],
  ];
  for (const [peak10, last10, sellable, want] of rows)
    assert.equal(isCooling({ peak10, last10, sellable }, policyDefault), want, `${last10} of ${peak10}`);
});

test("[V2] a card holds as much as ten seconds are enough for", () => {
  const many = Array.from({ length: 40 }, (_, index) => [
    calmSku(`C${index}`, { coming: { ...slot, minutesLeft: index } }),
    calmSku(`F${index}`, { peak10: 100 + index, last10: 0 }),
  ]).flat();
  const { items } = cardOf(many);
  assert.equal(items.filter(({ group }) => group === "coming").length, patrolLimits.comingMax);
  assert.deepEqual(
    items.filter(({ group }) => group === "cooling").map(({ sku }) => sku),
    ["F39", "F38", "F37", "F36", "F35"],
  );
});

test("[V2] those that fell the furthest stand first among the cooling ones", () => {
  const fell = (sku: string, peak10: number, last10: number) => calmSku(sku, { peak10, last10 });
  const { items } = cardOf([fell("A", 300, 100), fell("B", 280, 0), fell("C", 250, 0), fell("D", 260, 10)]);
  assert.deepEqual(
    items.map(({ sku }) => sku),
    ["B", "C", "D", "A"],
  );
});

test("[V3] a card is answered product by product or with one tap, the first answer stands", () => {
  const card = cardOf([calmSku("NOW", { current: slot }), calmSku("COOL", { peak10: 400, last10: 60 })]);
  const answer = { sku: "NOW", group: "current", answer: "tell_host", by: "小林", at: at(1) } as const;
  const once = answerPatrol(card, answer);
  assert.deepEqual([once.answers, once.answeredAt], [[answer], null]);
  for (const nothing of [
    { ...answer, answer: "fine" },
    { ...answer, sku: "OTHER" },
    { ...answer, group: "coming" },
    { ...answer, sku: "COOL", group: "cooling", answer: "fine" },
  ] as const)
    assert.equal(answerPatrol(once, nothing), once);
  const all = answerAll(once, "阿杰", at(2));
  assert.deepEqual(
    all.answers.map((one) => `${one.sku} ${one.answer} ${one.by}`),
    ["NOW tell_host 小林", "COOL noted 阿杰"],
  );
  assert.equal(all.answeredAt, at(2));
  assert.equal(
    answerAll(cardOf([]), "小林", at(3)).answeredAt,
    at(3),
    "a card without products is looked at all the same",
  );
});

test("[V3] a card that nobody answers is passed on from when it was opened, level by level", () => {
  const card = { ...cardOf([calmSku("NOW", { current: slot })]), openedAt: at(3) };
  assert.deepEqual(
    [3, 7.99, 8, 13, 18, 99].map((minutes) => patrolLevel(card, 5, at(minutes))),
    [0, 0, 1, 2, 3, 3],
  );
  assert.equal(patrolLevel(answerAll({ ...card, level: 1 }, "小林", at(9)), 5, at(99)), 1);
});
