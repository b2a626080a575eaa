import { lotId, lotKind, lotOf, type LotBody } from "../../domain/floor/lot.ts";
import {
  putAwayBins,
  putProblem,
  zoneByName,
  type Bin,
  type Incoming,
  type Lot,
  type ShelfRefusal,
  type Standing,
  type Zone,
} from "../../domain/floor/shelf.ts";
import type { Command } from "../../domain/command.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { isStaging } from "../../domain/place.ts";
import type { Instant } from "../../domain/rows.ts";
import { compareText, pairKey, skuKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import type { Counts } from "../counts/counts.ts";
import { Busy } from "../errors.ts";
import type { Who } from "../papers.ts";
import { expiryOf, readLots } from "./lots.ts";

/** Zones and bins are documents of the shop, one each, with the id of `placeId`. */
export const zoneKind = "zone";
export const binKind = "bin";

export const floorPlanLimits = {
  /** What another node changed is known here after this at the latest. */
  believedMs: 10_000,
  /** Bins that are offered in place of one that refuses. */
  proposedMax: 5,
  /** Writes of one list under way at once. */
  writesMax: 500,
  /** How often somebody else may be faster before the caller is told to come again. */
  attemptsMax: 5,
  busyRetryMs: 500,
  /** SKUs that are read one by one for their category. */
  skusReadMax: 200,
} as const;

/** A zone with its place on the way through the warehouse. */
export interface PlannedZone extends Zone {
  readonly route: number;
}

/** What is known of the places of a shop: what people entered, without the goods. */
interface Known {
  readonly zones: readonly PlannedZone[];
  readonly bins: readonly Bin[];
  readonly lots: ReadonlyMap<string, LotBody>;
  readonly until: Instant;
}

/** Units that somebody wants to put down. */
export interface Put {
  /** The field that names the bin. */
  readonly path: string;
  readonly warehouse: string;
  readonly bin: string;
  readonly sku: string;
  readonly lot: string;
  readonly quality: Incoming["quality"];
  readonly units: number;
}

export interface PutRefused {
  readonly put: Put;
  readonly why: ShelfRefusal;
  /** Bins that take the goods, the best first. */
  readonly proposed: readonly string[];
}

export interface FloorPlanOptions {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly batcher: Pick<Batcher, "submit" | "submitAll">;
  readonly counts: Pick<Counts, "standing" | "goods">;
}

export function placeId(warehouse: string, name: string): string {
  return `${warehouse}/${encodeURIComponent(name)}`;
}

/** The zones, bins and lots of a shop, and what may stand where. */
export class FloorPlan {
  readonly #options: FloorPlanOptions;
  #known: Promise<Known> | null = null;

  constructor(options: FloorPlanOptions) {
    this.#options = options;
  }

  /** In the order of the way through the warehouse. */
  async zones(warehouse?: string): Promise<readonly PlannedZone[]> {
    const { zones } = await this.#read();
    return warehouse === undefined ? zones : zones.filter((zone) => zone.warehouse === warehouse);
  }

  /** The bins that people entered, and every other one that holds goods, by name, in the order of the way. */
  async bins(warehouse: string): Promise<ReadonlyMap<string, Bin>> {
    const known = await this.#read();
    const { floor } = await this.#options.counts.standing();
    const names = new Set<string>();
    for (const cell of floor.cells())
      if (cell.warehouse === warehouse && cell.bin !== "") names.add(cell.bin);
    const listed = known.bins.filter((bin) => bin.warehouse === warehouse);
    for (const { bin } of listed) names.delete(bin);
    const zones = known.zones.filter((zone) => zone.warehouse === warehouse);
    const others = [...names].map((bin) => binByName(warehouse, bin, zones));
    const order = new Map(zones.map((zone, index) => [zone.zone, index]));
    const rank = (bin: Bin): number => order.get(bin.zone) ?? zones.length;
    const sorted = [...listed, ...others].toSorted(
      (a, b) => rank(a) - rank(b) || a.route - b.route || compareText(a.bin, b.bin),
    );
    return new Map(sorted.map((bin, index) => [bin.bin, { ...bin, route: index + 1 }]));
  }

  /** A bin as somebody entered it; null: nobody did. */
  async entered(warehouse: string, name: string): Promise<Bin | null> {
    const { bins } = await this.#read();
    return bins.find((one) => one.warehouse === warehouse && one.bin === name) ?? null;
  }

  /** The bin of the list that a label says, in letters of either case; null: none. @param warehouse null: any */
  async listedBin(warehouse: string | null, code: string): Promise<string | null> {
    const { bins } = await this.#read();
    const folded = code.toUpperCase();
    const own = bins.find(
      (one) => (warehouse === null || one.warehouse === warehouse) && one.bin.toUpperCase() === folded,
    );
    return own?.bin ?? null;
  }

  /** What is known of lots, by `pairKey(sku, lot)`. */
  async lotBodies(): Promise<ReadonlyMap<string, LotBody>> {
    return (await this.#read()).lots;
  }

  /** The lots of goods that stand somewhere, as picking asks for them, by `pairKey(sku, lot)`. */
  async lots(): Promise<ReadonlyMap<string, Lot>> {
    const bodies = await this.lotBodies();
    const { floor } = await this.#options.counts.standing();
    const lots = new Map(Array.from(bodies, ([key, body]) => [key, lotOf(body)]));
    for (const { sku, lot } of floor.cells()) {
      const key = pairKey(sku, lot);
      if (lot === "" || lots.get(key)?.expiresAt != null) continue;
      const expiresAt = expiryOf(undefined, lot);
      if (expiresAt !== null)
        lots.set(key, { sku, lot, receivedAt: lots.get(key)?.receivedAt ?? 0, expiresAt });
    }
    return lots;
  }

  /**
   * Why units may not be put down where somebody wants to, the first that is refused; null: they may. A warehouse
   * without zones and bins refuses nothing, and asks for no read.
   */
  async problem(puts: readonly Put[]): Promise<PutRefused | null> {
    const known = await this.#read();
    const judged = puts.filter(
      ({ warehouse, bin }) =>
        bin !== "" &&
        !isStaging(bin) &&
        [...known.zones, ...known.bins].some((one) => one.warehouse === warehouse),
    );
    if (judged.length === 0) return null;
    const categories = await this.#categoriesOf(judged.map(({ sku }) => sku));
    const added: Standing[] = [];
    for (const put of judged) {
      const incoming = incomingOf(put, categories.get(put.sku) ?? "");
      const zones = known.zones.filter((zone) => zone.warehouse === put.warehouse);
      const bin = binOf(known, put.warehouse, put.bin);
      const there = [...(await this.#inBin(put.warehouse, put.bin)), ...added];
      const same = there.filter((one) => one.warehouse === put.warehouse && one.bin === put.bin);
      const why = putProblem(bin, zones, incoming, same);
      if (why !== null) return { put, why, proposed: await this.#proposed(put.warehouse, incoming) };
      const { warehouse, sku, lot, quality, units: quantity } = put;
      added.push({ warehouse, bin: put.bin, sku, lot, quality, quantity });
    }
    return null;
  }

  /** Where goods that wait may be put away, the best bin first. */
  async putAway(
    warehouse: string,
    goods: Omit<Incoming, "category">,
    limit: number,
  ): Promise<readonly { readonly bin: Bin; readonly standing: readonly Standing[] }[]> {
    const categories = await this.#categoriesOf([goods.sku]);
    const incoming = { ...goods, category: categories.get(goods.sku) ?? "" };
    const [bins, zones] = [await this.bins(warehouse), await this.zones(warehouse)];
    const standing = await this.standing(warehouse);
    return putAwayBins([...bins.values()], zones, incoming, standing)
      .filter(({ bin }) => !isStaging(bin))
      .slice(0, limit)
      .map((bin) => ({ bin, standing: standing.filter((one) => one.bin === bin.bin) }));
  }

  /** What stands in a warehouse by the books, without empty cells. */
  async standing(warehouse: string): Promise<readonly Standing[]> {
    const { floor } = await this.#options.counts.standing();
    return floor
      .cells()
      .filter((cell) => cell.warehouse === warehouse)
      .map((cell) => ({ ...cell, quantity: floor.quantity(cell) }))
      .filter(({ quantity }) => quantity !== 0);
  }

  putZone(zone: PlannedZone, who: Who): Promise<void> {
    return this.#put([{ kind: zoneKind, id: placeId(zone.warehouse, zone.zone), body: zone }], who);
  }

  removeZone(warehouse: string, zone: string, who: Who): Promise<void> {
    return this.#put([{ kind: zoneKind, id: placeId(warehouse, zone), body: null }], who);
  }

  putBins(bins: readonly Bin[], who: Who): Promise<void> {
    const writes = bins.map((bin) => ({ kind: binKind, id: placeId(bin.warehouse, bin.bin), body: bin }));
    return this.#put(writes, who);
  }

  removeBin(warehouse: string, bin: string, who: Who): Promise<void> {
    return this.#put([{ kind: binKind, id: placeId(warehouse, bin), body: null }], who);
  }

  /** A lot as somebody entered it, whatever was known of it. */
  setLot(body: LotBody, who: Who): Promise<void> {
    return this.#put([{ kind: lotKind, id: lotId(body.sku, body.lot), body }], who);
  }

  /** What is null in a lot keeps what was known of it. */
  async putLots(lots: readonly LotBody[], who: Who): Promise<void> {
    const known = await this.lotBodies();
    const writes = lots.flatMap((lot) => {
      const before = known.get(pairKey(skuKey(lot.sku), lot.lot));
      const body: LotBody = {
        sku: skuKey(lot.sku),
        lot: lot.lot,
        supplier: lot.supplier === "" ? (before?.supplier ?? "") : lot.supplier,
        receivedAt: before?.receivedAt ?? lot.receivedAt,
        madeAt: lot.madeAt ?? before?.madeAt ?? null,
        expiresAt: lot.expiresAt ?? before?.expiresAt ?? null,
      };
      const same = before !== undefined && JSON.stringify(before) === JSON.stringify(body);
      return same ? [] : [{ kind: lotKind, id: lotId(body.sku, body.lot), body }];
    });
    if (writes.length > 0) await this.#put(writes, who);
  }

  /** Writes over whatever version there is; the last one wins. @throws Busy where somebody is always faster */
  async #put(
    writes: readonly { readonly kind: string; readonly id: string; readonly body: object | null }[],
    { actor, at }: Who,
  ): Promise<void> {
    const { store, shop, batcher } = this.#options;
    let open = writes;
    for (let attempt = 1; open.length > 0; attempt += 1) {
      if (attempt > floorPlanLimits.attemptsMax) throw new Busy(floorPlanLimits.busyRetryMs);
      const versions = new Map<string, number>();
      for (const kind of new Set(open.map((one) => one.kind))) {
        if (open.length === 1) {
          const found = await store.read.document(shop, kind, open[0]?.id ?? "");
          versions.set(pairKey(kind, open[0]?.id ?? ""), found?.version ?? 0);
        } else
          for (const found of await store.read.documents(shop, kind))
            versions.set(pairKey(kind, found.id), found.version);
      }
      const refused: (typeof open)[number][] = [];
      for (let from = 0; from < open.length; from += floorPlanLimits.writesMax) {
        const part = open.slice(from, from + floorPlanLimits.writesMax);
        const commands = part.map(({ kind, id, body }): Command => {
          const version = versions.get(pairKey(kind, id)) ?? 0;
          return { type: "putDocument", actor, at, kind, id, version, body };
        });
        const outcomes = await Promise.all(commands.map((command) => batcher.submit(command)));
        refused.push(...part.filter((_, index) => isConflict(outcomes[index])));
      }
      open = refused;
    }
    this.#known = null;
  }

  #read(): Promise<Known> {
    const { clock } = this.#options;
    const now = clock.now();
    const reading = this.#known ?? this.#load(now);
    this.#known = reading;
    const fresh = reading.then((known) => {
      if (now < known.until) return known;
      // Whoever comes first after it is old reads again, for all.
      if (this.#known === reading) this.#known = this.#load(now);
      return this.#known ?? known;
    });
    reading.catch(() => {
      if (this.#known === reading) this.#known = null;
    });
    return fresh;
  }

  async #load(now: Instant): Promise<Known> {
    const { store, shop } = this.#options;
    const [zones, bins, lots] = await Promise.all([
      store.read.documents(shop, zoneKind),
      store.read.documents(shop, binKind),
      readLots(store.read, shop),
    ]);
    const kept = zones.flatMap(({ body }) => (body === null ? [] : [body as PlannedZone]));
    return {
      zones: kept.toSorted((a, b) => a.route - b.route || compareText(a.zone, b.zone)),
      bins: bins.flatMap(({ body }) => (body === null ? [] : [body as Bin])),
      lots,
      until: now + floorPlanLimits.believedMs,
    };
  }

  /** As they are now: what is known of all goods may be half a minute old, which only a long list has to take. */
  async #categoriesOf(skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { store, shop, counts } = this.#options;
    const wanted = [...new Set(skus)];
    if (wanted.length > floorPlanLimits.skusReadMax) {
      const goods = await counts.goods.all();
      return new Map(wanted.map((sku) => [sku, goods.get(sku)?.category ?? ""]));
    }
    const found = await Promise.all(wanted.map((sku) => store.read.sku(shop, sku)));
    return new Map(wanted.map((sku, index) => [sku, found[index]?.sku.category ?? ""]));
  }

  async #inBin(warehouse: string, bin: string): Promise<readonly Standing[]> {
    const { floor } = await this.#options.counts.standing();
    return floor
      .cells()
      .filter((cell) => cell.warehouse === warehouse && cell.bin === bin)
      .map((cell) => ({ ...cell, quantity: floor.quantity(cell) }));
  }

  async #proposed(warehouse: string, incoming: Incoming): Promise<readonly string[]> {
    const found = await this.putAway(warehouse, incoming, floorPlanLimits.proposedMax);
    return found.map(({ bin }) => bin.bin);
  }
}

function isConflict(outcome: Awaited<ReturnType<Batcher["submit"]>> | undefined): boolean {
  return outcome !== undefined && isRefusal(outcome) && outcome.code === "version_conflict";
}

function incomingOf({ sku, lot, quality, units }: Put, category: string): Incoming {
  return { sku, category, lot, quality, units };
}

function binOf({ bins, zones }: Known, warehouse: string, bin: string): Bin {
  const known = bins.find((one) => one.warehouse === warehouse && one.bin === bin);
  if (known !== undefined) return known;
  return binByName(
    warehouse,
    bin,
    zones.filter((zone) => zone.warehouse === warehouse),
  );
}

/** A bin that nobody entered: it came with goods, and belongs to the zone that its name begins with. */
function binByName(warehouse: string, bin: string, zones: readonly Zone[]): Bin {
  return { warehouse, bin, zone: zoneByName(bin, zones) ?? "", route: 0, active: true, unitsMax: null };
}
