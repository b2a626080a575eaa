/**
 * Where a unit can be. Inside places are in the shop's hands and never negative; outside places may go
 * below zero, they only close the sum. `demand` is the other side of the two backlogs, so that units owed
 * to nobody's shelf are in the journal too, and the sum over all places stays zero.
 */
export const insidePlaces = ["available", "held", "committed", "quarantine", "loaned"] as const;
export const outsidePlaces = ["supplier", "customer", "lost"] as const;
export const backlogPlaces = ["shortage", "presale"] as const;

export type InsidePlace = (typeof insidePlaces)[number];
export type OutsidePlace = (typeof outsidePlaces)[number];
export type BacklogPlace = (typeof backlogPlaces)[number];
export type Place = InsidePlace | OutsidePlace | BacklogPlace | "demand";

export const places: readonly Place[] = [...insidePlaces, ...outsidePlaces, ...backlogPlaces, "demand"];

/** Good units stand on a shelf to be sent, bad ones in quarantine; everything else stands on no shelf. */
export type Quality = "good" | "bad";

export function qualityOf(place: Place): Quality | null {
  if (place === "available" || place === "held" || place === "committed") return "good";
  return place === "quarantine" ? "bad" : null;
}

/** Bins whose name begins like this hold what is picked and waits for its parcel (待发). */
export const stagingPrefix = "待发";

export function isStaging(bin: string): boolean {
  return bin.startsWith(stagingPrefix);
}

/** Why units moved. Closed: the journal, reports and screens know each of them. */
export const reasons = [
  "opening",
  "receive",
  "supplier_return",
  "order",
  "payment",
  "unpay",
  "cancel",
  "expire",
  "cover",
  "displace",
  "short",
  "ship",
  "return",
  "count_gain",
  "count_loss",
  "write_off",
  "quarantine",
  "release",
  "loan",
  "loan_return",
  "put_away",
  "policy",
  "transfer_out",
  "transfer_in",
] as const;
export type Reason = (typeof reasons)[number];
