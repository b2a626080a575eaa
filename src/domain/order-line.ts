import type { Bench } from "./bench.ts";
import type { Observe, Reserve } from "./command.ts";
import type { Cause } from "./ledger.ts";
import { effectOf } from "./order.ts";
import type { Refusal } from "./outcome.ts";
import type { Channel, Facts, Instant, Line, ListingPart, Sale, Sku } from "./rows.ts";
import { settle } from "./settle.ts";
import { skuKey } from "./text.ts";

/** What the commands on orders share: which SKUs a line is made of, and how a line's new facts are applied. */

export const minuteMs = 60_000;

/** A line of an order with one SKU of it: a bundle makes several. */
export interface Part {
  readonly lineId: string;
  readonly sku: Sku;
  readonly listing: string | null;
  readonly per: number;
  readonly amount: number;
  readonly path: string;
}

type Resolved = { readonly parts: readonly Part[] } | { readonly refusal: Refusal };

export function resolve(
  bench: Bench,
  channel: string,
  line: { lineId: string; sku?: string; listing?: string; amount?: number },
  path: string,
): Resolved {
  const amount = line.amount ?? 0;
  if (line.listing === undefined) {
    const sku = bench.sku(skuKey(line.sku ?? ""));
    if (sku === null) return { refusal: { code: "unknown_sku", path: `${path}.sku`, sku: line.sku ?? "" } };
    return { parts: [{ lineId: line.lineId, sku, listing: null, per: 1, amount, path }] };
  }
  const listing = bench.listing(channel, line.listing);
  if (listing === null || listing.parts.length === 0) {
    return { refusal: { code: "unknown_listing", path: `${path}.listing`, listing: line.listing } };
  }
  const skus: Sku[] = [];
  for (const part of listing.parts) {
    const sku = bench.sku(part.sku);
    if (sku === null) return { refusal: { code: "unknown_sku", path: `${path}.listing`, sku: part.sku } };
    skus.push(sku);
  }
  const shares = shareAmount(amount, listing.parts, skus);
  return {
    parts: listing.parts.map((part, index) => ({
      lineId: line.lineId,
      sku: skus[index] as Sku,
      listing: listing.listing,
      per: part.units,
      amount: shares[index] ?? 0,
      path,
    })),
  };
}

/** A bundle's amount over its parts by list price, gifts at nothing, so that the parts sum to the whole. */
export function shareAmount(
  amount: number,
  parts: readonly ListingPart[],
  skus: readonly Pick<Sku, "price">[],
): readonly number[] {
  const weights = parts.map((part, index) =>
    part.gift ? 0 : Math.max(1, skus[index]?.price ?? 1) * part.units,
  );
  const total = weights.reduce((all, weight) => all + weight, 0);
  if (total === 0) return weights.map((_, index) => (index === 0 ? amount : 0));
  let left = amount;
  let leftWeight = total;
  return weights.map((weight) => {
    const share = leftWeight === 0 ? 0 : Math.round((left / leftWeight) * weight);
    left -= share;
    leftWeight -= weight;
    return share;
  });
}

export function newLine(command: Reserve | Observe, part: Part, facts: Facts, placedAt: Instant): Line {
  return {
    ...facts,
    channel: command.channel,
    orderId: command.orderId,
    lineId: part.lineId,
    sku: part.sku.sku,
    listing: part.listing,
    per: part.per,
    amount: part.amount,
    buyer: command.buyer,
    region: command.region ?? null,
    session: command.session ?? null,
    placedAt,
    expiresAt: facts.stage === "created" ? (command.expiresAt ?? null) : null,
    covers: [],
    gone: 0,
  };
}

/** Settles a line's new facts and adds what changed to the rollups. */
export function apply(
  bench: Bench,
  before: Line | null,
  after: Line,
  channel: Channel,
  cause: Cause,
  opensOrder: boolean,
): Line {
  const settled = settle(bench, before, after, channel.warehouses, cause);
  const was = before === null ? null : countsOf(before);
  const now = countsOf(settled);
  bench.sales.push({
    minute: Math.floor(cause.at / minuteMs),
    sku: after.sku,
    channel: after.channel,
    session: after.session ?? "",
    orders: opensOrder ? 1 : 0,
    ordered: before === null ? after.quantity : after.quantity - before.quantity,
    sold: now.sold - (was?.sold ?? 0),
    soldAmount: now.soldAmount - (was?.soldAmount ?? 0),
    presold: now.presold - (was?.presold ?? 0),
    cancelled: now.cancelled - (was?.cancelled ?? 0),
    cancelledAmount: now.cancelledAmount - (was?.cancelledAmount ?? 0),
    shipped: now.shipped - (was?.shipped ?? 0),
    returned: now.returned - (was?.returned ?? 0),
  });
  return settled;
}

type Counts = Pick<
  Sale,
  "sold" | "soldAmount" | "presold" | "cancelled" | "cancelledAmount" | "shipped" | "returned"
>;

/** Sold are the units of paid lines, whatever became of them later; cancelled ones are counted beside them. */
function countsOf(line: Line): Counts {
  const effect = effectOf(line);
  const paid = line.stage === "paid";
  const sold = paid ? line.quantity : 0;
  return {
    sold: line.kind === "spot" ? sold : 0,
    presold: line.kind === "presale" ? sold : 0,
    soldAmount: paid ? line.amount : 0,
    cancelled: effect.closed,
    cancelledAmount: paid ? Math.round((line.amount / line.quantity) * effect.closed) : 0,
    shipped: effect.shipped,
    returned: effect.returnedGood + effect.returnedBad,
  };
}

export function causeOf(
  command: { actor: string; channel: string; orderId?: string } & Pick<Cause, "picked">,
  at: Instant,
): Cause {
  return {
    at,
    actor: command.actor,
    channel: command.channel,
    orderId: command.orderId ?? null,
    lineId: null,
    doc: null,
    picked: command.picked,
  };
}
