import { assert } from "../assert.ts";
import type { Bin, Lot, Standing } from "../floor/shelf.ts";
import { pairKey } from "../text.ts";
import { foldWave } from "./fold.ts";
import { planPicks, type PickSource, type Want } from "./plan.ts";
import type { Wave, WaveEvent } from "./wave.ts";

/** Waves for tests. */

export const t0 = 1_794_398_400_000;
export const day = 86_400_000;
export const want = (orderId: string, sku: string, units: number, lineId = "1"): Want => ({
  channel: "douyin",
  orderId,
  lineId,
  sku,
  units,
  sent: 0,
});
export const stands = (
  bin: string,
  sku: string,
  quantity: number,
  lot = "",
  more: Partial<Standing> = {},
): Standing => ({
  warehouse: "main",
  bin,
  lot,
  quality: "good",
  sku,
  quantity,
  ...more,
});
export const lotOf = (sku: string, lot: string, cameDay: number, keepsDays: number | null): [string, Lot] => [
  pairKey(sku, lot),
  { sku, lot, receivedAt: t0 + cameDay * day, expiresAt: keepsDays === null ? null : t0 + keepsDays * day },
];
export const binOf = (bin: string, route: number, active = true): [string, Bin] => [
  bin,
  { warehouse: "main", bin, zone: "S", route, active, unitsMax: null },
];

export function sourceOf(shelves: readonly Standing[], more: Partial<PickSource> = {}): PickSource {
  return {
    shelves,
    lots: new Map([
      lotOf("A", "old", -30, 20),
      lotOf("A", "new", -3, 40),
      lotOf("A", "soon", -60, 2),
      lotOf("A", "gone", -90, -1),
      lotOf("A", "first", -50, null),
      lotOf("A", "second", -40, null),
    ]),
    bins: new Map([binOf("a", 1), binOf("b", 2), binOf("c", 3), binOf("shut", 0, false)]),
    now: t0,
    lifeMsMin: 3 * day,
    ...more,
  };
}

let seq = 0;
/** The number of the event that was made last. */
export const lastSeq = (): number => seq;
export function step(wave: Wave | null, kind: WaveEvent["kind"], body: unknown, actor = "p"): Wave {
  seq += 1;
  const event = { seq, wave: "w1", at: t0 + seq, actor, kind, body } as WaveEvent;
  const next = foldWave(wave, event);
  assert(next !== null, "a wave was opened");
  return next;
}

export function waveOf(wants: readonly Want[], ...shelves: readonly Standing[]): Wave {
  const { tasks } = planPicks(wants, sourceOf(shelves));
  return step(null, "opened", { warehouse: "main", stagingBin: "STAGE", tasks });
}
