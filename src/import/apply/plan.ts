import { mainWarehouse } from "../../domain/catalog.ts";
import type {
  Adjust,
  CloseMatching,
  Command,
  Observe,
  Receive,
  SeenLine,
  SkuChange,
} from "../../domain/command.ts";
import { lotId, lotKind, lotOfExpiry, type LotBody } from "../../domain/floor/lot.ts";
import { limits } from "../../domain/limits.ts";
import type { Instant } from "../../domain/rows.ts";
import { pairKey, skuKey } from "../../domain/text.ts";
import { dateOf, endOfDate } from "../../engine/floor/lots.ts";
import type { Profile } from "../profile.ts";
import type {
  CloseMatchingRecord,
  ImportRecord,
  OrderLineRecord,
  ReceiptRecord,
  Reason,
  WriteOffRecord,
} from "../rows.ts";
import { parseDays, parseSeason } from "../traits.ts";
import {
  inFutureReason,
  skuDiffersReason,
  traitUnknownReason,
  warehouseInvalidReason,
  type SkuField,
} from "./reasons.ts";

/** What must be known to turn rows into commands. */
export interface PlanOptions {
  readonly profile: Profile;
  /** Instead of the profile's. */
  readonly channel?: string;
  readonly actor: string;
  /** When the stock of a list was counted; absent: now. */
  readonly asOf?: Instant;
  /** The keyed hash that stands for a buyer: the text itself never reaches a command. */
  readonly hashBuyer: (buyer: string) => string;
  /** Channels and warehouses that there are. */
  readonly channels: Iterable<string>;
  readonly warehouses: Iterable<string>;
}

/** What a row says of an order's parcel, as it stands in the file; only keys of it may be stored. */
export interface ContactRow {
  readonly channel: string;
  readonly orderId: string;
  readonly phone: string | null;
  readonly address: string | null;
  readonly region: string | null;
  readonly paidAt: Instant | null;
}

/** The contact of a row that has one. */
export function contactOf({ record }: PlannedRow, channel: string): ContactRow | null {
  if (record.as !== "orderLine" || (record.phone === null && record.address === null)) return null;
  const { orderId, phone, address, region, paidAt } = record;
  return { channel, orderId, phone, address, region, paidAt };
}

/** A row, the commands that it makes, in order, and what is to be said of it whatever becomes of them. */
export interface PlannedRow {
  readonly record: ImportRecord;
  /** The last one says what became of the row; the others prepare for it. */
  readonly commands: readonly Command[];
  readonly warnings: readonly Reason[];
  /** The row cannot be used; it then has no commands. */
  readonly problems: readonly Reason[];
  /** Of a receipt: the key that its opening stock is booked under, also where it has no unit. */
  readonly openingKey: string | null;
  readonly warehouse: string | null;
}

/** A clock that is wrong by a time zone is within a day; a stamp beyond it would win over every true event. */
const futureMsMax = 24 * 3_600_000;
const warehouseCharsMax = 64;

interface SeenSku {
  readonly line: number;
  readonly values: Readonly<Record<SkuField, string | number | null>>;
}

/** Turns the rows of one file into commands. It counts, so each file needs its own. */
export class Planner {
  readonly newChannels: string[] = [];
  readonly newWarehouses: string[] = [];
  readonly channel: string | null;
  readonly #options: PlanOptions;
  readonly #channels: Set<string>;
  readonly #warehouses: Set<string>;
  readonly #skus = new Map<string, SeenSku>();
  readonly #ordinals = new Map<string, number>();

  constructor(options: PlanOptions) {
    this.#options = options;
    this.channel =
      options.profile.kind === "orders" ? (options.channel ?? options.profile.channel ?? null) : null;
    this.#channels = new Set(options.channels);
    this.#warehouses = new Set(options.warehouses);
  }

  /** @param now when the commands are made */
  plan(record: ImportRecord, now: Instant): PlannedRow {
    switch (record.as) {
      case "skip":
        return row(record);
      case "problem":
        return row(record, { problems: record.problems });
      case "receipt":
        return this.#receipt(record, now);
      case "orderLine":
        return this.#ofChannel(record, latestTime(record), now, (channel) =>
          observeCommand(record, channel, this.#options, now),
        );
      case "closeMatching":
        return this.#ofChannel(record, record.at, now, (channel) =>
          closeCommand(record, channel, this.#options, now),
        );
      case "writeOff":
        return this.#ofChannel(record, record.at, now, (channel) =>
          writeOffCommand(record, channel, this.#options, now),
        );
    }
  }

  #receipt(record: ReceiptRecord, now: Instant): PlannedRow {
    const { actor, asOf } = this.#options;
    const warehouse = record.warehouse === null ? mainWarehouse : warehouseId(record.warehouse);
    if (warehouse === "") return row(record, { problems: [warehouseInvalidReason(record.warehouse ?? "")] });
    const commands: Command[] = [];
    if (!this.#warehouses.has(warehouse)) {
      this.#warehouses.add(warehouse);
      this.newWarehouses.push(warehouse);
      const name = (record.warehouse ?? warehouse).slice(0, limits.nameCharsMax);
      commands.push({ type: "putWarehouse", warehouse, name, actor, at: now });
    }
    const warnings = this.#putSku(record, commands, now);
    const bin = record.bin ?? record.zone ?? "";
    const lot = record.lot ?? this.#lotOf(record);
    // By what the file says of the lot, so that it read again has the same key.
    const openingKey = this.#openingKey(warehouse, skuKey(record.sku), bin, record.lot ?? "");
    if (record.expiry !== null) commands.push(this.#putLot(record, lot, record.expiry, now));
    if (record.quantity > 0) {
      const receive: Receive = {
        type: "receive",
        key: openingKey,
        opening: true,
        warehouse,
        lines: [{ sku: record.sku, quantity: record.quantity, bin, lot }],
        actor,
        at: asOf ?? now,
      };
      commands.push(receive);
    }
    return { ...row(record, { commands, warnings }), openingKey, warehouse };
  }

  /** Goods of which only the expiry is known are a lot by it. */
  #lotOf({ expiry }: ReceiptRecord): string {
    return expiry === null ? "" : lotOfExpiry(dateOf(expiry, this.#options.profile.timeZone));
  }

  /** What is known of the lot already stays: another version than 0 is refused, and nobody is told. */
  #putLot(record: ReceiptRecord, lot: string, expiry: Instant, now: Instant): Command {
    const { actor, asOf, profile } = this.#options;
    const sku = skuKey(record.sku);
    const body: LotBody = {
      sku,
      lot,
      supplier: "",
      receivedAt: asOf ?? now,
      madeAt: null,
      expiresAt: endOfDate(dateOf(expiry, profile.timeZone), profile.timeZone),
    };
    return { type: "putDocument", kind: lotKind, id: lotId(sku, lot), version: 0, body, actor, at: now };
  }

  /** The first row of a SKU names it, so that the file read again says the same of it. */
  #putSku(record: ReceiptRecord, commands: Command[], now: Instant): readonly Reason[] {
    const key = skuKey(record.sku);
    const values = {
      name: record.name,
      category: record.category,
      price: record.priceMinor,
      barcodes: record.barcode,
      cost: record.costMinor,
      season: record.season,
      shelfLife: record.shelfLife,
      leadTime: record.leadTime,
      style: record.style,
    };
    const seen = this.#skus.get(key);
    if (seen !== undefined) {
      const differing = (Object.keys(values) as SkuField[]).filter(
        (field) => values[field] !== null && values[field] !== seen.values[field],
      );
      return differing.length === 0 ? [] : [skuDiffersReason(seen.line, differing)];
    }
    this.#skus.set(key, { line: record.line, values });
    const { traits, warnings } = traitsIn(record);
    const item = {
      code: record.sku,
      ...(record.name === null ? {} : { name: record.name }),
      ...(record.category === null ? {} : { category: record.category }),
      ...(record.priceMinor === null ? {} : { price: record.priceMinor }),
      ...(record.barcode === null ? {} : { barcodes: barcodesOf(record.barcode) }),
      ...traits,
    };
    commands.push({ type: "putSkus", items: [item], actor: this.#options.actor, at: now });
    return warnings;
  }

  #openingKey(warehouse: string, sku: string, bin: string, lot: string): string {
    const place = [warehouse, sku, bin, lot].map(keyPart).join(":");
    const ordinal = (this.#ordinals.get(place) ?? 0) + 1;
    this.#ordinals.set(place, ordinal);
    return `opening:${place}:${ordinal}`;
  }

  #ofChannel(
    record: OrderLineRecord | CloseMatchingRecord | WriteOffRecord,
    time: Instant,
    now: Instant,
    command: (channel: string) => Command,
  ): PlannedRow {
    if (time > now + futureMsMax) return row(record, { problems: [inFutureReason(time)] });
    const warnings = record.as === "orderLine" ? record.warnings : [];
    const channel = this.channel ?? "manual";
    const commands = [command(channel)];
    if (!this.#channels.has(channel)) {
      this.#channels.add(channel);
      this.newChannels.push(channel);
      const { actor, profile } = this.#options;
      const platform = profile.platform === undefined ? {} : { platform: profile.platform };
      const others = [...this.#warehouses].filter((one) => one !== mainWarehouse).toSorted();
      const warehouses = [mainWarehouse, ...others];
      commands.unshift({ type: "putChannel", channel: { channel, warehouses, ...platform }, actor, at: now });
    }
    return row(record, { commands, warnings });
  }
}

function row(
  record: ImportRecord,
  more: Partial<Pick<PlannedRow, "commands" | "warnings" | "problems">> = {},
): PlannedRow {
  return { record, commands: [], warnings: [], problems: [], openingKey: null, warehouse: null, ...more };
}

/** What a list says of cost, season and times; what nobody understands is left as it is, and said. */
function traitsIn(record: ReceiptRecord): { traits: Partial<SkuChange>; warnings: readonly Reason[] } {
  const { costMinor, season, shelfLife, leadTime, style } = record;
  const warnings: Reason[] = [];
  const read = <Value>(field: SkuField, text: string | null, parse: (text: string) => Value | undefined) => {
    const value = text === null ? undefined : parse(text);
    if (text !== null && value === undefined) warnings.push(traitUnknownReason(field, text));
    return value;
  };
  const months = read("season", season, parseSeason);
  const shelfLifeDays = read("shelfLife", shelfLife, parseDays);
  const leadDays = read("leadTime", leadTime, parseDays);
  const traits = {
    ...(costMinor === null ? {} : { cost: costMinor }),
    ...(months === undefined ? {} : { season: months }),
    ...(shelfLifeDays === undefined ? {} : { shelfLifeDays }),
    ...(leadDays === undefined ? {} : { leadDays }),
    ...(style === null ? {} : { style }),
  };
  return { traits, warnings };
}

/** What may stand in an id of a warehouse; anything else would be split where ids are joined. */
function warehouseId(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replaceAll(/^[._-]+|-+$/g, "")
    .slice(0, warehouseCharsMax);
}

function barcodesOf(text: string): readonly string[] {
  const all = text.split(/[\s,;|、]+/).filter((one) => one !== "");
  return [...new Set(all)].slice(0, limits.barcodesPerSkuMax);
}

/** The parts of a key are joined by colons, so none of them may hold one. */
function keyPart(text: string): string {
  return text.replaceAll(/[%:]/g, (sign) => (sign === "%" ? "%25" : "%3A"));
}

function lineKey(channel: string, record: { readonly orderId: string; readonly lineId: string }): string {
  return ["line", channel, record.orderId, record.lineId].map(keyPart).join(":");
}

function latestTime(record: OrderLineRecord): Instant {
  return Math.max(record.placedAt, record.updatedAt);
}

type Making = Pick<PlanOptions, "actor" | "hashBuyer">;

function observeCommand(record: OrderLineRecord, channel: string, by: Making, now: Instant): Observe {
  const line: SeenLine = {
    lineId: record.lineId,
    ...(record.sku === null ? { listing: record.listing ?? "" } : { sku: record.sku }),
    quantity: record.quantity,
    kind: record.kind,
    ...(record.amountMinor === null ? {} : { amount: record.amountMinor }),
    ...(record.closed ? { closed: record.quantity } : {}),
    ...(record.shipped ? { shipped: record.quantity } : {}),
    ...(record.refund === null ? {} : { refund: record.refund }),
  };
  return {
    type: "observe",
    channel,
    orderId: record.orderId,
    updatedAt: record.updatedAt,
    rank: record.rank,
    ...(record.stage === null ? {} : { stage: record.stage }),
    ...(record.status === null ? {} : { status: record.status }),
    buyer: record.buyer === null ? null : by.hashBuyer(record.buyer),
    region: record.region,
    placedAt: record.placedAt,
    lines: [line],
    actor: by.actor,
    at: now,
  };
}

function closeCommand(record: CloseMatchingRecord, channel: string, by: Making, now: Instant): CloseMatching {
  return {
    type: "closeMatching",
    key: lineKey(channel, record),
    channel,
    buyer: record.buyer === null ? null : by.hashBuyer(record.buyer),
    sku: record.sku,
    quantity: record.quantity,
    actor: by.actor,
    at: Math.min(record.at, now),
  };
}

function writeOffCommand(record: WriteOffRecord, channel: string, by: Making, now: Instant): Adjust {
  return {
    type: "adjust",
    key: lineKey(channel, record),
    action: "write_off",
    warehouse: mainWarehouse,
    sku: record.sku,
    quantity: record.quantity,
    ...(record.note === null ? {} : { note: record.note }),
    actor: by.actor,
    at: Math.min(record.at, now),
  };
}

/** A SKU in a warehouse. */
export function receivedKey(warehouse: string, sku: string): string {
  return pairKey(warehouse, skuKey(sku));
}
