import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMemoryFolder } from "./machine.ts";

export const questions = ["inproc", "http", "slow-disk", "million", "feed", "counts", "reports"] as const;
export type Question = (typeof questions)[number];
/** Asked only where they are named: a year of a shop is made first. */
const namedOnly: ReadonlySet<Question> = new Set(["reports"]);

/** How much is measured. */
export interface Plan {
  readonly only: readonly Question[];
  readonly rounds: number;
  readonly quick: boolean;
  /** Of one contender in one round. */
  readonly seconds: number;
  readonly warmSeconds: number;
  readonly seed: number;
  /** Where databases go while they are measured: a folder on a disk. */
  readonly dir: string;
  /** Whether the numbers are written to bench/results. */
  readonly save: boolean;
}

/** Wrong arguments: the message is all that is printed. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}

const usage = `npm run bench -- [--only ${questions.join(",")}] [--rounds 3] [--quick] [--seed 1] [--dir FOLDER] [--no-save]`;
const roundsMax = 50;

/** @throws PlanError */
export function readPlan(args: readonly string[], root: string): Plan {
  const values = parse(args);
  const quick = values.quick === true;
  const only = values.only?.split(",") ?? questions.filter((question) => !namedOnly.has(question));
  const unknown = only.find((one) => !questions.some((question) => question === one));
  if (unknown !== undefined) throw new PlanError(`There is no question ${unknown}.\n${usage}`);
  return {
    only: questions.filter((question) => only.includes(question)),
    rounds: readWhole("rounds", values.rounds ?? (quick ? "1" : "3"), 1, roundsMax),
    quick,
    seconds: quick ? 1 : 2,
    warmSeconds: quick ? 0.4 : 0.7,
    seed: readWhole("seed", values.seed ?? "1", 0, 4_294_967_295),
    dir: readFolder(values.dir, root),
    save: values["no-save"] !== true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        rounds: { type: "string" },
        quick: { type: "boolean" },
        seed: { type: "string" },
        dir: { type: "string" },
        "no-save": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new PlanError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function readWhole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new PlanError(`--${name} is a whole number from ${min} to ${max}.\n${usage}`);
}

function readFolder(named: string | undefined, root: string): string {
  if (named !== undefined) {
    const folder = path.resolve(process.env.INIT_CWD ?? ".", named);
    if (existsSync(folder)) return folder;
    throw new PlanError(`There is no folder ${folder}.\n${usage}`);
  }
  const folder = tmpdir();
  if (!isMemoryFolder(folder)) return folder;
  // Temporary files in memory: what is measured must wait for a disk.
  const own = path.join(root, "dist", "bench");
  mkdirSync(own, { recursive: true });
  return own;
}
