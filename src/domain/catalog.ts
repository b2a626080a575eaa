import type { Bench } from "./bench.ts";
import type { PutChannel, PutDocument, PutListings, PutSkus, PutWarehouse, SkuChange } from "./command.ts";
import { note } from "./ledger.ts";
import type { Outcome } from "./outcome.ts";
import type { Channel, Instant, ListingPart, Sku } from "./rows.ts";
import { backlogWarehouse } from "./settle.ts";
import { pairKey, skuKey } from "./text.ts";

/** Every shop has this warehouse. */
export const mainWarehouse = backlogWarehouse;
/** What a new shop's warehouse is called until somebody names it. */
export const mainWarehouseName = "主仓";
export const holdMinutesDefault = 15;

export function putSkus(bench: Bench, command: PutSkus): Outcome {
  let changed = false;
  for (const item of command.items) changed = putSku(bench, command, item) || changed;
  return changed ? { code: "applied", seq: bench.seq } : { code: "duplicate", first: null };
}

function putSku(bench: Bench, command: PutSkus, change: SkuChange): boolean {
  const key = skuKey(change.code);
  const before = bench.sku(key);
  const after: Sku = {
    ...(before ?? newSku(key, change.code, command.at)),
    ...given(change),
    code: before?.code ?? change.code.trim(),
  };
  if (before !== null && JSON.stringify(before) === JSON.stringify(after)) return false;
  bench.set(bench.skus, key, after);
  const cause = {
    at: command.at,
    actor: command.actor,
    channel: null,
    orderId: null,
    lineId: null,
    doc: null,
  };
  note(bench, cause, key, mainWarehouse);
  return true;
}

function newSku(sku: string, code: string, at: Instant): Sku {
  return {
    sku,
    code,
    name: code.trim(),
    category: "",
    barcodes: [],
    price: 0,
    deductAt: "order",
    bufferUnits: 0,
    bufferPercent: 0,
    limitPerOrder: null,
    limitPerBuyer: null,
    limitHours: 24,
    presaleQuota: null,
    selling: true,
    createdAt: at,
    cost: null,
    season: null,
    shelfLifeDays: null,
    leadDays: null,
    style: null,
  };
}

/** The fields that were given; one that is absent keeps its value. */
function given(change: SkuChange): Partial<Sku> {
  const fields = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<Sku>;
  // In one order of its parts, so that the same season is the same text.
  return fields.season == null
    ? fields
    : { ...fields, season: { first: fields.season.first, last: fields.season.last } };
}

export function putChannel(bench: Bench, command: PutChannel): Outcome {
  const { channel: id, ...change } = command.channel;
  const before = bench.channel(id);
  const fresh: Channel = {
    channel: id,
    platform: "manual",
    name: id,
    holdMinutes: holdMinutesDefault,
    warehouses: [mainWarehouse],
    active: true,
  };
  const fields = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<Channel>;
  const after: Channel = { ...(before ?? fresh), ...fields };
  for (const [index, warehouse] of after.warehouses.entries()) {
    if (bench.warehouse(warehouse) === null)
      return { code: "unknown_warehouse", path: `warehouses[${index}]`, warehouse };
  }
  if (after.warehouses.length === 0)
    return {
      code: "invalid_command",
      path: "warehouses",
      problem: "a channel sells from at least one warehouse",
    };
  if (JSON.stringify(before) === JSON.stringify(after)) return { code: "duplicate", first: null };
  bench.set(bench.channels, id, after);
  return { code: "applied", seq: bench.seq };
}

export function putListings(bench: Bench, command: PutListings): Outcome {
  if (bench.channel(command.channel) === null)
    return { code: "unknown_channel", path: "channel", channel: command.channel };
  for (const [index, item] of command.items.entries()) {
    for (const part of item.parts) {
      if (bench.sku(skuKey(part.sku)) === null)
        return { code: "unknown_sku", path: `items[${index}].parts`, sku: part.sku };
    }
  }
  let changed = false;
  for (const item of command.items) {
    const before = bench.listing(command.channel, item.listing);
    const after = {
      channel: command.channel,
      listing: item.listing,
      title: item.title ?? before?.title ?? "",
      parts: mergeParts(item.parts),
    };
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    bench.set(bench.listings, pairKey(command.channel, item.listing), after);
    changed = true;
  }
  return changed ? { code: "applied", seq: bench.seq } : { code: "duplicate", first: null };
}

/** One part a SKU: one bought and one given free are two units of it. */
function mergeParts(parts: readonly ListingPart[]): readonly ListingPart[] {
  const bySku = new Map<string, ListingPart>();
  for (const part of parts) {
    const sku = skuKey(part.sku);
    const known = bySku.get(sku);
    bySku.set(sku, {
      sku,
      units: (known?.units ?? 0) + part.units,
      gift: (known?.gift ?? true) && part.gift,
    });
  }
  return [...bySku.values()];
}

export function putWarehouse(bench: Bench, command: PutWarehouse): Outcome {
  const before = bench.warehouse(command.warehouse);
  if (before?.name === command.name) return { code: "duplicate", first: null };
  bench.set(bench.warehouses, command.warehouse, { warehouse: command.warehouse, name: command.name });
  return { code: "applied", seq: bench.seq };
}

export function putDocument(bench: Bench, command: PutDocument): Outcome {
  const before = bench.document(command.kind, command.id);
  const version = before?.version ?? 0;
  if (version !== command.version) {
    const same = before !== null && JSON.stringify(before.body) === JSON.stringify(command.body);
    return same ? { code: "duplicate", first: null } : { code: "version_conflict", path: "version", version };
  }
  bench.set(bench.documents, pairKey(command.kind, command.id), {
    kind: command.kind,
    id: command.id,
    version: version + 1,
    body: command.body,
    updatedAt: command.at,
    updatedBy: command.actor,
  });
  return { code: "applied", seq: bench.seq, version: version + 1 };
}
