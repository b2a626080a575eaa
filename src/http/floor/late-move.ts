import type { Adjust } from "../../domain/command.ts";
import { moveKey, type ClockedMoment } from "../../domain/floor/done-key.ts";
import type { FloorMovement } from "../../domain/floor/movement.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import { toldBefore } from "../../engine/counts/late.ts";
import type { OpenShop } from "../../engine/shops.ts";

/**
 * Books a move. One that waited on a phone while a count found its shelf empty is refused, for by the books its units are
 * lost; then what it explains is found again first, and it is booked under a second key of its own.
 * @param request the key of the request: sent again it is the same move
 */
export async function bookMove(
  { batcher, counts }: Pick<OpenShop, "batcher" | "counts">,
  move: Adjust,
  { request, moved, now }: { readonly request: string; readonly moved: ClockedMoment; readonly now: Instant },
): Promise<Outcome> {
  const outcome = await batcher.submit(move);
  const first = outcome.code === "duplicate" ? outcome.first : outcome;
  if (first?.code !== "insufficient_units") return outcome;
  const late = { ...move, key: moveKey(`${request}/late`, moved) };
  const before = await counts.outcomeOf(late.key);
  if (before !== null) return isRefusal(before) ? outcome : batcher.submit(late);
  const told = await toldBefore(counts, movementOf(move, moved, now));
  if (told === null || told.length === 0) return outcome;
  const answer = (await batcher.submitAll([...told, late])).at(-1);
  return answer !== undefined && "outcome" in answer && !isRefusal(answer.outcome) ? answer.outcome : outcome;
}

function movementOf(
  move: Adjust,
  { at, slackMs, device, deviceSeq }: ClockedMoment,
  now: Instant,
): FloorMovement {
  const { key: id, quantity, warehouse, quality = "good", lot = "", bin = "", toBin = "", actor } = move;
  return {
    id,
    sku: skuKey(move.sku),
    quantity,
    from: { warehouse, bin, lot, quality },
    to: { warehouse, bin: toBin, lot, quality },
    reason: "move",
    at: Math.min(at, now),
    atUncertaintyMs: Math.ceil(slackMs),
    recordedAt: now,
    actor,
    device,
    deviceSeq,
    doc: null,
  };
}
