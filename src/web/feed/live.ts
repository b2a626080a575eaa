import { StreamParser, type StreamEvent } from "./sse.ts";

/** `paused`: the page is in the background and has let go of the stream. `denied`: signed out, or not allowed. */
export type LinkState = "connecting" | "live" | "lost" | "paused" | "denied";

export const liveLimits = {
  /** The server sends a heartbeat every two seconds; after this much silence the stream is gone. */
  silenceMsMax: 2_900,
  /** Pauses between attempts. The last repeats: it is short, so that numbers are right within a second of return. */
  retryMs: [150, 300, 600, 700],
  /** So that a hundred screens do not all knock in the same millisecond. */
  jitterMs: 100,
  /** An attempt that has not answered yet is not waited for: another one begins beside it. */
  besideMs: 700,
  /** Attempts under way at once. The first that answers is the stream; on a slow network each has two seconds. */
  attemptsMax: 3,
  /** Where the server says that somebody asks too often. */
  tooOftenRetryMs: 3_000,
} as const;

export interface LiveOptions {
  readonly url: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onState: (state: LinkState) => void;
}

/** Holds one event stream open: reads it, notices silence, resumes after the last id that it saw. */
export class LiveStream {
  readonly #options: LiveOptions;
  #state: LinkState = "paused";
  #lastId: string | null = null;
  #attempt = 0;
  /** The stream that speaks. */
  #current: AbortController | null = null;
  /** Attempts that have not said anything yet, the oldest first. */
  readonly #waiting = new Set<AbortController>();
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#current !== null || this.#waiting.size > 0 || this.#retry !== undefined) return;
    this.#set(this.#state === "lost" ? "lost" : "connecting");
    this.#listen();
    this.#connect();
  }

  /** Lets go of the stream; `start` resumes where it was. */
  stop(): void {
    this.#drop();
    this.#set("paused");
  }

  /** Tries at once: the browser says that the network is back. */
  hurry(): void {
    if (this.#state !== "lost") return;
    this.#drop();
    this.#connect();
  }

  #set(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  #drop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#current?.abort();
    this.#current = null;
    for (const one of this.#waiting) one.abort();
    this.#waiting.clear();
  }

  #connect(): void {
    const controller = new AbortController();
    this.#waiting.add(controller);
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= liveLimits.attemptsMax) break;
      this.#waiting.delete(oldest);
      oldest.abort();
    }
    // What hangs is left to hang for a while: the network may be slow, and it may as well be back meanwhile.
    this.#connectIn(liveLimits.besideMs);
    this.#read(controller).then(
      () => this.#ended(controller, null),
      (error: unknown) => this.#ended(controller, error),
    );
  }

  #connectIn(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), ms + Math.random() * liveLimits.jitterMs);
  }

  /** Something must arrive within this time, or the stream counts as lost. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#silent(), liveLimits.silenceMsMax);
  }

  #silent(): void {
    const spoke = this.#current;
    this.#current = null;
    spoke?.abort();
    this.#set("lost");
    if (spoke !== null) this.#connect();
  }

  async #read(controller: AbortController): Promise<void> {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (this.#lastId !== null) headers["last-event-id"] = this.#lastId;
    const { signal } = controller;
    const response = await this.#options.fetch(this.#options.url, {
      headers,
      signal,
      cache: "no-store",
      credentials: "same-origin",
    });
    if (!response.ok || response.body === null) throw new Refused(response.status);
    const decoder = new TextDecoder();
    const parser = new StreamParser();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted || done) return;
      this.#heard(controller);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#take(event);
    }
  }

  /** The first attempt that says something is the stream; the others are let go. */
  #heard(controller: AbortController): void {
    if (this.#current !== controller) {
      this.#waiting.delete(controller);
      this.#drop();
      this.#current = controller;
    }
    this.#attempt = 0;
    this.#listen();
    this.#set("live");
  }

  #take(event: StreamEvent): void {
    if (event.id !== null) this.#lastId = event.id;
    this.#options.onEvent(event);
  }

  #ended(controller: AbortController, error: unknown): void {
    const spoke = this.#current === controller;
    // The one that was dropped has nothing more to say.
    if (!spoke && !this.#waiting.delete(controller)) return;
    if (spoke) this.#current = null;
    const status = error instanceof Refused ? error.status : 0;
    if (status === 401 || status === 403) {
      this.#drop();
      this.#set("denied");
      return;
    }
    // A stream that ended by itself is usually back with the first new attempt: nobody need hear of it.
    if (this.#attempt > 0 || this.#state !== "live") this.#set("lost");
    this.#again(status === 429 ? liveLimits.tooOftenRetryMs : undefined);
  }

  #again(waitMs?: number): void {
    const { retryMs } = liveLimits;
    const wait = waitMs ?? retryMs[Math.min(this.#attempt, retryMs.length - 1)] ?? 0;
    this.#attempt += 1;
    this.#connectIn(wait);
  }
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the stream was refused with ${status}`);
    this.status = status;
  }
}
