import type { Words } from "../live/words.ts";
import type { OrderRef } from "../live/review.ts";
import { groupBy } from "../report/group.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";
import { orderKeyOf, type Finding } from "./detect.ts";
import { amountOfOrder, unitsOfOrder } from "./order.ts";
import { oddRules, type OddRule } from "./policy.ts";

/** Orders that belong to one suspicion: they share a buyer, a phone or an address. */
export interface OddCase {
  readonly id: string;
  readonly openedAt: Instant;
  readonly state: "open" | "cleared" | "confirmed";
  /** By order key, in the order in which they were placed. */
  readonly orders: readonly CaseOrder[];
  readonly decided: CaseDecision | null;
  /** What was done about it; each action once. */
  readonly measures: readonly CaseMeasure[];
}

export interface CaseOrder extends OrderRef {
  readonly placedAt: Instant;
  readonly units: number;
  readonly amount: number;
  readonly buyer: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  readonly skus: readonly string[];
  readonly hits: Finding["hits"];
  readonly points: number;
}

export interface CaseDecision {
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** What can be done about a case that is not cleared. */
export const caseActions = ["hold", "cap", "block", "report"] as const;
export type CaseAction = (typeof caseActions)[number];

export const actionWords: Readonly<Record<CaseAction, Words>> = {
  hold: { zh: "这些单先不发货", en: "Nothing of these orders is sent for now" },
  cap: { zh: "限制这些买家的购买件数", en: "Cap what these buyers may take" },
  block: { zh: "拉黑这些买家", en: "Block these buyers" },
  report: { zh: "导出证据提交平台", en: "A file of the evidence for the platform's support" },
};

export interface CaseMeasure {
  readonly action: CaseAction;
  readonly by: string;
  readonly at: Instant;
  /** Units a buyer may still take, for `cap`. */
  readonly units: number | null;
}

export type CaseStep =
  | { readonly step: "clear"; readonly reason: string }
  | { readonly step: "confirm"; readonly reason: string }
  | { readonly step: "reopen"; readonly reason: string }
  | { readonly step: "act"; readonly action: CaseAction; readonly units?: number };

export type CaseOutcome =
  | { readonly ok: true; readonly case: OddCase; readonly repeated: boolean }
  | { readonly ok: false; readonly code: CaseRefusal; readonly words: Words };
/** Why a case is not what somebody wants it to be. */
export const caseRefusals = [
  "reason_needed",
  "already_decided",
  "not_decided",
  "cleared",
  "not_confirmed",
  "units_range",
] as const;
export type CaseRefusal = (typeof caseRefusals)[number];

const refusals: Readonly<Record<CaseRefusal, Words>> = {
  reason_needed: { zh: "请写明原因", en: "Say why" },
  already_decided: {
    zh: "这个案件已经有结论，要改请先重新打开",
    en: "The case is decided: reopen it to decide again",
  },
  not_decided: { zh: "案件还开着", en: "The case is still open" },
  cleared: { zh: "案件已排除，不能再处理", en: "The case is cleared: nothing is to be done about it" },
  not_confirmed: {
    zh: "先确认是异常，再限购或拉黑买家",
    en: "Confirm the case before its buyers are capped or blocked",
  },
  units_range: { zh: "限购件数要是 0 以上的整数", en: "The cap is a whole number of units, 0 or more" },
};

/**
 * The case after a step, or why it is refused. Holding orders back and writing the file need no verdict;
 * what is done to a buyer does. The same step again is a repetition.
 */
export function stepCase(odd: OddCase, step: CaseStep, by: Omit<CaseDecision, "reason">): CaseOutcome {
  switch (step.step) {
    case "clear":
    case "confirm":
      return decide(odd, step.step === "clear" ? "cleared" : "confirmed", {
        ...by,
        reason: step.reason.trim(),
      });
    case "reopen":
      if (odd.state === "open") return refuse("not_decided");
      if (step.reason.trim() === "") return refuse("reason_needed");
      return { ok: true, repeated: false, case: { ...odd, state: "open", decided: null } };
    case "act":
      return act(odd, step.action, step.units ?? null, by);
  }
}

function decide(odd: OddCase, state: "cleared" | "confirmed", decided: CaseDecision): CaseOutcome {
  if (odd.state === state) return { ok: true, repeated: true, case: odd };
  if (odd.state !== "open") return refuse("already_decided");
  if (decided.reason === "") return refuse("reason_needed");
  return { ok: true, repeated: false, case: { ...odd, state, decided } };
}

function act(
  odd: OddCase,
  action: CaseAction,
  units: number | null,
  by: Omit<CaseDecision, "reason">,
): CaseOutcome {
  if (odd.state === "cleared") return refuse("cleared");
  if ((action === "cap" || action === "block") && odd.state !== "confirmed") return refuse("not_confirmed");
  if (action === "cap" && !(units !== null && Number.isSafeInteger(units) && units >= 0))
    return refuse("units_range");
  const measure: CaseMeasure = { action, ...by, units: action === "cap" ? units : null };
  const known = odd.measures.find((one) => one.action === action);
  if (known?.units === measure.units) return { ok: true, repeated: true, case: odd };
  const measures = [...odd.measures.filter((one) => one.action !== action), measure];
  return { ok: true, repeated: false, case: { ...odd, measures } };
}

function refuse(code: CaseRefusal): CaseOutcome {
  return { ok: false, code, words: refusals[code] };
}

/** Orders of which nothing may be sent: those of cases that are held and not cleared. */
export function heldOrders(cases: Iterable<OddCase>): ReadonlySet<string> {
  const held = new Set<string>();
  for (const { state, measures, orders } of cases) {
    if (state === "cleared" || !measures.some(({ action }) => action === "hold")) continue;
    for (const order of orders) held.add(orderKeyOf(order));
  }
  return held;
}

/** Keyed hashes of buyers that may buy no more, and how many units others may still take. */
export interface BuyerLimits {
  readonly blocked: ReadonlySet<string>;
  readonly caps: ReadonlyMap<string, number>;
}

export function buyerLimits(cases: Iterable<OddCase>): BuyerLimits {
  const blocked = new Set<string>();
  const caps = new Map<string, number>();
  for (const { state, measures, orders } of cases) {
    if (state !== "confirmed") continue;
    const buyers = orders.flatMap(({ buyer }) => (buyer === null ? [] : [buyer]));
    const cap = measures.find(({ action }) => action === "cap")?.units ?? null;
    for (const buyer of buyers) {
      if (measures.some(({ action }) => action === "block")) blocked.add(buyer);
      if (cap !== null) caps.set(buyer, Math.min(caps.get(buyer) ?? Infinity, cap));
    }
  }
  return { blocked, caps };
}

/**
 * The cases after a look at the orders: odd orders that share somebody are one case. An order that a case has
 * already stays there, whatever was decided: what was cleared does not come back by itself. New orders join
 * an open or confirmed case that they share somebody with, else they make one of their own.
 */
export function mergeCases(
  known: readonly OddCase[],
  findings: readonly Finding[],
  now: Instant,
): readonly OddCase[] {
  const cases = new Map(known.map((one) => [one.id, one]));
  const taken = new Set(known.flatMap(({ orders }) => orders.map(orderKeyOf)));
  const fresh = findings.filter(({ odd, order }) => odd && !taken.has(orderKeyOf(order)));
  const live = known.filter(({ state }) => state !== "cleared");
  for (const group of connected(fresh.map(caseOrderOf))) {
    const joined = live.find(({ orders }) => sharesSomebody(orders, group));
    if (joined === undefined) {
      const one = newCase(group, now);
      cases.set(one.id, one);
    } else {
      const current = cases.get(joined.id) ?? joined;
      cases.set(joined.id, { ...current, orders: inOrder([...current.orders, ...group]) });
    }
  }
  return [...cases.values()];
}

function caseOrderOf({ order, hits, points }: Finding): CaseOrder {
  const { channel, orderId, placedAt, buyer, phone, address, lines } = order;
  const skus = [...new Set(lines.map(({ sku }) => sku))].toSorted(compareText);
  const [units, amount] = [unitsOfOrder(order), amountOfOrder(order)];
  return { channel, orderId, placedAt, units, amount, buyer, phone, address, skus, hits, points };
}

function newCase(group: readonly CaseOrder[], now: Instant): OddCase {
  const orders = inOrder(group);
  const [first] = orders;
  const id = `${first?.channel ?? ""}/${first?.orderId ?? ""}`;
  return { id, openedAt: now, state: "open", orders, decided: null, measures: [] };
}

function inOrder(orders: readonly CaseOrder[]): readonly CaseOrder[] {
  return orders.toSorted((a, b) => a.placedAt - b.placedAt || compareText(orderKeyOf(a), orderKeyOf(b)));
}

/** The people and doors of an order, each with its kind, so that a phone never equals a buyer. */
function identitiesOf({ buyer, phone, address }: CaseOrder): readonly string[] {
  return [
    ...(buyer === null ? [] : [`b${buyer}`]),
    ...(phone === null ? [] : [`t${phone}`]),
    ...(address === null ? [] : [`a${address}`]),
  ];
}

function sharesSomebody(a: readonly CaseOrder[], b: readonly CaseOrder[]): boolean {
  const known = new Set(a.flatMap(identitiesOf));
  return b.some((order) => identitiesOf(order).some((identity) => known.has(identity)));
}

/** Groups of orders that are connected through shared identities: union and find. */
function connected(orders: readonly CaseOrder[]): readonly (readonly CaseOrder[])[] {
  const parent = orders.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
    for (let at = index; at !== root;) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const firstWith = new Map<string, number>();
  for (const [index, order] of orders.entries()) {
    for (const identity of identitiesOf(order)) {
      const other = firstWith.get(identity);
      if (other === undefined) firstWith.set(identity, index);
      else parent[rootOf(index)] = rootOf(other);
    }
  }
  const placed = orders.map((order, index) => ({ order, root: rootOf(index) }));
  return [...groupBy(placed, ({ root }) => root).values()].map((group) => group.map(({ order }) => order));
}

export interface CaseTotals {
  readonly orders: number;
  readonly buyers: number;
  readonly units: number;
  readonly amount: number;
  readonly rules: readonly OddRule[];
}

export function totalsOfCase({ orders }: OddCase): CaseTotals {
  const found = new Set(orders.flatMap(({ hits }) => hits.map(({ rule }) => rule)));
  return {
    orders: orders.length,
    buyers: new Set(orders.map(({ buyer, orderId }) => buyer ?? orderId)).size,
    units: orders.reduce((sum, { units }) => sum + units, 0),
    amount: orders.reduce((sum, { amount }) => sum + amount, 0),
    rules: oddRules.filter((rule) => found.has(rule)),
  };
}
