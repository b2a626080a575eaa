import type { Meaning } from "./outcomes.ts";

/** Codes of counting, of receiving with two people, of places on the floor and of transfers. Their words come with each refusal. */
export const floorCodes = [
  "nothing_to_count",
  "sheet_open",
  "too_many",
  "quantity_invalid",
  "time_invalid",
  "sheet_over",
  "out_of_scope",
  "mode_needed",
  "entry_unknown",
  "line_unknown",
  "line_open",
  "line_approved",
  "variance_changed",
  "own_count",
  "role_too_low",
  "lines_open",
  "receipt_over",
  "lines_empty",
  "too_many_lines",
  "same_person",
  "zone_refuses",
  "same_warehouse",
  "transfer_closed",
  "transfer_over",
] as const;
export type FloorCode = (typeof floorCodes)[number];

function meaning(status: number, title: string): Meaning {
  return { status, title, detail: "{problem}.", detailZh: "{problem}。" };
}

export const floorMeanings: Readonly<Record<FloorCode, Meaning>> = {
  nothing_to_count: meaning(422, "Nothing to count"),
  sheet_open: meaning(409, "A sheet for the same is open"),
  too_many: meaning(422, "Too many for one sheet"),
  quantity_invalid: meaning(422, "The quantity is invalid"),
  time_invalid: meaning(422, "The time of the count is invalid"),
  sheet_over: meaning(409, "The sheet is finished"),
  out_of_scope: meaning(422, "Not on this sheet"),
  mode_needed: meaning(409, "Add to it or replace it"),
  entry_unknown: meaning(404, "No such entry to decide on"),
  line_unknown: meaning(404, "No such line"),
  line_open: meaning(409, "The line is not settled"),
  line_approved: meaning(409, "The line is approved already"),
  variance_changed: meaning(409, "The difference has changed"),
  own_count: meaning(403, "Who counted cannot approve"),
  role_too_low: meaning(403, "More than this role may approve"),
  lines_open: meaning(409, "Some lines are open"),
  receipt_over: meaning(409, "The receipt is finished"),
  lines_empty: meaning(422, "Nothing was counted"),
  too_many_lines: meaning(422, "Too many lines"),
  same_person: meaning(403, "The second person must be another"),
  zone_refuses: meaning(409, "It does not belong into this bin"),
  same_warehouse: meaning(422, "A transfer goes to another warehouse"),
  transfer_closed: meaning(409, "The transfer is closed"),
  transfer_over: meaning(409, "More than was sent"),
};
