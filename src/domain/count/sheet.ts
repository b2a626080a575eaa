import { cellKey, type Cell } from "../floor/shelf.ts";
import { compareWhen, type When } from "../floor/when.ts";
import type { Instant } from "../rows.ts";
import { pairKey } from "../text.ts";
import type { BinClose, CountEntry, Resolution } from "./entry.ts";
import type { Tolerance, VarianceReason } from "./tolerance.ts";

export const sheetKinds = ["spot", "cycle", "full", "zero", "touched"] as const;
export type SheetKind = (typeof sheetKinds)[number];

/** What is to be counted. */
export interface SheetSpec {
  readonly sheet: string;
  readonly kind: SheetKind;
  readonly warehouse: string;
  /** The bins that are to be looked at whole. */
  readonly bins: readonly string[];
  /** A spot count asks for single cells instead. In a pooled warehouse these are its SKUs, and `bins` all the bins where they may stand. */
  readonly cells: readonly Cell[];
  /** False: counters see what the books expect. */
  readonly blind: boolean;
  readonly tolerance: Tolerance;
  /** The precheck, session or plan that it is for. */
  readonly purpose: string;
  /** The key that it was asked for with: the same key is the same sheet. */
  readonly request?: string;
  /** Picks are not scanned in this warehouse: the sheet is compared over its whole time. Absent: they are. */
  readonly unscanned?: boolean;
}

/** One line of a count that was approved: a claim about a shelf, with everything that it rests on. */
export interface ApprovedLine {
  readonly cell: Cell;
  readonly quantity: number;
  readonly when: When;
  readonly variance: number;
  readonly valueMinor: number;
  readonly reason: VarianceReason | null;
  /** Everybody whose count it rests on. */
  readonly counters: readonly string[];
}

interface CountBodies {
  readonly opened: { readonly spec: SheetSpec };
  readonly entry: { readonly entry: CountEntry };
  readonly resolved: { readonly entry: string; readonly as: Resolution };
  readonly bin_closed: { readonly close: BinClose };
  /** Somebody wants these lines counted once more, whatever they say. */
  readonly recount: { readonly lines: readonly string[]; readonly reason: string };
  readonly approved: { readonly lines: readonly ApprovedLine[]; readonly role: string };
  /** The lines without a difference are kept as proof, and nothing more is taken in but what was counted before. */
  readonly closed: { readonly proof: readonly ApprovedLine[] };
  readonly cancelled: { readonly reason: string };
}
export type CountEventKind = keyof CountBodies;

/** One line of a sheet's history. `seq` counts from 1 without a hole. */
interface CountEventOf<Kind extends CountEventKind> {
  readonly seq: number;
  readonly sheet: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: CountBodies[Kind];
}
export type CountEvent = { [Kind in CountEventKind]: CountEventOf<Kind> }[CountEventKind];
/** An event before it has its place in the history. */
export type CountFact = { [Kind in CountEventKind]: { kind: Kind; body: CountBodies[Kind] } }[CountEventKind];

export type SheetStatus = "open" | "closed" | "cancelled";

/**
 * What an event may have changed: what was seen in a bin, the lines and nothing that was seen, or anything at all.
 */
export type SheetChange = { readonly bin: string } | "lines" | "any";

/** A sheet as it stands: what its events add up to. */
export interface Sheet {
  readonly seq: number;
  readonly spec: SheetSpec;
  readonly status: SheetStatus;
  readonly openedAt: Instant;
  readonly openedBy: string;
  readonly closedAt: Instant | null;
  /** By `cellKey` of the cell as it was entered. */
  readonly entries: ReadonlyMap<string, readonly CountEntry[]>;
  readonly entryIds: ReadonlySet<string>;
  /** The cells that were entered, by bin. */
  readonly entered: ReadonlyMap<string, readonly Cell[]>;
  /** What each event may have changed, from the first on. */
  readonly changes: readonly SheetChange[];
  readonly resolutions: ReadonlyMap<string, Resolution>;
  /** By bin: of each person the close that is latest in time. */
  readonly closes: ReadonlyMap<string, readonly BinClose[]>;
  /** When somebody last asked for a line to be counted again, by `cellKey` of the line. */
  readonly recounts: ReadonlyMap<string, Instant>;
  /** By `cellKey` of the line. */
  readonly approved: ReadonlyMap<string, ApprovedLine & { readonly by: string; readonly at: Instant }>;
}

type Draft = {
  -readonly [Key in keyof Sheet]: Sheet[Key] extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : Sheet[Key] extends ReadonlySet<infer M>
      ? Set<M>
      : Sheet[Key] extends readonly (infer Item)[]
        ? Item[]
        : Sheet[Key];
};

/**
 * The sheet after one more event; null before it was opened. Total: what was folded already, what is of another
 * sheet, and what this version does not know changes nothing but the number.
 */
export function foldSheet(sheet: Sheet | null, event: CountEvent): Sheet | null {
  if (sheet === null) return event.kind === "opened" ? openedSheet(event) : null;
  const draft = copyOf(sheet);
  apply(draft, event);
  return draft;
}

/** The sheet after many more of its events. One copy for all of them: a sheet of 20,000 bins has as many events. */
export function foldSheetAll(events: readonly CountEvent[], from: Sheet | null = null): Sheet | null {
  if (events.length === 0) return from;
  let draft: Draft | null = from === null ? null : copyOf(from);
  for (const event of events) {
    if (draft !== null) apply(draft, event);
    else if (event.kind === "opened") draft = copyOf(openedSheet(event));
  }
  return draft;
}

/**
 * The sheet after more of its events, in time that does not depend on how long its history is. What it holds is
 * shared with the sheet before, which may from then on know more than its number says, but never less. The caller
 * must own both.
 */
export function growSheet(sheet: Sheet | null, events: readonly CountEvent[]): Sheet | null {
  if (sheet === null) return foldSheetAll(events);
  // Whatever is in a sheet was made here and by `copyOf`, with maps that can be written to.
  const draft = { ...sheet } as Draft;
  for (const event of events) apply(draft, event);
  return draft;
}

/**
 * The bins in which something was seen after a number of the sheet's history; null: it may be any.
 * @param what with `lines`, also a change of the lines alone is a change of any
 */
export function changedBins(
  { changes }: Pick<Sheet, "changes">,
  after: number,
  what: "lines" | "seen",
): ReadonlySet<string> | null {
  const bins = new Set<string>();
  for (let index = Math.max(0, after); index < changes.length; index += 1) {
    const change = changes[index] ?? "any";
    if (change === "any" || (change === "lines" && what === "lines")) return null;
    if (change !== "lines") bins.add(change.bin);
  }
  return bins;
}

function openedSheet({ seq, at, actor, body }: CountEventOf<"opened">): Sheet {
  return {
    seq,
    spec: body.spec,
    status: "open",
    openedAt: at,
    openedBy: actor,
    closedAt: null,
    entries: new Map(),
    entryIds: new Set(),
    entered: new Map(),
    changes: Array.from({ length: seq }, () => "any" as const),
    resolutions: new Map(),
    closes: new Map(),
    recounts: new Map(),
    approved: new Map(),
  };
}

function copyOf(sheet: Sheet): Draft {
  return {
    ...sheet,
    entries: new Map(sheet.entries),
    entryIds: new Set(sheet.entryIds),
    entered: new Map(sheet.entered),
    changes: [...sheet.changes],
    resolutions: new Map(sheet.resolutions),
    closes: new Map(sheet.closes),
    recounts: new Map(sheet.recounts),
    approved: new Map(sheet.approved),
  };
}

function apply(draft: Draft, event: CountEvent): void {
  if (event.sheet !== draft.spec.sheet || event.seq <= draft.seq) return;
  draft.seq = event.seq;
  // A number that is missing here, as a test may leave one out, changed nobody knows what.
  while (draft.changes.length < event.seq - 1) draft.changes.push("any");
  draft.changes[event.seq - 1] = changedBy(event);
  switch (event.kind) {
    case "entry": {
      const { entry } = event.body;
      if (draft.entryIds.has(entry.id)) return;
      const key = cellKey(entry.cell);
      draft.entryIds.add(entry.id);
      const known = draft.entries.get(key);
      draft.entries.set(key, known === undefined ? [entry] : [...known, entry]);
      const { bin } = entry.cell;
      if (known === undefined) draft.entered.set(bin, [...(draft.entered.get(bin) ?? []), entry.cell]);
      return;
    }
    case "resolved":
      if (!draft.resolutions.has(event.body.entry)) draft.resolutions.set(event.body.entry, event.body.as);
      return;
    case "bin_closed": {
      const { close } = event.body;
      const all = draft.closes.get(close.bin) ?? [];
      const own = all.find((one) => one.by === close.by);
      if (own === undefined || compareWhen(own.when, close.when) < 0)
        draft.closes.set(close.bin, [...all.filter((one) => one !== own), close]);
      return;
    }
    case "recount":
      for (const line of event.body.lines) draft.recounts.set(line, event.at);
      return;
    case "approved":
      for (const line of event.body.lines)
        draft.approved.set(cellKey(line.cell), { ...line, by: event.actor, at: event.at });
      return;
    case "closed":
      for (const line of event.body.proof)
        draft.approved.set(cellKey(line.cell), { ...line, by: event.actor, at: event.at });
      draft.status = "closed";
      draft.closedAt = event.at;
      return;
    case "cancelled":
      draft.status = "cancelled";
      draft.closedAt = event.at;
      return;
    case "opened":
    default:
      return;
  }
}

function changedBy(event: CountEvent): SheetChange {
  switch (event.kind) {
    case "entry":
      return { bin: event.body.entry.cell.bin };
    case "bin_closed":
      return { bin: event.body.close.bin };
    case "recount":
    case "approved":
    case "closed":
    case "cancelled":
      return "lines";
    case "opened":
    case "resolved":
    default:
      return "any";
  }
}

/** The id of the claim that an approved line makes: a line approved again is another claim. */
export function anchorId(sheet: string, line: Pick<ApprovedLine, "cell" | "when">): string {
  return pairKey(`count:${sheet}:${line.when.from}-${line.when.to}`, cellKey(line.cell));
}
