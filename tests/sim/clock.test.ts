import assert from "node:assert/strict";
import { test } from "node:test";
import { SimClock } from "../../src/sim/clock.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Opens a gate and does not wait until it is reached. */
function open(clock: SimClock, at: number): void {
  void clock.reach(at, AbortSignal.abort());
}

const start = Date.parse("2026-11-11T12:00:00Z");

test("it runs so many times as fast as the system's clock, up to the gate and no further", async () => {
  const system = new FakeClock(start + 3_600_000);
  const clock = new SimClock(start, 30, { system });
  assert.equal(clock.now(), start, "the gate is shut");
  open(clock, start + 60_000);
  system.jump(1_000);
  assert.equal(clock.now(), start + 30_000);
  system.jump(1_000);
  assert.equal(clock.now(), start + 60_000);
  system.jump(60_000);
  assert.equal(clock.now(), start + 60_000, "nothing after the gate has happened");
  await clock.reach(start + 60_000);
});

test("after it has waited it goes on from where it stood", () => {
  const system = new FakeClock(start + 3_600_000);
  const clock = new SimClock(start, 10, { system });
  system.jump(30_000);
  assert.equal(clock.now(), start);
  open(clock, start + 100_000);
  assert.equal(clock.now(), start);
  system.jump(1_000);
  assert.equal(clock.now(), start + 10_000);
});

test("it is never ahead of the system's clock, unless its books are thrown away", () => {
  const system = new FakeClock(start);
  const clock = new SimClock(start - 5_000, 60, { system });
  open(clock, start + 600_000);
  system.jump(1_000);
  assert.equal(clock.now(), start + 1_000);
  const lead = new SimClock(start, Infinity, { system, mayLead: true });
  open(lead, start + 600_000);
  assert.equal(lead.now(), start + 600_000);
});

test("as fast as it goes: each moment is there at once, and timers are not endless", async () => {
  const system = new FakeClock(start);
  const clock = new SimClock(start - 10_000, Infinity, { system });
  await clock.reach(start - 4_000);
  assert.equal(clock.now(), start - 4_000);
  let rung = 0;
  clock.after(30_000, () => (rung += 1));
  await system.pass(99);
  assert.equal(rung, 0);
  await system.pass(1);
  assert.equal(rung, 1);
});

test("released, it runs as the wall does", () => {
  const system = new FakeClock(start);
  const clock = new SimClock(start - 60_000, Infinity, { system });
  clock.release();
  system.jump(7_000);
  assert.equal(clock.now(), start - 53_000);
});
