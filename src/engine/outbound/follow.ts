import { effectOf } from "../../domain/order.ts";
import { linesInWave, type LineInWave, type Wave, type WaveFact } from "../../domain/outbound/wave.ts";
import type { Line } from "../../domain/rows.ts";
import type { Hold } from "./holds.ts";

/** What the books say of an order that is in waves. */

export interface FollowedOrder {
  /** By `wantKey` of its line. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly hold: Hold | null;
  /** Units of a line that were sent with our parcels and all that came before them, by `wantKey`. */
  readonly totalOf: (key: string) => number;
}

interface Share {
  readonly wave: Wave;
  readonly line: LineInWave;
}

/**
 * What must be written into waves, so that they want no more of an order than it still needs: units that were
 * cancelled or that the platform says are sent are not picked; what was picked of them goes back, or has left. What is
 * held is not picked on.
 * @param waves those that have the order, the oldest first
 */
export function followOrder(
  waves: readonly Wave[],
  { lines, hold, totalOf }: FollowedOrder,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, readonly WaveFact[]> {
  const facts = new Map<string, WaveFact[]>();
  const write = (wave: Wave, fact: WaveFact): void => {
    const known = facts.get(wave.wave);
    if (known === undefined) facts.set(wave.wave, [fact]);
    else known.push(fact);
  };
  const inWaves = waves.map((wave) => ({ wave, known: linesInWave(wave) }));
  for (const key of keys) {
    const shares = inWaves.flatMap(({ wave, known }): readonly Share[] => {
      const line = known.get(key);
      return line === undefined ? [] : [{ wave, line: { ...line } }];
    });
    const line = lines.get(key);
    const live = line === undefined ? 0 : effectOf(line).live;
    const wanted = shares.reduce((sum, one) => sum + one.line.open + one.line.staged, 0);
    const excess = Math.max(0, wanted - live);
    const sent = Math.max(totalOf(key), ...shares.map((one) => one.line.want.sent));
    const elsewhere = Math.min(excess, Math.max(0, (line?.shipped ?? 0) - sent));
    const left = sentElsewhere(shares, elsewhere, line?.shipped ?? 0, write);
    withdraw(shares, left, "shipped", write);
    withdraw(shares, excess - elsewhere, "cancelled", write);
    if (hold === null) continue;
    for (const { wave, line: own } of shares)
      if (own.open > 0) write(wave, { kind: "withdrawn", body: bodyOf(own, own.open, "held") });
  }
  return facts;
}

type Write = (wave: Wave, fact: WaveFact) => void;

/** Of what is staged: it left without a parcel of ours. @returns the units that were not picked yet */
function sentElsewhere(shares: readonly Share[], units: number, total: number, write: Write): number {
  let open = units;
  for (const { wave, line } of shares) {
    const staged = Math.min(open, line.staged);
    if (staged === 0) continue;
    const { channel, orderId, lineId, sku } = line.want;
    const shipment = `seen:${wave.wave}:${wave.seq}:${lineId}:${sku}`;
    const lines = [{ lineId, sku, units: staged, total }];
    write(wave, { kind: "shipped", body: { shipment, channel, orderId, carrier: "", waybill: "", lines } });
    line.staged -= staged;
    open -= staged;
  }
  return open;
}

/** What nobody has picked goes first, from the latest wave back. */
function withdraw(shares: readonly Share[], units: number, why: "cancelled" | "shipped", write: Write): void {
  let open = units;
  const take = (part: "open" | "staged"): void => {
    for (const { wave, line } of shares.toReversed()) {
      const taken = Math.min(open, line[part]);
      if (taken === 0) continue;
      write(wave, { kind: "withdrawn", body: bodyOf(line, taken, why) });
      line[part] -= taken;
      open -= taken;
    }
  };
  take("open");
  take("staged");
}

function bodyOf(
  { want }: LineInWave,
  units: number,
  why: "cancelled" | "shipped" | "held",
): Extract<WaveFact, { kind: "withdrawn" }>["body"] {
  const { channel, orderId, lineId, sku } = want;
  return { channel, orderId, lineId, sku, units, why };
}
