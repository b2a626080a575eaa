import type { Sheet, SheetSpec } from "../../domain/count/sheet.ts";
import { cellKey } from "../../domain/floor/shelf.ts";
import type { Refused } from "../refused.ts";

/** The sheet that was opened with the same key: a tap that came twice. */
export function sheetOfRequest(sheets: readonly Sheet[], request: string | null): Sheet | null {
  if (request === null) return null;
  return sheets.find(({ spec }) => spec.request === request) ?? null;
}

/** An open sheet that asks for the same. */
export function sameScope(sheets: readonly Sheet[], spec: SheetSpec): Sheet | null {
  return (
    sheets.find(
      ({ status, spec: known }) =>
        status === "open" &&
        known.kind === spec.kind &&
        known.warehouse === spec.warehouse &&
        same(known.bins, spec.bins) &&
        same(known.cells.map(cellKey), spec.cells.map(cellKey)),
    ) ?? null
  );
}

/** Both are in one order. */
function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

export function sheetOpen({ spec, openedBy }: Sheet): Refused {
  const by = openedBy.split("/").at(-1) ?? openedBy;
  return {
    ok: false,
    code: "sheet_open",
    words: {
      zh: `${by} 已经为同样的范围开了一张盘点单，还没盘完`,
      en: `${by} has opened a sheet for the same already, and it is not finished`,
    },
    line: spec.sheet,
  };
}
