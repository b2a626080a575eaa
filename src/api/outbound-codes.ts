import type { Meaning } from "./outcomes.ts";

/** Codes of picking and shipping. Their words come with each refusal; `too_many` is one of counting's. */
export const outboundCodes = [
  "nothing_to_pick",
  "staging_needed",
  "wave_over",
  "task_unknown",
  "task_done",
  "code_unknown",
  "bin_wrong",
  "bin_not_due",
  "bin_first",
  "item_wrong",
  "lot_needed",
  "lot_wrong",
  "not_to_put_back",
  "bin_is_staging",
  "nothing_to_ship",
  "waybill_missing",
  "waybill_used",
  "not_picked",
  "order_held",
  "order_over",
  "pieces_split",
] as const;
export type OutboundCode = (typeof outboundCodes)[number];

function meaning(status: number, title: string): Meaning {
  return { status, title, detail: "{problem}.", detailZh: "{problem}。" };
}

export const outboundMeanings: Readonly<Record<OutboundCode, Meaning>> = {
  nothing_to_pick: meaning(422, "Nothing to pick"),
  staging_needed: meaning(422, "No staging bin"),
  wave_over: meaning(409, "The pick list was cancelled"),
  task_unknown: meaning(404, "No such line of the pick list"),
  task_done: meaning(409, "The line is done"),
  code_unknown: meaning(422, "Unknown code"),
  bin_wrong: meaning(422, "Another bin"),
  bin_not_due: meaning(422, "A bin's code where goods are due"),
  bin_first: meaning(422, "The bin comes first"),
  item_wrong: meaning(422, "Wrong item"),
  lot_needed: meaning(422, "The lot must be scanned"),
  lot_wrong: meaning(422, "Wrong lot"),
  not_to_put_back: meaning(409, "Nothing to put back"),
  bin_is_staging: meaning(422, "That is the staging area"),
  nothing_to_ship: meaning(422, "The parcel is empty"),
  waybill_missing: meaning(422, "No waybill"),
  waybill_used: meaning(409, "The waybill was used"),
  not_picked: meaning(409, "Not picked yet"),
  order_held: meaning(409, "The order is held back"),
  order_over: meaning(409, "Nothing of the order is to be sent"),
  pieces_split: meaning(422, "A bundle is sent whole"),
};
