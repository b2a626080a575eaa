import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../tests/support/fake-clock.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { afterLiveDefault } from "../../domain/after-live/settings.ts";
import { newSheetId } from "../counts/sheet-id.ts";
import { settingsId } from "../live-settings.ts";
import { Shops } from "../shops.ts";
import { reportLimits } from "./reports.ts";
import { afterLiveKind, keepCompensation } from "./settings.ts";

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

test("[AN17] oversells cost what a unit costs and what buyers were given that day; a changed setting is seen at once", async (t) => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  t.after(() => shops.close());
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const by = { actor: "test", at: clock.now() };
  const sold = {
    ...by,
    type: "observe",
    channel: "douyin",
    orderId: "1",
    buyer: null,
    stage: "paid",
    lines: [{ lineId: "1", sku: "A", quantity: 3, amount: 300 }],
    placedAt: by.at,
    updatedAt: by.at,
    rank: 0,
  } as const;
  await store.commit(
    1,
    [
      { ...by, type: "putChannel", channel: { channel: "douyin" } },
      { ...by, type: "putSkus", items: [{ code: "A" }] },
      sold,
    ],
    clock.now(),
  );
  const given = { channel: "douyin", orderId: "1", lineId: "1", sku: "A", units: 3, action: "refund" };
  await keepCompensation(store.read, 1, shop.batcher, { ...given, amount: 700, by: "test", at: by.at });
  const first = shop.day();
  clock.jump(first.to + reportLimits.graceMs + 1_000 - clock.now());
  const pointOf = async () => (await shop.analyser.analyse(7))?.accuracy.points.at(-1);
  const { date, oversold, oversellCost } = (await pointOf()) ?? {};
  assert.deepEqual([date, oversold, oversellCost], [first.date, 3, 700]);
  const put = (version: number, oversellCost_: number) =>
    shop.batcher.submit({
      ...by,
      type: "putDocument",
      kind: afterLiveKind,
      id: settingsId,
      version,
      body: { ...afterLiveDefault, oversellCost: oversellCost_ },
    });
  assert.equal((await put(0, 1_000)).code, "applied");
  assert.equal((await pointOf())?.oversellCost, 3 * 1_000 + 700);
});

test("[AN18] a lot with a date of its own is judged by it, the rest of the shelf by its delivery", async (t) => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  t.after(() => shops.close());
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const by = { actor: "test", at: clock.now() };
  const lines = [
    { sku: "A", quantity: 5, bin: "A-01", lot: "L1" },
    { sku: "A", quantity: 7, bin: "A-02" },
  ];
  await store.commit(
    1,
    [
      { ...by, type: "putSkus", items: [{ code: "A", price: 100, shelfLifeDays: 30 }] },
      { ...by, type: "receive", key: "opening", warehouse: "main", opening: true, lines },
    ],
    clock.now(),
  );
  const first = shop.day();
  clock.jump(first.to + reportLimits.graceMs + 1_000 - clock.now());
  const lotsOf = async () =>
    (await shop.analyser.analyse(7))?.expiring.map(({ lot, units, expiresAt }) => [
      lot,
      units,
      Math.round((expiresAt - first.from) / 86_400_000),
    ]);
  assert.deepEqual(await lotsOf(), [[null, 12, 30]]);
  await shop.floorPlan.putLots(
    [
      {
        sku: "A",
        lot: "L1",
        supplier: "",
        receivedAt: null,
        madeAt: null,
        expiresAt: first.from + 10 * 86_400_000,
      },
    ],
    { actor: "test", at: clock.now() },
  );
  assert.deepEqual(await lotsOf(), [
    ["L1", 5, 10],
    [null, 7, 30],
  ]);
});
