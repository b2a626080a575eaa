import { createHmac } from "node:crypto";
import type { ContactKeys } from "../domain/odd/side.ts";

/** Hexadecimal digits of a buyer's key: 128 bits, so two buyers never share one. */
const keyChars = 32;
/** A burst of one buyer's requests computes it once. */
const keysKeptMax = 20_000;

export type BuyerKey = (buyer: string) => string;

/**
 * Turns whatever names a buyer into the key that is stored instead: a keyed HMAC, so that the text can neither
 * be read from the books nor guessed without the installation's secret. Width, case and blanks around it do
 * not matter, so that the same person is one buyer however the platforms write it.
 */
export function createBuyerKey(secret: string): BuyerKey {
  // A key of its own: the same secret also signs other things.
  const key = createHmac("sha256", secret).update("zaiku buyer").digest();
  const kept = new Map<string, string>();
  return (buyer) => {
    const known = kept.get(buyer);
    if (known !== undefined) return known;
    const text = buyer.normalize("NFKC").trim().toLowerCase();
    const made = createHmac("sha256", key).update(text).digest("hex").slice(0, keyChars);
    if (kept.size >= keysKeptMax) kept.clear();
    kept.set(buyer, made);
    return made;
  };
}

/**
 * Turns phones and addresses, in the one spelling that the rules give them, into keys of one shop: the same person is a
 * different key in every shop, and no list of phones can be tried without the installation's secret.
 */
export function createContactKeys(secret: string): (shop: number) => ContactKeys {
  const keyed = (purpose: string): ((shop: number, text: string) => string) => {
    const key = createHmac("sha256", secret).update(purpose).digest();
    return (shop, text) =>
      createHmac("sha256", key).update(`${shop}\n${text}`).digest("hex").slice(0, keyChars);
  };
  const [phone, address] = [keyed("zaiku phone"), keyed("zaiku address")];
  return (shop) => ({ phone: (text) => phone(shop, text), address: (text) => address(shop, text) });
}
