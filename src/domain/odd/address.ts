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
  if (isForwarding(text, policy)) marks.push("forwarding");
  return marks;
}

/** Whether a word or an address of the list is in it, however it is spaced. */
export function isForwarding(
  text: string,
  { forwardingWords }: Pick<AddressPolicy, "forwardingWords">,
): boolean {
  const plain = plainOf(text);
  return forwardingWords.some((word) => word.trim() !== "" && plain.includes(plainOf(word)));
}

/**
 * One spelling of one place, to be hashed: width, case, blanks and punctuation do not make another address.
 * Small changes of words do, which is why phones and buyers are compared as well.
 */
export function addressKey(region: string, detail: string): string {
  return `${plainOf(region)}|${plainOf(detail)}`;
}

/** Letters and digits alone, in one width and case. */
export function plainOf(text: string): string {
  return (text.normalize("NFKC").toUpperCase().match(meaningful) ?? []).join("");
}

const municipalities = ["北京", "上海", "天津", "重庆"];
const otherProvinces =
  "河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 " +
  "内蒙古 广西 西藏 宁夏 新疆 香港 澳门";
const provinces = [...municipalities, ...otherProvinces.split(" ")];
const provinceEnd = /^(?:省|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)/u;
/** No road, village or house number is part of the name of a city or of a district. */
const cityStart = /^[^路街道村镇乡巷号弄\s\dA-Za-z]{1,10}?(?:市|自治州|地区|盟)/u;
const districtStart = /^[^路街道村镇乡巷号弄\s\dA-Za-z]{1,8}?(?:区|县|旗|市)/u;

/** An address in its parts, each as it is written; null where it was not recognised. */
export interface AddressParts {
  /** Without its ending: 广东, 内蒙古. */
  readonly province: string | null;
  readonly city: string | null;
  /** Everything after the province. */
  readonly local: string;
  /** Street, house and door. */
  readonly detail: string;
}

/** Takes an address apart as far as its text shows where each part ends. */
export function splitAddress(text: string): AddressParts {
  const clean = text.normalize("NFKC").replaceAll(/[\s,，、]+/gu, "");
  const { province, rest: local } = takeProvince(clean);
  const city = cityStart.exec(local)?.[0] ?? null;
  const inCity = city === null ? local : local.slice(city.length);
  const district = districtStart.exec(inCity)?.[0] ?? "";
  return { province, city, local, detail: inCity.slice(district.length) };
}

function takeProvince(text: string): { province: string | null; rest: string } {
  const province = provinces.find((name) => text.startsWith(name));
  if (province === undefined) return { province: null, rest: text };
  let rest = text.slice(province.length);
  // 北京市 is both, and often written twice; 吉林市 is a city of 吉林.
  if (!municipalities.includes(province))
    return rest.startsWith("市")
      ? { province: null, rest: text }
      : { province, rest: rest.replace(provinceEnd, "") };
  for (const again of ["", province]) if (rest.startsWith(`${again}市`)) rest = rest.slice(again.length + 1);
  return { province, rest };
}
