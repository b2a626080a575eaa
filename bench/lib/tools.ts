import { spawnSync } from "node:child_process";
import { aptInstall, canAptInstall } from "../../scripts/lib/apt.mjs";

/** Programs that are no part of the project: the bench says so where one is not there. */

function runs(program: string, argv0: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { argv0, stdio: "ignore" }).error === undefined;
}

function install(name: string): void {
  if (!canAptInstall()) return;
  const { ok, output } = aptInstall([name]);
  if (!ok) process.stderr.write(`apt could not install ${name}: ${output}\n`);
}

/**
 * A Redis server's program, to be started under the name `redis-server`; null when there is none. Debian's
 * redis-tools has that program as well, and unlike its redis-server package starts no service of its own.
 */
export function findRedis(): string | null {
  const find = (): string | undefined =>
    ["redis-server", "redis-check-rdb"].find((program) => runs(program, "redis-server", ["--version"]));
  if (find() === undefined) install("redis-tools");
  return find() ?? null;
}

/** wrk, which costs a tenth of the processor that a load generator in Node does. */
export function findWrk(): boolean {
  const find = (): boolean => runs("wrk", "wrk", ["--version"]);
  if (!find()) install("wrk");
  return find();
}
