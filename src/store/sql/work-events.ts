import type { Kysely } from "kysely";
import type { ShopId } from "../store.ts";
import type { NewWorkEvent, WorkEvent, WorkEvents, WorkKind } from "../work-events.ts";
import type { Tables, WorkEventRow } from "./schema.ts";

/** The reads of papers' histories, the same over both databases. How they are written is each one's own. */
export function workEventReads(db: Kysely<Tables>): Pick<WorkEvents, "since" | "heads"> {
  return {
    since: async (shop, kind, id, after, limit) => {
      const rows = await db
        .selectFrom("work_event")
        .selectAll()
        .where("shop_id", "=", shop)
        .where("kind", "=", kind)
        .where("id", "=", id)
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map(workEventOf);
    },
    heads: async (shop, kind) => {
      const rows = await db
        .selectFrom("work_head")
        .select(["id", "seq"])
        .where("shop_id", "=", shop)
        .where("kind", "=", kind)
        .execute();
      return new Map(rows.map(({ id, seq }) => [id, seq]));
    },
  };
}

/** The events as rows, numbered after `last`. */
export function workEventRows(
  shop: ShopId,
  kind: WorkKind,
  id: string,
  events: readonly NewWorkEvent[],
  last: number,
): WorkEventRow[] {
  return events.map(({ at, actor, body }, index) => ({
    shop_id: shop,
    kind,
    id,
    seq: last + index + 1,
    at,
    actor,
    body: JSON.stringify(body),
  }));
}

export function workEventOf({ seq, at, actor, body }: WorkEventRow): WorkEvent {
  return { seq, at, actor, body: JSON.parse(body) as unknown };
}
