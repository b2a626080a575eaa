import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TransferStep } from "../command.ts";
import { clean } from "../places.testing.ts";
import { World } from "../world.testing.ts";
import { inTransit, receiveProblem, transferKind, transitWarehouse, type Transfer } from "./transfer.ts";

function worldOf(): World {
  const world = new World();
  world.run({ type: "putWarehouse", warehouse: "east", name: "East", ...world.by() });
  world.run({ type: "putChannel", channel: { channel: "taobao", warehouses: ["east"] }, ...world.by() });
  return world;
}

function stateOf(world: World, transfer: string): { state: Transfer | null; version: number } {
  const document = world.bench.documents.get(`${transferKind}\u0000${transfer}`) ?? null;
  return { state: (document?.body ?? null) as Transfer | null, version: document?.version ?? 0 };
}

function step(world: World, transfer: string, made: TransferStep["step"], actor = "p", key?: string) {
  const { version } = stateOf(world, transfer);
  return world.run({
    type: "transfer",
    key: key ?? `${transfer}-${version}-${made.kind}`,
    transfer,
    version,
    step: made,
    actor,
    at: world.now,
  });
}

const good = { quality: "good" as const, lot: "", bin: "", damaged: 0 };
const send = (sku: string, quantity: number, more: object = {}): TransferStep["step"] => ({
  kind: "send",
  from: "main",
  to: "east",
  note: "",
  lines: [{ sku, quantity, quality: "good", ...more }],
});

test("[H10] units on their way are sold by nobody; who waits at the other end gets them when they arrive", () => {
  const world = worldOf();
  world.sku("A", 6);
  world.observe("1", "A", 4, { channel: "taobao" });
  assert.equal(world.stock("A").shortage, 4);
  assert.equal(step(world, "t1", send("A", 5)).code, "applied");
  assert.deepEqual([world.stock("A").available, world.stock("A", "east").available], [1, 0]);
  assert.equal(world.stock("A", transitWarehouse).loaned, 5);
  clean(world);
  const received = { kind: "receive", lines: [{ sku: "a", quantity: 4, ...good, bin: "E-1" }] } as const;
  assert.equal(step(world, "t1", received, "q").code, "applied");
  assert.deepEqual([world.stock("A").shortage, world.stock("A", "east").committed], [0, 4]);
  assert.equal(step(world, "t1", { kind: "close", fate: "lost", reason: "少一件" }, "q").code, "applied");
  const { state } = stateOf(world, "t1");
  assert.deepEqual(state?.missing, [{ sku: "A", lot: "", quality: "good", quantity: 1 }]);
  assert.deepEqual(
    [world.stock("A", transitWarehouse).loaned, world.stock("A", transitWarehouse).lost],
    [0, 1],
  );
  clean(world);
});

test("[H10] a step is done once, as a whole, by what it was judged by; promised units stay", () => {
  const world = worldOf();
  world.sku("A", 5);
  world.observe("1", "A", 3, {});
  assert.deepEqual(step(world, "t1", send("A", 3)), {
    code: "insufficient_units",
    path: "lines",
    sku: "A",
    place: "available",
    requested: 3,
    present: 2,
  });
  assert.equal(stateOf(world, "t1").state, null);
  assert.equal(step(world, "t2", send("A", 2), "p", "k").code, "applied");
  assert.equal(step(world, "t2", send("A", 2), "p", "k").code, "duplicate");
  const stale: TransferStep = {
    type: "transfer",
    key: "other",
    transfer: "t2",
    version: 0,
    step: send("A", 1),
    ...world.by(),
  };
  assert.deepEqual(world.run(stale), { code: "version_conflict", path: "version", version: 1 });
  assert.equal(
    step(world, "t3", { ...send("A", 1), to: "west" } as TransferStep["step"]).code,
    "unknown_warehouse",
  );
  assert.equal(
    step(world, "t3", { ...send("A", 1), to: "main" } as TransferStep["step"]).code,
    "invalid_command",
  );
  assert.equal(step(world, "t3", send("A", 0)).code, "invalid_command");
  clean(world);
});

test("[H10] lots and bins that are named are taken; damaged units arrive in quarantine; what is missing can be back", () => {
  const world = worldOf();
  world.sku("A", 0);
  world.receive("A", 4, { bin: "b1", lot: "L1" });
  world.receive("A", 4, { bin: "b2", lot: "L2" });
  const lines = [
    { sku: "A", quantity: 4, quality: "good" as const },
    { sku: "A", quantity: 3, quality: "good" as const, bin: "b2" },
  ];
  assert.equal(step(world, "t", { kind: "send", from: "main", to: "east", note: "", lines }).code, "applied");
  const sent = stateOf(world, "t").state?.sent.map(({ lot, quantity }) => [lot, quantity]);
  assert.deepEqual(sent, [
    ["L2", 3],
    ["L1", 4],
  ]);
  const came = [{ sku: "A", quantity: 4, quality: "good" as const, lot: "L1", bin: "e1", damaged: 1 }];
  step(world, "t", { kind: "receive", lines: came }, "q");
  const { available, quarantine } = world.stock("A", "east");
  assert.deepEqual([available, quarantine], [3, 1]);
  step(world, "t", { kind: "close", fate: "back", reason: "没装车" }, "q");
  assert.deepEqual([world.stock("A").available, world.stock("A", transitWarehouse).loaned], [4, 0]);
  clean(world);
});

test("[H10] random transfers between warehouses that sell leave balanced books, and the way is what papers say", () => {
  const sku = fc.constantFrom("A", "B");
  const units = fc.integer({ min: 1, max: 5 });
  const act = fc.oneof(
    fc.record({ do: fc.constant("sell" as const), sku, units, channel: fc.constantFrom("douyin", "taobao") }),
    fc.record({ do: fc.constant("send" as const), sku, units, id: fc.nat(3), back: fc.boolean() }),
    fc.record({ do: fc.constant("receive" as const), sku, units, id: fc.nat(3), damaged: fc.nat(2) }),
    fc.record({
      do: fc.constant("close" as const),
      id: fc.nat(3),
      fate: fc.constantFrom("lost" as const, "back" as const),
    }),
    fc.record({ do: fc.constant("lose" as const), sku, units }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const world = worldOf();
      for (const code of ["A", "B"]) world.sku(code, 12);
      for (const [index, one] of acts.entries()) {
        world.now += 1;
        if (one.do === "sell") world.observe(`o${index}`, one.sku, one.units, { channel: one.channel });
        else if (one.do === "lose") world.adjust("count_loss", one.sku, one.units);
        else {
          const id = `t${one.id}`;
          const { state } = stateOf(world, id);
          if (one.do === "send" && state === null) {
            const ends = one.back ? { from: "east", to: "main" } : { from: "main", to: "east" };
            step(world, id, { ...send(one.sku, one.units), ...ends } as TransferStep["step"]);
          } else if (one.do === "receive" && state !== null) {
            const line = {
              ...good,
              sku: one.sku,
              quantity: one.units,
              damaged: Math.min(one.damaged, one.units),
            };
            if (receiveProblem(state, [line], "q") === null)
              step(world, id, { kind: "receive", lines: [line] }, "q");
          } else if (one.do === "close" && state !== null && state.closedAt === null) {
            step(world, id, { kind: "close", fate: one.fate, reason: "r" }, "q");
          }
        }
        for (const code of ["A", "B"]) {
          let onTheWay = 0;
          for (let id = 0; id <= 3; id += 1) {
            const { state } = stateOf(world, `t${id}`);
            if (state === null || state.closedAt !== null) continue;
            for (const line of inTransit(state)) if (line.sku === code) onTheWay += line.quantity;
          }
          assert.equal(world.stock(code, transitWarehouse).loaned, onTheWay);
        }
      }
      assert.equal(world.verify(), null);
    }),
    { numRuns: 400 },
  );
});
