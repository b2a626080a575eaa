import { pairKey } from "../../domain/text.ts";
import { mergedSide, type OrderSide, type OrderSides } from "../order-sides.ts";
import type { ShopId } from "../store.ts";

/** Orders' sides over maps of a shop. `check` throws `UnknownShop`. */
export function memoryOrderSides(check: (shop: ShopId) => unknown): OrderSides {
  const shops = new Map<ShopId, Map<string, OrderSide>>();
  const of = (shop: ShopId): Map<string, OrderSide> => {
    check(shop);
    const sides = shops.get(shop) ?? new Map<string, OrderSide>();
    shops.set(shop, sides);
    return sides;
  };
  return {
    put: async (shop, told) => {
      const sides = of(shop);
      for (const side of told) {
        const key = pairKey(side.channel, side.orderId);
        sides.set(key, mergedSide(sides.get(key), side));
      }
    },
    of: async (shop, channel, orderIds) => {
      const sides = of(shop);
      return orderIds.flatMap((orderId) => sides.get(pairKey(channel, orderId)) ?? []);
    },
  };
}
