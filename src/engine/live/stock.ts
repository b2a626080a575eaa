import { bufferOf, onHand, type Sku, type SkuTraits, type Stock } from "../../domain/rows.ts";
import type { StockItem } from "../../store/store.ts";

/** What the live engine knows of one SKU, summed over all warehouses. Units; money in minor units. */
export interface SkuStock extends Pick<
  Sku,
  | "sku"
  | "code"
  | "name"
  | "category"
  | "price"
  | "deductAt"
  | "bufferUnits"
  | "bufferPercent"
  | "limitPerBuyer"
  | "limitHours"
  | "selling"
> {
  readonly available: number;
  readonly held: number;
  readonly shortage: number;
  readonly presale: number;
  readonly onHand: number;
  /** The journal's number of its last change. */
  readonly seq: number;
}

export function stockOfRows({ sku, stocks }: { sku: Sku; stocks: readonly Stock[] }): SkuStock {
  const sums = { available: 0, held: 0, shortage: 0, presale: 0, onHand: 0, seq: 0 };
  for (const stock of stocks) {
    sums.available += stock.available;
    sums.held += stock.held;
    sums.shortage += stock.shortage;
    sums.presale += stock.presale;
    sums.onHand += onHand(stock);
    sums.seq = Math.max(sums.seq, stock.seq);
  }
  return { ...termsAndNames(sku), ...sums };
}

export function stockOfItem(item: StockItem): SkuStock {
  const { available, held, shortage, presale, seq } = item;
  return { ...termsAndNames(item), available, held, shortage, presale, onHand: item.onHand, seq };
}

function termsAndNames(sku: Omit<Sku, "createdAt" | keyof SkuTraits>) {
  const { code, name, category, price, deductAt, bufferUnits, bufferPercent } = sku;
  const { limitPerBuyer, limitHours, selling } = sku;
  return {
    sku: sku.sku,
    code,
    name,
    category,
    price,
    deductAt,
    bufferUnits,
    bufferPercent,
    limitPerBuyer,
    limitHours,
    selling,
  };
}

/** Units that strict selling would leave alone if the SKU's own buffer were so many units. */
export function bufferWith(stock: SkuStock, bufferUnits: number): number {
  return bufferOf({ bufferUnits, bufferPercent: stock.bufferPercent }, stock.onHand);
}
