import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { PlacementItem, SkuFields, StockRow } from "./stock.ts";
import {
  Count,
  Cursor,
  IdText,
  Money,
  NameId,
  NameText,
  PageLimit,
  Quantity,
  SearchText,
  Seq,
  SkuText,
  closed,
  nullable,
} from "./text.ts";

const daysMax = 36_500;
const hoursMax = 24 * 366;
const holdMinutesMax = 60 * 24 * 30;

const monthOfYear = Type.Integer({ minimum: 1, maximum: 12 });
const Season = Type.Object({ first: monthOfYear, last: monthOfYear }, closed);
const Days = Type.Integer({ minimum: 1, maximum: daysMax });

const policy = {
  name: Type.Optional(NameText),
  category: Type.Optional(NameText),
  barcodes: Type.Optional(Type.Array(SkuText, { maxItems: limits.barcodesPerSkuMax })),
  price: Type.Optional(Money),
  deductAt: Type.Optional(
    Type.Enum(["order", "payment"], { description: "When units are set aside: at order, or at payment." }),
  ),
  bufferUnits: Type.Optional(Count),
  bufferPercent: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 100, description: "Per cent of on hand; the larger buffer counts." }),
  ),
  limitPerOrder: Type.Optional(nullable(Quantity)),
  limitPerBuyer: Type.Optional(nullable(Quantity)),
  limitHours: Type.Optional(Type.Integer({ minimum: 1, maximum: hoursMax })),
  presaleQuota: Type.Optional(nullable(Count)),
  selling: Type.Optional(Type.Boolean({ description: "False stops strict selling at once." })),
  cost: Type.Optional(nullable(Money)),
  season: Type.Optional(nullable(Season)),
  shelfLifeDays: Type.Optional(nullable(Days)),
  leadDays: Type.Optional(nullable(Days)),
  style: Type.Optional(nullable(IdText)),
};

export const SkuItem = Type.Object({
  ...SkuFields,
  cost: nullable(Type.Integer(), "Minor units that one unit cost; null: the shop does not say."),
  season: nullable(
    Type.Object({ first: Type.Integer(), last: Type.Integer() }),
    "Months in which it is wanted; null: all year.",
  ),
  shelfLifeDays: nullable(Type.Integer()),
  leadDays: nullable(Type.Integer(), "From the order at the supplier to the shelf."),
  style: nullable(Type.String(), "Sizes and colours of one style share it."),
  createdAt: Type.String(),
});
export type SkuItem = Static<typeof SkuItem>;

export const SkuDetail = Type.Object({
  sku: SkuItem,
  stocks: Type.Array(StockRow),
  placements: Type.Array(PlacementItem),
});
export type SkuDetail = Static<typeof SkuDetail>;

export const SkuChangeBody = Type.Object({ code: SkuText, ...policy }, closed);
export const SkusBody = Type.Object(
  { items: Type.Array(SkuChangeBody, { minItems: 1, maxItems: limits.skusPerCommandMax }) },
  { ...closed, description: "Creates SKUs or changes the fields that are given." },
);
export type SkusBody = Static<typeof SkusBody>;

export const SkuPatch = Type.Object(policy, { ...closed, minProperties: 1 });
export type SkuPatch = Static<typeof SkuPatch>;

/** What a change of the catalogue answers: `duplicate` when it said nothing new. */
export const ChangeAnswer = Type.Object({ result: Type.Enum(["applied", "duplicate"]), seq: Seq });
export type ChangeAnswer = Static<typeof ChangeAnswer>;

export const CategoryItems = Type.Object({ items: Type.Array(Type.String()) });
export type CategoryItems = Static<typeof CategoryItems>;

export const ChannelItem = Type.Object({
  channel: Type.String(),
  platform: Type.String(),
  name: Type.String(),
  holdMinutes: Type.Integer(),
  warehouses: Type.Array(Type.String()),
  active: Type.Boolean(),
});
export type ChannelItem = Static<typeof ChannelItem>;
export const ChannelItems = Type.Object({ items: Type.Array(ChannelItem) });
export type ChannelItems = Static<typeof ChannelItems>;

export const ChannelParams = Type.Object({ channel: NameId }, closed);
export type ChannelParams = Static<typeof ChannelParams>;
export const ChannelBody = Type.Object(
  {
    platform: Type.Optional(NameId),
    name: Type.Optional(NameText),
    holdMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: holdMinutesMax,
        description: "How long an unpaid order holds its units.",
      }),
    ),
    warehouses: Type.Optional(
      Type.Array(NameId, {
        minItems: 1,
        maxItems: limits.warehousesPerChannelMax,
        uniqueItems: true,
        description: "Where its orders are covered from, in this order.",
      }),
    ),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type ChannelBody = Static<typeof ChannelBody>;

export const WarehouseItem = Type.Object({ warehouse: Type.String(), name: Type.String() });
export type WarehouseItem = Static<typeof WarehouseItem>;
export const WarehouseItems = Type.Object({ items: Type.Array(WarehouseItem) });
export type WarehouseItems = Static<typeof WarehouseItems>;
export const WarehouseParams = Type.Object({ warehouse: NameId }, closed);
export type WarehouseParams = Static<typeof WarehouseParams>;
export const WarehouseBody = Type.Object({ name: Type.String({ ...NameText, minLength: 1 }) }, closed);
export type WarehouseBody = Static<typeof WarehouseBody>;

export const ListingPart = Type.Object(
  {
    sku: SkuText,
    units: Type.Integer({
      minimum: 1,
      maximum: limits.unitsPerPartMax,
      description: "Units of the SKU in one piece.",
    }),
    gift: Type.Optional(Type.Boolean()),
  },
  closed,
);
export const ListingsBody = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          listing: IdText,
          title: Type.Optional(NameText),
          parts: Type.Array(ListingPart, {
            maxItems: limits.partsPerListingMax,
            description: "Empty: the listing is unmapped.",
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.skusPerCommandMax },
    ),
  },
  closed,
);
export type ListingsBody = Static<typeof ListingsBody>;

export const ListingItem = Type.Object({
  channel: Type.String(),
  listing: Type.String(),
  title: Type.String(),
  parts: Type.Array(Type.Object({ sku: Type.String(), units: Type.Integer(), gift: Type.Boolean() })),
});
export type ListingItem = Static<typeof ListingItem>;
export const ListingsPage = Type.Object({
  items: Type.Array(ListingItem),
  next: nullable(Type.String()),
});
export type ListingsPage = Static<typeof ListingsPage>;
export const ListingsQuery = Type.Object(
  {
    channel: Type.Optional(IdText),
    sku: Type.Optional(SkuText),
    search: Type.Optional(SearchText),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(PageLimit),
  },
  closed,
);
export type ListingsQuery = Static<typeof ListingsQuery>;
