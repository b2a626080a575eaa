import { Type, type Static } from "typebox";
import { caseActions, type CaseAction, type OddCase } from "../domain/odd/case.ts";
import type { Hit } from "../domain/odd/detect.ts";
import {
  forwarderLimits,
  oddRules,
  thresholdRanges,
  type OddRule,
  type ThresholdName,
} from "../domain/odd/policy.ts";
import { reviewSteps, type ReviewStep } from "../domain/after-live/step.ts";
import type { CauseCode, DifferenceKind, RepairAction } from "../domain/reconcile/cause.ts";
import type { CauseSum, SideSum } from "../domain/reconcile/summary.ts";
import type { CloseCause } from "../domain/reconcile/three-way.ts";
import type {
  CategoryTotal,
  ChannelTotal,
  DayReport,
  DayRow,
  DayTotal,
  Figures,
  LateGroup,
  LateRow,
  ZoneTotal,
} from "../domain/report/day-report.ts";
import type { SaleSums } from "../domain/report/fold.ts";
import type { SessionReport } from "../domain/report/session-report.ts";
import { IdText, NoteText, closed } from "./text.ts";

/**
 * After the live: reports, reconciliation, odd orders, the review and the analyses. Times RFC 3339, money minor
 * units of the shop's currency, quantities units. Words come in both languages where a page shows them.
 */

export interface ApiWords {
  readonly zh: string;
  readonly en: string;
}

/** A business day by the local date on which it began. */
export const DayText = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", examples: ["2026-11-11"] });

// Reports. GET /api/v1/reports/days, /reports/days/:date, /reports/days/:date/report.xlsx and report.csv,
// /reports/sessions/:session, /reports/sessions/:session/report.xlsx and report.csv

/** A day of the list. A closed day never changes again. */
export interface DayListItem {
  readonly date: string;
  readonly from: string;
  readonly to: string;
  readonly closedAt: string | null;
  readonly balanced: boolean;
  /** SHA-256 of the report's canonical text; null while the day is open. */
  readonly hash: string | null;
  readonly skus: number;
  readonly figures: Figures;
  readonly sales: SaleSums;
}

export interface DayList {
  /** Closed days, the latest first. Of a stretch on which nothing happened, only the last is there. */
  readonly items: readonly DayListItem[];
  /** The day that is under way. */
  readonly today: string;
}

/** The report of a day: `closed` false, it is the day as it stands now. */
export interface DayReportItem extends Omit<DayReport, "from" | "to" | "kind" | "version"> {
  readonly from: string;
  readonly to: string;
  readonly closed: boolean;
  readonly closedAt: string | null;
  readonly hash: string | null;
}
export type {
  CategoryTotal,
  ChannelTotal,
  DayRow,
  DayTotal,
  Figures,
  LateGroup,
  LateRow,
  SaleSums,
  ZoneTotal,
};

export interface SessionReportItem extends Omit<
  SessionReport,
  "liveSince" | "endedAt" | "timeline" | "events" | "products" | "answers" | "forecasts" | "kind" | "version"
> {
  readonly liveSince: string | null;
  readonly endedAt: string | null;
  readonly timeline: readonly (Omit<SessionReport["timeline"][number], "at"> & { readonly at: string })[];
  readonly events: readonly (Omit<SessionReport["events"][number], "at"> & { readonly at: string })[];
  readonly products: readonly (Omit<SessionReport["products"][number], "soldOutAt"> & {
    readonly name: string;
    readonly soldOutAt: string | null;
  })[];
  readonly answers: Omit<SessionReport["answers"], "alerts"> & {
    readonly alerts: readonly (Omit<SessionReport["answers"]["alerts"][number], "raisedAt"> & {
      readonly raisedAt: string;
    })[];
  };
  readonly forecasts: readonly (Omit<SessionReport["forecasts"][number], "at"> & { readonly at: string })[];
  /** SKU → name, of every SKU that it names. */
  readonly names: Readonly<Record<string, string>>;
  /** SHA-256 of the report's canonical text and since when it is kept; null while it may still change. */
  readonly hash: string | null;
  readonly keptAt: string | null;
}

// Reconciliation. POST /api/v1/reconciliations?channel=&day=|session=&profile= with the file's bytes as body and its
// name in X-File-Name, percent-encoded. Unknown columns: problem `import_profile`; map them once by POST /imports and
// PUT /import/profiles/:name, then post again.

export interface ReconciliationItem {
  readonly id: string;
  readonly channel: string;
  readonly day: string;
  readonly session: string | null;
  readonly fileName: string;
  readonly profile: string;
  readonly by: string;
  readonly at: string;
  /** Rows of the file that are no order lines, or are bad. */
  readonly skippedRows: number;
  readonly badRows: number;
  /** The orders that the list covers, by when they were placed. */
  readonly from: string;
  readonly to: string;
  readonly lines: number;
  readonly matched: number;
  readonly differing: number;
  /** Lines about which somebody still has to do something. */
  readonly open: number;
  readonly there: SideSum;
  readonly here: SideSum;
  readonly causes: readonly (CauseSum & {
    readonly words: ApiWords;
    readonly repair: RepairAction;
    readonly repairWords: ApiWords;
  })[];
  readonly tookMs: number;
}

export interface ReconciliationList {
  readonly items: readonly ReconciliationItem[];
}

/** One thing in which one line differs: GET /reconciliations/:id/differences */
export interface DifferenceItem {
  /** Names it within its reconciliation: what a repair is asked for by. */
  readonly number: number;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string | null;
  readonly name: string;
  readonly kind: DifferenceKind;
  readonly cause: CauseCode;
  readonly words: ApiWords;
  readonly repair: RepairAction;
  readonly repairWords: ApiWords;
  readonly open: boolean;
  /** A tap changes the books. */
  readonly repairable: boolean;
  /** Nothing in the books puts it right: a tap says that somebody knows, or has seen to it on the platform. */
  readonly acknowledgeable: boolean;
  readonly repairedAt: string | null;
  readonly repairedBy: string | null;
  /** Units to be sent there, less those here; minor units there, less those here. */
  readonly units: number;
  readonly amount: number;
  /** What either side says, in short; null: it does not have the line. */
  readonly there: SideState | null;
  readonly here: SideState | null;
}

export interface SideState {
  readonly stage: string | null;
  readonly status: string | null;
  readonly quantity: number;
  readonly closed: number;
  readonly shipped: number;
  readonly refund: string | null;
  readonly amount: number | null;
}

export interface DifferencePage {
  readonly items: readonly DifferenceItem[];
  readonly next: number | null;
}

export const repairsPerCallMax = 10_000;
/** POST /reconciliations/:id/repairs: some differences by number, or all of a cause; acknowledging books nothing. */
export const RepairBody = Type.Object(
  {
    numbers: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: repairsPerCallMax }),
    ),
    cause: Type.Optional(Type.String({ maxLength: 64 })),
    /** Absent: repair. */
    deed: Type.Optional(Type.Union([Type.Literal("repair"), Type.Literal("acknowledge")])),
  },
  closed,
);
export type RepairBody = Static<typeof RepairBody>;

export interface RepairResult {
  readonly repaired: number;
  readonly unchanged: number;
  readonly failed: readonly { readonly number: number; readonly code: string; readonly words: ApiWords }[];
}

/** GET /reports/days/:date/close: shelves, books and the latest list of each channel, side by side. */
export interface NightCloseItem {
  readonly date: string;
  readonly skus: number;
  readonly counted: number;
  readonly agreeing: number;
  readonly unexplained: number;
  readonly clean: boolean;
  /** Channels that have a list of this day, and those that sold and have none. */
  readonly channels: readonly string[];
  readonly missingChannels: readonly string[];
  readonly differences: readonly {
    readonly side: "shelf" | "channel";
    readonly cause: CloseCause;
    readonly words: ApiWords;
    readonly units: number;
  }[];
  /** Those that differ, the most unexplained first. */
  readonly rows: readonly {
    readonly sku: string;
    readonly name: string;
    readonly onHand: number;
    readonly counted: number | null;
    readonly shelfOff: number;
    readonly owed: number;
    readonly owedThere: number;
    readonly channelOff: number;
    readonly differences: readonly {
      readonly side: "shelf" | "channel";
      readonly cause: CloseCause;
      readonly words: ApiWords;
      readonly units: number;
    }[];
    readonly unexplained: number;
  }[];
}

// Odd orders. GET /odd-orders?state=&day=&session=, POST /odd-orders/scans, GET|PUT /odd-orders/policy,
// POST /odd-orders/preview, GET /odd-orders/:id, POST /odd-orders/:id/steps, GET /odd-orders/:id/evidence.csv|.xlsx
// A case's id holds a slash: percent-encode it.

export const OddQuery = Type.Object(
  { state: Type.Optional(Type.Enum(["open", "cleared", "confirmed"])) },
  closed,
);
export type OddQuery = Static<typeof OddQuery>;

export const ScanBody = Type.Object(
  { day: Type.Optional(DayText), session: Type.Optional(IdText) },
  { ...closed, description: "Neither: today." },
);
export type ScanBody = Static<typeof ScanBody>;

export interface OddCaseItem extends Omit<OddCase, "openedAt" | "orders" | "decided" | "measures"> {
  readonly openedAt: string;
  readonly decided: { readonly by: string; readonly at: string; readonly reason: string } | null;
  readonly measures: readonly {
    readonly action: CaseAction;
    readonly by: string;
    readonly at: string;
    readonly units: number | null;
    readonly words: ApiWords;
  }[];
  readonly orders: readonly OddOrderItem[];
  readonly totals: {
    readonly orders: number;
    readonly buyers: number;
    readonly units: number;
    readonly amount: number;
    readonly rules: readonly OddRule[];
  };
}

/** Buyers, phones and addresses are keyed hashes: equal ones are the same person, and none can be read. */
export interface OddOrderItem {
  readonly channel: string;
  readonly orderId: string;
  readonly placedAt: string;
  readonly units: number;
  readonly amount: number;
  readonly buyer: string | null;
  readonly skus: readonly string[];
  readonly points: number;
  readonly hits: readonly (Hit & { readonly words: ApiWords })[];
}

export interface OddCaseList {
  readonly items: readonly OddCaseItem[];
}

export interface ScanResult {
  readonly orders: number;
  readonly odd: number;
  readonly rules: readonly { readonly rule: OddRule; readonly orders: number }[];
  readonly newCases: number;
  readonly cases: readonly OddCaseItem[];
}

/** Steps of a case. `act` with `cap` takes the units that a buyer may still take. */
export const CaseStepBody = Type.Object(
  {
    step: Type.Enum(["clear", "confirm", "reopen", "act"]),
    reason: Type.Optional(NoteText),
    action: Type.Optional(Type.Enum(caseActions)),
    units: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);
export type CaseStepBody = Static<typeof CaseStepBody>;

const points = Type.Integer({ minimum: 0, maximum: 100 });
export const OddPolicyBody = Type.Object(
  {
    thresholds: Type.Object(
      Object.fromEntries(
        Object.entries(thresholdRanges).map(([name, [minimum, maximum]]) => [
          name,
          Type.Integer({ minimum, maximum }),
        ]),
      ),
      closed,
    ),
    points: Type.Object(Object.fromEntries(oddRules.map((rule) => [rule, points])), closed),
    casePoints: Type.Integer({ minimum: 1, maximum: 1_200 }),
    forwarders: Type.Optional(
      Type.Array(Type.String({ minLength: forwarderLimits.charsMin, maxLength: forwarderLimits.charsMax }), {
        maxItems: forwarderLimits.forwardersMax,
        description: "Forwarders: words of their addresses, or whole ones. Absent: the list stays.",
      }),
    ),
  },
  closed,
);
export interface OddPolicyBody {
  readonly thresholds: Readonly<Record<ThresholdName, number>>;
  readonly points: Readonly<Record<OddRule, number>>;
  readonly casePoints: number;
  readonly forwarders?: readonly string[];
}
export interface OddPolicyItem extends OddPolicyBody {
  readonly forwarders: readonly string[];
  readonly version: number;
  readonly rules: readonly { readonly rule: OddRule; readonly words: ApiWords }[];
  readonly ranges: typeof thresholdRanges;
}

export const OddPreviewBody = Type.Object(
  { policy: OddPolicyBody, day: Type.Optional(DayText), session: Type.Optional(IdText) },
  closed,
);
export interface OddPreviewBody {
  readonly policy: OddPolicyBody;
  readonly day?: string;
  readonly session?: string;
}
export interface OddPreview {
  readonly orders: number;
  readonly oddBefore: number;
  readonly oddAfter: number;
  readonly rules: readonly { readonly rule: OddRule; readonly before: number; readonly after: number }[];
  readonly found: readonly OddOrderItem[];
  readonly lost: readonly OddOrderItem[];
}

// The review. GET /reviews, GET /reviews/:kind/:id, GET /reviews/:kind/:id/steps/:step, POST /reviews/:kind/:id/events
// kind `day` with a date, or `session` with a session's id.

/** `seen` is the sign of life of a page that is open: at least every 2 minutes. */
export const ReviewEventBody = Type.Object(
  {
    do: Type.Enum(["enter", "seen", "pause", "finish", "reopen", "sign", "unsign"]),
    step: Type.Optional(Type.Enum(reviewSteps)),
    reason: Type.Optional(NoteText),
  },
  closed,
);
export type ReviewEventBody = Static<typeof ReviewEventBody>;

export interface ReviewItem {
  readonly kind: "day" | "session";
  readonly id: string;
  readonly title: string;
  /** The business day whose report it stands under. */
  readonly date: string;
  readonly startedAt: string | null;
  readonly current: ReviewStep | null;
  readonly next: ReviewStep | null;
  readonly workedMs: number;
  /** Of the goal; below zero: it took longer. */
  readonly minutesLeft: number;
  readonly minutesGoal: number;
  readonly steps: readonly ReviewStepItem[];
  readonly signature: {
    readonly by: string;
    readonly at: string;
    readonly seq: number;
    readonly reportHash: string;
    readonly reason: string | null;
    readonly workedMs: number;
  } | null;
}

export interface ReviewStepItem {
  readonly step: ReviewStep;
  readonly words: ApiWords;
  readonly minutes: number;
  readonly done: boolean;
  /** What it is about now, and how much of it is still open. */
  readonly total: number;
  readonly open: number;
  /** What was left open when it was finished, and why. */
  readonly leftOpen: number;
  readonly reason: string | null;
  readonly by: string | null;
  readonly at: string | null;
  readonly workedMs: number;
}

export interface ReviewList {
  readonly items: readonly {
    readonly date: string;
    readonly signedAt: string | null;
    readonly signedBy: string | null;
    readonly workedMs: number;
    readonly quiet: boolean;
  }[];
  readonly streak: {
    readonly current: number;
    readonly best: number;
    readonly reviewed: number;
    readonly days: number;
    readonly atStake: string | null;
    readonly medianMinutes: number | null;
    readonly accuracyTrend: number | null;
  };
}

/** One line of a step's list. Which fields are there depends on the step. */
export interface ReviewLine {
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly units: number;
  readonly open: boolean;
  readonly placedAt: string;
  /** `pending`: how long it has waited. */
  readonly waitingHours?: number;
  /** `refunds`: when the platform wants an answer; whether it was sent already; whether it is due today. */
  readonly dueAt?: string;
  readonly sent?: boolean;
  readonly today?: boolean;
  readonly overdue?: boolean;
  /** `presale`: null: nobody promised a date. */
  readonly promisedAt?: string | null;
  readonly late?: boolean;
  /** `shortage`: who gets units, by when, and what to do. */
  readonly deadlineAt?: string;
  readonly hoursLeft?: number;
  readonly promisedUnits?: number;
  readonly suggested?: string;
  readonly suggestedWords?: ApiWords;
  readonly swapFor?: string | null;
}

export interface ReviewStepDetail {
  readonly step: ReviewStep;
  readonly total: number;
  readonly open: number;
  /** `orders`: its reconciliations. */
  readonly reconciliations: readonly ReconciliationItem[];
  /** `orders`: channels that sold and have no list yet. */
  readonly missingChannels: readonly string[];
  readonly lines: readonly ReviewLine[];
  /** `odd` */
  readonly cases: readonly OddCaseItem[];
  /** `count` */
  readonly doubtful: readonly {
    readonly sku: string;
    readonly name: string;
    readonly points: number;
    readonly doubts: readonly string[];
    readonly onHand: number;
    readonly counted: boolean;
  }[];
}
