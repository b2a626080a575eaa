import type { Command } from "../../src/domain/command.ts";
import { Batcher } from "../../src/engine/batcher.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { openShop } from "../../src/engine/shops.ts";
import type { Store } from "../../src/store/store.ts";
import type { Order, Seller } from "./seller.ts";

const channel = "douyin";
const actor = "key:bench";

/** Which command an order becomes: a strict reservation, or an event of a platform that it is paid. */
export type ZaikuWay = "reserve" | "observe";

const silent = { info: () => undefined, warn: () => undefined, error: complain };

function complain(data: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(data)}\n`);
}

/** A shop with the SKUs, each with its units on a shelf, sold through the engine's batcher. */
export async function openZaiku(
  store: Store,
  way: ZaikuWay,
  skus: readonly string[],
  units: number,
): Promise<Seller> {
  const { shop } = await openShop(store, systemClock);
  const at = systemClock.now();
  await store.commit(
    shop,
    [
      { type: "putChannel", actor, at, channel: { channel, platform: channel, name: channel } },
      { type: "putSkus", actor, at, items: skus.map((code) => ({ code })) },
      {
        type: "receive",
        actor,
        at,
        key: "opening",
        opening: true,
        warehouse: "main",
        lines: skus.map((sku) => ({ sku, quantity: units, bin: "A-01" })),
      },
    ],
    at,
  );
  const batcher = new Batcher({ store, shop, clock: systemClock, log: silent });
  return {
    reserve: async (order) => (await batcher.submit(commandOf(order, way))).code === "applied",
    promised: async () => {
      const totals = await store.read.stockTotals(shop, at);
      return totals.held + totals.committed;
    },
    close: async () => {
      await batcher.close();
      await store.close();
    },
  };
}

function commandOf({ orderId, sku, buyer, quantity }: Order, way: ZaikuWay): Command {
  const at = systemClock.now();
  const order = { actor, at, channel, orderId, buyer };
  const line = { lineId: "1", sku, quantity, amount: 9_900 * quantity };
  if (way === "reserve") return { type: "reserve", ...order, stage: "created", lines: [line] };
  return { type: "observe", ...order, stage: "paid", updatedAt: at, rank: 2, placedAt: at, lines: [line] };
}
