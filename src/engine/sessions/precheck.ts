import {
  precheckLines,
  precheckSettingsDefault,
  precheckText,
  worseSince,
  type Endpoint,
  type PrecheckLine,
  type PrecheckSettings,
  type PrecheckSku,
  type Suspect,
} from "../../domain/live/precheck.ts";
import type { LotBody } from "../../domain/floor/lot.ts";
import { plannedSkus, type SessionPlan } from "../../domain/live/session.ts";
import { hourMs } from "../../domain/live/time.ts";
import {
  bufferOf,
  onHand,
  sellable,
  type Instant,
  type Listing,
  type Placement,
  type Sku,
  type Stock,
} from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import type { DeliveryRow } from "../../store/deliveries.ts";
import { hashOf } from "../../store/hash.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { robotKind, robotOf } from "../notify/notice.ts";
import { settingsId, type Setting } from "../live-settings.ts";
import { expiryOf, readLots } from "../floor/lots.ts";
import { lastCompared } from "./compared.ts";

/** The lines as somebody signed them: one document a session, with the session's id. */
export const precheckKind = "precheck";
/** What a shop does otherwise than others: one document, `settingsId` of `live-settings.ts`. */
export const precheckSettingsKind = "precheck-settings";
/** The last spot count of a SKU, under its code. */
export const spotCountKind = "spot-count";
/** Somebody is asked to count. */
export const countRequestKind = "count-request";

const dayMs = 24 * hourMs;

export interface BookSettings extends PrecheckSettings {
  /** Bins whose name begins like this hold what is sold and waits for its parcel. */
  readonly setAsideBin: string;
  /** Goods whose date lies nearer to the session's end are not sent out any more. */
  readonly expiringDays: number;
  /** A bin that nobody has touched for so long may have been forgotten. */
  readonly stuckDays: number;
}

export const bookSettingsDefault: BookSettings = {
  ...precheckSettingsDefault,
  setAsideBin: "待发",
  expiringDays: 30,
  stuckDays: 30,
};

const limits = {
  /** Reads under way at once. */
  readsMax: 8,
  listingsMax: 1_000,
  /** Movements of a SKU that are looked through for when a bin was touched. */
  movementsMax: 300,
  deliveriesMax: 500,
} as const;

type Reads = Pick<Store, "read" | "deliveries">;

/** The list as it is now, with what a signature covers. */
export interface Precheck {
  readonly at: Instant;
  readonly lines: readonly PrecheckLine[];
  readonly digest: string;
  /** Lines that are worse than when it was signed. */
  readonly worse: readonly string[];
  /** What is behind a line's SKU or robot, for people. */
  readonly names: ReadonlyMap<string, string>;
  readonly settings: BookSettings;
}

/** Looks through the books for what the plan needs. Reads of many SKUs: not for every change of the books. */
export async function readPrecheck(
  store: Reads,
  shop: ShopId,
  plan: SessionPlan,
  now: Instant,
): Promise<Precheck> {
  const { read } = store;
  const { value: settings } = await readPrecheckSettings(read, shop);
  const names = new Map<string, string>();
  const skus = new Map<string, PrecheckSku>();
  const manual = new Set(
    (await read.channels(shop)).filter(({ platform }) => platform === "manual").map(({ channel }) => channel),
  );
  const lots = await readLots(read, shop);
  const look = { read, shop, plan, settings, manual, lots, now };
  await eachOf(plannedSkus(plan), async (sku) => {
    const found = await readSku(look, sku);
    if (found === null) return;
    skus.set(sku, found.known);
    names.set(sku, found.name);
  });
  const robots = await readRobots(store, shop, names);
  // No platform tells yet what it shows; where people sell by hand there is nothing to show.
  const selling = plan.channels.filter((channel) => !manual.has(channel));
  const compared = await lastCompared(read, shop, selling);
  const unseen = selling.map((channel) => ({ channel, compared: compared.get(channel) ?? null }));
  const lines = precheckLines({ plan, skus, connectors: [], unseen, robots, settings }, now);
  const digest = hashOf(precheckText(lines));
  const signed = await read.document(shop, precheckKind, plan.id);
  const worse = signed?.body == null ? [] : worseSince(signed.body as readonly PrecheckLine[], lines);
  return { at: now, lines, digest, worse: worse.map(({ id }) => id), names, settings };
}

/** What the shop has set for its prechecks; what it has not is as for others. */
export async function readPrecheckSettings(
  read: Pick<Store["read"], "document">,
  shop: ShopId,
): Promise<Setting<BookSettings>> {
  const document = await read.document(shop, precheckSettingsKind, settingsId);
  const value = { ...bookSettingsDefault, ...((document?.body ?? {}) as Partial<BookSettings>) };
  return { version: document?.version ?? 0, value };
}

interface Look {
  readonly read: Store["read"];
  readonly shop: ShopId;
  readonly plan: SessionPlan;
  readonly settings: BookSettings;
  /** Channels without listings: somebody sells there by the code itself. */
  readonly manual: ReadonlySet<string>;
  /** By `pairKey(sku, lot)`. */
  readonly lots: ReadonlyMap<string, LotBody>;
  readonly now: Instant;
}

async function readSku(
  look: Look,
  code: string,
): Promise<{ readonly known: PrecheckSku; readonly name: string } | null> {
  const { read, shop, plan, settings } = look;
  const found = await read.sku(shop, code);
  if (found === null) return null;
  const [listings, count, suspects] = await Promise.all([
    read.listings(shop, { sku: code, limit: limits.listingsMax }),
    read.document(shop, spotCountKind, code),
    suspectsOf(look, code, found.placements),
  ]);
  const { sku, stocks, placements } = found;
  const mapped = new Set(
    listings.items.filter((listing) => holds(listing, code)).map(({ channel }) => channel),
  );
  const sums = sumsOf(sku, stocks);
  const known: PrecheckSku = {
    sku: code,
    ...sums,
    limit: lowest(sku.limitPerOrder, sku.limitPerBuyer),
    selling: sku.selling,
    setAside: placements
      .filter(({ quality, bin }) => quality === "good" && bin.startsWith(settings.setAsideBin))
      .reduce((units, { quantity }) => units + quantity, 0),
    count: countOf(count?.body),
    suspects,
    mapped: plan.channels.filter((channel) => mapped.has(channel) || look.manual.has(channel)),
    shown: [],
  };
  return { known, name: sku.name };
}

function holds(listing: Listing, sku: string): boolean {
  return listing.parts.some((part) => part.sku === sku);
}

function sumsOf(sku: Sku, stocks: readonly Stock[]) {
  const sums = { available: 0, held: 0, committed: 0, quarantine: 0, shortage: 0 };
  for (const stock of stocks) {
    for (const place of ["available", "held", "committed", "quarantine", "shortage"] as const)
      sums[place] += stock[place];
  }
  const buffer = bufferOf(sku, onHand(sums));
  const { committed, shortage, available } = sums;
  return { sellable: sellable(available, buffer), committed, shortage, buffer };
}

function lowest(...limitsOfSku: readonly (number | null)[]): number | null {
  const set = limitsOfSku.filter((limit) => limit !== null);
  return set.length === 0 ? null : Math.min(...set);
}

/** A spot count as its document keeps it: when, and counted − expected in units. */
function countOf(body: unknown): PrecheckSku["count"] {
  if (typeof body !== "object" || body === null || !("at" in body) || !("variance" in body)) return null;
  const { at, variance } = body;
  return typeof at === "number" && typeof variance === "number" ? { at, variance } : null;
}

/** Bins for goods that are not to be sold, by how people call them. */
const badBins = /不良|残次|破损|次品|退货|待检|报废|damaged|defect|return|scrap/iu;

async function suspectsOf(
  look: Look,
  sku: string,
  placements: readonly Placement[],
): Promise<readonly Suspect[]> {
  const good = placements.filter(({ quality, quantity }) => quality === "good" && quantity > 0);
  const inBins = good.filter(({ bin }) => bin !== "");
  // A product that has one bin is not in a corner: everybody who takes of it goes there.
  const stuck = inBins.length > 1 ? await untouchedBins(look, sku, inBins) : new Set<string>();
  return good.flatMap((placement): Suspect[] => {
    const { quantity: units, warehouse, bin, lot } = placement;
    const kind = kindOf(look, placement, stuck);
    return kind === null ? [] : [{ kind, units, warehouse, bin, lot }];
  });
}

function kindOf(
  { plan, settings, lots }: Look,
  { sku, warehouse, bin, lot }: Placement,
  stuck: ReadonlySet<string>,
): Suspect["kind"] | null {
  if (badBins.test(bin)) return "damaged";
  const until = expiryOf(lots.get(pairKey(sku, lot)), lot);
  if (until !== null && until < plan.endsAt + settings.expiringDays * dayMs) return "expiring";
  if (bin === "") return "unplaced";
  return stuck.has(pairKey(warehouse, bin)) ? "stuck" : null;
}

/** Bins of which the movements say that nothing was put there or taken for `stuckDays`. */
async function untouchedBins(
  { read, shop, settings, now }: Look,
  sku: string,
  placements: readonly Placement[],
): Promise<ReadonlySet<string>> {
  const since = now - settings.stuckDays * dayMs;
  const entries = await read.journal(shop, { sku, limit: limits.movementsMax });
  const oldest = entries.at(-1)?.recordedAt ?? now;
  // Where the movements at hand do not reach back far enough, nobody can say.
  if (entries.length >= limits.movementsMax && oldest >= since) return new Set();
  const touched = new Set<string>();
  for (const { recordedAt, warehouse, fromBin, toBin } of entries) {
    if (recordedAt < since) continue;
    for (const bin of [fromBin, toBin]) if (bin !== null) touched.add(pairKey(warehouse, bin));
  }
  const bins = placements.map(({ warehouse, bin }) => pairKey(warehouse, bin));
  return new Set(bins.filter((bin) => !touched.has(bin)));
}

/** Receivers that are told of alerts. One answers when the last message to it arrived. */
async function readRobots(
  { read, deliveries }: Reads,
  shop: ShopId,
  names: Map<string, string>,
): Promise<readonly Endpoint[]> {
  const documents = (await read.documents(shop, robotKind)).filter((document) => {
    const { active, topics } = robotOf(document);
    return active && (topics.length === 0 || topics.includes("alert"));
  });
  if (documents.length === 0) return [];
  const rows = await deliveries.list(shop, { limit: limits.deliveriesMax });
  return documents.map((document) => {
    names.set(document.id, robotOf(document).name);
    const ended = rows.filter((row) => row.robot === document.id && row.state !== "waiting");
    return { id: document.id, answers: ended[0]?.state === "delivered", lastSeenAt: lastDelivered(ended) };
  });
}

function lastDelivered(rows: readonly DeliveryRow[]): Instant | null {
  return rows.find((row) => row.state === "delivered")?.endedAt ?? null;
}

async function eachOf<T>(list: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < list.length; at += limits.readsMax)
    await Promise.all(list.slice(at, at + limits.readsMax).map(run));
}
