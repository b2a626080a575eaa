import type { Words } from "../live/words.ts";

/** The half hour after a broadcast, step by step, in this order. */
export const reviewSteps = [
  "orders",
  "pending",
  "refunds",
  "presale",
  "shortage",
  "odd",
  "count",
  "report",
] as const;
export type ReviewStep = (typeof reviewSteps)[number];

interface StepSpec extends Words {
  /** Minutes of the half hour that it is meant to take. */
  readonly minutes: number;
}

export const stepWords: Readonly<Record<ReviewStep, StepSpec>> = {
  orders: { zh: "对订单：渠道和账上逐单对", en: "Channel orders against the books", minutes: 6 },
  pending: {
    zh: "待确认付款：不算成交也不释放",
    en: "Payments still pending: neither sale nor free stock",
    minutes: 2,
  },
  refunds: {
    zh: "退款：今天必须处理的先做",
    en: "Refunds: what must be dealt with today comes first",
    minutes: 5,
  },
  presale: {
    zh: "预售单独核对，看承诺发货日",
    en: "Presale apart from spot, with its promised dates",
    minutes: 2,
  },
  shortage: {
    zh: "超卖：谁先得到货，谁换、谁退",
    en: "Oversold: who gets units, who swaps, who is refunded",
    minutes: 5,
  },
  odd: { zh: "异常订单", en: "Odd orders", minutes: 3 },
  count: { zh: "存疑的商品去数一遍", en: "Count what is doubtful", minutes: 5 },
  report: { zh: "看报表", en: "The report", minutes: 1 },
};

/** The last minute is for the signature. */
export const reviewMinutesGoal = 30;

export function isReviewStep(name: string): name is ReviewStep {
  return (reviewSteps as readonly string[]).includes(name);
}
