import type { StatusMeaning } from "./parts.ts";

/** What a platform's word for the state of an order may mean to the stock. */
export const meanings = ["unpaid", "pending", "paid", "shipped", "closed"] as const;
export type Meaning = (typeof meanings)[number];

const meaningByName: Readonly<Record<Meaning, StatusMeaning>> = {
  unpaid: { stage: "created" },
  pending: { stage: "pending" },
  paid: { stage: "paid" },
  shipped: { stage: "paid", shipped: true },
  closed: { stage: "created", closed: true },
};

export function meaningOf(meaning: Meaning): StatusMeaning {
  return meaningByName[meaning];
}

/** Parts of words that platforms use, the most telling first. */
const hints: readonly { readonly pattern: RegExp; readonly meaning: Meaning }[] = [
  { pattern: /cancel|clos|取消|关闭|退款/i, meaning: "closed" },
  { pattern: /unpaid|await|待付|等待买家付款|待支付|未付/i, meaning: "unpaid" },
  { pattern: /risk|review|审核|风控|待确认/i, meaning: "pending" },
  {
    pattern: /\bshipped|deliver|complet|已发货|已收|完成|成功/i,
    meaning: "shipped",
  },
];

/** A first guess, for a person to correct. */
export function guessMeaning(word: string): Meaning {
  return hints.find(({ pattern }) => pattern.test(word))?.meaning ?? "paid";
}
