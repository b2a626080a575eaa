import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { processIo } from "../../src/cli/io.ts";
import { generateBroadcast } from "../../src/sim/generate.ts";
import { slowFrameMs, watchWall, type Watched } from "./watch.ts";

/** A whole evening before the wall: is it smooth, and does the tab grow? Exit status 1 where it is not, or does. */

const seed = 11;
/** Of the heap as it was once the charts' hour was full. */
const growthMax = 1.1;
const residentMibMax = 250;
const mib = 1_048_576;

const { values } = parseArgs({
  options: {
    speed: { type: "string", default: "60" },
    minutes: { type: "string", default: "240" },
    volume: { type: "string", default: "1" },
    // The machine does other work too: frames are told, and judged by what they took of the processor.
    shared: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const watched = await watchWall({
  broadcast: generateBroadcast({ seed, durationMinutes: minutes, volume: Number(values.volume) }),
  speed: Number(values.speed),
  readAt: [1, minutes / 4, minutes / 2, (3 * minutes) / 4, minutes],
  io: processIo(),
  onProgress: ({ minute, heapBytes }) =>
    process.stderr.write(`${minute} / ${minutes} min: ${(heapBytes / mib).toFixed(1)} MiB\n`),
});
const wrong = faultsOf(watched);
if (values.json) process.stdout.write(`${JSON.stringify({ ...watched, load: loadavg()[0], wrong })}\n`);
else tell(watched);
process.exitCode = wrong.length === 0 ? 0 : 1;

function faultsOf({ kept, longestMs, gaps, tasksMs }: Watched): string[] {
  const faults: string[] = [];
  const long = tasksMs.filter((one) => one > slowFrameMs).length;
  if (long > 0) faults.push(`${long} tasks took more than ${slowFrameMs} ms of the processor`);
  if (gaps > 0 && !values.shared)
    faults.push(`${gaps} frames took longer than ${slowFrameMs} ms, the longest ${longestMs} ms`);
  const [, full, ...later] = kept;
  for (const { minute, heapBytes } of later)
    if (full !== undefined && heapBytes > full.heapBytes * growthMax)
      faults.push(`the heap is ${(heapBytes / full.heapBytes).toFixed(2)} times as big after ${minute} min`);
  for (const { minute, residentBytes } of kept)
    if (residentBytes !== null && residentBytes > residentMibMax * mib)
      faults.push(`the tab takes ${Math.round(residentBytes / mib)} MiB after ${minute} min`);
  return faults;
}

function tell({ seconds, frames, longestMs, gaps, slow, tasksMs, kept }: Watched): void {
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  line(`${Math.round(seconds)} s, ${(frames / seconds).toFixed(1)} frames a second, load ${loadavg()[0]}`);
  line(`frames above ${slowFrameMs} ms: ${gaps}, the longest ${longestMs} ms`);
  line(`longest tasks, ms of the processor: ${tasksMs.slice(0, 12).join(", ")}`);
  for (const one of slow.slice(0, 8))
    line(`  ${one.ms} ms: scripts ${one.scriptMs}, style and layout ${one.layoutMs}; ${one.by}`);
  for (const one of kept) {
    const resident =
      one.residentBytes === null ? "" : `, resident ${Math.round(one.residentBytes / mib)} MiB`;
    line(`${one.minute} min: heap ${(one.heapBytes / mib).toFixed(1)} MiB, ${one.nodes} elements${resident}`);
  }
  for (const one of wrong) line(`! ${one}`);
}
