import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { shelfRefusals, zonePurposes } from "../domain/floor/shelf.ts";
import { missingFates } from "../domain/floor/transfer.ts";
import { deviceFields, timeFields } from "./counts.ts";
import {
  BinText,
  Count,
  IdText,
  LotText,
  NameId,
  NoteText,
  Quantity,
  SearchText,
  SkuText,
  Time,
  closed,
  nullable,
  text,
} from "./text.ts";

/** Zones, bins, lots, moves between bins, transfers between warehouses. */

export const floorApiLimits = {
  categoriesMax: 200,
  binsShownMax: 50_000,
  binsShownDefault: 500,
  routeMax: 1_000_000,
  binsPerFileMax: 50_000,
  lotsShownMax: 2_000,
  transfersShownMax: 200,
  daysMax: 3_650,
  reasonCharsMax: 200,
} as const;

const Name = text(limits.nameCharsMax, 0);
const ZoneCode = text(limits.binCharsMax, 1);
const BinCode = text(limits.binCharsMax, 1);
const Quality = Type.Enum(["good", "bad"]);
const Route = Type.Integer({ minimum: 0, maximum: floorApiLimits.routeMax });
/** Why a zone's rule is passed over; operators and owners may say so. */
export const OverrideText = text(
  floorApiLimits.reasonCharsMax,
  2,
  "Why the zone's rule is passed over this time.",
);
export const DateText = Type.String({
  pattern: "^(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$",
  description: "A date of the shop's time zone, e.g. 2026-12-31.",
});

export const ZoneParams = Type.Object({ warehouse: NameId, zone: ZoneCode }, closed);
export const BinParams = Type.Object({ warehouse: NameId, bin: BinCode }, closed);
export const FloorQuery = Type.Object({ warehouse: Type.Optional(NameId) }, closed);

export const ZoneBody = Type.Object(
  {
    name: Name,
    purpose: Type.Enum(zonePurposes),
    categories: Type.Optional(
      Type.Array(Name, {
        maxItems: floorApiLimits.categoriesMax,
        uniqueItems: true,
        description: "The categories that may stand here; none: every one.",
      }),
    ),
    exclusive: Type.Optional(Type.Boolean({ description: "These categories stand nowhere else." })),
    sharing: Type.Optional(
      Type.Enum(["any", "one_sku", "one_lot"], {
        description: "What may share a bin: anything, one SKU in several lots, or one lot of one SKU.",
      }),
    ),
    route: Type.Optional(Route),
  },
  closed,
);
export type ZoneBody = Static<typeof ZoneBody>;

export const ZoneItem = Type.Object({
  warehouse: Type.String(),
  zone: Type.String(),
  name: Type.String(),
  purpose: Type.Enum(zonePurposes),
  categories: Type.Array(Type.String()),
  exclusive: Type.Boolean(),
  sharing: Type.Enum(["any", "one_sku", "one_lot"]),
  route: Type.Integer(),
  bins: Type.Integer(),
  binsInUse: Type.Integer(),
  units: Type.Integer(),
});
export type ZoneItem = Static<typeof ZoneItem>;
export const ZoneItems = Type.Object({ items: Type.Array(ZoneItem) });
export type ZoneItems = Static<typeof ZoneItems>;

export const BinsQuery = Type.Object(
  {
    warehouse: NameId,
    zone: Type.Optional(BinText),
    search: Type.Optional(SearchText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: floorApiLimits.binsShownMax })),
  },
  closed,
);
export const BinBody = Type.Object(
  {
    zone: Type.Optional(BinText),
    route: Type.Optional(Route),
    unitsMax: Type.Optional(nullable(Quantity)),
    active: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type BinBody = Static<typeof BinBody>;
export const BinItem = Type.Object({
  bin: Type.String(),
  zone: Type.String(),
  route: Type.Integer(),
  unitsMax: nullable(Type.Integer()),
  active: Type.Boolean(),
  units: Type.Integer(),
  skus: Type.Integer(),
});
export type BinItem = Static<typeof BinItem>;
export const BinItems = Type.Object({ items: Type.Array(BinItem), total: Type.Integer() });
export type BinItems = Static<typeof BinItems>;

export const BinFileQuery = Type.Object(
  { warehouse: NameId, name: Type.Optional(text(200, 0)), dryRun: Type.Optional(Type.Boolean()) },
  closed,
);
const Problem = Type.Object({ row: Type.Integer(), zh: Type.String(), en: Type.String() });
export const BinFileAnswer = Type.Object({
  bins: Type.Integer(),
  fresh: Type.Integer({ description: "Bins that were not in the list before." }),
  zones: Type.Array(Type.String(), { description: "Zones that the file names and that there are not yet." }),
  saved: Type.Boolean(),
  examples: Type.Array(BinItem),
  problems: Type.Array(Problem),
  columns: Type.Array(Type.Object({ header: Type.String(), field: nullable(Type.String()) })),
});
export type BinFileAnswer = Static<typeof BinFileAnswer>;

export const MoveBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    sku: SkuText,
    quantity: Quantity,
    quality: Type.Optional(Quality),
    lot: Type.Optional(LotText),
    bin: Type.Optional(BinText),
    toBin: BinCode,
    note: Type.Optional(NoteText),
    ...deviceFields,
    ...timeFields,
    override: Type.Optional(OverrideText),
  },
  {
    ...closed,
    description:
      "Units go from one bin to another of the same warehouse; no balance changes. Sent again under its key " +
      "it is to be sent as it was, with the phone's clock samples of then.",
  },
);
export type MoveBody = Static<typeof MoveBody>;

export const PutAwayQuery = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    sku: SkuText,
    lot: Type.Optional(LotText),
    quality: Type.Optional(Quality),
    units: Type.Optional(Quantity),
  },
  closed,
);
export const PutAwayAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      bin: Type.String(),
      zone: Type.String(),
      why: Type.Enum(["same_lot", "same_sku", "empty", "shared"]),
      units: Type.Integer(),
    }),
  ),
});
export type PutAwayAnswer = Static<typeof PutAwayAnswer>;

/** What a refusal of a zone says beside its words. */
export const ZoneRefusal = Type.Object({
  why: Type.Enum(shelfRefusals),
  bin: Type.String(),
  proposed: Type.Array(Type.Object({ bin: Type.String() })),
});
export type ZoneRefusal = Static<typeof ZoneRefusal>;

export const OverrideItem = Type.Object({
  at: Time,
  by: Type.String(),
  warehouse: Type.String(),
  bin: Type.String(),
  sku: Type.String(),
  units: Type.Integer(),
  why: Type.Enum(shelfRefusals),
  reason: Type.String(),
});
export const OverrideItems = Type.Object({ items: Type.Array(OverrideItem) });
export type OverrideItems = Static<typeof OverrideItems>;

export const LotsQuery = Type.Object(
  {
    sku: Type.Optional(SkuText),
    warehouse: Type.Optional(NameId),
    days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: floorApiLimits.daysMax,
        description: "Only lots that expire within so many days, expired ones included.",
      }),
    ),
  },
  closed,
);
export type LotsQuery = Static<typeof LotsQuery>;
export const LotParams = Type.Object({ sku: SkuText, lot: text(limits.binCharsMax, 1) }, closed);
export const LotFields = Type.Object(
  {
    supplier: Type.Optional(Name),
    receivedAt: Type.Optional(nullable(Time)),
    madeOn: Type.Optional(nullable(DateText)),
    expiresOn: Type.Optional(nullable(DateText)),
  },
  closed,
);
export type LotFields = Static<typeof LotFields>;
export const LotItem = Type.Object({
  sku: Type.String(),
  code: Type.String(),
  name: Type.String(),
  lot: Type.String(),
  supplier: Type.String(),
  receivedAt: nullable(Type.String()),
  madeOn: nullable(Type.String()),
  expiresOn: nullable(Type.String()),
  daysLeft: nullable(Type.Integer({ description: "0 on its last day, below it once expired." })),
  expired: Type.Boolean(),
  good: Type.Integer(),
  bad: Type.Integer(),
  bins: Type.Array(
    Type.Object({ warehouse: Type.String(), bin: Type.String(), quality: Quality, units: Type.Integer() }),
  ),
});
export type LotItem = Static<typeof LotItem>;
export const LotItems = Type.Object({
  items: Type.Array(LotItem),
  /** Good units on the shelves that are expired. */
  expiredUnits: Type.Integer(),
});
export type LotItems = Static<typeof LotItems>;

export const TransferBody = Type.Object(
  {
    from: NameId,
    to: NameId,
    note: Type.Optional(NoteText),
    lines: Type.Array(
      Type.Object(
        {
          sku: SkuText,
          quantity: Quantity,
          quality: Type.Optional(Quality),
          bin: Type.Optional(BinText),
          lot: Type.Optional(LotText),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.linesPerDocumentMax },
    ),
  },
  closed,
);
export type TransferBody = Static<typeof TransferBody>;
export const TransferParams = Type.Object({ transfer: IdText }, closed);
export const TransferReceiveBody = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          sku: SkuText,
          quantity: Quantity,
          lot: Type.Optional(LotText),
          quality: Type.Optional(Quality),
          damaged: Type.Optional(Count),
          bin: Type.Optional(BinText),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.linesPerDocumentMax },
    ),
    override: Type.Optional(OverrideText),
  },
  closed,
);
export type TransferReceiveBody = Static<typeof TransferReceiveBody>;
export const TransferCloseBody = Type.Object(
  {
    missing: Type.Enum(missingFates),
    reason: text(floorApiLimits.reasonCharsMax, 2),
  },
  {
    ...closed,
    description: "Nothing more will come: what is missing is written off, or is back where it came from.",
  },
);
export type TransferCloseBody = Static<typeof TransferCloseBody>;

const TransferLineItem = Type.Object({
  sku: Type.String(),
  code: Type.String(),
  name: Type.String(),
  barcodes: Type.Array(Type.String()),
  lot: Type.String(),
  quality: Quality,
  sent: Type.Integer(),
  received: Type.Integer(),
  damaged: Type.Integer(),
  open: Type.Integer({ description: "Sent and not arrived: on its way, or missing once it is closed." }),
});
export const TransferItem = Type.Object({
  transfer: Type.String(),
  from: Type.String(),
  to: Type.String(),
  note: Type.String(),
  status: Type.Enum(["on_the_way", "received", "closed"]),
  sentAt: Time,
  sentBy: Type.String(),
  receivedBy: Type.Array(Type.String()),
  closedAt: nullable(Time),
  reason: Type.String(),
  missing: Type.Enum([...missingFates, "none"]),
  sent: Type.Integer(),
  received: Type.Integer(),
  open: Type.Integer(),
  /** Whether this person may count it in. */
  mayReceive: Type.Boolean(),
  lines: Type.Array(TransferLineItem),
});
export type TransferItem = Static<typeof TransferItem>;
export const TransferItems = Type.Object({ items: Type.Array(TransferItem) });
export type TransferItems = Static<typeof TransferItems>;
