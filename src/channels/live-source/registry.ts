import { Type } from "typebox";
import type { TSchema } from "typebox";
import { checker, fault } from "../check.ts";
import type { Fault } from "../check.ts";
import { agoraLimits, agoraSource } from "./agora.ts";
import { liveSourceKinds } from "./live-source.ts";
import type { LiveSource, LiveSourceKind } from "./live-source.ts";
import { pushSource } from "./push.ts";

const strict = { additionalProperties: false } as const;
const Room = Type.String({ minLength: 1, maxLength: 64 });
const Secret = Type.String({ minLength: 1, maxLength: 200 });

/** What each kind is configured with: one source for validation, types and the page's form. */
export const liveSourceSchemas = {
  push: Type.Object(
    { rooms: Type.Optional(Type.Array(Room, { minItems: 1, maxItems: agoraLimits.roomsMax })) },
    strict,
  ),
  agora: Type.Object(
    {
      appId: Type.String({ pattern: "^[0-9a-fA-F]{32}$" }),
      customerId: Type.String({ minLength: 1, maxLength: 100, pattern: "^[^:]+$" }),
      customerSecret: Secret,
      noticeSecret: Type.Optional(Secret),
      rooms: Type.Array(
        Type.Object({ room: Room, channelName: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
        { minItems: 1, maxItems: agoraLimits.roomsMax },
      ),
    },
    strict,
  ),
} as const satisfies Record<LiveSourceKind, TSchema>;

export type OpenedSource =
  | { readonly ok: true; readonly source: LiveSource }
  | { readonly ok: false; readonly fault: Fault };

const checkPush = checker(liveSourceSchemas.push);
const checkAgora = checker(liveSourceSchemas.agora);

/**
 * The source of a configuration as a person entered it, or what is wrong with it. Asks no network. It lives
 * as long as the session that it feeds: between two polls it remembers what it was told.
 */
export function openLiveSource(kind: string, configuration: unknown): OpenedSource {
  switch (kind) {
    case "push": {
      const checked = checkPush(configuration);
      return checked.ok ? { ok: true, source: pushSource(checked.value) } : checked;
    }
    case "agora": {
      const checked = checkAgora(configuration);
      if (!checked.ok) return checked;
      const rooms = checked.value.rooms.map(({ room }) => room);
      if (new Set(rooms).size < rooms.length)
        return { ok: false, fault: fault("rooms", "有直播间重复", "a room is in the list twice") };
      return { ok: true, source: agoraSource(checked.value) };
    }
    default: {
      const kinds = liveSourceKinds.join(", ");
      return { ok: false, fault: fault("kind", `只能是其中之一：${kinds}`, `it must be one of ${kinds}`) };
    }
  }
}
