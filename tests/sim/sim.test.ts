import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { callZaiku, temporaryFolder, type Ended } from "../support/zaiku.ts";

/** Whole commands on real servers: SQLite, HTTP, timed work. */

const quiet = { ZAIKU_LOG_LEVEL: "silent" };
const small = ["--volume", "0.05", "--duration", "12"];

interface Said {
  readonly ok: boolean;
  readonly tally: {
    events: number;
    reserved: number;
    refused: Record<string, number>;
    failures: Record<string, number>;
  };
  readonly differences: readonly unknown[];
  readonly verification: { readonly ok: boolean };
}

function said(ended: Ended): Said {
  assert.equal(ended.stderr.includes("Error"), false, ended.stderr);
  return JSON.parse(ended.stdout) as Said;
}

test("a broadcast over the real API: the books agree with the simulator's to the unit", async () => {
  const ended = await callZaiku(["sim", ...small, "--seed", "5", "--json"], { env: quiet });
  const { ok, tally, differences, verification } = said(ended);
  assert.deepEqual(differences, []);
  assert(verification.ok && ok);
  assert.equal(ended.code, 0);
  assert(tally.events > 200 && tally.reserved > 0, JSON.stringify(tally));
  assert.deepEqual(tally.failures, {});
});

test("a rehearsal runs on a copy: not a byte of the shop's own books changes", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    const shop = await import("../../src/cli/broadcast/demo-server.ts");
    const { generateBroadcast } = await import("../../src/sim/generate.ts");
    const { processIo } = await import("../../src/cli/io.ts");
    const broadcast = generateBroadcast({ seed: 2, volume: 0.02, durationMinutes: 12 });
    const io = { ...processIo(), env: { ...process.env, ...quiet }, closed: false };
    const demo = await shop.openDemo({ broadcast, dataDir: folder, speed: Infinity }, io);
    try {
      await demo.player.play();
      const timeline = await demo.stage.wire({
        method: "GET",
        path: `/api/v1/sessions/${broadcast.plan.id}/timeline?limit=1000`,
      });
      const { items } = timeline.body as { items: readonly { kind: string }[] };
      // The session lives, its alerts are raised, and the demo's control room answers them.
      for (const kind of ["life", "opening", "pointer", "host_message", "alert_raised", "alert_acknowledged"])
        assert(
          items.some((item) => item.kind === kind),
          `${kind}: ${items.map((item) => item.kind).join(" ")}`,
        );
    } finally {
      await demo.stage.close();
    }
    const file = path.join(folder, "zaiku.db");
    const digest = () => createHash("sha256").update(readFileSync(file)).digest("hex");
    const before = digest();
    const ended = await callZaiku(
      ["sim", "--rehearse", "--session", broadcast.plan.id, "--data-dir", folder, "--json"],
      { env: quiet },
    );
    assert.equal(ended.code, 0, ended.stderr);
    const { rows, tally } = JSON.parse(ended.stdout) as {
      rows: readonly { wanted: number; sold: number }[];
      tally: Said["tally"];
    };
    assert(
      rows.some(({ wanted, sold }) => wanted > 0 && sold > 0),
      ended.stdout,
    );
    assert.deepEqual(tally.failures, {});
    assert.equal(digest(), before);
    const evaluated = await callZaiku(
      ["forecast", "evaluate", "--session", broadcast.plan.id, "--data-dir", folder, "--json"],
      { env: quiet },
    );
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const { report } = JSON.parse(evaluated.stdout) as { report: readonly { minutesBefore: number }[] };
    assert.deepEqual(
      report.map(({ minutesBefore }) => minutesBefore),
      [60, 30, 10],
    );
  } finally {
    await remove();
  }
});

test("what cannot be played is said in words", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    const cases = [
      [["sim", "--duration", "3"], 2, "--duration"],
      [["sim", "--volume", "9"], 2, "--volume"],
      [["sim", "--session", "x"], 2, "--rehearse"],
      [["sim", "--rehearse", "--data-dir", folder], 2, "--session"],
      [["sim", "--rehearse", "--session", "x", "--data-dir", folder], 1, "没有数据"],
      [["forecast", "evaluate"], 2, "--session"],
      [["forecast", "guess", "--sim"], 2, "evaluate"],
    ] as const;
    for (const [args, code, words] of cases) {
      const ended = await callZaiku([...args]);
      assert.equal(ended.code, code, `${args.join(" ")}: ${ended.stderr}`);
      assert(ended.stderr.includes(words), ended.stderr);
    }
  } finally {
    await remove();
  }
});
