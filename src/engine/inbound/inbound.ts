import {
  foldReceipt,
  promisesKept,
  receiptWords,
  receivedLots,
  receiveOf,
  signProblem,
  wasSigned,
  type ExpectedLine,
  type Receipt,
  type ReceiptEvent,
  type ReceiptLine,
} from "../../domain/inbound/receipt.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { lotOfExpiry, type LotBody } from "../../domain/floor/lot.ts";
import { skuKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import { endOfDate, startOfDate } from "../floor/lots.ts";
import { expectedKind, receiveExpected, type ExpectedDelivery } from "./expected.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";

export interface InboundOptions {
  readonly store: Pick<Store, "read" | "workEvents">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly batcher: Pick<Batcher, "submit">;
  /** Keeps what a receipt says of its lots. */
  readonly putLots: (lots: readonly LotBody[], who: Who) => Promise<void>;
  readonly timeZone: () => string;
}

export interface OpenReceipt {
  /** Null: it is named here. Said again, it is the same receipt. */
  readonly receipt: string | null;
  readonly warehouse: string;
  readonly supplier: string;
  readonly note: string;
  /** Where the goods stand until they are put away; empty: not put away. */
  readonly bin: string;
  readonly expected: readonly ExpectedLine[];
}

type ReceiptFact = { [Kind in ReceiptEvent["kind"]]: Fact<Kind> }[ReceiptEvent["kind"]];
interface Fact<Kind extends ReceiptEvent["kind"]> {
  readonly kind: Kind;
  readonly body: Extract<ReceiptEvent, { readonly kind: Kind }>["body"] & { readonly bin?: string };
}

/** A receipt with the bin that its goods come into. */
export interface InboundReceipt {
  readonly receipt: Receipt;
  readonly bin: string;
}

export const unknownReceipt: Refused = refuse("unknown_receipt", {
  zh: "没有这张收货单",
  en: "There is no such receipt",
});

/** Receipts that two people count and sign. */
export class Inbound {
  readonly #options: InboundOptions;
  readonly #papers: Papers<InboundReceipt, ReceiptFact>;

  constructor(options: InboundOptions) {
    this.#options = options;
    const { store, shop } = options;
    this.#papers = new Papers({ store, shop, kind: "inbound", fold: foldEvents });
  }

  get(id: string): Promise<InboundReceipt | null> {
    return this.#papers.get(id);
  }

  /** The latest first. */
  async list(limit: number): Promise<readonly InboundReceipt[]> {
    const heads = [...(await this.#papers.heads())].toSorted(([a], [b]) => (a < b ? 1 : -1)).slice(0, limit);
    const receipts: InboundReceipt[] = [];
    for (const [id, seq] of heads) {
      const receipt = await this.#papers.at(id, seq);
      if (receipt !== null) receipts.push(receipt);
    }
    return receipts;
  }

  async open(request: OpenReceipt, who: Who): Promise<PaperActed<InboundReceipt>> {
    const { store, shop, clock } = this.#options;
    const { warehouse, supplier, note, bin } = request;
    if ((await store.read.warehouses(shop)).every((one) => one.warehouse !== warehouse))
      return refuse("unknown_warehouse", { zh: "没有这个仓库", en: "There is no such warehouse" });
    const expected: ExpectedLine[] = [];
    for (const line of request.expected)
      expected.push({
        ...line,
        sku: skuKey(line.sku),
        presale: line.presale ?? (await this.#promised(line)),
      });
    const unknown = await this.#unknownSku(expected);
    if (unknown !== null) return unknown;
    const id = request.receipt ?? `R${who.at.toString(36).padStart(9, "0")}${clock.random(3)}`;
    const body = { warehouse, supplier, note, expected, bin };
    return this.#papers.act(id, (state) => (state === null ? [{ kind: "opened", body }] : []), who);
  }

  /**
   * One person's count of the whole delivery, signed. Two equal counts of two people are booked at once. A lot of
   * which only the expiry is known is called after it.
   * @param key the caller's name for this count: said again it changes nothing; null: it has none
   */
  async sign(
    id: string,
    lines: readonly ReceiptLine[],
    who: Who,
    key: string | null = null,
  ): Promise<PaperActed<InboundReceipt>> {
    const counted = lines.map((line) => {
      const { lot, expiresOn } = line;
      return {
        ...line,
        sku: skuKey(line.sku),
        lot: lot || (expiresOn === undefined ? "" : lotOfExpiry(expiresOn)),
      };
    });
    const unknown = await this.#unknownSku(counted);
    if (unknown !== null) return unknown;
    const waiting = await this.#presaleOf(counted);
    const acted = await this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownReceipt;
        if (wasSigned(state.receipt, who.actor, key)) return [];
        const problem = signProblem(state.receipt, who.actor, counted);
        if (problem !== null) return refuse(problem, receiptWords[problem]);
        return [{ kind: "signed", body: { lines: counted, waiting, ...(key === null ? {} : { key }) } }];
      },
      who,
    );
    if (acted.ok) await this.book(acted.state);
    return acted;
  }

  async cancel(id: string, reason: string, who: Who): Promise<PaperActed<InboundReceipt>> {
    return this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownReceipt;
        const { status } = state.receipt;
        if (status === "booked" || status === "cancelled")
          return refuse("receipt_over", receiptWords.receipt_over);
        return [{ kind: "cancelled", body: { reason } }];
      },
      who,
    );
  }

  /** Books what two people agree on; said again, it changes nothing. Returns the journal's number; null: not yet. */
  async book({ receipt, bin }: InboundReceipt): Promise<number | null> {
    const command = receiveOf(receipt, bin);
    if (command === null) return null;
    const outcome = await this.#options.batcher.submit(command);
    const done = outcome.code === "duplicate" ? outcome.first : outcome;
    if (done === null || isRefusal(done) || !("seq" in done)) return null;
    const { actor, at } = command;
    await this.#keepLots(receipt, { actor, at });
    await receiveExpected(this.#options, receipt.receipt, promisesKept(receipt), { actor, at });
    return done.seq;
  }

  /** Books what was agreed on when the server stopped before it could. @param limit of the latest receipts */
  async bookLeft(limit: number): Promise<number> {
    const { store, shop } = this.#options;
    let booked = 0;
    for (const one of await this.list(limit)) {
      if (one.receipt.status !== "booked") continue;
      const command = receiveOf(one.receipt, one.bin);
      if (command === null || (await store.read.record(shop, command.key)) !== null) continue;
      if ((await this.book(one)) !== null) booked += 1;
    }
    return booked;
  }

  /** What was said of a delivery when it was expected; null: nothing. */
  async #promised({ request }: ExpectedLine): Promise<boolean | null> {
    if (request === null) return null;
    const { store, shop } = this.#options;
    const document = await store.read.document(shop, expectedKind, request);
    return (document?.body as ExpectedDelivery | null | undefined)?.presale ?? null;
  }

  async #keepLots(receipt: Receipt, who: Who): Promise<void> {
    const timeZone = this.#options.timeZone();
    const lots = receivedLots(receipt).map(({ madeOn, expiresOn, ...lot }): LotBody => ({
      ...lot,
      receivedAt: who.at,
      madeAt: madeOn === undefined ? null : startOfDate(madeOn, timeZone),
      expiresAt: expiresOn === undefined ? null : endOfDate(expiresOn, timeZone),
    }));
    if (lots.length > 0) await this.#options.putLots(lots, who);
  }

  /** By SKU: units that presale lines wait for now; those of which none wait are not in it. */
  async #presaleOf(lines: readonly ReceiptLine[]): Promise<Readonly<Record<string, number>>> {
    const { store, shop } = this.#options;
    const waiting: Record<string, number> = {};
    for (const sku of new Set(lines.map((line) => line.sku))) {
      const stocks = (await store.read.sku(shop, sku))?.stocks ?? [];
      const units = stocks.reduce((sum, { presale }) => sum + presale, 0);
      if (units > 0) waiting[sku] = units;
    }
    return waiting;
  }

  async #unknownSku(lines: readonly { readonly sku: string }[]): Promise<Refused | null> {
    const { store, shop } = this.#options;
    for (const sku of new Set(lines.map((line) => line.sku))) {
      if ((await store.read.sku(shop, sku)) !== null) continue;
      return refuse("unknown_sku", {
        zh: `没有商品 ${sku}，请先建档`,
        en: `There is no product ${sku}: create it first`,
      });
    }
    return null;
  }
}

function foldEvents(
  id: string,
  state: InboundReceipt | null,
  events: readonly WorkEvent[],
): InboundReceipt | null {
  let folded = state;
  for (const { seq, at, actor, body } of events) {
    const fact = body as ReceiptFact;
    const event = { ...fact, receipt: id, seq, at, actor } as ReceiptEvent;
    const receipt = foldReceipt(folded?.receipt ?? null, event);
    folded = receipt === null ? null : { receipt, bin: folded?.bin ?? fact.body.bin ?? "" };
  }
  return folded;
}
