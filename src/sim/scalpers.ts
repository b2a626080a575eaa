import { hourMs, minuteMs } from "../domain/live/time.ts";
import type { AddressMark } from "../domain/odd/address.ts";
import type { OddOrder } from "../domain/odd/order.ts";

/**
 * A seeded broadcast of four hours: thousands of honest orders with everything honest people do that looks
 * odd (dormitories and offices, families, company purchases, second thoughts, newcomers, forwarders' customers),
 * and scalpers of six habits among them. The same seed gives the same broadcast.
 */

export interface Broadcast {
  readonly orders: readonly OddOrder[];
  /** The ids of the orders that scalpers placed. */
  readonly planted: ReadonlySet<string>;
  readonly tactics: ReadonlyMap<string, string>;
}

/** A small generator of numbers in [0, 1): mulberry32. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const start = 1_794_398_400_000;
const length = 4 * hourMs;

interface Person {
  readonly buyer: string;
  readonly phone: string;
  readonly address: string;
  readonly marks: readonly AddressMark[];
  readonly since: number;
}

interface Product {
  readonly sku: string;
  /** Units that honest orders take, each as likely as the next. */
  readonly units: readonly number[];
  readonly weight: number;
  readonly price: number;
}

interface Placed {
  readonly at: number;
  readonly units: number;
  readonly outcome: "paid" | "given_up" | "refunded";
  readonly refundMinutes?: number;
}

class Maker {
  readonly chance: () => number;
  readonly orders: OddOrder[] = [];
  readonly planted = new Map<string, string>();
  readonly products: readonly Product[];
  #names = 0;

  constructor(seed: number) {
    this.chance = chanceOf(seed);
    const sizes = [[1], [1, 1, 1, 2], [1, 1, 2], [1, 2, 2, 3], [1, 2, 3, 4, 6], [2, 4, 6, 6, 10]];
    this.products = Array.from({ length: 15 }, (_, index) => ({
      sku: `P${index + 1}`,
      units: sizes[this.whole(0, sizes.length - 1)] ?? [1],
      weight: index < 3 ? 6 : 1 + this.chance() * 2,
      price: this.whole(1_900, 39_900),
    }));
  }

  whole(least: number, most: number): number {
    return least + Math.floor(this.chance() * (most - least + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  product(): Product {
    let left = this.chance() * this.products.reduce((sum, { weight }) => sum + weight, 0);
    for (const product of this.products) {
      left -= product.weight;
      if (left < 0) return product;
    }
    return this.pick(this.products);
  }

  hot(): Product {
    return this.pick(this.products.slice(0, 3));
  }

  id(kind: string): string {
    this.#names += 1;
    return `${kind}${this.#names}`;
  }

  /** @param newShare how likely the shop has never seen the buyer before today */
  person(newShare: number, more: Partial<Person> = {}): Person {
    const isNew = this.chance() < newShare;
    return {
      buyer: this.id("b"),
      phone: this.id("t"),
      address: this.id("a"),
      marks: [],
      since: isNew ? -1 : start - this.whole(2, 400) * 24 * hourMs,
      ...more,
    };
  }

  /** When people buy: evenly, and more in the quarter of an hour after a product comes on. */
  moment(): number {
    const burst = this.whole(0, 7) * 30 * minuteMs + this.chance() * 15 * minuteMs;
    return start + Math.floor(this.chance() < 0.4 ? burst : this.chance() * length);
  }

  add(person: Person, product: Product, placed: Placed, tactic: string | null): void {
    const { at, units, outcome, refundMinutes = this.whole(30, 300) } = placed;
    const orderId = this.id("o");
    const paidAt = outcome === "given_up" ? null : at + this.whole(5, 240) * 1_000;
    const amount = Math.round(units * product.price * (0.7 + this.chance() * 0.3));
    this.orders.push({
      channel: "douyin",
      orderId,
      buyer: person.buyer,
      phone: person.phone,
      address: person.address,
      addressMarks: person.marks,
      buyerSince: person.since < 0 ? at - this.whole(0, 90) * minuteMs : person.since,
      placedAt: at,
      paidAt,
      givenUpAt: outcome === "given_up" ? at + 15 * minuteMs : null,
      refundedAt: outcome === "refunded" && paidAt !== null ? paidAt + refundMinutes * minuteMs : null,
      lines: [{ sku: product.sku, units, amount, listAmount: units * product.price }],
    });
    if (tactic !== null) this.planted.set(orderId, tactic);
  }

  honest(person: Person, product = this.product(), at = this.moment()): void {
    const company = this.chance() < 0.002;
    const units = company ? this.whole(10, 30) : this.pick(product.units);
    const chance = this.chance();
    const outcome = chance < 0.14 ? "given_up" : chance < 0.19 ? "refunded" : "paid";
    const refundMinutes = this.chance() < 0.3 ? this.whole(1, 10) : this.whole(11, 300);
    this.add(person, product, { at, units, outcome, refundMinutes }, null);
  }
}

/** One broadcast. `honest` is about how many honest orders it has. */
export function broadcastOf(seed: number, honest = 2_000): Broadcast {
  const maker = new Maker(seed);
  makeHonest(maker, honest);
  const tactics = [bulkBuyer, manyAccounts, onePhone, holder, refunder, forwarder];
  // Every broadcast has some of each habit, at different strength.
  for (const tactic of tactics) for (let count = maker.whole(1, 3); count > 0; count -= 1) tactic(maker);
  return {
    orders: maker.orders.toSorted((a, b) => a.placedAt - b.placedAt),
    planted: new Set(maker.planted.keys()),
    tactics: maker.planted,
  };
}

function makeHonest(maker: Maker, honest: number): void {
  while (maker.orders.length < honest) {
    const marks: AddressMark[] = [];
    if (maker.chance() < 0.01) marks.push("short");
    if (maker.chance() < 0.015) marks.push("forwarding");
    const person = maker.person(0.4, { marks });
    const orders = maker.chance() < 0.75 ? 1 : maker.whole(2, 5);
    for (let order = 0; order < orders; order += 1) maker.honest(person);
    if (maker.chance() < 0.06) {
      // A family: its own phones, one address, now and then the same product.
      const kin = maker.person(0.4, { address: person.address, marks });
      maker.honest(kin, maker.chance() < 0.5 ? maker.hot() : maker.product());
    }
  }
  // A dormitory and an office: many people at one door, all evening, the hot products among what they buy.
  for (let house = maker.whole(1, 2); house > 0; house -= 1) {
    const address = maker.id("a");
    for (let count = maker.whole(8, 20); count > 0; count -= 1)
      maker.honest(maker.person(0.35, { address }), maker.chance() < 0.4 ? maker.hot() : maker.product());
  }
}

/** A few accounts that take many at once. */
function bulkBuyer(maker: Maker): void {
  const product = maker.hot();
  for (let count = maker.whole(2, 6); count > 0; count -= 1) {
    const most = Math.max(...product.units);
    const units = most * 3 + maker.whole(2, 20);
    maker.add(maker.person(0.6), product, { at: maker.moment(), units, outcome: "paid" }, "bulk");
  }
}

/** Many new accounts at one door, one unit each, within minutes of the product coming on. */
function manyAccounts(maker: Maker): void {
  const product = maker.hot();
  const address = maker.id("a");
  const from = start + maker.chance() * (length - hourMs);
  for (let count = maker.whole(6, 20); count > 0; count -= 1) {
    const person = maker.person(0.9, { address });
    const at = Math.floor(from + maker.chance() * 30 * minuteMs);
    maker.add(person, product, { at, units: maker.pick(product.units), outcome: "paid" }, "accounts");
  }
}

/** Addresses spelled differently each time, one phone to call. */
function onePhone(maker: Maker): void {
  const product = maker.hot();
  const phone = maker.id("t");
  const from = start + maker.chance() * (length - hourMs);
  for (let count = maker.whole(5, 15); count > 0; count -= 1) {
    const at = Math.floor(from + maker.chance() * 40 * minuteMs);
    maker.add(maker.person(0.7, { phone }), product, { at, units: 1, outcome: "paid" }, "phone");
  }
}

/** Holds the stock without paying, so that nobody else can buy it. */
function holder(maker: Maker): void {
  const product = maker.hot();
  const person = maker.person(0.7);
  for (let count = maker.whole(5, 12); count > 0; count -= 1) {
    const outcome = maker.chance() < 0.93 ? "given_up" : "paid";
    maker.add(person, product, { at: maker.moment(), units: maker.whole(1, 3), outcome }, "holder");
  }
}

/** Orders, pays and takes the money back, over and over. */
function refunder(maker: Maker): void {
  const person = maker.person(0.4);
  for (let count = maker.whole(4, 9); count > 0; count -= 1) {
    const outcome = maker.chance() < 0.9 ? "refunded" : "paid";
    const placed = { at: maker.moment(), units: 1, outcome, refundMinutes: maker.whole(1, 40) } as const;
    maker.add(person, maker.product(), placed, "refunder");
  }
}

/** A forwarder's warehouse: few doors, few phones, a product that others want. */
function forwarder(maker: Maker): void {
  const product = maker.hot();
  const address = maker.id("a");
  const phones = Array.from({ length: maker.whole(1, 3) }, () => maker.id("t"));
  const from = start + maker.chance() * (length - hourMs);
  for (let count = maker.whole(6, 16); count > 0; count -= 1) {
    const person = maker.person(0.8, { address, phone: maker.pick(phones), marks: ["forwarding"] });
    const at = Math.floor(from + maker.chance() * 50 * minuteMs);
    maker.add(person, product, { at, units: maker.pick(product.units), outcome: "paid" }, "forwarder");
  }
}
