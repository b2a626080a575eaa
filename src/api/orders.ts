import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { refunds, stages } from "../domain/order.ts";
import {
  Count,
  Cursor,
  IdText,
  Money,
  PageLimit,
  Quantity,
  RegionText,
  SearchText,
  Seq,
  SkuText,
  Time,
  closed,
  text,
  nullable,
} from "./text.ts";
import { DayText } from "./after-live.ts";
import { JournalItem } from "./journal.ts";

export const Stage = Type.Enum(stages);
export const Kind = Type.Enum(["spot", "presale"]);
export const Refund = Type.Enum(refunds);

const categoryCharsMax = 200;
const contactCharsMax = { phone: 64, address: 500 } as const;

/** Whose order it is, and where it came from. The buyer is kept only as a keyed hash. */
const origin = {
  buyer: Type.Optional(text(limits.idCharsMax, 1, "Who buys: any stable text, kept only as a keyed hash.")),
  region: Type.Optional(RegionText),
  session: Type.Optional(IdText),
  phone: Type.Optional(
    text(
      contactCharsMax.phone,
      0,
      "Also masked (138****1111): kept only as a keyed hash, to find odd orders.",
    ),
  ),
  address: Type.Optional(
    text(contactCharsMax.address, 0, "Also masked: judged as it comes in, kept only as a keyed hash."),
  ),
};

const ordered = {
  lineId: Type.Optional(Type.String({ ...IdText, description: "Absent: the line's ordinal, `1`, `2`, …" })),
  sku: Type.Optional(SkuText),
  listing: Type.Optional(Type.String({ ...IdText, description: "A channel's listing, instead of `sku`." })),
  quantity: Quantity,
  kind: Type.Optional(Kind),
  amount: Type.Optional(Money),
};

export const ReservationLine = Type.Object(ordered, closed);

export const ReservationBody = Type.Object(
  {
    channel: IdText,
    orderId: IdText,
    ...origin,
    stage: Type.Optional(Stage),
    expiresAt: Type.Optional(
      nullable(Time, "Null: it holds until it is paid or cancelled. Absent: the channel's hold time."),
    ),
    lines: Type.Array(ReservationLine, { minItems: 1, maxItems: limits.linesPerOrderMax }),
  },
  {
    ...closed,
    description: "All lines or none, from sellable units only. The order's own id makes it safe to repeat.",
  },
);
export type ReservationBody = Static<typeof ReservationBody>;

export const PromisedLine = Type.Object({
  lineId: Type.String(),
  sku: Type.String(),
  quantity: Type.Integer(),
  covered: Type.Integer({ description: "Units that stand ready for this line." }),
  backlog: Type.Integer({ description: "Units owed that no unit covers yet." }),
  stage: Type.String(),
  kind: Type.String(),
});

/** The answer to a reservation and to each change of it. */
export const OrderAnswer = Type.Object({
  channel: Type.String(),
  orderId: Type.String(),
  stage: Type.String(),
  expiresAt: nullable(Type.String()),
  lines: Type.Array(PromisedLine),
  seq: Seq,
});
export type OrderAnswer = Static<typeof OrderAnswer>;

export const CancelBody = Type.Object({ lineId: Type.Optional(IdText) }, closed);
export type CancelBody = Static<typeof CancelBody>;

export const EventLine = Type.Object(
  {
    ...ordered,
    stage: Type.Optional(Stage),
    closed: Type.Optional(Count),
    shipped: Type.Optional(Count),
    returnedGood: Type.Optional(Count),
    returnedBad: Type.Optional(Count),
    refund: Type.Optional(Refund),
  },
  closed,
);

const rankMax = 1_000_000;

export const OrderEvent = Type.Object(
  {
    channel: IdText,
    orderId: IdText,
    updatedAt: Type.String({
      ...Time,
      description:
        "When the platform changed the order: the later event wins, in whatever order they arrive.",
    }),
    rank: Type.Optional(
      Type.Integer({ minimum: 0, maximum: rankMax, description: "Decides between events of one moment." }),
    ),
    stage: Type.Optional(Stage),
    status: Type.Optional(
      Type.String({
        ...IdText,
        description: "The platform's own word where its stage is not known: the units stay where they are.",
      }),
    ),
    placedAt: Type.Optional(Time),
    expiresAt: Type.Optional(nullable(Time)),
    ...origin,
    lines: Type.Array(EventLine, {
      maxItems: limits.linesPerOrderMax,
      description: "Counters are totals in pieces. Empty: the stage is said of every line that is known.",
    }),
  },
  { ...closed, description: "What a platform says of an order. Never refused for want of stock." },
);
export type OrderEvent = Static<typeof OrderEvent>;

export const eventsPerArrayMax = 10_000;
export const OrderEvents = Type.Array(OrderEvent, { maxItems: eventsPerArrayMax });

export const eventResults = ["applied", "duplicate", "stale", "shortage", "rejected"] as const;
export type EventResultName = (typeof eventResults)[number];

export const EventResult = Type.Object({
  index: Type.Integer({ minimum: 0, description: "The item's place, from 0; in a stream, its line." }),
  result: Type.Enum(eventResults),
  seq: Type.Optional(Seq),
  shortage: Type.Optional(Type.Integer({ description: "Units that no unit covers." })),
  code: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  detailZh: Type.Optional(Type.String()),
});
export type EventResult = Static<typeof EventResult>;

export const EventResults = Type.Object({
  results: Type.Array(EventResult),
  counts: Type.Object({
    applied: Type.Integer(),
    duplicate: Type.Integer(),
    stale: Type.Integer(),
    shortage: Type.Integer(),
    rejected: Type.Integer(),
  }),
});
export type EventResults = Static<typeof EventResults>;

export const OrderParams = Type.Object({ channel: IdText, orderId: IdText }, closed);
export type OrderParams = Static<typeof OrderParams>;

/** A line as it stands: its facts, and where its units are. */
export const LineItem = Type.Object({
  channel: Type.String(),
  orderId: Type.String(),
  lineId: Type.String(),
  sku: Type.String(),
  name: Type.String({ description: "The SKU's name." }),
  listing: nullable(Type.String()),
  per: Type.Integer({ description: "Units of the SKU in one piece of the listing." }),
  quantity: Type.Integer(),
  amount: Type.Integer(),
  kind: Kind,
  stage: Stage,
  refund: Refund,
  region: nullable(Type.String()),
  session: nullable(Type.String()),
  placedAt: Type.String(),
  updatedAt: nullable(Type.String(), "The latest event; null where its status was never known."),
  expiresAt: nullable(Type.String()),
  expired: Type.Boolean(),
  closed: Type.Integer(),
  shipped: Type.Integer(),
  returnedGood: Type.Integer(),
  returnedBad: Type.Integer(),
  live: Type.Integer({ description: "Units owed and still here." }),
  place: Type.Enum(["held", "committed"]),
  covered: Type.Integer(),
  covers: Type.Array(Type.Object({ warehouse: Type.String(), units: Type.Integer() })),
  backlog: Type.Integer({ description: "Units owed that no unit covers." }),
  deficit: Type.Integer({ description: "Units sent that the books did not have." }),
});
export type LineItem = Static<typeof LineItem>;

export const OrderDetail = Type.Object({
  channel: Type.String(),
  orderId: Type.String(),
  lines: Type.Array(LineItem),
  journal: Type.Array(JournalItem),
  hold: nullable(
    Type.Object({ case: Type.String(), at: Type.String(), by: Type.String() }),
    "The case of odd orders that keeps it from being sent; null: nothing does.",
  ),
});
export type OrderDetail = Static<typeof OrderDetail>;

export const OrdersQuery = Type.Object(
  {
    channel: Type.Optional(IdText),
    sku: Type.Optional(SkuText),
    search: Type.Optional(SearchText),
    state: Type.Optional(
      Type.Enum(["unpaid", "pending", "paid", "sold", "short", "presale", "refund", "closed"]),
    ),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    fromDay: Type.Optional(DayText),
    toDay: Type.Optional(DayText),
    category: Type.Optional(Type.String({ maxLength: categoryCharsMax })),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(PageLimit),
  },
  {
    ...closed,
    description:
      "When they were placed: from the first instant to before the second, or business days of the shop, both included. " +
      "`sold` is paid, whatever came of it. A category needs a first day or instant.",
  },
);
export type OrdersQuery = Static<typeof OrdersQuery>;

export const OrdersPage = Type.Object({
  items: Type.Array(LineItem),
  next: nullable(Type.String()),
});
export type OrdersPage = Static<typeof OrdersPage>;
