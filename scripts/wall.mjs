// `npm run test:wall -- [--speed 60] [--minutes 240] [--volume 1] [--json]`: a whole demo before the wall in Chromium: frames, and
// what the tab keeps. Needs Chromium (CHROMIUM_PATH, or on the path).
import { runTool } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureWeb();
  return runTool("scripts/wall/main.ts", process.argv.slice(2));
});
