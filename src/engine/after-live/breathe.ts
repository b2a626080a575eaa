import { setImmediate } from "node:timers/promises";

/**
 * Lets whatever else waits in this process have its turn. Reads of an embedded file are answered at once and so
 * never give way by themselves: work over months of rows says this between its pieces.
 */
export async function breathe(): Promise<void> {
  await setImmediate();
}
