import type { Bench } from "../domain/bench.ts";

/** True when the batch has nothing to write: all of it had been said before, or was refused. */
export function isUnchanged(bench: Bench): boolean {
  if (bench.entries.length > 0 || bench.outbox.length > 0 || bench.changedLines.length > 0) return false;
  for (const keys of bench.changed.values()) if (keys.size > 0) return false;
  return true;
}
