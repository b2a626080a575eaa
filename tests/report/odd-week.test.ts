import assert from "node:assert/strict";
import { test } from "node:test";
import { findOdd } from "../../src/domain/odd/detect.ts";
import { sayHit } from "../../src/domain/odd/evidence.ts";
import { oddOrderOf, unknownSide } from "../../src/domain/odd/from-lines.ts";
import { oddPolicyDefault, type OddPolicy } from "../../src/domain/odd/policy.ts";
import { previewPolicy } from "../../src/domain/odd/preview.ts";
import { groupBy } from "../../src/domain/report/group.ts";
import { linesOf, openWeek, pricesOf } from "./week.ts";

test("[OD9] the example week: orders of far more units than the product's others, prices far below the list, and nothing else", async (t) => {
  const books = await openWeek();
  try {
    const [lines, prices] = [await linesOf(books), pricesOf(books)];
    const orders = [...groupBy(lines, ({ orderId }) => orderId).values()].flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [oddOrderOf([first, ...rest], unknownSide, ({ sku }) => prices.get(sku) ?? null)],
    );
    const findings = findOdd(orders, oddPolicyDefault);
    const hits = findings.flatMap((finding) => finding.hits.map((hit) => ({ finding, hit })));
    const counts = Object.fromEntries(
      [...groupBy(hits, ({ hit }) => hit.rule)].map(([rule, list]) => [rule, list.length]),
    );
    assert.deepEqual(counts, { bulk: 90, price_error: 13 });

    // Each bulk order counted again, from the lines alone.
    for (const { finding, hit } of hits.filter((one) => one.hit.rule === "bulk")) {
      const units = (orderId: string): number =>
        lines.reduce(
          (sum, line) => sum + (line.orderId === orderId && line.sku === hit.sku ? line.quantity : 0),
          0,
        );
      assert.equal(hit.evidence["units"], units(finding.order.orderId));
      assert.ok(units(finding.order.orderId) >= 3 * (hit.evidence["usual"] ?? Infinity));
    }
    const [largest] = hits
      .filter(({ hit }) => hit.rule === "bulk")
      .toSorted((a, b) => (b.hit.evidence["units"] ?? 0) - (a.hit.evidence["units"] ?? 0));
    assert.ok(largest !== undefined);
    assert.equal(largest.finding.order.orderId, "536809");
    t.diagnostic(`${largest.finding.order.orderId} ${largest.hit.sku}: ${sayHit(largest.hit, "en")}`);

    // A shop that sells by the dozen asks for ten times the usual, and sees beforehand what is left.
    const wholesale: OddPolicy = {
      ...oddPolicyDefault,
      thresholds: { ...oddPolicyDefault.thresholds, bulkTimes: 10 },
    };
    const preview = previewPolicy(orders, oddPolicyDefault, wholesale);
    assert.deepEqual(
      preview.rules.find(({ rule }) => rule === "bulk"),
      { rule: "bulk", before: 90, after: 14 },
    );
    assert.equal(preview.found.length, 0);
  } finally {
    await books.close();
  }
});
