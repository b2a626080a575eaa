import { effectOf } from "../../domain/order.ts";
import type { Instant } from "../../domain/rows.ts";
import { compareText, pairKey } from "../../domain/text.ts";
import type { OutboxItem, ShopId, Work } from "../store.ts";
import type { ShopState } from "./state.ts";

/** Timed work over one shop's maps. `stateOf` throws `UnknownShop`. */
export function memoryWork(stateOf: (shop: ShopId) => ShopState): Work {
  return {
    lease: async (shop, job, owner, ttlMs, now) => {
      const { leases } = stateOf(shop);
      const held = leases.get(job);
      if (held !== undefined && held.owner !== owner && held.until > now) return false;
      leases.set(job, { owner, until: now + ttlMs });
      return true;
    },
    release: async (shop, job, owner) => {
      const { leases } = stateOf(shop);
      if (leases.get(job)?.owner === owner) leases.delete(job);
    },
    expired: async (shop, now, limit) => expiredOrders(stateOf(shop), now).slice(0, limit),
    takeOutbox: async (shop, now, hideMs, limit) => takeOutbox(stateOf(shop), now, hideMs, limit),
    settleOutbox: async (shop, id, result) => {
      const { outbox } = stateOf(shop);
      const message = outbox.get(id);
      if (message === undefined) return;
      if (result.delivered) outbox.delete(id);
      else outbox.set(id, { ...message, dueAt: result.retryAt ?? null, error: result.error ?? null });
    },
  };
}

function expiredOrders(state: ShopState, now: Instant): { channel: string; orderId: string }[] {
  const earliest = new Map<string, { channel: string; orderId: string; expiresAt: Instant }>();
  for (const { channel, orderId, stage, expired, expiresAt, ...line } of state.lines.values()) {
    if (stage !== "created" || expired || expiresAt === null || expiresAt > now) continue;
    if (effectOf({ ...line, stage, expired }).live === 0) continue;
    const known = earliest.get(pairKey(channel, orderId));
    if (known === undefined || expiresAt < known.expiresAt) {
      earliest.set(pairKey(channel, orderId), { channel, orderId, expiresAt });
    }
  }
  return [...earliest]
    .toSorted(([a, one], [b, other]) => one.expiresAt - other.expiresAt || compareText(a, b))
    .map(([, { channel, orderId }]) => ({ channel, orderId }));
}

function takeOutbox(state: ShopState, now: Instant, hideMs: number, limit: number): OutboxItem[] {
  const due = [...state.outbox.values()]
    .filter((message) => message.dueAt !== null && message.dueAt <= now)
    .toSorted((a, b) => a.id - b.id)
    .slice(0, limit);
  return due.map((message) => {
    const taken = { ...message, attempts: message.attempts + 1, dueAt: now + hideMs };
    state.outbox.set(message.id, taken);
    const { dueAt: _dueAt, error: _error, ...item } = taken;
    return item;
  });
}
