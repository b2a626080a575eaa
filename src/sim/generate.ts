import {
  broadcastDefaults,
  minuteMs,
  type Broadcast,
  type BroadcastOptions,
  type Item,
  type SimChannel,
  type SimLine,
  type SimSlot,
} from "./broadcast.ts";
import { bundle, channels as allChannels, products, regions, type Product } from "./catalogue.ts";
import {
  airingsOf,
  burst,
  burstStart,
  expectedUnits,
  Mood,
  viewersAt,
  wantedAt,
  type Airing,
} from "./demand.ts";
import { deliver, outageOf } from "./disturb.ts";
import { platformLife, strictLife, type OrderLife, type PlacedOrder } from "./orders.ts";
import { Random } from "./random.ts";
import { roomSamples } from "./samples.ts";
import { listingsOf, openShelves, sessionArrivals, skusOf } from "./shelves.ts";

/** After the last minute on the air: unpaid orders are closed and late events arrive. */
const tailMinutes = 30;
/** How often each platform learns what is left: what sells in between is sold of a number that is old. */
const pushMinutes = 5;
const quantities: readonly (readonly [units: number, weight: number])[] = [
  [1, 85],
  [2, 12],
  [3, 3],
];

/** A whole broadcast from a seed. Pure: the same options make the same broadcast. */
export function generateBroadcast(options: Partial<BroadcastOptions> = {}): Broadcast {
  const full = { ...broadcastDefaults, ...options };
  const random = new Random(full.seed, "broadcast");
  const airings = airingsOf(full.durationMinutes);
  const channels = allChannels.slice(0, full.channels);
  const skus = skusOf(full, airings);
  const sold = sellOut(full, {
    random,
    airings,
    channels,
    stock: new Map(skus.map((sku) => [sku.code, sku.stock])),
  });
  const durationMs = full.durationMinutes * minuteMs;
  const outage = outageOf(channels[1]?.channel ?? "", full.durationMinutes);
  const items = [
    ...openShelves(skus, channels, full, random.stream("shelves")),
    ...deliver(sold.items, outage, random.stream("delivery")),
    ...sessionArrivals(full, airings),
    ...roomSamples({ channels, full, airings, paid: sold.paid, random: random.stream("samples") }),
    ...conduct(airings, durationMs),
  ];
  // A stable sort: what has one time stays in the order in which it was made.
  return {
    seed: full.seed,
    durationMs,
    endMs: durationMs + tailMinutes * minuteMs,
    skus,
    channels,
    listings: listingsOf(channels),
    plan: { id: `demo-${full.seed}`, title: "双十一返场 · 秋冬女装专场", slots: slotsOf(full, airings) },
    items: items.toSorted((a, b) => a.at - b.at),
  };
}

/** What the people in the control room do whatever happens. */
function conduct(airings: readonly Airing[], durationMs: number): Item[] {
  const burstAt = burstStart(airings) * minuteMs;
  return [
    { at: 0, kind: "life", step: "go_live" },
    ...airings.map((airing, index): Item => ({
      at: airing.from * minuteMs + 1,
      kind: "pointer",
      slot: slotId(index),
    })),
    {
      at: burstAt + 3 * minuteMs,
      kind: "host_words",
      text: "羽绒服黑色 L 马上抢光，引导看白色 M 和藏青短款",
    },
    { at: durationMs, kind: "life", step: "end" },
  ];
}

function slotId(index: number): string {
  return `slot-${String(index + 1).padStart(2, "0")}`;
}

function slotsOf(options: BroadcastOptions, airings: readonly Airing[]): SimSlot[] {
  return airings.map(({ product, from, to }, index) => {
    const shareShown = to > from ? 0.45 : 0;
    const usual = Math.max(1, Math.round((expectedUnits(product, options, airings) * shareShown) / 10) * 10);
    const target = product.trait === "burst" ? Math.max(1, Math.round(2_000 * options.volume)) : usual;
    const drips = product.trait === "drip";
    const allotment = drips ? target : null;
    const half = Math.max(1, Math.floor(target / 2));
    return {
      id: slotId(index),
      sku: product.code,
      minutes: Math.max(1, to - from),
      target,
      price: Math.round((product.price * 0.85) / 100) * 100,
      buyerLimit: product.trait === "burst" ? 2 : product.trait === "limited" ? 3 : null,
      buffer: null,
      allotment,
      alternates: alternatesOf(product),
      tranches:
        drips && target - half >= 1
          ? [
              { id: "first", units: half, afterMinutes: 0 },
              { id: "second", units: target - half, afterMinutes: 4 },
            ]
          : [],
    };
  });
}

function alternatesOf(product: Product): string[] {
  const same = products.filter((one) => one !== product && one.category === product.category);
  return same.slice(0, 3).map((one) => one.code);
}

interface Evening {
  readonly random: Random;
  readonly airings: readonly Airing[];
  readonly channels: readonly SimChannel[];
  readonly stock: ReadonlyMap<string, number>;
}

/** A payment of a room: when, on which channel, how much. */
export interface Paid {
  readonly at: number;
  readonly channel: string;
  readonly amount: number;
}

/** Minute by minute: who wants what, what each platform still offers, and what becomes of each order. */
function sellOut(options: BroadcastOptions, evening: Evening): { items: Item[]; paid: Paid[] } {
  const { random, airings, channels } = evening;
  const offers = new Offers(options, evening);
  const burstAt = burstStart(airings);
  const crowd = new Mood(random.stream("crowd"), 0.06);
  const moods = new Map(
    products.map((product) => [product, new Mood(random.stream(`mood/${product.code}`), 0.09)]),
  );
  const seller = new Seller(random.stream("orders"), channels, offers);
  for (let minute = 0; minute < options.durationMinutes; minute += 1) {
    offers.push(minute, (minute - burstAt) % pushMinutes === 0);
    const viewers = viewersAt(minute, options.durationMinutes, burstAt) * crowd.next();
    for (const product of products) {
      const mood = moods.get(product)?.next() ?? 1;
      const inBurst = product.trait === "burst" && minute >= burstAt && minute < burstAt + burst.minutes;
      const mean = wantedAt(product, minute, viewers, airings) * (inBurst ? 1 : mood) * options.volume;
      seller.sell(product, minute, random.stream(`units/${minute}/${product.code}`).poisson(mean));
    }
    for (const { product, from } of airings)
      if (minute === from && (product.trait === "burst" || product.trait === "limited"))
        seller.scalp(product, minute);
  }
  return { items: seller.items, paid: seller.paid };
}

/** What each platform believes is left. It learns the truth every few minutes, and all learn the whole of it. */
class Offers {
  readonly #pool: Map<string, number>;
  readonly #arrivals: readonly { at: number; sku: string; units: number }[];
  readonly #shown = new Map<string, number>();
  readonly #channels: readonly SimChannel[];
  #freed: { at: number; sku: string; units: number }[] = [];

  constructor(options: BroadcastOptions, { stock, channels, airings }: Evening) {
    this.#pool = new Map(stock);
    this.#channels = channels;
    this.#arrivals = sessionArrivals(options, airings).flatMap((item) =>
      item.kind === "receipt"
        ? item.lines.map((line) => ({ at: item.at, sku: line.sku, units: line.quantity }))
        : [],
    );
    this.#freed.push(...this.#arrivals);
  }

  push(minute: number, due: boolean): void {
    const now = minute * minuteMs;
    for (const { sku, units } of this.#freed.filter(({ at }) => at < now)) this.#add(sku, units);
    this.#freed = this.#freed.filter(({ at }) => at >= now);
    if (minute !== 0 && !due) return;
    for (const { channel } of this.#channels)
      for (const [sku, units] of this.#pool) this.#shown.set(`${channel}/${sku}`, Math.max(0, units));
  }

  /** Whether the platform lets somebody order so many; it counts down what it shows. */
  take(channel: string, sku: string, units: number): boolean {
    const shown = this.#shown.get(`${channel}/${sku}`) ?? 0;
    if (shown < units) return false;
    this.#shown.set(`${channel}/${sku}`, shown - units);
    this.#add(sku, -units);
    return true;
  }

  isEmpty(sku: string): boolean {
    return (this.#pool.get(sku) ?? 0) <= 0;
  }

  give(sku: string, units: number, at: number): void {
    this.#freed.push({ at, sku, units });
  }

  #add(sku: string, units: number): void {
    this.#pool.set(sku, (this.#pool.get(sku) ?? 0) + units);
  }
}

class Seller {
  readonly items: Item[] = [];
  readonly paid: Paid[] = [];
  readonly #random: Random;
  readonly #channels: readonly SimChannel[];
  readonly #offers: Offers;
  #count = 0;

  constructor(random: Random, channels: readonly SimChannel[], offers: Offers) {
    this.#random = random;
    this.#channels = channels;
    this.#offers = offers;
  }

  /** So many units are wanted within a minute: orders of one to three, on whichever platform people are. */
  sell(product: Product, minute: number, units: number): void {
    for (let open = units; open > 0;) {
      const random = this.#random;
      const quantity = Math.min(open, random.pick(quantities, ([, weight]) => weight)[0]);
      open -= quantity;
      const channel = random.pick(this.#channels, ({ share }) => share);
      const buyer = `${channel.channel}-u${random.whole(10_000, 9_999_999)}`;
      const placedAt = minute * minuteMs + random.whole(2, minuteMs - 1);
      this.#order(channel, product, quantity, { buyer, region: random.pick(regions), placedAt });
    }
  }

  /** Three buyers, each with one address and many accounts' worth of orders. */
  scalp(product: Product, minute: number): void {
    const random = this.#random;
    for (let buyer = 0; buyer < 3; buyer += 1) {
      const channel = this.#channels[(buyer + 1) % this.#channels.length];
      if (channel === undefined) continue;
      for (let turn = 0; turn < 25; turn += 1) {
        const placedAt = minute * minuteMs + 5_000 + turn * 4_000 + random.whole(0, 900);
        this.#order(channel, product, 2, {
          buyer: `${channel.channel}-hn${buyer + 1}`,
          region: `广东省 揭阳市 ${buyer + 8} 号仓`,
          placedAt,
        });
      }
    }
  }

  #order(
    channel: SimChannel,
    product: Product,
    quantity: number,
    by: { readonly buyer: string; readonly region: string; readonly placedAt: number },
  ): void {
    const random = this.#random;
    const lines = [this.#line(channel, product, quantity, "1")];
    if (random.chance(0.08)) {
      const other = random.pick(products, ({ always }) => always);
      if (other !== product) lines.push(this.#line(channel, other, 1, "2"));
    }
    const offered = lines.filter((line) => this.#offered(channel, line));
    if (offered.length === 0) return;
    this.#count += 1;
    const order: PlacedOrder = {
      ...by,
      channel,
      orderId: `${channel.channel.slice(0, 2).toUpperCase()}${String(this.#count).padStart(8, "0")}`,
      lines: offered,
    };
    this.#keep(order, channel.strict ? strictLife(order, random) : platformLife(order, random));
  }

  #keep(order: PlacedOrder, life: OrderLife): void {
    this.items.push(...life.items);
    if (life.freedAt !== null)
      for (const line of order.lines)
        for (const { sku, units } of partsOf(line)) this.#offers.give(sku, units, life.freedAt);
    if (life.paidAt !== null) {
      const amount = order.lines.reduce((sum, line) => sum + line.amount, 0);
      this.paid.push({ at: life.paidAt, channel: order.channel.channel, amount });
    }
  }

  #line(channel: SimChannel, product: Product, quantity: number, lineId: string): SimLine {
    const price = Math.round((product.price * 0.85) / 100) * 100;
    const kind = product.trait === "presale" ? ({ kind: "presale" } as const) : {};
    const set = !channel.strict && product.code === bundle.parts[0].sku && this.#random.chance(bundle.chance);
    const amount = (set ? Math.round(price * 1.35) : price) * quantity;
    if (channel.strict) return { lineId, sku: product.code, quantity, ...kind, amount };
    return {
      lineId,
      listing: set ? bundleListing(channel) : listingOf(channel, product),
      quantity,
      ...kind,
      amount,
    };
  }

  #offered(channel: SimChannel, line: SimLine): boolean {
    const parts = partsOf(line);
    if (line.kind === "presale") return true;
    // Whoever asks first may ask for what is gone: some do.
    if (channel.strict) {
      const empty = parts.some(({ sku }) => this.#offers.isEmpty(sku));
      if (empty) return this.#random.chance(0.15);
    }
    return parts.every(({ sku, units }) => this.#offers.take(channel.channel, sku, units)) || channel.strict;
  }
}

function listingOf(channel: Pick<SimChannel, "channel">, { code }: Product): string {
  return `${channel.channel}-${code}`;
}

function bundleListing(channel: Pick<SimChannel, "channel">): string {
  return `${channel.channel}-set`;
}

/** The units of each SKU in a line. */
function partsOf(line: SimLine): readonly { readonly sku: string; readonly units: number }[] {
  if (line.listing === undefined) return [{ sku: line.sku ?? "", units: line.quantity }];
  if (line.listing.endsWith("-set"))
    return bundle.parts.map(({ sku, units }) => ({ sku, units: units * line.quantity }));
  return [{ sku: line.listing.slice(line.listing.indexOf("-") + 1), units: line.quantity }];
}
