import { readFileSync } from "node:fs";

/**
 * The week of the example shop counted a second time, in the plainest way: one loop over the rows, arrays of lines,
 * nothing of the product. The import is held against it, unit by unit.
 */

export interface SkuCount {
  available: number;
  committed: number;
  lost: number;
  shortage: number;
  unmatched: number;
  refused: number;
}

interface OpenLine {
  customer: string;
  covered: number;
  waiting: number;
}

const folder = new URL("../../examples/retail/", import.meta.url);

export const stockFile = new URL("retail-opening-stock.gbk.csv", folder);
export const ordersFile = new URL("retail-week.csv", folder);

/** Cells of a CSV text; quotes may hold commas. */
function cellsOf(text: string): string[][] {
  const rows = text.split(/\r?\n/).slice(1);
  return rows
    .filter((row) => row !== "")
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? "",
      ),
    );
}

export function countWeek(): Map<string, SkuCount> {
  const counts = new Map<string, SkuCount>();
  const lines = new Map<string, OpenLine[]>();
  const stock = new TextDecoder("gb18030").decode(readFileSync(stockFile));
  for (const [code = "", , , , units] of cellsOf(stock)) {
    const none = { committed: 0, lost: 0, shortage: 0, unmatched: 0, refused: 0 };
    counts.set(code.toUpperCase(), { available: Number(units), ...none });
  }
  for (const row of cellsOf(readFileSync(ordersFile, "utf8"))) {
    const [invoice = "", code = "", , quantity, , , customer = ""] = row;
    if (!/^\d{5}[A-Za-z]{0,2}$/.test(code.trim())) continue;
    const sku = code.trim().toUpperCase();
    const count = counts.get(sku);
    if (count === undefined) throw new Error(`${sku} is not in the stock list`);
    const ofSku = lines.get(sku) ?? [];
    lines.set(sku, ofSku);
    const units = Math.abs(Number(quantity));
    if (invoice.startsWith("C")) {
      cancel(count, ofSku, customer, units);
    } else if (Number(quantity) < 0) {
      if (units > count.available) count.refused += units;
      else {
        count.available -= units;
        count.lost += units;
      }
    } else {
      const covered = Math.min(units, count.available);
      count.available -= covered;
      count.committed += covered;
      count.shortage += units - covered;
      ofSku.push({ customer, covered, waiting: units - covered });
    }
  }
  return counts;
}

/** The customer's latest lines give up what waits first; what was covered goes to whoever waits longest. */
function cancel(count: SkuCount, ofSku: readonly OpenLine[], customer: string, units: number): void {
  let open = units;
  for (const line of ofSku.toReversed()) {
    if (customer === "" || line.customer !== customer) continue;
    const waiting = Math.min(open, line.waiting);
    line.waiting -= waiting;
    count.shortage -= waiting;
    const covered = Math.min(open - waiting, line.covered);
    line.covered -= covered;
    count.committed -= covered;
    count.available += covered;
    open -= waiting + covered;
    for (const other of ofSku) {
      const given = Math.min(count.available, other.waiting);
      other.waiting -= given;
      other.covered += given;
      count.available -= given;
      count.committed += given;
      count.shortage -= given;
    }
  }
  count.unmatched += open;
}
