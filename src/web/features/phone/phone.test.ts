import assert from "node:assert/strict";
import { test } from "node:test";
import type { CounterSheet } from "../../../api/counts.ts";
import type { CountRecord, NewRecord } from "../../offline/records.ts";
import { act, beforeOf, closedBins, doneOf, multiplied, noDraft, type Act, type Draft } from "./counting.ts";
import { CodeBook } from "./judge.ts";
import { Wedge, wedgeLimits } from "./wedge.ts";

const scarf = { sku: "WJ-708", code: "WJ-708", name: "羊毛围巾", barcodes: ["6901234567892"] };
const cup = { sku: "CUP", code: "cup", name: "杯子", barcodes: ["4006381333931"] };
const owner = { person: "p", sheet: "s" };

class Counter {
  draft: Draft = noDraft;
  records: NewRecord[] = [];
  #number = 0;
  do(...acts: readonly Act[]): this {
    for (const what of acts) {
      this.#number += 1;
      const moment = { at: 1_000 * this.#number, number: this.#number };
      const step = act(this.draft, what, moment, owner);
      this.draft = step.draft ?? noDraft;
      this.records.push(...step.records);
    }
    return this;
  }
  get quantities() {
    return this.records.map((one) =>
      one.kind === "entry"
        ? [one.entry.sku, one.entry.quantity, one.entry.mode, one.entry.quality]
        : one.kind === "close"
          ? one.close.bin
          : one.kind,
    );
  }
}
const nothing = { quantity: null, again: false };
const scan = (good: typeof scarf, before: { quantity: number | null; again: boolean } = nothing): Act => ({
  kind: "scan",
  good,
  lot: null,
  before,
  newId: "id",
});

test("a bin is opened, scans add up, another product keeps the first, closing keeps the last", () => {
  const counter = new Counter().do(
    { kind: "open", bin: "A-01" },
    scan(scarf),
    scan(scarf),
    scan(scarf),
    scan(cup),
  );
  assert.deepEqual(counter.quantities, [["WJ-708", 3, "first", "good"]]);
  counter.do({ kind: "total", total: 24 }, { kind: "step", by: -1 }, { kind: "close", newId: "c" });
  assert.deepEqual(counter.quantities.slice(1), [["CUP", 23, "first", "good"], "A-01"]);
  const [first, , close] = counter.records;
  assert(first?.kind === "entry" && close?.kind === "close");
  assert.deepEqual([first.entry.first, first.entry.last], [2, 4]);
  assert.deepEqual([close.close.first, close.close.last], [1, 8]);
  assert.deepEqual(counter.draft, noDraft);
});

test("what was counted before is gone on from: more is added, fewer corrects the whole, as before is nothing", () => {
  const before = { quantity: 10, again: false };
  const open: Act = { kind: "open", bin: "A-01" };
  const keep: Act = { kind: "keep", newId: "id" };
  const more = new Counter().do(open, scan(scarf, before), scan(scarf, before), keep);
  assert.deepEqual(more.quantities, [["WJ-708", 2, "add", "good"]]);
  const fewer = new Counter().do(open, scan(scarf, before), { kind: "total", total: 7 }, keep);
  assert.deepEqual(fewer.quantities, [["WJ-708", 7, "replace", "good"]]);
  assert.deepEqual(new Counter().do(open, scan(scarf, before), { kind: "step", by: -1 }, keep).records, []);
  const again = new Counter().do(open, scan(scarf, { quantity: 10, again: true }), keep);
  assert.deepEqual(again.quantities, [["WJ-708", 1, "replace", "good"]]);
  const recount = new Counter().do(open, scan(scarf, before), { kind: "recount" }, scan(scarf), keep);
  assert.deepEqual(recount.quantities, [["WJ-708", 1, "replace", "good"]]);
});

test("damaged units are an entry of their own", () => {
  const counter = new Counter().do(
    { kind: "open", bin: "A-01" },
    scan(scarf),
    { kind: "quality", before: () => nothing },
    { kind: "keep", newId: "id" },
  );
  assert.deepEqual(counter.quantities, [["WJ-708", 1, "first", "bad"]]);
});

const sheet = {
  bins: [
    { bin: "A-01", closed: false, closedByMe: false },
    { bin: "A-02", closed: true, closedByMe: false },
  ],
  cells: [],
  mine: [{ cell: { bin: "A-01", sku: "CUP", lot: "", quality: "good" }, quantity: 5 }],
  again: [],
  unclear: [],
  goods: { CUP: { code: "cup", name: "杯子" } },
} as unknown as CounterSheet;

function record(
  number: number,
  state: CountRecord["state"],
  quantity: number,
  mode: "first" | "add",
): CountRecord {
  const entry = { id: `e${number}`, bin: "A-01", sku: "CUP", quality: "good" as const, quantity, mode };
  return {
    number,
    kind: "entry",
    ...owner,
    state,
    at: number,
    words: null,
    entry,
    code: "cup",
    name: "杯子",
  };
}

test("the list shows what the server has, and on top of it what waits on the phone", () => {
  const sent = record(1, "sent", 5, "first");
  assert.deepEqual(beforeOf(doneOf(sheet, [sent]), "A-01", "CUP"), { quantity: 5, again: false });
  const waiting = record(2, "waiting", 3, "add");
  assert.equal(doneOf(sheet, [sent, waiting])[0]?.quantity, 8);
  assert.deepEqual(beforeOf(doneOf(null, [record(1, "waiting", 2, "first")]), "A-01", "CUP"), {
    quantity: 2,
    again: false,
  });
  assert.equal(doneOf(sheet, [sent, record(2, "refused", 3, "add")])[0]?.quantity, 5);
  const words = { zh: "请再数一次", en: "count again" };
  const cell = { bin: "A-01", sku: "CUP", lot: "", quality: "good" as const };
  const asked = { ...sheet, again: [{ cell, words }] };
  assert.deepEqual(beforeOf(doneOf(asked, [sent]), "A-01", "CUP"), { quantity: 5, again: true });
  assert.equal(doneOf(asked, [sent, waiting])[0]?.again, null);
  const close = {
    kind: "close",
    close: { bin: "A-01" },
    ...owner,
    number: 3,
    state: "waiting",
    at: 3,
    words: null,
  };
  assert.deepEqual([...closedBins(sheet, [close as CountRecord])], ["A-02", "A-01"]);
});

test("every bad scan is told apart from a good one", () => {
  const twin = { ...cup, sku: "CUP2", code: "CUP2", barcodes: ["2000000000015"] };
  const other = { ...cup, sku: "CUP3", code: "CUP3", barcodes: ["2000000000015"] };
  const book = new CodeBook([scarf, cup, twin, other], ["A-01", "A-02"]);
  const rows = [
    ["6901234567892", "sku", "sku"],
    ["wj-708", "sku", "sku"],
    ["ａ-01", "bin", "bin"],
    ["6901234567891", "sku", "check_digit"],
    ["A-01", "sku", "bin_not_sku"],
    ["6901234567892", "bin", "sku_not_bin"],
    ["2000000000015", "sku", "ambiguous"],
    ["69012345678924006381333931", "sku", "two_codes"],
    ["A-01WJ-708", "sku", "two_codes"],
    ["NOBODY", "sku", "ask"],
  ] as const;
  for (const [code, due, wanted] of rows) {
    const scanned = book.judge(code, due);
    assert.equal(scanned.kind === "bad" ? scanned.why : scanned.kind, wanted, code);
  }
});

test("a gun is told from a person by its speed, and two codes in one burst are neither", () => {
  const type = (wedge: Wedge, text: string, gap: number, at = 0) =>
    Array.from(text).forEach((key, index) => wedge.key(key === "\n" ? "Enter" : key, at + index * gap));
  const wedge = new Wedge();
  type(wedge, "6901234567892\n", 5);
  assert.deepEqual(wedge.take(), { kind: "code", code: "6901234567892" });
  type(wedge, "6901234567892\n4006381333931\n", 5);
  assert.deepEqual(wedge.take(), { kind: "several", codes: ["6901234567892", "4006381333931"] });
  type(wedge, "128\n", wedgeLimits.gapMsMax * 3);
  assert.deepEqual(wedge.take(), { kind: "typed", keys: ["1", "2", "8"] });
  wedge.key("7", 0);
  assert.equal(wedge.isGun, false);
  assert.deepEqual(wedge.take(), { kind: "typed", keys: ["7"] });
  wedge.key("Enter", 0);
  assert.equal(wedge.take(), null);
});

test("cases times units and loose ones make a quantity; a barcode in a field does not", () => {
  assert.equal(multiplied(5, 24, 3), 123);
  assert.equal(multiplied(10_000, 1, 0), null);
  assert.equal(multiplied(9_999, 9_999, 0), null);
  assert.equal(multiplied(-1, 1, 0), null);
});

test("[H14] a case counts as its units, alone and on top of what is there; its code is known without a network", () => {
  const cased = {
    ...scarf,
    packs: [
      { code: "16901234567899", units: 24 },
      { code: "", units: 6 },
    ],
    lots: ["L9"],
  };
  const book = new CodeBook([cased, cup], ["A-01"]);
  const found = book.judge("16901234567899", "sku");
  assert.deepEqual(found, { kind: "sku", good: cased, units: 24 });
  assert.deepEqual(book.judge("l9", "sku"), { kind: "lot", lot: "L9", goods: [cased] });
  for (const code of ["16901234567899", "L9"]) {
    const early = book.judge(code, "bin");
    assert.deepEqual(early, { kind: "bad", why: "sku_not_bin", code });
  }
  assert.deepEqual(book.judge("16901234567899A-01", "sku"), {
    kind: "bad",
    why: "two_codes",
    code: "16901234567899A-01",
  });
  assert.deepEqual([book.caseUnits("WJ-708"), book.caseUnits("CUP")], [24, null]);
  const one: Act = { kind: "scan", good: cased, lot: null, units: 24, before: nothing, newId: "id" };
  const counter = new Counter().do({ kind: "open", bin: "A-01" }, one, scan(cased), one, {
    kind: "close",
    newId: "c",
  });
  assert.deepEqual(counter.quantities, [["WJ-708", 49, "first", "good"], "A-01"]);
});
