import { compareText, pairKey } from "../../domain/text.ts";
import type { Deliveries, DeliveryRow } from "../deliveries.ts";
import type { ShopId } from "../store.ts";

/** Notifications over one map a shop. `check` throws `UnknownShop`. */
export function memoryDeliveries(check: (shop: ShopId) => unknown): Deliveries {
  const shops = new Map<ShopId, Map<string, DeliveryRow>>();
  const rowsOf = (shop: ShopId): Map<string, DeliveryRow> => {
    check(shop);
    const rows = shops.get(shop) ?? new Map<string, DeliveryRow>();
    shops.set(shop, rows);
    return rows;
  };
  return {
    put: async (shop, deliveries) => {
      const rows = rowsOf(shop);
      for (const one of deliveries) {
        const key = pairKey(one.message, one.robot);
        if (rows.has(key)) continue;
        const fresh = {
          state: "waiting",
          attempts: 0,
          dueAt: one.createdAt,
          endedAt: null,
          error: null,
        } as const;
        rows.set(key, { ...one, ...fresh });
      }
    },
    take: async (shop, now, hideMs, limit) => {
      const rows = rowsOf(shop);
      const due = [...rows]
        .filter(([, { dueAt }]) => dueAt !== null && dueAt <= now)
        .toSorted(([, a], [, b]) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit);
      return due
        .map(([key, row]) => {
          const taken = { ...row, attempts: row.attempts + 1, dueAt: now + hideMs };
          rows.set(key, taken);
          return taken;
        })
        .toSorted((a, b) => a.createdAt - b.createdAt);
    },
    settle: async (shop, { message, robot }, { state, at, retryAt, error, uncounted }) => {
      const rows = rowsOf(shop);
      const key = pairKey(message, robot);
      const row = rows.get(key);
      if (row?.state !== "waiting") return;
      const waits = state === "waiting";
      rows.set(key, {
        ...row,
        state,
        dueAt: waits ? (retryAt ?? at) : null,
        endedAt: waits ? null : at,
        error: error ?? null,
        attempts: row.attempts - (uncounted === true ? 1 : 0),
      });
    },
    list: async (shop, { robot, session, limit }) =>
      [...rowsOf(shop).values()]
        .filter((row) => robot === undefined || row.robot === robot)
        .filter((row) => session === undefined || row.session === session)
        .toSorted(
          (a, b) =>
            b.createdAt - a.createdAt || compareText(a.message, b.message) || compareText(a.robot, b.robot),
        )
        .slice(0, limit),
    prune: async (shop, before) => {
      const rows = rowsOf(shop);
      const old = [...rows].filter(([, row]) => row.createdAt < before && row.state !== "waiting");
      for (const [key] of old) rows.delete(key);
      return old.length;
    },
  };
}
