import { Redis } from "ioredis";
import type { Order, Seller } from "./seller.ts";

/** Looks the order up, checks and moves its units, and keeps the order: one step, which nothing comes between. */
const script = `
  local known = redis.call('EXISTS', KEYS[1])
  if known == 1 then return 2 end
  local quantity = tonumber(ARGV[1])
  local available = tonumber(redis.call('HGET', KEYS[2], 'available') or '0')
  if available < quantity then return 0 end
  redis.call('HINCRBY', KEYS[2], 'available', -quantity)
  redis.call('HINCRBY', KEYS[2], 'held', quantity)
  redis.call('SET', KEYS[1], ARGV[2])
  return 1
`;

interface Scripted extends Redis {
  reserve(orderKey: string, stockKey: string, quantity: number, order: string): Promise<number>;
}

/** A script on the server, over one connection on which whatever is asked in one turn goes out together. */
export async function openRedis(port: number, skus: readonly string[], units: number): Promise<Seller> {
  const redis = new Redis({ port, host: "127.0.0.1", enableAutoPipelining: true });
  redis.on("error", () => undefined);
  redis.defineCommand("reserve", { numberOfKeys: 2, lua: script });
  const scripted = redis as Scripted;
  await redis.flushall();
  for (const sku of skus) await redis.hset(`stock:${sku}`, { available: units, held: 0 });
  return {
    reserve: async (order) => (await scripted.reserve(...parametersOf(order))) > 0,
    promised: async () => {
      const held = await Promise.all(skus.map((sku) => redis.hget(`stock:${sku}`, "held")));
      return held.reduce((sum, units_) => sum + Number(units_), 0);
    },
    close: async () => {
      await redis.quit();
    },
  };
}

function parametersOf(order: Order): [string, string, number, string] {
  const kept = JSON.stringify({ ...order, at: Date.now() });
  return [`order:${order.orderId}`, `stock:${order.sku}`, order.quantity, kept];
}
