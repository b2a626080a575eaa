import { fill, type Language } from "../live/words.ts";
import type { OddCase } from "./case.ts";
import type { Hit } from "./detect.ts";
import { ruleWords } from "./policy.ts";

/** What a rule found, as a sentence. */
export function sayHit({ rule, evidence }: Hit, language: Language): string {
  const filled = fill(ruleWords[rule][language], evidence);
  return filled.ok ? filled.text : ruleWords[rule][language];
}

/** A cell is a text, a whole number or an instant in milliseconds; whoever writes the file gives it its type. */
export type EvidenceCell =
  | { readonly as: "text"; readonly text: string }
  | { readonly as: "number"; readonly number: number }
  | { readonly as: "time"; readonly at: number };

export interface EvidenceSheet {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly EvidenceCell[])[];
}

const headers = {
  zh: [
    "渠道",
    "订单号",
    "下单时间",
    "商品编码",
    "件数",
    "金额（分）",
    "买家代号",
    "电话代号",
    "地址代号",
    "异常说明",
  ],
  en: [
    "Channel",
    "Order",
    "Placed",
    "SKUs",
    "Units",
    "Amount (minor units)",
    "Buyer",
    "Phone",
    "Address",
    "What is odd",
  ],
} as const satisfies Record<Language, readonly string[]>;

/**
 * The file for the platform's support. People are letters and numbers of this file alone (买家 1, 买家 2): it
 * shows who is the same, and holds no hash that could be tried against a list of phones.
 */
export function evidenceSheet({ orders }: OddCase, language: Language): EvidenceSheet {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (kind: string, value: string | null): EvidenceCell => {
    if (value === null) return textCell("");
    const key = `${kind}${value}`;
    let name = names.get(key);
    if (name === undefined) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      name = `${kind}${count}`;
      names.set(key, name);
    }
    return textCell(name);
  };
  return {
    headers: headers[language],
    rows: orders.map((order) => [
      textCell(order.channel),
      textCell(order.orderId),
      { as: "time", at: order.placedAt },
      textCell(order.skus.join(" ")),
      { as: "number", number: order.units },
      { as: "number", number: order.amount },
      nameOf("B", order.buyer),
      nameOf("T", order.phone),
      nameOf("A", order.address),
      textCell(order.hits.map((hit) => sayHit(hit, language)).join("；")),
    ]),
  };
}

function textCell(text: string): EvidenceCell {
  return { as: "text", text };
}
