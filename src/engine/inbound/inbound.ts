import {
  foldReceipt,
  promisesKept,
  receiptWords,
  receiveOf,
  signProblem,
  type ExpectedLine,
  type Receipt,
  type ReceiptEvent,
  type ReceiptLine,
} from "../../domain/inbound/receipt.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { skuKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import { receiveExpected } from "./expected.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";

export interface InboundOptions {
  readonly store: Pick<Store, "read" | "workEvents">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly batcher: Pick<Batcher, "submit">;
}

export interface OpenReceipt {
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
    const expected = request.expected.map((line) => ({ ...line, sku: skuKey(line.sku) }));
    const unknown = await this.#unknownSku(expected);
    if (unknown !== null) return unknown;
    const id = `R${who.at.toString(36).padStart(9, "0")}${clock.random(3)}`;
    const body = { warehouse, supplier, note, expected, bin };
    return this.#papers.act(id, () => [{ kind: "opened", body }], who);
  }

  /** One person's count of the whole delivery, signed. Two equal counts of two people are booked at once. */
  async sign(id: string, lines: readonly ReceiptLine[], who: Who): Promise<PaperActed<InboundReceipt>> {
    const counted = lines.map((line) => ({ ...line, sku: skuKey(line.sku) }));
    const unknown = await this.#unknownSku(counted);
    if (unknown !== null) return unknown;
    const acted = await this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownReceipt;
        const problem = signProblem(state.receipt, who.actor, counted);
        if (problem !== null) return refuse(problem, receiptWords[problem]);
        return [{ kind: "signed", body: { lines: counted } }];
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
