/** Widths of bar, space, bar, space … of each value of Code 128; the last is the stop. */
const patterns =
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232";
const stop = "2331112";
const startB = 104;
const modulus = 103;
const widthsEach = 6;
const codeCharsMax = 40;

function widthsOf(value: number): string {
  return patterns.slice(value * widthsEach, (value + 1) * widthsEach);
}

/**
 * The bars of a text in Code 128 B: widths in modules, a bar first, then a space, and so on. Null where the text has
 * characters that it cannot write; such a code is for the QR alone.
 */
export function code128(text: string): readonly number[] | null {
  if (text === "" || text.length > codeCharsMax || !/^[ -~]+$/.test(text)) return null;
  const values = Array.from(text, (char) => (char.codePointAt(0) ?? 0) - 32);
  const sum = values.reduce((total, value, index) => total + value * (index + 1), startB);
  const all = [startB, ...values, sum % modulus].map(widthsOf).join("") + stop;
  return Array.from(all, Number);
}
