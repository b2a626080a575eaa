import type { Command } from "../command.ts";
import { cellKey, type Cell } from "../floor/shelf.ts";
import type { FloorMovement, FloorReason } from "../floor/movement.ts";
import type { When } from "../floor/when.ts";
import { observeOf } from "../world.testing.ts";
import type { BinClose, CountEntry } from "./entry.ts";

/**
 * A warehouse whose true shelves are known: what happens there, what the phones say of it (with clocks that are
 * wrong and messages that come late), and what the counters truly see.
 */
export const t0 = 1_794_398_400_000;
export const binNames = ["A-01", "A-02", "B-01", "STAGE"] as const;
export const items = [
  { sku: "A", lot: "" },
  { sku: "A", lot: "L1" },
  { sku: "B", lot: "" },
] as const;
const staging = 3;

/** What happens and nobody records: units go missing, or are put into another bin. */
export type Unseen = "lose" | "misplace";

export interface Act {
  readonly kind: "sell" | "pick" | "ship" | "receive" | "move" | Unseen;
  readonly bin: number;
  readonly to: number;
  readonly item: number;
  readonly units: number;
  readonly device: number;
  readonly gapMs: number;
  readonly delayMs: number;
}

export interface CountAct {
  readonly bin: number;
  readonly person: string;
  readonly device: number;
  /** After how many acts of the second half. */
  readonly after: number;
  readonly cellMs: number;
  readonly delayMs: number;
}

export interface Plan {
  /** By bin and item. */
  readonly opening: readonly (readonly number[])[];
  /** What goes missing is planted before anything is counted. */
  readonly before: readonly Act[];
  readonly during: readonly Act[];
  readonly counts: readonly CountAct[];
  readonly devices: readonly { readonly skewMs: number; readonly slackMs: number }[];
}

export interface PlanShape {
  /** What happens unrecorded before anything is counted. */
  readonly unseen: readonly Unseen[];
  /** Everything arrives within seconds and every clock is right, or phones are offline for up to an hour. */
  readonly online: boolean;
  readonly people: readonly string[];
}

/** A whole number from `min` to `max`, both included: chance is the caller's. */
export type Draw = (min: number, max: number) => number;

export function planFrom(draw: Draw, { unseen, online, people }: PlanShape): Plan {
  const delayMs = (): number => draw(200, online ? 5_000 : 3_600_000);
  const usual: readonly Act["kind"][] = ["sell", "pick", "pick", "ship", "receive", "move"];
  const act = (kinds: readonly Act["kind"][]): Act => ({
    kind: kinds[draw(0, kinds.length - 1)] ?? "sell",
    bin: draw(0, 2),
    to: draw(0, 2),
    item: draw(0, items.length - 1),
    units: draw(1, 5),
    device: draw(0, 2),
    gapMs: draw(1_000, 180_000),
    delayMs: delayMs(),
  });
  const device = (): Plan["devices"][number] => {
    if (online) return { skewMs: 0, slackMs: 1_000 };
    const slackMs = draw(0, 60_000);
    return { slackMs, skewMs: draw(-slackMs, slackMs) };
  };
  const many = <Item>(units: number, make: () => Item): Item[] => Array.from({ length: units }, make);
  const count = (person: string, bin: number): CountAct => ({
    bin,
    person,
    device: draw(0, 3),
    after: draw(0, 20),
    cellMs: draw(2_000, 120_000),
    delayMs: delayMs(),
  });
  return {
    opening: many(3, () => many(items.length, () => draw(0, 12))),
    before: many(draw(4, 14), () => act([...usual, ...unseen])),
    during: many(draw(6, 20), () => act(usual)),
    counts: people.flatMap((person) => binNames.map((_, bin) => count(person, bin))),
    devices: many(4, device),
  };
}

/** Something that reaches the server. */
export interface Delivery {
  readonly at: number;
  readonly movement?: FloorMovement;
  readonly entry?: CountEntry;
  readonly close?: BinClose;
  /** When it truly was, on which of the plan's devices, and that one's numbers of it. */
  readonly truly?: {
    readonly from: number;
    readonly to: number;
    readonly device: number | null;
    readonly first: number;
    readonly last: number;
  };
  readonly commands: readonly Command[];
}

export interface History {
  readonly deliveries: readonly Delivery[];
  /** What truly stands in each cell at the end, by `cellKey`. */
  readonly truth: ReadonlyMap<string, number>;
  /** Units that went missing, by SKU. */
  readonly lost: ReadonlyMap<string, number>;
  readonly devices: Plan["devices"];
  readonly openedAt: number;
  readonly endAt: number;
}

export function cellAt(bin: number, item: number): Cell {
  const { sku, lot } = items[item] ?? items[0];
  return { warehouse: "main", bin: binNames[bin] ?? "", sku, lot, quality: "good" };
}

export const allCells: readonly Cell[] = binNames.flatMap((_, bin) =>
  items.map((_item, item) => cellAt(bin, item)),
);

/** Plays a plan: the true shelves move, and the phones report it. */
export function playHistory(plan: Plan): History {
  return new Player(plan).play();
}

class Player {
  readonly #plan: Plan;
  readonly #truth = new Map<string, number>();
  readonly #lost = new Map<string, number>();
  readonly #deliveries: Delivery[] = [];
  readonly #seqs = [0, 0, 0, 0];
  readonly #orders: { id: string; sku: string; units: number; shipped: number; at: number }[] = [];
  #steps: { at: number; run: () => void }[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  play(): History {
    this.#open();
    let now = t0 + 60_000;
    const actAt: number[] = [];
    const { before, during, counts } = this.#plan;
    for (const [index, act] of [...before, ...during].entries()) {
      now += act.gapMs;
      if (index >= before.length) actAt.push(now);
      const at = now;
      this.#steps.push({ at, run: () => this.#act(act, at, index) });
    }
    const openedAt = (actAt[0] ?? now) - 500;
    let endAt = now;
    for (const [index, count] of counts.entries()) {
      const start = (actAt[Math.min(count.after, actAt.length - 1)] ?? now) + 1 + index;
      endAt = Math.max(endAt, this.#count(count, start, index));
    }
    for (const step of this.#steps.toSorted((a, b) => a.at - b.at)) step.run();
    const deliveries = this.#deliveries.toSorted((a, b) => a.at - b.at);
    endAt = Math.max(endAt, deliveries.at(-1)?.at ?? 0);
    const { devices } = this.#plan;
    return { deliveries, truth: this.#truth, lost: this.#lost, devices, openedAt, endAt };
  }

  #open(): void {
    for (const [bin, units] of this.#plan.opening.entries()) {
      for (const [item, quantity] of units.entries()) {
        if (quantity === 0) continue;
        const cell = cellAt(bin, item);
        const commands = [receiveOf(`open-${bin}-${item}`, cell, quantity, t0)];
        this.#move(t0, 0, null, "opening", cell, quantity, null, cell, commands);
      }
    }
  }

  #stands(cell: Cell): number {
    return this.#truth.get(cellKey(cell)) ?? 0;
  }

  #add(cell: Cell, delta: number): void {
    this.#truth.set(cellKey(cell), this.#stands(cell) + delta);
  }

  #act(act: Act, at: number, index: number): void {
    const cell = cellAt(act.bin, act.item);
    const stage = cellAt(staging, act.item);
    const move = (
      reason: FloorReason,
      units: number,
      from: Cell | null,
      to: Cell | null,
      commands: Command[],
    ) => {
      if (units > 0) this.#move(at, act.delayMs, act.device, reason, cell, units, from, to, commands);
    };
    switch (act.kind) {
      case "sell":
        this.#orders.push({ id: `o${index}`, sku: cell.sku, units: act.units, shipped: 0, at });
        this.#deliveries.push({ at: at + act.delayMs, commands: [this.#seen(this.#orders.length - 1, at)] });
        return;
      case "pick":
        return move("pick", Math.min(act.units, this.#stands(cell)), cell, stage, []);
      case "ship": {
        const order = this.#orders.findIndex((one) => one.sku === cell.sku && one.shipped < one.units);
        const known = this.#orders[order];
        if (known === undefined) return;
        const units = Math.min(this.#stands(stage), known.units - known.shipped);
        known.shipped += units;
        return move("ship", units, stage, null, [this.#seen(order, at)]);
      }
      case "receive":
        return move("receive", act.units, null, cell, [receiveOf(`in-${index}`, cell, act.units, at)]);
      case "move": {
        const to = cellAt(act.to, act.item);
        const units = act.to === act.bin ? 0 : Math.min(act.units, this.#stands(cell));
        return move("move", units, cell, to, []);
      }
      case "misplace": {
        const units = Math.min(act.units, this.#stands(cell));
        this.#add(cell, -units);
        this.#add(cellAt(act.to, act.item), units);
        return;
      }
      case "lose": {
        const units = Math.min(act.units, this.#stands(cell));
        this.#add(cell, -units);
        this.#lost.set(cell.sku, (this.#lost.get(cell.sku) ?? 0) + units);
      }
    }
  }

  #seen(index: number, at: number): Command {
    const order = this.#orders[index];
    if (order === undefined) throw new Error("no such order");
    const { id, sku, units, shipped, at: placedAt } = order;
    return observeOf(id, sku, units, { shipped, updatedAt: at, placedAt, at, rank: shipped });
  }

  #move(
    at: number,
    delayMs: number,
    device: number | null,
    reason: FloorReason,
    cell: Cell,
    quantity: number,
    from: Cell | null,
    to: Cell | null,
    commands: readonly Command[],
  ): void {
    if (from !== null) this.#add(from, -quantity);
    if (to !== null) this.#add(to, quantity);
    const clock = this.#clock(device);
    const recordedAt = at + delayMs;
    const movement: FloorMovement = {
      id: `m${this.#deliveries.length}`,
      sku: cell.sku,
      quantity,
      from: from === null ? null : shelfOf(from),
      to: to === null ? null : shelfOf(to),
      reason,
      at: Math.min(at + clock.skewMs, recordedAt),
      atUncertaintyMs: clock.slackMs,
      recordedAt,
      actor: `picker${device}`,
      device: device === null ? null : `phone${device}`,
      deviceSeq: this.#next(device),
      doc: null,
    };
    const { deviceSeq: last } = movement;
    const truly = { from: at, to: at, device, first: last, last };
    this.#deliveries.push({ at: recordedAt, movement, truly, commands });
  }

  #clock(device: number | null): { skewMs: number; slackMs: number } {
    return device === null
      ? { skewMs: 0, slackMs: 0 }
      : (this.#plan.devices[device] ?? { skewMs: 0, slackMs: 0 });
  }

  #next(device: number | null): number {
    if (device === null) return 0;
    const next = (this.#seqs[device] ?? 0) + 1;
    this.#seqs[device] = next;
    return next;
  }

  /** One person goes through a bin, product by product, and closes it. Returns when they are done. */
  #count(count: CountAct, start: number, index: number): number {
    const { device, cellMs, person, delayMs } = count;
    const first = new Map<string, number>();
    const begin = (what: string): void => void first.set(what, (this.#seqs[device] ?? 0) + 1);
    const span = (what: string, from: number, to: number): When => {
      const { skewMs, slackMs } = this.#clock(device);
      const last = this.#next(device);
      const at = to + delayMs;
      return {
        from: Math.min(from + skewMs - slackMs, at),
        to: Math.min(to + skewMs + slackMs, at),
        device: `phone${device}`,
        first: first.get(what) ?? last,
        last,
      };
    };
    this.#steps.push({ at: start, run: () => begin("bin") });
    for (const [item] of items.entries()) {
      const from = start + item * cellMs;
      const to = from + cellMs - 1;
      let seen = 0;
      const cell = cellAt(count.bin, item);
      this.#steps.push({ at: from, run: () => begin("cell") });
      this.#steps.push({ at: from + Math.trunc(cellMs / 2), run: () => void (seen = this.#stands(cell)) });
      this.#steps.push({
        at: to,
        run: () => {
          const when = span("cell", from, to);
          // Who sees nothing enters nothing: closing the bin says so.
          if (seen === 0) return;
          const id = `e${index}-${item}`;
          const recordedAt = to + delayMs;
          const entry: CountEntry = { id, cell, quantity: seen, by: person, when, recordedAt, mode: "first" };
          const truly = { from, to, device, first: when.first, last: when.last };
          this.#deliveries.push({ at: recordedAt, entry, truly, commands: [] });
        },
      });
    }
    const end = start + items.length * cellMs;
    this.#steps.push({
      at: end,
      run: () => {
        const when = span("bin", start, end);
        const recordedAt = end + delayMs;
        const bin = binNames[count.bin] ?? "";
        const close: BinClose = { warehouse: "main", bin, by: person, when, recordedAt };
        const truly = { from: start, to: end, device, first: when.first, last: when.last };
        this.#deliveries.push({ at: recordedAt, close, truly, commands: [] });
      },
    });
    return end;
  }
}

function shelfOf({ warehouse, bin, lot, quality }: Cell) {
  return { warehouse, bin, lot, quality };
}

function receiveOf(key: string, cell: Cell, quantity: number, at: number): Command {
  return {
    type: "receive",
    key,
    opening: false,
    warehouse: "main",
    lines: [{ sku: cell.sku, quantity }],
    actor: "test",
    at,
  };
}
