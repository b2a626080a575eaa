import assert from "node:assert/strict";
import { test } from "node:test";
import type { Photo } from "../../../src/store/photos.ts";
import { newShop, startAt, type Opened } from "../harness.ts";

const photo = (name: string, more: Partial<Photo> = {}): Photo => ({
  photo: name,
  mediaType: "image/jpeg",
  bytes: Uint8Array.from({ length: 600_000 }, (_, index) => (index * 7) % 256),
  sha256: "f".repeat(64),
  createdAt: startAt,
  createdBy: "u1/小王",
  ...more,
});

export function photosContract(opened: () => Opened): void {
  test("a picture comes back byte for byte; put again, it stays as it was; no other shop has it", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const other = await newShop(store);
    assert.equal(await store.photos.get(shop, "a"), null);
    await store.photos.put(shop, photo("a"));
    await store.photos.put(shop, photo("a", { createdBy: "u2/小李" }));
    await store.photos.put(
      shop,
      photo("b", { mediaType: "image/webp", bytes: new Uint8Array([0, 255, 10]) }),
    );
    const read = await store.photos.get(shop, "a");
    assert.ok(read?.bytes instanceof Uint8Array);
    assert.deepEqual({ ...read, bytes: [...read.bytes] }, { ...photo("a"), bytes: [...photo("a").bytes] });
    assert.deepEqual([...((await store.photos.get(shop, "b"))?.bytes ?? [])], [0, 255, 10]);
    assert.equal(await store.photos.get(other, "a"), null);
  });
}
