import {
  foldReturn,
  inspectProblem,
  inspectionOfKey,
  joined,
  linesOfOrder,
  returnable,
  returnCommand,
  returnWords,
  uninspected,
  type Inspection,
  type OrderName,
  type ReturnEvent,
  type ReturnFact,
  type ReturnLine,
  type ReturnParcel,
  type ReturnRefusal,
} from "../../domain/returns/parcel.ts";
import type { Paper } from "../../domain/count/detective.ts";
import type { Line } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import type { Clock } from "../clock.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { isRefused, refuse, type Refused } from "../refused.ts";
import { bookStep, isBooked, refusedByBooks, unknownSku, unknownWarehouse, type Books } from "./booking.ts";
import { PaperList, paperId } from "./paper-list.ts";

export const unknownParcel: Refused = refuse("unknown_parcel", {
  zh: "没有这个退货包裹",
  en: "There is no such parcel",
});

export type Arrival = Extract<ReturnFact, { kind: "arrived" }>["body"];
export type Looked = Extract<ReturnFact, { kind: "inspected" }>["body"];

/** A line of an order, and how many of it may still come back. */
export interface ReturnableLine {
  readonly line: Line;
  readonly returnable: number;
  /** In parcels that wait to be inspected. */
  readonly waiting: number;
}

export interface Found {
  readonly parcels: readonly ReturnParcel[];
  readonly orders: readonly (OrderName & { readonly lines: readonly ReturnableLine[] })[];
}

/** Orders that one search shows. */
const ordersFoundMax = 5;
const linesFoundMax = 100;

/** Parcels that customers sent back: received, inspected piece by piece, booked as what was found. */
export class Returns {
  readonly #books: Books;
  readonly #clock: Clock;
  readonly #papers: Papers<ReturnParcel, ReturnFact>;
  readonly #list: PaperList<ReturnParcel>;
  /** What may still come back of an order is asked and written by one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(books: Books, clock: Clock) {
    this.#books = books;
    this.#clock = clock;
    this.#papers = new Papers({ ...books, kind: "return", fold: foldEvents });
    this.#list = new PaperList(this.#papers, "T");
  }

  get(parcel: string): Promise<ReturnParcel | null> {
    return this.#papers.get(parcel);
  }

  /** The latest first. */
  list(): Promise<readonly ReturnParcel[]> {
    return this.#list.all(this.#clock.now());
  }

  /** What a scanned or typed code may mean: a parcel that is here, or an order. */
  async find(code: string): Promise<Found> {
    const { store, shop } = this.#books;
    const all = await this.list();
    const parcels = all.filter(
      ({ parcel, waybill, order }) => code === parcel || code === waybill || code === order?.orderId,
    );
    const page = await store.read.orders(shop, { search: code, limit: linesFoundMax });
    const names = new Map(
      page.items.map(({ channel, orderId }) => [`${channel}\u0000${orderId}`, { channel, orderId }]),
    );
    const orders = [];
    for (const name of [...names.values()].slice(0, ordersFoundMax)) {
      const lines = await store.read.order(shop, name.channel, name.orderId);
      const waiting = waitingOf(all, name);
      orders.push({ ...name, lines: lines.map((line) => returnableOf(line, waiting)) });
    }
    return { parcels, orders };
  }

  /** The order's lines as they stand beside a parcel; none where nobody knows whose it is. */
  async linesOf({
    parcel,
    order,
  }: Pick<ReturnParcel, "parcel" | "order">): Promise<readonly ReturnableLine[]> {
    if (order === null) return [];
    const { store, shop } = this.#books;
    const others = waitingOf(await this.list(), order, parcel);
    const lines = await store.read.order(shop, order.channel, order.orderId);
    return lines.map((line) => returnableOf(line, others));
  }

  /** A parcel has come. Asked again under the same name it is the same one. */
  receive(asked: Arrival, who: Who): Promise<PaperActed<ReturnParcel>> {
    return this.#inTurn(() => this.#receive(asked, who));
  }

  /** Whose it is was found out. */
  match(parcel: string, order: OrderName, who: Who): Promise<PaperActed<ReturnParcel>> {
    return this.#inTurn(async () => {
      const state = await this.get(parcel);
      if (state === null) return unknownParcel;
      const lines = await this.#ownedLines(order, state.lines, parcel);
      if (isRefused(lines)) return lines;
      return this.#papers.act(
        parcel,
        (now) => {
          if (now === null) return unknownParcel;
          if (now.order !== null || now.inspections.length > 0) return said("parcel_matched");
          return [{ kind: "matched", body: { ...order, lines } }];
        },
        who,
      );
    });
  }

  /** Somebody looked at a part of a line: it is booked as what they found. */
  async inspect(parcel: string, looked: Looked, who: Who): Promise<PaperActed<ReturnParcel>> {
    const body = { ...looked, sku: skuKey(looked.sku) };
    const acted = await this.#papers.act(
      parcel,
      (state) => {
        if (state === null) return unknownParcel;
        if (state.inspections.some(({ entry }) => entry === body.entry)) return [];
        const problem = inspectProblem(state, body);
        return problem === null ? [{ kind: "inspected", body }] : said(problem);
      },
      who,
    );
    if (!acted.ok) return acted;
    const inspection = acted.state.inspections.find(({ entry }) => entry === body.entry);
    return inspection === undefined ? unknownParcel : this.#book(acted.state, inspection, who);
  }

  /** What nobody has looked at did not come, or was booked elsewhere. */
  close(parcel: string, reason: string, who: Who): Promise<PaperActed<ReturnParcel>> {
    return this.#papers.act(
      parcel,
      (state) => {
        if (state === null) return unknownParcel;
        if (reason.trim() === "") return said("reason_needed");
        return uninspected(state).length === 0
          ? said("line_unknown")
          : [{ kind: "closed", body: { reason } }];
      },
      who,
    );
  }

  /** Books what was inspected when the server stopped before it could. */
  async bookLeft(parcelsMax: number): Promise<number> {
    let booked = 0;
    for (const parcel of (await this.list()).slice(0, parcelsMax))
      for (const inspection of parcel.inspections) {
        if (await isBooked(this.#books, returnCommand(parcel, inspection).key)) continue;
        const who = { actor: inspection.by, at: this.#clock.now() };
        if ((await this.#book(parcel, inspection, who)).ok) booked += 1;
      }
    return booked;
  }

  /** The inspection that a movement was booked for. */
  async inspectionOf(doc: string | null): Promise<Inspection | null> {
    const name = inspectionOfKey(doc);
    if (name === null) return null;
    const parcel = await this.#papers.get(name.parcel);
    return parcel?.inspections.find(({ seq }) => seq === name.seq) ?? null;
  }

  /** Goods in the building that nobody has booked: what a count may find beyond the books. */
  async countPapers(): Promise<readonly Paper[]> {
    const papers = [];
    for (const parcel of await this.list())
      for (const { sku, units } of uninspected(parcel)) {
        const { parcel: id, warehouse, bin, arrivedAt: at } = parcel;
        papers.push({ kind: "return_waiting" as const, id, sku, warehouse, units, at, bin });
      }
    return papers;
  }

  async #receive(asked: Arrival, who: Who): Promise<PaperActed<ReturnParcel>> {
    const { store, shop } = this.#books;
    const all = await this.list();
    const again = all.find(({ request }) => request === asked.request);
    if (again !== undefined) return { ok: true, state: again };
    if (asked.waybill !== "" && all.some(({ waybill }) => waybill === asked.waybill))
      return said("parcel_known");
    if ((await store.read.warehouses(shop)).every(({ warehouse }) => warehouse !== asked.warehouse))
      return unknownWarehouse;
    const lines = joined(asked.lines.map((line) => ({ ...line, sku: skuKey(line.sku) })));
    for (const { sku } of lines) if ((await store.read.sku(shop, sku)) === null) return unknownSku(sku);
    const owned =
      asked.order === null
        ? joined(lines.map((line) => ({ ...line, lineId: "" })))
        : await this.#ownedLines(asked.order, lines, null);
    if (isRefused(owned)) return owned;
    const id = paperId("T", who.at, this.#clock.random(3));
    return this.#papers.act(id, () => [{ kind: "arrived", body: { ...asked, lines: owned } }], who);
  }

  async #ownedLines(
    order: OrderName,
    asked: readonly ReturnLine[],
    parcel: string | null,
  ): Promise<readonly ReturnLine[] | Refused> {
    const { store, shop } = this.#books;
    const lines = await store.read.order(shop, order.channel, order.orderId);
    if (lines.length === 0)
      return refuse("order_unknown", {
        zh: `没有订单 ${order.orderId}，请核对渠道和单号，或按未知订单登记`,
        en: `There is no order ${order.orderId}: check it, or receive the parcel without one`,
      });
    return linesOfOrder(lines, asked, waitingOf(await this.list(), order, parcel)) ?? said("more_than_sent");
  }

  async #book(parcel: ReturnParcel, inspection: Inspection, who: Who): Promise<PaperActed<ReturnParcel>> {
    const refusal = await bookStep(this.#books, [returnCommand(parcel, inspection)]);
    if (refusal === null) return { ok: true, state: parcel };
    const { seq } = inspection;
    const undone = await this.#papers.act(
      parcel.parcel,
      (now) =>
        now?.inspections.some((one) => one.seq === seq) === true
          ? [{ kind: "refused", body: { inspection: seq, code: refusal.code } }]
          : [],
      who,
    );
    if (!undone.ok) return undone;
    return refusal.code === "insufficient_units" ? said("more_than_sent") : refusedByBooks(refusal);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }
}

function said(code: ReturnRefusal): Refused {
  return refuse(code, returnWords[code]);
}

function waitingOf(
  all: readonly ReturnParcel[],
  order: OrderName,
  but: string | null = null,
): readonly ReturnLine[] {
  return all
    .filter((one) => one.parcel !== but && one.order !== null)
    .filter((one) => one.order?.channel === order.channel && one.order.orderId === order.orderId)
    .flatMap(uninspected);
}

function returnableOf(line: Line, waiting: readonly ReturnLine[]): ReturnableLine {
  const here = waiting.filter((one) => one.lineId === line.lineId && one.sku === line.sku);
  const units = here.reduce((sum, one) => sum + one.units, 0);
  return { line, returnable: returnable(line, waiting), waiting: units };
}

function foldEvents(
  id: string,
  state: ReturnParcel | null,
  events: readonly WorkEvent[],
): ReturnParcel | null {
  let folded = state;
  for (const { seq, at, actor, body } of events)
    folded = foldReturn(folded, { ...(body as ReturnFact), parcel: id, seq, at, actor } as ReturnEvent);
  return folded;
}
