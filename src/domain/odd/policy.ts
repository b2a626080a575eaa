import { addressPolicyDefault, type AddressPolicy } from "./address.ts";
import { problemMaker, type Problem, type Words } from "../live/words.ts";

/** The rules, in the order in which they are shown. */
export const oddRules = [
  "bulk",
  "many_by_buyer",
  "many_by_phone",
  "many_by_address",
  "new_buyers_burst",
  "hoarding",
  "repeat_refund",
  "quick_refund",
  "address_impossible",
  "address_short",
  "address_forwarding",
  "price_error",
] as const;
export type OddRule = (typeof oddRules)[number];

/** Every threshold, each with its unit in its name. All are whole numbers. */
export interface OddThresholds {
  /** Units of one SKU in one order: at least so many, and so many times what nine of ten orders take. */
  readonly bulkUnitsMin: number;
  readonly bulkTimes: number;
  /** Orders of one SKU by one buyer, phone or address within the window. */
  readonly manyByBuyerOrders: number;
  readonly manyByPhoneOrders: number;
  readonly manyByAddressOrders: number;
  readonly manyWindowMinutes: number;
  /** Buyers whom the shop first saw within so many hours, with one SKU at one address within the window. */
  readonly newBuyers: number;
  readonly newBuyerHours: number;
  readonly newWindowMinutes: number;
  /** Orders that one buyer, phone or address left unpaid, and their share of all of its orders. */
  readonly hoardOrders: number;
  readonly hoardSharePercent: number;
  readonly hoardWindowHours: number;
  readonly refundOrders: number;
  readonly refundSharePercent: number;
  readonly refundWindowHours: number;
  /** Money back within so many minutes of paying. */
  readonly quickRefundMinutes: number;
  /** Paid at or below so many per cent of the price that was meant. */
  readonly priceErrorPercent: number;
}
export type ThresholdName = keyof OddThresholds;

export interface OddPolicy {
  readonly thresholds: OddThresholds;
  /** What each rule counts for. A rule with 0 is off. */
  readonly points: Readonly<Record<OddRule, number>>;
  /** An order with so many points makes a case. */
  readonly casePoints: number;
  /** Keyed hashes of addresses that the shop knows to be forwarders'. */
  readonly forwardingAddresses: ReadonlySet<string>;
  /** The shop's own list of forwarders: words of their addresses, or whole ones. What everybody knows is besides. */
  readonly forwarders: readonly string[];
}

export const forwarderLimits = { forwardersMax: 500, charsMin: 2, charsMax: 200 } as const;

/** How addresses are judged when they come in. */
export function addressPolicyOf({ forwarders }: Pick<OddPolicy, "forwarders">): AddressPolicy {
  const { addressCharsMin, forwardingWords } = addressPolicyDefault;
  return { addressCharsMin, forwardingWords: [...forwardingWords, ...forwarders] };
}

export const oddPolicyDefault: OddPolicy = {
  thresholds: {
    bulkUnitsMin: 5,
    bulkTimes: 3,
    manyByBuyerOrders: 4,
    manyByPhoneOrders: 4,
    manyByAddressOrders: 6,
    manyWindowMinutes: 60,
    newBuyers: 4,
    newBuyerHours: 24,
    newWindowMinutes: 45,
    hoardOrders: 4,
    hoardSharePercent: 70,
    hoardWindowHours: 24,
    refundOrders: 3,
    refundSharePercent: 60,
    refundWindowHours: 168,
    quickRefundMinutes: 10,
    priceErrorPercent: 30,
  },
  points: {
    bulk: 60,
    many_by_buyer: 60,
    many_by_phone: 60,
    many_by_address: 60,
    new_buyers_burst: 60,
    hoarding: 60,
    repeat_refund: 60,
    quick_refund: 20,
    address_impossible: 40,
    address_short: 20,
    address_forwarding: 25,
    price_error: 60,
  },
  casePoints: 60,
  forwardingAddresses: new Set(),
  forwarders: [],
};

/** How each rule says what it found; the names are those of its evidence. */
export const ruleWords: Readonly<Record<OddRule, Words>> = {
  bulk: {
    zh: "一单 {units} 件，平常十单有九单不超过 {usual} 件",
    en: "{units} units in one order; nine of ten orders take {usual} at most",
  },
  many_by_buyer: {
    zh: "同一买家 {minutes} 分钟内 {orders} 单同款",
    en: "{orders} orders of the same product by one buyer within {minutes} min",
  },
  many_by_phone: {
    zh: "同一电话 {minutes} 分钟内 {orders} 单同款，{buyers} 个买家",
    en: "{orders} orders of the same product to one phone within {minutes} min, by {buyers} buyers",
  },
  many_by_address: {
    zh: "同一地址 {minutes} 分钟内 {orders} 单同款，{buyers} 个买家",
    en: "{orders} orders of the same product to one address within {minutes} min, by {buyers} buyers",
  },
  new_buyers_burst: {
    zh: "同一地址 {minutes} 分钟内冒出 {buyers} 个新买家，买同一款",
    en: "{buyers} new buyers of the same product at one address within {minutes} min",
  },
  hoarding: {
    zh: "{orders} 单占着 {units} 件不付款（占其订单 {percent}%）",
    en: "{orders} orders held {units} units and were not paid ({percent} % of its orders)",
  },
  repeat_refund: {
    zh: "反复下单又退款：{orders} 单（占已付款 {percent}%）",
    en: "Ordered and refunded again and again: {orders} orders ({percent} % of those paid)",
  },
  quick_refund: { zh: "付款 {minutes} 分钟就退款", en: "Refunded {minutes} min after it was paid" },
  address_impossible: { zh: "地址不可能送达", en: "No parcel reaches this address" },
  address_short: { zh: "地址太短", en: "The address is too short" },
  address_forwarding: { zh: "转运/集运地址", en: "A forwarder's address" },
  price_error: {
    zh: "成交价只有应卖价的 {percent}%",
    en: "Sold at {percent} % of the price that was meant",
  },
};

/** The range of each threshold. */
export const thresholdRanges: Readonly<Record<ThresholdName, readonly [number, number]>> = {
  bulkUnitsMin: [2, 100_000],
  bulkTimes: [1, 100],
  manyByBuyerOrders: [2, 1_000],
  manyByPhoneOrders: [2, 1_000],
  manyByAddressOrders: [2, 1_000],
  manyWindowMinutes: [1, 10_080],
  newBuyers: [2, 1_000],
  newBuyerHours: [1, 8_760],
  newWindowMinutes: [1, 10_080],
  hoardOrders: [2, 1_000],
  hoardSharePercent: [1, 100],
  hoardWindowHours: [1, 8_760],
  refundOrders: [2, 1_000],
  refundSharePercent: [1, 100],
  refundWindowHours: [1, 8_760],
  quickRefundMinutes: [1, 1_440],
  priceErrorPercent: [0, 100],
};

export const pointsMax = 100;

const sentences = {
  threshold_range: {
    zh: "要填 {least} 到 {most} 的整数",
    en: "A whole number from {least} to {most} is needed",
  },
} satisfies Record<string, Words>;
export type OddPolicyProblem = Problem<keyof typeof sentences>;
const problem = problemMaker(sentences);

/** Everything that is wrong with a policy; empty when it may be saved. */
export function validateOddPolicy({
  thresholds,
  points,
  casePoints,
}: OddPolicy): readonly OddPolicyProblem[] {
  const found: OddPolicyProblem[] = [];
  const check = (value: number, [least, most]: readonly [number, number], path: string): void => {
    if (!Number.isSafeInteger(value) || value < least || value > most)
      found.push(problem("threshold_range", path, { least, most }));
  };
  for (const name of Object.keys(thresholdRanges) as ThresholdName[])
    check(thresholds[name], thresholdRanges[name], `thresholds.${name}`);
  for (const rule of oddRules) check(points[rule], [0, pointsMax], `points.${rule}`);
  check(casePoints, [1, pointsMax * oddRules.length], "casePoints");
  return found;
}
