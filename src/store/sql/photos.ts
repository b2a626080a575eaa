import type { Kysely } from "kysely";
import type { Photo, Photos } from "../photos.ts";
import type { Tables } from "./schema.ts";

/** Pictures, the same over both databases. Each method is one statement, so it needs no transaction. */
export function createPhotos(db: Kysely<Tables>): Photos {
  return {
    put: async (shop, { photo, mediaType, bytes, sha256, createdAt, createdBy }) => {
      await db
        .insertInto("photo")
        .values({
          shop_id: shop,
          photo_id: photo,
          media_type: mediaType,
          bytes,
          sha256,
          created_at: createdAt,
          created_by: createdBy,
        })
        .onConflict((conflict) => conflict.columns(["shop_id", "photo_id"]).doNothing())
        .execute();
    },
    get: async (shop, photo) => {
      const row = await db
        .selectFrom("photo")
        .selectAll()
        .where("shop_id", "=", shop)
        .where("photo_id", "=", photo)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        photo: row.photo_id,
        mediaType: row.media_type as Photo["mediaType"],
        // PostgreSQL's driver answers with a kind of its own.
        bytes: Uint8Array.from(row.bytes),
        sha256: row.sha256,
        createdAt: row.created_at,
        createdBy: row.created_by,
      };
    },
  };
}
