import { effectsOf } from "../floor/movement.ts";
import { cellKey } from "../floor/shelf.ts";
import { compareText } from "../text.ts";
import { Books } from "./books.testing.ts";
import { planFrom, playHistory, type Draw, type History } from "./history.testing.ts";

/**
 * The same histories, counted in the ways that other systems do. Each gets the same true counts, each hears of
 * a bin as soon as its counter is done and the phone has sent it, and each is approved ten minutes later.
 */
export const methods = ["overwrite", "variance at submit", "variance at opening", "zaiku"] as const;
export type Method = (typeof methods)[number];

export const methodNotes: Readonly<Record<Method, string>> = {
  overwrite: "once approved, the books are set to what was counted",
  "variance at submit": "counted − books when it arrives, booked once approved",
  "variance at opening": "counted − books when the sheet was opened",
  zaiku: "counted − what stood there at that time",
};

export interface Result {
  /** Cells whose books differ from the shelf at the end. */
  readonly wrongCells: number;
  /** Units by which they differ, without sign. */
  readonly wrongUnits: number;
  /** Units that were booked as gains or losses and are neither. */
  readonly falseUnits: number;
}

/** How long an approver takes, in milliseconds. */
const approveMs = 600_000;

/** Counts a history by another system's method. */
export function countByPeer(method: Exclude<Method, "zaiku">, history: History): Result {
  const books = new Map<string, number>();
  const atOpening = new Map<string, number>();
  let falseUnits = 0;
  const waiting: { at: number; key: string; counted: number; variance: number }[] = [];
  const book = (key: string, delta: number): void => void books.set(key, (books.get(key) ?? 0) + delta);
  const adjust = (key: string, delta: number): void => {
    book(key, delta);
    falseUnits += Math.abs(delta);
  };
  const settle = (until: number): void => {
    for (const one of waiting.splice(0)) {
      if (one.at > until) waiting.push(one);
      else adjust(one.key, method === "overwrite" ? one.counted - (books.get(one.key) ?? 0) : one.variance);
    }
  };
  let opened = false;
  const entered = new Map<string, number>();
  for (const delivery of history.deliveries) {
    settle(delivery.at);
    if (!opened && delivery.at >= history.openedAt) {
      opened = true;
      for (const [key, quantity] of books) atOpening.set(key, quantity);
    }
    const { movement, entry, close } = delivery;
    if (movement !== undefined) for (const { cell, delta } of effectsOf(movement)) book(cellKey(cell), delta);
    if (entry !== undefined) entered.set(cellKey(entry.cell), entry.quantity);
    if (close === undefined) continue;
    for (const key of keysOf(close.bin, history, books)) {
      const counted = entered.get(key) ?? 0;
      const expected = method === "variance at opening" ? atOpening : books;
      const variance = counted - (expected.get(key) ?? 0);
      waiting.push({ at: delivery.at + approveMs, key, counted, variance });
    }
  }
  settle(Number.MAX_SAFE_INTEGER);
  const lost = [...history.lost.values()].reduce((sum, units) => sum + units, 0);
  return { ...compare(books, history), falseUnits: Math.max(0, falseUnits - lost) };
}

function keysOf(bin: string, { truth }: History, books: ReadonlyMap<string, number>): readonly string[] {
  const keys = new Set([...truth.keys(), ...books.keys()]);
  return [...keys].filter((key) => key.split("\u0000")[1] === bin).toSorted(compareText);
}

function compare(books: ReadonlyMap<string, number>, { truth }: History) {
  let wrongCells = 0;
  let wrongUnits = 0;
  for (const key of new Set([...truth.keys(), ...books.keys()])) {
    const off = Math.abs((books.get(key) ?? 0) - (truth.get(key) ?? 0));
    wrongUnits += off;
    if (off > 0) wrongCells += 1;
  }
  return { wrongCells, wrongUnits };
}

/** Counts a history as the product does. `recounted`: looks that people were asked to take again. */
export function countByZaiku(history: History): Result & { readonly recounted: number } {
  const books = new Books(history.openedAt, { units: 1_000_000, percent: null, valueMinor: null });
  for (const delivery of history.deliveries) {
    books.deliver(delivery);
    books.approve(delivery.at);
  }
  books.finish(history);
  const { books: own, shelf } = books.compare(history.truth);
  const off = own.map((quantity, index) => Math.abs(quantity - (shelf[index] ?? 0)));
  const lost = [...history.lost.values()].reduce((sum, units) => sum + units, 0);
  const booked = books.floor.allCorrections().reduce((sum, { correction }) => sum + Math.abs(correction), 0);
  return {
    wrongCells: off.filter((units) => units > 0).length,
    wrongUnits: off.reduce((sum, units) => sum + units, 0),
    falseUnits: Math.max(0, booked - lost),
    recounted: books.recounted,
  };
}

export interface PeerRow {
  readonly method: Method;
  readonly online: boolean;
  readonly histories: number;
  /** Histories at whose end some cell's books are wrong. */
  readonly wrong: number;
  readonly wrongUnits: number;
  readonly falseUnits: number;
  /** Cells looked at a second time, of all that were counted. */
  readonly recounted: number;
}

export const peerSeed = 20_261_111;

/** Runs every method over the same histories. The same seed is the same table. */
export function comparePeers(histories: number): readonly PeerRow[] {
  return [true, false].flatMap((online) => {
    const draw = drawFrom(peerSeed);
    const shape = { unseen: ["lose", "lose"] as const, online, people: ["p"] };
    const played = Array.from({ length: histories }, () => playHistory(planFrom(draw, shape)));
    return methods.map((method): PeerRow => {
      let wrong = 0;
      let wrongUnits = 0;
      let falseUnits = 0;
      let recounted = 0;
      for (const history of played) {
        const result =
          method === "zaiku" ? countByZaiku(history) : { ...countByPeer(method, history), recounted: 0 };
        if (result.wrongCells > 0) wrong += 1;
        wrongUnits += result.wrongUnits;
        falseUnits += result.falseUnits;
        recounted += result.recounted;
      }
      return { method, online, histories, wrong, wrongUnits, falseUnits, recounted };
    });
  });
}

/** The table as it stands in docs/counting.md. */
export function peerTable(rows: readonly PeerRow[]): string {
  const head = [
    "| how a count is booked | phones | histories that end wrong | units wrong at the end | units booked as lost or found that were neither, at least | cells counted once more |",
    "|---|---|---|---|---|---|",
  ];
  const body = rows.map(
    ({ method, online, histories, wrong, wrongUnits, falseUnits, recounted }) =>
      `| ${method}: ${methodNotes[method]} | ${online ? "online" : "offline"} | ${wrong} of ${histories} | ${wrongUnits} | ${falseUnits} | ${recounted} of ${histories * 12} |`,
  );
  return [...head, ...body].join("\n");
}

/** The same seed draws the same numbers (mulberry32). */
function drawFrom(seed: number): Draw {
  let state = seed;
  return (min, max) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return min + (((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1));
  };
}
