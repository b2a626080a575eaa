import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cellKey } from "../floor/shelf.ts";
import {
  findingsByCell,
  investigate,
  paperKinds,
  receiptTwiceMs,
  receiptsLikeAnother,
  type Paper,
  type ReceiptPaper,
  type Variance,
} from "./detective.ts";
import { cellIn, t0 } from "./fixture.testing.ts";

/** SKUs of one style begin with the same letters: `T-red-M`. */
const familyOf = (sku: string): string | null => (sku.includes("-") ? (sku.split("-")[0] ?? null) : null);
const off = (bin: string, sku: string, units: number, lot = ""): Variance => ({
  cell: cellIn(bin, sku, { lot }),
  units,
});
const paper = (kind: Paper["kind"], sku: string, units: number, more: Partial<Paper> = {}): Paper => ({
  kind,
  id: `${kind}-${sku}`,
  sku,
  warehouse: "main",
  units,
  at: t0,
  bin: null,
  ...more,
});

function found(variances: Variance[], papers: Paper[] = []): unknown[] {
  const { findings, unexplained } = investigate(variances, papers, familyOf);
  return [
    findings.map((one) => [
      one.kind,
      one.units,
      one.cells.map((cell) => `${cell.bin}/${cell.sku}`).join(" "),
    ]),
    unexplained.map((one) => one.units),
  ];
}

test("[A4] a gain and a loss that belong together are found: another bin, another lot, a sibling", () => {
  const rows: [Variance[], unknown[]][] = [
    [
      [off("a", "T-1", 3), off("b", "T-1", -3)],
      [[["other_bin", 3, "a/T-1 b/T-1"]], []],
    ],
    [
      [off("a", "T-1", 3, "L1"), off("a", "T-1", -3, "L2")],
      [[["other_lot", 3, "a/T-1 a/T-1"]], []],
    ],
    [
      [off("a", "T-1", 2), off("a", "T-2", -2)],
      [[["sibling", 2, "a/T-1 a/T-2"]], []],
    ],
    [
      [off("a", "T-1", 2), off("a", "X", -2)],
      [[], [2, -2]],
    ],
    [
      [off("a", "T-1", 1), off("a", "T-2", -4)],
      [[["sibling", 1, "a/T-1 a/T-2"]], [-3]],
    ],
    // The pair that fits exactly comes before the one that stands nearer.
    [
      [off("a", "T-1", 3), off("b", "T-1", -5), off("c", "T-1", -3)],
      [[["other_bin", 3, "a/T-1 c/T-1"]], [-5]],
    ],
    // The same product elsewhere is surer than a sibling.
    [
      [off("a", "T-1", 2), off("a", "T-2", -2), off("z", "T-1", -2)],
      [[["other_bin", 2, "a/T-1 z/T-1"]], [-2]],
    ],
  ];
  for (const [variances, expected] of rows) assert.deepEqual(found(variances), expected);
  const north = { ...off("a", "T-1", -3), cell: cellIn("a", "T-1", { warehouse: "north" }) };
  assert.deepEqual(found([off("a", "T-1", 3), north]), [[], [3, -3]]);
});

test("[A4] a document that could be behind it is found: samples, returns, a receipt twice, picks, shipments", () => {
  const rows: [Variance, Paper, boolean][] = [
    [off("a", "X", 2), paper("loan_open", "X", 2), true],
    [off("a", "X", -2), paper("loan_open", "X", 2), false],
    [off("a", "X", -2), paper("loan_returned", "X", 2), true],
    [off("a", "X", 2), paper("return_waiting", "X", 2), true],
    [off("a", "X", -2), paper("receipt_like_another", "X", 2), true],
    [off("a", "X", 2), paper("pick_unshipped", "X", 2, { bin: "a" }), true],
    [off("a", "X", 2), paper("pick_unshipped", "X", 2, { bin: "b" }), false],
    [off("a", "X", -2), paper("shipment_unpicked", "X", 2), true],
    [off("a", "X", -2), paper("shipment_unpicked", "Y", 2), false],
    [off("a", "X", -2), paper("shipment_unpicked", "X", 2, { warehouse: "north" }), false],
  ];
  for (const [variance, one, explained] of rows) {
    const { findings, unexplained } = investigate([variance], [one], familyOf);
    assert.deepEqual(
      [findings[0]?.paper ?? null, unexplained.length],
      explained ? [one.id, 0] : [null, 1],
      one.kind,
    );
  }
  const several = investigate(
    [off("a", "X", -3)],
    [paper("shipment_unpicked", "X", 1), paper("shipment_unpicked", "X", 3, { id: "exact" })],
    familyOf,
  );
  assert.deepEqual(
    several.findings.map((one) => [one.paper, one.units]),
    [["exact", 3]],
  );
  const byCell = findingsByCell(several.findings);
  assert.equal(byCell.get(cellKey(cellIn("a", "X")))?.length, 1);
});

test("[A4] two receipts look like one when supplier, product, units and number agree, or time where there is none", () => {
  const receipt = (id: string, more: Partial<ReceiptPaper> = {}): ReceiptPaper => ({
    id,
    warehouse: "main",
    supplier: "甲",
    note: "",
    sku: "X",
    units: 10,
    at: t0,
    ...more,
  });
  const ids = (...receipts: ReceiptPaper[]): string[] => receiptsLikeAnother(receipts).map((one) => one.id);
  assert.deepEqual(ids(receipt("2", { at: t0 + 1 }), receipt("1")), ["2"]);
  assert.deepEqual(ids(receipt("1"), receipt("2", { at: t0 + receiptTwiceMs + 1 })), []);
  assert.deepEqual(ids(receipt("1", { note: "N1" }), receipt("2", { note: "N2" })), []);
  assert.deepEqual(
    ids(receipt("1", { note: "N1" }), receipt("2", { note: "N1", at: t0 + 9 * receiptTwiceMs })),
    ["2"],
  );
  for (const more of [{ units: 9 }, { sku: "Y" }, { supplier: "乙" }, { warehouse: "north" }])
    assert.deepEqual(ids(receipt("1"), receipt("2", more)), []);
});

test("[A5] a unit is explained once, a document no further than it goes, and nothing is lost or made up", () => {
  const skus = ["T-1", "T-2", "X"];
  const variance = fc
    .tuple(
      fc.constantFrom("a", "b"),
      fc.constantFrom(...skus),
      fc.constantFrom("", "L1"),
      fc.integer({ min: -5, max: 5 }),
    )
    .map(([bin, sku, lot, units]) => off(bin, sku, units, lot));
  const variances = fc.uniqueArray(variance, { selector: (one) => cellKey(one.cell), maxLength: 10 });
  const papers = fc.array(
    fc
      .tuple(
        fc.constantFrom(...paperKinds),
        fc.constantFrom(...skus),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(9),
      )
      .map(([kind, sku, units, index]) => paper(kind, sku, units, { id: `${index}` })),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(variances, fc.uniqueArray(papers, { maxLength: 1 }), (differing, [documents = []]) => {
      const unique = [...new Map(documents.map((one) => [one.id, one])).values()];
      const { findings, unexplained } = investigate(differing, unique, familyOf);
      const left = new Map(unexplained.map((one) => [cellKey(one.cell), one.units]));
      for (const { cell, units } of differing) {
        const explained = findings
          .filter((one) => one.cells.some((other) => cellKey(other) === cellKey(cell)))
          .reduce((sum, one) => sum + one.units, 0);
        const rest = left.get(cellKey(cell)) ?? 0;
        assert.equal(explained + Math.abs(rest), Math.abs(units));
        assert.ok(rest === 0 || Math.sign(rest) === Math.sign(units));
      }
      for (const one of unique) {
        const used = findings
          .filter((finding) => finding.paper === one.id)
          .reduce((sum, finding) => sum + finding.units, 0);
        assert.ok(used <= one.units);
      }
      const shuffled = investigate(differing.toReversed(), unique.toReversed(), familyOf);
      assert.deepEqual(shuffled, { findings, unexplained });
    }),
    { numRuns: 500 },
  );
});
