import assert from "node:assert/strict";
import { test } from "node:test";
import type { MoveBody } from "../../../api/floor.ts";
import { ApiError } from "../../api.ts";
import {
  changedHand,
  emptyBook,
  forgotten,
  MoveSender,
  pickedUp,
  scannedBin,
  stamped,
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
