import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  cellIn,
  closeOf,
  entryOf,
  minute,
  movementOf,
  shelfIn,
  specOf,
  t0,
} from "../../domain/count/fixture.testing.ts";
import { linesOf } from "../../domain/count/line.ts";
import {
  foldSheetAll,
  growSheet,
  type ApprovedLine,
  type CountEvent,
  type CountFact,
  type Sheet,
} from "../../domain/count/sheet.ts";
import { asksAgain } from "../../domain/count/view.ts";
import { Floor } from "../../domain/floor/floor.ts";
import { JudgedSheets } from "./judged.ts";
import type { Good } from "./goods.ts";

const bins = ["a", "b", "c", "a-1"];
const skus = ["A", "B"];
const goods = new Map<string, Good>(
  skus.map((sku) => [sku, { sku, code: sku, name: sku, price: 100, category: "", barcodes: [] }]),
);
const priceOf = (sku: string): number => goods.get(sku)?.price ?? 0;

type Step =
  | {
      readonly kind: "move";
      readonly from: number;
      readonly to: number;
      readonly sku: number;
      readonly at: number;
    }
  | {
      readonly kind: "entry" | "close" | "recount" | "approve";
      readonly bin: number;
      readonly sku: number;
      readonly by: number;
      readonly quantity: number;
    };

const bin = fc.nat({ max: bins.length - 1 });
const sku = fc.nat({ max: skus.length - 1 });
const stepOf: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("move" as const), from: bin, to: bin, sku, at: fc.nat({ max: 60 }) }),
  fc.record({
    kind: fc.constantFrom(
      "entry" as const,
      "entry" as const,
      "close" as const,
      "recount" as const,
      "approve" as const,
    ),
    bin,
    sku,
    by: fc.nat({ max: 2 }),
    quantity: fc.nat({ max: 12 }),
  }),
);

/** What a step adds to the sheet; null: it moves goods instead. */
function factOf(
  step: Exclude<Step, { kind: "move" }>,
  number: number,
  sheet: Sheet,
  floor: Floor,
): CountFact | null {
  const where = bins[step.bin] ?? "a";
  const cell = cellIn(where, skus[step.sku] ?? "A");
  const by = `p${step.by}`;
  const lines = linesOf(sheet, floor, priceOf);
  switch (step.kind) {
    case "entry":
      return {
        kind: "entry",
        body: { entry: entryOf(by, cell, step.quantity, number, { mode: "replace" }) },
      };
    case "close":
      return { kind: "bin_closed", body: { close: closeOf(by, where, number) } };
    case "recount":
      return { kind: "recount", body: { lines: lines.slice(0, 1).map(({ key }) => key), reason: "" } };
    case "approve": {
      const ready = lines.filter(({ status, settled }) => settled !== null && status !== "approved");
      if (ready.length === 0) return null;
      const approved = ready.map(({ cell: one, settled }): ApprovedLine => {
        const {
          quantity = 0,
          when = { from: 0, to: 0, device: null, first: 0, last: 0 },
          variance = 0,
        } = settled ?? {};
        return {
          cell: one,
          quantity,
          when,
          variance,
          valueMinor: 0,
          reason: null,
          counters: settled?.counters ?? [],
        };
      });
      return { kind: "approved", body: { lines: approved, role: "owner" } };
    }
  }
}

test("[Q17] lines that are judged again only where something is new are the lines of the whole sheet", () => {
  fc.assert(
    fc.property(fc.array(stepOf, { minLength: 1, maxLength: 40 }), (steps) => {
      const floor = new Floor();
      for (const [index, where] of bins.entries())
        floor.move(movementOf(`in${index}`, -10, "A", 8, null, shelfIn(where)));
      const judged = new JudgedSheets();
      const events: CountEvent[] = [];
      const eventOf = (fact: CountFact): CountEvent => {
        const event = {
          ...fact,
          sheet: "s1",
          seq: events.length + 1,
          at: t0 + events.length * minute,
          actor: "x",
        };
        events.push(event as CountEvent);
        return event as CountEvent;
      };
      let sheet = growSheet(null, [eventOf({ kind: "opened", body: { spec: specOf({ bins }) } })]);
      assert.ok(sheet !== null);
      for (const [index, step] of steps.entries()) {
        if (step.kind === "move") {
          const [from, to] = [shelfIn(bins[step.from] ?? "a"), shelfIn(bins[step.to] ?? "a")];
          if (step.from !== step.to)
            floor.move(movementOf(`m${index}`, step.at, skus[step.sku] ?? "A", 1, from, to));
        } else {
          const fact = factOf(step, index + 1, sheet, floor);
          const grown: Sheet | null = fact === null ? sheet : growSheet(sheet, [eventOf(fact)]);
          assert.ok(grown !== null);
          sheet = grown;
        }
        assert.deepEqual(judged.lines(sheet, floor, goods), linesOf(sheet, floor, priceOf));
        assert.deepEqual(judged.again(sheet, floor, goods), linesOf(sheet, floor, priceOf).filter(asksAgain));
      }
      // A sheet that grew is the one that its events add up to.
      assert.deepEqual(sheet, foldSheetAll(events));
    }),
    { numRuns: 60 },
  );
});
