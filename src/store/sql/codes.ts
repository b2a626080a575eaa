import { places, reasons, type Place, type Reason } from "../../domain/place.ts";

/**
 * The journal keeps places and reasons as small numbers: it has the most rows. These numbers are on disk for
 * ever: a new name takes the next one, and none is ever given twice.
 */
export const placeCodes: Readonly<Record<Place, number>> = {
  available: 1,
  held: 2,
  committed: 3,
  quarantine: 4,
  loaned: 5,
  supplier: 6,
  customer: 7,
  lost: 8,
  shortage: 9,
  presale: 10,
  demand: 11,
};

export const reasonCodes: Readonly<Record<Reason, number>> = {
  opening: 1,
  receive: 2,
  supplier_return: 3,
  order: 4,
  payment: 5,
  unpay: 6,
  cancel: 7,
  expire: 8,
  cover: 9,
  displace: 10,
  short: 11,
  ship: 12,
  return: 13,
  count_gain: 14,
  count_loss: 15,
  write_off: 16,
  quarantine: 17,
  release: 18,
  loan: 19,
  loan_return: 20,
  put_away: 21,
  policy: 22,
};

const placeNames = new Map(places.map((place) => [placeCodes[place], place]));
const reasonNames = new Map(reasons.map((reason) => [reasonCodes[reason], reason]));

/** @throws when the number is nobody's: the row was not written by this version or an earlier one */
export function placeOf(code: number): Place {
  const place = placeNames.get(code);
  if (place === undefined)
    throw new Error(`The journal names place ${code}, which this version does not know.`);
  return place;
}

/** @throws like `placeOf` */
export function reasonOf(code: number): Reason {
  const reason = reasonNames.get(code);
  if (reason === undefined)
    throw new Error(`The journal names reason ${code}, which this version does not know.`);
  return reason;
}
