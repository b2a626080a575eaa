import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../tests/support/fake-clock.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { newSheetId } from "../counts/sheet-id.ts";
import { Shops } from "../shops.ts";
import { reportLimits } from "./reports.ts";

test("[AN13] the share of bins that were right is that of the sheets that were finished on the day", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const by = { actor: "test", at: clock.now() };
  const lines = [{ sku: "A", quantity: 5, bin: "A-01" }];
  await store.commit(
    1,
    [
      { ...by, type: "putSkus", items: [{ code: "A" }] },
      { ...by, type: "receive", key: "opening", warehouse: "main", opening: true, lines },
    ],
    clock.now(),
  );
  const count = async (bins: readonly (readonly [bin: string, variance: number])[]): Promise<void> => {
    const id = newSheetId({ openedAt: clock.now(), unscanned: false }, clock);
    const spec = { sheet: id, kind: "cycle", warehouse: "main", bins: [], cells: [], blind: true };
    const proof = bins.map(([bin, variance]) => ({
      cell: { bin, sku: "A", lot: "", quality: "good" },
      quantity: 5,
      variance,
      valueMinor: 0,
      reason: null,
      counters: ["test"],
    }));
    const facts = [
      { kind: "opened", body: { spec: { ...spec, tolerance: {}, purpose: "" } } },
      { kind: "closed", body: { proof } },
    ];
    const events = facts.map((body) => ({ at: clock.now(), actor: "test", body }));
    assert.ok((await store.workEvents.append(1, "count", id, events, 0)).ok);
  };
  const first = shop.day();
  await count([
    ["A-01", 0],
    ["A-02", -1],
    ["A-03", 0],
    ["A-04", 0],
  ]);
  clock.jump(first.to + 1_000 - clock.now());
  const second = shop.day();
  await count([["A-01", 0]]);
  clock.jump(second.to + reportLimits.graceMs + 1_000 - clock.now());
  const analysis = await shop.analyser.analyse(7);
  assert.deepEqual(
    analysis?.accuracy.points.map(({ date, ira }) => [date, ira]),
    [
      [first.date, 75],
      [second.date, 100],
    ],
  );
  await shops.close();
});
