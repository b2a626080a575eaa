// `npm run demo -- [options]`: sets up what is missing, then plays an evening in a shop of its own. Options go to `demo`.
import { runProduct } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureWeb();
  return runProduct(["demo", ...process.argv.slice(2)]);
});
