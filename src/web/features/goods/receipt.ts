import type { ReceiptBody } from "../../../api/goods.ts";
import type { StockItem } from "../../../api/stock.ts";

/** A line of a receipt while it is written. */
export interface ReceiptLine {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  /** Null while the field is empty. */
  readonly quantity: number | null;
  readonly bin: string;
  readonly lot: string;
  readonly quality: "good" | "bad";
}

/** A scanned SKU: one more of its line, which comes to the top; or a new line with its usual bin. */
export function addScan(lines: readonly ReceiptLine[], item: StockItem): readonly ReceiptLine[] {
  const known = lines.find((line) => line.sku === item.sku);
  const others = lines.filter((line) => line.sku !== item.sku);
  if (known !== undefined) return [{ ...known, quantity: (known.quantity ?? 0) + 1 }, ...others];
  const { sku, code, name } = item;
  return [{ sku, code, name, quantity: 1, bin: item.bins[0] ?? "", lot: "", quality: "good" }, ...others];
}

interface ReceiptHead {
  readonly warehouse: string | undefined;
  readonly note: string;
}

/** What is sent; null while a line has no quantity. */
export function bodyOf(lines: readonly ReceiptLine[], { warehouse, note }: ReceiptHead): ReceiptBody | null {
  const sent: ReceiptBody["lines"] = [];
  for (const { sku, quantity, bin, lot, quality } of lines) {
    if (quantity === null) return null;
    sent.push({
      sku,
      quantity,
      quality,
      ...(bin.trim() === "" ? {} : { bin: bin.trim() }),
      ...(lot.trim() === "" ? {} : { lot: lot.trim() }),
    });
  }
  if (sent.length === 0) return null;
  return {
    lines: sent,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
}
