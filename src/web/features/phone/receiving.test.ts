import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../i18n/en.ts";
import { zh } from "../../i18n/zh.ts";
import { CodeBook } from "./judge.ts";
import {
  answered,
  changed,
  draftOf,
  emptyDelivery,
  heard,
  noLot,
  readLabel,
  receiptName,
  scanned,
  signedBody,
  type Heard,
  type ReceiveDraft,
} from "./receiving.ts";

const scarf = { sku: "WJ-708", code: "WJ-708", name: "羊毛围巾", barcodes: ["6901234567892"] };
const cup = { sku: "CUP", code: "cup", name: "杯子", barcodes: ["4006381333931"] };
const twin = { sku: "CUP2", code: "cup2", name: "杯子二", barcodes: ["96385074"] };
const other = { sku: "CUP3", code: "cup3", name: "杯子三", barcodes: ["96385074"] };
const book = new CodeBook([scarf, cup, twin, other], ["A-01"]);
const label = "(01)06901234567892(17)270228(11)261101(10)L-9";
const said = { lot: "L-9", madeOn: "2026-11-01", expiresOn: "2027-02-28" };
const code = (text: string) => ({ kind: "code", code: text }) as const;
const inHand = scanned(emptyDelivery, scarf);
const hear = (text: string, draft: ReceiveDraft = inHand, open: "none" | "pad" | "lot" = "none"): Heard =>
  heard(code(text), { book, draft, open });

test("[U6] a lot's label says product, lot and dates, with brackets or as a gun sends it", () => {
  assert.deepEqual(readLabel(label), { gtin: "06901234567892", ...said });
  assert.deepEqual(readLabel("]C10106901234567892172702281126110110L-9"), {
    gtin: "06901234567892",
    ...said,
  });
  assert.deepEqual(readLabel("01069012345678921012\u001D17270200"), {
    gtin: "06901234567892",
    lot: "12",
    madeOn: "",
    expiresOn: "2027-02-28",
  });
  // Digits of a product's code are no label.
  for (const plain of ["1012345678", "6901234567892", "0106901234567892", "WJ-708"])
    assert.equal(readLabel(plain), null, plain);
  assert.deepEqual(hear(label), { kind: "take", good: scarf, lot: said });
  assert.deepEqual(hear("(10)L-9(17)270228"), { kind: "lot", lot: { ...said, madeOn: "" } });
  // The server knows the lot.
  const view = { book, draft: inHand };
  const ofOne = { kind: "lot", code: "L-9", lot: "L-9", sku: "WJ-708" } as const;
  assert.deepEqual(answered(ofOne, view), { kind: "take", good: scarf, lot: { ...noLot, lot: "L-9" } });
  const ofTwo = { kind: "lot" as const, code: "L-9", lot: "L-9", skus: ["CUP", "WJ-708"] };
  assert.deepEqual(answered(ofTwo, view), { kind: "lot", lot: { ...noLot, lot: "L-9" } });
});

test("[U6] each lot of a product is a line; a lot that is filled in joins its line, and is signed with its dates", () => {
  let draft = scanned(scanned(inHand, scarf, said), scarf, said);
  assert.deepEqual(
    draft.lines.map(({ lot, quantity }) => [lot, quantity]),
    [
      ["L-9", 2],
      ["", 1],
    ],
  );
  // A scan of the product goes on with the lot that was scanned last.
  draft = scanned(draft, scarf);
  assert.equal(draft.lines[0]?.quantity, 3);
  draft = changed(draft, 1, said);
  assert.deepEqual(signedBody(draft), { lines: [{ sku: "WJ-708", quantity: 4, quality: "good", ...said }] });
  assert.deepEqual(draftOf(signedBody(draft), book), draft);
  const plain = signedBody(inHand);
  assert.deepEqual(plain, { lines: [{ sku: "WJ-708", quantity: 1, quality: "good" }] });
});

test("[U8] every bad scan while receiving has a word in both languages, and changes nothing", () => {
  const bad: readonly (readonly [Heard, string])[] = [
    [heard({ kind: "several", codes: ["a", "b"] }, { book, draft: inHand, open: "none" }), "two_codes"],
    [hear("6901234567892", inHand, "pad"), "finish_pad"],
    [hear("A-01"), "bin_not_sku"],
    [hear("96385074"), "ambiguous"],
    [hear("6901234567893"), "check_digit"],
    [hear("WJ-708CUP"), "two_codes"],
    [hear("(10)L-9", emptyDelivery), "lot_first"],
    [hear("(01)00000000000000(10)L-9"), "unknown"],
    [hear("WJ-708", inHand, "lot"), "sku_not_lot"],
    [hear("A-01", inHand, "lot"), "bin_not_sku"],
    [answered({ kind: "bin", code: "B-1", bin: "B-1" }, { book, draft: inHand }), "bin_here"],
    [answered({ kind: "unknown", code: "?" }, { book, draft: inHand }), "unknown"],
    [
      answered({ kind: "lot", code: "L", lot: "L", skus: ["CUP", "CUP2"] }, { book, draft: inHand }),
      "lot_first",
    ],
  ];
  for (const [what, why] of bad) {
    assert.equal(what.kind === "bad" ? what.why : what.kind, why);
    for (const words of [zh, en]) {
      const known: Readonly<Record<string, string>> = words.phone.bad;
      assert.ok((known[why] ?? "").length > 3, why);
    }
  }
  assert.deepEqual(hear("6901234567892"), { kind: "take", good: scarf, lot: null });
  assert.deepEqual(hear("NEW-1"), { kind: "ask", code: "NEW-1" });
  assert.deepEqual(hear("批2026", inHand, "lot"), { kind: "lot", lot: { ...noLot, lot: "批2026" } });
});

test("[U7] a receipt that the phone opens has a name that the server takes", () => {
  const name = receiptName(Date.UTC(2026, 10, 11), "0123456789abcdef0123456789abcdef");
  assert.match(name, /^R[0-9a-z]{9}[0-9a-z]{8,32}$/);
});

test("[H14] a case is received as its units, by its code and by its label; a lot's label is known without a network", () => {
  const cased = { ...scarf, packs: [{ code: "16901234567899", units: 24 }], lots: ["L9", "N1"] };
  const known = new CodeBook([cased, { ...cup, lots: ["N1"] }], []);
  const of = (text: string, draft: ReceiveDraft = inHand) =>
    heard(code(text), { book: known, draft, open: "none" });
  const take = of("16901234567899");
  assert.deepEqual(take, { kind: "take", good: cased, lot: null, units: 24 });
  assert.deepEqual(of("(01)16901234567899(10)L-9"), {
    kind: "take",
    good: cased,
    lot: { ...noLot, lot: "L-9" },
    units: 24,
  });
  assert.equal(scanned(inHand, cased, null, 24).lines[0]?.quantity, 25);
  assert.deepEqual(of("l9"), { kind: "take", good: cased, lot: { ...noLot, lot: "L9" } });
  // Two products have a lot of this name: it is that of what is in hand, else a product comes first.
  assert.deepEqual(of("N1"), { kind: "lot", lot: { ...noLot, lot: "N1" } });
  assert.deepEqual(of("N1", emptyDelivery), { kind: "bad", why: "lot_first", code: "N1" });
  assert.deepEqual(
    answered({ kind: "sku", code: "X", sku: "WJ-708", units: 12 }, { book: known, draft: inHand }),
    {
      kind: "take",
      good: cased,
      lot: null,
      units: 12,
    },
  );
});
