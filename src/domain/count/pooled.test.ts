import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { unscannedShipment, type OpenPick } from "../floor/movement.ts";
import { closeBin, enterCount } from "./act.ts";
import {
  after,
  cellIn,
  closeOf,
  entryOf,
  lineIn,
  movementOf,
  sheetOf,
  shelfIn,
  t0,
} from "./fixture.testing.ts";

/** An order whose goods somebody takes from a shelf, unseen, between its payment and its shipment. Minutes. */
interface Sold {
  readonly paid: number;
  readonly picked: number;
  readonly sent: number;
  readonly units: number;
  readonly bin: number;
}

const bins = ["a", "b", "c"];
const sold: fc.Arbitrary<Sold> = fc
  .record({
    times: fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)),
    units: fc.integer({ min: 1, max: 3 }),
    bin: fc.nat(2),
  })
  .map(({ times, ...more }) => {
    const [paid = 0, picked = 0, sent = 0] = times.toSorted((x, y) => x - y);
    return { paid, picked, sent, ...more };
  });
const history = fc.record({
  orders: fc.array(sold, { maxLength: 8 }),
  opening: fc.tuple(
    fc.integer({ min: 24, max: 40 }),
    fc.integer({ min: 24, max: 40 }),
    fc.integer({ min: 24, max: 40 }),
  ),
  lost: fc.nat(5),
  looks: fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)),
});

test("[Q13] without scanned picks the true variance always lies within the range, and is exact once nothing is open", () => {
  let exact = 0;
  fc.assert(
    fc.property(history, fc.nat(260), ({ orders, opening, lost, looks }, heardUntil) => {
      const floor = new Floor(["main"]);
      // The loss was before all else, from the first bin.
      for (const [index, units] of opening.entries())
        floor.move(movementOf(`in${index}`, -60, "A", units, null, shelfIn(bins[index] ?? "")));
      const standsAt = (bin: number, minute: number): number =>
        (opening[bin] ?? 0) -
        (bin === 0 ? lost : 0) -
        orders
          .filter((one) => one.bin === bin && one.picked <= minute)
          .reduce((sum, one) => sum + one.units, 0);
      let sheet = sheetOf({ bins });
      const look = (by: string, bin: number, minute: number): void => {
        const name = bins[bin] ?? "";
        const entry = entryOf(by, cellIn(name), standsAt(bin, minute), minute);
        sheet = after(sheet, enterCount(sheet, floor, entry, true), by);
        sheet = after(sheet, closeBin(sheet, closeOf(by, name, minute)), by);
      };
      for (const [bin, minute] of looks.entries()) look("p", bin, minute);
      const hear = (until: number): void => {
        for (const [index, one] of orders.entries())
          if (one.sent <= until) floor.move(shipmentOf(one, index));
        const open = orders.filter((one) => one.paid <= until && one.sent > until);
        const stock = { sku: "A", warehouse: "main" };
        const picks = open.map(({ units, paid }): OpenPick => ({ ...stock, units, paidAt: minuteAt(paid) }));
        floor.setOpenPicks([{ ...stock, picks }]);
      };
      const done = Math.max(...looks);
      hear(Math.max(heardUntil, done));
      const { low, high } = lineIn(sheet, floor, cellIn("a")).variance ?? { low: 1, high: 0 };
      assert.ok(low <= -lost && -lost <= high, `${-lost} lies in ${low} to ${high}`);
      if (low === high) exact += 1;
      hear(1_000);
      for (const [bin] of bins.entries()) look("q", bin, 1_000 + bin);
      const settled = lineIn(sheet, floor, cellIn("a")).settled;
      assert.equal(settled?.variance, 0 - lost);
    }),
    { numRuns: 500 },
  );
  assert.ok(exact > 50, `${exact} were exact at once`);
});

function minuteAt(minute: number): number {
  return t0 + minute * 60_000;
}

function shipmentOf({ paid, sent, units }: Sold, index: number) {
  return unscannedShipment({
    id: `s${index}`,
    sku: "A",
    warehouse: "main",
    units,
    paidAt: minuteAt(paid),
    sentAt: minuteAt(sent),
    recordedAt: minuteAt(sent),
    actor: "job",
    doc: `o${index}`,
  });
}
