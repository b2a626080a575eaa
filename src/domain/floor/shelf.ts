import { groupBy } from "./group.ts";
import type { Words } from "../live/words.ts";
import type { Quality } from "../place.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** Where units of one kind stand. An empty bin: in the warehouse, but not put away. */
export interface Shelf {
  readonly warehouse: string;
  readonly bin: string;
  /** Empty: goods that are not kept by lot. */
  readonly lot: string;
  readonly quality: Quality;
}

/** The smallest thing that is counted: one SKU, lot and quality in one bin. */
export interface Cell extends Shelf {
  readonly sku: string;
}

export const zonePurposes = [
  "storage",
  "picking",
  "receiving",
  "staging",
  "returns",
  "quarantine",
  "studio",
] as const;
export type ZonePurpose = (typeof zonePurposes)[number];

export interface Zone {
  readonly warehouse: string;
  readonly zone: string;
  readonly name: string;
  readonly purpose: ZonePurpose;
  /** The categories that may stand here; empty: every one. */
  readonly categories: readonly string[];
  /** What may share a bin: anything, one SKU in several lots, or one lot of one SKU. */
  readonly sharing: "any" | "one_sku" | "one_lot";
  /** True: these categories stand nowhere else. */
  readonly exclusive: boolean;
}

export interface Bin {
  readonly warehouse: string;
  readonly bin: string;
  readonly zone: string;
  /** The order in which somebody walks past. */
  readonly route: number;
  readonly active: boolean;
  /** Units that fit in; null: nobody has said. */
  readonly unitsMax: number | null;
}

/** A delivery's goods of one SKU. */
export interface Lot {
  readonly sku: string;
  readonly lot: string;
  readonly receivedAt: Instant;
  /** Midnight after the last day; null: it does not expire. */
  readonly expiresAt: Instant | null;
}

export interface Standing extends Cell {
  readonly quantity: number;
}

export function cellKey({ warehouse, bin, sku, lot, quality }: Cell): string {
  return `${warehouse}\u0000${bin}\u0000${sku}\u0000${lot}\u0000${quality}`;
}

export function compareCells(one: Cell, other: Cell): number {
  return compareText(cellKey(one), cellKey(other));
}

export const shelfRefusals = [
  "bin_unknown",
  "bin_closed",
  "bin_full",
  "zone_category",
  "zone_reserved",
  "zone_quality",
  "other_sku",
  "other_lot",
] as const;
export type ShelfRefusal = (typeof shelfRefusals)[number];

export const shelfWords: Readonly<Record<ShelfRefusal, Words>> = {
  bin_unknown: { zh: "没有这个库位，请扫库位码", en: "There is no such bin: scan a bin's label" },
  bin_closed: { zh: "这个库位已停用，换一个", en: "This bin is closed: use another" },
  bin_full: { zh: "这个库位放不下了，换一个", en: "This bin is full: use another" },
  zone_category: { zh: "这个库区不放这类商品", en: "This zone does not take this category" },
  zone_reserved: { zh: "这类商品只能放进专用库区", en: "This category has a zone of its own" },
  zone_quality: {
    zh: "良品放存储区，不良品放不良品区",
    en: "Good units go to storage, others to quarantine",
  },
  other_sku: { zh: "这个库位里是别的 SKU，这里不能混放", en: "Another SKU stands in this bin" },
  other_lot: { zh: "这个库位里是别的批次，这里不能混放", en: "Another lot stands in this bin" },
};

export interface Incoming {
  readonly sku: string;
  readonly category: string;
  readonly lot: string;
  readonly quality: Quality;
  readonly units: number;
}

/**
 * Why units may not be put into a bin, or null. Refusals are checked in the order of `shelfRefusals`.
 * @param standing what stands in the bin now
 * @param zones every zone of the warehouse
 */
export function putProblem(
  bin: Bin | null,
  zones: readonly Zone[],
  incoming: Incoming,
  standing: readonly Standing[],
): ShelfRefusal | null {
  if (bin === null) return "bin_unknown";
  if (!bin.active) return "bin_closed";
  const there = standing.filter((one) => one.quantity > 0);
  const units = there.reduce((sum, one) => sum + one.quantity, 0);
  if (bin.unitsMax !== null && units + incoming.units > bin.unitsMax) return "bin_full";
  const zone = zones.find((one) => one.zone === bin.zone);
  const own = zones.some((one) => one.exclusive && one.categories.includes(incoming.category));
  if (zone === undefined) return own && incoming.quality === "good" ? "zone_reserved" : null;
  if (zone.categories.length > 0 && !zone.categories.includes(incoming.category)) return "zone_category";
  // Goods on their way in or out may wait anywhere; for good only in their own zone.
  const stays = isForStaying(zone.purpose);
  if (stays && zone.categories.length === 0 && own) return "zone_reserved";
  if (stays && incoming.quality === "bad") return "zone_quality";
  if (zone.purpose === "quarantine" && incoming.quality === "good") return "zone_quality";
  if (zone.sharing !== "any" && there.some((one) => one.sku !== incoming.sku)) return "other_sku";
  if (zone.sharing === "one_lot" && there.some((one) => one.lot !== incoming.lot)) return "other_lot";
  return null;
}

/**
 * The bins to offer for goods that wait to be put away, the best first: where the same lot stands, then the
 * same SKU, then an empty one, each nearest on the route. Bins that refuse them are left out.
 */
export function putAwayBins(
  bins: readonly Bin[],
  zones: readonly Zone[],
  incoming: Incoming,
  standing: readonly Standing[],
): readonly Bin[] {
  const byBin = groupBy(
    standing.filter((one) => one.quantity > 0),
    (one) => one.bin,
  );
  const rank = (bin: Bin): number => {
    const there = byBin.get(bin.bin) ?? [];
    if (there.some((one) => one.sku === incoming.sku && one.lot === incoming.lot)) return 0;
    if (there.some((one) => one.sku === incoming.sku)) return 1;
    return there.length === 0 ? 2 : 3;
  };
  return bins
    .filter((bin) => suits(zones.find((zone) => zone.zone === bin.zone)?.purpose ?? null, incoming.quality))
    .filter((bin) => putProblem(bin, zones, incoming, byBin.get(bin.bin) ?? []) === null)
    .toSorted((a, b) => rank(a) - rank(b) || a.route - b.route || compareText(a.bin, b.bin));
}

/** Whether goods stand there until they are sold; in the other zones they wait for something. */
function isForStaying(purpose: ZonePurpose): boolean {
  return purpose === "storage" || purpose === "picking";
}

/** @param purpose null: the bin is in no zone, and good units may stand there */
function suits(purpose: ZonePurpose | null, quality: Quality): boolean {
  if (quality === "bad") return purpose === "quarantine";
  return purpose === null || isForStaying(purpose);
}

/**
 * The zone that a bin belongs to by its name: the longest zone that it begins with, where that is a word of its own;
 * A-01 and A01 are in A, AB-1 is not. Null: in none.
 */
export function zoneByName(bin: string, zones: readonly Pick<Zone, "zone">[]): string | null {
  const name = bin.toUpperCase();
  let found: string | null = null;
  for (const { zone } of zones) {
    const prefix = zone.toUpperCase();
    if (!name.startsWith(prefix) || prefix.length <= (found?.length ?? 0)) continue;
    const next = name[prefix.length];
    if (next === undefined || !/\p{L}/u.test(next) || !/\p{L}$/u.test(prefix)) found = zone;
  }
  return found;
}
