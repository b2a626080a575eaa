// `node scripts/run.mjs FILE [args]`: sets up, then runs one of the project's own TypeScript files (a benchmark, a
// script for the docs) on the product's Node, in the project's folder.
import { runTool } from "./lib/run.mjs";
import { SetupError, runMain } from "./lib/say.mjs";
import { ensureDependencies } from "./lib/setup.mjs";

await runMain(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) {
    throw new SetupError(
      "请写明要运行的文件：node scripts/run.mjs 文件。",
      "Name the file: node scripts/run.mjs FILE.",
    );
  }
  await ensureDependencies();
  return runTool(file, args);
});
