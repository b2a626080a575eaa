import { hourMs, minuteMs } from "../live/time.ts";
import { groupBy } from "../report/group.ts";
import { compareText, pairKey } from "../text.ts";
import { crowdsOf } from "./crowd.ts";
import { unitsOfOrder, type OddLine, type OddOrder } from "./order.ts";
import { oddRules, type OddPolicy, type OddRule, type OddThresholds } from "./policy.ts";

/** One rule about one order, with the numbers behind it. */
export interface Hit {
  readonly rule: OddRule;
  readonly points: number;
  /** The product that it is about; null: the whole order. */
  readonly sku: string | null;
  readonly evidence: Readonly<Record<string, number>>;
  /** The orders that make it so, this one among them; up to `relatedMax`. */
  readonly related: readonly string[];
}

/** An order about which at least one rule says something. */
export interface Finding {
  readonly order: OddOrder;
  /** At most one of each rule, in their order. */
  readonly hits: readonly Hit[];
  readonly points: number;
  /** It has the points for a case. */
  readonly odd: boolean;
}

export const relatedMax = 20;
/** A SKU with fewer orders is compared with all products as well. */
const distributionOrdersMin = 30;

type Taken = (order: OddOrder, hit: Omit<Hit, "points">) => void;

/**
 * What the rules say of these orders: each against its product's own distribution and against the other
 * orders. The same orders, in whatever order, give the same findings.
 * @returns orders with at least one hit, the most points first
 */
export function findOdd(orders: readonly OddOrder[], policy: OddPolicy): readonly Finding[] {
  const sorted = orders.toSorted(
    (a, b) => a.placedAt - b.placedAt || compareText(orderKeyOf(a), orderKeyOf(b)),
  );
  const hits = new Map<OddOrder, Map<OddRule, Hit>>();
  const take: Taken = (order, hit) => {
    const points = policy.points[hit.rule];
    if (points === 0) return;
    const known = hits.get(order) ?? new Map<OddRule, Hit>();
    const before = known.get(hit.rule);
    // One hit a rule: the one with the most orders behind it.
    if (before === undefined || before.related.length < hit.related.length)
      known.set(hit.rule, { ...hit, points });
    hits.set(order, known);
  };
  findBulk(sorted, policy.thresholds, take);
  findCrowds(sorted, policy.thresholds, take);
  findHabits(sorted, policy.thresholds, take);
  for (const order of sorted) findAlone(order, policy, take);
  return [...hits]
    .map(([order, found]) => findingOf(order, found, policy))
    .toSorted((a, b) => b.points - a.points || compareText(orderKeyOf(a.order), orderKeyOf(b.order)));
}

export function orderKeyOf({ channel, orderId }: Pick<OddOrder, "channel" | "orderId">): string {
  return pairKey(channel, orderId);
}

function findingOf(order: OddOrder, found: ReadonlyMap<OddRule, Hit>, policy: OddPolicy): Finding {
  const hits = oddRules.flatMap((rule) => found.get(rule) ?? []);
  const points = hits.reduce((sum, hit) => sum + hit.points, 0);
  return { order, hits, points, odd: points >= policy.casePoints };
}

/**
 * Far more units than the product's other orders take. A product that few have bought is compared with all
 * products as well: its own few orders may all be odd, or may show that it is sold by the dozen.
 */
function findBulk(
  orders: readonly OddOrder[],
  { bulkUnitsMin, bulkTimes }: OddThresholds,
  take: Taken,
): void {
  const lines = orders.flatMap((order) => skuLines(order).map((line) => ({ order, line })));
  const all = percentile90(lines.map(({ line }) => line.units).toSorted((a, b) => a - b));
  for (const [sku, ofSku] of groupBy(lines, ({ line }) => line.sku)) {
    const sorted = ofSku.map(({ line }) => line.units).toSorted((a, b) => a - b);
    for (const { order, line } of ofSku) {
      if (line.units < bulkUnitsMin) continue;
      const usual = usualWithout(line.units, sorted, all);
      if (line.units < bulkTimes * usual) continue;
      const evidence = { units: line.units, usual, orders: ofSku.length };
      take(order, { rule: "bulk", sku, evidence, related: [order.orderId] });
    }
  }
}

/** What nine of ten of the product's other orders take. */
function usualWithout(units: number, sorted: readonly number[], all: number): number {
  if (sorted.length >= distributionOrdersMin) return percentile90(sorted);
  const others = [...sorted];
  others.splice(others.indexOf(units), 1);
  return Math.max(all, percentile90(others));
}

/** The lines of an order by SKU: the same product twice is one. */
function skuLines(order: OddOrder): readonly Pick<OddLine, "sku" | "units">[] {
  if (order.lines.length === 1) return order.lines;
  return [...groupBy(order.lines, ({ sku }) => sku)].map(([sku, lines]) => ({
    sku,
    units: lines.reduce((sum, { units }) => sum + units, 0),
  }));
}

/** What nine of ten do not exceed; 1 without any. */
function percentile90(sorted: readonly number[]): number {
  return Math.max(1, sorted[Math.max(0, Math.ceil(sorted.length * 0.9) - 1)] ?? 1);
}

/** Many orders of one product that share a buyer, a phone or an address, within a short time. */
function findCrowds(orders: readonly OddOrder[], limits: OddThresholds, take: Taken): void {
  const rules = [
    ["many_by_buyer", "buyer", limits.manyByBuyerOrders],
    ["many_by_phone", "phone", limits.manyByPhoneOrders],
    ["many_by_address", "address", limits.manyByAddressOrders],
  ] as const;
  for (const [rule, identity, countMin] of rules)
    for (const [sku, group] of sharing(orders, identity))
      for (const crowd of crowdsOf(group, limits.manyWindowMinutes * minuteMs, countMin, "orders")) {
        const minutes = Math.ceil((crowd.to - crowd.from) / minuteMs);
        takeAll(
          crowd.orders,
          rule,
          sku,
          { orders: crowd.orders.length, buyers: crowd.buyers, minutes },
          take,
        );
      }
  const young = orders.filter(
    ({ buyerSince, placedAt }) =>
      buyerSince !== null && placedAt - buyerSince <= limits.newBuyerHours * hourMs,
  );
  for (const [sku, group] of sharing(young, "address"))
    for (const crowd of crowdsOf(group, limits.newWindowMinutes * minuteMs, limits.newBuyers, "buyers")) {
      const minutes = Math.ceil((crowd.to - crowd.from) / minuteMs);
      const evidence = { buyers: crowd.buyers, orders: crowd.orders.length, minutes };
      takeAll(crowd.orders, "new_buyers_burst", sku, evidence, take);
    }
}

type Identity = "buyer" | "phone" | "address";
const identities: readonly Identity[] = ["buyer", "phone", "address"];

/** Orders that share an identity and a product. */
function* sharing(
  orders: readonly OddOrder[],
  identity: Identity,
): Generator<readonly [string, readonly OddOrder[]]> {
  const entries = orders.flatMap((order) => {
    const value = order[identity];
    return value === null ? [] : skuLines(order).map(({ sku }) => ({ key: pairKey(value, sku), sku, order }));
  });
  for (const group of groupBy(entries, ({ key }) => key).values())
    yield [group[0]?.sku ?? "", group.map(({ order }) => order)];
}

/** What somebody does again and again: holding units without paying, buying and returning. */
function findHabits(orders: readonly OddOrder[], limits: OddThresholds, take: Taken): void {
  for (const identity of identities) {
    const known = orders.filter((order) => order[identity] !== null);
    for (const group of groupBy(known, (order) => order[identity]).values()) {
      findHoarding(group, limits, take);
      findRefunds(group, limits, take);
    }
  }
}

function findHoarding(group: readonly OddOrder[], limits: OddThresholds, take: Taken): void {
  const { hoardOrders, hoardSharePercent, hoardWindowHours } = limits;
  const unpaid = group.filter(({ givenUpAt }) => givenUpAt !== null);
  const percent = Math.round((100 * unpaid.length) / group.length);
  if (percent < hoardSharePercent) return;
  for (const { orders } of crowdsOf(unpaid, hoardWindowHours * hourMs, hoardOrders, "orders")) {
    const units = orders.reduce((sum, order) => sum + unitsOfOrder(order), 0);
    takeAll(orders, "hoarding", null, { orders: orders.length, units, percent }, take);
  }
}

function findRefunds(group: readonly OddOrder[], limits: OddThresholds, take: Taken): void {
  const { refundOrders, refundSharePercent, refundWindowHours } = limits;
  const paid = group.filter(({ paidAt }) => paidAt !== null);
  const refunded = paid.filter(({ refundedAt }) => refundedAt !== null);
  const percent = paid.length === 0 ? 0 : Math.round((100 * refunded.length) / paid.length);
  if (percent < refundSharePercent) return;
  for (const { orders } of crowdsOf(refunded, refundWindowHours * hourMs, refundOrders, "orders"))
    takeAll(orders, "repeat_refund", null, { orders: orders.length, percent }, take);
}

function takeAll(
  orders: readonly OddOrder[],
  rule: OddRule,
  sku: string | null,
  evidence: Hit["evidence"],
  take: Taken,
): void {
  const related = orders.slice(0, relatedMax).map(({ orderId }) => orderId);
  for (const order of orders) take(order, { rule, sku, evidence, related });
}

/** What an order shows by itself. */
function findAlone(order: OddOrder, { thresholds, forwardingAddresses }: OddPolicy, take: Taken): void {
  const alone = (rule: OddRule, evidence: Hit["evidence"] = {}, sku: string | null = null): void =>
    take(order, { rule, sku, evidence, related: [order.orderId] });
  const { addressMarks, address, paidAt, refundedAt } = order;
  if (addressMarks.includes("impossible")) alone("address_impossible");
  if (addressMarks.includes("short")) alone("address_short");
  if (addressMarks.includes("forwarding") || (address !== null && forwardingAddresses.has(address)))
    alone("address_forwarding");
  if (paidAt !== null && refundedAt !== null) {
    const minutes = Math.ceil(Math.max(0, refundedAt - paidAt) / minuteMs);
    if (minutes <= thresholds.quickRefundMinutes) alone("quick_refund", { minutes });
  }
  for (const { sku, amount, listAmount } of order.lines) {
    if (amount === null || listAmount === null || listAmount <= 0) continue;
    if (amount * 100 <= thresholds.priceErrorPercent * listAmount)
      alone("price_error", { percent: Math.round((100 * amount) / listAmount), amount, listAmount }, sku);
  }
}
