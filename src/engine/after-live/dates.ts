const dayMs = 86_400_000;

/** A date so many days later: `2026-02-28`, 1 → `2026-03-01`. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** The Monday of a date's week: `2026-11-25` → `2026-11-23`. */
export function weekOf(date: string): string {
  const sinceMonday = (new Date(Date.parse(date)).getUTCDay() + 6) % 7;
  return shiftDate(date, -sinceMonday);
}
