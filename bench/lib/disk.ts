import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Environment } from "./child.ts";

/** The disk as it is, or with a pause before each flush: what everything on it runs with. */
export interface Disk {
  readonly name: string;
  readonly env: Environment;
}

export const thisDisk: Disk = { name: "this disk", env: {} };

export const slowFlushMs = 2;

/** The same disk with a slower flush, and what removes it again; a text says why there can be none. */
export function buildSlowDisk(): { disk: Disk; remove: () => void } | string {
  if (process.platform !== "linux") return "a slower flush is put before the disk on Linux only";
  // Not in the folder that is measured: the database's own user must be able to read it.
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-slow-disk-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const library = path.join(folder, "slow-disk.so");
  const source = path.join(import.meta.dirname, "slow-disk.c");
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], {
    encoding: "utf8",
  });
  const opened = spawnSync("chmod", ["755", folder]);
  if (built.status !== 0 || opened.status !== 0) {
    remove();
    return `no C compiler (cc) for the slower flush: ${built.stderr ?? built.error?.message ?? ""}`.trim();
  }
  const env = { LD_PRELOAD: library, BENCH_FLUSH_US: String(slowFlushMs * 1_000) };
  return { disk: { name: `+${slowFlushMs} ms a flush`, env }, remove };
}
