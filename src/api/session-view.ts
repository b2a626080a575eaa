import type { Rule, Severity } from "../domain/live/rule.ts";
import type { ActionId } from "../domain/live/playbook.ts";
import type { PatrolCard } from "../domain/live/patrol.ts";

/**
 * What the screens of a session show. `GET /sessions/:session/view` answers it; the stream
 * `GET /sessions/:session/live` (SSE) sends it as `view` first, after whatever changed its shape and at least
 * every 10 s, and between them `numbers` at most every 100 ms. Times RFC 3339, money minor units, rates a minute.
 */

export type SlotStatus = "done" | "current" | "coming";
/** 充足 · 留意 · 准备下架 · 最后一批 · 已售罄 */
export type StockStatus = "fine" | "watch" | "prepare" | "last" | "sold_out";

export interface ViewSku {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly buyerLimit: number | null;
  /** What the pool can honour: caps of the session count. */
  readonly sellable: number;
  readonly heldUnpaid: number;
  readonly shortage: number;
  readonly presale: number;
  readonly buffer: number;
  readonly selling: boolean;
  /** Sellable when the session went live, and what arrived since. */
  readonly opening: number;
  readonly arrived: number;
  /** Units sold in this session. */
  readonly sold: number;
  readonly soldAmount: number;
  readonly sellThroughPercent: number | null;
  /** Plain: sellable ÷ (sold in 30 min ÷ minutes observed); null without sales. */
  readonly etaMinutes: number | null;
  /** Burst-aware; null: nobody can say. */
  readonly forecast: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
  /** Over 30 and over the last 5 minutes. */
  readonly unitsPerMinute: number;
  readonly recentPerMinute: number;
  /** Units sold in each of the last 30 minutes, oldest first. */
  readonly spark: readonly number[];
  readonly tier: 0 | 1 | 2 | 3;
  readonly status: StockStatus;
  readonly turnoverDays: number | null;
  /** Units suppliers have promised. */
  readonly incoming: number;
}

export interface ViewSlot {
  readonly id: string;
  /** 1, 2, 3 … */
  readonly number: number;
  readonly sku: string;
  readonly status: SlotStatus;
  readonly target: number | null;
  readonly minutes: number;
  /** As things stand; null once it is over. */
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  /** Sold since it began, while it is on. */
  readonly sold: number;
  readonly tranches: readonly {
    readonly id: string;
    readonly units: number;
    readonly afterMinutes: number | null;
    readonly releasedAt: string | null;
  }[];
}

export interface ViewAlert {
  readonly id: string;
  readonly rule: Rule;
  readonly subject: string;
  readonly sku: string | null;
  readonly name: string | null;
  readonly severity: Severity;
  readonly raisedAt: string;
  readonly evidence: Readonly<Record<string, number | string | null>>;
  readonly level: number;
  readonly acknowledged: { readonly by: string; readonly at: string; readonly action: string } | null;
  /** One sentence for the control room, with the numbers in it. */
  readonly text: { readonly zh: string; readonly en: string };
  readonly title: { readonly zh: string; readonly en: string };
  /** The recommended one first. */
  readonly actions: readonly ActionId[];
  /** The host's words, ready to send; null: none. */
  readonly hostWords: string | null;
}

export interface ViewMessage {
  readonly id: string;
  readonly text: string;
  readonly by: string;
  readonly at: string;
  readonly acknowledgedAt: string | null;
}

export interface ViewChannel {
  readonly channel: string;
  readonly name: string;
  readonly platform: string;
  readonly orders: number;
  readonly units: number;
  readonly amount: number;
  readonly unitsPercent: number | null;
  /** Of the product that is on: units that this channel may still promise, as far as anybody knows. */
  readonly currentLeft: number;
  /** Since its last message; null: it never spoke. */
  readonly silentSeconds: number | null;
}

/** One minute; null where nobody measured: a gap is shown as a gap. */
export interface ViewMinute {
  readonly at: string;
  /** Orders by channel id. */
  readonly orders: Readonly<Record<string, number>>;
  readonly amount: number;
  readonly viewers: number | null;
}

export interface ViewBurnDown {
  readonly sku: string;
  /** Sellable at each moment since the session began, oldest first, at most 240 points. */
  readonly points: readonly { readonly at: string; readonly sellable: number }[];
  /** Where it reaches zero by the plain ETA; null: it does not. */
  readonly sellOutAt: string | null;
}

export interface SessionView {
  readonly session: string;
  /** The journal's number and the session's activity number that this is true for. */
  readonly seq: number;
  readonly activity: number;
  readonly at: string;
  readonly title: string;
  readonly life: "draft" | "prechecked" | "live" | "ended" | "reviewed";
  readonly startsAt: string;
  readonly endsAt: string;
  readonly liveSince: string | null;
  readonly endedAt: string | null;
  readonly currency: string;
  readonly pointer: { readonly slot: string; readonly since: string; readonly by: string } | null;
  readonly followsClock: boolean;
  readonly totals: {
    readonly viewers: number | null;
    readonly likes: number | null;
    readonly amount: number;
    readonly netAmount: number;
    readonly orders: number;
    readonly sold: number;
    readonly ordersPerMinute: number;
    readonly sellThroughPercent: number | null;
    readonly activeSkuPercent: number | null;
    readonly shortage: number;
    readonly sellable: number;
    readonly held: number;
    readonly skus: number;
  };
  readonly slots: readonly ViewSlot[];
  /** Each planned product once, in the order of the run-of-show. */
  readonly skus: readonly ViewSku[];
  readonly current: ViewBurnDown | null;
  readonly alerts: readonly ViewAlert[];
  readonly patrols: readonly PatrolCard[];
  readonly nextPatrolAt: string | null;
  readonly messages: readonly ViewMessage[];
  readonly mutes: readonly {
    readonly rule: Rule;
    readonly subject: string | null;
    readonly until: string;
    readonly by: string;
    readonly reason: string;
  }[];
  readonly channels: readonly ViewChannel[];
  /** The last 66 minutes. */
  readonly minutes: readonly ViewMinute[];
  readonly screens: readonly {
    readonly screen: string;
    readonly kind: "host" | "overlay";
    readonly online: boolean;
    readonly since: string;
  }[];
  readonly requests: readonly {
    readonly id: string;
    readonly sku: string | null;
    readonly supplier: string;
    readonly asked: number | null;
    readonly askedAt: string;
    readonly answer: {
      readonly units: number;
      readonly arrivesAt: string | null;
      readonly note: string;
      readonly at: string;
    } | null;
  }[];
  readonly stops: readonly {
    readonly sku: string;
    readonly at: string;
    readonly by: string;
    readonly channels: readonly { readonly channel: string; readonly confirmedAt: string | null }[];
  }[];
  readonly sampling: boolean;
  readonly reviews: readonly {
    readonly channel: string;
    readonly orderId: string;
    readonly takenAt: string;
    readonly lines: readonly { readonly lineId: string; readonly sku: string; readonly units: number }[];
  }[];
}

/** Between two views: what moves all the time. Applied over the last view with a lower `seq`. */
export interface SessionNumbers {
  readonly seq: number;
  readonly at: string;
  readonly items: readonly Pick<
    ViewSku,
    "sku" | "sellable" | "heldUnpaid" | "shortage" | "sold" | "soldAmount" | "etaMinutes" | "tier" | "status"
  >[];
  readonly totals: Pick<
    SessionView["totals"],
    | "amount"
    | "netAmount"
    | "orders"
    | "sold"
    | "ordersPerMinute"
    | "shortage"
    | "sellable"
    | "held"
    | "viewers"
  >;
}

/**
 * What a screen with a token sees: `GET /screens/:token/view` and `/screens/:token/live` (the same two kinds
 * of SSE event, `view` only). Nothing of the shop's money, nothing that the pool cannot honour.
 */
export interface HostView {
  readonly kind: "host" | "overlay";
  readonly session: string;
  readonly title: string;
  readonly at: string;
  readonly life: SessionView["life"];
  readonly currency: string;
  readonly settings: {
    readonly lastUnits: number;
    readonly showPrice: boolean;
    readonly showLimit: boolean;
    readonly showEta: boolean;
    readonly showNext: boolean;
  };
  readonly number: number | null;
  readonly of: number;
  readonly current: HostProduct | null;
  readonly next: HostProduct | null;
  /** Not yet acknowledged, the newest last; then the last acknowledged one when none waits. */
  readonly messages: readonly ViewMessage[];
}
export interface HostProduct {
  readonly sku: string;
  readonly name: string;
  readonly price: number;
  readonly buyerLimit: number | null;
  readonly sellable: number;
  readonly etaMinutes: number | null;
  readonly status: StockStatus;
  readonly tier: 0 | 1 | 2 | 3;
}

/** `GET /sessions/:session/timeline?after=&limit=`: what happened, oldest first. */
export interface TimelinePage {
  readonly items: readonly {
    readonly seq: number;
    readonly at: string;
    readonly actor: string;
    readonly kind: string;
    readonly sku: string | null;
    readonly body: Readonly<Record<string, unknown>>;
  }[];
  readonly next: number | null;
}

/** `GET /sessions/:session/replay`: the whole session on one axis, by the minute. */
export interface ReplayData {
  readonly session: string;
  readonly from: string;
  readonly to: string;
  /** Each of these has one entry a minute from `from` on. */
  readonly minutes: readonly {
    readonly at: string;
    readonly viewers: number | null;
    readonly likes: number | null;
    readonly orders: Readonly<Record<string, number>>;
    readonly amount: number;
  }[];
  readonly skus: readonly {
    readonly sku: string;
    readonly name: string;
    /** Sellable at the end of each minute, under the buffer, allotment, tranches and stops of that moment. */
    readonly sellable: readonly number[];
    readonly sold: readonly number[];
  }[];
}

/** `GET /sessions/:session/alternates?sku=`: who can take over, best first. */
export interface AlternatesAnswer {
  readonly items: readonly {
    readonly sku: string;
    readonly name: string;
    readonly price: number;
    readonly sellable: number;
    readonly score: number;
    readonly reasons: readonly {
      readonly code: string;
      readonly zh: string;
      readonly en: string;
      readonly points: number;
    }[];
    /** Its next slot in the run-of-show; null: it has none. */
    readonly slot: string | null;
  }[];
}

/** What the supplier's page (no log-in) reads: `GET /supplier/:token`. */
export interface SupplierView {
  readonly shop: string;
  readonly supplier: string;
  readonly product: string;
  readonly code: string;
  readonly asked: number | null;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly expired: boolean;
  readonly answer: SessionView["requests"][number]["answer"];
}
