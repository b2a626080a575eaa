import { cellKey, type Bin, type Lot, type Standing } from "../../domain/floor/shelf.ts";
import type { OrderRef, Review } from "../../domain/live/review.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { coveredUnits, effectOf } from "../../domain/order.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import { planPicks, wantKey, type PickPlan, type PickSource, type Want } from "../../domain/outbound/plan.ts";
import { leftOf, linesInWave, type Wave } from "../../domain/outbound/wave.ts";
import { isStaging } from "../../domain/place.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import { compareText } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { HeldBy } from "../after-live/odd-orders.ts";
import type { Put, PutRefused } from "../floor/floor-plan.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { holdOf, openReviewOf, type Hold } from "./holds.ts";

/** What waits to be sent, and which shelves it is taken from. */

export const wantLimits = {
  ordersMax: 500,
  ordersDefault: 100,
  pageLines: 1_000,
  /** Lines looked through for the oldest. */
  linesMax: 200_000,
  readsAtOnce: 32,
  leftOutShown: 100,
} as const;

export interface WaveRequest {
  readonly warehouse: string;
  /** Absent: of every channel. */
  readonly channel?: string;
  /** Orders that have this product. */
  readonly sku?: string;
  /** Orders that were placed so long ago at least. */
  readonly olderThanMinutes?: number;
  /** These orders and no others. */
  readonly orders?: readonly OrderRef[];
  readonly ordersMax: number;
  /** Also orders of which only a part can be picked here. */
  readonly partial: boolean;
  /** How long goods must still keep when they are sent, in milliseconds. */
  readonly lifeMsMin: number;
}

export interface HeldOrder extends OrderRef {
  readonly hold: Hold;
}

/** Orders that were looked at and are not in the wave. */
export interface LeftOut {
  readonly held: HeldOrder[];
  /** Units of them are missing, or stand in another warehouse. */
  readonly waiting: OrderRef[];
  /** Orders that other waves have whole. */
  picking: number;
}

export interface WavePlan extends PickPlan {
  readonly orders: number;
  readonly lines: number;
  readonly left: LeftOut;
}

/** The shop's bins and lots, as a plan needs them. */
export interface FloorFacts {
  bins(warehouse: string): Promise<ReadonlyMap<string, Bin>>;
  lots(): Promise<ReadonlyMap<string, Lot>>;
  problem(puts: readonly Put[]): Promise<PutRefused | null>;
}

export interface WantOptions {
  readonly sessions: Pick<Sessions, "known" | "get">;
  readonly read: Pick<Store["read"], "orders" | "order" | "sku">;
  readonly shop: ShopId;
  readonly floor: FloorFacts;
}

/** Who is asked about while a wave is planned. */
export interface PlanFacts {
  readonly live: readonly Wave[];
  readonly held: ReadonlyMap<string, HeldBy>;
  readonly now: Instant;
}

export async function planWave(
  options: WantOptions,
  request: WaveRequest,
  facts: PlanFacts,
): Promise<WavePlan> {
  const asked = new Asked(options, request, facts);
  const wants = await asked.wants();
  const source = await pickSource(options, wants, request, facts);
  const orders = new Set(wants.map(orderKeyOf)).size;
  return { ...planPicks(wants, source), orders, lines: wants.length, left: asked.left };
}

class Asked {
  readonly left: LeftOut = { held: [], waiting: [], picking: 0 };
  readonly #options: WantOptions;
  readonly #request: WaveRequest;
  readonly #facts: PlanFacts;
  /** Units that other waves have of a line in this warehouse. */
  readonly #taken: ReadonlyMap<string, number>;

  constructor(options: WantOptions, request: WaveRequest, facts: PlanFacts) {
    this.#options = options;
    this.#request = request;
    this.#facts = facts;
    this.#taken = takenUnits(facts.live, request.warehouse);
  }

  /** The oldest orders first, up to the most that were asked for. */
  async wants(): Promise<readonly Want[]> {
    const { read, shop, sessions } = this.#options;
    const { ordersMax } = this.#request;
    const refs = await this.#refs();
    const wants: Want[] = [];
    let orders = 0;
    for (let start = 0; start < refs.length && orders < ordersMax; start += wantLimits.readsAtOnce) {
      const part = refs.slice(start, start + wantLimits.readsAtOnce);
      const read1 = async ({ channel, orderId }: OrderRef) => {
        const lines = await read.order(shop, channel, orderId);
        return { lines, review: await openReviewOf(sessions, lines) };
      };
      for (const [index, { lines, review }] of (await Promise.all(part.map(read1))).entries()) {
        const ref = part[index];
        if (ref === undefined || orders >= ordersMax) break;
        const own = this.#wantsOf(ref, lines, review);
        wants.push(...own);
        if (own.length > 0) orders += 1;
      }
    }
    return wants;
  }

  async #refs(): Promise<readonly OrderRef[]> {
    const { orders: named, olderThanMinutes = 0 } = this.#request;
    if (named !== undefined) return named;
    const before = this.#facts.now - olderThanMinutes * minuteMs;
    const orders = new Map<string, OrderRef & { placedAt: Instant; open: boolean }>();
    for await (const line of this.#paidLines()) {
      if (line.placedAt > before) continue;
      const { channel, orderId, placedAt } = line;
      const key = orderKeyOf(line);
      const known = orders.get(key) ?? { channel, orderId, placedAt, open: false };
      known.open ||= this.#openUnits(line) > 0;
      orders.set(key, known);
    }
    const all = [...orders.values()].toSorted(
      (a, b) => a.placedAt - b.placedAt || compareText(a.orderId, b.orderId),
    );
    this.left.picking += all.filter(({ open }) => !open).length;
    return all.filter(({ open }) => open);
  }

  async *#paidLines(): AsyncGenerator<Line> {
    const { read, shop } = this.#options;
    const { channel, sku } = this.#request;
    const filter = {
      ...(channel === undefined ? {} : { channel }),
      ...(sku === undefined ? {} : { sku }),
    };
    let seen = 0;
    for (let cursor: string | null = null; seen < wantLimits.linesMax;) {
      const query = { ...filter, state: "paid", cursor, limit: wantLimits.pageLines } as const;
      const page: Awaited<ReturnType<typeof read.orders>> = await read.orders(shop, query);
      yield* page.items;
      seen += page.items.length;
      cursor = page.next;
      if (cursor === null) return;
    }
  }

  #openUnits(line: Line): number {
    const { warehouse } = this.#request;
    if (line.stage !== "paid") return 0;
    const here = line.covers.find((one) => one.warehouse === warehouse)?.units ?? 0;
    return Math.max(0, here - (this.#taken.get(wantKey(line)) ?? 0));
  }

  #wantsOf(ref: OrderRef, lines: readonly Line[], review: Review | null): readonly Want[] {
    const hold = holdOf(lines, this.#facts.held.get(orderKeyOf(ref)), review);
    const live = lines.filter((line) => line.stage === "paid" && effectOf(line).live > 0);
    if (hold !== null) {
      if (this.left.held.length < wantLimits.leftOutShown) this.left.held.push({ ...ref, hold });
      return [];
    }
    const { warehouse, partial } = this.#request;
    const elsewhere = (line: Line): boolean =>
      coveredUnits(line) < effectOf(line).live || line.covers.some((one) => one.warehouse !== warehouse);
    const wants = live.flatMap((line): readonly Want[] => {
      const { channel, orderId, lineId, sku, shipped } = line;
      const units = this.#openUnits(line);
      return units === 0 ? [] : [{ channel, orderId, lineId, sku, units, sent: shipped }];
    });
    if (live.length === 0 || live.some(elsewhere)) {
      if (wants.length > 0 && partial) return wants;
      if (this.left.waiting.length < wantLimits.leftOutShown) this.left.waiting.push(ref);
      return [];
    }
    if (wants.length === 0) this.left.picking += 1;
    return wants;
  }
}

/** By `wantKey`, what waves that are not over have of each line. */
export function takenUnits(live: readonly Wave[], warehouse: string): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const wave of live) {
    if (wave.warehouse !== warehouse) continue;
    for (const [key, { open, staged }] of linesInWave(wave))
      taken.set(key, (taken.get(key) ?? 0) + open + staged);
  }
  return taken;
}

/**
 * The shelves that units may be taken from: what stands there, less what open lists take. Goods that nobody has
 * put away yet are taken last.
 * @param without shelves that a picker has just found empty, by `cellKey`
 */
export async function pickSource(
  { read, shop, floor }: Omit<WantOptions, "sessions">,
  wants: readonly Pick<Want, "sku">[],
  { warehouse, lifeMsMin }: Pick<WaveRequest, "warehouse" | "lifeMsMin">,
  { live, now }: Pick<PlanFacts, "live" | "now">,
  without: ReadonlySet<string> = new Set(),
): Promise<PickSource> {
  const reserved = new Map<string, number>();
  for (const wave of live) {
    if (wave.status !== "open") continue;
    for (const task of wave.tasks) {
      const key = cellKey(task.cell);
      reserved.set(key, (reserved.get(key) ?? 0) + leftOf(task));
    }
  }
  const skus = [...new Set(wants.map(({ sku }) => sku))];
  const shelves: Standing[] = [];
  for (let start = 0; start < skus.length; start += wantLimits.readsAtOnce) {
    const part = skus.slice(start, start + wantLimits.readsAtOnce);
    for (const found of await Promise.all(part.map((sku) => read.sku(shop, sku)))) {
      for (const one of found?.placements ?? []) {
        if (one.warehouse !== warehouse || one.quality !== "good" || isStaging(one.bin)) continue;
        const key = cellKey(one);
        const quantity = without.has(key) ? 0 : one.quantity - (reserved.get(key) ?? 0);
        if (quantity > 0) shelves.push({ ...one, quantity });
      }
    }
  }
  const bins = new Map(await floor.bins(warehouse));
  const last = Math.max(0, ...Array.from(bins.values(), ({ route }) => route)) + 1;
  const nowhere = { warehouse, zone: "", route: last, active: true, unitsMax: null };
  for (const { bin } of shelves) if (!bins.has(bin)) bins.set(bin, { ...nowhere, bin });
  return { shelves, lots: await floor.lots(), bins, now, lifeMsMin };
}
