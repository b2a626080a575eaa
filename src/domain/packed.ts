import { places, reasons, type Place, type Reason } from "./place.ts";
import type { Entry } from "./rows.ts";

/**
 * Rows as short texts. A batch's movements are one text: what is the same as in the movement before is left out,
 * and that is nearly everything of a burst. The text is what is stored and what the batch's hash is of, so one row
 * and one hash prove thousands of movements.
 *
 * Rows are parted by line feeds, values by tabs. An empty value means "as before" (or the usual value, where there
 * is no row before), `~` means null, and a value that begins with a backslash is an escaped text.
 */

const needsEscape = /^(?:$|[~\\])|[\t\n\\]/u;

/** A text as one value: never empty, and without a tab or a line feed. */
export function packText(text: string): string {
  if (!needsEscape.test(text)) return text;
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n");
  return `\\${escaped}`;
}

export function packNullable(text: string | null): string {
  return text === null ? "~" : packText(text);
}

export function unpackText(value: string): string {
  if (!value.startsWith("\\")) return value;
  return value
    .slice(1)
    .replaceAll(/\\[\\tn]/gu, (pair) => (pair === "\\t" ? "\t" : pair === "\\n" ? "\n" : "\\"));
}

export function unpackNullable(value: string): string | null {
  return value === "~" ? null : unpackText(value);
}

/** Cuts the empty values at the end of a row. */
export function trimRow(row: string): string {
  let end = row.length;
  while (end > 0 && row.charCodeAt(end - 1) === tab) end -= 1;
  return row.slice(0, end);
}

const tab = 9;

/** Stands before the first movement: nothing is the same as in it. */
const nothing = {
  orderId: undefined,
  lineId: undefined,
  quantity: -1,
  at: 0,
  sku: undefined,
  from: undefined,
  to: undefined,
  reason: undefined,
  channel: undefined,
  actor: undefined,
  warehouse: undefined,
  doc: undefined,
  fromBin: undefined,
  toBin: undefined,
  lot: undefined,
};

/** The movements of a batch as one text. `unpackEntries` gives them back, and packing those gives the same text. */
export function packEntries(entries: readonly Entry[]): string {
  let text = "";
  let before: Entry | typeof nothing = nothing;
  for (const entry of entries) {
    if (text !== "") text += "\n";
    text += entry === before ? "" : entryRow(entry, before);
    before = entry;
  }
  return text;
}

/** What differs most often stands first: the rest of the row is then empty, and cut. */
function entryRow(entry: Entry, before: Entry | typeof nothing): string {
  const order = changed(entry.orderId, before.orderId);
  const line = changed(entry.lineId, before.lineId);
  const quantity = entry.quantity === before.quantity ? "" : String(entry.quantity);
  const at = entry.at === before.at ? "" : String(entry.at - before.at);
  const head = `${order}\t${line}\t${quantity}\t${at}\t${changed(entry.sku, before.sku)}`;
  return sameRest(entry, before) ? trimRow(head) : trimRow(`${head}\t${restRow(entry, before)}`);
}

function sameRest(entry: Entry, before: Entry | typeof nothing): boolean {
  return (
    entry.from === before.from &&
    entry.to === before.to &&
    entry.reason === before.reason &&
    entry.channel === before.channel &&
    entry.actor === before.actor &&
    entry.warehouse === before.warehouse &&
    entry.doc === before.doc &&
    entry.fromBin === before.fromBin &&
    entry.toBin === before.toBin &&
    entry.lot === before.lot
  );
}

function restRow(entry: Entry, before: Entry | typeof nothing): string {
  const values = [
    changed(entry.from, before.from),
    changed(entry.to, before.to),
    changed(entry.reason, before.reason),
    changed(entry.channel, before.channel),
    changed(entry.actor, before.actor),
    changed(entry.warehouse, before.warehouse),
    changed(entry.doc, before.doc),
    changed(entry.fromBin, before.fromBin),
    changed(entry.toBin, before.toBin),
    changed(entry.lot, before.lot),
  ];
  return values.join("\t");
}

function changed(value: string | null, before: string | null | undefined): string {
  return value === before ? "" : packNullable(value);
}

/** @throws when the text is none that `packEntries` made */
export function unpackEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  if (text === "") return entries;
  let before: Entry | null = null;
  for (const row of text.split("\n")) {
    before = entryOf(row.split("\t"), before);
    entries.push(before);
  }
  return entries;
}

function entryOf(values: readonly string[], before: Entry | null): Entry {
  const quantity = values[2] ?? "";
  const at = values[3] ?? "";
  const head = {
    orderId: nullable(values[0], before?.orderId),
    lineId: nullable(values[1], before?.lineId),
    quantity: quantity === "" ? (before?.quantity ?? 0) : Number(quantity),
    at: (before?.at ?? 0) + (at === "" ? 0 : Number(at)),
    sku: required(values[4], before?.sku),
  };
  if (values.length <= 5 && before !== null) return { ...before, ...head };
  return {
    ...head,
    from: placeOf(required(values[5], before?.from)),
    to: placeOf(required(values[6], before?.to)),
    reason: reasonOf(required(values[7], before?.reason)),
    channel: nullable(values[8], before?.channel),
    actor: required(values[9], before?.actor),
    warehouse: required(values[10], before?.warehouse),
    doc: nullable(values[11], before?.doc),
    fromBin: nullable(values[12], before?.fromBin),
    toBin: nullable(values[13], before?.toBin),
    lot: nullable(values[14], before?.lot),
  };
}

function nullable(value: string | undefined, before: string | null | undefined): string | null {
  return value === undefined || value === "" ? (before ?? null) : unpackNullable(value);
}

function required(value: string | undefined, before: string | undefined): string {
  const found = value === undefined || value === "" ? before : unpackText(value);
  if (found === undefined) throw new Error("The journal has a movement that is not whole.");
  return found;
}

const placeNames: ReadonlySet<string> = new Set(places);
const reasonNames: ReadonlySet<string> = new Set(reasons);

function placeOf(name: string): Place {
  if (placeNames.has(name)) return name as Place;
  throw new Error(`The journal names the place ${name}, which this version does not know.`);
}

function reasonOf(name: string): Reason {
  if (reasonNames.has(name)) return name as Reason;
  throw new Error(`The journal names the reason ${name}, which this version does not know.`);
}
