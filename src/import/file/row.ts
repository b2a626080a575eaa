import type { Problem } from "../problem.ts";

/** One row of a file as it stands there. */
export interface Row {
  /** 1-based physical line (CSV) or row number (xlsx). */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why the row cannot be read as cells; the cells are then the best guess. */
  readonly problem?: Problem;
}
