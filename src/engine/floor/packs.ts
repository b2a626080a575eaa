import { packKind, type Pack, type PacksBody } from "../../domain/floor/pack.ts";
import type { ShopId, Store } from "../../store/store.ts";

/** The cases of every SKU that has any, by SKU. */
export async function readPacks(
  read: Pick<Store["read"], "documents">,
  shop: ShopId,
): Promise<ReadonlyMap<string, readonly Pack[]>> {
  const found = new Map<string, readonly Pack[]>();
  for (const { id, body } of await read.documents(shop, packKind)) {
    const packs = (body as PacksBody | null)?.packs ?? [];
    if (packs.length > 0) found.set(id, packs);
  }
  return found;
}

/** The SKU and the units of a case's code; null: it is no case's. */
export function packOfCode(
  packs: ReadonlyMap<string, readonly Pack[]>,
  code: string,
): { readonly sku: string; readonly units: number } | null {
  const folded = code.toUpperCase();
  for (const [sku, own] of packs) {
    const found = own.find((one) => one.code !== "" && one.code.toUpperCase() === folded);
    if (found !== undefined) return { sku, units: found.units };
  }
  return null;
}
