import type { ServerResponse } from "node:http";
import type { FeedReader } from "../engine/feed.ts";

/** A comment for readers that watch bytes, an event for those that only see events. Both are nothing new. */
const beat = Buffer.from(": beat\n\n");
const reconnectMs = 1_000;
const opening = Buffer.from(`retry: ${reconnectMs}\n: zaiku\n\n`);

/** A live stream over one connection. */
export class LiveReader implements FeedReader {
  readonly #response: ServerResponse;
  readonly #stillAllowed: () => Promise<boolean>;

  constructor(response: ServerResponse, stillAllowed: () => Promise<boolean>) {
    this.#response = response;
    this.#stillAllowed = stillAllowed;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  write(bytes: Buffer): void {
    if (!this.#response.destroyed) this.#response.write(bytes);
  }

  drained(): Promise<boolean> {
    const response = this.#response;
    if (response.destroyed) return Promise.resolve(false);
    if (!response.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (): void => {
        response.off("drain", done);
        response.off("close", done);
        resolve(!response.destroyed);
      };
      response.on("drain", done);
      response.on("close", done);
    });
  }

  beat(): void {
    this.write(beat);
    // Whoever was signed out or had a key taken away hears no more.
    this.#stillAllowed().then(
      (allowed) => {
        if (!allowed) this.end();
      },
      () => this.end(),
    );
  }

  end(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }
}

/** The head of a stream, and what a browser does when it breaks. Nothing may be refused afterwards. */
export function beginStream(raw: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    ...headers,
  });
  raw.write(opening);
}
