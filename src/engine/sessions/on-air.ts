import type { Command } from "../../domain/command.ts";
import type { SessionState } from "../../domain/live/fold.ts";
import type { SessionPlan } from "../../domain/live/session.ts";
import type { Instant } from "../../domain/rows.ts";

interface Broadcast {
  readonly session: string;
  readonly channels: ReadonlySet<string>;
  readonly from: Instant;
  /** Null: it is still live. */
  readonly to: Instant | null;
}

/** Broadcasts that are kept: of more, the oldest is forgotten. */
const broadcastsMax = 200;

/**
 * Which session was live on a channel at which moment. An order of the broadcast may be heard of after its end:
 * what has ended is remembered too.
 */
export class OnAir {
  readonly #ofSession = new Map<string, Broadcast>();
  /** The one that went live last comes first. */
  #broadcasts: readonly Broadcast[] = [];

  set({ id, channels }: SessionPlan, { liveSince, endedAt, life }: SessionState): void {
    const known = this.#ofSession.get(id);
    if (liveSince === null) return;
    const to = life === "live" ? null : endedAt;
    if (
      known !== undefined &&
      known.to === to &&
      known.from === liveSince &&
      known.channels.size === channels.length &&
      channels.every((channel) => known.channels.has(channel))
    )
      return;
    this.#ofSession.set(id, { session: id, channels: new Set(channels), from: liveSince, to });
    const sorted = [...this.#ofSession.values()].toSorted((a, b) => b.from - a.from);
    for (const { session } of sorted.slice(broadcastsMax)) this.#ofSession.delete(session);
    this.#broadcasts = sorted.slice(0, broadcastsMax);
  }

  sessionOn(channel: string, at: Instant): string | null {
    for (const { session, channels, from, to } of this.#broadcasts)
      if (from <= at && (to === null || at <= to) && channels.has(channel)) return session;
    return null;
  }
}

/** What a platform sold and named no session for, as a sale of the session that was live when it was ordered. */
export function withSession(
  command: Command,
  liveOn: (channel: string, at: Instant) => string | null,
): Command {
  if (command.type !== "observe" || (command.session ?? null) !== null) return command;
  return { ...command, session: liveOn(command.channel, command.placedAt) };
}
