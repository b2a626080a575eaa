// `npm run bench`: measures, prints tables with ratios, and writes them with the machine and the commit beside.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { counts } from "./count.ts";
import { feed } from "./feed.ts";
import { http } from "./http.ts";
import { inProcess } from "./in-process.ts";
import { endAll } from "./lib/child.ts";
import { thisDisk } from "./lib/disk.ts";
import { describeCommit, describeMachine, type Machine } from "./lib/machine.ts";
import { PlanError, readPlan, type Plan, type Question } from "./lib/plan.ts";
import { number, tableOf, type Section } from "./lib/report.ts";
import { million } from "./million.ts";
import { reports } from "./reports.ts";
import { slowDisk } from "./slow-disk.ts";

const root = path.resolve(import.meta.dirname, "..");

/** What one run of the bench found. */
interface Results {
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly seed: number;
  readonly rounds: number;
  readonly quick: boolean;
  readonly sections: readonly Section[];
  readonly minutes: number;
}

async function ask(question: Question, plan: Plan): Promise<readonly Section[]> {
  const tell = (text: string): void => {
    process.stderr.write(`  ${question}: ${text}\n`);
  };
  switch (question) {
    case "inproc":
      return [await inProcess(plan, thisDisk, tell)];
    case "http":
      return [await http(plan, thisDisk, tell)];
    case "slow-disk":
      return slowDisk(plan, tell);
    case "million":
      return [await million(plan, tell)];
    case "feed":
      return [await feed(plan, tell)];
    case "counts":
      return [await counts(plan, tell)];
    case "reports":
      return [await reports(plan, tell)];
  }
}

/** A question that cannot be answered is told, and the others are still asked. */
async function askOrSayWhy(question: Question, plan: Plan): Promise<readonly Section[]> {
  try {
    return await ask(question, plan);
  } catch (error) {
    process.exitCode = 1;
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    return [{ id: question, title: question, rows: [], notes: [`Not measured: ${why}`] }];
  }
}

function describe({ date, commit, machine, seed, rounds, quick, minutes }: Results): string {
  const { cpu, cores, memoryGib, kernel, node, fsyncsPerSecond, loadBefore } = machine;
  const size = quick ? "quick: an idea, no measurement" : "full";
  return [
    `${date}, commit ${commit}, ${size}, ${rounds} rounds, seed ${seed}, ${number(minutes)} minutes.`,
    `${cores} cores (${cpu}), ${memoryGib} GiB, ${kernel}, Node ${node.slice(1)}.`,
    `4 KiB written and flushed ${number(fsyncsPerSecond)} times a second. Load of the machine before: ${loadBefore}.`,
  ].join("\n");
}

function markdownOf(results: Results): string {
  const tables = results.sections.map((section) => `## ${section.title}\n\n${tableOf(section)}`);
  return [`# Bench\n\n${describe(results)}\n`, ...tables].join("\n");
}

function save(results: Results): string {
  const folder = path.join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const stamp = results.date.slice(0, 16).replaceAll(":", "");
  const name = path.join(folder, `${stamp}-${results.commit}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${name}.md`, markdownOf(results));
  return path.relative(root, `${name}.md`);
}

async function main(): Promise<void> {
  const plan = readPlan(process.argv.slice(2), root);
  const startedAt = performance.now();
  const date = new Date().toISOString();
  const machine = describeMachine(plan.dir);
  const sections: Section[] = [];
  for (const question of plan.only) {
    const found = await askOrSayWhy(question, plan);
    for (const section of found) console.log(`${section.title}\n\n${tableOf(section)}`);
    sections.push(...found);
  }
  const { seed, rounds, quick } = plan;
  const minutes = (performance.now() - startedAt) / 60_000;
  const results = { date, commit: describeCommit(), machine, seed, rounds, quick, sections, minutes };
  console.log(describe(results));
  if (plan.save) console.log(`Written to ${save(results)}.`);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    endAll();
    process.exit(1);
  });
}
process.on("exit", endAll);
try {
  await main();
} catch (error) {
  if (!(error instanceof PlanError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
