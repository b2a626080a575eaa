import { minuteMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";

/** Sellable of one product over the session, oldest first. */
export type Curve = readonly { readonly at: Instant; readonly sellable: number }[];

export const curvePointsMax = 240;
/** A session lasts two days at most; each product has a point a minute. */
const pointsKeptMax = 48 * 60;

/** How the sellable units of each product went over the session, a point a minute. */
export class Curves {
  readonly #points = new Map<string, { at: Instant; sellable: number }[]>();
  readonly #drawn = new Set<string>();

  note(sku: string, sellable: number, now: Instant): void {
    const points = this.#points.get(sku) ?? [];
    this.#points.set(sku, points);
    const last = points.at(-1);
    if (last !== undefined && Math.floor(last.at / minuteMs) === Math.floor(now / minuteMs)) {
      last.at = now;
      last.sellable = sellable;
    } else points.push({ at: now, sellable });
    if (points.length > pointsKeptMax) points.shift();
  }

  /** True once for each product: what was before this process looked is not known yet. */
  wantsPast(sku: string): boolean {
    if (this.#drawn.has(sku)) return false;
    this.#drawn.add(sku);
    return true;
  }

  /** Puts what the journal says of the time before in front. */
  past(sku: string, points: Curve): void {
    const own = this.#points.get(sku) ?? [];
    const first = own[0]?.at ?? Number.POSITIVE_INFINITY;
    const before = points.filter((point) => point.at < first).map(({ at, sellable }) => ({ at, sellable }));
    this.#points.set(sku, [...before, ...own]);
  }

  of(sku: string): Curve {
    const points = this.#points.get(sku) ?? [];
    if (points.length <= curvePointsMax) return points;
    const step = (points.length - 1) / (curvePointsMax - 1);
    return Array.from({ length: curvePointsMax }, (_, index) => points[Math.round(index * step)]).filter(
      (point) => point !== undefined,
    );
  }
}
