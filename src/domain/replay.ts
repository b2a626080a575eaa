import { backlogPlaces, insidePlaces, outsidePlaces, qualityOf, type Place } from "./place.ts";
import { coveredUnits, backlogOf, effectOf } from "./order.ts";
import { packEntries } from "./packed.ts";
import type { Entry, Line, Placement, Stock } from "./rows.ts";
import { pairKey } from "./text.ts";

/**
 * `verify`: everything that the books say is computed again from the journal and compared. It names the
 * first difference. Memory grows with SKUs and shelves, not with the journal.
 */

export interface Difference {
  /** The number of the invariant in docs/spec.md. */
  readonly invariant: number;
  readonly message: string;
}

/**
 * The text that a batch's hash is of. The hash before it is part of it: an edited history breaks the chain.
 * @param packed its movements, as `packEntries` writes them
 */
export function batchText(previousHash: string, at: number, firstSeq: number, packed: string): string {
  return `${previousHash}\n${firstSeq}\n${at}\n${packed}`;
}

const keptPlaces = [...insidePlaces, ...outsidePlaces, ...backlogPlaces] as const;
type Balances = Record<(typeof keptPlaces)[number], number>;

export class Audit {
  entries = 0;
  batches = 0;
  readonly #balances = new Map<string, Balances>();
  readonly #shelves = new Map<string, number>();
  readonly #quality = new Map<string, { good: number; bad: number }>();
  readonly #lines = new Map<string, Record<"held" | "committed" | "shortage" | "presale", number>>();
  #seq = 0;
  #hash: string;
  #difference: Difference | null = null;

  constructor(genesisHash: string) {
    this.#hash = genesisHash;
  }

  get difference(): Difference | null {
    return this.#difference;
  }

  /** The next batch, in order. `hashOf` hashes a text as the store does. */
  addBatch(
    batch: { firstSeq: number; lastSeq: number; hash: string; entries: readonly Entry[] },
    hashOf: (text: string) => string,
    at: number,
  ): void {
    const { firstSeq, lastSeq, entries } = batch;
    if (firstSeq !== this.#seq + 1) this.#report(3, `the journal jumps from ${this.#seq} to ${firstSeq}`);
    if (lastSeq !== firstSeq + entries.length - 1)
      this.#report(3, `batch ${firstSeq}–${lastSeq} has ${entries.length} movements`);
    const computed = hashOf(batchText(this.#hash, at, firstSeq, packEntries(entries)));
    if (computed !== batch.hash)
      this.#report(
        7,
        `batch ${firstSeq}–${lastSeq} does not have the hash that was written: its history was edited`,
      );
    this.#hash = batch.hash;
    let seq = firstSeq;
    for (const entry of entries) this.#addEntry(entry, seq++);
    this.#seq = lastSeq;
    this.entries += entries.length;
    this.batches += 1;
  }

  #addEntry(entry: Entry, seq: number): void {
    const key = pairKey(entry.sku, entry.warehouse);
    let balances = this.#balances.get(key);
    if (balances === undefined) {
      balances = Object.fromEntries(keptPlaces.map((place) => [place, 0])) as Balances;
      this.#balances.set(key, balances);
    }
    addTo(balances, entry.from, -entry.quantity);
    addTo(balances, entry.to, entry.quantity);
    for (const place of insidePlaces) {
      if (balances[place] < 0)
        this.#report(
          2,
          `movement ${seq} leaves ${place} of ${entry.sku} in ${entry.warehouse} at ${balances[place]}`,
        );
    }
    this.#shelve(entry, entry.from, entry.fromBin, -entry.quantity);
    this.#shelve(entry, entry.to, entry.toBin, entry.quantity);
  }

  #shelve(entry: Entry, place: Place, bin: string | null, units: number): void {
    const quality = qualityOf(place);
    if (quality === null || bin === null) return;
    const key = shelfKey({ sku: entry.sku, warehouse: entry.warehouse, bin, lot: entry.lot ?? "", quality });
    this.#shelves.set(key, (this.#shelves.get(key) ?? 0) + units);
  }

  addLine(line: Line): void {
    const effect = effectOf(line);
    const backlog = backlogOf(line);
    const sums = this.#lines.get(line.sku) ?? { held: 0, committed: 0, shortage: 0, presale: 0 };
    sums[effect.place] += coveredUnits(line);
    sums.shortage += backlog.shortage;
    sums.presale += backlog.presale;
    this.#lines.set(line.sku, sums);
    if (coveredUnits(line) > effect.want || line.gone > effect.shipped) {
      this.#report(
        1,
        `line ${line.lineId} of order ${line.orderId} on ${line.channel} has more units than its facts say`,
      );
    }
  }

  /** The stock rows, all of them. Call after the batches, the lines and the shelves. */
  addStock(stock: Stock): void {
    const key = pairKey(stock.sku, stock.warehouse);
    const computed = this.#balances.get(key);
    for (const place of keptPlaces) {
      const want = computed?.[place] ?? 0;
      if (stock[place] !== want) {
        this.#report(
          1,
          `${place} of ${stock.sku} in ${stock.warehouse}: the books say ${stock[place]}, the journal ${want}`,
        );
      }
    }
    this.#balances.delete(key);
    const lines = this.#lines.get(stock.sku) ?? { held: 0, committed: 0, shortage: 0, presale: 0 };
    for (const place of ["held", "committed", "shortage", "presale"] as const) lines[place] -= stock[place];
    this.#lines.set(stock.sku, lines);
    this.#sumOfShelves(stock);
  }

  /** The shelves, all of them. Call after the batches, before the stock rows. */
  addPlacement(placement: Placement): void {
    const key = shelfKey(placement);
    const want = this.#shelves.get(key) ?? 0;
    if (placement.quantity !== want) {
      this.#report(
        6,
        `shelf ${placement.bin || "(none)"} of ${placement.sku}: the books say ${placement.quantity}, the journal ${want}`,
      );
    }
    this.#shelves.delete(key);
    const sums = this.#quality.get(pairKey(placement.sku, placement.warehouse)) ?? { good: 0, bad: 0 };
    sums[placement.quality] += placement.quantity;
    this.#quality.set(pairKey(placement.sku, placement.warehouse), sums);
  }

  #sumOfShelves(stock: Stock): void {
    const sums = this.#quality.get(pairKey(stock.sku, stock.warehouse)) ?? { good: 0, bad: 0 };
    const good = stock.available + stock.held + stock.committed;
    if (sums.good !== good)
      this.#report(6, `shelves of ${stock.sku} hold ${sums.good} good units, the books ${good}`);
    if (sums.bad !== stock.quarantine)
      this.#report(6, `shelves of ${stock.sku} hold ${sums.bad} bad units, the books ${stock.quarantine}`);
  }

  /** After everything was added: what is left over on one side. */
  finish(head: { seq: number; hash: string }): Difference | null {
    if (this.#seq !== head.seq)
      this.#report(3, `the journal ends at ${this.#seq}, the shop's head says ${head.seq}`);
    else if (this.#hash !== head.hash)
      this.#report(7, "the last batch's hash is not the one in the shop's head");
    for (const [key, balances] of this.#balances) {
      if (Object.values(balances).some((units) => units !== 0))
        this.#report(1, `${key.replace("\u0000", " in ")} is in the journal and not in the books`);
    }
    for (const [key, units] of this.#shelves) {
      if (units !== 0)
        this.#report(
          6,
          `shelf ${key.replaceAll("\u0000", " ")} is in the journal with ${units} and not in the books`,
        );
    }
    for (const [sku, sums] of this.#lines) {
      for (const place of ["held", "committed", "shortage", "presale"] as const) {
        if (sums[place] !== 0)
          this.#report(1, `${place} of ${sku}: its order lines and its balance differ by ${sums[place]}`);
      }
    }
    return this.#difference;
  }

  #report(invariant: number, message: string): void {
    this.#difference ??= { invariant, message };
  }
}

function addTo(balances: Balances, place: Place, units: number): void {
  if (place !== "demand") balances[place] += units;
}

export function shelfKey(shelf: Omit<Placement, "quantity">): string {
  return [shelf.sku, shelf.warehouse, shelf.bin, shelf.lot, shelf.quality].join("\u0000");
}
