// `npm run screenshots -- [--only name,name] [--out folder]`: every screen of a demo at one moment, dark and light,
// on a wall and on a phone, into docs/images. Needs Chromium (CHROMIUM_PATH, or on the path).
import { runTool } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureWeb();
  return runTool("scripts/screenshots/take.ts", process.argv.slice(2));
});
