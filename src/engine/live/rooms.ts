import type { SessionPlan } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import type { RoomSample } from "../../store/activities.ts";

/** What the rooms of a session show, together. Where nobody measured there is null, never the last number. */

interface Rooms {
  readonly open: { readonly plan: Pick<SessionPlan, "rooms"> };
  readonly samples: readonly RoomSample[];
  readonly now: Instant;
}

/** A number of a room holds for so long; after that nobody knows. */
const freshMs = 2 * minuteMs;

export function viewersNow(rooms: Rooms): number | null {
  return sumOf(latest(rooms, rooms.now - freshMs, rooms.now + minuteMs), "viewers");
}

export function likesNow(rooms: Rooms): number | null {
  return sumOf(latest(rooms, rooms.now - freshMs, rooms.now + minuteMs), "likes");
}

/** The last that was measured within one minute; null: a gap. */
export function viewersIn(rooms: Rooms, minute: number): number | null {
  return sumOf(latest(rooms, minute * minuteMs, (minute + 1) * minuteMs), "viewers");
}

/** Each room's last sample of a time, `from` ≤ at < `to`. The samples stand by time. */
function latest({ samples }: Rooms, from: Instant, to: Instant): readonly RoomSample[] {
  const last = new Map<string, RoomSample>();
  for (const sample of samples) if (sample.at >= from && sample.at < to) last.set(sample.room, sample);
  return [...last.values()];
}

function sumOf(samples: readonly RoomSample[], field: "viewers" | "likes"): number | null {
  let sum: number | null = null;
  for (const sample of samples) {
    const value = sample[field];
    if (sample.gap === null && value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Viewers and likes of each minute from `first` on, `count` of them. */
export function roomMinutes(
  samples: readonly RoomSample[],
  first: number,
  count: number,
): readonly { readonly viewers: number | null; readonly likes: number | null }[] {
  const perMinute = Array.from({ length: count }, () => new Map<string, RoomSample>());
  for (const sample of samples) {
    perMinute[Math.floor(sample.at / minuteMs) - first]?.set(sample.room, sample);
  }
  return perMinute.map((rooms) => ({
    viewers: sumOf([...rooms.values()], "viewers"),
    likes: sumOf([...rooms.values()], "likes"),
  }));
}
