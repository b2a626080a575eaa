// `npm test`: sets up, builds the page, checks, then runs the tests stage by stage. `npm test -- --only http,cli`
// runs those stages alone. The stages themselves run on the product's Node, in TypeScript: scripts/test/main.ts.
import { runTool } from "./lib/run.mjs";
import { runMain } from "./lib/say.mjs";
import { ensureDependencies, ensureWeb } from "./lib/setup.mjs";

await runMain(async () => {
  const args = process.argv.slice(2);
  await ensureDependencies();
  await ensureWeb();
  // Tidiness is a test stage of its own, so that its tests are counted with the others.
  const checked = args.length === 0 ? await runTool("scripts/check.mjs", ["types", "lint", "format"]) : 0;
  const tested = await runTool("scripts/test/main.ts", args);
  return checked === 0 ? tested : checked;
});
