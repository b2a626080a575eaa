import {
  dayMs,
  minuteMs,
  type BroadcastOptions,
  type Item,
  type SimChannel,
  type SimEvent,
  type SimListing,
  type SimSku,
} from "./broadcast.ts";
import { barcodeOf, bundle, products, regions } from "./catalogue.ts";
import { burst, burstStart, expectedUnits, type Airing } from "./demand.ts";
import type { Random } from "./random.ts";

/** What is on the shelves before the session, how it came there, and what arrives while it is on. */

const historyDays = 10;
/** Samples in the studio, of each product that is in stock. */
const samplesPerSku = 2;
/** When the shelves are filled, counted back from the broadcast. */
const openedAt = -20_000;
const presaleQuota = 3_000;

export function skusOf(options: BroadcastOptions, airings: readonly Airing[]): SimSku[] {
  return products.map((product, index) => {
    const { trait } = product;
    const expected = expectedUnits(product, options, airings) * product.stocked;
    const usual = Math.max(5, Math.round(expected / 10) * 10);
    const hot = Math.max(5, Math.round(burst.stock * options.volume));
    return {
      code: product.code,
      name: product.name,
      category: product.category,
      barcode: barcodeOf(index),
      price: product.price,
      deductAt: trait === "payment" ? "payment" : "order",
      bufferUnits: trait === "burst" ? 0 : Math.round(usual * 0.02),
      limitPerBuyer: trait === "burst" ? 2 : trait === "limited" ? 3 : null,
      presaleQuota: trait === "presale" ? Math.max(5, Math.round(presaleQuota * options.volume)) : null,
      stock: trait === "presale" ? 0 : trait === "burst" ? hot : usual,
      bin: `${String.fromCharCode(65 + (index % 6))}-${String(1 + Math.floor(index / 6)).padStart(2, "0")}-1`,
    };
  });
}

export function listingsOf(channels: readonly SimChannel[]): SimListing[] {
  return channels
    .filter((channel) => !channel.strict)
    .flatMap(({ channel }) => [
      ...products.map((product) => ({
        channel,
        listing: `${channel}-${product.code}`,
        title: product.name,
        parts: [{ sku: product.code, units: 1 }],
      })),
      { channel, listing: `${channel}-set`, title: bundle.title, parts: bundle.parts },
    ]);
}

/**
 * The delivery from which all is sold, the samples that go to the studio, and ten quiet days of orders that are sent
 * already: so much arrives that the stock is what it is meant to be when the session goes live.
 */
export function openShelves(
  skus: readonly SimSku[],
  channels: readonly SimChannel[],
  { volume }: BroadcastOptions,
  random: Random,
): Item[] {
  const history = skus.flatMap((sku, index) =>
    sku.stock === 0 ? [] : pastOrders(sku, index, channels, volume, random),
  );
  const sent = new Map<string, number>();
  for (const { sku, net } of history) sent.set(sku, (sent.get(sku) ?? 0) + net);
  const stocked = skus.filter((sku) => sku.stock > 0);
  return [
    {
      at: openedAt,
      kind: "receipt",
      key: "demo-opening",
      note: "开播前到货",
      // Before the first of the orders that are sold from it: no day may close with fewer units than none.
      receivedAt: -(historyDays + 1) * dayMs,
      lines: stocked.map(({ code, stock, bin }) => ({
        sku: code,
        quantity: stock + samplesPerSku + (sent.get(code) ?? 0),
        bin,
      })),
    },
    ...stocked.map(({ code }, index): Item => ({
      at: openedAt + 1_000 + index,
      kind: "adjust",
      key: `demo-loan-${index + 1}`,
      action: "loan",
      sku: code,
      quantity: samplesPerSku,
    })),
    ...history.map(({ item }) => item),
  ];
}

/** One order a day, sent the same day; now and then a unit comes back. */
function pastOrders(
  sku: SimSku,
  index: number,
  channels: readonly SimChannel[],
  volume: number,
  random: Random,
): { item: Item; sku: string; net: number }[] {
  const sellers = channels.filter((channel) => !channel.strict);
  // Two of the products have stood there untouched.
  const days = index % 12 === 5 ? [] : Array.from({ length: historyDays }, (_, day) => day + 1);
  return days.map((day) => {
    const { channel } = random.pick(sellers, ({ share }) => share);
    const quantity = Math.max(1, Math.round(random.whole(4, 30) * volume));
    const returned = random.chance(0.2) ? 1 : 0;
    const bad = returned === 1 && random.chance(0.25);
    const placedAt = -day * dayMs + random.whole(-240, 0) * minuteMs;
    const event: SimEvent = {
      orderId: `H${String(index + 1).padStart(2, "0")}${String(day).padStart(2, "0")}`,
      placedAt,
      updatedAt: placedAt + random.whole(60, 200) * minuteMs,
      stage: "paid",
      buyer: `${channel}-h${index}-${day}`,
      region: random.pick(regions),
      lines: [
        {
          lineId: "1",
          listing: `${channel}-${sku.code}`,
          quantity,
          amount: sku.price * quantity,
          shipped: quantity,
          ...(returned === 0 ? {} : bad ? { returnedBad: 1 } : { returnedGood: 1 }),
        },
      ],
    };
    const item: Item = { at: openedAt + 5_000 + index * 100 + day, kind: "event", channel, event };
    return { item, sku: sku.code, net: quantity - (returned === 1 && !bad ? 1 : 0) };
  });
}

/** What the suppliers bring while the session is on, and the samples that come back after it. */
export function sessionArrivals(
  { durationMinutes, volume }: BroadcastOptions,
  airings: readonly Airing[],
): Item[] {
  const burstAt = burstStart(airings);
  const hot = airings.find(({ product }) => product.trait === "burst")?.product.code;
  const afterwards = Math.min(burstAt + 45, Math.round((burstAt + durationMinutes) / 2));
  const end = durationMinutes * minuteMs;
  const back = products.filter(({ trait }) => trait !== "presale").slice(0, 6);
  const receipts: Item[] =
    hot === undefined
      ? []
      : [
          {
            at: afterwards * minuteMs,
            kind: "receipt",
            key: "demo-refill",
            note: "供应商加急补货",
            lines: [{ sku: hot, quantity: Math.max(1, Math.round(2_000 * volume)), bin: "A-01-1" }],
          },
        ];
  return [
    ...receipts,
    ...back.map(({ code }, index): Item => ({
      at: end + 60_000 + index,
      kind: "adjust",
      key: `demo-back-${index + 1}`,
      action: index === 0 ? "loan_return_bad" : "loan_return",
      sku: code,
      quantity: 1,
    })),
  ];
}
