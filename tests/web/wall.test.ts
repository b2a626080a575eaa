import assert from "node:assert/strict";
import { test } from "node:test";
import { slowFrameMs, watchWall } from "../../scripts/wall/watch.ts";
import { processIo } from "../../src/cli/io.ts";
import { generateBroadcast } from "../../src/sim/generate.ts";

/** `npm run test:wall` is the long form: four hours, the tab's whole memory, every frame. */

const durationMinutes = 24;
/** Warm code and the charts' first minutes are growth too: the hour is not full yet. */
const growthMax = 1.25;
const tabBytesMax = 40 * 1_048_576;

test("the wall follows a demo without a task that would hold up a frame, and does not grow", async () => {
  const { frames, tasksMs, kept } = await watchWall({
    broadcast: generateBroadcast({ seed: 11, durationMinutes, volume: 0.1 }),
    speed: 60,
    readAt: [1, 8, 16, durationMinutes],
    io: processIo(),
  });
  assert.ok(frames > 60, `${frames} frames`);
  // By the processor's time, not the wall's: other tests run beside it.
  assert.ok((tasksMs[0] ?? 0) <= slowFrameMs, `longest tasks: ${tasksMs.slice(0, 5).join(", ")} ms`);
  const [, second, , last] = kept;
  assert.ok(second !== undefined && last !== undefined);
  assert.ok(last.heapBytes < tabBytesMax, `${last.heapBytes} bytes`);
  assert.ok(last.heapBytes < second.heapBytes * growthMax, `${second.heapBytes} → ${last.heapBytes}`);
});
