import assert from "node:assert/strict";
import { test } from "node:test";
import type { WaveSheet } from "../../../api/outbound.ts";
import type { KeptGood } from "../../offline/database.ts";
import type { CountRecord, NewRecord } from "../../offline/records.ts";
import { CodeBook } from "./judge.ts";
import {
  actPick,
  backOf,
  judgeFound,
  judgePick,
  noPick,
  packOrders,
  parcelRecord,
  parcelsOf,
  stopOf,
  stopsOf,
  waybillProblem,
  type PickDraft,
} from "./picking.ts";

const scarf = { sku: "WJ-708", code: "WJ-708", name: "羊毛围巾", barcodes: ["6901234567892"] };
const cup = { sku: "CUP", code: "cup", name: "杯子", barcodes: ["4006381333931"] };
const milk = { sku: "MILK", code: "MILK", name: "牛奶", barcodes: ["5901234123457"] };
const spare = { sku: "HAT", code: "HAT", name: "帽子", barcodes: ["96385074"] };
const task = (name: string, bin: string, sku: string, left: number, lot = "") => ({
  task: name,
  bin,
  sku,
  lot,
  units: left,
  picked: 0,
  missing: 0,
  dropped: 0,
  left,
  orders: 1,
});
const line = (sku: string, staged: number, open = 0) => ({
  lineId: "1",
  sku,
  open,
  staged,
  back: 0,
  short: 0,
  sent: 0,
});
function sheetOf(more: Partial<WaveSheet> = {}): WaveSheet {
  return {
    item: { wave: "W1", warehouse: "main" } as WaveSheet["item"],
    tasks: [
      task("1", "A-01", "WJ-708", 2),
      task("2", "A-01", "CUP", 1),
      task("3", "B-02", "MILK", 3, "LOT7"),
      task("4", "", "HAT", 1),
    ],
    orders: [],
    back: [],
    parcels: [],
    counts: [],
    goods: {},
    taken: [],
    serverAt: "2026-11-11T12:00:00.000Z",
    ...more,
  };
}

/** A phone with one wave, without its screen. */
class Phone {
  draft: PickDraft = noPick;
  records: CountRecord[] = [];
  readonly said: string[] = [];
  sheet: WaveSheet;
  #number = 0;
  #ids = 0;
  readonly book: CodeBook;
  constructor(sheet = sheetOf(), goods: readonly KeptGood[] = [scarf, cup, milk, spare]) {
    this.sheet = sheet;
    this.book = new CodeBook(goods, ["A-01", "B-02"]);
  }
  get stops() {
    return stopsOf(this.sheet, this.records);
  }
  scan(...codes: readonly string[]): this {
    for (const code of codes) {
      const scan = judgePick(code, { stops: this.stops, draft: this.draft, book: this.book });
      if (scan.kind !== "act") this.said.push(scan.kind === "bad" ? scan.why : "ask");
      else this.do(scan.act);
    }
    return this;
  }
  do(what: Parameters<typeof actPick>[1]): this {
    this.#number += 1;
    const owner = {
      person: "p",
      sheet: "W1",
      newId: () => `id${(this.#ids += 1)}`,
      stops: this.stops,
      nameOf: (sku: string) => sku,
    };
    const step = actPick(this.draft, what, { at: 1_000 * this.#number, number: this.#number }, owner);
    this.draft = step.draft ?? noPick;
    for (const record of step.records) this.add(record);
    return this;
  }
  add(record: NewRecord): void {
    this.#number += 1;
    this.records.push({ ...record, number: this.#number, state: "waiting", words: null } as CountRecord);
  }
  get picks() {
    return this.records.map((one) => {
      if (one.kind !== "pick") return one.kind;
      const { pick } = one;
      return pick.kind === "pick"
        ? [pick.task, pick.units, pick.lot ?? "", pick.mode]
        : [pick.kind, pick.units];
    });
  }
}

test("each scan takes one; the last of a stop needs no word more, and the next stop follows", () => {
  const phone = new Phone();
  phone.scan("a-01", "6901234567892", "6901234567892");
  assert.deepEqual(phone.picks, [["1", 2, "", "scan"]]);
  assert.equal(stopOf(phone.stops, phone.draft)?.task, "2");
  // Another stop of the same bin: whoever is there need not scan it again.
  phone.scan("cup");
  assert.deepEqual(phone.picks.at(-1), ["2", 1, "", "scan"]);
  phone.scan("B-02", "LOT7", "5901234123457", "lot7");
  assert.deepEqual(phone.picks.at(-1), ["3", 3, "LOT7", "scan"]);
  // What nobody has put away has no bin to scan.
  phone.scan("HAT");
  assert.deepEqual(phone.picks.at(-1), ["4", 1, "", "scan"]);
  assert.deepEqual([phone.said, stopOf(phone.stops, phone.draft)], [[], null]);
  const times = phone.records.map((one) => (one.kind === "pick" ? one.pick.from : ""));
  assert.equal(times[0], new Date(2_000).toISOString());
});

test("[G3] a bad scan gets a word and changes nothing", () => {
  const rows: [codes: string[], bad: string, why: string][] = [
    [[], "6901234567892", "bin_first"],
    [[], "6901234567893", "check_digit"],
    [[], "Z-99", "ask"],
    [["A-01"], "A-01", "bin_not_due"],
    [["A-01"], "5901234123457", "item_wrong"],
    [["A-01"], "69012345678926901234567892", "two_codes"],
    [["A-01"], "12345", "ask"],
    [["B-02"], "5901234123457", "lot_needed"],
    [["A-01", "CUP"], "cup", "item_wrong"],
  ];
  for (const [codes, bad, why] of rows) {
    const phone = new Phone().scan(...codes);
    const before = JSON.stringify([phone.draft, phone.records]);
    phone.scan(bad);
    assert.deepEqual(phone.said, [why], bad);
    assert.equal(JSON.stringify([phone.draft, phone.records]), before);
  }
  const phone = new Phone().scan("B-02");
  const view = { stops: phone.stops, draft: phone.draft, book: phone.book };
  const other = judgeFound({ kind: "lot", lot: "LOT8", skus: ["MILK"] }, view, "LOT8");
  assert.equal(other.kind === "bad" && other.why, "lot_wrong");
  const nowhere = judgeFound({ kind: "bin", bin: "C-03" }, view, "C-03");
  assert.equal(nowhere.kind === "bad" && nowhere.why, "bin_wrong");
});

test("what is missing is said apart from what was taken, and another bin keeps what is in the hands", () => {
  const phone = new Phone().scan("A-01", "6901234567892");
  const stop = stopOf(phone.stops, phone.draft);
  assert.ok(stop !== null);
  phone.do({ kind: "missing", stop });
  assert.deepEqual(phone.picks, [
    ["1", 1, "", "scan"],
    ["missing", 1],
  ]);
  const next = new Phone().scan("A-01", "6901234567892", "B-02");
  assert.deepEqual(next.picks, [["1", 1, "", "scan"]]);
  assert.equal(next.draft.task, "3");
  const hand = new Phone().scan("A-01");
  const at = stopOf(hand.stops, hand.draft);
  assert.ok(at !== null);
  hand.do({ kind: "units", stop: at, units: 2 }).do({ kind: "keep" });
  assert.deepEqual(hand.picks, [["1", 2, "", "hand"]]);
});

test("what the server has taken in is not subtracted twice", () => {
  const phone = new Phone().scan("A-01", "6901234567892", "6901234567892");
  const [record] = phone.records;
  assert.ok(record?.kind === "pick");
  assert.equal(phone.stops[0]?.left, 0);
  phone.records = [{ ...record, state: "sent" }];
  assert.equal(phone.stops[0]?.left, 0);
  const tasks = [{ ...task("1", "A-01", "WJ-708", 2), picked: 2, left: 0 }];
  phone.sheet = sheetOf({ tasks, taken: [record.pick.id] });
  assert.deepEqual([phone.stops[0]?.left, phone.stops[0]?.picked], [0, 2]);
  phone.records = [{ ...record, state: "refused" }];
  phone.sheet = sheetOf();
  assert.equal(phone.stops[0]?.left, 2);
});

test("[G8] what goes back is put back once", () => {
  const back = {
    channel: "douyin",
    orderId: "o1",
    lineId: "1",
    sku: "CUP",
    lot: "",
    bin: "A-01",
    units: 2,
    why: "cancelled" as const,
  };
  const phone = new Phone(sheetOf({ back: [back] }));
  assert.deepEqual(backOf(phone.sheet, phone.records), [back]);
  phone.do({ kind: "put_back", back, bin: "A-01" });
  assert.deepEqual(backOf(phone.sheet, phone.records), []);
});

test("[G4] a parcel is an order with a waybill of its own; a product's code is none", () => {
  const orders = [
    { channel: "douyin", orderId: "o1", lines: [line("CUP", 2, 1)], hold: null },
    { channel: "douyin", orderId: "o2", lines: [line("CUP", 1)], hold: null },
    { channel: "douyin", orderId: "o3", lines: [line("CUP", 1)], hold: { zh: "扣住", en: "held" } },
    { channel: "douyin", orderId: "o4", lines: [line("CUP", 0, 2)], hold: null },
  ];
  const phone = new Phone(sheetOf({ orders }));
  const names = () => packOrders(phone.sheet, phone.records).map(({ orderId }) => orderId);
  // Whole ones first, held ones last, those of which nothing is picked not at all.
  assert.deepEqual(names(), ["o2", "o1", "o3"]);
  const [first] = packOrders(phone.sheet, phone.records);
  assert.ok(first !== undefined);
  const facts = () => ({ book: phone.book, parcels: parcelsOf(phone.sheet, phone.records) });
  const parcel = { id: "p1", waybill: " SF100200300 ", carrier: "顺丰" };
  phone.add(parcelRecord(first, parcel, { person: "p", sheet: "W1" }, { at: 5, number: 5 }));
  assert.deepEqual(names(), ["o1", "o3"]);
  assert.deepEqual(
    [
      waybillProblem("SF100200300", facts()),
      waybillProblem("4006381333931", facts()),
      waybillProblem("12", facts()),
    ],
    ["waybill_used", "waybill_is_goods", "waybill_short"],
  );
  assert.equal(waybillProblem("SF100200301", facts()), null);
  const [made] = phone.records;
  assert.ok(made?.kind === "parcel");
  assert.deepEqual(
    [made.parcel.waybill, made.parcel.lines],
    ["SF100200300", [{ lineId: "1", sku: "CUP", units: 1 }]],
  );
});

test("[H14] a case is picked as its units where so many are wanted, and not where fewer are", () => {
  const cased = { ...scarf, packs: [{ code: "16901234567899", units: 2 }] };
  const large = { ...cup, packs: [{ code: "24006381333935", units: 12 }] };
  const phone = new Phone(sheetOf(), [cased, large, milk, spare]);
  phone.scan("A-01", "24006381333935");
  assert.deepEqual([phone.said, phone.picks], [["too_many"], []]);
  // Two of two: the stop is done.
  phone.scan("16901234567899");
  assert.deepEqual(phone.picks, [["1", 2, "", "scan"]]);
});
