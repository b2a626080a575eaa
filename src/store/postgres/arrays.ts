/**
 * Columns of rows as PostgreSQL's array literals. Written by hand, because a batch has a hundred thousand of
 * these values and the driver's own conversion looks at the type of each.
 */

/** `{1,NULL,3}` */
export function integersLiteral<T>(rows: readonly T[], valueOf: (row: T) => number | null): string {
  let literal = "";
  for (const row of rows) literal += `,${valueOf(row) ?? "NULL"}`;
  return `{${literal.slice(1)}}`;
}

/** `{a,NULL,"c \"quoted\""}` */
export function textsLiteral<T>(rows: readonly T[], valueOf: (row: T) => string | null): string {
  let literal = "";
  for (const row of rows) {
    const value = valueOf(row);
    if (value === null) literal += ",NULL";
    else literal += plain.test(value) && !isNullWord(value) ? `,${value}` : `,${quoted(value)}`;
  }
  return `{${literal.slice(1)}}`;
}

/** What means nothing else than itself in an array literal: most ids. */
const plain = /^[\w.:=-]+$/u;
const signs = /["\\]/gu;

function isNullWord(value: string): boolean {
  return value.length === 4 && value.toLowerCase() === "null";
}

function quoted(value: string): string {
  return `"${value.replaceAll(signs, String.raw`\$&`)}"`;
}
