/** Zones that a shop is likely to be in, the likeliest first; the rest of the world follows. */
const first = [
  "Asia/Shanghai",
  "Asia/Hong_Kong",
  "Asia/Taipei",
  "Asia/Singapore",
  "Asia/Tokyo",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
];

export function timeZones(): readonly string[] {
  const all = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([...first, ...all])];
}

/** The zone of this machine. Older names of it are written as the shops of today know it. */
export function localTimeZone(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ["Asia/Chongqing", "Asia/Harbin", "PRC", "UTC", ""].includes(zone) ? "Asia/Shanghai" : zone;
}

export const currencies = [
  "CNY",
  "HKD",
  "TWD",
  "USD",
  "EUR",
  "GBP",
  "JPY",
  "SGD",
  "MYR",
  "THB",
  "VND",
  "IDR",
  "KRW",
];
