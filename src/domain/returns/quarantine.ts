import type { Adjust } from "../command.ts";
import type { Shelf } from "../floor/shelf.ts";
import { hourMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import type { Entry, Instant, Placement } from "../rows.ts";
import type { Reason } from "../place.ts";
import { compareText } from "../text.ts";

/** What becomes of units that cannot be sent. A repair is decided first and ends, after a second look, as another. */
export const decisions = ["repair", "resell", "supplier", "destroy"] as const;
export type Decision = (typeof decisions)[number];

/** Units that came into quarantine together, as the journal says it. */
export interface Quarantined {
  /** After the number of the movement. */
  readonly item: string;
  readonly sku: string;
  readonly shelf: Shelf;
  /** Null: they came before the movements at hand. */
  readonly reason: Reason | null;
  readonly doc: string | null;
  readonly by: string;
  readonly since: Instant;
  /** That are still there. */
  readonly open: number;
}

type Moved = Pick<
  Entry,
  | "sku"
  | "warehouse"
  | "from"
  | "to"
  | "quantity"
  | "reason"
  | "at"
  | "actor"
  | "doc"
  | "fromBin"
  | "toBin"
  | "lot"
> & { readonly seq: number };

const decisionKeyPrefix = "quarantine/";

/** The item that a movement's document decides on; null: none. */
function decidedItem(doc: string | null): string | null {
  if (doc === null || !doc.startsWith(decisionKeyPrefix)) return null;
  return doc.slice(decisionKeyPrefix.length).split("/")[0] ?? null;
}

function numbered(seq: number): string {
  return `Q${seq.toString(36)}`;
}

/** What stood there before the movements at hand; nobody knows since when, but not for less than that. */
export function quarantineBase(
  shelves: readonly Placement[],
  at: Instant,
  seq: number,
): readonly Quarantined[] {
  return shelves.map(({ sku, warehouse, bin, lot, quantity }, index) => ({
    item: `${numbered(seq)}.${index}`,
    sku,
    shelf: { warehouse, bin, lot, quality: "bad" },
    reason: null,
    doc: null,
    by: "",
    since: at,
    open: quantity,
  }));
}

/**
 * The items after one more movement of their SKU. What leaves is what was decided on; where nobody said, what has stood
 * longest on that shelf.
 */
export function foldQuarantine(items: readonly Quarantined[], moved: Moved): readonly Quarantined[] {
  const { from, to } = moved;
  if ((from !== "quarantine" && to !== "quarantine") || moved.quantity === 0) return items;
  const taken = from === "quarantine" ? take(items, moved) : { left: items, gone: [] };
  if (to !== "quarantine") return taken.left;
  const shelf: Shelf = {
    warehouse: moved.warehouse,
    bin: moved.toBin ?? "",
    lot: moved.lot ?? "",
    quality: "bad",
  };
  if (from === "quarantine")
    return [...taken.left, ...taken.gone.map((one) => ({ ...one, shelf }))].toSorted(oldestFirst);
  const { sku, reason, doc, actor: by, at: since, quantity: open } = moved;
  return [...taken.left, { item: numbered(moved.seq), sku, shelf, reason, doc, by, since, open }];
}

/** A part that moves to another bin keeps its age and takes a name of its own; the whole keeps its name. */
function take(
  items: readonly Quarantined[],
  moved: Moved,
): { readonly left: readonly Quarantined[]; readonly gone: readonly Quarantined[] } {
  const named = decidedItem(moved.doc);
  const there = items.filter(
    ({ sku, shelf }) =>
      sku === moved.sku &&
      shelf.warehouse === moved.warehouse &&
      (moved.fromBin === null || shelf.bin === moved.fromBin) &&
      shelf.lot === (moved.lot ?? ""),
  );
  const order = there.toSorted(
    (a, b) => Number(b.item === named) - Number(a.item === named) || oldestFirst(a, b),
  );
  let open = moved.quantity;
  const gone: Quarantined[] = [];
  const less = new Map<string, number>();
  for (const one of order) {
    const units = Math.min(open, one.open);
    if (units === 0) break;
    const whole = units === one.open;
    gone.push({ ...one, open: units, item: whole ? one.item : `${numbered(moved.seq)}.${gone.length}` });
    less.set(one.item, units);
    open -= units;
  }
  const left = items
    .map((one) => ({ ...one, open: one.open - (less.get(one.item) ?? 0) }))
    .filter((one) => one.open > 0);
  return { left, gone };
}

export function oldestFirst(a: Quarantined, b: Quarantined): number {
  return a.since - b.since || compareText(a.item, b.item);
}

/** What people decided on an item, and why. */
export interface DecisionTaken {
  readonly seq: number;
  readonly decision: Decision;
  readonly units: number;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
  readonly shelf: Pick<Shelf, "warehouse" | "bin" | "lot">;
  readonly sku: string;
  /** Where units that are sold as good are put; absent: they stay where they stand. */
  readonly toBin?: string;
}

/** A paper beside the journal: why something was put into quarantine, and what was decided on an item. */
export interface QuarantinePaper {
  readonly id: string;
  readonly seq: number;
  readonly entered: EnteredPaper | null;
  readonly decisions: readonly DecisionTaken[];
}

export interface EnteredPaper {
  readonly seq: number;
  readonly request: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly bin: string;
  readonly lot: string;
  readonly units: number;
  readonly reason: string;
  readonly photos: readonly string[];
  readonly by: string;
  readonly at: Instant;
}

export type QuarantineFact =
  | { readonly kind: "entered"; readonly body: Omit<EnteredPaper, "seq" | "by" | "at"> }
  | { readonly kind: "decided"; readonly body: Omit<DecisionTaken, "seq" | "by" | "at"> }
  | { readonly kind: "refused"; readonly body: { readonly step: number; readonly code: string } };
export type QuarantineEvent = QuarantineFact & {
  readonly seq: number;
  readonly id: string;
  readonly at: Instant;
  readonly actor: string;
};

export function foldQuarantinePaper(state: QuarantinePaper | null, event: QuarantineEvent): QuarantinePaper {
  const { seq, id, at, actor: by } = event;
  const before = state ?? { id, seq: 0, entered: null, decisions: [] };
  if (id !== before.id || seq <= before.seq) return before;
  const next = { ...before, seq };
  switch (event.kind) {
    case "entered":
      return { ...next, entered: { ...event.body, seq, by, at } };
    case "decided":
      return { ...next, decisions: [...before.decisions, { ...event.body, seq, by, at }] };
    case "refused": {
      const { step } = event.body;
      return {
        ...next,
        entered: before.entered?.seq === step ? null : before.entered,
        decisions: before.decisions.filter((one) => one.seq !== step),
      };
    }
    default:
      return next;
  }
}

/** Units of an item that are being repaired. What leaves is first what was repaired: it is why somebody decides again. */
export function repairing(taken: readonly DecisionTaken[], open: number): number {
  let units = 0;
  for (const { decision, units: decided } of taken)
    units = decision === "repair" ? units + decided : units - Math.min(units, decided);
  return Math.min(units, open);
}

export type QuarantineRefusal = "units_invalid" | "reason_needed" | "photo_needed" | "item_gone";

export const quarantineWords: Readonly<Record<QuarantineRefusal, Words>> = {
  units_invalid: {
    zh: "数量要是 1 以上的整数，且不超过待处理的数量",
    en: "A whole number from 1, no more than is there",
  },
  reason_needed: { zh: "请写明原因", en: "Say why" },
  photo_needed: { zh: "不良品要拍照", en: "Take a picture of what is not good" },
  item_gone: { zh: "这一项已经处理完，请刷新列表", en: "This is dealt with already: load the list again" },
};

/** @param repaired units of the item that are being repaired */
export function decideProblem(
  item: Pick<Quarantined, "open">,
  repaired: number,
  { decision, units, reason }: Pick<DecisionTaken, "decision" | "units" | "reason">,
): QuarantineRefusal | null {
  const open = item.open - (decision === "repair" ? repaired : 0);
  if (!Number.isSafeInteger(units) || units < 1 || units > open) return "units_invalid";
  return reason.trim() === "" ? "reason_needed" : null;
}

/** The ledger's command for a decision; a repair moves nothing. */
export function decisionAdjust(item: string, taken: DecisionTaken): Adjust | null {
  const { decision, sku, units: quantity, shelf, seq, by: actor, at, reason: note } = taken;
  if (decision === "repair") return null;
  const actions = { resell: "release", supplier: "supplier_return", destroy: "destroy" } as const;
  const { warehouse, bin, lot } = shelf;
  return {
    type: "adjust",
    key: `${decisionKeyPrefix}${item}/${seq}`,
    actor,
    at,
    action: actions[decision],
    warehouse,
    sku,
    quantity,
    quality: "bad",
    bin,
    ...(lot === "" ? {} : { lot }),
    ...(decision === "resell" && taken.toBin !== undefined ? { toBin: taken.toBin } : {}),
    note,
  };
}

const enteredKeyPrefix = "quarantine-in/";

export function enteredAdjust(id: string, entered: EnteredPaper): Adjust {
  const { seq, sku, warehouse, bin, lot, units: quantity, by: actor, at, reason: note } = entered;
  return {
    type: "adjust",
    key: `${enteredKeyPrefix}${id}/${seq}`,
    actor,
    at,
    action: "quarantine",
    warehouse,
    sku,
    quantity,
    bin,
    ...(lot === "" ? {} : { lot }),
    note,
  };
}

/** The paper that a movement's document names; null: another document. */
export function enteredOfKey(key: string | null): string | null {
  if (key === null || !key.startsWith(enteredKeyPrefix)) return null;
  return key.slice(enteredKeyPrefix.length).split("/")[0] ?? null;
}

/** After how many days somebody must decide. */
export const quarantineOldDays = 7;

/** Whole days since it came. */
export function daysSince(since: Instant, now: Instant): number {
  return Math.max(0, Math.floor((now - since) / (24 * hourMs)));
}
