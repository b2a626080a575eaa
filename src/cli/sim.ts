import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../engine/clock.ts";
import { SimClock } from "../sim/clock.ts";
import { generateBroadcast } from "../sim/generate.ts";
import { broadcastFlags, broadcastOptionsOf, check, playerOf, speedOf, timesOf } from "./broadcast/play.ts";
import { rehearse } from "./broadcast/rehearse.ts";
import { openStage } from "./broadcast/stage.ts";
import { PlayLine, tellChecked } from "./broadcast/tell.ts";
import { exitFailure, exitOk } from "./exit.ts";
import { runCommand } from "./failure.ts";
import { parseFlags, UsageError, type Flags } from "./flags.ts";
import type { Io } from "./io.ts";

/**
 * `sim`: plays a broadcast against the real API on a shop of its own, and checks the books to the unit. With
 * `--rehearse` it plays a planned session on a copy of the shop's own data. Exit status 1: the books differ.
 */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("sim", argv, io, async () => {
    const flags = parseFlags(argv, {
      flags: { ...broadcastFlags, rehearse: "switch", session: "value", scale: "value" },
      words: [],
    });
    if (!flags.has("rehearse") && (flags.has("session") || flags.has("data-dir")))
      throw new UsageError(
        "--session 和 --data-dir 只和 --rehearse 一起用",
        "--session and --data-dir go with --rehearse",
      );
    const folder = await mkdtemp(path.join(tmpdir(), "zaiku-sim-"));
    try {
      return await (flags.has("rehearse") ? rehearse(folder, flags, io) : simulate(folder, flags, io));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function simulate(dataDir: string, flags: Flags, io: Io): Promise<number> {
  const speed = speedOf(flags, Infinity);
  const broadcast = generateBroadcast(broadcastOptionsOf(flags));
  const { startsAt, origin } = timesOf(broadcast, speed, systemClock.now());
  const clock = new SimClock(startsAt, speed);
  const line = new PlayLine(broadcast, io);
  const stage = await openStage({ dataDir, clock }, io);
  try {
    await clock.reach(startsAt);
    const player = playerOf(stage, broadcast, {
      origin,
      speed,
      onProgress: (progress) => line.show(progress),
    });
    await player.setUp();
    await player.play();
    line.end();
    const checked = await check(stage, player, origin);
    const ok = checked.differences.length === 0 && checked.verification.ok;
    if (flags.has("json")) {
      const { tally, differences, paid, verification } = checked;
      io.out(JSON.stringify({ ok, seed: broadcast.seed, tally, paid, differences, verification }));
    } else tellChecked(broadcast, checked, io);
    return ok ? exitOk : exitFailure;
  } finally {
    await stage.close();
  }
}
