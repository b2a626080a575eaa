import type { Broadcast, Item, SimEvent, SimLine, SimRefund, SimStage } from "./broadcast.ts";

/**
 * The simulator's own books, kept beside the product's and in another way: no ledger, only the last word on each
 * order line, added up at the end. What they say must be what the product says, to the unit.
 */

/** What the stock page must show of a SKU, in units. */
export interface ExpectedStock {
  readonly sku: string;
  readonly available: number;
  /** held + committed: which of the two a unit is in depends on who was covered first where units were short. */
  readonly promised: number;
  readonly quarantine: number;
  readonly loaned: number;
  readonly onHand: number;
  readonly shortage: number;
  readonly presale: number;
}

interface Known {
  readonly quantity: number;
  readonly presale: boolean;
  readonly amount: number;
  stage: SimStage;
  stampAt: number;
  closed: number;
  shipped: number;
  returnedGood: number;
  returnedBad: number;
  refund: SimRefund | "none";
  refundAt: number;
  expiresAt: number | null;
}

interface Shelf {
  received: number;
  loaned: number;
  quarantine: number;
}

const unknownAt = -Infinity;

export class Books {
  readonly #parts = new Map<string, readonly { readonly sku: string; readonly units: number }[]>();
  readonly #deductAtPayment: ReadonlySet<string>;
  readonly #shelves = new Map<string, Shelf>();
  /** By SKU, then by channel, order and line. */
  readonly #lines = new Map<string, Map<string, Known>>();
  readonly #orders = new Map<string, Known[]>();

  constructor(broadcast: Pick<Broadcast, "skus" | "listings">) {
    for (const { listing, parts } of broadcast.listings) this.#parts.set(listing, parts);
    for (const { code } of broadcast.skus) {
      this.#parts.set(code, [{ sku: code, units: 1 }]);
      this.#shelves.set(code, { received: 0, loaned: 0, quarantine: 0 });
      this.#lines.set(code, new Map());
    }
    this.#deductAtPayment = new Set(
      broadcast.skus.flatMap(({ code, deductAt }) => (deductAt === "payment" ? [code] : [])),
    );
  }

  /** Something that the shop has taken in. Of strict calls: only those that were granted. */
  add(item: Item, holdMs: number): void {
    switch (item.kind) {
      case "event":
        this.#see(item.channel, item.event);
        return;
      case "reserve":
        this.#see(item.channel, {
          ...item,
          updatedAt: item.at,
          expiresAt: item.at + holdMs,
          stage: "created",
        });
        return;
      case "pay":
        for (const line of this.#linesOf(item)) Object.assign(line, { stage: "paid", expiresAt: null });
        return;
      case "cancel":
        for (const line of this.#linesOf(item)) line.closed = line.quantity;
        return;
      case "receipt":
        for (const { sku, quantity } of item.lines) this.#shelf(sku).received += quantity;
        return;
      case "adjust":
        this.#shelf(item.sku).loaned += item.action === "loan" ? item.quantity : -item.quantity;
        if (item.action === "loan_return_bad") this.#shelf(item.sku).quarantine += item.quantity;
        return;
      case "samples":
      case "pointer":
      case "life":
      case "host_words":
        return;
    }
  }

  /** What must stand in the books at a moment, when every hold that has run out by then is released. */
  expected(now: number): ExpectedStock[] {
    return [...this.#shelves].map(([sku, shelf]) => {
      const sums = { wanted: 0, presale: 0, shipped: 0, good: 0, bad: 0 };
      for (const line of this.#lines.get(sku)?.values() ?? []) {
        const open = Math.max(0, line.quantity - line.shipped);
        const live = open - (line.refund === "refunded" ? open : Math.min(line.closed, open));
        const unpaid = line.stage === "created";
        const expired = unpaid && line.expiresAt !== null && line.expiresAt <= now;
        const wants = unpaid && (expired || this.#deductAtPayment.has(sku)) ? 0 : live;
        sums[line.presale ? "presale" : "wanted"] += wants;
        sums.shipped += line.shipped;
        sums.good += line.returnedGood;
        sums.bad += line.returnedBad;
      }
      const good = shelf.received - shelf.loaned - shelf.quarantine - sums.shipped + sums.good;
      const promised = Math.min(sums.wanted, good);
      const quarantine = shelf.quarantine + sums.bad;
      return {
        sku,
        available: good - promised,
        promised,
        quarantine,
        loaned: shelf.loaned,
        onHand: good + quarantine,
        shortage: sums.wanted - promised,
        presale: sums.presale,
      };
    });
  }

  /** Units and money of paid lines, whatever became of them later; of those placed from a moment on. */
  paid(): { units: number; presale: number; amount: number; orders: number } {
    const sums = { units: 0, presale: 0, amount: 0, orders: this.#orders.size };
    for (const lines of this.#lines.values()) {
      for (const line of lines.values()) {
        if (line.stage !== "paid") continue;
        sums[line.presale ? "presale" : "units"] += line.quantity;
        sums.amount += line.amount;
      }
    }
    return sums;
  }

  #see(
    channel: string,
    event: Pick<SimEvent, "orderId" | "updatedAt" | "stage" | "expiresAt" | "lines">,
  ): void {
    for (const line of event.lines) {
      for (const [index, { sku, units }] of this.#partsOf(line).entries()) {
        const lines = this.#lines.get(sku);
        if (lines === undefined) throw new Error(`The broadcast sells ${sku}, which it does not have`);
        const key = `${channel}/${event.orderId}/${line.lineId}`;
        let known = lines.get(key);
        if (known === undefined) {
          known = firstSight(line, units, index === 0 ? line.amount : 0);
          lines.set(key, known);
          this.#keep(`${channel}/${event.orderId}`, known);
        }
        see(known, event, line, units);
      }
    }
  }

  #keep(order: string, line: Known): void {
    const lines = this.#orders.get(order);
    if (lines === undefined) this.#orders.set(order, [line]);
    else lines.push(line);
  }

  #linesOf({ channel, orderId }: { readonly channel: string; readonly orderId: string }): readonly Known[] {
    return this.#orders.get(`${channel}/${orderId}`) ?? [];
  }

  #partsOf(line: SimLine): readonly { readonly sku: string; readonly units: number }[] {
    const name = line.listing ?? line.sku ?? "";
    const parts = this.#parts.get(name);
    if (parts === undefined) throw new Error(`The broadcast sells ${name}, which it does not have`);
    return parts;
  }

  #shelf(sku: string): Shelf {
    const shelf = this.#shelves.get(sku);
    if (shelf === undefined) throw new Error(`The broadcast moves ${sku}, which it does not have`);
    return shelf;
  }
}

function firstSight(line: SimLine, units: number, amount: number): Known {
  return {
    quantity: line.quantity * units,
    presale: line.kind === "presale",
    amount,
    stage: "pending",
    stampAt: unknownAt,
    closed: 0,
    shipped: 0,
    returnedGood: 0,
    returnedBad: 0,
    refund: "none",
    refundAt: unknownAt,
    expiresAt: null,
  };
}

/** The latest word holds; counters only rise. */
function see(
  known: Known,
  { updatedAt, stage, expiresAt }: Pick<SimEvent, "updatedAt" | "stage" | "expiresAt">,
  line: SimLine,
  units: number,
): void {
  if (stage !== undefined && updatedAt > known.stampAt) {
    known.stage = stage;
    known.stampAt = updatedAt;
  }
  if (line.refund !== undefined && updatedAt > known.refundAt) {
    known.refund = line.refund;
    known.refundAt = updatedAt;
  }
  known.closed = Math.max(known.closed, (line.closed ?? 0) * units);
  known.shipped = Math.max(known.shipped, (line.shipped ?? 0) * units);
  known.returnedGood = Math.max(known.returnedGood, (line.returnedGood ?? 0) * units);
  known.returnedBad = Math.max(known.returnedBad, (line.returnedBad ?? 0) * units);
  known.expiresAt = known.stage === "created" ? (known.expiresAt ?? expiresAt ?? null) : null;
}
