import { effectOf } from "../order.ts";
import { groupBy } from "../report/group.ts";
import type { Line } from "../rows.ts";
import type { Context } from "./compare.ts";
import type { ChannelLine } from "./line.ts";

export const wholeTime: Context = {
  channel: "douyin",
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  readUntil: Number.MAX_SAFE_INTEGER,
  booksSince: 0,
  amountTolerance: 0,
  isMapped: () => true,
};

/** The list that a channel would export if it said exactly what the books say. */
export function listOf(lines: Iterable<Line>): ChannelLine[] {
  return [...groupBy(lines, ({ orderId, lineId }) => `${orderId}\u0000${lineId}`).values()].flatMap(
    (group) => {
      const [line] = group;
      if (line === undefined) return [];
      const { closed, shipped } = effectOf(line);
      return [
        {
          orderId: line.orderId,
          lineId: line.lineId,
          sku: line.listing === null ? line.sku : null,
          listing: line.listing,
          quantity: line.quantity / line.per,
          amount: group.reduce((sum, { amount }) => sum + amount, 0),
          stage: line.stage,
          status: null,
          closed: closed / line.per,
          shipped: shipped / line.per,
          refund: line.refund,
          kind: line.kind,
          placedAt: line.placedAt,
          updatedAt: line.stampAt,
          rank: line.stampRank,
        },
      ];
    },
  );
}
