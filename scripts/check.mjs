// `npm run check`: types, lint, format, layering and tidiness. `npm run check -- types lint` runs those alone.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { runTool } from "./lib/run.mjs";
import { SetupError, runMain } from "./lib/say.mjs";
import { ensureDependencies, root } from "./lib/setup.mjs";

/** Each with its own library: Node, nothing at all, the browser, the browser driven from Node. */
const typeProjects = [".", "src/domain", "src/web", "tests/web"];

/**
 * @param {string} project
 * @returns {boolean} whether the folder holds any source; the compiler calls an empty project an error
 */
function hasSources(project) {
  const folder = path.join(root, project);
  if (!existsSync(folder)) return false;
  return project === "." || readdirSync(folder, { recursive: true, encoding: "utf8" }).some(isSource);
}

/** @param {string} name */
function isSource(name) {
  return /\.tsx?$/.test(name);
}

async function checkTypes() {
  let worst = 0;
  for (const project of typeProjects) {
    if (!hasSources(project)) continue;
    const status = await runTool("node_modules/typescript/bin/tsc", ["--noEmit", "-p", project]);
    worst = Math.max(worst, status);
  }
  return worst;
}

/** @type {Record<string, () => Promise<number>>} */
const checks = {
  types: checkTypes,
  lint: () => runTool("node_modules/oxlint/bin/oxlint", []),
  format: () => runTool("node_modules/oxfmt/bin/oxfmt", ["--check", "."]),
  tidy: () => runTool("scripts/test/main.ts", ["--only", "tidy"]),
};

await runMain(async () => {
  const asked = process.argv.slice(2);
  await ensureDependencies();
  let failed = 0;
  for (const name of asked.length === 0 ? Object.keys(checks) : asked) {
    const check = checks[name];
    if (check === undefined) {
      throw new SetupError(
        `没有名为 ${name} 的检查。可用：${Object.keys(checks).join("、")}。`,
        `There is no check named ${name}. There are: ${Object.keys(checks).join(", ")}.`,
      );
    }
    const startedAt = Date.now();
    const status = await check();
    if (status !== 0) failed += 1;
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
    process.stdout.write(`${status === 0 ? "✔" : "✖"} check ${name} (${seconds} s)\n`);
  }
  return failed === 0 ? 0 : 1;
});
