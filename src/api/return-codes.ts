import type { Meaning } from "./outcomes.ts";

/** Codes of returns, samples and quarantine. Their words come with each refusal. */
export const returnCodes = [
  "units_invalid",
  "units_gone",
  "due_invalid",
  "photo_needed",
  "photo_unknown",
  "photo_invalid",
  "photo_too_large",
  "order_unknown",
  "more_than_sent",
  "parcel_known",
  "parcel_matched",
  "item_gone",
] as const;
export type ReturnCode = (typeof returnCodes)[number];

function meaning(status: number, title: string): Meaning {
  return { status, title, detail: "{problem}.", detailZh: "{problem}。" };
}

export const returnMeanings: Readonly<Record<ReturnCode, Meaning>> = {
  units_invalid: meaning(422, "The number of units is invalid"),
  units_gone: meaning(409, "The books have fewer units"),
  due_invalid: meaning(422, "The time to return it is invalid"),
  photo_needed: meaning(422, "A picture is needed"),
  photo_unknown: meaning(422, "The picture was not uploaded"),
  photo_invalid: meaning(415, "No picture that is taken"),
  photo_too_large: meaning(413, "The picture is too large"),
  order_unknown: meaning(404, "No such order"),
  more_than_sent: meaning(409, "More than was sent"),
  parcel_known: meaning(409, "The parcel is here already"),
  parcel_matched: meaning(409, "The parcel has its order"),
  item_gone: meaning(409, "This is dealt with already"),
};
