/** When goods come, as a supplier says it: in a word, or as a time on the own clock. */
export const arrivals = ["today", "tomorrow", "three", "at", "unknown"] as const;

export type Arrival =
  | { readonly kind: Exclude<(typeof arrivals)[number], "at"> }
  | { readonly kind: "at"; readonly local: string };

/** A day without an hour means its evening: nobody may count on goods that come later that day. */
const eveningHour = 18;
const days = { today: 0, tomorrow: 1, three: 3 } as const;

/** The instant as RFC 3339; null: nobody knows. */
export function arrivalOf(arrival: Arrival, now: number): string | null {
  if (arrival.kind === "unknown") return null;
  if (arrival.kind === "at") {
    const at = new Date(arrival.local);
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  }
  const evening = new Date(now);
  evening.setDate(evening.getDate() + days[arrival.kind]);
  evening.setHours(eveningHour, 0, 0, 0);
  // Late in the evening, today can only mean the end of it.
  if (evening.getTime() < now) evening.setHours(23, 59, 0, 0);
  return evening.toISOString();
}

/** What a browser's field for date and time shows of it, on this device's clock. */
export function arrivalText(time: string): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
