import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { foldWave, foldWaveAll } from "./fold.ts";
import { planPicks } from "./plan.ts";
import { openTasks, scanPick, type Scanned } from "./scan.ts";
import { lastSeq, sourceOf, stands, step, t0, want, waveOf } from "./wave.testing.ts";
import { linesInWave, sumOf, waveStage, type WaveEvent } from "./wave.ts";

test("[G7] a wave is what its events add up to; repeated, foreign and unknown ones change nothing", () => {
  const wave = waveOf([want("o1", "A", 3)], stands("a", "A", 5, "new"));
  const event = (more: object): WaveEvent =>
    ({
      seq: lastSeq() + 1,
      wave: "w1",
      at: t0,
      actor: "p",
      kind: "picked",
      body: { task: "1", units: 1 },
      ...more,
    }) as WaveEvent;
  assert.equal(foldWave(null, event({})), null);
  assert.equal(foldWave(wave, event({ seq: wave.seq })), wave);
  assert.equal(foldWave(wave, event({ wave: "w2" })), wave);
  assert.deepEqual(foldWave(wave, event({ kind: "later" })), { ...wave, seq: lastSeq() + 1 });
  assert.deepEqual(foldWave(wave, event({ body: { task: "9", units: 1 } })), { ...wave, seq: lastSeq() + 1 });
  assert.equal(foldWave(wave, event({ body: { task: "1", units: 9 } }))?.tasks[0]?.picked, 3);
});

test("[G8] what is cancelled is not picked any more, and what was picked of it goes back", () => {
  let wave = waveOf([want("o1", "A", 3), want("o2", "A", 2)], stands("a", "A", 9, "old"));
  wave = step(wave, "picked", { task: "1", units: 4 });
  const withdraw = (orderId: string, units: number, why = "cancelled"): void => {
    const { sent: _sent, ...line } = want(orderId, "A", units);
    wave = step(wave, "withdrawn", { ...line, why });
  };
  const figures = (orderId: string) => {
    const line = linesInWave(wave).get(`douyin\u0000${orderId}\u00001\u0000A`);
    return [line?.open, line?.staged, line?.back];
  };
  assert.deepEqual(
    [figures("o1"), figures("o2")],
    [
      [0, 3, 0],
      [1, 1, 0],
    ],
  );
  // What is held is not picked; what was picked of it waits.
  withdraw("o2", 1, "held");
  assert.deepEqual([figures("o2"), openTasks(wave).length, waveStage(wave)], [[0, 1, 0], 0, "shipping"]);
  withdraw("o2", 1);
  withdraw("o1", 2);
  assert.deepEqual(
    [figures("o1"), figures("o2")],
    [
      [0, 1, 2],
      [0, 0, 1],
    ],
  );
  // A phone that was away had taken the fifth unit before: it is in staging, and goes back too.
  const [task] = wave.tasks;
  assert.ok(task !== undefined);
  const fifth: Scanned = { kind: "lot", sku: "A", lot: "old", units: 1 };
  assert.equal(scanPick(wave, task, true, fifth).ok, false);
  assert.equal(scanPick(wave, task, true, fifth, true).ok, true);
  wave = step(wave, "picked", { task: "1", units: 1 });
  assert.deepEqual(figures("o2"), [0, 0, 2]);
  wave = step(wave, "cancelled", { reason: "" });
  assert.deepEqual([figures("o1"), figures("o2"), waveStage(wave)], [[0, 0, 3], [0, 0, 2], "back"]);
  assert.equal(sumOf(wave.back), sumOf(wave.staged));
});

test("[G5] what was not found is planned anew, and what no shelf has is short", () => {
  let wave = waveOf([want("o1", "A", 2), want("o2", "A", 2)], stands("a", "A", 9, "old"));
  wave = step(wave, "missing", { task: "1", units: 3, id: "m1" });
  assert.deepEqual(
    wave.lost.map(({ orderId, units }) => [orderId, units]),
    [
      ["o1", 1],
      ["o2", 2],
    ],
  );
  assert.ok(wave.entryIds.has("m1"));
  const source = sourceOf([stands("c", "A", 2, "new")]);
  wave = step(wave, "replanned", planPicks(wave.lost, source, wave.tasks.length));
  assert.deepEqual(
    openTasks(wave).map(({ task, cell, units }) => [task, cell.bin, units]),
    [
      ["1", "a", 4],
      ["2", "c", 2],
    ],
  );
  assert.deepEqual(
    wave.short.map(({ orderId, units }) => [orderId, units]),
    [["o2", 1]],
  );
});

test("[G7] folded at once or one by one, a wave is the same, and no unit is made or lost", () => {
  const kinds = fc.constantFrom("picked", "missing", "withdrawn", "returned", "shipped", "replanned");
  const steps = fc.array(fc.tuple(kinds, fc.nat(3), fc.integer({ min: 1, max: 4 })), { maxLength: 40 });
  const orders = ["o1", "o2", "o3"];
  fc.assert(
    fc.property(steps, (history) => {
      const { tasks } = planPicks(
        orders.map((order) => want(order, "A", 3)),
        sourceOf([stands("a", "A", 4, "old"), stands("b", "A", 9, "new")]),
      );
      const body = { warehouse: "main", stagingBin: "STAGE", tasks };
      const events = [{ seq: 1, wave: "w1", at: t0, actor: "p", kind: "opened", body } as WaveEvent];
      let wave = foldWaveAll(events, null);
      for (const [kind, index, units] of history) {
        assert.ok(wave !== null);
        const line = want(orders[index] ?? "o1", "A", units);
        const to = { warehouse: "main", bin: "c", lot: "", quality: "good" };
        const bodies = {
          picked: { task: String((index % 2) + 1), units },
          missing: { task: String((index % 2) + 1), units },
          withdrawn: { ...line, why: index === 3 ? "held" : "cancelled" },
          returned: { ...line, to },
          shipped: { ...line, shipment: "", carrier: "", waybill: "", lines: [{ ...line, total: units }] },
          replanned: planPicks(wave.lost, sourceOf([stands("c", "A", 2, "new")]), wave.tasks.length),
        };
        const event = {
          seq: wave.seq + 1,
          wave: "w1",
          at: t0,
          actor: "p",
          kind,
          body: bodies[kind],
        } as WaveEvent;
        events.push(event);
        wave = foldWave(wave, event);
      }
      assert.deepEqual(foldWaveAll(events, null), wave);
      assert.ok(wave !== null);
      const lines = [...linesInWave(wave).values()];
      for (const { open, staged, back } of lines) assert.ok(open >= 0 && staged >= 0 && back >= 0);
      const gone = sumOf(wave.shipments.flatMap((one) => one.units));
      const putBack = sumOf(wave.moves.filter(({ from }) => from.bin === "STAGE"));
      const picked = wave.tasks.reduce((sum, task) => sum + task.picked, 0);
      assert.equal(picked, sumOf(wave.staged) + gone + putBack);
      assert.equal(picked, sumOf(wave.moves.filter(({ to }) => to.bin === "STAGE")));
      assert.ok(sumOf(wave.back) <= sumOf(wave.staged));
    }),
    { numRuns: 500 },
  );
});
