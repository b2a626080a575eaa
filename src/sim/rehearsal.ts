import { minuteMs, type Broadcast, type Item, type SimChannel, type SimPlan } from "./broadcast.ts";
import { Mood } from "./demand.ts";
import { deliver, outageOf } from "./disturb.ts";
import { platformLife, strictLife } from "./orders.ts";
import { Random } from "./random.ts";

/** A session that a shop has planned, before it happens: its own products, sold as much as they were sold before. */

export interface RehearsalProduct {
  /** The code as the shop knows it. */
  readonly code: string;
  readonly name: string;
  readonly price: number;
  readonly deductAt: "order" | "payment";
  /** Sold before it is there. */
  readonly presale: boolean;
  /** Units free when it begins. */
  readonly available: number;
  /** Units that are to be expected in the whole session. */
  readonly demand: number;
}

export interface RehearsalPlan {
  readonly seed: number;
  /** The copied session. */
  readonly plan: Pick<SimPlan, "id" | "title">;
  readonly slots: readonly { readonly id: string; readonly sku: string; readonly minutes: number }[];
  readonly durationMinutes: number;
  readonly products: readonly RehearsalProduct[];
  readonly channels: readonly SimChannel[];
}

/** What of a product's demand comes while it is shown. */
const shownShare = 0.7;
const pushMinutes = 5;
const tailMinutes = 30;

/** The broadcast of a plan, and how many units of each product people wanted. Pure. */
export function generateRehearsal(options: RehearsalPlan): {
  readonly broadcast: Broadcast;
  readonly wanted: ReadonlyMap<string, number>;
} {
  const { seed, durationMinutes, channels, products, plan } = options;
  const random = new Random(seed, "rehearsal");
  const durationMs = durationMinutes * minuteMs;
  const { items, wanted } = sell(options, random);
  const outage = outageOf(channels.length > 1 ? (channels[1]?.channel ?? "") : "", durationMinutes);
  const all = [
    ...deliver(items, outage, random.stream("delivery")),
    { at: 0, kind: "life", step: "go_live" } as const,
    ...pointers(options),
    { at: durationMs, kind: "life", step: "end" } as const,
  ];
  const broadcast: Broadcast = {
    seed,
    durationMs,
    endMs: durationMs + tailMinutes * minuteMs,
    skus: products.map(({ code, name, price, deductAt }) => ({
      code,
      name,
      price,
      deductAt,
      category: "",
      barcode: "",
      bufferUnits: 0,
      limitPerBuyer: null,
      presaleQuota: null,
      stock: 0,
      bin: "",
    })),
    channels,
    listings: [],
    plan: { ...plan, slots: [] },
    items: all.toSorted((a, b) => a.at - b.at),
  };
  return { broadcast, wanted };
}

function pointers({ slots }: RehearsalPlan): Item[] {
  let at = 1;
  return slots.map(({ id, minutes }) => {
    const item: Item = { at, kind: "pointer", slot: id };
    at += minutes * minuteMs;
    return item;
  });
}

function sell(
  { slots, durationMinutes, products, channels }: RehearsalPlan,
  random: Random,
): { items: Item[]; wanted: Map<string, number> } {
  const onAir = airMinutes(slots);
  const pool = new Map(products.map(({ code, available }) => [code, available]));
  const shown = new Map<string, number>();
  const freed: { at: number; code: string; units: number }[] = [];
  const wanted = new Map<string, number>();
  const items: Item[] = [];
  const draw = random.stream("orders");
  const moods = new Map(products.map(({ code }) => [code, new Mood(random.stream(`mood/${code}`), 0.12)]));
  let count = 0;
  for (let minute = 0; minute < durationMinutes; minute += 1) {
    for (const [index, one] of freed.entries()) {
      if (one.at >= minute * minuteMs || one.units === 0) continue;
      pool.set(one.code, (pool.get(one.code) ?? 0) + one.units);
      freed[index] = { ...one, units: 0 };
    }
    if (minute % pushMinutes === 0)
      for (const { channel } of channels)
        for (const [code, units] of pool) shown.set(`${channel}/${code}`, Math.max(0, units));
    for (const product of products) {
      const { code, demand, price, presale } = product;
      const air = onAir.get(code) ?? [];
      const mean =
        demand *
        ((1 - (air.length === 0 ? 0 : shownShare)) / durationMinutes +
          (air.includes(minute) ? shownShare / air.length : 0));
      for (let open = draw.poisson(mean * (moods.get(code)?.next() ?? 1)); open > 0; open -= 1) {
        wanted.set(code, (wanted.get(code) ?? 0) + 1);
        const channel = draw.pick(channels, ({ share }) => share);
        const left = shown.get(`${channel.channel}/${code}`) ?? 0;
        if (left < 1 && !channel.strict && !presale) continue;
        shown.set(`${channel.channel}/${code}`, left - 1);
        pool.set(code, (pool.get(code) ?? 0) - 1);
        count += 1;
        const order = {
          channel,
          orderId: `REHEARSAL-${String(count).padStart(7, "0")}`,
          placedAt: minute * minuteMs + draw.whole(2, minuteMs - 1),
          buyer: `rehearsal-${draw.whole(1, 9_999_999)}`,
          region: "",
          lines: [
            {
              lineId: "1",
              sku: code,
              quantity: 1,
              kind: presale ? "presale" : "spot",
              amount: price,
            } as const,
          ],
        };
        const life = channel.strict ? strictLife(order, draw) : platformLife(order, draw);
        items.push(...life.items);
        if (life.freedAt !== null) freed.push({ at: life.freedAt, code, units: 1 });
      }
    }
  }
  return { items, wanted };
}

/** The minutes in which each product is on. */
function airMinutes(slots: RehearsalPlan["slots"]): ReadonlyMap<string, readonly number[]> {
  const minutes = new Map<string, number[]>();
  let at = 0;
  for (const slot of slots) {
    const list = minutes.get(slot.sku) ?? [];
    for (let minute = at; minute < at + slot.minutes; minute += 1) list.push(minute);
    minutes.set(slot.sku, list);
    at += slot.minutes;
  }
  return minutes;
}
