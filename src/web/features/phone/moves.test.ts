import assert from "node:assert/strict";
import { test } from "node:test";
import type { MoveBody } from "../../../api/floor.ts";
import { ApiError } from "../../api.ts";
import { CodeBook } from "./judge.ts";
import {
  answeredMove,
  changedHand,
  emptyBook,
  forgotten,
  heardMove,
  MoveSender,
  pickedUp,
  scannedBin,
  stamped,
  typedBin,
  type MoveBook,
  type MoveStep,
} from "./moves.ts";

const good = (sku: string) => ({ sku, code: sku, name: `商品 ${sku}`, barcodes: [] });
const made = (key: string) => ({ key, warehouse: "main", at: Date.parse("2026-11-11T12:00:00Z") });
const bookOf = (step: MoveStep): MoveBook => {
  assert.equal(step.kind, "book");
  return step.kind === "book" ? step.book : emptyBook;
};
const whyOf = (step: MoveStep): string => (step.kind === "bad" ? step.why : "");

test("a bin, a product so many times, another bin: one move, and the next begins at the first bin", () => {
  assert.equal(whyOf(pickedUp(emptyBook, good("A"), null)), "bin_first");
  const at = bookOf(scannedBin(emptyBook, "A-01", made("k")));
  const one = bookOf(pickedUp(at, good("A"), null));
  assert.equal(whyOf(pickedUp(one, good("B"), null)), "other_good");
  const two = bookOf(pickedUp(one, good("A"), "L1"));
  assert.deepEqual([two.hand.quantity, two.hand.lot], [2, "L1"]);
  assert.equal(whyOf(scannedBin(two, "A-01", made("k"))), "same_bin");
  assert.equal(whyOf(scannedBin(changedHand(two, { quantity: 0 }), "B-01", made("k"))), "nothing");
  const done = bookOf(scannedBin(two, "B-01", made("k")));
  assert.deepEqual([done.hand.from, done.hand.good, done.made.length], ["A-01", null, 1]);
  assert.deepEqual(done.made[0]?.body, {
    warehouse: "main",
    sku: "A",
    quantity: 2,
    quality: "good",
    bin: "A-01",
    toBin: "B-01",
    to: "2026-11-11T12:00:00.000Z",
    lot: "L1",
  });
  // Nothing in hand: the next bin is where goods are taken from.
  assert.equal(bookOf(scannedBin(done, "C-01", made("k"))).hand.from, "C-01");
});

test("[H13] a move keeps its number and how the phone's clock stood when it was made, however often it is sent", () => {
  const at = bookOf(scannedBin(emptyBook, "A-01", made("k")));
  const held = bookOf(pickedUp(at, good("A"), null));
  const put = bookOf(scannedBin(held, "B-01", made("k")));
  const sample = { sentAt: "a", receivedAt: "b", serverAt: "c" };
  const first = stamped(held, put, { device: "p", clock: [sample], number: 7 });
  const { device, clock, first: from, last } = first.made[0]?.body ?? {};
  assert.deepEqual([device, clock, from, last], ["p", [sample], 7, 7]);
  assert.deepEqual(stamped(first, first, { device: "p", clock: [], number: 8 }), first);
});

function phone(script: (number | "ok" | "lost")[]) {
  let book = ["k1", "k2"].reduce((before, key) => {
    const at = bookOf(scannedBin(before, "A-01", made(key)));
    return bookOf(scannedBin(bookOf(pickedUp(at, good("A"), null)), `B-${key}`, made(key)));
  }, emptyBook);
  const done = new Map<string, MoveBody>();
  const timers: number[] = [];
  const sender = new MoveSender({
    read: () => Promise.resolve(book),
    change: (make) => {
      book = make(book);
      return Promise.resolve();
    },
    send: (body, key) => {
      const next = script.shift() ?? "ok";
      if (next === "ok" || next === "lost") done.set(key, body);
      if (next === "ok") return Promise.resolve(null);
      if (next === "lost") return Promise.reject(new ApiError(0, "offline"));
      const problem = { detail: "no", detailZh: "不行" } as never;
      return Promise.reject(new ApiError(next, "refused", problem));
    },
    after: (ms) => {
      timers.push(ms);
      return () => undefined;
    },
  });
  return { sender, done, timers, states: () => book.made.map((one) => one.state), book: () => book };
}

test("moves go in their order, each once under its key, whatever answer was lost", async () => {
  const { sender, done, timers, states } = phone([0, "lost", "ok", "ok"]);
  await sender.kick();
  assert.deepEqual([sender.state.get(), states(), done.size], ["offline", ["waiting", "waiting"], 0]);
  await sender.kick();
  assert.deepEqual([states(), done.size, timers], [["waiting", "waiting"], 1, [1_000, 2_000]]);
  await sender.kick();
  assert.deepEqual(
    [sender.state.get(), states(), [...done.keys()]],
    ["idle", ["sent", "sent"], ["k1", "k2"]],
  );
});

test("one that is refused keeps the server's words and no other back; nobody signed in sends nothing", async () => {
  const { sender, states, book } = phone([401, 409, "ok"]);
  await sender.kick();
  assert.deepEqual([sender.state.get(), states()], ["signed_out", ["waiting", "waiting"]]);
  await sender.kick();
  assert.deepEqual(states(), ["refused", "sent"]);
  assert.deepEqual(book().made[0]?.words, { zh: "不行", en: "no" });
  assert.deepEqual(
    forgotten(book(), "k1").made.map((one) => one.key),
    ["k2"],
  );
});

const scarf = {
  sku: "WJ-708",
  code: "WJ-708",
  name: "围巾",
  barcodes: ["6901234567892"],
  packs: [{ code: "16901234567899", units: 24 }],
  lots: ["L9", "N1"],
};
const milk = { sku: "NN", code: "NN", name: "牛奶", barcodes: ["5901234123457"], lots: ["N1"] };
const codes = new CodeBook([scarf, milk], ["A-01", "B-02"]);
const atBin = bookOf(scannedBin(emptyBook, "A-01", made("k")));
const hear = (code: string, hand = atBin.hand, padOpen = false) =>
  heardMove({ kind: "code", code }, { codes, hand, padOpen });

test("while goods are moved a bad scan says what it is, and nothing is in hand that was not", () => {
  assert.deepEqual(hear("a-01"), { kind: "bin", bin: "A-01" });
  assert.deepEqual(hear("6901234567892"), { kind: "good", good: scarf, lot: null, units: 1 });
  assert.deepEqual(hear("6901234567899"), { kind: "bad", why: "check_digit", code: "6901234567899" });
  assert.deepEqual(hear("WJ-708A-01"), { kind: "bad", why: "two_codes", code: "WJ-708A-01" });
  assert.deepEqual(hear("nobody knows"), { kind: "ask", code: "nobody knows" });
  const several = { kind: "several" as const, codes: ["WJ-708", "NN"] };
  const view = { codes, hand: atBin.hand, padOpen: false };
  assert.deepEqual(heardMove(several, view), { kind: "bad", why: "two_codes", code: "WJ-708 NN" });
  assert.deepEqual(heardMove({ kind: "typed", keys: ["9"] }, view), { kind: "none" });
  // Ten thousand in the field is refused by the pad; what is shot into it is no quantity either.
  assert.equal(hear("6901234567892", atBin.hand, true).kind, "bad");
  const words = { zh: "不认识", en: "unknown" };
  assert.deepEqual(answeredMove({ kind: "unknown", code: "X", words }, view), {
    kind: "bad",
    why: "unknown",
    code: "X",
    words,
  });
});

test("a bin that is typed by hand is no product and no half barcode", () => {
  assert.deepEqual(typedBin("b-02", codes), { kind: "bin", bin: "B-02" });
  assert.deepEqual(typedBin(" 新架 9 ", codes), { kind: "bin", bin: "新架 9" });
  assert.deepEqual(typedBin("WJ-708", codes), { kind: "bad", why: "sku_not_bin", code: "WJ-708" });
  assert.deepEqual(typedBin("6901234567899", codes), {
    kind: "bad",
    why: "check_digit",
    code: "6901234567899",
  });
  assert.deepEqual(typedBin("4006381333931", codes), { kind: "bad", why: "unknown", code: "4006381333931" });
});

test("[H14] a case is its units, a lot's label is known without a network, and one hand holds one lot", () => {
  assert.deepEqual(hear("16901234567899"), { kind: "good", good: scarf, lot: null, units: 24 });
  const held = bookOf(pickedUp(atBin, scarf, null, 24));
  assert.equal(bookOf(pickedUp(held, scarf, null)).hand.quantity, 25);
  assert.deepEqual(hear("l9"), { kind: "good", good: scarf, lot: "L9", units: 1 });
  // Two products have a lot of this name: nobody guesses, but what is in hand is meant.
  assert.deepEqual(hear("N1"), { kind: "bad", why: "ambiguous", code: "N1" });
  assert.deepEqual(hear("N1", held.hand), { kind: "good", good: scarf, lot: "N1", units: 1 });
  const lotted = bookOf(pickedUp(atBin, scarf, "L9"));
  assert.equal(whyOf(pickedUp(lotted, scarf, "N1")), "other_lot");
  assert.equal(whyOf(pickedUp(held, scarf, null, 1_000_000)), "too_many");
});
