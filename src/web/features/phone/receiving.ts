import type { ScanAnswer } from "../../../api/counts.ts";
import type { InboundItem, SignedCountBody } from "../../../api/inbound.ts";
import type { KeptGood } from "../../offline/database.ts";
import type { CountRecord, Said } from "../../offline/records.ts";
import type { Quality } from "./counting.ts";
import { plainCode, type BadScan, type CodeBook } from "./judge.ts";
import type { Burst } from "./wedge.ts";

/** What a label or a person says of a lot. Dates as `2026-12-31`; empty: not said. */
export interface LotSaid {
  readonly lot: string;
  readonly madeOn: string;
  readonly expiresOn: string;
}

/** One product of a delivery as one person counts it. */
export interface ReceiveLine extends LotSaid {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly quality: Quality;
  readonly quantity: number;
}

/** What this person has counted so far, kept on the phone until it is signed. The latest line is first. */
export interface ReceiveDraft {
  readonly lines: readonly ReceiveLine[];
}

export const emptyDelivery: ReceiveDraft = { lines: [] };
export const noLot: LotSaid = { lot: "", madeOn: "", expiresOn: "" };
const lotCharsMax = 64;

/**
 * A scan: one more of the good units of the product, or a case of them, which comes to the top.
 * @param lot null: the label names none
 */
export function scanned(
  { lines }: ReceiveDraft,
  { sku, code, name }: KeptGood,
  lot: LotSaid | null = null,
  units = 1,
): ReceiveDraft {
  const fits = (line: ReceiveLine) => lot === null || sameLot(line, lot);
  const known = lines.find((line) => line.sku === sku && line.quality === "good" && fits(line));
  const line = known ?? { sku, code, name, ...(lot ?? noLot), quality: "good" as const, quantity: 0 };
  return { lines: [{ ...line, quantity: line.quantity + units }, ...lines.filter((one) => one !== known)] };
}

/** Lines that are the same goods after the change become one. */
export function changed({ lines }: ReceiveDraft, at: number, part: Partial<ReceiveLine>): ReceiveDraft {
  const old = lines[at];
  if (old === undefined) return { lines };
  const now = { ...old, ...part };
  const twin = lines.find((line, index) => index !== at && lineId(line) === lineId(now));
  const whole = twin === undefined ? now : { ...now, quantity: now.quantity + twin.quantity };
  return { lines: lines.flatMap((line, index) => (index === at ? [whole] : line === twin ? [] : [line])) };
}

export function removed({ lines }: ReceiveDraft, at: number): ReceiveDraft {
  return { lines: lines.filter((_, index) => index !== at) };
}

/** What makes a line another than the next one. */
export function lineId({ sku, quality, lot, madeOn, expiresOn }: ReceiveLine): string {
  return JSON.stringify([sku, quality, lot, madeOn, expiresOn]);
}

function sameLot(line: ReceiveLine, lot: LotSaid): boolean {
  return lineId({ ...line, ...lot }) === lineId(line);
}

/** What is signed. */
export function signedBody({ lines }: ReceiveDraft): SignedCountBody {
  return {
    lines: lines
      .filter(({ quantity }) => quantity > 0)
      .map(({ sku, quantity, quality, lot, madeOn, expiresOn }) => ({
        sku,
        quantity,
        quality,
        ...(lot ? { lot } : {}),
        ...(madeOn ? { madeOn } : {}),
        ...(expiresOn ? { expiresOn } : {}),
      })),
  };
}

/** A signature that was refused, to count on from. */
export function draftOf({ lines }: SignedCountBody, book: Pick<CodeBook, "goodOf">): ReceiveDraft {
  return {
    lines: lines.map(({ sku, quantity, quality = "good", lot = "", madeOn = "", expiresOn = "" }) => {
      const { code, name } = book.goodOf(sku) ?? { code: sku, name: sku };
      return { sku, code, name, lot, madeOn, expiresOn, quality, quantity };
    }),
  };
}

const gs1Parts = /^(?:01(\d{14})|11(\d{6})|17(\d{6})|10([^\n]{1,20})(?:\n|$)|21[^\n]{1,20}(?:\n|$))/;

/** A label of the GS1 kind: `(01)06901234567892(17)261231(10)L-9`, with brackets or as a gun sends it. */
export function readLabel(scannedCode: string): (LotSaid & { readonly gtin: string }) | null {
  // FNC1, which ends a part that has no length of its own.
  const trimmed = scannedCode.trim().replaceAll("\u001D", "\n");
  const text = trimmed.replace(/^\](?:C1|d2|Q3)/, "");
  const bracketed = /^\((?:01|10|11|17|21)\)/.test(text);
  // Digits alone are a product's code unless they go on after a whole GTIN.
  if (!bracketed && text === trimmed && !/^01\d{14}./.test(text)) return null;
  const bare = bracketed
    ? text.replace(/\((\d\d)\)/g, (_, part: string, at: number) => (at === 0 ? part : `\n${part}`))
    : text;
  const found = { gtin: "", lot: "", madeOn: "", expiresOn: "" };
  let rest = bare;
  while (rest !== "") {
    const [whole, gtin, made, expires, lot] = gs1Parts.exec(rest) ?? [];
    if (whole === undefined) return null;
    if (gtin !== undefined) found.gtin = gtin;
    if (made !== undefined) found.madeOn = dateOf(made);
    if (expires !== undefined) found.expiresOn = dateOf(expires);
    if (lot !== undefined) found.lot = lot;
    rest = rest.slice(whole.length).replace(/^\n/, "");
  }
  return found.lot === "" && found.expiresOn === "" ? null : found;
}

/** `261231` as `2026-12-31`; day 00 is the last one of its month. */
function dateOf(digits: string): string {
  const [year, month, day] = [0, 2, 4].map((at) => digits.slice(at, at + 2));
  const last = new Date(Date.UTC(2000 + Number(year), Number(month), 0)).getUTCDate();
  return `20${year}-${month}-${day === "00" ? String(last).padStart(2, "0") : day}`;
}

/** Why a scan while receiving changes nothing: each has a word, and the sound of what is bad. */
export type BadReceive = BadScan | "bin_here" | "finish_pad" | "lot_first" | "sku_not_lot";

export type Heard =
  | { readonly kind: "none" }
  /** `units`: a case of so many; absent: one unit. */
  | {
      readonly kind: "take";
      readonly good: KeptGood;
      readonly lot: LotSaid | null;
      readonly units?: number;
    }
  /** The lot of what is in hand, which is the line on top. */
  | { readonly kind: "lot"; readonly lot: LotSaid }
  | { readonly kind: "bad"; readonly why: BadReceive; readonly code: string; readonly words?: Said }
  /** Not known on this phone; the server may know it. */
  | { readonly kind: "ask"; readonly code: string };

/** What the page is at when something is scanned. */
export interface ReceiveView {
  readonly book: CodeBook;
  readonly draft: ReceiveDraft;
  /** Which sheet is open over the lines. */
  readonly open: "none" | "pad" | "lot";
}

/** What a scan is, and whether it fits. */
export function heard(burst: Burst, { book, draft, open }: ReceiveView): Heard {
  if (burst.kind === "typed") return { kind: "none" };
  if (burst.kind === "several") return { kind: "bad", why: "two_codes", code: burst.codes.join(" ") };
  const code = burst.code.trim();
  if (open === "pad") return { kind: "bad", why: "finish_pad", code };
  const label = readLabel(code);
  if (label !== null) {
    const { gtin, ...lot } = label;
    if (open === "lot") return { kind: "lot", lot };
    const found = gtin === "" ? undefined : goodOfGtin(book, gtin);
    if (found !== undefined) return { kind: "take", ...found, lot };
    if (gtin !== "") return { kind: "bad", why: "unknown", code };
    return draft.lines.length === 0 ? { kind: "bad", why: "lot_first", code } : { kind: "lot", lot };
  }
  const scan = book.judge(code, "sku");
  if (open === "lot") {
    if (scan.kind === "sku") return { kind: "bad", why: "sku_not_lot", code };
    if (scan.kind === "lot") return { kind: "lot", lot: { ...noLot, lot: scan.lot } };
    if (scan.kind === "bad" && scan.why !== "check_digit") return { kind: "bad", why: scan.why, code };
    return code.length > lotCharsMax
      ? { kind: "bad", why: "unknown", code }
      : { kind: "lot", lot: { ...noLot, lot: code } };
  }
  if (scan.kind === "sku") {
    const { good, units } = scan;
    return { kind: "take", good, lot: null, ...(units === undefined ? {} : { units }) };
  }
  if (scan.kind === "lot")
    return lotHeard(
      scan.lot,
      scan.goods.map(({ sku }) => sku),
      { book, draft },
      code,
    );
  if (scan.kind === "bad") return { kind: "bad", why: scan.why, code: scan.code };
  return { kind: "ask", code };
}

/** A GTIN has 14 digits on a label; the catalogue has it without the zeros before it. */
function goodOfGtin(book: CodeBook, gtin: string): { good: KeptGood; units?: number } | undefined {
  for (const code of [gtin, ...(gtin.startsWith("0") ? [gtin.slice(1), gtin.slice(2), gtin.slice(6)] : [])]) {
    const scan = book.judge(plainCode(code), "sku");
    if (scan.kind !== "sku") continue;
    const { good, units } = scan;
    return units === undefined ? { good } : { good, units };
  }
  return undefined;
}

/** What the server's word on a code is while receiving. */
export function answered(answer: ScanAnswer, { book, draft }: Pick<ReceiveView, "book" | "draft">): Heard {
  const { kind, code, sku, name = sku, units, lot, skus = [], words } = answer;
  if (kind === "bin") return { kind: "bad", why: "bin_here", code };
  if (kind === "sku" && sku !== undefined) {
    const good = goodIn(book, sku, name ?? sku);
    return { kind: "take", good, lot: null, ...(units === undefined ? {} : { units }) };
  }
  if (kind === "lot" && lot !== undefined)
    return lotHeard(lot, sku === undefined ? skus : [sku], { book, draft }, code, name);
  return { kind: "bad", why: "unknown", code, ...(words === undefined ? {} : { words }) };
}

function goodIn(book: CodeBook, sku: string, name: string): KeptGood {
  return book.goodOf(sku) ?? { sku, code: sku, name, barcodes: [] };
}

/** A lot's label: of the one product that has such a lot, or of what is in hand. */
function lotHeard(
  lot: string,
  skus: readonly string[],
  { book, draft }: Pick<ReceiveView, "book" | "draft">,
  code: string,
  name?: string,
): Heard {
  const said = { ...noLot, lot };
  const [only] = skus;
  if (skus.length === 1 && only !== undefined)
    return { kind: "take", good: goodIn(book, only, name ?? only), lot: said };
  // Several products have a lot of this name: it is that of what is in hand.
  const inHand = draft.lines[0]?.sku;
  if (inHand !== undefined && skus.includes(inHand)) return { kind: "lot", lot: said };
  return { kind: "bad", why: "lot_first", code };
}

/**
 * A receipt that this phone opened and the server has not heard of, as its list shows it.
 * @param words what is said of it, in the language of the page
 */
export function unsentReceipt(
  record: Extract<CountRecord, { readonly kind: "open" }>["open"] & { readonly receipt: string },
  words: string,
): InboundItem {
  const { receipt, warehouse = "main", supplier = "", note = "", bin = "" } = record;
  return {
    receipt,
    warehouse,
    supplier,
    note,
    bin,
    status: "counting",
    mine: { mayCount: true, words: { zh: words, en: words } },
    counts: [],
    differences: [],
    noteDifferences: [],
    signedBy: [],
    seq: null,
  };
}

/** The name of a receipt that this phone opens: the server keeps it, so that a second request opens no second one. */
export function receiptName(now: number, key: string): string {
  return `R${now.toString(36).padStart(9, "0")}${key.slice(0, 12)}`;
}
