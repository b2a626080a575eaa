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
  passed: number;
  failed: number;
  skipped: number;
  /** Of its files together: several run at the same time. */
  seconds: number;
}

const root = path.resolve(import.meta.dirname, "../..");
/** Many of them wait, for a browser, a disk or another process. */
const testFilesAtOnce = 3;
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

/** Runs the files of all stages, in their order, so many at a time: no stage waits for the last file of another. */
async function runStages(stages: readonly Stage[]): Promise<readonly Tally[]> {
  const tallies = stages.map(({ name }) => ({ name, passed: 0, failed: 0, skipped: 0, seconds: 0 }));
  const tallyOf = new Map<string, Tally>();
  for (const [index, { files }] of stages.entries()) {
    for (const file of files) tallyOf.set(path.join(root, file), tallies[index] as Tally);
  }
  const events = run({
    files: [...tallyOf.keys()],
    cwd: root,
    concurrency: testFilesAtOnce,
    timeout: testMsMax,
  });
  events.on("test:summary", ({ file, counts, duration_ms: ms }) => {
    // One summary a file, then one without a file for all of them.
    const tally = file === undefined ? undefined : tallyOf.get(file);
    if (tally === undefined) return;
    const skipped = counts.skipped + counts.todo;
    tally.passed += counts.passed;
    tally.skipped += skipped;
    // The cancelled ones are among them: they did not pass.
    tally.failed += counts.tests - counts.passed - skipped;
    tally.seconds += ms / 1_000;
  });
  // A file that could not be run at all has no summary, and fails under its own name.
  events.on("test:fail", ({ file, name }) => {
    const tally = file === name && file !== undefined ? tallyOf.get(file) : undefined;
    if (tally !== undefined) tally.failed += 1;
  });
  for await (const text of events.compose(spec)) process.stdout.write(String(text));
  return tallies;
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

  for (const { name, files } of stages) process.stdout.write(`▶ ${name}: ${files.length} files\n`);
  const tallies = await runStages(stages);
  await started?.stop();

  printTallies(tallies);
  const sum = (key: "passed" | "failed" | "skipped") =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  process.stdout.write(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped\n`);
  if (sum("passed") === 0 && sum("failed") === 0) process.stdout.write("No test ran.\n");
  return sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
});
