import { sql, type Kysely } from "kysely";
import type { Instant } from "../../domain/rows.ts";
import type { OutboxItem, ShopId, Work } from "../store.ts";
import { isUnpaid } from "./conditions.ts";
import { outboxItemOf } from "./rows.ts";
import type { Tables } from "./schema.ts";

type Db = Kysely<Tables>;

/** Timed work, the same over both databases. Each is one statement, so it needs no transaction. */
export function createWork(db: Db): Work {
  return {
    lease: (shop, job, owner, ttlMs, now) =>
      lease(db, { shop_id: shop, job, owner, until: now + ttlMs }, now),
    release: async (shop, job, owner) => {
      await db
        .deleteFrom("lease")
        .where("shop_id", "=", shop)
        .where("job", "=", job)
        .where("owner", "=", owner)
        .execute();
    },
    expired: (shop, now, limit) =>
      db
        .selectFrom("order_line")
        .select(["channel", "order_id as orderId"])
        .where("shop_id", "=", shop)
        .where(isUnpaid)
        .where("due_at", "<=", now)
        .groupBy(["channel", "order_id"])
        .orderBy(sql`min(due_at)`)
        .orderBy("channel")
        .orderBy("order_id")
        .limit(limit)
        .execute(),
    takeOutbox: (shop, now, hideMs, limit) => takeOutbox(db, shop, now, hideMs, limit),
    settleOutbox: async (shop, id, result) => {
      if (result.delivered) {
        await db.deleteFrom("outbox").where("shop_id", "=", shop).where("id", "=", id).execute();
        return;
      }
      await db
        .updateTable("outbox")
        .set({ due_at: result.retryAt ?? null, error: result.error ?? null })
        .where("shop_id", "=", shop)
        .where("id", "=", id)
        .execute();
    },
  };
}

async function lease(db: Db, wanted: Tables["lease"], now: Instant): Promise<boolean> {
  const rows = await db
    .insertInto("lease")
    .values(wanted)
    .onConflict((conflict) =>
      conflict
        .columns(["shop_id", "job"])
        .doUpdateSet({ owner: wanted.owner, until: wanted.until })
        .where((eb) => eb.or([eb("lease.owner", "=", wanted.owner), eb("lease.until", "<=", now)])),
    )
    .returning("owner")
    .execute();
  return rows.length > 0;
}

async function takeOutbox(
  db: Db,
  shop: ShopId,
  now: Instant,
  hideMs: number,
  limit: number,
): Promise<OutboxItem[]> {
  const due = db
    .selectFrom("outbox")
    .select("id")
    .where("shop_id", "=", shop)
    .where(sql<boolean>`due_at is not null`)
    .where("due_at", "<=", now)
    .orderBy("id")
    .limit(limit);
  const rows = await db
    .updateTable("outbox")
    .set((eb) => ({ due_at: now + hideMs, attempts: eb("attempts", "+", 1) }))
    .where("shop_id", "=", shop)
    // Asked again of the row itself: between the two, another node may have taken it.
    .where("due_at", "<=", now)
    .where("id", "in", due)
    .returningAll()
    .execute();
  return rows.map(outboxItemOf).toSorted((a, b) => a.id - b.id);
}
