/** Tables for a terminal, where a Chinese character is as wide as two letters. */

/** East Asian wide and full-width characters, and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const zeroWidth = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (zeroWidth.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/** The text, cut with an ellipsis where it is wider. Line breaks and other controls become blanks. */
export function fit(text: string, widthMax: number): string {
  const plain = text.replaceAll(/\p{Cc}/gu, " ");
  if (widthOf(plain) <= widthMax) return plain;
  let cut = "";
  let width = 0;
  for (const character of plain) {
    width += widthOf(character);
    if (width > widthMax - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Wider texts are cut. */
  readonly widthMax?: number;
}

/** Lines of a table: titles, then rows. Numbers belong to the right. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => columns.map(({ widthMax = 40 }, at) => fit(row[at] ?? "", widthMax)));
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at] ?? ""))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, at) => {
        const text = row[at] ?? "";
        const padding = " ".repeat((widths[at] ?? 0) - widthOf(text));
        return align === "right" ? padding + text : text + padding;
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)];
}

/** `12,345` */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
