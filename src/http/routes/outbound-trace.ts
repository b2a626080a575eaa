import { TracePage, TraceQuery, outboundApiLimits, type TraceRow } from "../../api/outbound.ts";
import { invalidBody } from "../../api/problem.ts";
import { pageRowsDefault, timeOf } from "../../api/text.ts";
import { hourMs } from "../../domain/live/time.ts";
import { isStaging } from "../../domain/place.ts";
import { skuKey } from "../../domain/text.ts";
import type { Trace } from "../../domain/outbound/wave.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { JournalEntry } from "../../store/store.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { traceRow } from "../outbound/present.ts";
import { describe, typed } from "./schema.ts";

const dayMs = 24 * hourMs;
const entriesMax = 1_000;

/** Where units went: order, lot, bin, person and time, from whichever of them is known. */
export const addOutboundTraceRoutes: AddRoutes = (app, context) => {
  typed(app).get(
    "/api/v1/outbound/trace",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe("Picking and shipping", "Where units went, by product, order, lot or waybill"),
        querystring: TraceQuery,
        response: { 200: TracePage },
      },
    },
    async (request): Promise<TracePage> => traced(context, await context.shopOf(request), request.query),
  );
};

async function traced({ store, clock }: RouteContext, shop: OpenShop, query: TraceQuery): Promise<TracePage> {
  const { order, lot, days = outboundApiLimits.traceDaysDefault, limit = pageRowsDefault } = query;
  const sku = query.sku === undefined ? undefined : skuKey(query.sku);
  const waybill = query.waybill?.normalize("NFKC").trim();
  if (sku === undefined && order === undefined && lot === undefined && waybill === undefined)
    throw invalidBody({
      path: "sku",
      problem: "one of sku, order, lot and waybill is needed",
      problemZh: "sku、order、lot、waybill 至少要有一个",
    });
  const since = clock.now() - days * dayMs;
  const fits = (row: Trace): boolean =>
    (sku === undefined || row.sku === sku) &&
    (order === undefined || row.orderId === order) &&
    (lot === undefined || row.lot === lot) &&
    (waybill === undefined || row.waybill === waybill);
  const rows = await shop.outbound.trace(fits, { since, limit: limit + 1 });
  const goods = await shop.counts.goods.all();
  const items = rows.slice(0, limit).map((row) => traceRow(row, goods));
  // What was sent without a scanned pick is in the journal alone.
  if (waybill === undefined && items.length < limit && (order !== undefined || sku !== undefined)) {
    const asked = {
      ...(order === undefined ? {} : { orderId: order }),
      ...(sku === undefined ? {} : { sku }),
    };
    const entries = await store.read.journal(shop.id, { ...asked, limit: entriesMax });
    const known = new Set(rows.map(({ channel, orderId }) => `${channel} ${orderId}`));
    const unscanned = entries
      .filter((entry) => isUnscanned(entry) && entry.recordedAt >= since)
      .filter((entry) => lot === undefined || (entry.lot ?? "") === lot)
      .filter(({ channel, orderId }) => !known.has(`${channel} ${orderId}`))
      .map((entry) => ({ ...unscannedRow(entry), name: goods.get(entry.sku)?.name ?? "" }));
    items.push(...unscanned.slice(0, limit - items.length));
  }
  const units = items.reduce((sum, row) => sum + row.units, 0);
  return { items, units, more: rows.length > limit };
}

function isUnscanned({ to, fromBin, orderId }: JournalEntry): boolean {
  return to === "customer" && orderId !== null && !(fromBin !== null && isStaging(fromBin));
}

function unscannedRow(entry: JournalEntry): Omit<TraceRow, "name"> {
  const { channel, orderId, lineId, sku, lot, fromBin, quantity, actor, at } = entry;
  return {
    wave: null,
    channel: channel ?? "",
    orderId: orderId ?? "",
    lineId: lineId ?? "",
    sku,
    lot: lot ?? "",
    bin: fromBin ?? "",
    units: quantity,
    pickedBy: null,
    pickedAt: null,
    carrier: "",
    waybill: "",
    shippedBy: actor,
    shippedAt: timeOf(at),
  };
}
