import assert from "node:assert/strict";
import { FakeClock } from "../support/fake-clock.ts";
import type { Observe } from "../../src/domain/command.ts";
import { binNames, items, t0, type Delivery, type History } from "../../src/domain/count/history.testing.ts";
import type { CountLine } from "../../src/domain/count/line.ts";
import type { Tolerance } from "../../src/domain/count/tolerance.ts";
import type { ClockSample } from "../../src/domain/floor/clock.ts";
import type { FloorMovement } from "../../src/domain/floor/movement.ts";
import { cellKey, type Cell } from "../../src/domain/floor/shelf.ts";
import type { WaveMove } from "../../src/domain/outbound/wave.ts";
import { isRefusal } from "../../src/domain/outcome.ts";
import { stagingPrefix } from "../../src/domain/place.ts";
import type { Placement } from "../../src/domain/rows.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { verify } from "../../src/store/verify.ts";
import { bookMoves } from "../../src/engine/outbound/booking.ts";
import { openShop, Shops, type OpenShop } from "../../src/engine/shops.ts";
import { countPolicyDefault, countPolicyId, countPolicyKind } from "../../src/engine/counts/policy.ts";
import { lineId, type EntryRequest } from "../../src/engine/counts/counts.ts";
import { toldBefore } from "../../src/engine/counts/late.ts";
import { movedOf, type Device, type Said } from "../../src/engine/counts/times.ts";

/**
 * A shop that runs as it does behind the server, over the store in memory, and is told a history of which the true
 * shelves are known. Phones speak with their own clocks, that are off by any amount; what is known of them is one
 * question to the server.
 */

const log = { info: () => {}, warn: () => {}, error: () => {} };
const shopId = 1;
const boss = "boss";
const wave = "W1";
const price = 100;
/** How far phones' clocks are off, by phone: more than a day, a little, not at all, hours behind. */
const offsetsMs = [100_000_000, -7_000, 0, -10_800_000] as const;

/** Where the history's staging bin stands: the shop knows it by its name. */
export function cellIn(cell: Cell): Cell {
  return cell.bin === "STAGE" ? { ...cell, bin: stagingPrefix } : cell;
}

interface Parcel {
  readonly command: Observe;
  readonly movement: FloorMovement;
}

export class ShopBooks {
  readonly clock = new FakeClock(t0 - 3_600_000);
  readonly store = new MemoryStore();
  /** Lines that were approved while goods were moving, and looks that were asked for again. */
  settledMeanwhile = 0;
  recounted = 0;
  readonly #history: History;
  readonly #tolerance: Tolerance;
  readonly #moves: WaveMove[] = [];
  readonly #booked = new Set<number>();
  readonly #parcels: Parcel[] = [];
  readonly #told = new Set<string>();
  /** Units sent so far, by order. */
  readonly #sent = new Map<string, number>();
  #shops: Shops | null = null;
  #sheet = "";

  constructor(history: History, tolerance: Tolerance) {
    this.#history = history;
    this.#tolerance = tolerance;
  }

  get #shop(): OpenShop {
    const shop = this.#shops?.get(shopId);
    assert(shop !== undefined, "the shop is open");
    return shop;
  }

  /** Tells the shop everything in the order in which it is heard of, approves every so often, and settles the rest. */
  async run(approveEvery: number): Promise<void> {
    const { clock, store } = this;
    await openShop(store, clock);
    this.#shops = new Shops({ store, clock, log });
    await this.#shops.open(shopId);
    await this.#setUp();
    const { deliveries, openedAt } = this.#history;
    let isOpen = false;
    for (const [index, delivery] of deliveries.entries()) {
      if (!isOpen && delivery.at >= openedAt) {
        await this.#open(openedAt);
        isOpen = true;
      }
      await this.#deliver(delivery);
      // Phones send again what they got no answer for.
      if (index % 3 === 0) await this.#deliver(delivery);
      if (isOpen && index % approveEvery === 0) this.settledMeanwhile += await this.#approve();
    }
    if (!isOpen) await this.#open(openedAt);
    await this.#finish();
  }

  async close(): Promise<void> {
    await this.#shops?.close();
  }

  async #setUp(): Promise<void> {
    const by = { actor: boss, at: this.clock.now() };
    const { batcher } = this.#shop;
    const skus = [...new Set(items.map(({ sku }) => sku))];
    const body = { ...countPolicyDefault, picks: { main: "scanned" }, tolerance: this.#tolerance };
    for (const command of [
      { type: "putWarehouse", warehouse: "main", name: "Main", ...by },
      { type: "putChannel", channel: { channel: "douyin" }, ...by },
      { type: "putSkus", items: skus.map((code) => ({ code, price })), ...by },
      { type: "putDocument", kind: countPolicyKind, id: countPolicyId, version: 0, body, ...by },
    ] as const)
      assert(!isRefusal(await batcher.submit(command)), JSON.stringify(command));
  }

  /** Goes on to a moment; never back, for nothing is heard of before what was heard of already. */
  #at(at: number): void {
    this.clock.jump(Math.max(0, at - this.clock.now()));
  }

  get #boss() {
    return { actor: boss, at: this.clock.now() };
  }

  async #open(at: number, cells: readonly Cell[] | null = null): Promise<void> {
    this.#at(at);
    const bins = cells === null ? binNames.map((bin) => cellIn({ bin } as Cell).bin) : undefined;
    const skus = cells === null ? undefined : [...new Set(cells.map(({ sku }) => sku))];
    const what = cells === null ? { kind: "full" as const, bins } : { kind: "spot" as const, skus };
    const asked = { ...what, warehouse: "main", blind: true, tolerance: null, purpose: "", anyway: true };
    const opened = await this.#shop.counts.open(asked, this.#boss);
    assert(opened.ok, JSON.stringify(opened));
    this.#sheet = opened.state.spec.sheet;
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#at(delivery.at);
    if (delivery.movement !== undefined) await this.#hear(delivery.movement, delivery);
    else if (delivery.entry !== undefined || delivery.close !== undefined) await this.#count(delivery);
    else for (const command of delivery.commands) await this.#shop.batcher.submit(command);
    await this.#book();
  }

  async #hear(movement: FloorMovement, { commands, truly }: Delivery): Promise<void> {
    const { id, sku, quantity, from, to, reason } = movement;
    if (this.#told.has(id)) return;
    this.#told.add(id);
    assert(truly !== undefined, "a movement has a true time");
    if (from === null && to !== null) {
      // It is signed at a desk whose clock is right, and heard of late.
      const { bin, lot } = cellIn({ ...to, sku });
      const key = { type: "receive", key: id, opening: reason === "opening", warehouse: "main" } as const;
      const lines = [{ sku, quantity, bin, lot }];
      await this.#shop.batcher.submit({ ...key, lines, actor: boss, at: truly.from });
    } else if (from !== null && to !== null) {
      const moment = movedOf(...this.#said(truly), this.clock.now());
      const shelves = { from: shelfIn(from), to: shelfIn(to) };
      this.#moves.push({ ...moment, ...shelves, sku, units: quantity, by: movement.actor });
    } else if (from !== null) {
      const [command] = commands;
      assert(command?.type === "observe", "a parcel is told by its platform");
      this.#parcels.push({ command, movement: { ...movement, from: shelfIn(from), at: truly.from } });
    }
  }

  /** What a phone says of a time, with its own clock, and what is known of that clock. */
  #said(truly: NonNullable<Delivery["truly"]>): readonly [Said, Device] {
    const { from, to, device, first, last } = truly;
    if (device === null)
      return [
        { from, to, first: null, last: null },
        { device: null, samples: [] },
      ];
    const offset = offsetsMs[device] ?? 0;
    const { skewMs, slackMs } = this.#history.devices[device] ?? { skewMs: 0, slackMs: 0 };
    const sample: ClockSample = {
      deviceSentAt: t0 + offset - (slackMs + skewMs),
      deviceReceivedAt: t0 + offset + (slackMs - skewMs),
      serverAt: t0,
    };
    const said = { from: from + offset, to: to + offset, first, last };
    return [said, { device: `phone${device}`, samples: [sample] }];
  }

  /** Tells the books what was carried and sent, in its order, as far as they take it. */
  async #book(): Promise<void> {
    const { batcher, counts } = this.#shop;
    const told = (movement: FloorMovement) => toldBefore(counts, movement);
    await bookMoves({ wave, moves: this.#moves }, this.#booked, batcher, { told, at: this.clock.now() });
    const waits = new Set<string>();
    for (const parcel of this.#parcels.slice()) {
      const { command, movement } = parcel;
      // Of one order and of one lot one parcel after the other.
      const { from, sku, quantity } = movement;
      assert(from !== null, "a parcel leaves a shelf");
      const cell = cellKey({ ...from, sku });
      const first = waits.has(command.orderId) || waits.has(cell) ? null : await told(movement);
      const gained = (first ?? []).reduce((sum, one) => sum + one.quantity, 0);
      if (first === null || this.#placed({ ...from, sku }) + gained < quantity) {
        waits.add(command.orderId).add(cell);
        continue;
      }
      const picked = [{ lineId: "1", sku, bin: from.bin, lot: from.lot, units: quantity }];
      // Totals in the order in which parcels are heard of, as a wave adds them up.
      const shipped = (this.#sent.get(command.orderId) ?? 0) + quantity;
      this.#sent.set(command.orderId, shipped);
      const lines = command.lines.map((line) => ({ ...line, shipped }));
      await batcher.submitAll([...first, { ...command, lines, picked, at: this.clock.now() }]);
      this.#parcels.splice(this.#parcels.indexOf(parcel), 1);
    }
  }

  async #count({ entry, close, truly }: Delivery): Promise<void> {
    assert(truly !== undefined, "a count has a true time");
    const { counts } = this.#shop;
    const [said, device] = this.#said(truly);
    const who = { actor: entry?.by ?? close?.by ?? "", at: this.clock.now() };
    if (entry !== undefined) await this.#enter({ ...entry, cell: cellIn(entry.cell) }, said, device, who);
    if (close === undefined) return;
    const { bin } = cellIn({ bin: close.bin } as Cell);
    const closed = await counts.closeBins(this.#sheet, [{ ...said, bin }], device, who);
    assert(closed.ok && closed.results.every(({ result }) => result !== "refused"), JSON.stringify(closed));
  }

  async #enter(
    entry: { readonly id: string; readonly cell: Cell; readonly quantity: number },
    said: Said,
    device: Device,
    who: { readonly actor: string; readonly at: number },
  ): Promise<void> {
    const { id, cell, quantity } = entry;
    const { bin, sku, lot, quality } = cell;
    const request: EntryRequest = {
      ...said,
      id,
      bin,
      sku,
      lot,
      quality,
      quantity,
      mode: "first",
      queued: true,
    };
    const entered = await this.#shop.counts.enter(this.#sheet, [request], device, who);
    assert(
      entered.ok && entered.results.every(({ result }) => result !== "refused"),
      JSON.stringify(entered),
    );
  }

  async #lines(): Promise<readonly CountLine[]> {
    const { counts } = this.#shop;
    const sheet = await counts.get(this.#sheet);
    assert(sheet !== null, "the sheet is open");
    return (await counts.judge(sheet)).lines;
  }

  /** Somebody in charge approves whatever is settled by now. */
  async #approve(): Promise<number> {
    const approvals = (await this.#lines()).flatMap((line) =>
      line.status === "approved" || line.settled === null
        ? []
        : [{ key: lineId(line), variance: line.settled.variance, reason: "unknown" as const }],
    );
    if (approvals.length === 0) return 0;
    const signer = { by: boss, role: "owner" };
    const approved = await this.#shop.counts.approve(this.#sheet, approvals, signer, this.#boss);
    assert(approved.ok, JSON.stringify(approved));
    await this.#book();
    return approvals.length;
  }

  /** The yard is quiet: whatever still needs a look gets one, by people who see the true shelf. */
  async #finish(): Promise<void> {
    this.#at(this.#history.endAt + 3_600_000);
    this.settledMeanwhile += await this.#approve();
    for (let round = 1; round <= 3; round += 1) {
      for (const line of (await this.#lines()).filter(({ settled }) => settled === null))
        await this.#look(line.cell, `late${round}`);
      await this.#approve();
    }
    await this.#closeSheet();
    const doubtful = (await this.#shop.counts.standing()).floor.doubtful().map(({ cell }) => cell);
    const stuck = this.#moves.flatMap(({ from, to, sku }, index) =>
      this.#booked.has(index) ? [] : [from, to].map((shelf) => ({ ...shelf, sku })),
    );
    const again = [...doubtful, ...stuck];
    if (again.length === 0) return;
    // Movements that came after an approval lay in its time: these products are asked for once more.
    await this.#open(this.clock.now() + 60_000, again);
    for (const person of ["late4", "late5"])
      for (const line of await this.#lines()) await this.#look(line.cell, person);
    await this.#approve();
    await this.#closeSheet();
  }

  async #look(cell: Cell, actor: string): Promise<void> {
    this.#at(this.clock.now() + 60_000);
    this.recounted += 1;
    const quantity = this.truth(cell);
    const id = `${this.#sheet}-${actor}-${cellKey(cell)}`;
    const now = { from: null, to: null, first: null, last: null };
    const who = { actor, at: this.clock.now() };
    await this.#enter({ id, cell, quantity }, now, { device: null, samples: [] }, who);
  }

  async #closeSheet(): Promise<void> {
    const { counts } = this.#shop;
    const closed = await counts.close(this.#sheet, this.#boss);
    assert(closed.ok, JSON.stringify(closed));
    await this.#book();
    await counts.postLate();
    await this.#book();
    await counts.postLate();
  }

  /** What truly stands in a cell of the shop. */
  truth(cell: Cell): number {
    const bin = cell.bin === stagingPrefix ? "STAGE" : cell.bin;
    return this.#history.truth.get(cellKey({ ...cell, bin })) ?? 0;
  }

  #placed(cell: Cell): number {
    const of = this.placements().find((one) => cellKey(one) === cellKey(cell));
    return of?.quantity ?? 0;
  }

  /** What the books say stands where. */
  placements(): readonly Placement[] {
    return [...this.store.state(shopId).placements.values()].flat();
  }

  /** Units of a SKU that counts have found, less what they have lost; by what the journal says. */
  found(sku: string): number {
    let units = 0;
    for (const entry of this.store.state(shopId).journal) {
      if (entry.sku !== sku) continue;
      if (entry.reason === "count_gain") units += entry.quantity;
      if (entry.reason === "count_loss") units -= entry.quantity;
    }
    return units;
  }

  /** What waits for ever: nothing, in the end. */
  waiting(): { readonly moves: number; readonly parcels: number } {
    return { moves: this.#moves.length - this.#booked.size, parcels: this.#parcels.length };
  }

  async difference(): Promise<unknown> {
    return (await verify(this.store, shopId)).difference;
  }
}

function shelfIn(shelf: Omit<Cell, "sku">): Omit<Cell, "sku"> {
  const { sku: _, ...rest } = cellIn({ ...shelf, sku: "" });
  return rest;
}
