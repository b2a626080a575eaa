import type { KeptGood } from "../../offline/database.ts";

/** What a code may be at this moment. */
export type Due = "bin" | "sku";

/** Why a scan changes nothing. */
export type BadScan =
  | "unknown"
  | "check_digit"
  | "bin_not_sku"
  | "sku_not_bin"
  | "two_codes"
  | "ambiguous"
  | "elsewhere"
  | "finish_bin";

export type Scan =
  | { readonly kind: "bin"; readonly bin: string }
  /** `units`: a case of so many; absent: one unit. */
  | { readonly kind: "sku"; readonly good: KeptGood; readonly units?: number }
  /** A lot's label, with the products that have a lot of this name. */
  | { readonly kind: "lot"; readonly lot: string; readonly goods: readonly KeptGood[] }
  | { readonly kind: "bad"; readonly why: BadScan; readonly code: string }
  /** Not known on this phone; the server may know it. */
  | { readonly kind: "ask"; readonly code: string };

export function plainCode(code: string): string {
  return code.normalize("NFKC").trim().toUpperCase();
}

/** EAN-8, UPC-A, EAN-13, ITF-14: the last digit is computed from those before it. */
export function isBadGtin(code: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(code)) return false;
  const digits = Array.from(code, Number).toReversed();
  const sum = digits.reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 !== 0;
}

/** The codes that this phone knows without a network. */
export class CodeBook {
  readonly #goods = new Map<string, KeptGood[]>();
  readonly #packs = new Map<string, { readonly good: KeptGood; readonly units: number }>();
  readonly #lots = new Map<string, { readonly lot: string; readonly goods: KeptGood[] }>();
  readonly #bins = new Map<string, string>();

  constructor(goods: Iterable<KeptGood>, bins: Iterable<string>) {
    for (const good of goods) {
      for (const code of new Set([good.sku, good.code, ...good.barcodes].map(plainCode))) {
        const known = this.#goods.get(code);
        if (known === undefined) this.#goods.set(code, [good]);
        else known.push(good);
      }
      for (const { code, units } of good.packs ?? [])
        if (code !== "") this.#packs.set(plainCode(code), { good, units });
      for (const lot of good.lots ?? []) {
        const known = this.#lots.get(plainCode(lot));
        if (known === undefined) this.#lots.set(plainCode(lot), { lot, goods: [good] });
        else known.goods.push(good);
      }
    }
    for (const bin of bins) if (bin !== "") this.#bins.set(plainCode(bin), bin);
  }

  goodOf(sku: string): KeptGood | undefined {
    return this.#goods.get(plainCode(sku))?.find((one) => one.sku === sku);
  }

  /** Units in the usual case of a product; null: nobody has said. */
  caseUnits(sku: string): number | null {
    return this.goodOf(sku)?.packs?.[0]?.units ?? null;
  }

  /** What a scanned code is, and whether it fits. A lot's label and a case's are known without a network too. */
  judge(scanned: string, due: Due): Scan {
    const code = plainCode(scanned);
    const bin = this.#bins.get(code);
    const goods = this.#goods.get(code) ?? [];
    const bad = (why: BadScan): Scan => ({ kind: "bad", why, code: scanned.trim() });
    // A code that is both is taken for what is due.
    if (bin !== undefined && (due === "bin" || goods.length === 0))
      return due === "bin" ? { kind: "bin", bin } : bad("bin_not_sku");
    const [good] = goods;
    if (good !== undefined) {
      if (due === "bin") return bad("sku_not_bin");
      return goods.length > 1 ? bad("ambiguous") : { kind: "sku", good };
    }
    const pack = this.#packs.get(code);
    if (pack !== undefined) return due === "bin" ? bad("sku_not_bin") : { kind: "sku", ...pack };
    const lot = this.#lots.get(code);
    if (lot !== undefined) return due === "bin" ? bad("sku_not_bin") : { kind: "lot", ...lot };
    if (isBadGtin(code)) return bad("check_digit");
    if (this.#isTwo(code)) return bad("two_codes");
    return { kind: "ask", code: scanned.trim() };
  }

  /** Two known codes without anything between them. */
  #isTwo(code: string): boolean {
    const known = (part: string) => this.#goods.has(part) || this.#bins.has(part) || this.#packs.has(part);
    for (let at = 1; at < code.length; at += 1)
      if (known(code.slice(0, at)) && known(code.slice(at))) return true;
    return false;
  }
}

/** What is said of a scan: a case says how many units it was. */
export function caseWord(name: string, units: number): string {
  return units === 1 ? name : `${name} × ${units}`;
}
