import type { Floor } from "../floor/floor.ts";
import { cellKey, type Cell } from "../floor/shelf.ts";
import type { Words } from "../live/words.ts";
import { talliesOf, type CountEntry } from "./entry.ts";
import type { CountLine, LineStatus } from "./line.ts";
import type { Sheet, SheetKind } from "./sheet.ts";

/** What a counter's phone gets. There is no field in it that depends on what the books expect. */
export interface CounterView {
  readonly sheet: string;
  readonly kind: SheetKind;
  readonly notice: Words | null;
  readonly bins: readonly { readonly bin: string; readonly closedByMe: boolean; readonly closed: boolean }[];
  readonly cells: readonly Cell[];
  /** This person's own numbers, to go on from. */
  readonly mine: readonly { readonly cell: Cell; readonly quantity: number }[];
  readonly unclear: readonly { readonly entry: string; readonly cell: Cell; readonly quantity: number }[];
  /** What this person is asked to count once more, without a word about how far it is off. */
  readonly again: readonly { readonly cell: Cell; readonly words: Words }[];
}

const againWords: Partial<Record<LineStatus, Words>> = {
  recount_time: {
    zh: "数的时候这里有货进出，请再数一次",
    en: "Something moved here while it was counted: please count it once more",
  },
  recount_other: { zh: "请再数一次（换人复盘）", en: "Please count this, as a second person" },
  recount_third: { zh: "请再数一次（第三人）", en: "Please count this, as a third person" },
  recount_asked: { zh: "审核人请您再数一次", en: "The approver asks for another count" },
};

export const pooledNotice: Words = {
  zh: "本仓拣货不扫码：按全部货架、整个盘点时段比对，数完所有库位才有结果。已付款未发货的订单可能已经拣走，所以结果会是一个范围；盘点时请不要在库位之间挪货，待发货区不用数。",
  en: "Picks are not scanned here: all shelves are compared over the whole time of the count, once every bin is done. Orders that are paid and not sent may have been picked, so the result can be a range. Please move nothing between bins meanwhile, and leave out what is packed.",
};

/** Whether a line asks somebody to look once more. */
export function asksAgain({ status }: Pick<CountLine, "status">): boolean {
  return againWords[status] !== undefined;
}

/**
 * The sheet as one counter sees it. A line that somebody must count again is shown only to those who may: the
 * second person must be another than the first.
 */
export function counterView(
  sheet: Sheet,
  lines: readonly CountLine[],
  person: string,
  pooled: boolean,
  inBins?: ReadonlySet<string>,
): CounterView {
  const { spec } = sheet;
  const entered = Array.from(entriesIn(sheet, inBins), (entries) => ({
    cell: entries[0]?.cell,
    ...talliesOf(
      entries.filter((entry) => entry.by === person),
      sheet.resolutions,
    ),
  }));
  return {
    sheet: spec.sheet,
    kind: spec.kind,
    notice: pooled ? pooledNotice : null,
    bins: (inBins === undefined ? spec.bins : [...inBins]).map((bin) => {
      const closes = sheet.closes.get(bin) ?? [];
      return { bin, closed: closes.length > 0, closedByMe: closes.some((close) => close.by === person) };
    }),
    cells: spec.cells,
    mine: entered.flatMap(({ cell, tallies: [tally] }) =>
      cell === undefined || tally === undefined ? [] : [{ cell, quantity: tally.quantity }],
    ),
    unclear: entered.flatMap((one) =>
      one.unclear.map(({ id, cell, quantity }) => ({ entry: id, cell, quantity })),
    ),
    again: lines.flatMap((line) => {
      const words = againWords[line.status];
      const counted = line.rounds.some((round) => round.by.includes(person));
      const anybody = line.status === "recount_time" || line.status === "recount_asked";
      return words === undefined || (counted && !anybody) ? [] : [{ cell: line.cell, words }];
    }),
  };
}

function entriesIn(sheet: Sheet, inBins?: ReadonlySet<string>): Iterable<readonly CountEntry[]> {
  if (inBins === undefined) return sheet.entries.values();
  const cells = [...inBins].flatMap((bin) => sheet.entered.get(bin) ?? []);
  return cells.map((cell) => sheet.entries.get(cellKey(cell)) ?? []);
}

/** The counter's view of a sheet that is not blind: with what the books expect now. */
export function openView(view: CounterView, floor: Floor, spec: Pick<Sheet["spec"], "warehouse" | "bins">) {
  const bins = new Set(spec.bins);
  const asked = new Set(view.cells.map((cell) => cellKey(floor.cellOf(cell))));
  const expected = floor
    .standing()
    .filter((one) => one.warehouse === spec.warehouse && one.quantity !== 0)
    .filter((one) => bins.has(one.bin) || asked.has(cellKey(one)));
  return { ...view, expected };
}

/** How far a sheet is, for those who see everything. */
export interface SheetProgress {
  readonly bins: number;
  readonly binsClosed: number;
  readonly lines: number;
  readonly byStatus: Readonly<Partial<Record<LineStatus, number>>>;
  /** Gains and losses of the settled lines: units, and minor units of money. */
  readonly gain: number;
  readonly loss: number;
  readonly valueMinor: number;
}

export function progressOf(
  sheet: Sheet,
  lines: readonly CountLine[],
  priceOf: (sku: string) => number,
): SheetProgress {
  const byStatus: Partial<Record<LineStatus, number>> = {};
  let gain = 0;
  let loss = 0;
  let valueMinor = 0;
  for (const line of lines) {
    byStatus[line.status] = (byStatus[line.status] ?? 0) + 1;
    const variance = line.settled?.variance ?? 0;
    if (variance > 0) gain += variance;
    else loss -= variance;
    valueMinor += variance * priceOf(line.cell.sku);
  }
  const { bins } = sheet.spec;
  const binsClosed = bins.filter((bin) => (sheet.closes.get(bin) ?? []).length > 0).length;
  return { bins: bins.length, binsClosed, lines: lines.length, byStatus, gain, loss, valueMinor };
}
