import type { Instant } from "../rows.ts";
import type { Acknowledgement, Alert, Mute, ResolveReason } from "./alert.ts";
import type { Life, LifeStep, PointerMove } from "./life.ts";
import type { PatrolAnswer, PatrolCard } from "./patrol.ts";
import type { ActionId } from "./playbook.ts";
import type { Reminder, Signature } from "./precheck.ts";
import type { OrderRef, Review, ReviewDecision } from "./review.ts";
import type { Rule } from "./rule.ts";

/** A product's stock at one moment. Units; `seq` is the journal's number that they are true for. */
export interface Opening {
  readonly sellable: number;
  readonly available: number;
  readonly buffer: number;
  readonly seq: number;
}

/** What a session may change of a SKU while it is live. A field that is absent is left alone. */
export interface Terms {
  readonly price?: number;
  readonly limitPerBuyer?: number | null;
  readonly limitHours?: number;
  readonly bufferUnits?: number;
}

export interface TermsApplied {
  /** What the plan said, as one text: terms are applied again only when it says something else. */
  readonly planned: string;
  readonly set: Terms;
  /** What the fields of `set` were before. */
  readonly before: Terms;
}

export interface HoldsShortened {
  readonly channel: string;
  readonly minutes: number;
  /** What it was, in minutes. */
  readonly before: number;
  /** When it is put back; null: when the session ends. */
  readonly until: Instant | null;
}

/**
 * Everything that happens to a session, one line each: its timeline, and what its state is folded from. Units
 * are not here, they are in the journal.
 */
export interface ActivityBodies {
  readonly life: {
    readonly step: LifeStep;
    readonly from: Life;
    readonly to: Life;
    readonly reason: string | null;
  };
  /** What could be sold of the product when it came into the live session: what its tiers are counted from. */
  readonly opening: Opening;
  /** The session's terms were put on the product. */
  readonly terms_applied: TermsApplied;
  /** The product, or the channel that is named, has its own terms again. */
  readonly terms_restored: { readonly channel?: string };
  /** Unpaid orders of a channel keep their units for a shorter time. */
  readonly holds_shortened: HoldsShortened;
  /** The plan was saved again, as this version. */
  readonly plan_changed: { readonly version: number };
  readonly pointer: { readonly slot: string; readonly by: PointerMove["by"] };
  readonly clock_followed: { readonly on: boolean };
  readonly precheck_reminded: Reminder;
  readonly precheck_signed: { readonly signature: Signature };
  readonly alert_raised: { readonly alert: Alert };
  readonly alert_acknowledged: { readonly alert: string; readonly acknowledgement: Acknowledgement };
  readonly alert_resolved: { readonly alert: string; readonly reason: ResolveReason };
  readonly alert_escalated: { readonly alert: string; readonly level: number };
  readonly alert_muted: { readonly mute: Mute };
  readonly alert_unmuted: { readonly rule: Rule; readonly subject: string | null };
  readonly patrol_opened: { readonly card: PatrolCard; readonly ordinal: number; readonly missed: number };
  readonly patrol_answered: { readonly patrol: string; readonly answers: readonly PatrolAnswer[] };
  readonly patrol_escalated: { readonly patrol: string; readonly level: number };
  readonly host_message: { readonly message: string; readonly text: string; readonly alert: string | null };
  readonly host_message_acknowledged: { readonly message: string };
  readonly host_screen: { readonly screen: string; readonly online: boolean };
  /** A button of a playbook was pressed; `detail` is what it did, in a word. */
  readonly playbook_step: {
    readonly action: ActionId;
    readonly alert: string | null;
    readonly detail: string;
  };
  readonly supplier_asked: {
    readonly request: string;
    readonly supplier: string;
    readonly units: number | null;
    readonly expiresAt: Instant;
  };
  readonly supplier_answered: {
    readonly request: string;
    readonly units: number;
    readonly arrivesAt: Instant | null;
    readonly note: string;
  };
  /** The goods came, or will not come: nothing is incoming any more. */
  readonly supplier_closed: { readonly request: string; readonly received: number };
  readonly tranche_released: { readonly slot: string; readonly tranche: string; readonly units: number };
  /** Strict selling is closed; the channels are confirmed one by one. */
  readonly stop_sell: { readonly channels: readonly string[] };
  readonly stop_sell_confirmed: { readonly channel: string };
  readonly stop_sell_lifted: { readonly reason: string };
  /** Who switched it: a person, or the rule of the spike; absent: the rule. */
  readonly sampling: { readonly on: boolean; readonly by?: "hand" | "rule" };
  readonly review_taken: { readonly review: Review };
  readonly review_decided: { readonly order: OrderRef; readonly decided: ReviewDecision };
  readonly note: { readonly text: string };
}

export type ActivityKind = keyof ActivityBodies;

/** One line. `seq` counts the session's activities from 1, without a hole. */
export interface ActivityOf<Kind extends ActivityKind> {
  readonly seq: number;
  readonly session: string;
  readonly at: Instant;
  /** Who, or the name of the job that did it. */
  readonly actor: string;
  readonly kind: Kind;
  /** The product that it is about. */
  readonly sku?: string;
  readonly body: ActivityBodies[Kind];
}

export type Activity = { [Kind in ActivityKind]: ActivityOf<Kind> }[ActivityKind];
