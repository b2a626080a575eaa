import { Type, type Static } from "typebox";
import { rules } from "../domain/live/rule.ts";
import {
  Count,
  IdText,
  Money,
  NameId,
  NoteText,
  Quantity,
  SkuText,
  Time,
  closed,
  nullable,
  text,
} from "./text.ts";

/** What people do during a session. Each is written into its timeline with who did it. */

const AlertId = text(400, 1);
const hostCharsMax = 200;

/**
 * `POST /sessions/:session/actions`: a button of a playbook. With `alert` it also acknowledges that alert.
 * Which fields count is said by the action.
 */
export const ActionBody = Type.Union([
  Type.Object(
    { action: Type.Literal("tell_host"), alert: Type.Optional(AlertId), text: text(hostCharsMax, 1) },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal("switch_product"),
      alert: Type.Optional(AlertId),
      /** A slot of the run-of-show, or a product that is put in as the next slot and gone to. */
      slot: Type.Optional(NameId),
      sku: Type.Optional(SkuText),
    },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal("extend_slot"),
      alert: Type.Optional(AlertId),
      slot: NameId,
      minutes: Type.Integer({ minimum: 1, maximum: 120 }),
    },
    closed,
  ),
  Type.Object({ action: Type.Literal("show_again"), alert: Type.Optional(AlertId), sku: SkuText }, closed),
  Type.Object(
    {
      action: Type.Literal("ask_supplier"),
      alert: Type.Optional(AlertId),
      sku: SkuText,
      supplier: text(100, 1),
      units: Type.Optional(nullable(Quantity)),
    },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal("cap_buyer"),
      alert: Type.Optional(AlertId),
      sku: SkuText,
      limit: nullable(Quantity),
    },
    closed,
  ),
  Type.Object(
    { action: Type.Literal("set_buffer"), alert: Type.Optional(AlertId), sku: SkuText, units: Count },
    closed,
  ),
  Type.Object(
    { action: Type.Literal("sample_orders"), alert: Type.Optional(AlertId), on: Type.Boolean() },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal("drip_release"),
      alert: Type.Optional(AlertId),
      slot: NameId,
      tranche: Type.Optional(NameId),
    },
    closed,
  ),
  Type.Object({ action: Type.Literal("stop_sell"), alert: Type.Optional(AlertId), sku: SkuText }, closed),
  Type.Object({ action: Type.Literal("stop_sell_confirm"), sku: SkuText, channel: NameId }, closed),
  Type.Object(
    {
      action: Type.Literal("stop_sell_lift"),
      sku: SkuText,
      reason: Type.String({ ...NoteText, minLength: 1 }),
    },
    closed,
  ),
  Type.Object(
    {
      action: Type.Literal("shorten_holds"),
      alert: Type.Optional(AlertId),
      channel: NameId,
      minutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
      /** Then it is put back; without it when the session ends. */
      forMinutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440 })),
    },
    closed,
  ),
  Type.Object(
    { action: Type.Literal("lower_price"), alert: Type.Optional(AlertId), sku: SkuText, price: Money },
    closed,
  ),
  Type.Object({ action: Type.Literal("close_request"), request: IdText, received: Count }, closed),
  /** Looked at, nothing else to be done by the server. */
  Type.Object(
    {
      action: Type.Enum([
        "got_it",
        "adjust_plan",
        "view_holders",
        "view_orders",
        "check_connector",
        "open_host_screen",
      ]),
      alert: AlertId,
      note: Type.Optional(NoteText),
    },
    closed,
  ),
]);
export type ActionBody = Static<typeof ActionBody>;

export interface ActionAnswer {
  /** The activity number after it. */
  readonly activity: number;
  /** ask_supplier: the link to send to the supplier. */
  readonly url?: string;
}

export const MuteBody = Type.Object(
  {
    rule: Type.Enum(rules),
    subject: nullable(text(200, 0)),
    minutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
    reason: NoteText,
  },
  closed,
);
export type MuteBody = Static<typeof MuteBody>;
export const UnmuteBody = Type.Object({ rule: Type.Enum(rules), subject: nullable(text(200, 0)) }, closed);

/** `POST /sessions/:session/patrols`: answers of a card; several people may each answer a part. */
export const PatrolBody = Type.Object(
  {
    patrol: text(200, 1),
    answers: Type.Array(
      Type.Object(
        { sku: SkuText, group: Type.Enum(["current", "coming", "cooling"]), answer: NameId },
        closed,
      ),
      { maxItems: 50 },
    ),
  },
  closed,
);
export type PatrolBody = Static<typeof PatrolBody>;

/** `POST /sessions/:session/reviews`: one order, with the goods in hand. */
export const ReviewBody = Type.Object(
  {
    channel: NameId,
    orderId: IdText,
    decision: Type.Enum(["confirmed", "refused"]),
    inHand: Type.Optional(Type.Record(Type.String(), Count)),
    reason: Type.Optional(NoteText),
  },
  closed,
);
export type ReviewBody = Static<typeof ReviewBody>;

export const NoteBody = Type.Object({ text: Type.String({ ...NoteText, minLength: 1 }) }, closed);

/** `POST /sessions/:session/screens` makes a link that works without log-in. */
export const ScreenBody = Type.Object({ kind: Type.Enum(["host", "overlay"]), name: text(60, 1) }, closed);
export interface ScreenAnswer {
  readonly screen: string;
  /** `/screen/<token>` or `/overlay/<token>`: shown once more by asking again; ended by DELETE. */
  readonly path: string;
}

/** `POST /supplier/:token`. */
export const SupplierBody = Type.Object(
  { units: Count, arrivesAt: Type.Optional(nullable(Time)), note: Type.Optional(NoteText) },
  closed,
);
export type SupplierBody = Static<typeof SupplierBody>;

/** `POST /live-samples` (a program's key): what a room shows. At most 500 at once. */
export const LiveSamplesBody = Type.Object(
  {
    samples: Type.Array(
      Type.Object(
        {
          room: NameId,
          at: Type.Optional(Time),
          viewers: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
          likes: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
          amount: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
);
