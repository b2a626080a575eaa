import { Type, type Static } from "typebox";
import { lifeSteps, type Life } from "../domain/live/life.ts";
import { sessionLimits } from "../domain/live/session.ts";
import { dripLimits } from "../domain/live/drip.ts";
import { IdText, Money, NameId, NoteText, SkuText, Time, closed, nullable, text } from "./text.ts";

/** The plan of a session and its life, as the API speaks of them. Times are RFC 3339, money is in minor units. */

const units = (minimum: number) => Type.Integer({ minimum, maximum: sessionLimits.unitsMax });

export const TrancheBody = Type.Object(
  {
    id: NameId,
    units: units(1),
    afterMinutes: nullable(Type.Integer({ minimum: 0, maximum: dripLimits.minutesMax })),
  },
  closed,
);

/** A slot as a person sends it; what is absent is left to the SKU's own settings. */
export const SlotBody = Type.Object(
  {
    id: Type.Optional(NameId),
    sku: SkuText,
    minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: sessionLimits.slotMinutesMax })),
    target: Type.Optional(nullable(units(1))),
    price: Type.Optional(nullable(Money)),
    buyerLimit: Type.Optional(nullable(units(1))),
    buffer: Type.Optional(nullable(units(0))),
    allotment: Type.Optional(nullable(units(0))),
    alternates: Type.Optional(Type.Array(SkuText, { maxItems: sessionLimits.alternatesPerSlotMax })),
    tranches: Type.Optional(Type.Array(TrancheBody, { maxItems: dripLimits.tranchesMax })),
  },
  closed,
);
export type SlotBody = Static<typeof SlotBody>;

export const RoomBody = Type.Object(
  { room: NameId, channel: NameId, title: Type.Optional(text(sessionLimits.titleCharsMax, 0)) },
  closed,
);

export const HostScreenBody = Type.Object(
  {
    lastUnits: units(0),
    showPrice: Type.Boolean(),
    showLimit: Type.Boolean(),
    showEta: Type.Boolean(),
    showNext: Type.Boolean(),
  },
  closed,
);

const planFields = {
  title: text(sessionLimits.titleCharsMax, 1),
  channels: Type.Array(NameId, { maxItems: sessionLimits.channelsMax }),
  rooms: Type.Optional(Type.Array(RoomBody, { maxItems: sessionLimits.roomsMax })),
  startsAt: Time,
  endsAt: Time,
  hostScreen: Type.Optional(HostScreenBody),
  slots: Type.Array(SlotBody, { maxItems: sessionLimits.slotsMax }),
};

/** `POST /sessions`. A draft may still have no slot. */
export const SessionBody = Type.Object({ id: Type.Optional(NameId), ...planFields }, closed);
export type SessionBody = Static<typeof SessionBody>;

/** `PUT /sessions/:session`: the whole plan; `version` is the one that was read. */
export const SessionPut = Type.Object({ version: Type.Integer({ minimum: 1 }), ...planFields }, closed);
export type SessionPut = Static<typeof SessionPut>;

export const SessionCopy = Type.Object(
  {
    id: Type.Optional(NameId),
    title: Type.Optional(text(sessionLimits.titleCharsMax, 1)),
    startsAt: Time,
  },
  closed,
);
export type SessionCopy = Static<typeof SessionCopy>;

export const SessionParams = Type.Object({ session: IdText }, closed);
export type SessionParams = Static<typeof SessionParams>;

export interface SlotItem {
  readonly id: string;
  readonly sku: string;
  readonly minutes: number;
  readonly target: number | null;
  readonly price: number | null;
  readonly buyerLimit: number | null;
  readonly buffer: number | null;
  readonly allotment: number | null;
  readonly alternates: readonly string[];
  readonly tranches: readonly Static<typeof TrancheBody>[];
  /** By the plan alone. */
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface SignatureItem {
  readonly by: string;
  readonly at: string;
  readonly note: string;
  readonly pass: number;
  readonly warn: number;
  readonly fail: number;
}

/** A session with its plan. */
export interface SessionItem {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly channels: readonly string[];
  readonly rooms: readonly { readonly room: string; readonly channel: string; readonly title: string }[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly hostScreen: Static<typeof HostScreenBody>;
  readonly slots: readonly SlotItem[];
  readonly life: Life;
  readonly liveSince: string | null;
  readonly endedAt: string | null;
  readonly signature: SignatureItem | null;
  readonly signatureState: "current" | "stale" | "none";
  readonly unsignedReason: string | null;
  readonly pointer: { readonly slot: string; readonly since: string; readonly by: string } | null;
  readonly followsClock: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** A row of the list: the next one first, past ones last. */
export interface SessionSummary extends Pick<
  SessionItem,
  | "id"
  | "version"
  | "title"
  | "channels"
  | "startsAt"
  | "endsAt"
  | "life"
  | "liveSince"
  | "endedAt"
  | "signatureState"
> {
  readonly slots: number;
  readonly skus: number;
  /** Of the session so far. Minor units. */
  readonly sold: number;
  readonly amount: number;
  readonly shortage: number;
}
export interface SessionPage {
  readonly items: readonly SessionSummary[];
}

/** `POST /sessions/:session/life`. Signing has a route of its own. */
export const LifeBody = Type.Object(
  { step: Type.Enum(lifeSteps.filter((step) => step !== "sign")), reason: Type.Optional(NoteText) },
  closed,
);
export type LifeBody = Static<typeof LifeBody>;

/** `POST /sessions/:session/pointer`. */
export const PointerBody = Type.Object(
  {
    by: Type.Enum(["tap", "api", "next", "previous"]),
    slot: Type.Optional(NameId),
  },
  closed,
);
export type PointerBody = Static<typeof PointerBody>;

export const ClockBody = Type.Object({ on: Type.Boolean() }, closed);

export const RunOfShowQuery = Type.Object({ name: Type.Optional(text(200, 0)) });

/**
 * `POST /sessions/run-of-show?name=plan.xlsx`, the file as the body (CSV or XLSX): read and mapped, nothing is
 * saved; the page puts the slots into the plan.
 */
export interface RunOfShow {
  readonly slots: readonly SlotBody[];
  readonly problems: readonly {
    /** Counted from 1, the header included. */
    readonly row: number;
    readonly zh: string;
    readonly en: string;
  }[];
  /** The file's own headers and which field each was taken for; null: not used. */
  readonly columns: readonly { readonly header: string; readonly field: string | null }[];
}

export interface PrecheckLineItem {
  readonly id: string;
  readonly check: string;
  readonly sku: string | null;
  readonly name: string | null;
  readonly result: "pass" | "warn" | "fail";
  readonly evidence: Readonly<Record<string, string | number | null>>;
  readonly fixes: readonly FixItem[];
}
export interface FixItem {
  readonly action: string;
  readonly units?: number;
  readonly warehouse?: string;
  readonly bin?: string;
  readonly lot?: string;
  readonly channel?: string;
}
export interface PrecheckItem {
  readonly at: string;
  /** What a signature covers: send it back when signing. */
  readonly digest: string;
  readonly sums: { readonly pass: number; readonly warn: number; readonly fail: number };
  readonly lines: readonly PrecheckLineItem[];
  readonly signature: SignatureItem | null;
  readonly signatureState: "current" | "stale" | "none";
  /** Lines that are worse than when it was signed. */
  readonly worse: readonly string[];
}

/** `POST /sessions/:session/precheck/fixes`: one tap; the answer is the list as it is then. */
export const FixBody = Type.Object(
  {
    line: text(400, 1),
    action: NameId,
    units: Type.Optional(units(0)),
    warehouse: Type.Optional(text(64, 0)),
    bin: Type.Optional(text(64, 0)),
    /** put_away: where to; absent: the bin in which most of its good units are. */
    toBin: Type.Optional(text(64, 1)),
    lot: Type.Optional(text(64, 0)),
    channel: Type.Optional(NameId),
  },
  closed,
);
export type FixBody = Static<typeof FixBody>;

/** `POST /sessions/:session/precheck/signature`. */
export const SignBody = Type.Object({ seen: text(100, 1), note: Type.Optional(NoteText) }, closed);
export type SignBody = Static<typeof SignBody>;
