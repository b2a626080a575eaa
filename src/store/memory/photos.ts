import type { Photo, Photos } from "../photos.ts";
import type { ShopId } from "../store.ts";

/** Pictures over maps of a shop. `check` throws `UnknownShop`. */
export function memoryPhotos(check: (shop: ShopId) => unknown): Photos {
  const shops = new Map<ShopId, Map<string, Photo>>();
  const of = (shop: ShopId): Map<string, Photo> => {
    check(shop);
    const photos = shops.get(shop) ?? new Map<string, Photo>();
    shops.set(shop, photos);
    return photos;
  };
  return {
    put: async (shop, photo) => {
      const photos = of(shop);
      if (!photos.has(photo.photo)) photos.set(photo.photo, structuredClone(photo));
    },
    get: async (shop, photo) => of(shop).get(photo) ?? null,
  };
}
