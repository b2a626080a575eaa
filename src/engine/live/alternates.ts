import { rankAlternates, reasonWords, type Candidate } from "../../domain/live/alternates.ts";
import { timesNow } from "../../domain/live/look.ts";
import { plannedSkus } from "../../domain/live/session.ts";
import { minutesBetween } from "../../domain/live/time.ts";
import { fill } from "../../domain/live/words.ts";
import { stockOfRows, type SkuStock } from "./stock.ts";
import type { Looked } from "./look.ts";
import type { LiveOptions } from "./live.ts";

/** A product that can take over, with what speaks for it. */
export interface RankedAlternate {
  readonly sku: string;
  readonly name: string;
  readonly price: number;
  readonly sellable: number;
  readonly score: number;
  readonly reasons: readonly {
    readonly code: string;
    readonly zh: string;
    readonly en: string;
    readonly points: number;
  }[];
  /** Its next slot in the run-of-show; null: it has none. */
  readonly slot: string | null;
}

const alternatesShownMax = 12;
const minutesNeededDefault = 10;

/** Who can take over from a product, best first; null: the product is unknown. */
export async function alternatesOf(
  { store, shop }: LiveOptions,
  looked: Looked,
  sku: string,
): Promise<readonly RankedAlternate[] | null> {
  const { open, now } = looked;
  const { plan, state } = open;
  const named = plan.slots.filter((slot) => slot.sku === sku).flatMap((slot) => slot.alternates);
  const rows = await Promise.all(
    [...new Set([sku, ...named])]
      .filter((one) => !looked.stocks.has(one))
      .map((one) => store.read.sku(shop.id, one)),
  );
  const stocks = new Map<string, SkuStock>(looked.stocks);
  for (const row of rows) if (row !== null) stocks.set(row.sku.sku, stockOfRows(row));
  const current = stocks.get(sku);
  if (current === undefined) return null;
  const planned = plannedSkus(plan);
  const times = timesNow({ plan, state, now });
  const coming = (one: string) =>
    times.find(
      (time) =>
        time.slot !== state.pointer?.slot &&
        plan.slots.some((slot) => slot.id === time.slot && slot.sku === one),
    );
  const candidates = [...new Set([...planned, ...named])].flatMap((one): Candidate[] => {
    const stock = stocks.get(one);
    if (stock === undefined) return [];
    const time = coming(one);
    return [
      {
        sku: one,
        category: stock.category,
        price: stock.price,
        sellable: looked.units.get(one)?.cap.units ?? Math.max(0, stock.available - stock.bufferUnits),
        selling: stock.selling && !state.stops.has(one),
        unitsPerMinute: looked.skus.get(one)?.unitsPerMinute ?? 0,
        shown: plan.slots.some((slot) => slot.sku === one && state.shown.has(slot.id)),
        minutesUntilSlot: time === undefined ? null : Math.max(0, minutesBetween(now, time.startsAt)),
      },
    ];
  });
  const slot = plan.slots.find((one) => one.id === state.pointer?.slot && one.sku === sku);
  const ranked = rankAlternates(current, candidates, {
    planned: named,
    minutesNeeded: looked.skus.get(sku)?.current?.minutesLeft || slot?.minutes || minutesNeededDefault,
    expectedPerMinute: looked.skus.get(sku)?.recentPerMinute ?? 0,
  });
  return ranked.slice(0, alternatesShownMax).map(({ sku: one, score, reasons }) => ({
    sku: one,
    name: stocks.get(one)?.name || one,
    price: stocks.get(one)?.price ?? 0,
    sellable: candidates.find((candidate) => candidate.sku === one)?.sellable ?? 0,
    score,
    reasons: reasons.map(({ code, points, value }) => ({
      code,
      zh: said(reasonWords[code].zh, value, "卖得完的时间足够"),
      en: said(reasonWords[code].en, value, "enough stock"),
      points,
    })),
    slot: coming(one)?.slot ?? null,
  }));
}

function said(template: string, value: number | null, without: string): string {
  const filled = fill(template, { value });
  return filled.ok ? filled.text : without;
}
