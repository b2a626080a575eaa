import type { Instant } from "../domain/rows.ts";
import type { ShopId, StockItem, StockTotals, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./errors.ts";
import { FeedRing } from "./feed-ring.ts";

/**
 * The live stream of a shop: its stock as a log with a cursor. Commits only wake it; it then reads what
 * changed since the number it is at, serialises that once, and gives it to every reader: the first change at
 * once, then at most one message a frame. A reader that comes back says where it was and gets what it missed;
 * one that was away too long gets a snapshot; one that does not keep up is cut, never buffered without end.
 */

export const feedLimits = {
  /** One message a frame at most. */
  frameMs: 100,
  /**
   * A frame is at least so long for each reader: up to 500 of them hear of every 100 ms, 2,000 of every 400 ms, so that
   * those who watch never take the time of those who order.
   */
  msPerReader: 0.2,
  /** The sums over all SKUs cost a look at every one of them: not more often than this. */
  totalsEveryMs: 1_000,
  /** SKUs in one message, and what they may weigh; the next frame has the rest. */
  messageItemsMax: 1_000,
  messageBytesMax: 262_144,
  /** SKUs that a returning reader is told one by one; beyond it a snapshot. */
  resumeItemsMax: 5_000,
  /** SKUs read at a time for a full snapshot. */
  snapshotPageItems: 1_000,
  readersMax: 2_000,
  /** What may wait unsent for one reader. */
  bufferBytesMax: 1_048_576,
  /** How long a reader may take for one piece of a full snapshot. */
  snapshotPauseMsMax: 30_000,
  heartbeatMs: 2_000,
  readAgainMs: 1_000,
} as const;

/** One connection, as the feed sees it. */
export interface FeedReader {
  write(bytes: Buffer): void;
  /** Bytes that were written and not sent yet. */
  readonly bufferedBytes: number;
  /** Resolves true when few bytes are left to send, false when the connection is gone. */
  drained(): Promise<boolean>;
  /** Called every `heartbeatMs`. */
  beat(): void;
  /** Ends the stream in order. */
  end(): void;
  /** Ends it at once: it did not keep up. */
  cut(): void;
}

export interface Subscription {
  close(): void;
}

export interface FeedOptions {
  readonly store: Pick<Store, "watch" | "read">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly log: Log;
  /** When the business day began: what `sold` counts from. */
  readonly soldSince: () => Instant;
  readonly onCut?: () => void;
}

/** As many readers as there may be are there already. */
export class TooManyReaders extends Error {
  override readonly name = "TooManyReaders";
}

/** SKUs that changed, serialised, up to a number; `more`: and others after it. */
interface Piece {
  readonly items: readonly (readonly [sku: string, json: string])[];
  readonly seq: number;
  readonly more: boolean;
}

/** A reader; until it has caught up it is told nothing live. */
interface Joined {
  readonly reader: FeedReader;
  live: boolean;
  open: boolean;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #readers = new Set<Joined>();
  readonly #ring = new FeedRing();
  /** The number that every live reader has been told everything up to. */
  #seq = 0;
  #unwatch: (() => void) | null = null;
  #stopBeats: (() => void) | null = null;
  #frame: { readonly dueAt: number; readonly callOff: () => void } | null = null;
  #reading = false;
  #wokenWhileReading = false;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #lastTotalsAt = Number.NEGATIVE_INFINITY;
  #totalsOwed = false;
  #totalsTookMs = 0;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Whether one more reader may join. @throws TooManyReaders */
  admit(): void {
    if (this.#closed || this.#readers.size >= feedLimits.readersMax) throw new TooManyReaders();
  }

  /**
   * Adds a reader and sends it what it lacks.
   * @param lastSeq the number it has seen everything up to, or null for a snapshot
   * @param full the snapshot lists every SKU
   * @throws TooManyReaders, and what the store's reads throw
   */
  async subscribe(reader: FeedReader, lastSeq: number | null, full: boolean): Promise<Subscription> {
    this.admit();
    const joined: Joined = { reader, live: false, open: true };
    this.#readers.add(joined);
    const close = (): void => this.#leave(joined);
    try {
      const resumed = lastSeq === null ? null : await this.#resume(joined, lastSeq);
      // The sums of a reader that comes back are as old as its number.
      if (resumed !== null) this.#totalsOwed = true;
      const seq = resumed ?? (await this.#snapshot(joined, full));
      if (joined.open) await this.#goLive(joined, seq);
    } catch (error) {
      close();
      throw error;
    }
    return { close };
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const joined of this.#readers) {
      this.#leave(joined);
      joined.reader.end();
    }
  }

  #leave(joined: Joined): void {
    joined.open = false;
    this.#readers.delete(joined);
    if (this.#readers.size === 0) this.#stop();
  }

  #cut(joined: Joined): void {
    this.#leave(joined);
    joined.reader.cut();
    this.#options.onCut?.();
  }

  #start(seq: number): void {
    const { store, shop } = this.#options;
    this.#seq = seq;
    this.#ring.clear();
    this.#unwatch = store.watch(shop, () => this.#wake());
    this.#beatLater();
  }

  #stop(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#stopBeats?.();
    this.#stopBeats = null;
    this.#frame?.callOff();
    this.#frame = null;
    this.#totalsOwed = false;
  }

  /** The reader has everything up to `seq`: whatever came since, then it is live. */
  async #goLive(joined: Joined, seq: number): Promise<void> {
    let position = seq;
    while (joined.open) {
      if (this.#unwatch === null) this.#start(position);
      const missed = this.#recent(position);
      if (missed !== null) {
        if (missed !== "") this.#give(joined, changeMessage(this.#seq, missed, null));
        joined.live = true;
        // What was committed between the read and the watch woke nobody.
        this.#wake();
        return;
      }
      position = (await this.#catchUp(joined, position, Number.POSITIVE_INFINITY)) ?? position;
    }
  }

  /** What the latest frames say of the time after `seq`, or null when that is more than one message may carry. */
  #recent(seq: number): string | null {
    const missed = this.#ring.since(seq, this.#seq);
    return missed !== null && Buffer.byteLength(missed) <= feedLimits.messageBytesMax ? missed : null;
  }

  /** Sends what a returning reader missed. Returns the number it is then at, or null when it needs a snapshot. */
  async #resume(joined: Joined, lastSeq: number): Promise<number | null> {
    const { store, shop } = this.#options;
    if (this.#unwatch !== null && lastSeq <= this.#seq && this.#recent(lastSeq) !== null) return lastSeq;
    const { seq: head } = await store.read.head(shop);
    // A number that was never given: the reader saw another history.
    if (lastSeq > head) return null;
    return this.#catchUp(joined, lastSeq, feedLimits.resumeItemsMax);
  }

  /** Sends what changed after `from`, piece by piece as the reader takes them; null when it is more than `itemsMax`. */
  async #catchUp(joined: Joined, from: number, itemsMax: number): Promise<number | null> {
    let told = 0;
    let seq = from;
    while (joined.open) {
      const piece = await this.#changesSince(seq);
      told += piece.items.length;
      if (told > itemsMax) return null;
      seq = piece.seq;
      if (piece.items.length > 0) joined.reader.write(changeMessage(seq, joinItems(piece.items), null));
      if (!piece.more) return seq;
      if (!(await this.#drained(joined))) this.#cut(joined);
    }
    return seq;
  }

  /** What changed after `seq`, at most what one message may carry. */
  async #changesSince(seq: number): Promise<Piece> {
    const { store, shop, soldSince } = this.#options;
    const page = await store.read.changesSince(shop, seq, soldSince(), feedLimits.messageItemsMax);
    const items: [sku: string, json: string][] = [];
    let bytes = 0;
    for (const item of page.items) {
      const json = JSON.stringify(item);
      bytes += Buffer.byteLength(json);
      // They stand in the order of their last change, so a part of them is everything up to some number.
      if (bytes > feedLimits.messageBytesMax && items.length > 0) break;
      items.push([item.sku, json]);
    }
    const whole = items.length === page.items.length;
    const lastSeq = page.items[items.length - 1]?.seq ?? page.seq;
    return { items, seq: whole ? page.seq : lastSeq, more: page.more || !whole };
  }

  async #snapshot(joined: Joined, full: boolean): Promise<number> {
    const { store, shop, soldSince } = this.#options;
    if (full) return this.#fullSnapshot(joined);
    const totals = await store.read.stockTotals(shop, soldSince());
    this.#give(joined, message("snapshot", totals.seq, "", totals));
    return totals.seq;
  }

  /** Every SKU, page by page as the reader takes them: memory does not grow with the shop. */
  async #fullSnapshot(joined: Joined): Promise<number> {
    const { store, shop, soldSince } = this.#options;
    // What changes while the pages are read is in them, or told again afterwards: rows are whole, not deltas.
    const { seq } = await store.read.head(shop);
    joined.reader.write(Buffer.from(`id: ${seq}\nevent: snapshot\ndata: {"seq":${seq},"items":[`));
    let cursor: string | null = null;
    let separator = "";
    do {
      const page: { items: readonly StockItem[]; next: string | null } = await store.read.stock(shop, {
        soldSince: soldSince(),
        cursor,
        limit: feedLimits.snapshotPageItems,
      });
      if (page.items.length > 0) {
        joined.reader.write(
          Buffer.from(separator + page.items.map((item) => JSON.stringify(item)).join(",")),
        );
        separator = ",";
      }
      cursor = page.next;
      if (!(await this.#drained(joined))) {
        this.#cut(joined);
        return seq;
      }
    } while (cursor !== null && joined.open);
    const totals = await store.read.stockTotals(shop, soldSince());
    joined.reader.write(Buffer.from(`],"totals":${JSON.stringify(totals)}}\n\n`));
    return seq;
  }

  async #drained(joined: Joined): Promise<boolean> {
    let callOff: (() => void) | undefined;
    const late = new Promise<boolean>((resolve) => {
      callOff = this.#options.clock.after(feedLimits.snapshotPauseMsMax, () => resolve(false));
    });
    const drained = await Promise.race([joined.reader.drained(), late]);
    callOff?.();
    return drained && joined.open;
  }

  #give(joined: Joined, bytes: Buffer): void {
    if (!joined.open) return;
    joined.reader.write(bytes);
    if (joined.reader.bufferedBytes > feedLimits.bufferBytesMax) this.#cut(joined);
  }

  #wake(): void {
    if (this.#reading) this.#wokenWhileReading = true;
    else this.#frameIn(this.#lastFrameAt + this.#paceMs - this.#options.clock.elapsedMs());
  }

  /** From one message to the next. */
  get #paceMs(): number {
    return Math.max(feedLimits.frameMs, this.#readers.size * feedLimits.msPerReader);
  }

  #frameIn(delayMs: number): void {
    if (this.#readers.size === 0) return;
    const { clock } = this.#options;
    const dueAt = clock.elapsedMs() + Math.max(0, delayMs);
    if (this.#frame !== null && this.#frame.dueAt <= dueAt) return;
    this.#frame?.callOff();
    const callOff = clock.after(dueAt - clock.elapsedMs(), () => {
      this.#frame = null;
      void this.#readFrame();
    });
    this.#frame = { dueAt, callOff };
  }

  async #readFrame(): Promise<void> {
    const { clock, log, shop } = this.#options;
    if (this.#unwatch === null) return;
    this.#reading = true;
    this.#wokenWhileReading = false;
    this.#lastFrameAt = clock.elapsedMs();
    let again: number | null = null;
    try {
      again = await this.#tell();
    } catch (error) {
      log.error({ err: error, shop }, "the live stream could not be read");
      again = feedLimits.readAgainMs;
    }
    this.#reading = false;
    if (this.#wokenWhileReading) this.#wake();
    else if (again !== null) this.#frameIn(again);
  }

  /** Reads and tells one frame. Returns in how many milliseconds there is more to tell, or null. */
  async #tell(): Promise<number | null> {
    const { store, shop, clock, soldSince } = this.#options;
    const since = this.#seq;
    const piece = await this.#changesSince(since);
    const changed = piece.seq > since;
    this.#totalsOwed = this.#totalsOwed || changed;
    let totals: StockTotals | null = null;
    if (this.#totalsOwed && clock.elapsedMs() - this.#lastTotalsAt >= this.#totalsPauseMs()) {
      const startedAt = clock.elapsedMs();
      totals = await store.read.stockTotals(shop, soldSince());
      this.#lastTotalsAt = clock.elapsedMs();
      this.#totalsTookMs = this.#lastTotalsAt - startedAt;
      this.#totalsOwed = false;
    }
    if (this.#unwatch === null) return null;
    if (changed || totals !== null) this.#broadcast(since, piece, totals);
    if (piece.more) return this.#paceMs;
    return this.#totalsOwed ? this.#lastTotalsAt + this.#totalsPauseMs() - clock.elapsedMs() : null;
  }

  /** Sums that take long are asked for less often: at most a twentieth of the time goes into them. */
  #totalsPauseMs(): number {
    return Math.max(feedLimits.totalsEveryMs, this.#totalsTookMs * 20);
  }

  #broadcast(since: number, { seq, items }: Piece, totals: StockTotals | null): void {
    if (seq > since) this.#ring.add({ since, seq, items });
    this.#seq = seq;
    const bytes = changeMessage(seq, joinItems(items), totals);
    for (const joined of this.#readers) if (joined.live) this.#give(joined, bytes);
  }

  #beatLater(): void {
    this.#stopBeats = this.#options.clock.after(feedLimits.heartbeatMs, () => {
      for (const { reader } of this.#readers) reader.beat();
      if (this.#unwatch !== null) this.#beatLater();
    });
  }
}

function joinItems(items: Piece["items"]): string {
  return items.map(([, json]) => json).join(",");
}

function changeMessage(seq: number, items: string, totals: StockTotals | null): Buffer {
  return message("change", seq, items, totals);
}

/** `items` are serialised already, with commas between them. */
function message(
  event: "snapshot" | "change",
  seq: number,
  items: string,
  totals: StockTotals | null,
): Buffer {
  const sums = totals === null ? "" : `,"totals":${JSON.stringify(totals)}`;
  return Buffer.from(`id: ${seq}\nevent: ${event}\ndata: {"seq":${seq},"items":[${items}]${sums}}\n\n`);
}
