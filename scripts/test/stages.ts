import { existsSync, globSync, readdirSync } from "node:fs";
import path from "node:path";

/** One group of test files. */
export interface Stage {
  readonly name: string;
  /** Relative to the project, sorted. */
  readonly files: readonly string[];
  readonly needs: readonly Need[];
}

/** What a stage cannot run without. */
export type Need = "postgres" | "browser";

/** Quick ones first, so that a plain mistake shows early; then the longest, so that none of them is left alone at the end. */
const order = ["tidy", "unit", "web", "crash", "http", "store", "report", "sim"];

const needs: Readonly<Record<string, readonly Need[]>> = {
  tidy: [],
  web: ["postgres", "browser"],
};

function listTestFolders(root: string): string[] {
  const tests = path.join(root, "tests");
  if (!existsSync(tests)) return [];
  return readdirSync(tests, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

function rank(name: string): number {
  const known = order.indexOf(name);
  return known === -1 ? order.length : known;
}

/**
 * Every test file of the project, by stage: `unit` beside the code, then one stage a folder of tests/. A folder
 * without test files is no stage.
 */
export function listStages(root: string): Stage[] {
  const unit = globSync("{src,scripts,bench}/**/*.test.ts", { cwd: root });
  const found: Stage[] = [{ name: "unit", files: unit.toSorted(), needs: ["postgres"] }];
  for (const name of listTestFolders(root)) {
    const files = globSync(`tests/${name}/**/*.test.ts`, { cwd: root }).toSorted();
    found.push({ name, files, needs: needs[name] ?? ["postgres"] });
  }
  return found
    .filter((stage) => stage.files.length > 0)
    .toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}
