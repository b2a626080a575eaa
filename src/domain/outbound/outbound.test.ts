import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { movementProblem, type FloorMovement } from "../floor/movement.ts";
import type { Standing } from "../floor/shelf.ts";
import { planPicks, type PickTask } from "./plan.ts";
import {
  openTasks,
  scanPick,
  scanRefusals,
  scanWords,
  shipProblem,
  tasksToCount,
  type Scanned,
} from "./scan.ts";
import { lastSeq, sourceOf, stands, step, t0, want, waveOf } from "./wave.testing.ts";
import { traceOrder, waveStage, type WaveMove } from "./wave.ts";

const taken = (tasks: readonly PickTask[]): unknown[] =>
  tasks.map(({ cell, units }) => [cell.bin, cell.lot, units]);

test("[G1] what expires first is taken first, then what came first, then by the route", () => {
  const plan = (units: number, ...shelves: Standing[]) =>
    taken(planPicks([want("o", "A", units)], sourceOf(shelves)).tasks);
  assert.deepEqual(plan(3, stands("a", "A", 5, "new"), stands("b", "A", 5, "old")), [["b", "old", 3]]);
  assert.deepEqual(plan(3, stands("a", "A", 5, "second"), stands("b", "A", 5, "first")), [["b", "first", 3]]);
  // What never expires waits for what does.
  assert.deepEqual(plan(3, stands("a", "A", 5, "first"), stands("b", "A", 5, "new")), [["b", "new", 3]]);
  assert.deepEqual(plan(3, stands("c", "A", 5, "old"), stands("b", "A", 5, "old")), [["b", "old", 3]]);
  // The list itself is in the order of the route.
  assert.deepEqual(plan(8, stands("a", "A", 5, "new"), stands("c", "A", 5, "old")), [
    ["a", "new", 3],
    ["c", "old", 5],
  ]);
});

test("[G1] goods that would not keep, that are not good, or whose bin is closed are left alone", () => {
  const shelves = [
    stands("a", "A", 9, "soon"),
    stands("a", "A", 9, "gone"),
    stands("b", "A", 9, "old", { quality: "bad" }),
    stands("shut", "A", 9, "old"),
    stands("nowhere", "A", 9, "old"),
    stands("c", "A", 2, "new"),
  ];
  const { tasks, short } = planPicks([want("o", "A", 5)], sourceOf(shelves));
  assert.deepEqual(taken(tasks), [["c", "new", 2]]);
  assert.deepEqual(short, [want("o", "A", 3)]);
});

test("[G2] a wave visits each shelf once, gives no unit twice and leaves nobody short while a shelf has it", () => {
  const wants = fc.array(
    fc.tuple(fc.constantFrom("o1", "o2", "o3"), fc.constantFrom("A", "B"), fc.integer({ min: 1, max: 5 })),
    {
      maxLength: 8,
    },
  );
  const shelves = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom("a", "b", "c"),
      fc.constantFrom("A", "B"),
      fc.constantFrom("old", "new"),
      fc.nat(6),
    ),
    { selector: ([bin, sku, lot]) => bin + sku + lot },
  );
  fc.assert(
    fc.property(wants, shelves, (asked, standing) => {
      const source = sourceOf(standing.map(([bin, sku, lot, units]) => stands(bin, sku, units, lot)));
      const all = asked.map(([order, sku, units], index) => want(order, sku, units, String(index)));
      const { tasks, short } = planPicks(all, source);
      const keys = tasks.map(({ cell }) => `${cell.bin}${cell.sku}${cell.lot}`);
      assert.equal(new Set(keys).size, keys.length);
      for (const { cell, units, wants: own } of tasks) {
        const there = standing.find(
          ([bin, sku, lot]) => bin === cell.bin && sku === cell.sku && lot === cell.lot,
        );
        assert.ok(units <= (there?.[3] ?? 0));
        assert.equal(
          own.reduce((sum, one) => sum + one.units, 0),
          units,
        );
      }
      for (const one of all) {
        const parts = [...tasks.flatMap((task) => task.wants), ...short].filter(
          (part) => part.lineId === one.lineId,
        );
        assert.equal(
          parts.reduce((sum, part) => sum + part.units, 0),
          one.units,
        );
      }
      for (const { sku } of short) {
        const left = standing.filter((one) => one[1] === sku).reduce((sum, one) => sum + one[3], 0);
        const given = tasks.filter(({ cell }) => cell.sku === sku).reduce((sum, one) => sum + one.units, 0);
        assert.equal(given, left);
      }
    }),
  );
});

type Recorded = Pick<FloorMovement, "at" | "atUncertaintyMs" | "recordedAt" | "device" | "deviceSeq">;
function movementOf(move: WaveMove, id: number, recorded: Recorded): FloorMovement {
  const { sku, units, from, to, by } = move;
  const movement: FloorMovement = {
    id: `move:${id}`,
    sku,
    quantity: units,
    from,
    to,
    reason: "pick",
    actor: by,
    doc: null,
    ...recorded,
  };
  assert.equal(movementProblem(movement), null);
  return movement;
}

test("[G3] a scan is right or refused with a word and a sound, and a refused one changes nothing", () => {
  const wave = waveOf(
    [want("o1", "A", 3), want("o1", "B", 1, "2")],
    stands("a", "A", 5, "new"),
    stands("b", "B", 5),
  );
  const [lotted, plain] = wave.tasks;
  assert.ok(lotted !== undefined && plain !== undefined);
  const sku = (code: string, units = 1): Scanned => ({ kind: "sku", sku: code, units });
  const lot = (code: string, name: string, units = 1): Scanned => ({
    kind: "lot",
    sku: code,
    lot: name,
    units,
  });
  const rows: [typeof lotted, boolean, Scanned, string | number][] = [
    [lotted, false, { kind: "unknown", code: "???" }, "code_unknown"],
    [lotted, false, { kind: "bin", bin: "b" }, "bin_wrong"],
    [lotted, false, { kind: "bin", bin: "a" }, 0],
    [lotted, true, { kind: "bin", bin: "a" }, "bin_not_due"],
    [lotted, false, lot("A", "new"), "bin_first"],
    [lotted, true, lot("B", "new"), "item_wrong"],
    [lotted, true, sku("A"), "lot_needed"],
    [lotted, true, lot("A", "old"), "lot_wrong"],
    [lotted, true, lot("A", "new", 4), "too_many"],
    [lotted, true, lot("A", "new", 10_000), "too_many"],
    [lotted, true, lot("A", "new", 0), "too_many"],
    [lotted, true, lot("A", "new", 3), 3],
    [plain, true, sku("B"), 1],
  ];
  for (const [task, atBin, scanned, expected] of rows) {
    const answer = scanPick(wave, task, atBin, scanned);
    assert.equal(answer.ok ? answer.units : answer.code, expected);
    assert.equal(answer.sound, answer.ok ? "ok" : "error");
    assert.ok(answer.ok || (answer.words.zh !== "" && answer.words.en !== ""));
  }
  const done = step(wave, "picked", { task: lotted.task, units: 3 });
  const task = done.tasks[0];
  assert.ok(task !== undefined);
  const again = scanPick(done, task, true, lot("A", "new"));
  assert.equal(again.ok ? "" : again.code, "task_done");
  assert.deepEqual(
    openTasks(done).map((one) => one.cell.sku),
    ["B"],
  );
  const cancelled = step(done, "cancelled", { reason: "" });
  const over = scanPick(cancelled, plain, true, sku("B"));
  assert.equal(over.ok ? "" : over.code, "wave_over");
  assert.deepEqual(openTasks(cancelled), []);
  assert.deepEqual(
    scanRefusals.filter((code) => scanWords[code].zh === ""),
    [],
  );
});

test("[G4] a part of an order leaves with its own waybill, and only what was picked leaves", () => {
  let wave = waveOf([want("o1", "A", 3), want("o2", "A", 2)], stands("a", "A", 9, "old"));
  wave = step(wave, "picked", { task: "1", units: 4 });
  const parcel = (orderId: string, units: number, waybill: string) => ({
    channel: "douyin",
    orderId,
    waybill,
    carrier: "SF",
    shipment: waybill,
    lines: [{ lineId: "1", sku: "A", units, total: units }],
  });
  const used = new Set(["SF1"]);
  const rows: [ReturnType<typeof parcel>, string | null][] = [
    [parcel("o1", 3, "SF2"), null],
    [parcel("o1", 2, "SF2"), null],
    [parcel("o1", 4, "SF2"), "not_picked"],
    [parcel("o2", 2, "SF2"), "not_picked"],
    [parcel("o2", 1, "SF2"), null],
    [parcel("o3", 1, "SF2"), "not_picked"],
    [parcel("o1", 1, " "), "waybill_missing"],
    [parcel("o1", 1, "SF1"), "waybill_used"],
    [parcel("o1", 0, "SF2"), "nothing_to_ship"],
    [{ ...parcel("o1", 1, "SF2"), lines: [] }, "nothing_to_ship"],
  ];
  for (const [one, refusal] of rows) assert.equal(shipProblem(wave, one, used), refusal);
  wave = step(wave, "shipped", parcel("o1", 2, "SF2"), "q");
  assert.equal(shipProblem(wave, parcel("o1", 2, "SF3"), used), "not_picked");
  wave = step(wave, "shipped", parcel("o1", 1, "SF3"), "q");
  // The customer of the other order has cancelled: the unit goes back.
  const to = { warehouse: "main", bin: "c", lot: "", quality: "good" as const };
  const body = { channel: "douyin", orderId: "o2", lineId: "1", sku: "A", units: 1, to };
  wave = step(wave, "withdrawn", { ...want("o2", "A", 2), why: "cancelled" });
  assert.equal(shipProblem(wave, parcel("o2", 1, "SF4"), used), "not_picked");
  assert.equal(waveStage(wave), "back");
  wave = step(wave, "returned", body);
  assert.deepEqual(
    wave.moves.slice(-1).map((one) => [one.from.bin, one.to.bin, one.to.lot, one.units]),
    [["STAGE", "c", "old", 1]],
  );
  assert.deepEqual(
    [wave.staged, wave.back, wave.shipments.map((one) => one.waybill)],
    [[], [], ["SF2", "SF3"]],
  );
  assert.equal(waveStage(wave), "done");
});

test("[G5] a shelf that has fewer than the list says is counted next", () => {
  const wave = step(waveOf([want("o1", "A", 3)], stands("a", "A", 5, "new")), "missing", {
    task: "1",
    units: 1,
  });
  assert.deepEqual(
    tasksToCount(wave).map(({ cell }) => [cell.bin, cell.lot]),
    [["a", "new"]],
  );
  assert.deepEqual(tasksToCount(step(wave, "counted", { task: "1", sheet: "P1" })), []);
  assert.equal(openTasks(step(wave, "picked", { task: "1", units: 2 })).length, 0);
});

test("[G6] every unit that was sent is known by order, lot, bin, person and time, and the floor agrees", () => {
  const acts = fc.array(
    fc.tuple(
      fc.constantFrom("pick", "ship"),
      fc.nat(5),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom("p", "q"),
    ),
    {
      maxLength: 30,
    },
  );
  const shelves = [stands("a", "A", 4, "old"), stands("b", "A", 6, "new"), stands("c", "B", 5)];
  const orders = ["o1", "o2", "o3"];
  fc.assert(
    fc.property(acts, (history) => {
      const floor = new Floor();
      let clock = t0;
      const recorded = () => ({
        at: (clock += 1),
        atUncertaintyMs: 0,
        recordedAt: clock,
        device: null,
        deviceSeq: 0,
      });
      const opening = (one: Standing, index: number): FloorMovement => {
        const { sku, quantity, ...to } = one;
        return {
          id: `in${index}`,
          sku,
          quantity,
          from: null,
          to,
          reason: "opening",
          actor: "x",
          doc: null,
          ...recorded(),
        };
      };
      for (const [index, one] of shelves.entries()) floor.move(opening(one, index));
      let wave = waveOf(
        orders.flatMap((order) => [want(order, "A", 3), want(order, "B", 1, "2")]),
        ...shelves,
      );
      let sent = 0;
      for (const [kind, index, units, actor] of history) {
        if (kind === "pick") {
          const task = openTasks(wave)[index % Math.max(1, openTasks(wave).length)];
          if (task === undefined) continue;
          const body = { task: task.task, units: Math.min(units, task.units - task.picked) };
          wave = step(wave, "picked", body, actor);
          const move = wave.moves.at(-1);
          assert.ok(move !== undefined && floor.move(movementOf(move, lastSeq(), recorded())));
        } else {
          const lineId = index % 2 === 0 ? "1" : "2";
          const lines = [{ lineId, sku: lineId === "1" ? "A" : "B", units, total: units }];
          const body = {
            shipment: `s${lastSeq()}`,
            channel: "douyin",
            orderId: orders[index % 3] ?? "",
            waybill: `w${lastSeq()}`,
            carrier: "SF",
            lines,
          };
          if (shipProblem(wave, body, new Set()) !== null) continue;
          wave = step(wave, "shipped", body, actor);
          sent += units;
          const shipment = wave.shipments.at(-1);
          assert.ok(shipment !== undefined);
          for (const [nth, { cell, units: sentUnits }] of shipment.units.entries()) {
            const { sku, ...from } = cell;
            const movement: FloorMovement = {
              id: `${shipment.shipment}:${nth}`,
              sku,
              quantity: sentUnits,
              from: { ...from, bin: "STAGE" },
              to: null,
              reason: "ship",
              actor,
              doc: null,
              ...recorded(),
            };
            assert.ok(floor.move(movement));
          }
        }
      }
      const traces = orders.flatMap((order) => traceOrder([wave], "douyin", order));
      assert.equal(
        traces.reduce((sum, one) => sum + one.units, 0),
        sent,
      );
      for (const one of traces)
        assert.ok(
          one.bin !== "" && one.pickedBy !== "" && one.shippedBy !== "" && one.pickedAt < one.shippedAt,
        );
      const staged = wave.staged.reduce((sum, one) => sum + one.units, 0);
      const standing = floor.standing();
      assert.ok(standing.every((one) => one.quantity >= 0));
      assert.equal(
        standing.filter((one) => one.bin === "STAGE").reduce((sum, one) => sum + one.quantity, 0),
        staged,
      );
      assert.equal(
        standing.reduce((sum, one) => sum + one.quantity, 0),
        15 - sent,
      );
    }),
    { numRuns: 300 },
  );
});
