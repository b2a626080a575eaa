import type { Readable } from "node:stream";
import type { Caller } from "../../api/commands.ts";
import type { EventResult } from "../../api/orders.ts";
import type { Batcher } from "../../engine/batcher.ts";
import { readJson } from "../body.ts";
import { httpLimits } from "../limits.ts";
import { applyAll, judge, rejected, type Judged } from "./judge.ts";
import { LineSplitter, type StreamLine } from "./lines.ts";

/**
 * A stream of order events: lines in, one result a line out, in order, as long as the sender likes. Lines
 * that are there already are taken together; a sender that waits for each answer gets each at once. Reading
 * stops while two windows are under way, so nothing piles up here whatever arrives.
 */

export interface EventStreamOptions {
  readonly batcher: Batcher;
  readonly caller: () => Caller;
  /** Aborted when the server stops: what was read is answered, the rest is not read. */
  readonly stopping: AbortSignal;
}

/** One piece of the answer: results as lines of JSON. */
export async function* answerEvents(source: Readable, options: EventStreamOptions): AsyncGenerator<string> {
  const underWay: Promise<string>[] = [];
  for await (const window of windowsOf(source, options)) {
    underWay.push(answerWindow(window, options.batcher));
    // The first is awaited elsewhere in time; an error of the second must not go unheard meanwhile.
    for (const one of underWay) one.catch(() => {});
    while (underWay.length >= httpLimits.windowsInFlightMax || (underWay.length > 0 && !hasMore(source))) {
      yield (await underWay.shift()) ?? "";
    }
  }
  for (const one of underWay) yield await one;
}

function hasMore(source: Readable): boolean {
  return source.readableLength > 0;
}

async function answerWindow(window: readonly Judged[], batcher: Batcher): Promise<string> {
  const results = await applyAll(batcher, window);
  let text = "";
  for (const result of results) text += `${JSON.stringify(result)}\n`;
  return text;
}

/** Judged lines, `windowLinesMax` or `windowCharsMax` at a time; fewer when no more bytes have arrived. */
async function* windowsOf(source: Readable, options: EventStreamOptions): AsyncGenerator<readonly Judged[]> {
  const { caller, stopping } = options;
  const splitter = new LineSplitter(httpLimits.lineBytesMax);
  let window: Judged[] = [];
  let chars = 0;
  let index = 0;
  const take = function* (lines: readonly StreamLine[], whoAndWhen: Caller): Generator<readonly Judged[]> {
    for (const line of lines) {
      const judged = judgeLine(index, line, whoAndWhen);
      index += 1;
      if (judged !== null) window.push(judged);
      chars += "text" in line ? line.text.length : 0;
      if (window.length < httpLimits.windowLinesMax && chars < httpLimits.windowCharsMax) continue;
      yield* flush();
    }
  };
  const flush = function* (): Generator<readonly Judged[]> {
    if (window.length > 0) yield window;
    window = [];
    chars = 0;
  };
  for await (const chunk of chunksOf(source, stopping)) {
    yield* take(splitter.push(chunk), caller());
    if (!hasMore(source)) yield* flush();
  }
  if (!stopping.aborted) yield* take(splitter.finish(), caller());
  yield* flush();
  if (stopping.aborted) yield [{ index, result: rejected(index, "shutting_down", {}) }];
}

/** The stream's bytes as they come, until it ends or the server stops. */
async function* chunksOf(source: Readable, stopping: AbortSignal): AsyncGenerator<Buffer> {
  const chunks = source.iterator({ destroyOnReturn: false });
  const stopped = new Promise<null>((resolve) => {
    if (stopping.aborted) return resolve(null);
    stopping.addEventListener("abort", () => resolve(null), { once: true });
  });
  for (;;) {
    const coming = chunks.next();
    // When the server stops nobody waits for it any more.
    coming.catch(() => {});
    const next = await Promise.race([coming, stopped]);
    if (next === null || next.done === true) return;
    yield next.value as Buffer;
  }
}

/** Null: the line is blank and says nothing. */
function judgeLine(index: number, line: StreamLine, caller: Caller): Judged | null {
  if ("broken" in line) return { index, result: brokenLine(index, line.broken) };
  if (line.text === "" || line.text.trim() === "") return null;
  const read = readJson(line.text);
  if ("fault" in read) return { index, result: rejected(index, "invalid_json", { ...read.fault }) };
  return judge(index, read.value, caller);
}

function brokenLine(index: number, code: "invalid_encoding" | "line_too_long"): EventResult {
  const data = code === "line_too_long" ? { limit: httpLimits.lineBytesMax } : {};
  return rejected(index, code, { path: "", ...data });
}
