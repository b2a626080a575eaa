import { minuteMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import { reviewMinutesGoal, reviewSteps, stepWords, type ReviewStep } from "./step.ts";

/**
 * One review, of a session or of a business day: what has happened to it, one event each, and what it is
 * folded from. It can be left and taken up again at any step, on any device.
 */
export type ReviewEvent = { readonly at: Instant; readonly actor: string } & (
  | { readonly kind: "entered"; readonly step: ReviewStep }
  /** Somebody is still at it: without a sign of life the clock stops by itself. */
  | { readonly kind: "seen" }
  | { readonly kind: "paused" }
  | {
      readonly kind: "finished";
      readonly step: ReviewStep;
      readonly open: number;
      readonly reason: string | null;
    }
  | { readonly kind: "reopened"; readonly step: ReviewStep }
  | { readonly kind: "signed"; readonly signature: ReviewSignature }
  | { readonly kind: "unsigned"; readonly reason: string }
);

/** Who answers for it, and for what: the report of these bytes, up to this number of the journal. */
export interface ReviewSignature {
  readonly by: string;
  readonly at: Instant;
  readonly seq: number;
  /** A hash of the report's canonical text. */
  readonly reportHash: string;
  readonly balanced: boolean;
  /** Why it was signed with something left open; null where nothing was. */
  readonly reason: string | null;
  readonly workedMs: number;
}

export interface StepState {
  readonly done: boolean;
  /** What was left open when it was finished, and why. */
  readonly open: number;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: Instant | null;
  /** Time that somebody worked on it. */
  readonly workedMs: number;
}

export interface ReviewState {
  readonly startedAt: Instant | null;
  readonly steps: Readonly<Record<ReviewStep, StepState>>;
  /** Where somebody is at work; null while it rests. */
  readonly current: ReviewStep | null;
  readonly lastAt: Instant | null;
  readonly signature: ReviewSignature | null;
}

/** The clock counts no more than this from one sign of life to the next: nobody works while away. */
export const idleMinutesMax = 5;

const untouched: StepState = { done: false, open: 0, reason: null, by: null, at: null, workedMs: 0 };

export const newReview: ReviewState = {
  startedAt: null,
  steps: Object.fromEntries(reviewSteps.map((step) => [step, untouched])) as Record<ReviewStep, StepState>,
  current: null,
  lastAt: null,
  signature: null,
};

/** The review after one more event. Total: what makes no sense changes nothing but the clock. */
export function foldReview(state: ReviewState, event: ReviewEvent): ReviewState {
  const next = { ...state, ...workedUntil(state, event.at), lastAt: event.at };
  if (state.signature !== null && event.kind !== "unsigned") return state;
  switch (event.kind) {
    case "entered":
      return { ...next, startedAt: state.startedAt ?? event.at, current: event.step };
    case "seen":
      return next;
    case "paused":
      return { ...next, current: null };
    case "finished":
      return withStep(next, event.step, {
        done: true,
        open: event.open,
        reason: event.reason,
        by: event.actor,
        at: event.at,
      });
    case "reopened":
      return withStep(next, event.step, { done: false, open: 0, reason: null, by: null, at: null });
    case "signed":
      return { ...next, current: null, signature: event.signature };
    case "unsigned":
      return { ...next, signature: null };
  }
}

/** Time is counted for the step that somebody is at. */
function workedUntil({ current, lastAt, steps }: ReviewState, at: Instant): Pick<ReviewState, "steps"> {
  if (current === null || lastAt === null) return { steps };
  const ms = Math.min(Math.max(0, at - lastAt), idleMinutesMax * minuteMs);
  const step = steps[current];
  return { steps: { ...steps, [current]: { ...step, workedMs: step.workedMs + ms } } };
}

function withStep(state: ReviewState, step: ReviewStep, change: Partial<StepState>): ReviewState {
  return { ...state, steps: { ...state.steps, [step]: { ...state.steps[step], ...change } } };
}

export interface ReviewClock {
  readonly workedMs: number;
  /** Minutes of the goal that are left; negative when it took longer. */
  readonly minutesLeft: number;
  /** The step that is next, in their order; null when all are done. */
  readonly next: ReviewStep | null;
  readonly done: number;
  readonly steps: number;
}

/** How long it has taken so far, and what comes next. */
export function reviewClock(state: ReviewState, now: Instant): ReviewClock {
  // A signed review's clock stands still: only one that somebody is at has time to add.
  const { steps } = workedUntil(state, now);
  const workedMs = reviewSteps.reduce((sum, step) => sum + steps[step].workedMs, 0);
  return {
    workedMs,
    minutesLeft: reviewMinutesGoal - workedMs / minuteMs,
    next: reviewSteps.find((step) => !state.steps[step].done) ?? null,
    done: reviewSteps.filter((step) => state.steps[step].done).length,
    steps: reviewSteps.length,
  };
}

/** What is still to be done in a step, as its own model says. */
export interface StepFacts {
  readonly total: number;
  readonly open: number;
}

/** What the signature stands under. */
export interface ReportFacts {
  readonly seq: number;
  readonly hash: string;
  readonly balanced: boolean;
}

export type ReviewOutcome =
  | { readonly ok: true; readonly event: ReviewEvent }
  | { readonly ok: false; readonly code: ReviewRefusal; readonly words: Words };
/** Why a review is not what somebody wants it to be. */
export const reviewRefusals = [
  "signed",
  "not_signed",
  "reason_needed",
  "steps_open",
  "not_balanced",
] as const;
export type ReviewRefusal = (typeof reviewRefusals)[number];

/**
 * Finishes a step, with a reason where something is left open.
 * @returns the event to write, or why it is refused
 */
export function finishStep(
  state: ReviewState,
  step: ReviewStep,
  facts: StepFacts,
  by: { readonly actor: string; readonly at: Instant; readonly reason: string | null },
): ReviewOutcome {
  if (state.signature !== null) return refuse("signed");
  const reason = given(by.reason);
  if (facts.open > 0 && reason === null) return refuse("reason_needed", stepWords[step]);
  const { actor, at } = by;
  return { ok: true, event: { kind: "finished", step, open: facts.open, reason, actor, at } };
}

/** Signs the review: every step finished; a reason where one was finished with something open. */
export function signReview(
  state: ReviewState,
  report: ReportFacts,
  by: { readonly actor: string; readonly at: Instant; readonly reason: string | null },
): ReviewOutcome {
  if (state.signature !== null) return refuse("signed");
  const missing = reviewSteps.find((step) => !state.steps[step].done);
  if (missing !== undefined) return refuse("steps_open", stepWords[missing]);
  const reason = given(by.reason);
  // A report that does not balance is a fault of the books: nobody signs it away.
  if (!report.balanced) return refuse("not_balanced");
  if (reason === null && reviewSteps.some((step) => state.steps[step].open > 0))
    return refuse("reason_needed");
  const { actor, at } = by;
  const { seq, hash, balanced } = report;
  const { workedMs } = reviewClock(state, at);
  return {
    ok: true,
    event: {
      kind: "signed",
      actor,
      at,
      signature: { by: actor, at, seq, reportHash: hash, balanced, reason, workedMs },
    },
  };
}

/** Takes a signature back, with a reason. */
export function unsignReview(
  state: ReviewState,
  by: { readonly actor: string; readonly at: Instant; readonly reason: string | null },
): ReviewOutcome {
  if (state.signature === null) return refuse("not_signed");
  const reason = given(by.reason);
  if (reason === null) return refuse("reason_needed");
  return { ok: true, event: { kind: "unsigned", reason, actor: by.actor, at: by.at } };
}

function given(reason: string | null): string | null {
  const text = reason?.trim() ?? "";
  return text === "" ? null : text;
}

const refusals: Readonly<Record<ReviewRefusal, Words>> = {
  signed: { zh: "复盘已经签字，要改请先撤回签字", en: "The review is signed: take the signature back first" },
  not_signed: { zh: "复盘还没有签字", en: "The review is not signed" },
  reason_needed: { zh: "还有没处理的，请写明原因", en: "Something is left open: say why" },
  steps_open: { zh: "还有步骤没做完", en: "A step is not finished" },
  not_balanced: {
    zh: "报表不平，先查清差异再签字（见报表里标红的行）",
    en: "The report does not balance: find the fault first (the rows that are marked)",
  },
};

function refuse(code: ReviewRefusal, about: Words | null = null): ReviewOutcome {
  const { zh, en } = refusals[code];
  const words = about === null ? { zh, en } : { zh: `${zh}：${about.zh}`, en: `${en}: ${about.en}` };
  return { ok: false, code, words };
}
