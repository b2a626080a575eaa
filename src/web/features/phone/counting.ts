import type { CounterSheet } from "../../../api/counts.ts";
import type { KeptGood, Step } from "../../offline/database.ts";
import type { CountRecord, NewRecord, RecordState, Said } from "../../offline/records.ts";

/** Counting on the phone, without its screen: what each scan and tap does. */

export const countingLimits = {
  /** A quantity that is typed: five digits are part of a barcode that slipped into the field. */
  typedUnitsMax: 9_999,
  /** Of cases times units in each. */
  unitsMax: 1_000_000,
} as const;

export type Quality = "good" | "bad";
type Mode = "first" | "add" | "replace";

export interface CellName {
  readonly bin: string;
  readonly sku: string;
  readonly lot: string;
  readonly quality: Quality;
}

export function cellName({ bin, sku, lot, quality }: CellName): string {
  return JSON.stringify([bin, sku, lot, quality]);
}

/** What is under the fingers: not yet an entry, and kept on the phone all the same. */
export interface Card extends CellName {
  readonly code: string;
  readonly name: string;
  readonly barcode: string;
  /** Units of this cell that this person has entered before and goes on from. */
  readonly base: number;
  /** With `base`: what the screen shows. */
  readonly total: number;
  readonly mode: Mode;
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

export interface Draft {
  /** The bin that is open; null: scan one. */
  readonly bin: string | null;
  readonly binFrom: number;
  readonly binFirst: number;
  readonly card: Card | null;
}

export const noDraft: Draft = { bin: null, binFrom: 0, binFirst: 0, card: null };

export interface Moment {
  /** Milliseconds by the phone's clock. */
  readonly at: number;
  readonly number: number;
}

export interface Owner {
  readonly person: string;
  readonly sheet: string;
}

/** What this person has of a cell so far; null: nothing. `again`: it is to be counted from the beginning. */
export interface Before {
  readonly quantity: number | null;
  readonly again: boolean;
}

export type Act =
  | { readonly kind: "open"; readonly bin: string }
  | {
      readonly kind: "scan";
      readonly good: KeptGood;
      /** Null: the scan does not say. */
      readonly lot: string | null;
      /** A case of so many; absent: one. */
      readonly units?: number;
      readonly before: Before;
      readonly newId: string;
    }
  | { readonly kind: "lot"; readonly lot: string }
  /** The whole quantity, as it was typed or multiplied. */
  | { readonly kind: "total"; readonly total: number }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "quality"; readonly before: (quality: Quality) => Before }
  | { readonly kind: "recount" }
  | { readonly kind: "drop" }
  | { readonly kind: "keep"; readonly newId: string }
  | { readonly kind: "leave"; readonly newId: string }
  | { readonly kind: "close"; readonly newId: string };

const time = (at: number) => new Date(at).toISOString();

function startCard(draft: Draft, scan: Extract<Act, { kind: "scan" }>, { at, number }: Moment): Card {
  const { good, before, units = 1 } = scan;
  const { sku, code, name, barcodes } = good;
  const base = before.again ? 0 : (before.quantity ?? 0);
  const mode: Mode = before.quantity === null ? "first" : before.again ? "replace" : "add";
  const cell = { bin: draft.bin ?? "", sku, lot: scan.lot ?? "", quality: "good" as const };
  const times = { from: at, to: at, first: number, last: number };
  return { ...cell, code, name, barcode: barcodes[0] ?? "", base, total: base + units, mode, ...times };
}

/** The card as an entry: what is added, or the whole. */
function entryOf(card: Card, owner: Owner, id: string): NewRecord {
  const { bin, sku, lot, quality, base, total, from, to, first, last, code, name } = card;
  // Fewer than before cannot be added: it is a correction of the whole.
  const mode: Mode = card.mode === "add" && total < base ? "replace" : card.mode;
  const quantity = mode === "add" ? total - base : total;
  const entry = { id, bin, sku, quality, quantity, mode, from: time(from), to: time(to), first, last };
  return { kind: "entry", ...owner, at: to, entry: lot === "" ? entry : { ...entry, lot }, code, name };
}

/** A card that says nothing new: reopened and left as it was. */
function isIdle({ mode, base, total }: Card): boolean {
  return mode === "add" && base === total;
}

function finish(draft: Draft, owner: Owner, id: string): NewRecord[] {
  return draft.card === null || isIdle(draft.card) ? [] : [entryOf(draft.card, owner, id)];
}

/** What an act makes of the draft, and which records come of it. */
export function act(draft: Draft, what: Act, moment: Moment, owner: Owner): Step<Draft> {
  const { card } = draft;
  const { at, number } = moment;
  const only = (next: Draft): Step<Draft> => ({ draft: next, records: [] });
  const change = (part: Partial<Card>): Step<Draft> =>
    card === null ? only(draft) : only({ ...draft, card: { ...card, ...part, to: at, last: number } });
  switch (what.kind) {
    case "open":
      return only({ bin: what.bin, binFrom: at, binFirst: number, card: null });
    case "scan":
      if (card?.sku === what.good.sku && (what.lot === null || what.lot === card.lot))
        return change({ total: card.total + (what.units ?? 1) });
      return {
        draft: { ...draft, card: startCard(draft, what, moment) },
        records: finish(draft, owner, what.newId),
      };
    case "lot":
      return change({ lot: what.lot });
    case "total":
      return change({ total: what.total });
    case "step":
      return change({ total: Math.max(0, (card?.total ?? 0) + what.by) });
    case "quality": {
      if (card === null) return only(draft);
      const quality = card.quality === "good" ? "bad" : "good";
      const { quantity, again } = what.before(quality);
      const base = again ? 0 : (quantity ?? 0);
      const mode: Mode = quantity === null ? "first" : again ? "replace" : "add";
      return change({ quality, base, mode, total: base + Math.max(0, card.total - card.base) });
    }
    case "recount":
      if (card === null) return only(draft);
      return only({
        ...draft,
        card: { ...card, base: 0, total: 0, mode: "replace", from: at, to: at, first: number, last: number },
      });
    case "drop":
      return only({ ...draft, card: null });
    case "keep":
      return { draft: { ...draft, card: null }, records: finish(draft, owner, what.newId) };
    case "leave":
      return { draft: noDraft, records: finish(draft, owner, what.newId) };
    case "close":
    default: {
      if (draft.bin === null) return only(draft);
      const span = { from: time(draft.binFrom), to: time(at), first: draft.binFirst, last: number };
      const close = { kind: "close" as const, ...owner, at, close: { bin: draft.bin, ...span } };
      return { draft: noDraft, records: [...finish(draft, owner, what.newId), close] };
    }
  }
}

/** One counted cell in the list. */
export interface Done extends CellName {
  readonly key: string;
  readonly name: string;
  readonly code: string;
  readonly quantity: number | null;
  /** Null: this phone does not know when. */
  readonly at: number | null;
  readonly state: RecordState;
  readonly words: Said | null;
  /** Why it is to be counted once more. */
  readonly again: Said | null;
}

/** What this person has counted, by the server and by what still waits here: what is to be done again first. */
export function doneOf(sheet: CounterSheet | null, records: readonly CountRecord[]): readonly Done[] {
  const cells = new Map<string, Done>();
  const good = (sku: string) => sheet?.goods[sku];
  for (const { cell, quantity } of sheet?.mine ?? []) {
    const key = cellName(cell);
    const { name = cell.sku, code = cell.sku } = good(cell.sku) ?? {};
    cells.set(key, { ...cell, key, name, code, quantity, at: null, state: "sent", words: null, again: null });
  }
  for (const { cell, words } of sheet?.again ?? []) {
    const key = cellName(cell);
    const { name = cell.sku, code = cell.sku } = good(cell.sku) ?? {};
    const blank = { ...cell, key, name, code, quantity: null, at: null, state: "sent" as const, words: null };
    cells.set(key, { ...(cells.get(key) ?? blank), again: words });
  }
  for (const record of records) if (record.kind === "entry") take(cells, record);
  return [...cells.values()].toSorted(
    (a, b) =>
      Number(b.again !== null) - Number(a.again !== null) ||
      (b.at ?? 0) - (a.at ?? 0) ||
      (a.key < b.key ? -1 : 1),
  );
}

function take(cells: Map<string, Done>, record: Extract<CountRecord, { kind: "entry" }>): void {
  const { entry, at, name, code, state, words } = record;
  const cell = { bin: entry.bin, sku: entry.sku, lot: entry.lot ?? "", quality: entry.quality ?? "good" };
  // The server may have found the one lot that stands there: its cell is the same shelf.
  const near = [...cells.values()].find(
    (one) => one.bin === cell.bin && one.sku === cell.sku && one.quality === cell.quality,
  );
  const key = cell.lot === "" && near !== undefined ? near.key : cellName(cell);
  const known = cells.get(key);
  if (state === "sent") {
    // Its quantity is in the server's already; what is not there yet was answered a moment ago.
    const quantity = known?.quantity ?? entry.quantity;
    cells.set(key, {
      ...cell,
      ...known,
      key,
      name,
      code,
      quantity,
      at,
      state,
      words,
      again: known?.again ?? null,
    });
    return;
  }
  const added = entry.mode === "add" ? (known?.quantity ?? 0) + entry.quantity : entry.quantity;
  const quantity = state === "refused" ? (known?.quantity ?? null) : added;
  const again = state === "waiting" ? null : (known?.again ?? null);
  cells.set(key, { ...cell, ...known, key, name, code, quantity, at, state, words, again });
}

/** What this person has of a product in a bin. */
export function beforeOf(done: readonly Done[], bin: string, sku: string, quality: Quality = "good"): Before {
  const found = done.find((one) => one.bin === bin && one.sku === sku && one.quality === quality);
  return { quantity: found?.quantity ?? null, again: found !== undefined && found.again !== null };
}

/** The bins of a sheet: those it names, or those where its products stand. */
export function binsOf(sheet: CounterSheet): readonly { bin: string; closed: boolean; whole: boolean }[] {
  if (sheet.bins.length > 0) return sheet.bins.map(({ bin, closed }) => ({ bin, closed, whole: true }));
  return [...new Set(sheet.cells.map(({ bin }) => bin))].map((bin) => ({ bin, closed: false, whole: false }));
}

/** Bins that are done, with those whose closing still waits on this phone. */
export function closedBins(sheet: CounterSheet, records: readonly CountRecord[]): ReadonlySet<string> {
  const local = records.flatMap((one) =>
    one.kind === "close" && one.state !== "refused" ? [one.close.bin] : [],
  );
  return new Set([...binsOf(sheet).flatMap(({ bin, closed }) => (closed ? [bin] : [])), ...local]);
}

/** Cases times units in each, and loose ones; null where it is no quantity. */
export function multiplied(cases: number, each: number, loose: number): number | null {
  const { typedUnitsMax, unitsMax } = countingLimits;
  const parts = [cases, each, loose];
  if (parts.some((part) => !Number.isSafeInteger(part) || part < 0 || part > typedUnitsMax)) return null;
  const total = cases * each + loose;
  return total > unitsMax ? null : total;
}
