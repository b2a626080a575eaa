import type { Readable } from "node:stream";
import type { Caller } from "../../api/commands.ts";
import type { EventResult } from "../../api/orders.ts";
import type { Batcher } from "../../engine/batcher.ts";
import { readJson } from "../body.ts";
import { httpLimits } from "../limits.ts";
import { applyAll, judge, rejected, type Judged, type Tell } from "./judge.ts";
import { LineSplitter, type StreamLine } from "./lines.ts";

/**
 * A stream of order events: lines in, one result a line out, in order, as long as the sender likes. A sender that
 * waits for each answer gets each at once. One that does not wait is read on while windows are under way, and what was read by the
 * end of one is the next: big windows cost a line less. Reading stops when a window is full, so nothing piles up
 * here whatever arrives.
 */

export interface EventStreamOptions {
  readonly batcher: Batcher;
  readonly caller: () => Caller;
  readonly tell: Tell;
  /** Aborted when the server stops: what was read is answered, the rest is not read. */
  readonly stopping: AbortSignal;
}

/** One piece of the answer: results as lines of JSON. */
export async function* answerEvents(source: Readable, options: EventStreamOptions): AsyncGenerator<string> {
  const chunks = new Chunks(source, options.stopping);
  try {
    yield* answersTo(chunks, options);
  } finally {
    chunks.close();
  }
}

async function* answersTo(
  chunks: Chunks,
  { batcher, caller, tell }: EventStreamOptions,
): AsyncGenerator<string> {
  const window = new Window(caller);
  const underWay: Promise<string>[] = [];
  let coming: Promise<Buffer | null> | null = chunks.next();
  for (;;) {
    if (window.isReady(underWay.length, coming === null || chunks.isDry)) {
      const answers = answerWindow(window.take(), batcher, tell);
      // Each is awaited in time; an error of the second must not go unheard meanwhile.
      answers.catch(() => {});
      underWay.push(answers);
    }
    const awaited: Promise<Happened>[] = [];
    const [first] = underWay;
    if (first !== undefined) awaited.push(first.then((text) => ({ text })));
    if (coming !== null && !window.isFull) awaited.push(coming.then((bytes) => ({ bytes })));
    if (awaited.length === 0) return;
    const happened: Happened = await Promise.race(awaited);
    if ("text" in happened) {
      void underWay.shift();
      yield happened.text;
      continue;
    }
    if (happened.bytes !== null) window.add(happened.bytes);
    else window.end(chunks.isStopped);
    coming = happened.bytes === null ? null : chunks.next();
  }
}

type Happened = { readonly text: string } | { readonly bytes: Buffer | null };

async function answerWindow(window: readonly Judged[], batcher: Batcher, tell: Tell): Promise<string> {
  const results = await applyAll(batcher, window, tell);
  let text = "";
  for (const result of results) text += `${JSON.stringify(result)}\n`;
  return text;
}

/** The judged lines that the next submission is made of. */
class Window {
  readonly #caller: () => Caller;
  readonly #splitter = new LineSplitter(httpLimits.lineBytesMax);
  #judged: Judged[] = [];
  #chars = 0;
  #index = 0;

  constructor(caller: () => Caller) {
    this.#caller = caller;
  }

  get isFull(): boolean {
    return this.#judged.length >= httpLimits.windowLinesMax || this.#chars >= httpLimits.windowCharsMax;
  }

  /** @param isAll whether nothing more is here to be read at this moment */
  isReady(underWay: number, isAll: boolean): boolean {
    if (this.#judged.length === 0 || underWay >= httpLimits.windowsInFlightMax) return false;
    if (underWay === 0) return isAll || this.isFull;
    return this.isFull || this.#judged.length >= httpLimits.windowLinesWorth;
  }

  add(bytes: Buffer): void {
    this.#judge(this.#splitter.push(bytes));
  }

  /** The stream has ended, or the server stops: then the line that had begun is the sender's to send again. */
  end(isStopping: boolean): void {
    if (!isStopping) this.#judge(this.#splitter.finish());
    else this.#judged.push({ index: this.#index, result: rejected(this.#index, "shutting_down", {}) });
  }

  take(): readonly Judged[] {
    const taken = this.#judged;
    this.#judged = [];
    this.#chars = 0;
    return taken;
  }

  #judge(lines: readonly StreamLine[]): void {
    const caller = this.#caller();
    for (const line of lines) {
      const judged = judgeLine(this.#index, line, caller);
      this.#index += 1;
      if (judged !== null) this.#judged.push(judged);
      this.#chars += "text" in line ? line.text.length : 0;
    }
  }
}

/** The stream's bytes as they come, until it ends or the server stops. */
class Chunks {
  readonly #source: Readable;
  readonly #stopping: AbortSignal;
  readonly #chunks: AsyncIterator<unknown>;
  readonly #onStop = (): void => this.#stop();
  #stop = (): void => {};

  constructor(source: Readable, stopping: AbortSignal) {
    this.#source = source;
    this.#stopping = stopping;
    this.#chunks = source.iterator({ destroyOnReturn: false });
    stopping.addEventListener("abort", this.#onStop);
  }

  /** Nothing more is here to be read at this moment. */
  get isDry(): boolean {
    return this.#source.readableLength === 0;
  }

  get isStopped(): boolean {
    return this.#stopping.aborted;
  }

  /** Null: there are no more. */
  next(): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      this.#stop = () => resolve(null);
      if (this.isStopped) return this.#stop();
      this.#chunks
        .next()
        .then(({ done, value }) => resolve(done === true ? null : (value as Buffer)), reject);
    });
  }

  close(): void {
    this.#stopping.removeEventListener("abort", this.#onStop);
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
