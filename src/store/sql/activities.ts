import type { Kysely } from "kysely";
import type { Activity } from "../../domain/live/activity.ts";
import type { Activities, NewActivity, RoomSample } from "../activities.ts";
import type { ShopId } from "../store.ts";
import type { ActivityRow, RoomSampleRow, Tables } from "./schema.ts";

/** The reads of timelines and samples, the same over both databases. How they are written is each one's own. */
export function activityReads(db: Kysely<Tables>): Pick<Activities, "since" | "heads" | "samples"> {
  return {
    since: async (shop, session, after, limit) => {
      const rows = await db
        .selectFrom("activity")
        .selectAll()
        .where("shop_id", "=", shop)
        .where("session", "=", session)
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map(activityOf);
    },
    heads: async (shop) => {
      const rows = await db
        .selectFrom("activity_head")
        .select(["session", "seq"])
        .where("shop_id", "=", shop)
        .execute();
      return new Map(rows.map(({ session, seq }) => [session, seq]));
    },
    samples: async (shop, { rooms, from, to, limit }) => {
      if (rooms.length === 0) return [];
      const rows = await db
        .selectFrom("room_sample")
        .selectAll()
        .where("shop_id", "=", shop)
        .where("room", "in", rooms)
        .where("at", ">=", from)
        .where("at", "<", to)
        .orderBy("at", "desc")
        .orderBy("room", "desc")
        .limit(limit)
        .execute();
      return rows.map(sampleOf).toReversed();
    },
  };
}

/** The entries as rows, numbered after `last`. */
export function activityRows(
  shop: ShopId,
  session: string,
  entries: readonly NewActivity[],
  last: number,
): ActivityRow[] {
  return entries.map(({ at, actor, kind, sku, body }, index) => ({
    shop_id: shop,
    session,
    seq: last + index + 1,
    at,
    actor,
    kind,
    sku: sku ?? null,
    body: JSON.stringify(body),
  }));
}

export function activityOf({ session, seq, at, actor, kind, sku, body }: ActivityRow): Activity {
  const said = sku === null ? {} : { sku };
  return { session, seq, at, actor, kind, ...said, body: JSON.parse(body) as unknown } as Activity;
}

export function sampleRow(shop: ShopId, sample: RoomSample): RoomSampleRow {
  const { room, at, viewers, likes, amount, gap } = sample;
  return { shop_id: shop, room, at, viewers, likes, amount, gap };
}

function sampleOf({ room, at, viewers, likes, amount, gap }: RoomSampleRow): RoomSample {
  return { room, at, viewers, likes, amount, gap };
}

/** Of samples of one room and instant the last holds: one statement must not write a row twice. */
export function lastOfEach(samples: readonly RoomSample[]): RoomSample[] {
  return [...new Map(samples.map((sample) => [`${sample.at} ${sample.room}`, sample])).values()];
}
