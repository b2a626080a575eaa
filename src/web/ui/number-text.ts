interface Range {
  readonly least: number;
  readonly most: number;
  readonly decimals: number;
  readonly required: boolean;
}

/** The number of a text in its smallest unit; null in the answer: the field is empty; no answer: it is no number. */
export function readNumber(
  text: string,
  { least, most, decimals, required }: Range,
): { readonly value: number | null } | null {
  const plain = text.normalize("NFKC").replaceAll(",", "").trim();
  if (plain === "") return required ? null : { value: null };
  if (!/^\d+(?:\.\d*)?$|^\.\d+$/.test(plain)) return null;
  const [whole = "0", part = ""] = plain.split(".");
  if (part.length > decimals) return null;
  const value = Number(`${whole === "" ? "0" : whole}${part.padEnd(decimals, "0")}`);
  return value >= least && value <= most ? { value } : null;
}

export function showNumber(value: number | null, decimals: number): string {
  if (value === null) return "";
  return String(value / 10 ** decimals);
}
