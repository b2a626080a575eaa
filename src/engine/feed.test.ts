import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeClock, settle } from "../../tests/support/fake-clock.ts";
import type { Command } from "../domain/command.ts";
import { MemoryStore } from "../store/memory/store.ts";
import type { StockItem, StockTotals, Store } from "../store/store.ts";
import { Feed, TooManyReaders, feedLimits, type FeedReader } from "./feed.ts";

interface Event {
  readonly id: number;
  readonly event: string;
  readonly data: { seq: number; items: StockItem[]; totals?: StockTotals };
}

/** A connection whose other end takes everything, or nothing while `stuck`. */
class TestReader implements FeedReader {
  text = "";
  beats = 0;
  ended = false;
  wasCut = false;
  stuck = false;
  bufferedBytes = 0;

  write(bytes: Buffer): void {
    this.text += bytes.toString();
    if (this.stuck) this.bufferedBytes += bytes.length;
  }

  async drained(): Promise<boolean> {
    return this.stuck ? new Promise<boolean>(() => {}) : true;
  }

  beat(): void {
    this.beats += 1;
  }

  end(): void {
    this.ended = true;
  }

  cut(): void {
    this.wasCut = true;
  }

  /** Takes the events that came since the last call. */
  take(): Event[] {
    const { text } = this;
    this.text = "";
    return text
      .split("\n\n")
      .filter((block) => block !== "")
      .map((block) => {
        const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        assert.ok(id !== undefined && event !== undefined && data !== undefined, block);
        return { id: Number(id), event, data: JSON.parse(data) as Event["data"] };
      });
  }
}

const base = { actor: "test", at: 0 } as const;

function skus(...codes: string[]): Command {
  return { ...base, type: "putSkus", items: codes.map((code) => ({ code })) };
}

function receive(sku: string, quantity: number): Command {
  const key = `receive-${sku}-${quantity}`;
  return { ...base, type: "receive", key, opening: false, warehouse: "main", lines: [{ sku, quantity }] };
}

function stockOf(event: Event | undefined): Record<string, number> {
  return Object.fromEntries((event?.data.items ?? []).map((item) => [item.sku, item.available]));
}

describe("the live stream", () => {
  let store: MemoryStore;
  let clock: FakeClock;
  let feed: Feed;
  let cuts: number;
  const say = async (...commands: Command[]): Promise<void> => {
    await store.commit(1, commands, clock.now());
  };

  const openFeed = (over: Pick<Store, "watch" | "read"> = store): Feed =>
    new Feed({
      store: over,
      shop: 1,
      clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      soldSince: () => 0,
      onCut: () => void (cuts += 1),
    });

  beforeEach(async () => {
    store = new MemoryStore();
    clock = new FakeClock();
    cuts = 0;
    await store.createShop({
      name: "s",
      timeZone: "Asia/Shanghai",
      dayCutHour: 4,
      currency: "CNY",
      createdAt: 0,
    });
    await say(skus("A", "B", "C"));
    feed = openFeed();
  });

  test("begins with a snapshot of the sums, or of every SKU", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    const [first] = reader.take();
    assert.equal(first?.event, "snapshot");
    assert.equal(first.id, 3);
    assert.deepEqual(first.data.items, []);
    assert.equal(first.data.totals?.skus, 3);

    const full = new TestReader();
    await feed.subscribe(full, null, true);
    assert.deepEqual(stockOf(full.take()[0]), { A: 0, B: 0, C: 0 });
  });

  test("tells the first change at once, then one message a frame with the latest of each SKU", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(1_000);
    reader.take();

    await say(receive("A", 1));
    await clock.pass(0);
    const first = reader.take();
    assert.deepEqual(first.map(stockOf), [{ A: 1 }]);
    assert.equal(first[0]?.id, 4);

    for (let units = 2; units <= 20; units += 1) {
      await say(receive("A", units));
      await clock.pass(4);
    }
    assert.deepEqual(reader.take(), [], "76 ms later the frame is not over");
    await say(receive("B", 5));
    await clock.pass(25);
    const second = reader.take();
    assert.deepEqual(second.map(stockOf), [{ A: 210, B: 5 }]);
    assert.equal(second[0]?.id, (await store.read.head(1)).seq);
  });

  test("a crowd hears less often, so that it takes no time from those who order; the last is right", async () => {
    const crowd = Array.from({ length: 1_000 }, () => new TestReader());
    for (const reader of crowd) await feed.subscribe(reader, null, false);
    await clock.pass(1_000);
    for (const reader of crowd) reader.take();
    for (let units = 1; units <= 100; units += 1) {
      await say(receive("A", units));
      await clock.pass(10);
    }
    const paceMs = crowd.length * feedLimits.msPerReader;
    await clock.pass(paceMs);
    const told = crowd[0]?.take() ?? [];
    assert.ok(told.length <= 1 + (1_000 + paceMs) / paceMs, `${told.length} messages`);
    assert.equal(told.at(-1)?.id, (await store.read.head(1)).seq);
    assert.deepEqual(crowd.at(-1)?.take(), told);
  });

  test("counts the messages of a second of changes: at most ten, and the last is right", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(500);
    reader.take();
    for (let step = 0; step < 250; step += 1) {
      await say(receive("A", 1_000 + step));
      await clock.pass(4);
    }
    await clock.pass(100);
    const events = reader.take();
    assert.ok(events.length >= 9 && events.length <= 12, `${events.length} messages`);
    const { items } = await store.read.stock(1, { soldSince: 0, limit: 1 });
    assert.equal(stockOf(events.at(-1)).A, items[0]?.available);
  });

  test("tells the sums at most once a second, and the last ones always", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(1_500);
    reader.take();
    for (let step = 1; step <= 15; step += 1) {
      await say(receive("A", step));
      await clock.pass(100);
    }
    await clock.pass(1_500);
    const sums = reader.take().filter((event) => event.data.totals !== undefined);
    assert.ok(sums.length >= 2 && sums.length <= 4, `${sums.length} sums`);
    assert.equal(sums.at(-1)?.data.totals?.available, 120);
  });

  test("a change is not held back by sums that are still due", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(2_000);
    await say(receive("A", 1));
    await clock.pass(150);
    await say(receive("A", 2));
    await clock.pass(150);
    reader.take();
    await say(receive("A", 3));
    await clock.pass(1);
    assert.deepEqual(reader.take().map(stockOf), [{ A: 6 }]);
  });

  test("serialises a change once for all readers", async () => {
    const readers = Array.from({ length: 50 }, () => new TestReader());
    const written = new Set<Buffer>();
    for (const reader of readers) {
      await feed.subscribe(reader, null, false);
      const write = reader.write.bind(reader);
      reader.write = (bytes) => {
        written.add(bytes);
        write(bytes);
      };
    }
    await clock.pass(1_000);
    written.clear();
    await say(receive("A", 1));
    await clock.pass(50);
    assert.equal(written.size, 1);
  });

  test("who comes back gets what it missed, from the latest frames or from the store", async () => {
    const other = new TestReader();
    await feed.subscribe(other, null, false);
    await clock.pass(1_000);
    const { seq } = await store.read.head(1);
    await say(receive("A", 1));
    await clock.pass(200);
    await say(receive("A", 2), receive("B", 7));
    await clock.pass(200);

    const back = new TestReader();
    await feed.subscribe(back, seq, false);
    const [missed] = back.take();
    assert.equal(missed?.event, "change");
    assert.deepEqual(stockOf(missed), { A: 3, B: 7 });
    await clock.pass(2_000);
    assert.equal(back.take().at(-1)?.data.totals?.available, 10, "its sums are renewed");

    // A feed that nobody read has no frames: the store answers.
    const cold = openFeed();
    const reader = new TestReader();
    await cold.subscribe(reader, seq, false);
    assert.deepEqual(reader.take().map(stockOf), [{ A: 3, B: 7 }]);
    await say(receive("C", 1));
    await clock.pass(100);
    assert.deepEqual(stockOf(reader.take()[0]), { C: 1 });
  });

  test("who missed nothing is told nothing, and is live", async () => {
    const { seq } = await store.read.head(1);
    const reader = new TestReader();
    await feed.subscribe(reader, seq, false);
    assert.deepEqual(
      reader.take().flatMap((event) => event.data.items),
      [],
    );
    await say(receive("A", 9));
    await clock.pass(200);
    assert.deepEqual(stockOf(reader.take().find((event) => event.data.items.length > 0)), { A: 9 });
  });

  test("a number that was never given gets a snapshot", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, 1_000_000, false);
    assert.equal(reader.take()[0]?.event, "snapshot");
  });

  test("who was away too long gets a snapshot", async () => {
    const { seq } = await store.read.head(1);
    const codes = Array.from({ length: feedLimits.resumeItemsMax + 1 }, (_, index) => `S${index}`);
    await say(skus(...codes));
    const reader = new TestReader();
    await feed.subscribe(reader, seq, false);
    assert.equal(reader.take().at(-1)?.event, "snapshot");
  });

  test("what is committed while a reader joins reaches it", async () => {
    const slow: Pick<Store, "watch" | "read"> = {
      watch: (shop, wake) => store.watch(shop, wake),
      read: {
        ...store.read,
        stockTotals: async (...args) => {
          const totals = await store.read.stockTotals(...args);
          await say(receive("A", 1));
          return totals;
        },
      },
    };
    const reader = new TestReader();
    await openFeed(slow).subscribe(reader, null, false);
    await clock.pass(200);
    assert.deepEqual(stockOf(reader.take().find((event) => event.data.items.length > 0)), { A: 1 });
  });

  test("a large change comes in pieces, one a frame", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(200);
    reader.take();
    await say(skus(...Array.from({ length: 2_500 }, (_, index) => `S${index}`)));
    await clock.pass(50);
    const first = reader.take().map((event) => event.data.items.length);
    assert.equal(first.length, 1);
    await clock.pass(100);
    assert.equal(reader.take().length, 1);
    await clock.pass(1_000);
    const rest = reader.take().flatMap((event) => event.data.items);
    assert.equal(rest.at(-1)?.sku, "S2499");
  });

  test("a change that weighs much comes in pieces too, and cuts nobody who reads", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    await clock.pass(200);
    reader.take();
    const codes = Array.from({ length: 900 }, (_, index) => `S${index}`);
    await say({ ...base, type: "putSkus", items: codes.map((code) => ({ code, name: "名".repeat(390) })) });
    const { seq } = await store.read.head(1);
    await clock.pass(2_000);
    const events = reader.take().filter((event) => event.data.items.length > 0);
    assert.ok(events.length >= 5, `${events.length} messages`);
    assert.deepEqual(new Set(events.flatMap((event) => event.data.items.map((item) => item.sku))).size, 900);
    assert.equal(events.at(-1)?.id, seq);
    const back = new TestReader();
    await feed.subscribe(back, 3, false);
    const missed = back.take();
    assert.ok(missed.every((event) => event.event === "change") && missed.length >= 5);
    assert.equal(missed.flatMap((event) => event.data.items).length, 900);
    assert.equal(missed.at(-1)?.id, seq);
  });

  test("a reader that does not keep up is cut, the others are not", async () => {
    const stuck = new TestReader();
    const good = new TestReader();
    await feed.subscribe(stuck, null, false);
    await feed.subscribe(good, null, false);
    stuck.stuck = true;
    await say(skus(...Array.from({ length: 900 }, (_, index) => `S${index}`)));
    for (let step = 0; step < 20 && !stuck.wasCut; step += 1) {
      await say(...Array.from({ length: 900 }, (_, index) => receive(`S${index}`, step + 1)));
      await clock.pass(100);
    }
    assert.equal(stuck.wasCut, true);
    assert.equal(cuts, 1);
    assert.ok(stuck.bufferedBytes < feedLimits.bufferBytesMax * 2);
    assert.equal(good.wasCut, false);
    assert.equal(feed.readers, 1);
  });

  test("a reader that stops in the middle of a full snapshot is cut", async () => {
    const reader = new TestReader();
    reader.stuck = true;
    const joined = feed.subscribe(reader, null, true);
    await settle();
    await clock.pass(feedLimits.snapshotPauseMsMax + 1);
    await joined;
    assert.equal(reader.wasCut, true);
    assert.equal(feed.readers, 0);
  });

  test("beats, and rests when nobody reads", async () => {
    const reader = new TestReader();
    const subscription = await feed.subscribe(reader, null, false);
    await clock.pass(feedLimits.heartbeatMs * 3);
    assert.equal(reader.beats, 3);
    subscription.close();
    await clock.pass(10_000);
    assert.equal(reader.beats, 3);
    assert.equal(clock.timers, 0);
  });

  test("a store that fails for a moment is read again", async () => {
    let failing = true;
    const shaky: Pick<Store, "watch" | "read"> = {
      watch: (shop, wake) => store.watch(shop, wake),
      read: {
        ...store.read,
        changesSince: (...args) =>
          failing ? Promise.reject(new Error("down")) : store.read.changesSince(...args),
      },
    };
    const reader = new TestReader();
    await openFeed(shaky).subscribe(reader, null, false);
    reader.take();
    await say(receive("A", 4));
    await clock.pass(500);
    assert.deepEqual(reader.take(), []);
    failing = false;
    await clock.pass(feedLimits.readAgainMs);
    assert.deepEqual(stockOf(reader.take()[0]), { A: 4 });
  });

  test("ends every stream when it closes, and takes no more", async () => {
    const reader = new TestReader();
    await feed.subscribe(reader, null, false);
    feed.close();
    assert.equal(reader.ended, true);
    await assert.rejects(feed.subscribe(new TestReader(), null, false), TooManyReaders);
  });
});
