import { mayShip, orderKey, type Review } from "../../domain/live/review.ts";
import type { Words } from "../../domain/live/words.ts";
import { effectOf } from "../../domain/order.ts";
import type { Line } from "../../domain/rows.ts";
import type { HeldBy } from "../after-live/odd-orders.ts";
import type { Sessions } from "../sessions/sessions.ts";

/** Why nothing of an order is picked or sent for now. */
export interface Hold {
  readonly why: "odd" | "review" | "refund";
  /** The odd case, where it is one. */
  readonly case: string | null;
  readonly words: Words;
}

const askedBack: ReadonlySet<Line["refund"]> = new Set(["requested", "agreed", "refunding"]);

/** The open review of an order, in the session that sold it, whether that is live or has ended. */
export async function openReviewOf(
  sessions: Pick<Sessions, "known" | "get">,
  lines: readonly Line[],
): Promise<Review | null> {
  for (const line of lines) {
    if (line.session === null) continue;
    const open = sessions.known(line.session) ?? (await sessions.get(line.session));
    const review = open?.state.reviews.get(orderKey(line));
    if (review !== undefined) return review;
  }
  return null;
}

/**
 * Null: it may be picked.
 * @param review of the order, where one is open: a platform that says “paid” once more does not end it
 */
export function holdOf(lines: readonly Line[], held: HeldBy | undefined, review: Review | null): Hold | null {
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
  const isReviewed = live.length > 0 && review !== null && !mayShip(review);
  if (isReviewed || live.some(({ stage }) => stage === "pending")) {
    const words = { zh: "订单还在审核，先不发货", en: "The order is under review: nothing is sent yet" };
    return { why: "review", case: null, words };
  }
  if (live.some(({ refund }) => askedBack.has(refund))) {
    const words = { zh: "买家申请了退款，先不发货", en: "The buyer asks for a refund: nothing is sent yet" };
    return { why: "refund", case: null, words };
  }
  return null;
}
