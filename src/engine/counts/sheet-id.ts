import type { Instant } from "../../domain/rows.ts";
import type { Clock } from "../clock.ts";

/**
 * The name of a sheet says what the journal must know of it before the sheet is read: whether it compares bins or
 * whole warehouses, and when it was opened. Names sort by that time.
 */
export interface SheetIdParts {
  readonly openedAt: Instant;
  readonly unscanned: boolean;
}

const form = /^P([0-9a-z]{9})([BW])[0-9a-f]{6}$/;

export function newSheetId({ openedAt, unscanned }: SheetIdParts, clock: Pick<Clock, "random">): string {
  return `P${openedAt.toString(36).padStart(9, "0")}${unscanned ? "W" : "B"}${clock.random(3)}`;
}

/** Null: it is no sheet's name. */
export function sheetIdParts(id: string): SheetIdParts | null {
  const [, time, mode] = form.exec(id) ?? [];
  return time === undefined ? null : { openedAt: Number.parseInt(time, 36), unscanned: mode === "W" };
}

const docForm = /^count\/(P[0-9a-zBW]+)\/([0-9a-f]{16})\/(\d+)$/;

/** A posting's key: the sheet, the claim that it rests on, and which posting for that claim it is. */
export interface PostingKey {
  readonly sheet: string;
  readonly line: string;
  readonly n: number;
}

export function postingKey({ sheet, line, n }: PostingKey): string {
  return `count/${sheet}/${line}/${n}`;
}

export function postingKeyOf(doc: string | null): PostingKey | null {
  const [, sheet, line, n] = doc === null ? [] : (docForm.exec(doc) ?? []);
  return sheet === undefined || line === undefined ? null : { sheet, line, n: Number(n) };
}
