import type { Adjust } from "../command.ts";
import type { Anchor } from "../floor/anchor.ts";
import type { Corrected, Floor } from "../floor/floor.ts";
import type { Cell } from "../floor/shelf.ts";
import { compareText } from "../text.ts";
import type { Instant } from "../rows.ts";
import { anchorId, type ApprovedLine, type Sheet } from "./sheet.ts";

/**
 * What the books must still be told. An approved count corrects by what it found; when a movement from before
 * the count comes in late, the correction becomes another and the difference is posted too: the late pick
 * explains the two units that were booked as lost, so they are found again. Only differences are ever posted.
 */
export interface Posting {
  readonly anchor: string;
  readonly cell: Cell;
  /** Units: above zero a gain, below a loss. */
  readonly delta: number;
  /** The first posting of a count, or what a late movement made of it. */
  readonly kind: "approved" | "restated";
}

/**
 * The differences between what the counts say and what was posted for them, gains first: a loss may need the
 * units that a gain brings back.
 * @param posted units posted so far, by anchor
 */
export function postingsOf(floor: Floor, posted: ReadonlyMap<string, number>): readonly Posting[] {
  return floor
    .allCorrections()
    .flatMap(({ anchor, correction }: Corrected): readonly Posting[] => {
      const before = posted.get(anchor.id);
      const delta = correction - (before ?? 0);
      const kind = before === undefined ? "approved" : "restated";
      return delta === 0 ? [] : [{ anchor: anchor.id, cell: anchor.cell, delta, kind }];
    })
    .toSorted((a, b) => Number(a.delta < 0) - Number(b.delta < 0) || compareText(a.anchor, b.anchor));
}

/** The approved lines of a sheet by the claim that each makes. */
export function approvedByAnchor(sheet: Sheet): ReadonlyMap<string, ApprovedLine & { readonly by: string }> {
  return new Map(Array.from(sheet.approved.values(), (line) => [anchorId(sheet.spec.sheet, line), line]));
}

/** The claims of a sheet, to be put onto the floor. */
export function anchorsOf(sheet: Sheet): readonly Anchor[] {
  return Array.from(approvedByAnchor(sheet), ([id, { cell, quantity, when }]) => ({
    id,
    cell,
    quantity,
    when,
  }));
}

/**
 * The ledger's command for a posting. Its note says what the books will be asked about: the sheet, the reason,
 * the value, both counters, who approved.
 * @param line the approved line that the posting rests on
 * @param price minor units for one unit
 */
export function adjustOf(
  posting: Posting,
  sheet: string,
  line: ApprovedLine & { readonly by: string },
  price: number,
  command: { readonly key: string; readonly actor: string; readonly at: Instant },
): Adjust {
  const { cell, delta, kind } = posting;
  const reason = kind === "restated" ? "late_movement" : (line.reason ?? "unknown");
  return {
    type: "adjust",
    action: delta > 0 ? "count_gain" : "count_loss",
    warehouse: cell.warehouse,
    sku: cell.sku,
    quantity: Math.abs(delta),
    quality: cell.quality,
    ...(cell.bin === "" ? {} : { bin: cell.bin }),
    ...(cell.lot === "" ? {} : { lot: cell.lot }),
    note: `count=${sheet} reason=${reason} value=${delta * price} counters=${line.counters.join("+")} approved=${line.by}`,
    ...command,
  };
}
