const dayMs = 86_400_000;

/** A date so many days later: `2026-02-28`, 1 → `2026-03-01`. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}
