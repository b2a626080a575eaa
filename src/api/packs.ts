import { Type, type Static } from "typebox";
import { packLimits } from "../domain/floor/pack.ts";
import { limits } from "../domain/limits.ts";
import { closed, text } from "./text.ts";

/** Cases of a SKU, and the codes that a phone must know where there is no network. */

const PackItem = Type.Object(
  {
    code: text(limits.skuCharsMax, 0, "The barcode of the case; empty where it has none of its own."),
    units: Type.Integer({ minimum: packLimits.unitsMin, maximum: packLimits.unitsMax }),
  },
  closed,
);

export const PacksFields = Type.Object(
  { packs: Type.Array(PackItem, { maxItems: packLimits.packsPerSkuMax }) },
  closed,
);
export type PacksFields = Static<typeof PacksFields>;

export const PhoneCodes = Type.Object({
  packs: Type.Array(Type.Object({ sku: Type.String(), code: Type.String(), units: Type.Integer() }), {
    description: "Cases: a scan of one is so many units.",
  }),
  lots: Type.Array(Type.Object({ sku: Type.String(), lot: Type.String() }), {
    description: "The lots that stand or stood somewhere, without quantities: a blind count stays blind.",
  }),
});
export type PhoneCodes = Static<typeof PhoneCodes>;
