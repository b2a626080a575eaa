/** Days from 1970-01-01 back to Excel's day 0, with its imaginary 29 February 1900 already counted. */
const excelEpochMs = Date.UTC(1899, 11, 30);
const dayMs = 86_400_000;
/** Workbooks made on old Macintoshes count from 1904. */
const days1904 = 1_462;
/** Excel ends with the year 9999. */
const serialMax = 2_958_466;

/**
 * A serial date of Excel as local text: `2024-11-11 20:05:00`, `2024-11-11` for midnight, `20:05:00` below one day.
 * Rounded to whole seconds, as Excel shows it; it has no time zone. Null where the number is no date.
 */
export function excelDateText(serial: number, from1904: boolean): string | null {
  if (!(serial >= 0 && serial < serialMax)) return null;
  const days = serial + (from1904 ? days1904 : 0);
  const early = !from1904 && serial >= 1 && serial < 60 ? 1 : 0;
  const seconds = Math.round((days + early) * 86_400);
  const iso = new Date(excelEpochMs + seconds * 1_000).toISOString();
  const [date, time] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (serial < 1 && !from1904) return time;
  return seconds % (dayMs / 1_000) === 0 ? date : `${date} ${time}`;
}

/** Built-in number formats that show dates, in the Western and East Asian versions of Excel. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/** Whether a number format shows dates or times: its code names a year, month, day, hour or second outside quotes. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const bare = code
    .replace(/"[^"]*"?/g, "")
    .replace(/\\./g, "")
    .replace(/[_*]./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]?/gi, "")
    .replace(/General|Standard/gi, "");
  return /[ymdhs]/i.test(bare);
}
