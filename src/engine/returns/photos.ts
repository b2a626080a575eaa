import { createHash } from "node:crypto";
import type { Photo } from "../../store/photos.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";

export const photoLimits = {
  /** A picture, after the page has made it smaller. */
  photoBytesMax: 512 * 1_024,
  /** Pictures of one inspection. */
  photosMax: 6,
  /** Of its hash, as its name. */
  nameCharsMax: 32,
} as const;

const ascii = (text: string): readonly number[] => Array.from(text, (char) => char.charCodeAt(0));

/** What the first bytes of each kind are, from a place on. */
const magic: readonly (readonly [
  Photo["mediaType"],
  readonly (readonly [at: number, bytes: readonly number[]])[],
])[] = [
  ["image/jpeg", [[0, [0xff, 0xd8, 0xff]]]],
  ["image/png", [[0, [0x89, ...ascii("PNG"), 0x0d, 0x0a, 0x1a, 0x0a]]]],
  [
    "image/webp",
    [
      [0, ascii("RIFF")],
      [8, ascii("WEBP")],
    ],
  ],
];

/** What a picture is by its own bytes, whatever its name says; null: none that is taken. */
export function mediaTypeOf(bytes: Uint8Array): Photo["mediaType"] | null {
  for (const [mediaType, parts] of magic)
    if (parts.every(([at, wanted]) => wanted.every((byte, index) => bytes[at + index] === byte)))
      return mediaType;
  return null;
}

/** Keeps a picture. The same bytes are the same picture. @returns its name */
export async function keepPhoto(
  store: Pick<Store, "photos">,
  shop: ShopId,
  bytes: Uint8Array,
  { actor, at }: Who,
): Promise<string | Refused> {
  if (bytes.length > photoLimits.photoBytesMax)
    return refuse("photo_too_large", {
      zh: `照片超过 ${photoLimits.photoBytesMax / 1_024} KB，请缩小后再传`,
      en: `A picture has at most ${photoLimits.photoBytesMax / 1_024} KiB: make it smaller`,
    });
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === null)
    return refuse("photo_invalid", {
      zh: "只收 JPEG、PNG、WebP 照片",
      en: "Only JPEG, PNG and WebP pictures are taken",
    });
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const photo = sha256.slice(0, photoLimits.nameCharsMax);
  await store.photos.put(shop, { photo, mediaType, bytes, sha256, createdAt: at, createdBy: actor });
  return photo;
}

/** The first picture of a list that is not there; null: all are. */
export async function missingPhoto(
  store: Pick<Store, "photos">,
  shop: ShopId,
  photos: readonly string[],
): Promise<Refused | null> {
  for (const photo of photos)
    if ((await store.photos.get(shop, photo)) === null)
      return refuse("photo_unknown", {
        zh: `没有收到照片 ${photo}，请重新上传`,
        en: `There is no picture ${photo}: upload it again`,
      });
  return null;
}
