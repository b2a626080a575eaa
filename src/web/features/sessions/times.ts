import type { Format } from "../../ui/format.ts";

/** `2026-11-11 20:00 – 24:00`: the day once, the second one only where it is another day and not its midnight. */
export function spanOf(format: Format, from: string | number, to: string | number): string {
  const sameDay = format.day(from) === format.day(to);
  return `${format.moment(from)} – ${sameDay ? format.minute(to) : format.moment(to)}`;
}
