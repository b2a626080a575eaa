import { enableCompileCache } from "node:module";
import { processIo, type Io } from "./cli/io.ts";

// Stripped and compiled code is kept in the temporary folder: the second start takes half as long.
enableCompileCache();

/** A command takes what follows its name and answers the exit status. */
interface Command {
  run(argv: readonly string[], io: Io): Promise<number>;
}

/** Loaded when it is asked for: `stock` must not wait for the server's libraries. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import("./cli/serve.ts"),
  import: () => import("./cli/import.ts"),
  stock: () => import("./cli/stock.ts"),
  journal: () => import("./cli/journal.ts"),
  verify: () => import("./cli/verify.ts"),
  backup: () => import("./cli/backup.ts"),
  restore: () => import("./cli/restore.ts"),
  token: () => import("./cli/token.ts"),
  demo: () => import("./cli/demo.ts"),
  sim: () => import("./cli/sim.ts"),
  forecast: () => import("./cli/forecast.ts"),
  report: () => import("./cli/report.ts"),
  odd: () => import("./cli/odd.ts"),
  help: () => import("./cli/help.ts"),
};

async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name = "help", ...rest] = argv;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return (await import("./cli/help.ts")).unknownCommand(name, io);
  return (await load()).run(rest, io);
}

process.exitCode = await main(process.argv.slice(2), processIo());
