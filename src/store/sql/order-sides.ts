import { sql, type Kysely } from "kysely";
import { addressMarks } from "../../domain/odd/address.ts";
import { pairKey } from "../../domain/text.ts";
import { mergedSide, orderSideLimits, type OrderSide, type OrderSides } from "../order-sides.ts";
import type { ShopId } from "../store.ts";
import type { OrderSideRow, Tables } from "./schema.ts";

/** Orders' sides, the same over both databases. A statement is a transaction of its own. */
export function createOrderSides(writing: Kysely<Tables>, reading: Kysely<Tables>): OrderSides {
  return {
    put: async (shop, told) => {
      // A statement may not touch a row twice.
      const merged = new Map<string, OrderSide>();
      for (const side of told) {
        const key = pairKey(side.channel, side.orderId);
        merged.set(key, mergedSide(merged.get(key), side));
      }
      const sides = [...merged.values()];
      for (let start = 0; start < sides.length; start += orderSideLimits.rowsMax)
        await putSome(writing, shop, sides.slice(start, start + orderSideLimits.rowsMax));
    },
    of: async (shop, channel, orderIds) => {
      const found: OrderSide[] = [];
      for (let start = 0; start < orderIds.length; start += orderSideLimits.ordersMax) {
        const rows = await reading
          .selectFrom("order_side")
          .selectAll()
          .where("shop_id", "=", shop)
          .where("channel", "=", channel)
          .where("order_id", "in", orderIds.slice(start, start + orderSideLimits.ordersMax))
          .execute();
        found.push(...rows.map(sideOf));
      }
      return found;
    },
  };
}

async function putSome(db: Kysely<Tables>, shop: ShopId, sides: readonly OrderSide[]): Promise<void> {
  const kept = (column: "phone" | "address" | "address_chars" | "province" | "city" | "paid_at") =>
    sql`coalesce(${sql.ref(`excluded.${column}`)}, ${sql.ref(`order_side.${column}`)})`;
  await db
    .insertInto("order_side")
    .values(sides.map((side) => rowOf(shop, side)))
    .onConflict((conflict) =>
      conflict.columns(["shop_id", "channel", "order_id"]).doUpdateSet({
        phone: kept("phone"),
        address: kept("address"),
        address_chars: kept("address_chars"),
        marks: sql`case when excluded.address_chars is null then order_side.marks else excluded.marks end`,
        province: kept("province"),
        city: kept("city"),
        paid_at: kept("paid_at"),
      } as never),
    )
    .execute();
}

function rowOf(shop: ShopId, side: OrderSide): OrderSideRow {
  return {
    shop_id: shop,
    channel: side.channel,
    order_id: side.orderId,
    phone: side.phone,
    address: side.address,
    address_chars: side.addressChars,
    marks: side.marks.join(","),
    province: side.province,
    city: side.city,
    paid_at: side.paidAt,
  };
}

function sideOf(row: OrderSideRow): OrderSide {
  const marks = row.marks.split(",");
  return {
    channel: row.channel,
    orderId: row.order_id,
    phone: row.phone,
    address: row.address,
    addressChars: row.address_chars,
    marks: addressMarks.filter((mark) => marks.includes(mark)),
    province: row.province,
    city: row.city,
    paidAt: row.paid_at,
  };
}
