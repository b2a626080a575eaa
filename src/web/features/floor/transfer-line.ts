import type { TransferItem } from "../../../api/floor.ts";

type TransferLineItem = TransferItem["lines"][number];

/**
 * The line that a code belongs to: of several, one with room for what was scanned.
 * @param units of a case; a case is of one line
 * @returns null: no line has this code
 */
export function lineOfCode<Line extends Pick<TransferLineItem, "sku" | "code" | "lot" | "barcodes" | "open">>(
  all: readonly Line[],
  code: string,
  units: number,
  countOf: (line: Line) => number,
): { readonly line: Line; readonly fits: boolean } | null {
  const wanted = code.normalize("NFKC").trim().toUpperCase();
  const lines = all.filter(
    (line) =>
      wanted !== "" &&
      [line.sku, line.code, line.lot, ...line.barcodes].some((one) => one.toUpperCase() === wanted),
  );
  const [first] = lines;
  if (first === undefined) return null;
  const line = lines.find((one) => countOf(one) + units <= one.open);
  return line === undefined ? { line: first, fits: false } : { line, fits: true };
}
