import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RateLimit } from "./rate-limit.ts";

test("so many in a minute, then one for each that falls out of it", () => {
  const limit = new RateLimit([{ messagesMax: 3, perMs: 60_000 }]);
  assert.deepEqual(
    [0, 10_000, 20_000].map((at) => limit.take(at)),
    [0, 0, 0],
  );
  assert.equal(limit.take(30_000), 30_000);
  assert.equal(limit.take(59_999), 1);
  assert.equal(limit.take(60_000), 0);
  assert.equal(limit.take(60_001), 9_999);
  assert.equal(limit.take(70_000), 0);
});

test("asking in vain costs nothing", () => {
  const limit = new RateLimit([{ messagesMax: 1, perMs: 1_000 }]);
  assert.equal(limit.take(0), 0);
  for (let at = 1; at < 1_000; at += 1) assert.equal(limit.take(at), 1_000 - at);
  assert.equal(limit.take(1_000), 0);
});

test("of several windows the narrowest decides", () => {
  const limit = new RateLimit([
    { messagesMax: 4, perMs: 60_000 },
    { messagesMax: 2, perMs: 1_000 },
  ]);
  assert.deepEqual(
    [0, 0, 0].map((at) => limit.take(at)),
    [0, 0, 1_000],
  );
  assert.deepEqual(
    [1_000, 1_000, 1_000].map((at) => limit.take(at)),
    [0, 0, 59_000],
  );
});

test("a platform that said it was too much is left alone for so long", () => {
  const limit = new RateLimit([{ messagesMax: 20, perMs: 60_000 }]);
  limit.block(5_000, 600_000);
  limit.block(6_000, 1_000);
  assert.equal(limit.take(5_000), 600_000);
  assert.equal(limit.take(604_999), 1);
  assert.equal(limit.take(605_000), 0);
});

test("a clock that is set back silences for one window at most", () => {
  const limit = new RateLimit([{ messagesMax: 1, perMs: 60_000 }]);
  assert.equal(limit.take(86_400_000), 0);
  assert.equal(limit.take(0), 60_000);
});

test("no stretch of time sees more than its number, and whoever waits as told may go", () => {
  const windows = [
    { messagesMax: 20, perMs: 61_000 },
    { messagesMax: 5, perMs: 1_200 },
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(4_000), { maxLength: 300 }), (pauses) => {
      const limit = new RateLimit(windows);
      const sent: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        const waitMs = limit.take(now);
        if (waitMs > 0) {
          assert.equal(limit.take(now + waitMs - 1) > 0, true);
          now += waitMs;
          assert.equal(limit.take(now), 0);
        }
        sent.push(now);
      }
      for (const { messagesMax, perMs } of windows) {
        for (const [index, at] of sent.entries()) {
          const later = sent[index + messagesMax];
          assert.ok(later === undefined || later - at >= perMs);
        }
      }
    }),
  );
});
