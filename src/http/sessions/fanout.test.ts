import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../tests/support/fake-clock.ts";
import { feedLimits, TooManyReaders, type FeedReader } from "../../engine/feed.ts";
import { Fanout } from "./fanout.ts";

class Reader implements FeedReader {
  readonly got: string[] = [];
  bufferedBytes = 0;
  beats = 0;
  state: "open" | "ended" | "cut" = "open";

  write(bytes: Buffer): void {
    this.got.push(bytes.toString());
  }
  drained(): Promise<boolean> {
    return Promise.resolve(true);
  }
  beat(): void {
    this.beats += 1;
  }
  end(): void {
    this.state = "ended";
  }
  cut(): void {
    this.state = "cut";
  }
}

test("every reader hears the same bytes and beats; a slow one is cut, nobody else", async () => {
  const clock = new FakeClock();
  const fanout = new Fanout(clock);
  const [good, slow] = [new Reader(), new Reader()];
  fanout.join(good);
  const leave = fanout.join(slow);
  fanout.broadcast(fanout.message("view", "{}"));
  slow.bufferedBytes = feedLimits.bufferBytesMax + 1;
  fanout.broadcast(fanout.message("numbers", "[]"));
  assert.deepEqual(good.got, ["id: 1\nevent: view\ndata: {}\n\n", "id: 2\nevent: numbers\ndata: []\n\n"]);
  assert.deepEqual([slow.state, good.state, fanout.size], ["cut", "open", 1]);
  leave.close();
  assert.equal(fanout.size, 1);
  await clock.pass(2 * feedLimits.heartbeatMs);
  assert.deepEqual([good.beats, slow.beats], [2, 0]);
  fanout.close();
  assert.equal(good.state, "ended");
  assert.throws(() => fanout.join(new Reader()), TooManyReaders);
  assert.equal(clock.timers, 0);
});
