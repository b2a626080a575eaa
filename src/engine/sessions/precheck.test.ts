import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../domain/command.ts";
import { hostScreenDefault, newSlot, type SessionPlan } from "../../domain/live/session.ts";
import { hourMs } from "../../domain/live/time.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { partId } from "../after-live/reconciling.ts";
import { readPrecheck, spotCountKind } from "./precheck.ts";

const dayMs = 24 * hourMs;
const now = Date.UTC(2026, 10, 11, 12);
const actor = "u1/小王";

async function shopWith(...commands: readonly Command[]) {
  const store = new MemoryStore();
  const settings = { timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: now };
  const { shop } = await store.createShop({ name: "店", ...settings });
  const sku: Command = { type: "putSkus", actor, at: now, items: [{ code: "A1", name: "保温杯" }] };
  const channels = ["douyin", "taobao"].map((channel): Command => ({
    type: "putChannel",
    actor,
    at: now,
    channel: { channel, platform: channel },
  }));
  for (const command of [sku, ...channels, ...commands]) {
    const [outcome] = await store.commit(shop, [command], command.at);
    assert.equal(outcome?.code, "applied", JSON.stringify(outcome));
  }
  const plan: SessionPlan = {
    id: "s1",
    title: "双十一",
    channels: ["douyin", "taobao"],
    rooms: [],
    startsAt: now + hourMs,
    endsAt: now + 5 * hourMs,
    hostScreen: hostScreenDefault,
    slots: [newSlot("a", "A1"), newSlot("b", "NONE")],
  };
  const lineOf = async (id: string) => {
    const { lines } = await readPrecheck(store, shop, plan, now);
    const line = lines.find((one) => one.id === id);
    assert(line !== undefined, id);
    return line;
  };
  return { store, shop, plan, lineOf };
}

function received(key: string, at: number, quantity: number, bin?: string, lot?: string): Command {
  const shelf = { ...(bin === undefined ? {} : { bin }), ...(lot === undefined ? {} : { lot }) };
  const lines = [{ sku: "A1", quantity, ...shelf }];
  return { type: "receive", actor, at, key, opening: false, warehouse: "main", lines };
}

test("a product that is in no books fails, and nothing else is asked of it", async () => {
  const { lineOf, store, shop, plan } = await shopWith();
  assert.equal((await lineOf("known:NONE")).result, "fail");
  const { lines, names } = await readPrecheck(store, shop, plan, now);
  assert.equal(lines.filter(({ sku }) => sku === "NONE").length, 1);
  assert.equal(names.get("A1"), "保温杯");
});

test("suspect are goods among returns, near their date, never put away, or in a bin nobody has touched", async () => {
  const old = now - 40 * dayMs;
  const { lineOf } = await shopWith(
    received("stuck", old, 4, "Z-99"),
    received("fresh", now - dayMs, 10, "A-01"),
    received("bad", now - dayMs, 2, "退货区"),
    received("soon", now - dayMs, 3, "A-02", "EXP20261120"),
    received("later", now - dayMs, 5, "A-02", "有效期至 2027-12-31"),
    received("floor", now - dayMs, 6),
  );
  const line = await lineOf("suspect:A1");
  assert.deepEqual(line.evidence, { damaged: 2, expiring: 3, stuck: 4, unplaced: 6 });
  const fixes = line.fixes.map(({ action, units, bin, lot }) => `${action} ${units} ${bin} ${lot}`.trim());
  assert.deepEqual(
    new Set(fixes),
    new Set([
      "move_to_quarantine 2 退货区",
      "move_to_quarantine 3 A-02 EXP20261120",
      "put_away 4 Z-99",
      "put_away 6",
    ]),
  );
});

test("one bin alone is no corner, however long nobody went there", async () => {
  const { lineOf } = await shopWith(received("old", now - 90 * dayMs, 4, "Z-99"));
  assert.equal((await lineOf("suspect:A1")).result, "pass");
});

test("sold goods are set aside where the shop keeps them", async () => {
  const sold: Command = {
    type: "reserve",
    actor,
    at: now,
    channel: "douyin",
    orderId: "1",
    buyer: null,
    stage: "paid",
    lines: [{ lineId: "1", sku: "A1", quantity: 6 }],
  };
  const aside: Command = {
    type: "adjust",
    actor,
    at: now,
    key: "aside",
    action: "put_away",
    warehouse: "main",
    sku: "A1",
    quantity: 4,
    bin: "A-01",
    toBin: "待发-1",
  };
  const { lineOf } = await shopWith(received("in", now, 20, "A-01"), sold, aside);
  const line = await lineOf("set_aside:A1");
  assert.deepEqual(line.evidence, { committed: 6, setAside: 4, missing: 2 });
  assert.deepEqual(line.fixes, [{ action: "set_aside", units: 2 }]);
});

test("a channel is mapped by a listing of its own, also by a bundle", async () => {
  const { lineOf } = await shopWith({
    type: "putListings",
    actor,
    at: now,
    channel: "taobao",
    items: [{ listing: "tb-1", parts: [{ sku: "A1", units: 2, gift: false }] }],
  });
  assert.equal((await lineOf("mapped:A1:taobao")).result, "pass");
  assert.equal((await lineOf("mapped:A1:douyin")).result, "fail");
});

test("the last spot count counts while it is fresh", async () => {
  const count = (hoursAgo: number, variance: number): Command => ({
    type: "putDocument",
    actor,
    at: now,
    kind: spotCountKind,
    id: "A1",
    version: 0,
    body: { at: now - hoursAgo * hourMs, variance },
  });
  for (const [hoursAgo, variance, result] of [
    [2, 0, "pass"],
    [2, -1, "fail"],
    [30, 0, "warn"],
  ] as const)
    assert.equal((await (await shopWith(count(hoursAgo, variance))).lineOf("counted:A1")).result, result);
});

test("a robot answers when the last message to it arrived; one that is told of no alerts is not asked", async () => {
  const robot = (id: string, topics: readonly string[]): Command => ({
    type: "putDocument",
    actor,
    at: now,
    kind: "robot",
    id,
    version: 0,
    body: {
      name: `群 ${id}`,
      kind: "webhook",
      sealed: "",
      active: true,
      severityMin: 1,
      topics,
      language: "zh",
    },
  });
  const { store, shop, plan, lineOf } = await shopWith(robot("r1", []), robot("r2", ["patrol"]));
  assert.equal((await lineOf("robot:r1")).result, "warn");
  const base = { robot: "r1", topic: "alert", session: null, payload: "{}" };
  for (const [message, state] of [
    ["m1", "delivered"],
    ["m2", "failed"],
  ] as const) {
    const createdAt = now - (message === "m1" ? 60_000 : 30_000);
    await store.deliveries.put(shop, [{ ...base, message, createdAt }]);
    await store.deliveries.settle(shop, { message, robot: "r1" }, { state, at: createdAt });
    const line = await lineOf("robot:r1");
    assert.deepEqual([line.result, line.evidence.secondsAgo], [state === "delivered" ? "pass" : "warn", 60]);
  }
  const { lines, names } = await readPrecheck(store, shop, plan, now);
  assert.equal(lines.filter(({ check }) => check === "robot").length, 1);
  assert.equal(names.get("r1"), "群 r1");
});

test("what a channel shows is unchecked until its orders were held against the books and nothing is open", async () => {
  const document = (kind: string, id: string, body: object): Command => ({
    type: "putDocument",
    actor,
    at: now,
    kind,
    id,
    version: 0,
    body,
  });
  const list = (id: string, channel: string, hoursAgo: number, open: number) =>
    document("reconciliation", id, {
      id,
      channel,
      at: now - hoursAgo * hourMs,
      open,
      parts: open > 0 ? 1 : 0,
    });
  const open = [{ open: true }];
  const hand: Command = {
    type: "putChannel",
    actor,
    at: now,
    channel: { channel: "hand", platform: "manual" },
  };
  const { lineOf, store, shop, plan } = await shopWith(
    hand,
    list("old", "douyin", 30, 0),
    list("new", "douyin", 2, 2),
    document("reconciliation_part", partId("new", 0), [
      { number: 0, differences: open, repairedAt: now },
      { number: 1, differences: open, repairedAt: null },
    ]),
  );
  const douyin = await lineOf("channel_number:douyin");
  assert.deepEqual([douyin.result, douyin.evidence.hoursAgo, douyin.evidence.open], ["warn", 2, 1]);
  const taobao = await lineOf("channel_number:taobao");
  assert.deepEqual([taobao.result, taobao.evidence.hoursAgo], ["warn", null]);
  const compared = list("newer", "taobao", 1, 0);
  await store.commit(shop, [compared], now);
  assert.equal((await lineOf("channel_number:taobao")).result, "pass");
  // Where people sell by hand nothing is shown.
  const { lines } = await readPrecheck(store, shop, { ...plan, channels: ["hand"] }, now);
  assert.deepEqual(
    lines.filter(({ check }) => check === "channel_number"),
    [],
  );
});
