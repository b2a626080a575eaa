import type { Activity } from "../../domain/live/activity.ts";
import { compareText, pairKey } from "../../domain/text.ts";
import type { Activities, RoomSample } from "../activities.ts";
import type { ShopId } from "../store.ts";
import type { ShopState } from "./state.ts";

/**
 * Timelines and samples over one shop's maps. `stateOf` throws `UnknownShop`.
 * @param wake tells the shop's watchers that something was written
 */
export function memoryActivities(
  stateOf: (shop: ShopId) => ShopState,
  wake: (shop: ShopId) => void,
): Activities {
  return {
    append: async (shop, session, entries, expected) => {
      const { activities } = stateOf(shop);
      const known = activities.get(session) ?? [];
      if (known.length !== expected) return { ok: false, seq: known.length };
      const items = entries.map(
        (entry, index) => ({ ...entry, session, seq: expected + index + 1 }) as Activity,
      );
      if (items.length === 0) return { ok: true, items };
      activities.set(session, [...known, ...items]);
      wake(shop);
      return { ok: true, items };
    },
    // The entry with number n stands at n − 1.
    since: async (shop, session, after, limit) =>
      (stateOf(shop).activities.get(session) ?? []).slice(after, after + limit),
    heads: async (shop) =>
      new Map([...stateOf(shop).activities].map(([session, items]) => [session, items.length])),
    putSamples: async (shop, samples) => {
      if (samples.length === 0) return;
      const kept = stateOf(shop).samples;
      for (const sample of samples) kept.set(pairKey(sample.room, String(sample.at)), sample);
      wake(shop);
    },
    samples: async (shop, { rooms, from, to, limit }) => {
      const wanted = new Set(rooms);
      return [...stateOf(shop).samples.values()]
        .filter(({ room, at }) => wanted.has(room) && from <= at && at < to)
        .toSorted(byTime)
        .slice(-limit);
    },
  };
}

function byTime(a: RoomSample, b: RoomSample): number {
  return a.at - b.at || compareText(a.room, b.room);
}
