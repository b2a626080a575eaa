import type { Instant } from "../rows.ts";
import type {
  Activity,
  ActivityKind,
  ActivityOf,
  HoldsShortened,
  Opening,
  TermsApplied,
} from "./activity.ts";
import { acknowledge, type Alert, type Mute } from "./alert.ts";
import type { Released } from "./drip.ts";
import type { Life, Pointer } from "./life.ts";
import { answerPatrol, type PatrolCard } from "./patrol.ts";
import type { Reminder, Signature } from "./precheck.ts";
import { orderKey, type Review } from "./review.ts";
import { compareText } from "../text.ts";

/** A session as it stands: what its activities add up to. */
export interface SessionState {
  readonly session: string;
  /** The number of the last activity in it. */
  readonly seq: number;
  readonly life: Life;
  /** When it first went live. */
  readonly liveSince: Instant | null;
  readonly endedAt: Instant | null;
  /** Why it went live without a signature that was true. */
  readonly unsignedReason: string | null;
  readonly signature: Signature | null;
  /** The plan has changed since it was signed. */
  readonly signatureStale: boolean;
  readonly reminded: readonly Reminder[];
  /** What each product began with, by SKU. */
  readonly opening: ReadonlyMap<string, Opening>;
  /** The terms that are on products for the time of the session, by SKU. */
  readonly terms: ReadonlyMap<string, TermsApplied>;
  /** Channels whose time to pay is shorter for the time being, by channel. */
  readonly holds: ReadonlyMap<string, HoldsShortened>;
  readonly pointer: Pointer | null;
  readonly followsClock: boolean;
  /** The slots that have been on, by id. */
  readonly shown: ReadonlyMap<string, ShownSlot>;
  /** Open alerts by id. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly mutes: readonly Mute[];
  /** Patrols without an answer, by id. */
  readonly patrols: ReadonlyMap<string, PatrolCard>;
  readonly lastPatrol: number;
  /** The latest `messagesKept`, the newest last. */
  readonly messages: readonly HostMessage[];
  readonly screens: ReadonlyMap<string, { readonly online: boolean; readonly since: Instant }>;
  readonly requests: ReadonlyMap<string, SupplierRequest>;
  /** Tranches that are out, by slot. */
  readonly released: ReadonlyMap<string, readonly Released[]>;
  /** Products that are taken down, by SKU. */
  readonly stops: ReadonlyMap<string, StopSell>;
  readonly sampling: boolean;
  /** Who has the last word on it: what a person switched, the rule leaves alone. */
  readonly samplingBy: "hand" | "rule";
  /** Orders under review that nobody has decided, by `orderKey`. */
  readonly reviews: ReadonlyMap<string, Review>;
  /** The latest `reviewedKept` orders that were decided, by `orderKey`: nobody is asked about them again. */
  readonly reviewed: ReadonlySet<string>;
}

/** How often and how long a slot has been on. */
export interface ShownSlot {
  readonly times: number;
  readonly firstAt: Instant;
  /** Milliseconds, without the time since the pointer last came to it. */
  readonly ms: number;
}

export interface HostMessage {
  readonly message: string;
  readonly text: string;
  readonly by: string;
  readonly at: Instant;
  readonly acknowledgedAt: Instant | null;
}

export interface SupplierRequest {
  readonly request: string;
  readonly sku: string | null;
  readonly supplier: string;
  readonly asked: number | null;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
  /** What they said last; incoming until it arrives. */
  readonly answer: {
    readonly units: number;
    readonly arrivesAt: Instant | null;
    readonly note: string;
    readonly at: Instant;
  } | null;
}

/** Strict selling is closed; each channel waits for somebody to confirm that it is off the shelf there too. */
export interface StopSell {
  readonly at: Instant;
  readonly by: string;
  readonly channels: readonly { readonly channel: string; readonly confirmedAt: Instant | null }[];
}

export const messagesKept = 20;
export const reviewedKept = 1_000;

export function emptySession(session: string): SessionState {
  return {
    session,
    seq: 0,
    life: "draft",
    liveSince: null,
    endedAt: null,
    unsignedReason: null,
    signature: null,
    signatureStale: false,
    reminded: [],
    opening: new Map(),
    terms: new Map(),
    holds: new Map(),
    pointer: null,
    followsClock: false,
    shown: new Map(),
    alerts: new Map(),
    mutes: [],
    patrols: new Map(),
    lastPatrol: 0,
    messages: [],
    screens: new Map(),
    requests: new Map(),
    released: new Map(),
    stops: new Map(),
    sampling: false,
    samplingBy: "rule",
    reviews: new Map(),
    reviewed: new Set(),
  };
}

/**
 * The state after one more activity. Total: one that was folded already changes nothing, one of a kind that
 * this version does not know only moves the number, one that speaks of something unknown is passed over.
 */
export function foldSession(state: SessionState, activity: Activity): SessionState {
  if (activity.seq <= state.seq || activity.session !== state.session) return state;
  const known = Object.hasOwn(folds, activity.kind);
  // The table pairs each kind with a fold for its own body; the compiler cannot follow the pair through a lookup.
  const fold = folds[activity.kind] as (state: SessionState, activity: Activity) => Partial<SessionState>;
  return { ...state, ...(known ? fold(state, activity) : {}), seq: activity.seq };
}

export function foldAll(session: string, activities: readonly Activity[]): SessionState {
  return activities.reduce(foldSession, emptySession(session));
}

/** A signature as `stepLife` wants it. `worse`: lines have become worse since it was given. */
export function signatureState(state: SessionState, worse: boolean): "current" | "stale" | "none" {
  if (state.signature === null || state.life === "draft") return "none";
  return state.signatureStale || worse ? "stale" : "current";
}

/** Units of one SKU that suppliers have promised and that are still to come. */
export function incomingUnits(state: SessionState, sku: string): number {
  let units = 0;
  for (const request of state.requests.values()) if (request.sku === sku) units += request.answer?.units ?? 0;
  return units;
}

const folds: {
  readonly [Kind in ActivityKind]: (state: SessionState, activity: ActivityOf<Kind>) => Partial<SessionState>;
} = {
  life: foldLife,
  // The first stands: what came later is counted as having arrived.
  opening: ({ opening }, { sku, body }) =>
    sku === undefined || opening.has(sku) ? {} : { opening: withEntry(opening, sku, body) },
  terms_applied: ({ terms }, { sku, body }) => {
    if (sku === undefined) return {};
    const known = terms.get(sku);
    return {
      terms: withEntry(terms, sku, {
        planned: body.planned,
        set: { ...known?.set, ...body.set },
        // What was before the session stays what is put back.
        before: { ...body.before, ...known?.before },
      }),
    };
  },
  terms_restored: ({ terms, holds }, { sku, body }) =>
    body.channel === undefined
      ? { terms: without(terms, sku ?? "") }
      : { holds: without(holds, body.channel) },
  holds_shortened: ({ holds }, { body }) => ({
    // What was before the first time is what is put back.
    holds: withEntry(holds, body.channel, {
      ...body,
      before: holds.get(body.channel)?.before ?? body.before,
    }),
  }),
  plan_changed: (state) => ({ signatureStale: state.signature !== null }),
  pointer: (state, { at, body }) => ({
    ...enterSlot(leaveSlot(state, at).shown, body.slot, at),
    pointer: { slot: body.slot, since: at, by: body.by },
    // Whoever moves it by hand has taken over from the clock.
    followsClock: state.followsClock && body.by === "clock",
  }),
  clock_followed: (_, { body }) => ({ followsClock: body.on }),
  precheck_reminded: (state, { body }) => ({ reminded: [...state.reminded, body] }),
  precheck_signed: (_, { body }) => ({ signature: body.signature, signatureStale: false }),
  alert_raised: ({ alerts }, { body }) => ({ alerts: withEntry(alerts, body.alert.id, body.alert) }),
  alert_acknowledged: ({ alerts }, { body }) => ({
    alerts: withChange(alerts, body.alert, (alert) => acknowledge(alert, body.acknowledgement)),
  }),
  alert_resolved: ({ alerts }, { body }) => ({ alerts: without(alerts, body.alert) }),
  alert_escalated: ({ alerts }, { body }) => ({
    alerts: withChange(alerts, body.alert, (alert) => ({ ...alert, level: body.level })),
  }),
  alert_muted: (state, { body, at }) => ({
    mutes: [...unmuted(state.mutes, body.mute).filter((mute) => mute.until > at), body.mute],
  }),
  alert_unmuted: (state, { body }) => ({ mutes: unmuted(state.mutes, body) }),
  patrol_opened: (state, { body }) => ({
    patrols: withEntry(state.patrols, body.card.id, body.card),
    lastPatrol: Math.max(state.lastPatrol, body.ordinal),
  }),
  patrol_answered: ({ patrols }, { body }) => {
    const card = patrols.get(body.patrol);
    if (card === undefined) return {};
    const answered = body.answers.reduce(answerPatrol, card);
    // A card that asked about nothing was answered by being looked at.
    const done = answered.answeredAt !== null || card.items.length === 0;
    return { patrols: done ? without(patrols, card.id) : withEntry(patrols, card.id, answered) };
  },
  patrol_escalated: ({ patrols }, { body }) => ({
    patrols: withChange(patrols, body.patrol, (card) => ({ ...card, level: body.level })),
  }),
  host_message: (state, { body, at, actor }) => ({
    messages: [
      ...state.messages,
      { message: body.message, text: body.text, by: actor, at, acknowledgedAt: null },
    ].slice(-messagesKept),
  }),
  host_message_acknowledged: (state, { body, at }) => ({
    messages: state.messages.map((one) =>
      one.message === body.message && one.acknowledgedAt === null ? { ...one, acknowledgedAt: at } : one,
    ),
  }),
  host_screen: ({ screens }, { body, at }) => ({
    screens: withEntry(screens, body.screen, { online: body.online, since: at }),
  }),
  playbook_step: () => ({}),
  supplier_asked: ({ requests }, { body, at, sku }) => ({
    requests: withEntry(requests, body.request, {
      request: body.request,
      sku: sku ?? null,
      supplier: body.supplier,
      asked: body.units,
      askedAt: at,
      expiresAt: body.expiresAt,
      answer: null,
    }),
  }),
  supplier_answered: ({ requests }, { body: { request, units, arrivesAt, note }, at }) => ({
    requests: withChange(requests, request, (asked) => ({
      ...asked,
      answer: { units, arrivesAt, note, at },
    })),
  }),
  supplier_closed: ({ requests }, { body }) => ({ requests: without(requests, body.request) }),
  tranche_released: ({ released }, { body: { slot, tranche }, at }) => {
    const out = released.get(slot) ?? [];
    return out.some((one) => one.tranche === tranche)
      ? {}
      : { released: withEntry(released, slot, [...out, { tranche, at }]) };
  },
  stop_sell: ({ stops }, { body, at, actor, sku }) => {
    if (sku === undefined || stops.has(sku)) return {};
    const channels = body.channels.map((channel) => ({ channel, confirmedAt: null }));
    return { stops: withEntry(stops, sku, { at, by: actor, channels }) };
  },
  stop_sell_confirmed: ({ stops }, { body, at, sku }) => ({
    stops: withChange(stops, sku ?? "", (stop) => ({
      ...stop,
      channels: stop.channels.map((one) =>
        one.channel === body.channel && one.confirmedAt === null ? { ...one, confirmedAt: at } : one,
      ),
    })),
  }),
  stop_sell_lifted: ({ stops }, { sku }) => ({ stops: without(stops, sku ?? "") }),
  sampling: (_, { body }) => ({ sampling: body.on, samplingBy: body.by ?? "rule" }),
  review_taken: ({ reviews }, { body: { review } }) => ({
    reviews: withEntry(reviews, orderKey(review), review),
  }),
  review_decided: ({ reviews, reviewed }, { body }) => {
    const key = orderKey(body.order);
    if (!reviews.has(key)) return {};
    return { reviews: without(reviews, key), reviewed: new Set([...reviewed, key].slice(-reviewedKept)) };
  },
  note: () => ({}),
};

function foldLife(state: SessionState, { body, at }: ActivityOf<"life">): Partial<SessionState> {
  const { step, to, reason } = body;
  switch (step) {
    case "go_live":
      return { life: to, liveSince: state.liveSince ?? at, unsignedReason: reason };
    case "end":
      return {
        life: to,
        endedAt: at,
        ...leaveSlot(state, at),
        pointer: null,
        sampling: false,
        samplingBy: "rule",
      };
    case "resume":
      return { life: to, endedAt: null };
    case "reopen":
      return { life: to, signature: null, signatureStale: false };
    case "sign":
    case "review":
    case "reopen_review":
      return { life: to };
  }
}

/** Counts the time that the slot which is on has been on. */
function leaveSlot({ shown, pointer }: SessionState, at: Instant): Pick<SessionState, "shown"> {
  if (pointer === null) return { shown };
  const ms = Math.max(0, at - pointer.since);
  return { shown: withChange(shown, pointer.slot, (slot) => ({ ...slot, ms: slot.ms + ms })) };
}

function enterSlot(shown: SessionState["shown"], slot: string, at: Instant): Pick<SessionState, "shown"> {
  const before = shown.get(slot) ?? { times: 0, firstAt: at, ms: 0 };
  return { shown: withEntry(shown, slot, { ...before, times: before.times + 1 }) };
}

function unmuted(mutes: readonly Mute[], { rule, subject }: Pick<Mute, "rule" | "subject">): readonly Mute[] {
  return mutes.filter((mute) => mute.rule !== rule || mute.subject !== subject);
}

function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value) {
  return new Map(map).set(key, value);
}

function withChange<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  change: (value: Value) => Value,
): ReadonlyMap<string, Value> {
  const value = map.get(key);
  return value === undefined ? map : withEntry(map, key, change(value));
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

/** The open alerts, the newest first. */
export function openAlerts(state: SessionState): readonly Alert[] {
  return [...state.alerts.values()].toSorted((a, b) => b.raisedAt - a.raisedAt || compareText(a.id, b.id));
}
