import type { Words } from "../../domain/live/words.ts";
import { effectOf } from "../../domain/order.ts";
import type { Line } from "../../domain/rows.ts";
import type { HeldBy } from "../after-live/odd-orders.ts";

/** Why nothing of an order is picked or sent for now. */
export interface Hold {
  readonly why: "odd" | "review" | "refund";
  /** The odd case, where it is one. */
  readonly case: string | null;
  readonly words: Words;
}

const askedBack: ReadonlySet<Line["refund"]> = new Set(["requested", "agreed", "refunding"]);

/** Null: it may be picked. */
export function holdOf(lines: readonly Line[], held: HeldBy | undefined): Hold | null {
  if (held !== undefined) {
    return {
      why: "odd",
      case: held.case,
      words: {
        zh: `异常订单案件要求先不发货（${held.case}）`,
        en: `An odd-order case holds it back (${held.case})`,
      },
    };
  }
  const live = lines.filter((line) => effectOf(line).live > 0);
  if (live.some(({ stage }) => stage === "pending")) {
    const words = { zh: "订单还在审核，先不发货", en: "The order is under review: nothing is sent yet" };
    return { why: "review", case: null, words };
  }
  if (live.some(({ refund }) => askedBack.has(refund))) {
    const words = { zh: "买家申请了退款，先不发货", en: "The buyer asks for a refund: nothing is sent yet" };
    return { why: "refund", case: null, words };
  }
  return null;
}
