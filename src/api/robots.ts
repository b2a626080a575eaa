import { Type, type Static } from "typebox";
import { noticeTopics } from "../engine/notify/notice.ts";
import { robotKinds } from "../channels/robots/robot.ts";
import { IdText, NameId, closed, nullable, text } from "./text.ts";

/** Receivers of notifications: chat robots, webhooks, mail, browsers. */

const severity = Type.Integer({ minimum: 1, maximum: 3 });
const nameCharsMax = 60;

const common = {
  name: text(nameCharsMax, 1),
  active: Type.Optional(Type.Boolean()),
  /** 1 take note, 2 get ready, 3 act now: told of this and above. */
  severityMin: Type.Optional(severity),
  /** Empty or absent: all. */
  topics: Type.Optional(Type.Array(Type.Enum(noticeTopics), { maxItems: noticeTopics.length })),
  language: Type.Optional(Type.Enum(["zh", "en"])),
};

/** `POST /robots`. The configuration is checked by its kind: see `robotSchemas` in src/channels/robots/registry.ts. */
export const RobotBody = Type.Object(
  { ...common, kind: Type.Enum(robotKinds), configuration: Type.Unknown() },
  closed,
);
export type RobotBody = Static<typeof RobotBody>;

/** `PUT /robots/:robot`: without a configuration the one that is there stays. */
export const RobotPut = Type.Object(
  { ...common, version: Type.Integer({ minimum: 1 }), configuration: Type.Optional(Type.Unknown()) },
  closed,
);
export type RobotPut = Static<typeof RobotPut>;

export const RobotParams = Type.Object({ robot: IdText }, closed);

export const RobotItem = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  kind: Type.Enum(robotKinds),
  active: Type.Boolean(),
  severityMin: Type.Integer(),
  topics: Type.Array(Type.String()),
  language: Type.Enum(["zh", "en"]),
  /** Where it leads, secrets masked; null: it has to be entered again. */
  description: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
  /** Its latest delivery. */
  last: Type.Union([
    Type.Object({ at: Type.String(), state: Type.String(), error: nullable(Type.String()) }),
    Type.Null(),
  ]),
});
export type RobotItem = Static<typeof RobotItem>;
export const RobotItems = Type.Object({ items: Type.Array(RobotItem) });
export type RobotItems = Static<typeof RobotItems>;

/** `POST /robots/:robot/test`: sends one message now and says what became of it. */
export const RobotTest = Type.Object({
  ok: Type.Boolean(),
  zh: Type.String(),
  en: Type.String(),
});
export type RobotTest = Static<typeof RobotTest>;

export const DeliveriesQuery = Type.Object(
  {
    robot: Type.Optional(IdText),
    session: Type.Optional(NameId),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
export const DeliveryItem = Type.Object({
  message: Type.String(),
  robot: Type.String(),
  robotName: nullable(Type.String(), "Null: it was removed."),
  topic: Type.String(),
  session: nullable(Type.String()),
  titleZh: Type.String(),
  titleEn: Type.String(),
  createdAt: Type.String(),
  state: Type.Enum(["waiting", "delivered", "failed"]),
  attempts: Type.Integer(),
  dueAt: nullable(Type.String()),
  endedAt: nullable(Type.String()),
  error: nullable(Type.String()),
});
export const DeliveryItems = Type.Object({ items: Type.Array(DeliveryItem) });
export type DeliveryItems = Static<typeof DeliveryItems>;

/** `GET /push-key`: what a browser subscribes with; then `POST /robots` with kind `web_push`. */
export const PushKey = Type.Object({ publicKey: Type.String() });
export type PushKey = Static<typeof PushKey>;
