import type { Clock } from "../../engine/clock.ts";
import { feedLimits, TooManyReaders, type FeedReader, type Subscription } from "../../engine/feed.ts";

/** Messages to many readers, serialised once. Slow ones are cut, all hear a beat. */
export class Fanout {
  readonly #clock: Clock;
  readonly #readers = new Set<FeedReader>();
  #stopBeats: (() => void) | null = null;
  #closed = false;
  #sent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#readers.size;
  }

  /** Whether one more may join. @throws TooManyReaders */
  admit(): void {
    if (this.#closed || this.#readers.size >= feedLimits.readersMax) throw new TooManyReaders();
  }

  /** @throws TooManyReaders */
  join(reader: FeedReader): Subscription {
    this.admit();
    this.#readers.add(reader);
    if (this.#stopBeats === null) this.#beatLater();
    return { close: () => this.#leave(reader) };
  }

  /** A message as its bytes. The numbers only rise, so that a page knows which came later. */
  message(event: string, json: string): Buffer {
    this.#sent += 1;
    return Buffer.from(`id: ${this.#sent}\nevent: ${event}\ndata: ${json}\n\n`);
  }

  broadcast(bytes: Buffer): void {
    for (const reader of this.#readers) this.give(reader, bytes);
  }

  give(reader: FeedReader, bytes: Buffer): void {
    reader.write(bytes);
    if (reader.bufferedBytes <= feedLimits.bufferBytesMax) return;
    this.#leave(reader);
    reader.cut();
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) {
      this.#leave(reader);
      reader.end();
    }
  }

  #leave(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#stopBeats?.();
    this.#stopBeats = null;
  }

  #beatLater(): void {
    this.#stopBeats = this.#clock.after(feedLimits.heartbeatMs, () => {
      for (const reader of this.#readers) reader.beat();
      if (this.#readers.size > 0) this.#beatLater();
      else this.#stopBeats = null;
    });
  }
}
