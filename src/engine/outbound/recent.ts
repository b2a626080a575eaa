import { wantKey } from "../../domain/outbound/plan.ts";
import { waveStage, type Wave, type WaveFact } from "../../domain/outbound/wave.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Clock } from "../clock.ts";
import type { Papers } from "../papers.ts";

export const recentLimits = {
  /** Waves that were opened longer ago are over, whatever is left of them. */
  days: 30,
} as const;

const dayMs = 24 * hourMs;
const form = /^W([0-9a-z]{9})[0-9a-f]{6}$/;

/** Names sort by the moment at which the wave was opened. */
export function newWaveId(openedAt: Instant, clock: Pick<Clock, "random">): string {
  return `W${openedAt.toString(36).padStart(9, "0")}${clock.random(3)}`;
}

/** Null: it is no wave's name. */
export function waveOpenedAt(id: string): Instant | null {
  const time = form.exec(id)?.[1];
  return time === undefined ? null : Number.parseInt(time, 36);
}

/** The waves of the last weeks, and what must be known of all of them. */
export class RecentWaves {
  readonly #papers: Papers<Wave, WaveFact>;
  readonly #clock: Pick<Clock, "now">;
  readonly #seen = new Map<string, { readonly seq: number; readonly over: boolean }>();
  readonly #totals = new Map<string, number>();
  readonly #waybills = new Set<string>();

  constructor(papers: Papers<Wave, WaveFact>, clock: Pick<Clock, "now">) {
    this.#papers = papers;
    this.#clock = clock;
  }

  /** Waybills that are used, by their text. Call `live` before. */
  get waybills(): ReadonlySet<string> {
    return this.#waybills;
  }

  /** Units of a line that were sent with our parcels and all that came before them; 0: with none. */
  totalOf(key: string): number {
    return this.#totals.get(key) ?? 0;
  }

  /** The waves that still wait for something, the oldest first. */
  async live(): Promise<readonly Wave[]> {
    const since = this.#clock.now() - recentLimits.days * dayMs;
    const waves: Wave[] = [];
    for (const [id, seq] of await this.ids(since)) {
      const seen = this.#seen.get(id);
      if (seen?.over === true && seen.seq >= seq) continue;
      const wave = await this.#papers.at(id, seq);
      if (wave !== null && !this.learn(wave)) waves.push(wave);
    }
    return waves;
  }

  /** The waves that were opened since, with their last numbers, the oldest first. */
  async ids(since: Instant): Promise<readonly (readonly [string, number])[]> {
    return [...(await this.#papers.heads())]
      .filter(([id]) => (waveOpenedAt(id) ?? 0) >= since)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Takes in what a wave has sent. @returns whether it waits for nothing more */
  learn(wave: Wave): boolean {
    const { wave: id, seq, shipments } = wave;
    const stage = waveStage(wave);
    const over = stage === "done" || stage === "cancelled";
    if (this.#seen.get(id)?.seq === seq) return over;
    this.#seen.set(id, { seq, over });
    for (const { channel, orderId, waybill, lines } of shipments) {
      if (waybill !== "") this.#waybills.add(waybill);
      for (const { lineId, sku, total } of lines) {
        const key = wantKey({ channel, orderId, lineId, sku });
        this.#totals.set(key, Math.max(total, this.totalOf(key)));
      }
    }
    return over;
  }
}
