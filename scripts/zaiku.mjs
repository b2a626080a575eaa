// `npm run zaiku -- COMMAND …`: sets up what is missing, then runs one command. Nothing but the command writes to
// stdout; `npm run -s zaiku -- stock --json` keeps npm itself quiet too, so that it prints JSON alone.
import { runProduct } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  const args = process.argv.slice(2);
  await ensureDependencies();
  if (args[0] === "serve") await ensureWeb();
  return runProduct(args);
});
