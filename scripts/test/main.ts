// Runs the test stages on the product's Node: `scripts/test/main.ts [--only STAGE,STAGE]`. scripts/test.mjs is what
// `npm test` starts; it sets up first.
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs } from "node:util";
import { startPostgres } from "../../tests/support/postgres.ts";
import { SetupError, runMain } from "../lib/say.mjs";
import { listStages } from "./stages.ts";
import type { Stage } from "./stages.ts";
import { ensureBrowser } from "./system.ts";

interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

const root = path.resolve(import.meta.dirname, "../..");
const testFilesAtOnce = 2;
/** A file that hangs fails after this long, instead of holding up everything. */
const testMsMax = 20 * 60_000;

function selectStages(only: string | undefined): Stage[] {
  const stages = listStages(root);
  if (only === undefined) return stages;
  const names = only.split(",");
  const known = stages.map((stage) => stage.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SetupError(
      `没有名为 ${unknown} 的测试阶段。可用：${known.join("、")}。`,
      `There is no test stage named ${unknown}. There are: ${known.join(", ")}.`,
    );
  }
  return stages.filter((stage) => names.includes(stage.name));
}

async function runStage(stage: Stage): Promise<Tally> {
  process.stdout.write(`\n▶ ${stage.name}: ${stage.files.length} files\n`);
  const startedAt = performance.now();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const events = run({
    files: stage.files.map((file) => path.join(root, file)),
    cwd: root,
    concurrency: testFilesAtOnce,
    timeout: testMsMax,
  });
  events.on("test:summary", ({ file, counts }) => {
    // One summary a file, then one without a file for all of them.
    if (file !== undefined) return;
    passed = counts.passed;
    skipped = counts.skipped + counts.todo;
    // The cancelled ones are among them: they did not pass.
    failed = counts.tests - passed - skipped;
  });
  for await (const text of events.compose(spec)) process.stdout.write(String(text));
  return { name: stage.name, passed, failed, skipped, seconds: (performance.now() - startedAt) / 1_000 };
}

function printTallies(tallies: readonly Tally[]): void {
  process.stdout.write("\n");
  for (const { name, passed, failed, skipped, seconds } of tallies) {
    const mark = failed === 0 ? "✔" : "✖";
    const rest = skipped === 0 ? "" : `, ${skipped} skipped`;
    process.stdout.write(
      `${mark} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s  ${passed} passed, ${failed} failed${rest}\n`,
    );
  }
}

await runMain(async () => {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const stages = selectStages(values.only);
  if (stages.some((stage) => stage.needs.includes("browser"))) ensureBrowser();
  const needsPostgres = stages.some((stage) => stage.needs.includes("postgres"));
  const started =
    needsPostgres && process.env.ZAIKU_TEST_POSTGRES_URL === undefined ? await startPostgres() : undefined;
  if (started !== undefined) process.env.ZAIKU_TEST_POSTGRES_URL = started.url;

  const tallies: Tally[] = [];
  for (const stage of stages) tallies.push(await runStage(stage));
  await started?.stop();

  printTallies(tallies);
  const sum = (key: "passed" | "failed" | "skipped") =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  process.stdout.write(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`);
  if (sum("passed") === 0 && sum("failed") === 0) process.stdout.write("No test ran.\n");
  return sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
});
