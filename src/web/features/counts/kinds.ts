import type { CountItem, SheetLine } from "../../../api/counts.ts";
import type { Tone } from "../../ui/tag.tsx";

export const kinds = [
  "spot",
  "cycle",
  "full",
  "zero",
  "touched",
] as const satisfies readonly CountItem["kind"][];

export const statusTone: Readonly<Record<SheetLine["status"], Tone>> = {
  uncounted: "plain",
  unclear: "tier1",
  recount_time: "tier1",
  recount_other: "tier2",
  recount_third: "tier2",
  recount_asked: "tier1",
  matched: "ok",
  tolerated: "accent",
  confirmed: "accent",
  approved: "ok",
};

/** Lines that are settled and differ: they wait for a signature. */
export function canApprove({ status, settled }: SheetLine): boolean {
  return settled !== null && (status === "tolerated" || status === "confirmed");
}

export type LineFilter = "all" | "again" | "sign" | "matched" | "done" | "open";
export const lineFilters = [
  "all",
  "sign",
  "again",
  "open",
  "matched",
  "done",
] as const satisfies readonly LineFilter[];

export function inFilter(line: SheetLine, filter: LineFilter): boolean {
  switch (filter) {
    case "sign":
      return canApprove(line);
    case "again":
      return line.status.startsWith("recount") || line.status === "unclear";
    case "open":
      return line.status === "uncounted";
    case "matched":
      return line.status === "matched";
    case "done":
      return line.status === "approved";
    case "all":
    default:
      return true;
  }
}

/** `+3`, `−2`, `0`, or `−2 … +1` where a movement may lie on either side. */
export function varianceText(
  { low, high }: { low: number; high: number },
  number: (value: number) => string,
): string {
  const signed = (value: number) =>
    value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : "0";
  return low === high ? signed(low) : `${signed(low)} … ${signed(high)}`;
}
