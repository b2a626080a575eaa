import {
  cancelCommand,
  observeCommand,
  payCommand,
  receiveCommand,
  reserveCommand,
  type Caller,
} from "../../api/commands.ts";
import type { OrderEvent, ReservationBody } from "../../api/orders.ts";
import type { Command } from "../../domain/command.ts";
import { minuteMs, type Broadcast, type Item } from "../../sim/broadcast.ts";
import { eventBody, timeAt } from "../../sim/calls.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import type { ShopId } from "../../store/store.ts";

/** A broadcast in books that nobody keeps: the same rules and the same journal, without a server and a disk. */

const actor = "broadcast";
const expiredPerTurn = 10_000;

/** @param origin when the session goes live, in milliseconds since 1970 */
export async function playOffline(
  broadcast: Broadcast,
  origin: number,
): Promise<{ store: MemoryStore; shop: ShopId }> {
  const store = new MemoryStore();
  const first = origin + (broadcast.items[0]?.at ?? 0);
  const { shop } = await store.createShop({
    name: broadcast.plan.title,
    timeZone: "Asia/Shanghai",
    dayCutHour: 4,
    currency: "CNY",
    createdAt: first,
  });
  await store.commit(shop, catalogue(broadcast, first), first);
  const { items } = broadcast;
  for (let next = 0; next < items.length;) {
    const minute = Math.floor((items[next]?.at ?? 0) / minuteMs);
    const at = origin + (minute + 1) * minuteMs - 1;
    const commands: Command[] = [];
    for (
      let item = items[next];
      item !== undefined && item.at < (minute + 1) * minuteMs;
      item = items[next]
    ) {
      commands.push(...commandsOf(item, origin, at));
      next += 1;
    }
    await store.commit(shop, [...(await expiries(store, shop, at)), ...commands], at);
  }
  return { store, shop };
}

function catalogue({ channels, skus, listings }: Broadcast, at: number): Command[] {
  return [
    ...channels.map(({ channel, platform, name, holdMinutes }): Command => ({
      type: "putChannel",
      actor,
      at,
      channel: { channel, platform, name, holdMinutes },
    })),
    {
      type: "putSkus",
      actor,
      at,
      items: skus.map(({ barcode, stock: _stock, bin: _bin, ...sku }) => ({ ...sku, barcodes: [barcode] })),
    },
    ...channels.map(({ channel }): Command => ({
      type: "putListings",
      actor,
      at,
      channel,
      items: listings
        .filter((one) => one.channel === channel)
        .map(({ listing, title, parts }) => ({
          listing,
          title,
          parts: parts.map((part) => ({ ...part, gift: false })),
        })),
    })),
  ];
}

async function expiries(store: MemoryStore, shop: ShopId, at: number): Promise<Command[]> {
  const due = await store.work.expired(shop, at, expiredPerTurn);
  return due.map((order) => ({ type: "expire", actor, at, ...order }));
}

/** What the API would make of it. What moves no unit makes nothing. */
function commandsOf(item: Item, origin: number, at: number): Command[] {
  const caller: Caller = { actor, at, buyerKey: (buyer) => buyer };
  switch (item.kind) {
    case "event":
      return done(observeCommand(eventBody(item.channel, item.event, origin) as OrderEvent, caller));
    case "reserve": {
      const { channel, orderId, buyer, region, lines } = item;
      return done(
        reserveCommand({ channel, orderId, buyer, region, lines: [...lines] } as ReservationBody, caller),
      );
    }
    case "pay":
      return [payCommand(item, caller)];
    case "cancel":
      return [cancelCommand(item, undefined, caller)];
    case "receipt": {
      const { note, lines, receivedAt } = item;
      const came = receivedAt === undefined ? {} : { receivedAt: timeAt(origin, receivedAt) };
      return [receiveCommand({ note, lines: [...lines], ...came }, item.key, caller)];
    }
    case "adjust":
    case "samples":
    case "pointer":
    case "life":
    case "host_words":
      return [];
  }
}

function done<T>(mapped: { readonly command: T } | { readonly fault: { readonly problem: string } }): T[] {
  if ("command" in mapped) return [mapped.command];
  throw new Error(`The broadcast says what the API does not take: ${mapped.fault.problem}`);
}
