import { readFileSync } from "node:fs";

/**
 * Resident bytes of a process, now (`VmRSS`) or at most so far (`VmHWM`).
 * @returns NaN where the system does not tell, or the process is gone
 */
export function residentBytes(pid: number, line: "VmRSS" | "VmHWM" = "VmRSS"): number {
  try {
    const found = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1]) * 1_024;
  } catch {
    return Number.NaN;
  }
}
