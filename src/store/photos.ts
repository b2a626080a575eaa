import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * Pictures of goods that are not as they should be. A picture is named by its content, so the same one is kept once; none
 * is ever changed or removed: it is evidence.
 */
export interface Photo {
  /** The beginning of `sha256`. */
  readonly photo: string;
  readonly mediaType: "image/jpeg" | "image/png" | "image/webp";
  readonly bytes: Uint8Array;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
}

export interface Photos {
  /** Durable when it resolves. One that is there already stays as it is. */
  put(shop: ShopId, photo: Photo): Promise<void>;
  get(shop: ShopId, photo: string): Promise<Photo | null>;
}
