import type { CountItem, CounterSheet, SheetLine } from "../../api/counts.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { lineStatuses, type CountLine } from "../../domain/count/line.ts";
import type { Sheet } from "../../domain/count/sheet.ts";
import { pooledNotice, type CounterView } from "../../domain/count/view.ts";
import { cellKey, type Cell } from "../../domain/floor/shelf.ts";
import { isUnscanned, lineId } from "../../engine/counts/counts.ts";
import type { Good } from "../../engine/counts/goods.ts";

/** Sheets as the API shows them. */

type Goods = ReadonlyMap<string, Good>;

/** Says nothing of what was found: everybody who may look at the stock may read it. */
export function countItem(sheet: Sheet): CountItem {
  const { spec, status, openedAt, openedBy, closedAt, closes, entryIds, approved } = sheet;
  const unscanned = isUnscanned(sheet);
  return {
    sheet: spec.sheet,
    kind: spec.kind,
    warehouse: spec.warehouse,
    status,
    blind: spec.blind,
    unscanned,
    notice: unscanned ? pooledNotice : null,
    purpose: spec.purpose,
    openedAt: timeOf(openedAt),
    openedBy,
    closedAt: timeOrNull(closedAt),
    bins: spec.bins.length,
    // No other bin of the sheet's warehouse is ever closed on it.
    binsClosed: closes.size,
    entries: entryIds.size,
    approved: approved.size,
  };
}

type CellItem = CounterSheet["cells"][number];

export function cellItem({ bin, sku, lot, quality }: Cell): CellItem {
  return { bin, sku, lot, quality };
}

export function counterSheet(
  sheet: Sheet,
  view: CounterView,
  expected: readonly (Cell & { readonly quantity: number })[] | null,
  goods: Goods,
  serverAt: number,
  part: boolean,
): CounterSheet {
  const mine = view.mine.map(({ cell, quantity }) => ({ cell: cellItem(cell), quantity }));
  const unclear = view.unclear.map(({ cell, ...one }) => ({ ...one, cell: cellItem(cell) }));
  const again = view.again.map(({ cell, words }) => ({ cell: cellItem(cell), words }));
  const cells = view.cells.map(cellItem);
  const shown = [...cells, ...[...mine, ...unclear, ...again].map(({ cell }) => cell)];
  const all = expected?.map(({ quantity, ...cell }) => ({ cell: cellItem(cell), quantity }));
  const named = [...shown, ...(all ?? []).map(({ cell }) => cell)].map(({ sku }) => sku);
  return {
    item: countItem(sheet),
    seq: sheet.seq,
    part,
    bins: [...view.bins],
    cells,
    mine,
    unclear,
    again,
    goods: Object.fromEntries(
      [...new Set(named)].map((sku) => {
        const { code = sku, name = "" } = goods.get(sku) ?? {};
        return [sku, { code, name }];
      }),
    ),
    ...(all === undefined ? {} : { expected: all }),
    serverAt: timeOf(serverAt),
  };
}

/** Lines that want something first, then those that wait for a signature, then the rest. */
export function compareLines(a: CountLine, b: CountLine): number {
  const rank = ({ status }: CountLine): number => {
    const at = lineStatuses.indexOf(status);
    // A line that matches asks nobody for anything.
    return status === "matched" ? lineStatuses.length : at;
  };
  return rank(a) - rank(b) || (a.key < b.key ? -1 : 1);
}

export function sheetLine(sheet: Sheet, line: CountLine, goods: Goods): SheetLine {
  const { cell, status, variance, settled, rounds, unclear, contradicted } = line;
  const approved = sheet.approved.get(cellKey(cell));
  const good = goods.get(cell.sku);
  return {
    line: lineId(line),
    cell: cellItem(cell),
    code: good?.code ?? cell.sku,
    name: good?.name ?? "",
    status,
    variance: variance === null ? null : { low: variance.low, high: variance.high },
    settled:
      settled === null
        ? null
        : {
            quantity: settled.quantity,
            expected: settled.expected,
            variance: settled.variance,
            valueMinor: approved?.valueMinor ?? settled.variance * (good?.price ?? 0),
            counters: [...settled.counters],
          },
    rounds: rounds.map(({ quantity, expected, by, when }) => ({
      quantity,
      expected: { low: expected.low, high: expected.high },
      by: [...by],
      from: timeOf(when.from),
      to: timeOf(when.to),
      inside: expected.inside.length,
    })),
    unclear: unclear.map(({ id, by, quantity }) => ({ entry: id, by, quantity })),
    reason: approved?.reason ?? null,
    approvedBy: approved?.by ?? null,
    contradicted,
  };
}
