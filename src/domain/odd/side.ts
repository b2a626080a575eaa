import {
  addressKey,
  isForwarding,
  markAddress,
  plainOf,
  splitAddress,
  type AddressMark,
  type AddressPolicy,
} from "./address.ts";

/** What came with an order and is not kept as it is. */
export interface Contact {
  readonly phone?: string | null;
  readonly address?: string | null;
  /** The province or region, where it stands apart from the address. */
  readonly region?: string | null;
}

/** Keyed hashes of one shop: the same text is the same key there, and nothing anywhere else. */
export interface ContactKeys {
  readonly phone: (text: string) => string;
  readonly address: (text: string) => string;
}

/** What is kept of it. */
export interface SideFacts {
  readonly phone: string | null;
  readonly address: string | null;
  readonly addressChars: number | null;
  readonly marks: readonly AddressMark[];
  readonly province: string | null;
  readonly city: string | null;
}

/** How platforms hide part of a text. */
const mask = /[*＊●•]/u;
const phoneDigitsMin = 5;

/**
 * Turns a phone and an address into keys and features. A masked one is compared with masked ones alone: a phone
 * together with its region, because seven digits are shared by some people; an address only when enough of it is
 * left, and it is called neither short nor impossible for what was hidden.
 */
export function sideFactsOf(contact: Contact, keys: ContactKeys, policy: AddressPolicy): SideFacts {
  const address = (contact.address ?? "").trim();
  const region = splitAddress(contact.region ?? "");
  const parts = splitAddress(address);
  const province = parts.province ?? region.province;
  const city = parts.city ?? region.city;
  const place = province ?? plainOf(contact.region ?? "");
  const phone = phoneText(contact.phone ?? "", `${place}${city ?? ""}`);
  const facts = { phone: phone === null ? null : keys.phone(phone), province, city };
  const unknown = { ...facts, address: null, addressChars: null, marks: [] };
  if (address === "") return unknown;
  const isMasked = mask.test(address);
  const addressChars = plainOf(parts.detail).length;
  if (isMasked && addressChars < policy.addressCharsMin) return unknown;
  const key = `${isMasked ? "masked " : ""}${addressKey(place, parts.local)}`;
  const marks: readonly AddressMark[] = isMasked
    ? isForwarding(address, policy)
      ? ["forwarding"]
      : []
    : markAddress(parts.detail, policy);
  // A whole address of the list may begin before its street.
  const isListed = !marks.includes("forwarding") && isForwarding(address, policy);
  return {
    ...facts,
    address: keys.address(key),
    addressChars,
    marks: isListed ? [...marks, "forwarding"] : marks,
  };
}

/** The key of an address that stands in the shop's list: the one that its orders have. */
export function listedAddressKey(text: string, keys: Pick<ContactKeys, "address">): string {
  const { province, local } = splitAddress(text);
  return keys.address(addressKey(province ?? "", local));
}

/** One spelling of one phone; null: there is none. */
function phoneText(text: string, place: string): string | null {
  const plain = text.normalize("NFKC");
  // A spreadsheet that took it for a number has lost its digits.
  if (spoilt.test(plain)) return null;
  if (mask.test(text)) {
    const shown = plain
      .replaceAll(/[●•]/gu, "*")
      .replaceAll(/[^\d*]/gu, "")
      .replaceAll(/\*+/gu, "*");
    return shown.replaceAll("*", "").length < phoneDigitsMin ? null : `masked ${shown} ${plainOf(place)}`;
  }
  // A platform's protected number is another one with each extension.
  const [, number = "", by = "", extension = ""] = extended.exec(plain) ?? [];
  const isExtended = number !== "" && (/[转e]/iu.test(by) || /^1\d{10}$/u.test(digitsOf(number)));
  const digits = digitsOf(isExtended ? number : plain);
  if (digits.length < phoneDigitsMin) return null;
  return isExtended ? `${digits} ${extension}` : digits;
}

const spoilt = /^\s*\d(?:\.\d+)?E\+?\d+\s*$/iu;
const extended = /^(.*\d)\s*(转|ext\.?|[-,])\s*(\d{1,6})\D*$/iu;

function digitsOf(text: string): string {
  const digits = text.replaceAll(/\D/gu, "");
  return /^(?:00)?86\d{11}$/u.test(digits) ? digits.slice(-11) : digits;
}
