import type { FastifyRequest } from "fastify";
import type { AdjustmentBody, ReceiptBody } from "../../api/goods.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { lotOfExpiry, type LotBody } from "../../domain/floor/lot.ts";
import { skuKey } from "../../domain/text.ts";
import type { Put } from "../../engine/floor/floor-plan.ts";
import { endOfDate, startOfDate } from "../../engine/floor/lots.ts";
import type { RouteContext } from "../deps.ts";

/** What a receipt or a movement puts down where, for the rules of the zones; and what a receipt says of lots. */

export function receiptPuts({ lines, warehouse = mainWarehouse }: ReceiptBody): readonly Put[] {
  return lines.map(({ sku, quantity: units, bin = "", lot = "", quality = "good" }, index) => ({
    path: `lines[${index}].bin`,
    warehouse,
    bin,
    sku,
    lot,
    quality,
    units,
  }));
}

/** Goods that a person puts somewhere. A count says what is there, and asks no zone. */
export function adjustPuts(body: AdjustmentBody): readonly Put[] {
  const { action, sku, quantity: units, warehouse = mainWarehouse, quality = "good", lot = "" } = body;
  const to = { sku, units, warehouse, lot };
  if (action === "put_away") return [{ ...to, path: "toBin", bin: body.toBin ?? "", quality }];
  if (action === "loan_return")
    return [{ ...to, path: "bin", bin: body.toBin ?? body.bin ?? "", quality: "good" }];
  if (action === "loan_return_bad")
    return [{ ...to, path: "bin", bin: body.toBin ?? body.bin ?? "", quality: "bad" }];
  return [];
}

type LotSaid = Pick<ReceiptBody["lines"][number], "sku" | "lot" | "madeOn" | "expiresOn"> & {
  readonly supplier: string;
};

/** A lot of which only the expiry is known is called after it. */
export function withLots(body: ReceiptBody): ReceiptBody {
  const lines = body.lines.map((line) =>
    line.expiresOn === undefined || (line.lot ?? "") !== ""
      ? line
      : { ...line, lot: lotOfExpiry(line.expiresOn) },
  );
  return { ...body, lines };
}

export function lotsOfReceipt({ lines, supplier = "" }: ReceiptBody): readonly LotSaid[] {
  return lines
    .filter(({ lot = "" }) => lot !== "")
    .map(({ sku, lot, madeOn, expiresOn }) => ({ sku, lot, madeOn, expiresOn, supplier }));
}

/** What was known of a lot stays, but for what is said anew. */
export async function keepLots(
  context: RouteContext,
  request: FastifyRequest,
  said: readonly LotSaid[],
): Promise<void> {
  if (said.length === 0) return;
  const { shop, floorPlan } = await context.shopOf(request);
  const who = context.caller(request);
  const lots = new Map<string, LotBody>();
  for (const { sku, lot = "", madeOn, expiresOn, supplier } of said) {
    const body: LotBody = {
      sku: skuKey(sku),
      lot,
      supplier,
      receivedAt: who.at,
      madeAt: madeOn === undefined ? null : startOfDate(madeOn, shop.timeZone),
      expiresAt: expiresOn === undefined ? null : endOfDate(expiresOn, shop.timeZone),
    };
    lots.set(JSON.stringify([body.sku, lot]), body);
  }
  await floorPlan.putLots([...lots.values()], who);
}
