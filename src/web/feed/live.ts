import { StreamParser, type StreamEvent } from "./sse.ts";

/** `paused`: the page is in the background and has let go of the stream. `denied`: signed out, or not allowed. */
export type LinkState = "connecting" | "live" | "lost" | "paused" | "denied";

export const liveLimits = {
  /** The server sends a heartbeat every two seconds; after this much silence the stream is gone. */
  silenceMsMax: 2_900,
  /** A new attempt that hangs is given up sooner: the network may be back meanwhile. */
  connectMsMax: 1_500,
  /** Pauses between attempts. The last repeats: it is short, so that numbers are right within a second of return. */
  retryMs: [150, 300, 600, 800],
  /** Where the server says that it is full or stopping. */
  refusedRetryMs: 3_000,
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
  #current: AbortController | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#current !== null) return;
    this.#set(this.#state === "lost" ? "lost" : "connecting");
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
    this.#current?.abort();
    this.#current = null;
  }

  #connect(): void {
    const controller = new AbortController();
    this.#current = controller;
    this.#listen(this.#attempt > 0 ? liveLimits.connectMsMax : liveLimits.silenceMsMax);
    this.#read(controller).then(
      () => this.#ended(controller, null),
      (error: unknown) => this.#ended(controller, error),
    );
  }

  /** Something must arrive within this time, or the stream counts as lost. */
  #listen(ms: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#drop();
      this.#set("lost");
      this.#again();
    }, ms);
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
      this.#attempt = 0;
      this.#listen(liveLimits.silenceMsMax);
      this.#set("live");
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#take(event);
    }
  }

  #take(event: StreamEvent): void {
    if (event.id !== null) this.#lastId = event.id;
    this.#options.onEvent(event);
  }

  #ended(controller: AbortController, error: unknown): void {
    // The one that was dropped has nothing more to say.
    if (this.#current !== controller) return;
    this.#drop();
    const status = error instanceof Refused ? error.status : 0;
    if (status === 401 || status === 403) {
      this.#set("denied");
      return;
    }
    // A stream that ended by itself is usually back with the first new attempt: nobody need hear of it.
    if (this.#attempt > 0 || this.#state !== "live") this.#set("lost");
    this.#again(status === 503 || status === 429 ? liveLimits.refusedRetryMs : undefined);
  }

  #again(waitMs?: number): void {
    const { retryMs } = liveLimits;
    const wait = waitMs ?? retryMs[Math.min(this.#attempt, retryMs.length - 1)] ?? 0;
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), wait);
  }
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the stream was refused with ${status}`);
    this.status = status;
  }
}
