import assert from "node:assert/strict";
import { test } from "node:test";
import {
  putAwayBins,
  putProblem,
  shelfRefusals,
  shelfWords,
  zoneByName,
  type Bin,
  type Incoming,
  type Standing,
  type Zone,
} from "./shelf.ts";
import {
  foldTransfer,
  inTransit,
  receiveProblem,
  type TransferEvent,
  type TransferLine,
} from "./transfer.ts";

const zoneOf = (zone: string, more: Partial<Zone> = {}): Zone => ({
  warehouse: "main",
  zone,
  name: zone,
  purpose: "storage",
  categories: [],
  sharing: "any",
  exclusive: false,
  ...more,
});
const binOf = (bin: string, zone: string, route: number, more: Partial<Bin> = {}): Bin => ({
  warehouse: "main",
  bin,
  zone,
  route,
  active: true,
  unitsMax: null,
  ...more,
});
const zones = [
  zoneOf("S"),
  zoneOf("ONE", { sharing: "one_sku" }),
  zoneOf("LOT", { sharing: "one_lot" }),
  zoneOf("COLD", { categories: ["food"], exclusive: true }),
  zoneOf("Q", { purpose: "quarantine" }),
  zoneOf("IN", { purpose: "receiving" }),
];
const stands = (bin: string, sku: string, quantity: number, lot = ""): Standing => ({
  warehouse: "main",
  bin,
  lot,
  quality: "good",
  sku,
  quantity,
});
const shirt: Incoming = { sku: "A", category: "apparel", lot: "L2", quality: "good", units: 5 };

test("[H5] a bin refuses what does not belong there, for the first reason that applies", () => {
  const food = { ...shirt, category: "food" };
  const bad = { ...shirt, quality: "bad" as const };
  const rows: [Bin | null, Incoming, Standing[], string | null][] = [
    [binOf("s1", "S", 1), shirt, [], null],
    [null, shirt, [], "bin_unknown"],
    [binOf("s1", "S", 1, { active: false }), shirt, [], "bin_closed"],
    [binOf("s1", "S", 1, { unitsMax: 9 }), shirt, [stands("s1", "B", 5)], "bin_full"],
    [binOf("s1", "S", 1, { unitsMax: 10 }), shirt, [stands("s1", "B", 5)], null],
    [binOf("c1", "COLD", 1), shirt, [], "zone_category"],
    [binOf("c1", "COLD", 1), food, [], null],
    [binOf("s1", "S", 1), food, [], "zone_reserved"],
    [binOf("i1", "IN", 1), food, [], null],
    [binOf("s1", "S", 1), bad, [], "zone_quality"],
    [binOf("q1", "Q", 1), shirt, [], "zone_quality"],
    [binOf("q1", "Q", 1), bad, [], null],
    [binOf("o1", "ONE", 1), shirt, [stands("o1", "B", 1)], "other_sku"],
    [binOf("o1", "ONE", 1), shirt, [stands("o1", "B", 0)], null],
    [binOf("o1", "ONE", 1), shirt, [stands("o1", "A", 1, "L1")], null],
    [binOf("l1", "LOT", 1), shirt, [stands("l1", "A", 1, "L1")], "other_lot"],
    [binOf("l1", "LOT", 1), shirt, [stands("l1", "A", 1, "L2")], null],
    [binOf("x1", "unknown", 1), shirt, [], null],
    [binOf("x1", "unknown", 1), food, [], "zone_reserved"],
  ];
  for (const [bin, incoming, standing, refusal] of rows)
    assert.equal(putProblem(bin, zones, incoming, standing), refusal, `${bin?.bin} ${refusal}`);
  assert.deepEqual(
    shelfRefusals.filter((code) => shelfWords[code].zh === "" || shelfWords[code].en === ""),
    [],
  );
});

test("[H6] put-away offers the same lot first, then the same product, then an empty bin, each by the route", () => {
  const bins = [
    binOf("s9", "S", 9),
    binOf("s1", "S", 1),
    binOf("s2", "S", 2),
    binOf("s3", "S", 3),
    binOf("s4", "S", 4, { active: false }),
    binOf("q1", "Q", 5),
    binOf("i1", "IN", 6),
  ];
  const standing = [stands("s3", "B", 1), stands("s2", "A", 1, "L1"), stands("s9", "A", 1, "L2")];
  const offered = putAwayBins(bins, zones, shirt, standing).map((bin) => bin.bin);
  assert.deepEqual(offered, ["s9", "s2", "s1", "s3"]);
  const zoneless = putAwayBins([binOf("x1", "", 1)], zones, shirt, []).map((bin) => bin.bin);
  assert.deepEqual(zoneless, ["x1"]);
  const bad = putAwayBins(bins, zones, { ...shirt, quality: "bad" }, standing).map((bin) => bin.bin);
  assert.deepEqual(bad, ["q1"]);
});

test("[H5] a bin that nobody entered belongs to the longest zone that its name begins with", () => {
  const named = [zoneOf("A"), zoneOf("AB"), zoneOf("冷藏"), zoneOf("B2")];
  const rows: [string, string | null][] = [
    ["A-01", "A"],
    ["a01", "A"],
    ["AB-1", "AB"],
    ["ABC-1", null],
    ["冷藏3", "冷藏"],
    ["冷藏间-3", null],
    ["B2-07", "B2"],
    ["B-07", null],
    ["A", "A"],
  ];
  for (const [bin, zone] of rows) assert.equal(zoneByName(bin, named), zone, bin);
});

test("[H7] a transfer is of neither warehouse until another person counts it in; what is missing is named", () => {
  const line = (sku: string, quantity: number): TransferLine => ({ sku, quantity, lot: "", quality: "good" });
  const event = (seq: number, more: object): TransferEvent =>
    ({ transfer: "t1", at: seq * 1_000, by: seq === 1 ? "p" : "q", ...more }) as TransferEvent;
  const sent = foldTransfer(
    null,
    event(1, { kind: "sent", from: "main", to: "north", note: "", lines: [line("A", 10), line("B", 2)] }),
  );
  assert.ok(sent !== null);
  assert.equal(foldTransfer(null, event(1, { kind: "closed", fate: "lost", reason: "" })), null);
  assert.deepEqual(inTransit(sent), [line("A", 10), line("B", 2)]);
  assert.equal(receiveProblem(null, [], "q"), "not_sent");
  assert.equal(receiveProblem(sent, [line("A", 1)], "p"), "same_person");
  assert.equal(receiveProblem(sent, [line("A", 11)], "q"), "transfer_over");
  assert.equal(receiveProblem(sent, [line("A", 6)], "q"), null);
  const part = foldTransfer(sent, event(2, { kind: "received", lines: [line("A", 6)] }));
  assert.ok(part !== null);
  assert.deepEqual(inTransit(part), [line("A", 4), line("B", 2)]);
  assert.equal(receiveProblem(part, [line("A", 5)], "q"), "transfer_over");
  const closed = foldTransfer(part, event(3, { kind: "closed", fate: "lost", reason: "" }));
  assert.ok(closed !== null);
  assert.deepEqual([closed.closedAt, closed.missing], [3_000, [line("A", 4), line("B", 2)]]);
  assert.equal(receiveProblem(closed, [line("A", 1)], "q"), "transfer_closed");
  const rest = [line("A", 4), line("B", 2)];
  const whole = foldTransfer(part, event(3, { kind: "received", lines: rest }));
  assert.deepEqual([whole?.closedAt, whole?.missing], [3_000, []]);
  assert.equal(foldTransfer(closed, event(4, { kind: "received", lines: [line("A", 4)] })), closed);
});
