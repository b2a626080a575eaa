import { execFileSync } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import path from "node:path";

/** What the numbers were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  /** Writes of 4 KiB, each followed by fdatasync, in a second: what one commit after the other could reach. */
  readonly fsyncsPerSecond: number;
  /** Processes that wanted the processor in the minute before: 0 is a machine of our own. */
  readonly loadBefore: number;
}

const syncBytes = 4_096;
const syncMs = 1_000;
const tmpfsMagic = 0x01_02_19_94;
const gib = 1_073_741_824;

export function describeMachine(dir: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / gib),
    kernel: `${type()} ${release()}`,
    node: process.version,
    fsyncsPerSecond: measureSyncs(dir),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** Files in memory are never flushed to a disk: durable there means nothing. */
export function isMemoryFolder(dir: string): boolean {
  return statfsSync(dir).type === tmpfsMagic;
}

function measureSyncs(dir: string): number {
  const folder = mkdtempSync(path.join(dir, "zaiku-sync-"));
  const file = openSync(path.join(folder, "file"), "w");
  const block = Buffer.alloc(syncBytes, 1);
  try {
    const startedAt = performance.now();
    let count = 0;
    while (performance.now() - startedAt < syncMs) {
      writeSync(file, block);
      fdatasyncSync(file);
      count += 1;
    }
    return Math.round((count * 1_000) / (performance.now() - startedAt));
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The commit that is measured: its first characters, `-dirty` behind where files differ from it. */
export function describeCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "--short=10", "HEAD");
    return git("status", "--porcelain", "--", "src", "bench", "package-lock.json") === ""
      ? commit
      : `${commit}-dirty`;
  } catch {
    return "uncommitted";
  }
}
