import { limits } from "../domain/limits.ts";
import type { Kind, Refund, Stage } from "../domain/rows.ts";
import { cleanId, wordKey } from "./clean.ts";
import { parseDateTime } from "./date-time.ts";
import type { Row } from "./file/row.ts";
import type { Progress, Table } from "./file/table.ts";
import { ImportFileError, problem } from "./problem.ts";
import type { Problem, Sentence } from "./problem.ts";
import type { Profile, ProfileRule, ProfileStatus } from "./profile.ts";
import { mapColumns } from "./profile-recognise.ts";
import { FieldReader } from "./row-fields.ts";
import { compileRules } from "./row-rules.ts";
import type { RuleFinder } from "./row-rules.ts";

interface RecordBase {
  /** Physical line of the file. */
  readonly line: number;
  /** The row as it stands in the file, for the reject file. */
  readonly cells: readonly string[];
}

export interface Reason extends Sentence {
  readonly code: string;
}

/** A row that is nothing to us, by a rule of the profile. */
export interface SkipRecord extends RecordBase {
  readonly as: "skip";
  readonly reason: Reason;
}

/** A row that cannot be used, with everything that is wrong with it. */
export interface ProblemRecord extends RecordBase {
  readonly as: "problem";
  readonly problems: readonly Problem[];
}

/** Opening stock of a SKU in one place. Texts that are absent or empty are null. */
export interface ReceiptRecord extends RecordBase {
  readonly as: "receipt";
  /** As in the file; the domain compares codes without regard to case and width. */
  readonly sku: string;
  readonly name: string | null;
  readonly category: string | null;
  /** Minor units of the profile's currency. */
  readonly priceMinor: number | null;
  readonly costMinor: number | null;
  /** As in the file. */
  readonly season: string | null;
  readonly shelfLife: string | null;
  readonly leadTime: string | null;
  readonly style: string | null;
  /** Zero or more. */
  readonly quantity: number;
  readonly bin: string | null;
  readonly zone: string | null;
  readonly lot: string | null;
  readonly barcode: string | null;
  /** Milliseconds: the beginning of that day. */
  readonly expiry: number | null;
  readonly warehouse: string | null;
}

interface OrderRowRecord extends RecordBase {
  readonly orderId: string;
  readonly lineId: string;
}

export interface OrderLineRecord extends OrderRowRecord {
  readonly as: "orderLine";
  /** At least one of `sku` and `listing` is given. */
  readonly sku: string | null;
  readonly listing: string | null;
  readonly name: string | null;
  /** One or more. */
  readonly quantity: number;
  /** Minor units for the whole line. */
  readonly amountMinor: number | null;
  /** Null where the platform's word is unknown: the units stay where they are. */
  readonly stage: Stage | null;
  /** The platform's own word. */
  readonly status: string | null;
  /** Orders looks with one `updatedAt`: later in an order's life is greater. */
  readonly rank: number;
  /** What was not shipped is cancelled. */
  readonly closed: boolean;
  readonly shipped: boolean;
  /** Null where the file says nothing about it, or in an unknown word. */
  readonly refund: Refund | null;
  readonly kind: Kind;
  /** Milliseconds, all of them. */
  readonly placedAt: number;
  readonly paidAt: number | null;
  readonly shippedAt: number | null;
  /** The file's own, else the latest of the times above. */
  readonly updatedAt: number;
  readonly expectedShipAt: number | null;
  /** As in the file; only a keyed hash of it may be stored. */
  readonly buyer: string | null;
  readonly region: string | null;
  /** As in the file, masked or not; only keyed hashes of them may be stored. */
  readonly phone: string | null;
  readonly address: string | null;
  /** Nothing that keeps the row from being used. */
  readonly warnings: readonly Problem[];
}

/** A cancellation that names a buyer and a SKU instead of an order. */
export interface CloseMatchingRecord extends OrderRowRecord {
  readonly as: "closeMatching";
  readonly sku: string;
  /** One or more. */
  readonly quantity: number;
  readonly buyer: string | null;
  readonly at: number;
  readonly reason: Reason | null;
}

/** Units that are gone from available. */
export interface WriteOffRecord extends OrderRowRecord {
  readonly as: "writeOff";
  readonly sku: string;
  /** One or more. */
  readonly quantity: number;
  readonly at: number;
  /** What the file says about it, in the column of the name. */
  readonly note: string | null;
  readonly reason: Reason | null;
}

export type ImportRecord =
  | SkipRecord
  | ProblemRecord
  | ReceiptRecord
  | OrderLineRecord
  | CloseMatchingRecord
  | WriteOffRecord;

export interface ReadProgress extends Progress {
  readonly rows: number;
}

export interface ReadOptions {
  /** Called once a batch, before its records are given out; the last time with everything read. */
  readonly onProgress?: (progress: ReadProgress) => void;
}

const regionCharsMax = 64;
const traitCharsMax = 64;
const contactCharsMax = 500;

/**
 * Reads a table by a profile: one record for each row, in file order, some thousands at a time. Nothing is looked up
 * and nothing is changed.
 *
 * @throws ImportFileError `profile_mismatch` where a required column is missing, and what reading the file throws
 */
export async function* readRecordBatches(
  table: Table,
  profile: Profile,
  options: ReadOptions = {},
): AsyncGenerator<ImportRecord[]> {
  const read = recordReader(table.headers, profile);
  let rows = 0;
  for await (const batch of table.batches) {
    rows += batch.length;
    options.onProgress?.({ rows, ...table.progress() });
    yield batch.map(read);
  }
}

/** The same records one by one. */
export async function* readRecords(
  table: Table,
  profile: Profile,
  options: ReadOptions = {},
): AsyncGenerator<ImportRecord> {
  for await (const batch of readRecordBatches(table, profile, options)) yield* batch;
}

/** Makes the function that reads one row. It counts lines of orders, so each file needs its own. */
export function recordReader(headers: readonly string[], profile: Profile): (row: Row) => ImportRecord {
  const columns = mapColumns(headers, profile);
  if (columns.missing.length > 0) {
    const name = columns.missing.map(({ header }) => header).join("、");
    throw new ImportFileError("profile_mismatch", { value: profile.name, name });
  }
  const fields = new FieldReader(headers, profile, columns);
  const ruleFor = compileRules(profile, headers, (cells, field) => fields.raw(field, cells));
  return profile.kind === "stock" ? stockReader(fields, ruleFor) : orderReader(fields, ruleFor, profile);
}

function stockReader(fields: FieldReader, ruleFor: RuleFinder): (row: Row) => ImportRecord {
  return (row) => {
    const { line, cells } = row;
    if (row.problem !== undefined) return { as: "problem", line, cells, problems: [row.problem] };
    const rule = ruleFor(cells);
    if (rule?.as === "skip") return { as: "skip", line, cells, reason: reasonOf(rule) };
    fields.begin(cells);
    const record: ReceiptRecord = {
      as: "receipt",
      line,
      cells,
      sku: fields.id("sku", limits.skuCharsMax) ?? "",
      name: fields.text("name", limits.nameCharsMax),
      category: fields.text("category", limits.nameCharsMax),
      priceMinor: notNegative(fields, "price", fields.money("price")),
      costMinor: notNegative(fields, "cost", fields.money("cost")),
      season: fields.text("season", traitCharsMax),
      shelfLife: fields.text("shelfLifeDays", traitCharsMax),
      leadTime: fields.text("leadDays", traitCharsMax),
      style: fields.id("style", limits.idCharsMax),
      quantity: notNegative(fields, "quantity", fields.integer("quantity", limits.quantityMax)) ?? 0,
      bin: fields.id("bin", limits.binCharsMax),
      zone: fields.id("zone", limits.binCharsMax),
      lot: fields.id("lot", limits.idCharsMax),
      barcode: fields.halfWidthId("barcode", limits.idCharsMax),
      expiry: fields.time("expiry"),
      warehouse: fields.id("warehouse", limits.idCharsMax),
    };
    return fields.faults.length > 0 ? { as: "problem", line, cells, problems: fields.faults } : record;
  };
}

function notNegative(
  fields: FieldReader,
  field: "price" | "cost" | "quantity" | "amount" | "unitPrice",
  value: number | null,
): number | null {
  return value !== null && value < 0
    ? fields.fault("negative", field, { value: cleanId(fields.raw(field)) })
    : value;
}

const noReason: Reason = { code: "skipped", zh: "方案规定跳过", en: "Left out by the profile" };

function reasonOf(rule: ProfileRule): Reason {
  return rule.reason ?? noReason;
}

function orderReader(fields: FieldReader, ruleFor: RuleFinder, profile: Profile): (row: Row) => ImportRecord {
  const meaning = orderMeaning(profile);
  const ordinals = new Map<string, number>();
  /** Every row of an order counts, also one that is skipped or bad: so numbers stay when such a row is mended. */
  const ordinalOf = (cells: readonly string[]): string => {
    const orderId = cleanId(fields.raw("orderId", cells));
    const ordinal = (ordinals.get(orderId) ?? 0) + 1;
    ordinals.set(orderId, ordinal);
    return String(ordinal);
  };
  return (row) => {
    const { line, cells } = row;
    const ordinal = profile.lineNumber === "ordinal" ? ordinalOf(cells) : null;
    if (row.problem !== undefined) return { as: "problem", line, cells, problems: [row.problem] };
    const rule = ruleFor(cells);
    if (rule?.as === "skip") return { as: "skip", line, cells, reason: reasonOf(rule) };
    fields.begin(cells);
    const orderId = fields.halfWidthId("orderId", limits.idCharsMax) ?? "";
    const lineId = ordinal ?? fields.halfWidthId("lineId", limits.idCharsMax) ?? "";
    const start = { line, cells, orderId, lineId };
    const record =
      rule?.as === "closeMatching" || rule?.as === "writeOff"
        ? takenBack(fields, start, rule.as, rule.reason ?? null, meaning)
        : orderLine(fields, start, meaning);
    return fields.faults.length > 0 ? { as: "problem", line, cells, problems: fields.faults } : record;
  };
}

type Start = Pick<OrderLineRecord, "line" | "cells" | "orderId" | "lineId">;

/** What the words of the file mean, compiled. */
interface OrderMeaning {
  readonly stage: Stage;
  readonly status: ReadonlyMap<string, ProfileStatus>;
  readonly refund: ReadonlyMap<string, Refund>;
  readonly presale: ReadonlySet<string>;
  /** The day that an order's number begins with, in milliseconds. */
  readonly dayOfOrderId: (orderId: string) => number | null;
}

function orderMeaning(profile: Profile): OrderMeaning {
  const byWord = <T>(words: Record<string, T> | undefined): Map<string, T> =>
    new Map(Object.entries(words ?? {}).map(([word, value]) => [wordKey(word), value]));
  const format = profile.orderIdDate;
  return {
    stage: profile.stage ?? "paid",
    status: byWord(profile.status),
    refund: byWord(profile.refund),
    presale: new Set((profile.presale ?? []).map(wordKey)),
    dayOfOrderId(orderId) {
      if (format === undefined) return null;
      const time = parseDateTime(orderId.slice(0, format.length), [format], profile.timeZone);
      return typeof time === "number" ? time : null;
    },
  };
}

function takenBack(
  fields: FieldReader,
  start: Start,
  as: "closeMatching" | "writeOff",
  reason: Reason | null,
  meaning: OrderMeaning,
): CloseMatchingRecord | WriteOffRecord {
  const quantity = fields.integer("quantity", limits.quantityMax) ?? -1;
  if (quantity >= 0) fields.fault("not_negative", "quantity", { value: cleanId(fields.raw("quantity")) });
  const sku = fields.id("sku", limits.skuCharsMax) ?? "";
  if (sku === "" && fields.faults.length === 0) fields.fault("required_empty", "sku");
  const base = { ...start, sku, quantity: -quantity, at: placedAt(fields, start, meaning), reason };
  return as === "closeMatching"
    ? { as, ...base, buyer: fields.id("buyer", limits.idCharsMax) }
    : { as, ...base, note: fields.text("name", limits.nameCharsMax) };
}

function placedAt(fields: FieldReader, start: Start, meaning: OrderMeaning): number {
  const faults = fields.faults.length;
  const time =
    fields.time("placedAt") ??
    fields.time("paidAt") ??
    meaning.dayOfOrderId(start.orderId) ??
    fields.time("updatedAt");
  if (time === null && fields.faults.length === faults) fields.faults.push(problem("time_missing"));
  return time ?? 0;
}

function orderLine(fields: FieldReader, start: Start, meaning: OrderMeaning): OrderLineRecord {
  const sku = fields.id("sku", limits.skuCharsMax);
  const listing = fields.halfWidthId("listing", limits.idCharsMax);
  if (sku === null && listing === null && fields.faults.length === 0)
    fields.faults.push(problem("sku_missing"));
  const quantity = fields.integer("quantity", limits.quantityMax) ?? 1;
  if (quantity <= 0) fields.fault("not_positive", "quantity", { value: cleanId(fields.raw("quantity")) });
  const placed = placedAt(fields, start, meaning);
  const paidAt = fields.time("paidAt");
  const shippedAt = fields.time("shippedAt");
  const warnings: Problem[] = [];
  const state = orderState(fields, meaning, { paidAt, shippedAt }, warnings);
  const refund = refundOf(fields, meaning, warnings);
  return {
    as: "orderLine",
    line: start.line,
    cells: start.cells,
    orderId: start.orderId,
    lineId: start.lineId,
    sku,
    listing,
    name: fields.text("name", limits.nameCharsMax),
    quantity,
    amountMinor: lineAmount(fields, quantity),
    stage: state.stage,
    status: state.status,
    rank: state.rank,
    closed: state.closed,
    shipped: state.shipped,
    refund,
    kind: meaning.presale.size > 0 && meaning.presale.has(wordKey(fields.raw("kind"))) ? "presale" : "spot",
    placedAt: placed,
    paidAt,
    shippedAt,
    updatedAt: fields.time("updatedAt") ?? Math.max(placed, paidAt ?? 0, shippedAt ?? 0),
    expectedShipAt: fields.time("expectedShipAt"),
    buyer: fields.id("buyer", limits.idCharsMax),
    region: fields.text("region", regionCharsMax),
    phone: fields.text("phone", contactCharsMax),
    address: fields.text("address", contactCharsMax),
    warnings,
  };
}

function lineAmount(fields: FieldReader, quantity: number): number | null {
  const amount = notNegative(fields, "amount", fields.money("amount"));
  if (amount !== null) return amount;
  const unitPrice = notNegative(fields, "unitPrice", fields.money("unitPrice"));
  if (unitPrice === null) return null;
  const product = unitPrice * quantity;
  return product <= limits.amountMinorMax
    ? product
    : fields.fault("too_large", "unitPrice", { value: String(product) });
}

/** Ranks of the stages of an order's life, with room between them. */
const rankOf = { created: 10, pending: 15, paid: 20, shipped: 30, closed: 90 } as const;

type State = Pick<OrderLineRecord, "stage" | "status" | "rank" | "closed" | "shipped">;

function orderState(
  fields: FieldReader,
  meaning: OrderMeaning,
  times: { readonly paidAt: number | null; readonly shippedAt: number | null },
  warnings: Problem[],
): State {
  if (!fields.has("status")) {
    return { stage: meaning.stage, status: null, rank: rankOf[meaning.stage], closed: false, shipped: false };
  }
  const word = cleanId(fields.raw("status"));
  const known = meaning.status.get(wordKey(word));
  if (known === undefined) {
    warnings.push(problem("status_unknown", { value: word === "" ? "空" : word }));
    return { stage: null, status: word, rank: 0, closed: false, shipped: false };
  }
  // A cancelled order may still carry shipped units: those come back through the warehouse, not through a status.
  const shipped = known.shipped === true || (known.closed === true && times.shippedAt !== null);
  const closed = known.closed === true && !shipped;
  const stage = closed || shipped ? stageOnceOver(known.stage, times.paidAt, shipped) : known.stage;
  const rank = closed ? rankOf.closed : shipped ? rankOf.shipped : rankOf[stage];
  return { stage, status: word, rank, closed, shipped };
}

/** One word stands for orders that were cancelled before and after payment: the time of payment tells which. */
function stageOnceOver(stage: Stage, paidAt: number | null, shipped: boolean): Stage {
  return shipped || paidAt !== null ? "paid" : stage;
}

function refundOf(fields: FieldReader, meaning: OrderMeaning, warnings: Problem[]): Refund | null {
  const word = fields.has("refundStatus") ? wordKey(cleanId(fields.raw("refundStatus"))) : "";
  if (word === "" || meaning.refund.size === 0) return null;
  const refund = meaning.refund.get(word) ?? (/^[-/\\]+$/.test(word) ? "none" : null);
  if (refund === null) warnings.push(problem("refund_unknown", { value: word }));
  return refund;
}
