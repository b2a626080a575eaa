import { groupBy } from "../floor/group.ts";
import type { Receive } from "../command.ts";
import type { FloorMovement } from "../floor/movement.ts";
import { limits } from "../limits.ts";
import type { Words } from "../live/words.ts";
import type { Quality } from "../place.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** What somebody counted of a delivery. */
export interface ReceiptLine {
  readonly sku: string;
  readonly lot: string;
  readonly quality: Quality;
  readonly quantity: number;
  /** Of the lot, as `2026-12-31`; absent: this person did not say. */
  readonly madeOn?: string;
  readonly expiresOn?: string;
}

/** What should come: from the supplier's note or from what a supplier promised. */
export interface ExpectedLine {
  readonly sku: string;
  readonly quantity: number;
  /** These are the goods that presale lines wait for; null: nobody has said, and presale lines are covered first. */
  readonly presale: boolean | null;
  /** The supplier's promise that it answers. */
  readonly request: string | null;
}

/** One person's count of the whole delivery, signed. */
export interface SignedCount {
  readonly by: string;
  readonly at: Instant;
  readonly lines: readonly ReceiptLine[];
  /** The caller's name for it: said again, it is the same count. Null: it has none. */
  readonly key: string | null;
}

export type ReceiptStatus = "counting" | "second" | "differs" | "booked" | "cancelled";

export interface Receipt {
  readonly receipt: string;
  readonly seq: number;
  readonly warehouse: string;
  readonly supplier: string;
  /** The supplier's own number on the note. */
  readonly note: string;
  readonly expected: readonly ExpectedLine[];
  readonly status: ReceiptStatus;
  /** The latest signed count of each person, in the order of signing. */
  readonly counts: readonly SignedCount[];
  /** Who signed equal counts, and what. */
  readonly agreed: {
    readonly first: string;
    readonly second: string;
    readonly at: Instant;
    readonly lines: readonly ReceiptLine[];
    /** By SKU: units that presale lines waited for when the last of the two signed. */
    readonly waiting: Readonly<Record<string, number>>;
  } | null;
}

interface ReceiptBodies {
  readonly opened: Pick<Receipt, "warehouse" | "supplier" | "note" | "expected">;
  readonly signed: {
    readonly lines: readonly ReceiptLine[];
    readonly key?: string;
    readonly waiting?: Readonly<Record<string, number>>;
  };
  readonly cancelled: { readonly reason: string };
}
type ReceiptEventOf<Kind extends keyof ReceiptBodies> = {
  readonly seq: number;
  readonly receipt: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: ReceiptBodies[Kind];
};
export type ReceiptEvent = { [Kind in keyof ReceiptBodies]: ReceiptEventOf<Kind> }[keyof ReceiptBodies];

/** The receipt after one more event; null before it was opened. What is over stays as it is. */
export function foldReceipt(state: Receipt | null, event: ReceiptEvent): Receipt | null {
  if (state === null) {
    if (event.kind !== "opened") return null;
    const { receipt, seq, body } = event;
    return { receipt, seq, ...body, status: "counting", counts: [], agreed: null };
  }
  if (event.receipt !== state.receipt || event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  if (state.status === "booked" || state.status === "cancelled") return next;
  if (event.kind === "cancelled") return { ...next, status: "cancelled" };
  if (event.kind !== "signed") return next;
  const { key = null, waiting = {} } = event.body;
  const count: SignedCount = { by: event.actor, at: event.at, lines: normalLines(event.body.lines), key };
  const others = state.counts.filter((one) => one.by !== count.by);
  const counts = [...others, count];
  const twin = others.find((one) => sameLines(one.lines, count.lines));
  if (twin !== undefined) {
    const lines = withDates(count.lines, twin.lines);
    const agreed = { first: twin.by, second: count.by, at: count.at, lines, waiting };
    return { ...next, counts, status: "booked", agreed };
  }
  return { ...next, counts, status: counts.length === 1 ? "second" : "differs" };
}

export const receiptRefusals = [
  "receipt_over",
  "lines_empty",
  "too_many_lines",
  "quantity_invalid",
  "same_person",
] as const;
export type ReceiptRefusal = (typeof receiptRefusals)[number];

export const receiptWords: Readonly<Record<ReceiptRefusal, Words>> = {
  receipt_over: { zh: "这张收货单已经结束", en: "This receipt is finished" },
  lines_empty: { zh: "还没有录入任何商品", en: "Nothing has been counted yet" },
  too_many_lines: {
    zh: `一张收货单最多 ${limits.linesPerDocumentMax} 行`,
    en: `A receipt has ${limits.linesPerDocumentMax} lines at most`,
  },
  quantity_invalid: { zh: "数量要填 1 以上的整数", en: "The quantity is a whole number from 1" },
  same_person: {
    zh: "第二个人不能和第一个人相同：请换一个账号点收",
    en: "The second person must be another: sign with another account",
  },
};

/** Whether this count was taken in before: it was sent once more because its answer was lost. */
export function wasSigned(receipt: Receipt, by: string, key: string | null): boolean {
  return key !== null && receipt.counts.some((count) => count.by === by && count.key === key);
}

/** Why a person cannot sign a count, or null. Only once two people differ may the first of them count again. */
export function signProblem(
  receipt: Receipt,
  by: string,
  lines: readonly ReceiptLine[],
): ReceiptRefusal | null {
  if (receipt.status === "booked" || receipt.status === "cancelled") return "receipt_over";
  if (lines.length === 0) return "lines_empty";
  if (lines.length > limits.linesPerDocumentMax) return "too_many_lines";
  const whole = ({ quantity }: ReceiptLine): boolean =>
    Number.isSafeInteger(quantity) && quantity > 0 && quantity <= limits.quantityMax;
  if (!lines.every(whole)) return "quantity_invalid";
  const first = receipt.status === "second" && receipt.counts[0]?.by === by;
  return first ? "same_person" : null;
}

/** What a person may see while counting: nothing of the other's count before the two are known to differ. */
export function receiptView(
  receipt: Receipt,
  person: string,
): Pick<Receipt, "receipt" | "warehouse" | "supplier" | "note" | "status"> & {
  readonly counts: readonly SignedCount[];
  readonly differences: readonly ReceiptDifference[];
} {
  const { receipt: id, warehouse, supplier, note, status, counts } = receipt;
  const open = status === "differs" || status === "booked";
  return {
    receipt: id,
    warehouse,
    supplier,
    note,
    status,
    counts: open ? counts : counts.filter((one) => one.by === person),
    differences: status === "differs" ? differencesOf(counts) : [],
  };
}

export interface ReceiptDifference {
  readonly line: Pick<ReceiptLine, "sku" | "lot" | "quality">;
  /** What each of the last two people counted, the earlier first. */
  readonly quantities: readonly number[];
  /** The lot's dates as each of them said; empty: they do not differ. */
  readonly dates: readonly string[];
}

/** Where the last two counts differ. */
function differencesOf(counts: readonly SignedCount[]): readonly ReceiptDifference[] {
  const last = counts.slice(-2);
  const lines = new Map(last.flatMap((one) => one.lines).map((line) => [lineKey(line), line]));
  return Array.from(lines, ([key, { sku, lot, quality }]) => {
    const told = last.map((one) => one.lines.find((line) => lineKey(line) === key));
    const [one, other] = told;
    const agree = one === undefined || other === undefined || sameDates(one, other);
    return {
      line: { sku, lot, quality },
      quantities: told.map((line) => line?.quantity ?? 0),
      dates: agree ? [] : told.map((line) => [line?.madeOn, line?.expiresOn].filter(Boolean).join(" – ")),
    };
  }).filter(({ quantities, dates }) => quantities[0] !== quantities[1] || dates.length > 0);
}

/** A lot with what two people agreed on of it: its first and last day. */
export interface ReceivedLot extends Pick<ReceiptLine, "sku" | "lot" | "madeOn" | "expiresOn"> {
  readonly supplier: string;
}

/** The lots of a booked receipt; goods without one are in none. */
export function receivedLots({ agreed, supplier }: Receipt): readonly ReceivedLot[] {
  return (agreed?.lines ?? [])
    .filter(({ lot }) => lot !== "")
    .map(({ sku, lot, madeOn, expiresOn }) => ({ sku, lot, madeOn, expiresOn, supplier }));
}

/** What came against what the note says, by SKU, good and bad together: above zero more came. */
export function noteDifferences(
  receipt: Receipt,
): readonly { readonly sku: string; readonly noted: number; readonly came: number; readonly bad: number }[] {
  const skus = new Map<string, { noted: number; came: number; bad: number }>();
  const at = (sku: string): { noted: number; came: number; bad: number } => {
    const sums = skus.get(sku) ?? { noted: 0, came: 0, bad: 0 };
    skus.set(sku, sums);
    return sums;
  };
  for (const { sku, quantity } of receipt.expected) at(sku).noted += quantity;
  for (const { sku, quantity, quality } of receipt.agreed?.lines ?? []) {
    at(sku).came += quantity;
    if (quality === "bad") at(sku).bad += quantity;
  }
  return [...skus]
    .map(([sku, sums]) => ({ sku, ...sums }))
    .filter(({ noted, came, bad }) => noted !== came || bad > 0)
    .toSorted((a, b) => compareText(a.sku, b.sku));
}

/**
 * What of the suppliers' promises a booked receipt brings, oldest line first: units by promise. A promise that
 * nothing came for is in it with 0.
 */
export function promisesKept({ expected, agreed }: Receipt): ReadonlyMap<string, number> {
  const left = new Map<string, number>();
  for (const { sku, quantity } of agreed?.lines ?? []) left.set(sku, (left.get(sku) ?? 0) + quantity);
  const kept = new Map<string, number>();
  for (const { sku, quantity, request } of expected) {
    const units = Math.min(quantity, left.get(sku) ?? 0);
    left.set(sku, (left.get(sku) ?? 0) - units);
    if (request !== null) kept.set(request, (kept.get(request) ?? 0) + units);
  }
  return kept;
}

/**
 * The ledger's command for a receipt that two people agree on. Goods that presale lines wait for are booked for
 * them: as many as were expected for presale, or, where nobody said what they are for, as many as presale lines
 * waited for. What came above that is free.
 */
export function receiveOf(receipt: Receipt, bin: string): Receive | null {
  const { agreed, warehouse, expected, note } = receipt;
  if (agreed === null) return null;
  const presale = new Map<string, number>();
  for (const line of expected)
    if (line.presale !== null)
      presale.set(line.sku, (presale.get(line.sku) ?? 0) + (line.presale ? line.quantity : 0));
  for (const [sku, units] of Object.entries(agreed.waiting)) if (!presale.has(sku)) presale.set(sku, units);
  const lines = agreed.lines.flatMap(({ sku, lot, quality, quantity }) => {
    const booked = quality === "good" ? Math.min(quantity, presale.get(sku) ?? 0) : 0;
    if (booked > 0) presale.set(sku, (presale.get(sku) ?? 0) - booked);
    const base = { sku, quality, bin, ...(lot === "" ? {} : { lot }) };
    return [
      ...(booked > 0 ? [{ ...base, quantity: booked, presale: true }] : []),
      ...(quantity > booked ? [{ ...base, quantity: quantity - booked }] : []),
    ];
  });
  return {
    type: "receive",
    key: `receipt:${receipt.receipt}`,
    opening: false,
    warehouse,
    lines,
    note: `${receipt.supplier} ${note}`.trim(),
    actor: agreed.second,
    at: agreed.at,
  };
}

/** The same goods on the floor: they stand in the receiving bin from the second signature. */
export function receiptMovements(receipt: Receipt, bin: string): readonly FloorMovement[] {
  const { agreed, warehouse } = receipt;
  return (agreed?.lines ?? []).map(({ sku, lot, quality, quantity }, index) => ({
    id: `receipt:${receipt.receipt}:${index}`,
    sku,
    quantity,
    from: null,
    to: { warehouse, bin, lot, quality },
    reason: "receive",
    at: agreed?.at ?? 0,
    atUncertaintyMs: 0,
    recordedAt: agreed?.at ?? 0,
    actor: agreed?.second ?? "",
    device: null,
    deviceSeq: 0,
    doc: receipt.receipt,
  }));
}

function lineKey({ sku, lot, quality }: Pick<ReceiptLine, "sku" | "lot" | "quality">): string {
  return `${sku}\u0000${lot}\u0000${quality}`;
}

/** One line a SKU, lot and quality, in one order, so that equal counts are equal however they were scanned. */
function normalLines(lines: readonly ReceiptLine[]): readonly ReceiptLine[] {
  return [...groupBy(lines, lineKey)]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([, [first, ...more]]) =>
      first === undefined
        ? []
        : [
            {
              ...more.reduce((all, line) => ({ ...line, ...all }), first),
              quantity: more.reduce((sum, line) => sum + line.quantity, first.quantity),
            },
          ],
    );
}

/** A date that only one person said is no difference. */
function sameDates(one: ReceiptLine, other: ReceiptLine): boolean {
  return (["madeOn", "expiresOn"] as const).every(
    (name) => one[name] === undefined || other[name] === undefined || one[name] === other[name],
  );
}

/** @param others the same lines in the same order, of which the dates are taken that are not in `lines` */
function withDates(lines: readonly ReceiptLine[], others: readonly ReceiptLine[]): readonly ReceiptLine[] {
  return lines.map((line, index) => ({ ...others[index], ...line }));
}

function sameLines(one: readonly ReceiptLine[], other: readonly ReceiptLine[]): boolean {
  return (
    one.length === other.length &&
    one.every((line, index) => {
      const twin = other[index];
      if (twin === undefined || lineKey(twin) !== lineKey(line)) return false;
      return twin.quantity === line.quantity && sameDates(line, twin);
    })
  );
}
