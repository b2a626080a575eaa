import type { AlternatesAnswer, ReplayData, SessionView, TimelinePage } from "../../../api/session-view.ts";
import type {
  ActionAnswer,
  ActionBody,
  MuteBody,
  PatrolBody,
  ReviewBody,
  ScreenAnswer,
} from "../../../api/session-actions.ts";
import type { LifeBody, PointerBody, SessionPage } from "../../../api/sessions.ts";
import { apiBase, newKey, request } from "../../api.ts";

/** What answers an action: the number of the session's last activity. */
export interface Done {
  readonly activity: number;
}

/** Its link is shown only when it is made: the server keeps no more than what recognises it. */
export interface ScreenItem {
  readonly screen: string;
  readonly kind: "host" | "overlay";
  readonly name: string;
  readonly online: boolean;
}

const at = (session: string) => `${apiBase}/sessions/${encodeURIComponent(session)}`;
const screenAt = (token: string) => `${apiBase}/screens/${encodeURIComponent(token)}`;
const post = <T>(path: string, body?: unknown) => request<T>(path, { method: "POST", body, key: newKey() });

/** The routes of a session's live part, one function each. */
export const live = {
  sessions: (signal?: AbortSignal) => request<SessionPage>(`${apiBase}/sessions`, { signal }),
  act: (session: string, body: ActionBody) => post<ActionAnswer>(`${at(session)}/actions`, body),
  point: (session: string, body: PointerBody) => post<unknown>(`${at(session)}/pointer`, body),
  followClock: (session: string, on: boolean) => post<unknown>(`${at(session)}/clock`, { on }),
  step: (session: string, body: LifeBody) => post<unknown>(`${at(session)}/life`, body),
  mute: (session: string, body: MuteBody) => post<Done>(`${at(session)}/mutes`, body),
  unmute: (session: string, body: Pick<MuteBody, "rule" | "subject">) =>
    post<Done>(`${at(session)}/mutes/end`, body),
  answerPatrol: (session: string, body: PatrolBody) => post<Done>(`${at(session)}/patrols`, body),
  review: (session: string, body: ReviewBody) => post<Done>(`${at(session)}/reviews`, body),
  note: (session: string, text: string) => post<Done>(`${at(session)}/notes`, { text }),
  alternates: (session: string, sku: string, signal?: AbortSignal) =>
    request<AlternatesAnswer>(`${at(session)}/alternates`, { query: { sku }, signal }),
  screens: (session: string, signal?: AbortSignal) =>
    request<{ readonly items: readonly ScreenItem[] }>(`${at(session)}/screens`, { signal }),
  addScreen: (session: string, body: Pick<ScreenItem, "kind" | "name">) =>
    post<ScreenAnswer>(`${at(session)}/screens`, body),
  endScreen: (session: string, screen: string) =>
    request<null>(`${at(session)}/screens/${encodeURIComponent(screen)}`, { method: "DELETE" }),
  view: (session: string, signal?: AbortSignal) => request<SessionView>(`${at(session)}/view`, { signal }),
  replay: (session: string, signal?: AbortSignal) => request<ReplayData>(`${at(session)}/replay`, { signal }),
  timeline: (session: string, after: number, signal?: AbortSignal) =>
    request<TimelinePage>(`${at(session)}/timeline`, {
      query: { after: after === 0 ? undefined : after, limit: timelineItemsMax },
      signal,
    }),
  /** The host has read a message: on a screen with a token. */
  acknowledge: (token: string, message: string) =>
    post<unknown>(`${screenAt(token)}/messages/${encodeURIComponent(message)}`),
};

const timelineItemsMax = 500;
/** A session of four hours writes a few hundred lines; what is beyond this is not played back. */
const timelinePagesMax = 20;

/** Everything that happened in a session, oldest first. */
export async function readTimeline(
  session: string,
  signal: AbortSignal,
): Promise<readonly TimelinePage["items"][number][]> {
  const items: TimelinePage["items"][number][] = [];
  let after = 0;
  for (let page = 0; page < timelinePagesMax; page += 1) {
    const { items: some, next } = await live.timeline(session, after, signal);
    items.push(...some);
    if (next === null) break;
    after = next;
  }
  return items;
}

export const liveKeys = {
  sessions: ["sessions", "live"],
  alternates: (session: string, sku: string) => ["sessions", "alternates", session, sku],
  screens: (session: string) => ["sessions", "screens", session],
  replay: (session: string) => ["sessions", "replay", session],
  timeline: (session: string) => ["sessions", "timeline", session],
} as const;

export type Action = ActionBody["action"];
