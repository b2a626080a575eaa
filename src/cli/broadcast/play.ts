import { broadcastDefaults, type Broadcast, type BroadcastOptions } from "../../sim/broadcast.ts";
import { compareStock, type Difference, type ShownStock } from "../../sim/compare.ts";
import type { ExpectedStock } from "../../sim/books.ts";
import { Crew } from "../../sim/crew.ts";
import { Player, type Progress, type Tally } from "../../sim/player.ts";
import { SqliteStore } from "../../store/sqlite/store.ts";
import { verify, type Verification } from "../../store/verify.ts";
import { UsageError, wholeNumber, type Flags } from "../flags.ts";
import { databaseFile } from "../open-store.ts";
import { readStock, type Stage } from "./stage.ts";

/** A broadcast on a stage: how it is asked for, played, and checked afterwards. */

export const speedMax = 240;
const wallTickMs = 150;
const tickMsMax = 15_000;
const tickMsMin = 1_000;
/** How long the books may take to release what has run out, once everything was said. */
const settleMsMax = 30_000;
const settleEveryMs = 100;
/** Between the catalogue and the first delivery. */
const setUpMs = 5_000;

/** What is sent together: a few times a second on the wall, whatever the speed. */
export function tickMsOf(speed: number): number {
  return Math.min(tickMsMax, Math.max(tickMsMin, Math.round(speed * wallTickMs)));
}

export const broadcastFlags = {
  seed: "value",
  duration: "value",
  volume: "value",
  channels: "value",
  speed: "value",
} as const;

/** @throws UsageError */
export function broadcastOptionsOf(flags: Flags): BroadcastOptions {
  const within = (name: string, least: number, most: number, usual: number): number => {
    const value = wholeNumber(flags, name, most) ?? usual;
    if (value >= least) return value;
    throw new UsageError(`--${name} 至少是 ${least}`, `--${name} is ${least} at least`);
  };
  const volume = Number(flags.value("volume") ?? broadcastDefaults.volume);
  if (!(volume >= 0.01 && volume <= 4))
    throw new UsageError("--volume 要在 0.01 到 4 之间", "--volume takes a number from 0.01 to 4");
  return {
    seed: within("seed", 1, 2_147_483_647, broadcastDefaults.seed),
    durationMinutes: within("duration", 8, 480, broadcastDefaults.durationMinutes),
    volume,
    channels: within("channels", 3, 5, broadcastDefaults.channels),
  };
}

/** `--speed 30`, or `max` for as fast as it goes. @throws UsageError */
export function speedOf(flags: Flags, usual: number): number {
  const text = flags.value("speed");
  if (text === undefined) return usual;
  if (text === "max") return Infinity;
  const value = wholeNumber(flags, "speed", speedMax) ?? usual;
  if (value >= 1) return value;
  throw new UsageError("--speed 至少是 1", "--speed is 1 at least");
}

/**
 * When the clock begins, and when the session goes live: so long ago that the evening ends now, for books are never
 * ahead of time. Milliseconds since 1970.
 */
export function timesOf(
  broadcast: Broadcast,
  speed: number,
  now: number,
): { startsAt: number; origin: number } {
  const leadMs = setUpMs - (broadcast.items[0]?.at ?? 0);
  const startsAt = Math.floor(now - (broadcast.endMs + leadMs) * (1 - 1 / speed));
  return { startsAt, origin: startsAt + leadMs };
}

export function playerOf(
  stage: Stage,
  broadcast: Broadcast,
  {
    origin,
    speed,
    crew,
    signal,
    onProgress,
  }: {
    readonly origin: number;
    readonly speed: number;
    readonly crew?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: Progress) => void;
  },
): Player {
  return new Player({
    broadcast,
    wire: stage.wire,
    pace: stage.clock,
    origin,
    tickMs: tickMsOf(speed),
    ...(crew === true ? { crew: new Crew(stage.wire, broadcast.plan.id) } : {}),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

export interface Checked {
  readonly tally: Tally;
  readonly expected: readonly ExpectedStock[];
  readonly shown: readonly ShownStock[];
  readonly differences: readonly Difference[];
  readonly verification: Verification;
  readonly paid: {
    readonly units: number;
    readonly presale: number;
    readonly amount: number;
    readonly orders: number;
  };
}

/** The product's books against the simulator's, and the product's against its own journal. */
export async function check(stage: Stage, player: Player, origin: number): Promise<Checked> {
  let seen = await look(stage, player, origin);
  const until = performance.now() + settleMsMax;
  // Holds whose time has run out are released by timed work: it has a moment for it.
  while (seen.differences.length > 0 && performance.now() < until) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, settleEveryMs);
    });
    seen = await look(stage, player, origin);
  }
  return { ...seen, tally: player.tally, paid: player.books.paid(), verification: await verifyBooks(stage) };
}

async function look(stage: Stage, player: Player, origin: number) {
  const shown = await readStock(stage.wire);
  const expected = player.books.expected(stage.clock.now() - origin);
  return { shown, expected, differences: compareStock(expected, shown) };
}

/** Reads the file beside the server, as `zaiku verify` does. */
export async function verifyBooks({ config }: Pick<Stage, "config">): Promise<Verification> {
  const store = new SqliteStore(databaseFile(config));
  try {
    const [shop] = await store.shops();
    if (shop === undefined) throw new Error("There is no shop in the books");
    return await verify(store, shop.shop);
  } finally {
    await store.close();
  }
}
