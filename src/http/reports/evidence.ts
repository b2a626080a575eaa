import { timeOf } from "../../api/text.ts";
import type { Language } from "../../domain/live/words.ts";
import type { OddCase } from "../../domain/odd/case.ts";
import { evidenceSheet } from "../../domain/odd/evidence.ts";
import type { Sheet } from "../../domain/report/sheet.ts";

/** The evidence of a case as a sheet: an order a row, and no row of sums. */
export function evidenceFile(odd: OddCase, language: Language): Sheet {
  const { headers, rows } = evidenceSheet(odd, language);
  const title = language === "zh" ? "异常订单证据" : "Evidence";
  return {
    title: `${title} ${odd.orders[0]?.orderId ?? ""}`.trim(),
    headers,
    rows: rows.map((row) =>
      row.map((cell) => (cell.as === "time" ? { as: "text", text: timeOf(cell.at) } : cell)),
    ),
    hasSum: false,
  };
}
