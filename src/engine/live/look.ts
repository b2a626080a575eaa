import type { Alert, Evaluation } from "../../domain/live/alert.ts";
import { applyEvaluation, evaluate } from "../../domain/live/alert.ts";
import type { SessionNow, SkuNow } from "../../domain/live/inputs.ts";
import { lookAtPlan, lookAtSession, timesNow, type LookAt, type SkuBooks } from "../../domain/live/look.ts";
import type { Ahead } from "../../domain/live/rate-ahead.ts";
import { paceOf, showingsOf } from "../../domain/live/showings.ts";
import { policyOf, shopPolicyOf, type Policy, type PolicyBook } from "../../domain/live/policy.ts";
import type { HostWords } from "../../domain/live/playbook.ts";
import { plannedSkus, slotAt } from "../../domain/live/session.ts";
import { minuteMs, secondMs } from "../../domain/live/time.ts";
import type { Channel, Instant } from "../../domain/rows.ts";
import type { RoomSample } from "../../store/activities.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import { allKey, type SessionSales } from "./sales.ts";
import type { SkuStock } from "./stock.ts";
import { sessionUnits, type SessionUnits } from "./terms.ts";

/** What a channel was last heard of. */
export interface Heard {
  readonly at: Instant;
  /** How late its last messages came; null: not known. */
  readonly lagMs: number | null;
}

/** A screen that works without log-in. */
export interface ScreenInfo {
  readonly screen: string;
  readonly kind: "host" | "overlay";
  readonly name: string;
  /** When its link was made. */
  readonly createdAt: Instant;
}

/** Everything that is known of a session at one moment, before anything is computed from it. */
export interface Known {
  readonly open: OpenSession;
  readonly now: Instant;
  readonly currency: string;
  /** The journal's number that the stock is true for. */
  readonly seq: number;
  readonly stocks: ReadonlyMap<string, SkuStock>;
  readonly sales: SessionSales;
  readonly arrived: (sku: string) => number;
  /** Units that orders hold which are not unpaid but wait for a confirmation. */
  readonly pending: (sku: string) => number;
  readonly turnoverDays: (sku: string) => number | null;
  readonly policies: PolicyBook;
  readonly words: HostWords;
  readonly channels: readonly Channel[];
  readonly heard: ReadonlyMap<string, Heard>;
  readonly screens: readonly ScreenInfo[];
  /** Of the last 66 minutes, by time. */
  readonly samples: readonly RoomSample[];
  /** Rises when a setting of the shop is another. */
  readonly settings: string;
}

/** The same with what follows from it: what the screens, the alerts and the patrols are made of. */
export interface Looked extends Known {
  readonly units: ReadonlyMap<string, SessionUnits>;
  readonly skus: ReadonlyMap<string, SkuNow>;
  readonly session: SessionNow;
  /** What the plan says of each product: when it is on, and how well targets are met. */
  readonly ahead: ReadonlyMap<string, Ahead>;
  readonly policyOf: (sku: string | null) => Policy;
  /** What is to be said about alerts. */
  readonly evaluation: Evaluation;
  /** The alerts that are open in the timeline, with the numbers as they are now. */
  readonly alerts: readonly Alert[];
}

/** Minutes ago between which the orders tell what is usual. */
export const usualFrom = 35;
export const usualTo = 5;
export const usualMinutesLeast = 5;

/**
 * Looks at a session once. Pure.
 * @param before the alerts as the last look left them: their numbers, and since when they have been quiet
 */
export function lookAt(known: Known, before: readonly Alert[]): Looked {
  const { open, now, sales, stocks } = known;
  const units = new Map<string, SessionUnits>();
  const books = new Map<string, SkuBooks>();
  for (const [sku, stock] of stocks) {
    const own = sessionUnits(open, stock, sales.promised(sku, stock.held));
    units.set(sku, own);
    books.set(sku, {
      sku,
      sellable: own.remaining,
      heldUnpaid: Math.max(0, stock.held - known.pending(sku)),
      shortage: stock.shortage,
      opening: open.state.opening.get(sku)?.sellable ?? own.remaining,
      arrived: known.arrived(sku),
      turnoverDays: known.turnoverDays(sku),
    });
  }
  const at: LookAt = { plan: open.plan, state: open.state, sales: sales.bySku, now };
  const shopPolicy = shopPolicyOf(known.policies);
  const policies = new Map<string, Policy>();
  const policyFor = (sku: string | null): Policy => {
    if (sku === null) return shopPolicy;
    const kept = policies.get(sku);
    if (kept !== undefined) return kept;
    const { policy } = policyOf(known.policies, stocks.get(sku)?.category ?? "", sku);
    policies.set(sku, policy);
    return policy;
  };
  const skus = lookAtPlan(at, books);
  const times = timesNow(at);
  const pace = paceOf(at, (sku, from, to) => {
    const since = (instant: number): number => sales.bySku.since(sku, "ordered", instant, now);
    return Math.max(0, since(from) - since(to));
  });
  const session = lookAtSession(
    at,
    books,
    { sales: sales.all, key: allKey },
    shopPolicy.activeWindowMinutes,
    usualOrders(known),
  );
  const openBefore = withNumbers([...open.state.alerts.values()], before);
  const evaluation = evaluate(
    {
      session: open.plan.id,
      live: open.state.life === "live",
      planned: new Set(plannedSkus(open.plan)),
      skus,
      now: session,
      channels: channelsNow(known),
      screens: screensNow(known),
    },
    openBefore,
    open.state.mutes,
    policyFor,
    now,
  );
  // What rises and what ends is only so once it is in the timeline; the numbers are so at once.
  const alerts = applyEvaluation(openBefore, { ...evaluation, raise: [], resolve: [], escalate: [] });
  return {
    ...known,
    units,
    skus: new Map(skus.map((sku) => [sku.sku, sku])),
    session,
    ahead: new Map(skus.map(({ sku }) => [sku, { showings: showingsOf(at, sku, times), pace }])),
    policyOf: policyFor,
    evaluation,
    alerts,
  };
}

/** The timeline says which alerts are open and who has them; the numbers are those of the last look. */
function withNumbers(open: readonly Alert[], before: readonly Alert[]): readonly Alert[] {
  const kept = new Map(before.map((alert) => [alert.id, alert]));
  return open.map((alert) => {
    const last = kept.get(alert.id);
    return last === undefined ? alert : { ...alert, evidence: last.evidence, quietSince: last.quietSince };
  });
}

/**
 * Orders a minute of the half hour before the last minutes. A session that is too young to say goes by its plan:
 * what the slot that is on is to sell a minute. Null: neither says anything.
 */
function usualOrders(known: Known): number | null {
  const { open, sales, now } = known;
  const { liveSince } = open.state;
  if (liveSince === null) return null;
  const minutes = Math.min(usualFrom, (now - liveSince) / minuteMs) - usualTo;
  if (minutes < usualMinutesLeast) return plannedOrders(known);
  const until = sales.all.last(allKey, "orders", usualTo, now);
  return (sales.all.last(allKey, "orders", usualTo + minutes, now) - until) / minutes;
}

/** An order takes a unit or more: as many orders as units is the most that the plan expects. */
function plannedOrders({ open: { plan, state }, now }: Known): number | null {
  const on = state.pointer?.slot ?? slotAt(plan, now);
  const slot = plan.slots.find((one) => one.id === on);
  return slot === undefined || slot.target === null ? null : slot.target / slot.minutes;
}

function channelsNow({ open, heard, channels, now }: Known) {
  // Where people enter the orders by hand there is nothing that could fall silent.
  const byHand = new Set(channels.filter((one) => one.platform === "manual").map((one) => one.channel));
  return open.plan.channels.map((channel) => {
    if (byHand.has(channel)) return { channel, silentSeconds: null, lagSeconds: null };
    const last = heard.get(channel);
    // One that was never heard of has been silent since the session went live.
    const since = last?.at ?? open.state.liveSince;
    const lagMs = last?.lagMs ?? null;
    return {
      channel,
      silentSeconds: since === null ? null : secondsSince(since, now),
      lagSeconds: lagMs === null ? null : Math.round(lagMs / secondMs),
    };
  });
}

/** A host screen that nobody has opened yet is away since the session went live, or since it was made. */
function screensNow({ open: { state }, screens, now }: Known) {
  const hosts = screens.filter((one) => one.kind === "host");
  const known = new Set(hosts.map((one) => one.screen));
  // One that was taken away is nothing to wait for: its alert ends.
  const goneAlerts = [...state.alerts.values()].filter(({ rule }) => rule === "host_offline");
  const gone = new Set(goneAlerts.map(({ subject }) => subject).filter((screen) => !known.has(screen)));
  return [
    ...hosts.map(({ screen, createdAt }) => {
      const seen = state.screens.get(screen);
      if (seen?.online === true) return { screen, offlineSeconds: 0 };
      if (seen === undefined && state.liveSince === null) return { screen, offlineSeconds: null };
      const since = seen?.since ?? Math.max(createdAt, state.liveSince ?? createdAt);
      return { screen, offlineSeconds: secondsSince(since, now) };
    }),
    ...Array.from(gone, (screen) => ({ screen, offlineSeconds: 0 })),
  ];
}

function secondsSince(since: Instant, now: Instant): number {
  return Math.max(0, Math.floor((now - since) / secondMs));
}
