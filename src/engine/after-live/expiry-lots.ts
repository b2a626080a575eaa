import type { ProductLot } from "../../domain/analysis/product.ts";
import type { LotBody } from "../../domain/floor/lot.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import { readLots } from "../floor/lots.ts";
import { breathe } from "./breathe.ts";

/** Products of which lots are read between two pauses. */
const productsPerTurn = 50;

/** A lot that stands on the shelves; null where nobody noted when it came. */
export interface ShelvedLot extends Omit<ProductLot, "arrivedAt"> {
  readonly arrivedAt: number | null;
  readonly lot: string;
}

/** What is known of the shop's lots that expire, and a number that is another one when that is. */
export interface ExpiryBook {
  readonly bySku: ReadonlyMap<string, readonly LotBody[]>;
  readonly print: number;
}

export async function readExpiryBook(read: Pick<Reads, "documents">, shop: ShopId): Promise<ExpiryBook> {
  const bySku = new Map<string, LotBody[]>();
  let print = 0;
  for (const lot of (await readLots(read, shop)).values()) {
    if (lot.expiresAt === null) continue;
    print = (print * 31 + (lot.expiresAt % 1_000_003) + (lot.receivedAt ?? 0)) % 2 ** 31;
    const known = bySku.get(lot.sku);
    if (known === undefined) bySku.set(lot.sku, [lot]);
    else known.push(lot);
  }
  return { bySku, print };
}

/** By SKU: how many units of each lot that expires stand on its shelves now. */
export async function readShelvedLots(
  read: Pick<Reads, "sku">,
  shop: ShopId,
  { bySku }: ExpiryBook,
): Promise<ReadonlyMap<string, readonly ShelvedLot[]>> {
  const shelved = new Map<string, readonly ShelvedLot[]>();
  let count = 0;
  for (const [sku, lots] of bySku) {
    const placements = (await read.sku(shop, sku))?.placements ?? [];
    const units = new Map<string, number>();
    for (const { lot, quality, quantity } of placements)
      if (quality === "good") units.set(lot, (units.get(lot) ?? 0) + quantity);
    const found = lots.flatMap(({ lot, receivedAt, expiresAt }) => {
      const there = units.get(lot) ?? 0;
      return there <= 0 ? [] : [{ lot, units: there, arrivedAt: receivedAt, expiresAt }];
    });
    if (found.length > 0) shelved.set(sku, found);
    count += 1;
    if (count % productsPerTurn === 0) await breathe();
  }
  return shelved;
}
