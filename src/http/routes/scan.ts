import { ScanAnswer, ScanQuery } from "../../api/counts.ts";
import { isBadGtin } from "../../domain/floor/pack.ts";
import { skuKey } from "../../domain/text.ts";
import type { Words } from "../../domain/live/words.ts";
import { packOfCode, readPacks } from "../../engine/floor/packs.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { Store } from "../../store/store.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

/** What a barcode gun or a camera read: goods, a bin, a lot, or nothing that is known. */
export const addScanRoutes: AddRoutes = (app, context) => {
  typed(app).get(
    "/api/v1/scan",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe("Counting", "What a scanned code is: a product, a bin, a lot, or unknown"),
        querystring: ScanQuery,
        response: { 200: ScanAnswer },
      },
    },
    async (request): Promise<ScanAnswer> => {
      const { code, warehouse = null } = request.query;
      return scanned(context.store, await context.shopOf(request), code.normalize("NFKC").trim(), warehouse);
    },
  );
};

async function scanned(
  { read }: Pick<Store, "read">,
  { id, counts, floorPlan }: OpenShop,
  code: string,
  warehouse: string | null,
): Promise<ScanAnswer> {
  const goods = await counts.goods.all();
  const good = goods.get(skuKey(code)) ?? [...goods.values()].find((one) => one.barcodes.includes(code));
  if (good !== undefined) return { kind: "sku", code, sku: good.sku, name: good.name };
  const pack = packOfCode(await readPacks(read, id), code);
  if (pack !== null) {
    const { sku, units } = pack;
    return { kind: "sku", code, sku, name: goods.get(sku)?.name ?? sku, units };
  }
  const { floor } = await counts.standing();
  const cells = floor.cells().filter((cell) => warehouse === null || cell.warehouse === warehouse);
  const folded = code.toUpperCase();
  const bin = cells.find((cell) => cell.bin !== "" && cell.bin.toUpperCase() === folded)?.bin;
  // A bin of the list is one before anything ever stood in it.
  const known = bin ?? (await floorPlan.listedBin(warehouse, code));
  if (known !== null) return { kind: "bin", code, bin: known };
  const lots = cells.filter((cell) => cell.lot !== "" && cell.lot.toUpperCase() === folded);
  const [first] = lots;
  if (first !== undefined) {
    const skus = [...new Set(lots.map((cell) => cell.sku))].toSorted();
    const only = skus.length === 1 ? { sku: first.sku, name: goods.get(first.sku)?.name ?? "" } : {};
    return { kind: "lot", code, lot: first.lot, ...only, skus };
  }
  return { kind: "unknown", code, words: isBadGtin(code) ? checkDigitWords : unknownWords };
}

const unknownWords: Words = {
  zh: "不认识这个条码：请再扫一次，或先给商品登记条码",
  en: "Unknown code: scan it again, or enter it as a product's barcode first",
};
const checkDigitWords: Words = {
  zh: "条码校验位不对，可能没扫全：请再扫一次",
  en: "The barcode's check digit is wrong, it may be incomplete: scan it again",
};
