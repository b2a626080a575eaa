// `npm start -- [options]`: sets everything up that is missing, then serves. Options go to `serve`.
import { runProduct } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  await ensureDependencies();
  await ensureWeb();
  return runProduct(["serve", ...process.argv.slice(2)]);
});
