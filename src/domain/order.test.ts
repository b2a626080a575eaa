import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { effectOf, firstFacts, mergeFacts, refunds, stages, type Sighting } from "./order.ts";
import type { Facts } from "./rows.ts";

const sighting: fc.Arbitrary<Sighting> = fc.record(
  {
    updatedAt: fc.integer({ min: 0, max: 4 }),
    rank: fc.integer({ min: 0, max: 2 }),
    quantity: fc.integer({ min: 1, max: 5 }),
    kind: fc.constantFrom("spot" as const, "presale" as const),
    stage: fc.constantFrom(...stages),
    closed: fc.integer({ min: 0, max: 6 }),
    shipped: fc.integer({ min: 0, max: 6 }),
    returnedGood: fc.integer({ min: 0, max: 6 }),
    returnedBad: fc.integer({ min: 0, max: 6 }),
    refund: fc.constantFrom(...refunds),
  },
  { requiredKeys: ["updatedAt", "rank", "quantity", "kind"] },
);

function fold(seen: readonly Sighting[]): Facts {
  const [first, ...rest] = seen;
  assert(first !== undefined);
  return rest.reduce<Facts>(mergeFacts, firstFacts(first, "order"));
}

test("[L1] merging sightings is commutative, associative and idempotent", () => {
  // A line whose every sighting has an unknown stage keeps the first quantity; platforms send at least one known.
  const known = sighting.map((seen): Sighting => ({ stage: "created", ...seen }));
  fc.assert(
    fc.property(
      fc.array(known, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      (seen, random) => {
        const repeated = [...seen, ...seen.slice(0, 3)];
        const shuffled = repeated
          .map((one) => [random.next().value ?? 0, one] as const)
          .toSorted((a, b) => a[0] - b[0]);
        assert.deepEqual(fold(shuffled.map(([, one]) => one)), fold(seen));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("[L2] the greatest stamp says stage, quantity and kind; counters only rise", () => {
  const base = { kind: "spot" as const, quantity: 3 };
  const rows: [Sighting[], Partial<Facts>][] = [
    [
      [
        { ...base, updatedAt: 2, rank: 0, stage: "paid" },
        { ...base, updatedAt: 1, rank: 9, stage: "created" },
      ],
      { stage: "paid" },
    ],
    [
      [
        { ...base, updatedAt: 1, rank: 1, stage: "created" },
        { ...base, updatedAt: 1, rank: 0, stage: "paid" },
      ],
      { stage: "created" },
    ],
    [
      [
        { ...base, updatedAt: 1, rank: 0, stage: "created" },
        { ...base, updatedAt: 1, rank: 0, stage: "paid" },
      ],
      { stage: "paid" },
    ],
    [
      [
        { ...base, updatedAt: 1, rank: 0, stage: "paid", closed: 2 },
        { ...base, updatedAt: 9, rank: 0, stage: "paid", closed: 1 },
      ],
      { closed: 2 },
    ],
    [
      [
        { ...base, updatedAt: 1, rank: 0, stage: "paid" },
        { ...base, updatedAt: 2, rank: 0, stage: "paid", quantity: 5, kind: "presale" },
      ],
      { quantity: 5, kind: "presale" },
    ],
    [
      [
        { ...base, updatedAt: 5, rank: 0 },
        { ...base, updatedAt: 1, rank: 0, stage: "paid" },
      ],
      { stage: "paid", stampAt: 1 },
    ],
  ];
  for (const [seen, wanted] of rows) {
    for (const order of [seen, seen.toReversed()]) assert.partialDeepStrictEqual(fold(order), wanted);
  }
});

test("[L3] the effect never counts a unit twice, whatever the counters say", () => {
  fc.assert(
    fc.property(fc.array(sighting, { minLength: 1, maxLength: 4 }), (seen) => {
      const facts = fold(seen);
      const effect = effectOf(facts);
      assert.equal(effect.live + effect.closed, Math.max(0, facts.quantity - effect.shipped));
      for (const units of [
        effect.live,
        effect.closed,
        effect.shipped,
        effect.returnedGood,
        effect.returnedBad,
      ])
        assert(units >= 0);
      assert(effect.want === 0 || effect.want === effect.live);
    }),
    { numRuns: 2_000 },
  );
});
