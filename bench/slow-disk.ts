import { http } from "./http.ts";
import { inProcess } from "./in-process.ts";
import { buildSlowDisk, slowFlushMs } from "./lib/disk.ts";
import type { Plan } from "./lib/plan.ts";
import type { Section } from "./lib/report.ts";

/**
 * What is left of it all where every flush takes 2 ms longer, as on a network volume? The pause is put before
 * fsync and fdatasync of the server under test and of its database, PostgreSQL and Redis included.
 */
export async function slowDisk(plan: Plan, tell: (text: string) => void): Promise<Section[]> {
  const built = buildSlowDisk();
  if (typeof built === "string") {
    return [
      { id: "slow-disk", title: `+${slowFlushMs} ms a flush`, rows: [], notes: [`Not measured: ${built}`] },
    ];
  }
  try {
    const inside = await inProcess(plan, built.disk, tell);
    const outside = await http(plan, built.disk, tell);
    return [
      { ...inside, id: "slow-disk-inproc" },
      { ...outside, id: "slow-disk-http" },
    ];
  } finally {
    built.remove();
  }
}
