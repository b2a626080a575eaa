import {
  finishStep,
  foldReview,
  newReview,
  signReview,
  unsignReview,
  type ReportFacts,
  type ReviewEvent,
  type ReviewRefusal,
  type ReviewState,
  type StepFacts,
} from "../../domain/after-live/review.ts";
import type { ReviewStep } from "../../domain/after-live/step.ts";
import { reviewStreak, type ReviewedDay, type Streak } from "../../domain/after-live/streak.ts";
import type { Words } from "../../domain/live/words.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { DaySummary } from "./reports.ts";

export const reviewKind = "review";
const saveAttempts = 5;

/** A review as it is kept: what its events add up to, and those that somebody answers for. */
interface KeptReview {
  readonly state: ReviewState;
  readonly log: readonly ReviewEvent[];
}

export interface ReviewStore {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
}

export interface ReviewKey {
  readonly kind: "day" | "session";
  readonly id: string;
}

/** What somebody does in a review; the facts are those of the moment. */
export type ReviewDeed =
  | { readonly do: "enter" | "reopen"; readonly step: ReviewStep }
  | { readonly do: "seen" | "pause" }
  | {
      readonly do: "finish";
      readonly step: ReviewStep;
      readonly facts: StepFacts;
      readonly reason: string | null;
    }
  | { readonly do: "sign"; readonly report: ReportFacts; readonly reason: string | null }
  | { readonly do: "unsign"; readonly reason: string | null };

export type Reviewed =
  | { readonly ok: true; readonly state: ReviewState }
  | { readonly ok: false; readonly code: ReviewRefusal | "version_conflict"; readonly words: Words };

export async function readReview(
  { store, shop }: Pick<ReviewStore, "store" | "shop">,
  key: ReviewKey,
): Promise<ReviewState> {
  const document = await store.read.document(shop, reviewKind, idOf(key));
  return document === null ? newReview : (document.body as KeptReview).state;
}

/** Writes one event of a review. Two people at two devices are both heard, one after the other. */
export async function review(
  { store, shop, batcher }: ReviewStore,
  key: ReviewKey,
  deed: ReviewDeed,
  by: { readonly actor: string; readonly at: Instant },
): Promise<Reviewed> {
  for (let attempt = 1; ; attempt += 1) {
    const document = await store.read.document(shop, reviewKind, idOf(key));
    const kept = document === null ? { state: newReview, log: [] } : (document.body as KeptReview);
    const decided = eventOf(kept.state, deed, by);
    if (!decided.ok) return decided;
    const { event } = decided;
    const state = foldReview(kept.state, event);
    const log = event.kind === "seen" || event.kind === "paused" ? kept.log : [...kept.log, event];
    const outcome = await batcher.submit({
      type: "putDocument",
      kind: reviewKind,
      id: idOf(key),
      ...by,
      version: document?.version ?? 0,
      body: {
        state,
        log,
      } satisfies KeptReview,
    });
    if (!isRefusal(outcome)) return { ok: true, state };
    if (attempt < saveAttempts) continue;
    const words = {
      zh: "别人也在改这份复盘，请再试一次",
      en: "Somebody else is changing this review: try again",
    };
    return { ok: false, code: "version_conflict", words };
  }
}

function idOf({ kind, id }: ReviewKey): string {
  return `${kind}.${id}`;
}

type Decided =
  | { readonly ok: true; readonly event: ReviewEvent }
  | { readonly ok: false; readonly code: ReviewRefusal; readonly words: Words };

function eventOf(
  state: ReviewState,
  deed: ReviewDeed,
  by: { readonly actor: string; readonly at: Instant },
): Decided {
  switch (deed.do) {
    case "enter":
      return { ok: true, event: { kind: "entered", step: deed.step, ...by } };
    case "reopen":
      return { ok: true, event: { kind: "reopened", step: deed.step, ...by } };
    case "seen":
      return { ok: true, event: { kind: "seen", ...by } };
    case "pause":
      return { ok: true, event: { kind: "paused", ...by } };
    case "finish":
      return finishStep(state, deed.step, deed.facts, { ...by, reason: deed.reason });
    case "sign":
      return signReview(state, deed.report, { ...by, reason: deed.reason });
    case "unsign":
      return unsignReview(state, { ...by, reason: deed.reason });
  }
}

export interface ReviewHistory {
  /** The latest first. */
  readonly days: readonly (ReviewedDay & { readonly signedBy: string | null })[];
  readonly streak: Streak;
}

/**
 * The days and their reviews, and whether the habit holds.
 * @param closed closed days, the latest first
 */
export async function reviewHistory(
  { store, shop }: Pick<ReviewStore, "store" | "shop">,
  closed: readonly DaySummary[],
  now: Instant,
): Promise<ReviewHistory> {
  const documents = await store.read.documents(shop, reviewKind);
  const states = new Map(documents.map(({ id, body }) => [id, (body as KeptReview).state]));
  const days = closed.map(({ date, from, to, sales, figures }) => {
    const state = states.get(idOf({ kind: "day", id: date }));
    const signature = state?.signature ?? null;
    const { counted, variance } = figures;
    return {
      day: { date, from, to },
      quiet: sales.orders === 0,
      signedAt: signature?.at ?? null,
      signedBy: signature?.by ?? null,
      workedMs: signature?.workedMs ?? 0,
      // Units stand for shelves here: closed days keep what was counted and what was off.
      accuracyPercent:
        counted === null || counted === 0
          ? null
          : Math.max(0, 100 - (100 * Math.abs(variance ?? 0)) / counted),
    };
  });
  return { days, streak: reviewStreak(days.toReversed(), now) };
}
