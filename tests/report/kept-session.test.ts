import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionReportItem } from "../../src/api/after-live.ts";
import { sessionReportLimits } from "../../src/engine/after-live/session-reports.ts";
import { Shops, type OpenShop } from "../../src/engine/shops.ts";
import { makePage, type Page } from "../../src/http/reports/pages.ts";
import { openTable } from "../../src/import/file/table.ts";
import { reportsJob } from "../../src/jobs/reports.ts";
import { hourMs, minuteMs, observe, skusCommand, startAt } from "../store/harness.ts";
import { endedSession } from "./ended-session.ts";

const actor = "u1/小王";
const silent = { info() {}, warn() {}, error() {} };

function pageOf(shop: OpenShop, kind: "json" | "xlsx" | "csv"): Promise<Page | null> {
  const { names, analyser } = shop;
  const desk = { ...shop.afterLive, names, analyser, timeZone: () => shop.shop.timeZone };
  if (kind === "json") return makePage(desk, { page: "session", session: "s1" });
  return makePage(desk, { page: "session_file", session: "s1", kind, language: "zh" });
}

async function itemOf(shop: OpenShop): Promise<SessionReportItem> {
  return JSON.parse(new TextDecoder().decode((await pageOf(shop, "json"))?.bytes)) as SessionReportItem;
}

void test("[RP18] an hour after its end a session's report is kept: what comes later changes no byte of it or its files", async (t) => {
  const { store, clock, shop, shops } = await endedSession();
  t.after(() => shops.close());
  const job = reportsJob(store, silent);
  const run = () =>
    job.run({ shop, now: clock.now(), until: clock.now() + 60_000, signal: new AbortController().signal });
  const late = async (order: string, units: number): Promise<void> => {
    const at = startAt + 12 * minuteMs;
    const command = observe(order, [["A", units]], { stage: "paid", session: "s1", updatedAt: at, at });
    const [outcome] = await store.commit(shop.id, [command], clock.now());
    assert.equal(outcome?.code, "applied");
  };

  assert.equal((await run())["kept"], 0);
  assert.deepEqual([(await itemOf(shop)).hash, (await itemOf(shop)).totals.sold], [null, 4]);
  await late("3", 2);
  assert.equal((await itemOf(shop)).totals.sold, 6, "what is heard within the hour is in it");

  clock.jump(sessionReportLimits.lateMs);
  assert.equal((await run())["kept"], 1);
  assert.equal((await run())["kept"], 0);
  const before = await Promise.all((["json", "xlsx", "csv"] as const).map((kind) => pageOf(shop, kind)));
  assert.match((await itemOf(shop)).hash ?? "", /^[0-9a-f]{64}$/u);

  await late("4", 5);
  await store.commit(shop.id, [skusCommand([{ code: "A", name: "新名字" }])], clock.now());
  clock.jump(24 * hourMs);
  // Another process, with nothing in its memory.
  const elsewhere = new Shops({ store, clock, log: silent });
  t.after(() => elsewhere.close());
  const there = await elsewhere.open(shop.id);
  const after = await Promise.all((["json", "xlsx", "csv"] as const).map((kind) => pageOf(there, kind)));
  for (const [index, page] of before.entries())
    assert.deepEqual(Buffer.from(after[index]?.bytes ?? []), Buffer.from(page?.bytes ?? []));
  assert.equal((await itemOf(there)).totals.sold, 6);
});

void test("[RP18] a session that is taken up again has another report when it ends again", async (t) => {
  const { store, clock, shop, shops } = await endedSession();
  t.after(() => shops.close());
  const job = reportsJob(store, silent);
  const run = () =>
    job.run({ shop, now: clock.now(), until: clock.now() + 60_000, signal: new AbortController().signal });
  clock.jump(sessionReportLimits.lateMs);
  assert.equal((await run())["kept"], 1);
  const first = await itemOf(shop);
  const who = () => ({ actor, at: clock.now() });
  const life = (step: "resume" | "end", from: "ended" | "live", to: "live" | "ended") =>
    shop.sessions.act("s1", () => [
      { ...who(), kind: "life", body: { step, from, to, reason: "断播" } } as const,
    ]);
  assert.ok((await life("resume", "ended", "live")).ok);
  assert.equal((await itemOf(shop)).hash, null);
  clock.jump(10 * minuteMs);
  assert.ok((await life("end", "live", "ended")).ok);
  clock.jump(sessionReportLimits.lateMs);
  assert.equal((await run())["kept"], 1);
  const second = await itemOf(shop);
  assert.notEqual(second.hash, first.hash);
  assert.ok(second.liveMinutes > first.liveMinutes);
});

void test("[RP19] the session's files: sums are formulas, a name is a text, what is empty has no sheet", async (t) => {
  const { shop, shops } = await endedSession();
  t.after(() => shops.close());
  const file = await pageOf(shop, "xlsx");
  assert.equal(file?.name, "场次报表 秋冬上新.xlsx");
  const table = await openTable(Buffer.from(file?.bytes ?? []));
  const rows: string[][] = [];
  for await (const batch of table.batches) rows.push(...batch.map((row) => [...row.cells]));
  await table.close();
  const csv = new TextDecoder().decode((await pageOf(shop, "csv"))?.bytes);
  assert.match(csv, /商品编码,商品名称,目标件数/u);
  assert.match(csv, /^A,'=1\+1,10,40,0,3,0,0,37,29\.70,/mu);
  assert.match(csv, /^合计,,10,40,0,4,0,0,37,/mu);
  assert.ok(rows.some((row) => row.includes("=1+1")));
});
