import type { ScanAnswer } from "../../../api/counts.ts";
import type { MoveBody } from "../../../api/floor.ts";
import { ApiError } from "../../api.ts";
import type { KeptGood } from "../../offline/database.ts";
import { offlineLimits, type ClockSample, type RecordState, type Said } from "../../offline/records.ts";
import { Signal } from "../../ui/signal.ts";
import { countingLimits, type Quality } from "./counting.ts";
import { plainCode, type BadScan, type CodeBook } from "./judge.ts";
import type { Burst } from "./wedge.ts";

/** Goods go from one bin to another by phone: the bin, the product, how many, the other bin. */

/** What somebody has in hand at this moment. */
export interface InHand {
  /** Null: no bin was scanned yet. Empty: goods that are not put away. */
  readonly from: string | null;
  readonly good: Pick<KeptGood, "sku" | "code" | "name"> | null;
  /** Null: nobody said; the oldest goes first. */
  readonly lot: string | null;
  readonly quality: Quality;
  readonly quantity: number;
}

/** A move that was made. It is on the phone until the server has answered for it. */
export interface MadeMove {
  readonly key: string;
  readonly body: MoveBody;
  readonly name: string;
  readonly state: RecordState;
  readonly words: Said | null;
}

export interface MoveBook {
  readonly hand: InHand;
  /** In the order in which they were made. */
  readonly made: readonly MadeMove[];
}

const emptyHand: InHand = { from: null, good: null, lot: null, quality: "good", quantity: 0 };
export const emptyBook: MoveBook = { hand: emptyHand, made: [] };
/** Moves that the server has had are shown for a while, the latest of them. */
const sentShownMax = 20;

/** Why what was scanned cannot be done with what is in hand. */
export type BadMove = "bin_first" | "other_good" | "other_lot" | "same_bin" | "nothing" | "too_many";

export type MoveStep =
  | { readonly kind: "book"; readonly book: MoveBook }
  | { readonly kind: "bad"; readonly why: BadMove };

/** A product was scanned: one more of it, or a case, is in hand. */
export function pickedUp(book: MoveBook, good: KeptGood, lot: string | null, units = 1): MoveStep {
  const { hand } = book;
  if (hand.from === null) return { kind: "bad", why: "bin_first" };
  if (hand.good !== null && hand.good.sku !== good.sku) return { kind: "bad", why: "other_good" };
  if (lot !== null && hand.lot !== null && hand.lot !== lot) return { kind: "bad", why: "other_lot" };
  if (hand.quantity + units > countingLimits.unitsMax) return { kind: "bad", why: "too_many" };
  const { sku, code, name } = good;
  const next = { ...hand, good: { sku, code, name }, lot: lot ?? hand.lot, quantity: hand.quantity + units };
  return { kind: "book", book: { ...book, hand: next } };
}

/** What a scan is while goods are moved. */
export type MoveHeard =
  | { readonly kind: "none" }
  | { readonly kind: "bin"; readonly bin: string }
  | {
      readonly kind: "good";
      readonly good: KeptGood;
      readonly lot: string | null;
      readonly units: number;
    }
  | {
      readonly kind: "bad";
      readonly why: BadScan | "finish_pad";
      readonly code: string;
      readonly words?: Said;
    }
  /** Not known on this phone; the server may know it. */
  | { readonly kind: "ask"; readonly code: string };

export interface MoveView {
  readonly codes: CodeBook;
  readonly hand: InHand;
  readonly padOpen: boolean;
}

/** What a scan is, and whether it is any good: a bin and a product are both due. */
export function heardMove(burst: Burst, { codes, hand, padOpen }: MoveView): MoveHeard {
  if (burst.kind === "typed") return { kind: "none" };
  if (padOpen) return { kind: "bad", why: "finish_pad", code: "" };
  if (burst.kind === "several") return { kind: "bad", why: "two_codes", code: burst.codes.join(" ") };
  const bin = codes.judge(burst.code, "bin");
  const scan = bin.kind === "bin" ? bin : codes.judge(burst.code, "sku");
  if (scan.kind === "sku") return { kind: "good", good: scan.good, lot: null, units: scan.units ?? 1 };
  return scan.kind === "lot" ? lotOf(scan.lot, scan.goods, hand, burst.code) : scan;
}

/** The server's word on a code. */
export function answeredMove(answer: ScanAnswer, { codes, hand }: Omit<MoveView, "padOpen">): MoveHeard {
  const { kind, code, bin, sku, skus = [], name, lot, units = 1, words } = answer;
  const goodOf = (id: string): KeptGood =>
    codes.goodOf(id) ?? { sku: id, code: id, name: name ?? id, barcodes: [] };
  if (kind === "bin" && bin !== undefined) return { kind: "bin", bin };
  if (kind === "sku" && sku !== undefined) return { kind: "good", good: goodOf(sku), lot: null, units };
  if (kind === "lot" && lot !== undefined)
    return lotOf(lot, (sku === undefined ? skus : [sku]).map(goodOf), hand, code);
  return { kind: "bad", why: "unknown", code, ...(words === undefined ? {} : { words }) };
}

/** A lot's label is one unit of its product; where several have such a lot, of what is in hand. */
function lotOf(lot: string, goods: readonly KeptGood[], hand: InHand, code: string): MoveHeard {
  const good = goods.length === 1 ? goods[0] : goods.find((one) => one.sku === hand.good?.sku);
  return good === undefined ? { kind: "bad", why: "ambiguous", code } : { kind: "good", good, lot, units: 1 };
}

/** A bin that was typed by hand: any name will do, but a product's code or half a barcode is none. */
export function typedBin(text: string, codes: CodeBook): MoveHeard {
  const scan = codes.judge(text, "bin");
  if (scan.kind === "bin" || scan.kind === "bad") return scan;
  const name = text.trim();
  return /^(?:\d{8}|\d{12,14})$/.test(plainCode(name))
    ? { kind: "bad", why: "unknown", code: name }
    : { kind: "bin", bin: name };
}

export function changedHand(book: MoveBook, part: Partial<InHand>): MoveBook {
  return { ...book, hand: { ...book.hand, ...part } };
}

export interface MoveMade {
  readonly key: string;
  readonly warehouse: string;
  /** Milliseconds by the phone's clock. */
  readonly at: number;
}

/** What this phone says of itself with what is done on it. */
export interface MovedOn {
  readonly device: string;
  /** How its clock stood against the server's by then. */
  readonly clock: readonly ClockSample[];
  /** Its number of what is done now. */
  readonly number: number;
}

/**
 * The book with what the phone says of itself in each move that was not in it before. It stays in it: sent again, a
 * move is sent as it was.
 */
export function stamped(before: MoveBook, after: MoveBook, { device, clock, number }: MovedOn): MoveBook {
  const known = new Set(before.made.map((one) => one.key));
  if (after.made.every((one) => known.has(one.key))) return after;
  const phone = { device, clock: [...clock], first: number, last: number };
  const made = after.made.map((one) =>
    known.has(one.key) ? one : { ...one, body: { ...one.body, ...phone } },
  );
  return { ...after, made };
}

/**
 * A bin was scanned: the one that goods are taken from, or, with goods in hand, the one that they are put into. Whoever
 * has put them down stands at the first bin again and takes the next.
 */
export function scannedBin(book: MoveBook, bin: string, made: MoveMade): MoveStep {
  const { hand } = book;
  if (hand.from === null || hand.good === null)
    return { kind: "book", book: { ...book, hand: { ...emptyHand, from: bin } } };
  if (hand.from === bin) return { kind: "bad", why: "same_bin" };
  if (hand.quantity < 1) return { kind: "bad", why: "nothing" };
  const { from, good, lot, quality, quantity } = hand;
  const body: MoveBody = {
    warehouse: made.warehouse,
    sku: good.sku,
    quantity,
    quality,
    bin: from,
    toBin: bin,
    to: new Date(made.at).toISOString(),
    ...(lot === null ? {} : { lot }),
  };
  const move: MadeMove = { key: made.key, body, name: good.name, state: "waiting", words: null };
  return { kind: "book", book: { hand: { ...emptyHand, from }, made: [...book.made, move] } };
}

export function settledMove(book: MoveBook, key: string, state: RecordState, words: Said | null): MoveBook {
  const made = book.made.map((one) => (one.key === key ? { ...one, state, words } : one));
  const sent = made.filter((one) => one.state === "sent");
  const old = new Set(sent.slice(0, Math.max(0, sent.length - sentShownMax)));
  return { ...book, made: made.filter((one) => !old.has(one)) };
}

/** A refused move was looked at: it is forgotten. */
export function forgotten(book: MoveBook, key: string): MoveBook {
  return { ...book, made: book.made.filter((one) => one.key !== key) };
}

export interface MoveSenderOptions {
  /** What this person has on the phone, kept through everything. */
  readonly read: () => Promise<MoveBook>;
  readonly change: (make: (book: MoveBook) => MoveBook) => Promise<void>;
  readonly send: (body: MoveBody, key: string) => Promise<unknown>;
  readonly after: (ms: number, act: () => void) => () => void;
}

export type SenderState = "idle" | "sending" | "offline" | "signed_out";

/** Sends what was moved, in order, each under its own key: what is sent again after a lost answer is done once. */
export class MoveSender {
  readonly state = new Signal<SenderState>("idle");
  readonly #options: MoveSenderOptions;
  #running: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #failures = 0;
  #stopped = false;

  constructor(options: MoveSenderOptions) {
    this.#options = options;
  }

  kick = (): Promise<void> => {
    if (this.#stopped) return Promise.resolve();
    this.#cancel?.();
    this.#cancel = null;
    const before = this.#running ?? Promise.resolve();
    const run = before.then(() => this.#run());
    this.#running = run;
    return run;
  };

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    const { read, send, change } = this.#options;
    for (;;) {
      const next = (await read()).made.find((one) => one.state === "waiting");
      if (next === undefined || this.#stopped) {
        this.state.set("idle");
        return;
      }
      this.state.set("sending");
      try {
        await send(next.body, next.key);
        await change((book) => settledMove(book, next.key, "sent", null));
        this.#failures = 0;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { status, problem } = error;
        if (status === 401) {
          this.state.set("signed_out");
          return;
        }
        if (status < 400 || status >= 500 || status === 408 || status === 429) {
          this.#wait();
          return;
        }
        const words = { zh: problem?.detailZh ?? error.message, en: problem?.detail ?? error.message };
        await change((book) => settledMove(book, next.key, "refused", words));
      }
    }
  }

  #wait(): void {
    this.state.set("offline");
    const ms = Math.min(offlineLimits.retryMsMax, offlineLimits.retryMsMin * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancel?.();
    this.#cancel = this.#options.after(ms, () => void this.kick());
  }
}
