import type { BroadcastOptions } from "./broadcast.ts";
import { products, type Product } from "./catalogue.ts";
import type { Random } from "./random.ts";

/** Who watches, and what they would buy if there were enough of everything. */

/** A product on the air, in minutes from the beginning. */
export interface Airing {
  readonly product: Product;
  readonly from: number;
  readonly to: number;
}

/** A slot lasts as long as all products together allow, within these. */
const slotMinutes = { least: 2, most: 10 } as const;
/** The evening that hurt most: so many viewers, so many units wanted within five minutes, of so many in stock. */
export const burst = { viewers: 100_000, units: 8_000, stock: 5_000, minutes: 5 } as const;
const burstProfile = [0.3, 0.26, 0.2, 0.14, 0.1];

const usualViewers = 32_000;
/** Units a minute of a usual product while it is on, with the usual number of viewers. */
const usualUnits = 35;

/** The run of the evening: as many products as there is time for, the burst among them. */
export function airingsOf(durationMinutes: number): readonly Airing[] {
  const each = Math.max(slotMinutes.least, Math.min(slotMinutes.most, durationMinutes / products.length));
  const count = Math.max(1, Math.min(products.length, Math.floor(durationMinutes / each)));
  const shown = Array.from({ length: count }, (_, index) => Math.floor((index * products.length) / count));
  const hot = products.findIndex((product) => product.trait === "burst");
  if (!shown.includes(hot)) {
    const nearest = shown.reduce((a, b) => (Math.abs(b - hot) < Math.abs(a - hot) ? b : a));
    shown[shown.indexOf(nearest)] = hot;
  }
  const minutes = durationMinutes / count;
  return shown.flatMap((at, index) => {
    const one = products[at];
    return one === undefined
      ? []
      : [{ product: one, from: Math.round(index * minutes), to: Math.round((index + 1) * minutes) }];
  });
}

/** People who watch in a minute, on all platforms together, before chance. */
export function viewersAt(minute: number, durationMinutes: number, burstAt: number): number {
  const part = minute / durationMinutes;
  const rise = Math.min(1, 0.12 + part / 0.14) ** 0.8;
  const fall = part > 0.92 ? 1 - ((part - 0.92) / 0.08) * 0.55 : 1;
  const waves = 1 + 0.1 * Math.sin(minute / 9) + 0.06 * Math.sin(minute / 23);
  const usual = usualViewers * rise * fall * waves;
  if (minute < burstAt - 2) return usual;
  if (minute < burstAt) return usual + (burst.viewers - usual) * 0.4;
  // They stay for the five minutes that count, and then most of them leave.
  const since = minute - burstAt - burst.minutes;
  return usual + (burst.viewers - usual) * (since < 0 ? 1 : Math.exp(-since / 9));
}

/** Units of a product that are wanted in a minute, before chance, for a shop of volume 1. */
export function wantedAt(
  product: Product,
  minute: number,
  viewers: number,
  airings: readonly Airing[],
): number {
  const airing = airings.find((one) => one.product === product);
  if (product.trait === "burst" && airing !== undefined && minute >= airing.from) {
    const share = burstProfile[minute - airing.from];
    if (share !== undefined) return burst.units * share;
  }
  const scale = (viewers / usualViewers) * usualUnits * product.pull;
  if (airing === undefined) return scale * product.always;
  if (minute < airing.from) return scale * product.always * 0.6;
  if (minute < airing.to) return scale * (0.55 + 0.9 * Math.exp(-(minute - airing.from) / 3));
  return scale * (product.always + 0.25 * Math.exp(-(minute - airing.to) / 12));
}

/** What is to be expected of a product over the whole session, in units. */
export function expectedUnits(
  product: Product,
  { durationMinutes, volume }: Pick<BroadcastOptions, "durationMinutes" | "volume">,
  airings: readonly Airing[],
): number {
  const burstAt = burstStart(airings);
  let units = 0;
  for (let minute = 0; minute < durationMinutes; minute += 1)
    units += wantedAt(product, minute, viewersAt(minute, durationMinutes, burstAt), airings);
  return units * volume;
}

export function burstStart(airings: readonly Airing[]): number {
  return airings.find(({ product }) => product.trait === "burst")?.from ?? 0;
}

/** Makes a rate wander as moods do: each minute a little away from the last, and always pulled back to 1. */
export class Mood {
  readonly #random: Random;
  readonly #sigma: number;
  #level = 0;

  constructor(random: Random, sigma: number) {
    this.#random = random;
    this.#sigma = sigma;
  }

  next(): number {
    this.#level = 0.93 * this.#level + this.#sigma * this.#random.normal();
    return Math.exp(this.#level);
  }
}
