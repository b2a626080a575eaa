import { sql, type Kysely } from "kysely";
import type { Instant } from "../../domain/rows.ts";
import type { Deliveries, DeliveryRow } from "../deliveries.ts";
import type { ShopId } from "../store.ts";
import type { DeliveryTableRow, Tables } from "./schema.ts";

/** Rows in one INSERT: SQLite takes 32,766 values in a statement. */
const rowsPerInsertMax = 500;

/** Notifications, the same over both databases. Each method is one statement, so it needs no transaction. */
export function createDeliveries(db: Kysely<Tables>): Deliveries {
  return {
    put: async (shop, deliveries) => {
      for (let start = 0; start < deliveries.length; start += rowsPerInsertMax) {
        const rows = deliveries.slice(start, start + rowsPerInsertMax).map((one) => ({
          shop_id: shop,
          message: one.message,
          robot: one.robot,
          topic: one.topic,
          session: one.session,
          payload: one.payload,
          created_at: one.createdAt,
          state: "waiting" as const,
          attempts: 0,
          due_at: one.createdAt,
          ended_at: null,
          error: null,
        }));
        await db
          .insertInto("delivery")
          .values(rows)
          .onConflict((conflict) => conflict.columns(["shop_id", "message", "robot"]).doNothing())
          .execute();
      }
    },
    take: (shop, now, hideMs, limit) => take(db, shop, now, hideMs, limit),
    settle: async (shop, { message, robot }, { state, at, retryAt, error, uncounted }) => {
      await db
        .updateTable("delivery")
        .set((eb) => ({
          state,
          due_at: state === "waiting" ? (retryAt ?? at) : null,
          ended_at: state === "waiting" ? null : at,
          error: error ?? null,
          attempts: uncounted === true ? eb("attempts", "-", 1) : eb.ref("attempts"),
        }))
        .where("shop_id", "=", shop)
        .where("message", "=", message)
        .where("robot", "=", robot)
        .where("state", "=", "waiting")
        .execute();
    },
    list: async (shop, { robot, session, limit }) => {
      let query = db.selectFrom("delivery").selectAll().where("shop_id", "=", shop);
      if (robot !== undefined) query = query.where("robot", "=", robot);
      if (session !== undefined) query = query.where("session", "=", session);
      const rows = await query
        .orderBy("created_at", "desc")
        .orderBy("message")
        .orderBy("robot")
        .limit(limit)
        .execute();
      return rows.map(deliveryOf);
    },
    prune: async (shop, before) => {
      const { numDeletedRows } = await db
        .deleteFrom("delivery")
        .where("shop_id", "=", shop)
        .where("created_at", "<", before)
        .where("state", "!=", "waiting")
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

async function take(
  db: Kysely<Tables>,
  shop: ShopId,
  now: Instant,
  hideMs: number,
  limit: number,
): Promise<readonly DeliveryRow[]> {
  const due = db
    .selectFrom("delivery")
    .select(["message", "robot"])
    .where("shop_id", "=", shop)
    .where(sql<boolean>`due_at is not null`)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit);
  const rows = await db
    .updateTable("delivery")
    .set((eb) => ({ due_at: now + hideMs, attempts: eb("attempts", "+", 1) }))
    .where("shop_id", "=", shop)
    // Asked again of the row itself: between the two, another node may have taken it.
    .where("due_at", "<=", now)
    .where((eb) => eb(eb.refTuple("message", "robot"), "in", due.$asTuple("message", "robot")))
    .returningAll()
    .execute();
  return rows.map(deliveryOf).toSorted((a, b) => a.createdAt - b.createdAt);
}

function deliveryOf(row: DeliveryTableRow): DeliveryRow {
  return {
    message: row.message,
    robot: row.robot,
    topic: row.topic,
    session: row.session,
    payload: row.payload,
    createdAt: row.created_at,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    endedAt: row.ended_at,
    error: row.error,
  };
}
