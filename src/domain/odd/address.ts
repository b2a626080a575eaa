/** What is odd about an address, judged from its text when the order comes in; the text itself is not kept. */
export const addressMarks = ["short", "impossible", "forwarding"] as const;
export type AddressMark = (typeof addressMarks)[number];

export interface AddressPolicy {
  /** Fewer letters and digits than this, without the region, reach no door. */
  readonly addressCharsMin: number;
  /** Words that forwarding warehouses put into their addresses. */
  readonly forwardingWords: readonly string[];
}

export const addressPolicyDefault: AddressPolicy = {
  addressCharsMin: 6,
  forwardingWords: [
    "转运",
    "集运",
    "转寄",
    "代收仓",
    "中转仓",
    "保税仓",
    "货代",
    "海外仓",
    "forwarder",
    "freight",
    "consolidation",
    "transit warehouse",
  ],
};

/** Letters and digits of any script. */
const meaningful = /[\p{L}\p{N}]/gu;
/** The same sign five times in a row, or one pair of signs over and over. */
const repeated = /(.)\1{4,}|(..)\2{3,}/u;
const keyboard = /(?:asdf|qwer|zxcv|123456|abcdef|qazwsx|测试|不要发货|勿发|随便)/iu;

/**
 * The marks of an address.
 * @param detail street, house and door, without province, city and district
 */
export function markAddress(
  detail: string,
  policy: AddressPolicy = addressPolicyDefault,
): readonly AddressMark[] {
  const text = detail.normalize("NFKC").trim();
  const chars = text.match(meaningful) ?? [];
  const marks: AddressMark[] = [];
  if (chars.length < policy.addressCharsMin) marks.push("short");
  // Two different signs make no street; neither do five equal ones, nor a row of the keyboard.
  if (new Set(chars).size <= 2 || repeated.test(text) || keyboard.test(text)) marks.push("impossible");
  const lower = text.toLowerCase();
  if (policy.forwardingWords.some((word) => lower.includes(word.toLowerCase()))) marks.push("forwarding");
  return marks;
}

/**
 * One spelling of one place, to be hashed: width, case, blanks and punctuation do not make another address.
 * Small changes of words do, which is why phones and buyers are compared as well.
 */
export function addressKey(region: string, detail: string): string {
  const plain = (text: string): string =>
    (text.normalize("NFKC").toUpperCase().match(meaningful) ?? []).join("");
  return `${plain(region)}|${plain(detail)}`;
}
