import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { hourMs, minuteMs } from "../live/time.ts";
import {
  finishStep,
  foldReview,
  idleMinutesMax,
  newReview,
  reviewClock,
  signReview,
  unsignReview,
  type ReviewEvent,
  type ReviewState,
} from "./review.ts";
import { reviewMinutesGoal, reviewSteps, stepWords, type ReviewStep } from "./step.ts";
import { reviewStreak, type ReviewedDay } from "./streak.ts";

const t0 = 1_794_398_400_000;
const report = { seq: 900, hash: "h", balanced: true };
const by = (minutes: number, reason: string | null = null) => ({
  actor: "运营",
  at: t0 + minutes * minuteMs,
  reason,
});

function foldAll(events: readonly ReviewEvent[]): ReviewState {
  return events.reduce(foldReview, newReview);
}

/** Every step entered and finished, two minutes each. */
function allSteps(open: Partial<Record<ReviewStep, number>> = {}): readonly ReviewEvent[] {
  return reviewSteps.flatMap((step, index): readonly ReviewEvent[] => [
    { kind: "entered", step, actor: "运营", at: t0 + index * 2 * minuteMs },
    {
      kind: "finished",
      step,
      open: open[step] ?? 0,
      reason: open[step] === undefined ? null : "等平台答复",
      actor: "运营",
      at: t0 + (index * 2 + 2) * minuteMs,
    },
  ]);
}

function codeOf(outcome: ReturnType<typeof signReview>): string {
  return outcome.ok ? outcome.event.kind : outcome.code;
}

void suite("the review after a live", () => {
  test("[RV1] it is what its events add up to: entered, left, taken up elsewhere, finished step by step", () => {
    assert.equal(
      reviewSteps.reduce((sum, step) => sum + stepWords[step].minutes, 1),
      reviewMinutesGoal,
    );
    const state = foldAll(allSteps().slice(0, 5));
    assert.deepEqual(
      [state.steps.orders.done, state.steps.refunds.done, state.current],
      [true, false, "refunds"],
    );
    assert.equal(reviewClock(state, t0 + 4 * minuteMs).next, "refunds");
    const resumed = foldAll([
      ...allSteps().slice(0, 5),
      { kind: "paused", actor: "运营", at: t0 + 5 * minuteMs },
      { kind: "entered", step: "refunds", actor: "店长", at: t0 + 9 * hourMs },
      { kind: "reopened", step: "orders", actor: "店长", at: t0 + 9 * hourMs },
    ]);
    assert.equal(resumed.startedAt, t0);
    assert.equal(resumed.steps.orders.done, false);
    assert.equal(reviewClock(resumed, t0 + 9 * hourMs).workedMs, 5 * minuteMs);
  });

  test("[RV2] its clock counts the time that somebody works, not the night in between", () => {
    const events: readonly ReviewEvent[] = [
      { kind: "entered", step: "orders", actor: "运营", at: t0 },
      { kind: "seen", actor: "运营", at: t0 + 3 * minuteMs },
      { kind: "seen", actor: "运营", at: t0 + 600 * minuteMs },
    ];
    const { workedMs, minutesLeft } = reviewClock(foldAll(events), t0 + 601 * minuteMs);
    assert.equal(workedMs, (3 + idleMinutesMax + 1) * minuteMs);
    assert.equal(minutesLeft, reviewMinutesGoal - 3 - idleMinutesMax - 1);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 30 }), (minutes) => {
        const seen = minutes
          .toSorted((a, b) => a - b)
          .map((at): ReviewEvent => ({ kind: "seen", actor: "x", at: t0 + at * minuteMs }));
        const state = foldAll([{ kind: "entered", step: "count", actor: "x", at: t0 }, ...seen]);
        const span = (minutes.length === 0 ? 0 : Math.max(...minutes)) * minuteMs;
        const worked = reviewClock(state, t0 + span).workedMs;
        assert.ok(worked <= span && worked <= (seen.length + 1) * idleMinutesMax * minuteMs);
      }),
    );
  });

  test("[RV3] a step with something open needs a reason; nothing is signed before every step is finished", () => {
    assert.equal(codeOf(finishStep(newReview, "refunds", { total: 9, open: 2 }, by(1))), "reason_needed");
    assert.equal(
      codeOf(finishStep(newReview, "refunds", { total: 9, open: 2 }, by(1, "等仓库"))),
      "finished",
    );
    assert.equal(codeOf(finishStep(newReview, "refunds", { total: 9, open: 0 }, by(1))), "finished");
    const refused = signReview(newReview, report, by(1));
    assert.ok(!refused.ok);
    assert.equal(refused.code, "steps_open");
    assert.match(refused.words.zh, /对订单/);
  });

  test("[RV4] a signature stands under one report; what does not balance is never signed, what is open only with a reason", () => {
    const done = foldAll(allSteps());
    assert.equal(codeOf(signReview(done, { ...report, balanced: false }, by(20, "算了"))), "not_balanced");
    const open = foldAll(allSteps({ shortage: 2 }));
    assert.equal(codeOf(signReview(open, report, by(20))), "reason_needed");
    assert.equal(codeOf(signReview(open, report, by(20, "明早补货"))), "signed");
    const outcome = signReview(done, report, by(17));
    assert.ok(outcome.ok && outcome.event.kind === "signed");
    assert.deepEqual(outcome.event.signature, {
      by: "运营",
      at: t0 + 17 * minuteMs,
      seq: 900,
      reportHash: "h",
      balanced: true,
      reason: null,
      workedMs: 17 * minuteMs,
    });
    const signed = foldReview(done, outcome.event);
    assert.equal(codeOf(signReview(signed, report, by(18))), "signed");
    assert.equal(codeOf(finishStep(signed, "odd", { total: 0, open: 0 }, by(18))), "signed");
    assert.equal(reviewClock(signed, t0 + 9 * hourMs).workedMs, 17 * minuteMs, "the clock stands still");
    assert.equal(foldReview(signed, { kind: "seen", actor: "运营", at: t0 + hourMs }), signed);
    assert.equal(codeOf(unsignReview(done, by(1, "漏了一单"))), "not_signed");
    assert.equal(codeOf(unsignReview(signed, by(19))), "reason_needed");
    const back = unsignReview(signed, by(19, "漏了一单"));
    assert.ok(back.ok);
    assert.equal(foldReview(signed, back.event).signature, null);
  });

  const dayOf = (index: number, more: Partial<ReviewedDay> = {}): ReviewedDay => {
    const from = t0 + index * 24 * hourMs;
    const day = { date: `2026-11-${11 + index}`, from, to: from + 24 * hourMs };
    return {
      day,
      quiet: false,
      signedAt: day.to + hourMs,
      workedMs: 20 * minuteMs,
      accuracyPercent: 90 + index,
      ...more,
    };
  };

  test("[RV5] days reviewed in time make a streak; a quiet day breaks nothing, a day with time left neither", () => {
    const days = [
      dayOf(0),
      dayOf(1, { signedAt: null }),
      dayOf(2),
      dayOf(3, { quiet: true, signedAt: null }),
      dayOf(4),
      dayOf(5, { signedAt: null }),
    ];
    const streak = reviewStreak(days, t0 + 5 * 24 * hourMs + hourMs);
    assert.deepEqual([streak.current, streak.best, streak.reviewed, streak.days], [2, 2, 3, 5]);
    assert.equal(streak.atStake, "2026-11-16");
    assert.equal(streak.medianMinutes, 20);
    assert.ok((streak.accuracyTrend ?? 0) > 0);
    const late = reviewStreak(
      [dayOf(0), dayOf(1, { signedAt: t0 + 10 * 24 * hourMs })],
      t0 + 20 * 24 * hourMs,
    );
    assert.deepEqual([late.current, late.best, late.atStake], [0, 1, null]);
  });
});
