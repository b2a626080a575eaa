import assert from "node:assert/strict";
import { test } from "node:test";
import { PlanError, readPlan } from "./lib/plan.ts";
import { createRandom, createZipf } from "./lib/random.ts";
import { atLeast, atMost, number, tableOf } from "./lib/report.ts";
import { inRounds } from "./lib/rounds.ts";
import { Latencies, median, medianRatio } from "./lib/stats.ts";

test("the middle of the rounds, and the middle of their ratios", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.ok(Number.isNaN(median([])));
  // A round in which the machine was slow counts as little for the ratio as any other.
  assert.equal(medianRatio([100, 10, 120], [50, 5, 40]), 2);
});

test("a percentile is one of the latencies, however many there are", () => {
  const latencies = new Latencies();
  assert.ok(Number.isNaN(latencies.percentile(50)));
  for (let ms = 100_000; ms >= 1; ms -= 1) latencies.add(ms);
  assert.equal(latencies.count, 100_000);
  assert.equal(latencies.percentile(50), 50_000);
  assert.equal(latencies.percentile(99), 99_000);
  assert.equal(latencies.percentile(100), 100_000);
  latencies.add(0.5);
  assert.equal(latencies.percentile(0), 0.5);
});

test("one seed gives one run, and the k-th SKU comes 1/k times as often as the first", () => {
  const random = createRandom(7);
  const again = createRandom(7);
  assert.deepEqual(
    Array.from({ length: 5 }, () => random()),
    Array.from({ length: 5 }, () => again()),
  );
  const counts = Array.from({ length: 200 }, () => 0);
  const zipf = createZipf(counts.length, random);
  for (let draw = 0; draw < 200_000; draw += 1) {
    const rank = zipf();
    counts[rank] = (counts[rank] ?? 0) + 1;
  }
  const [first = 0, second = 0, , fourth = 0] = counts;
  assert.ok(Math.abs(first / second - 2) < 0.15, `${first} to ${second}`);
  assert.ok(Math.abs(first / fourth - 4) < 0.4, `${first} to ${fourth}`);
  assert.ok(counts.every((count) => count > 0));
});

test("every other round goes the other way round", async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    measure: async (round: number) => {
      order.push(`${name}${round}`);
      return round;
    },
  });
  const answers = await inRounds([contender("a"), contender("b")], 3, () => undefined);
  assert.deepEqual(order, ["a0", "b0", "b1", "a1", "a2", "b2"]);
  assert.deepEqual(answers.get("b"), [0, 1, 2]);
});

test("a table has the columns that say something, and every goal says whether it is met", () => {
  const goals = [atLeast(120_000, 100_000, "lines/s"), atMost(500, 400, "MB")];
  const what = { what: "Zaiku", setting: "hot", unit: "lines/s" };
  const rows = [
    { ...what, rounds: [119_000, 120_000, 121_000], goals },
    { ...what, what: "Redis", rounds: [], note: "not installed" },
  ];
  assert.equal(
    tableOf({ rows, notes: ["One note."] }),
    [
      "| what  | setting | median (min–max)          | unit    | goal                                     |",
      "| ----- | ------- | ------------------------- | ------- | ---------------------------------------- |",
      "| Zaiku | hot     | 120,000 (119,000–121,000) | lines/s | ≥ 100,000 lines/s: met; ≤ 400 MB: MISSED |",
      "| Redis | hot     | not installed             | lines/s |                                          |",
      "",
      "- One note.",
      "",
    ].join("\n"),
  );
  assert.equal(number(0.5512), "0.55");
  assert.equal(number(12.345), "12.3");
  assert.equal(number(Number.NaN), "–");
});

test("wrong arguments are refused with what there is", () => {
  const plan = readPlan(["--only", "feed,inproc", "--quick", "--seed", "5"], ".");
  assert.deepEqual(plan.only, ["inproc", "feed"]);
  assert.equal(plan.rounds, 1);
  assert.equal(plan.seed, 5);
  assert.equal(readPlan([], ".").rounds, 3);
  for (const args of [["--only", "disk"], ["--rounds", "0"], ["--fast"], ["--dir", "/no/such/folder"]]) {
    assert.throws(() => readPlan(args, "."), PlanError);
  }
});
