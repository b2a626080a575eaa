import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { causeCodes, causes } from "./cause.ts";
import type { SkuGap } from "./summary.ts";
import { causeWords, closeNight, type BookSku, type ShelfCount } from "./three-way.ts";

const book: BookSku = { sku: "A", onHand: 50, owed: 10 };
const counted = (units: number, more: Partial<ShelfCount> = {}): Map<string, ShelfCount> =>
  new Map([["A", { sku: "A", counted: units, expected: 50, booked: 0, ...more }]]);
const gap = (live: number, shipped: number, ...found: SkuGap["causes"]): Map<string, SkuGap> =>
  new Map([["A", { sku: "A", live, shipped, causes: found }]]);
const none = new Map<string, never>();

void suite("the nightly close of shelves, books and channels", () => {
  test("[RC8] where all three say the same there is nothing to explain; what was not counted is not judged", () => {
    const agreed = closeNight([book], counted(50), none);
    assert.deepEqual([agreed.agreeing, agreed.unexplained, agreed.clean], [1, 0, true]);
    const uncounted = closeNight([book], none, none);
    assert.deepEqual([uncounted.counted, uncounted.clean, uncounted.rows[0]?.counted], [0, true, null]);
  });

  test("[RC8] each unit of difference stands under a cause: sent and not booked, booked by the count, or unexplained", () => {
    const shippedThere = { cause: "shipped_there", live: -4, shipped: 4 } as const;
    const close = closeNight([book], counted(43, { booked: -2 }), gap(-4, 4, shippedThere));
    assert.deepEqual(close.rows[0]?.differences, [
      { side: "shelf", cause: "count_booked", units: -2 },
      { side: "shelf", cause: "shipped_there", units: -4 },
      { side: "shelf", cause: "unexplained", units: -1 },
      { side: "channel", cause: "shipped_there", units: -4 },
    ]);
    assert.equal(close.unexplained, 1);
    assert.equal(close.clean, false);
    assert.equal(close.rows[0]?.owedThere, 6);
  });

  test("[RC8] a parcel that is booked as sent and still stands there explains units too many", () => {
    const shippedHere = { cause: "shipped_here", live: 3, shipped: -3 } as const;
    const close = closeNight([book], counted(53), gap(3, -3, shippedHere));
    assert.deepEqual(
      close.rows[0]?.differences.map(({ side, cause, units }) => [side, cause, units]),
      [
        ["shelf", "shipped_here", 3],
        ["channel", "shipped_here", 3],
      ],
    );
    assert.equal(close.clean, true);
  });

  test("[RC8] whatever the numbers, the causes sum to the differences, and every cause has its words", () => {
    const units = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        units,
        fc.array(fc.record({ cause: fc.constantFrom(...causeCodes), live: units, shipped: units }), {
          maxLength: 6,
        }),
        units,
        (found, booked, explained, extra) => {
          const live = explained.reduce((sum, one) => sum + one.live, 0) + extra;
          const { rows, unexplained } = closeNight(
            [book],
            counted(found, { booked }),
            gap(live, 0, ...explained),
          );
          const [row] = rows;
          assert.ok(row !== undefined);
          const sumOf = (side: string): number =>
            row.differences.reduce((sum, one) => sum + (one.side === side ? one.units : 0), 0);
          assert.equal(sumOf("shelf"), row.shelfOff);
          assert.equal(sumOf("channel"), row.channelOff);
          assert.ok(unexplained >= Math.abs(extra));
          for (const { cause } of row.differences) assert.ok(causeWords(cause).zh !== "");
        },
      ),
    );
    for (const cause of causeCodes) assert.ok(causes[cause].zh.length > 0 && causes[cause].en.length > 0);
  });
});
