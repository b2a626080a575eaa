import type { Days } from "../days.ts";
import { dayColumnRow, dayHeadRow, daySkuRow, type dayReads } from "../sql/days.ts";
import type { FileWriter } from "./file-writer.ts";

export function sqliteDays(beside: FileWriter["beside"], reads: ReturnType<typeof dayReads>): Days {
  return {
    ...reads,
    close: (shop, head, rows) =>
      beside(
        "closeDay",
        dayHeadRow(shop, head),
        rows.map((row) => daySkuRow(shop, row)),
        rows.length > 0 ? dayColumnRow(shop, head.date, rows) : null,
      ),
  };
}
