import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test } from "node:test";
import type { DayReportItem } from "../../src/api/after-live.ts";
import { DayReports } from "../../src/engine/after-live/reports.ts";
import type { Page } from "../../src/http/reports/pages.ts";
import { ReportThread } from "../../src/http/reports/thread.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";
import { createDatabase } from "../support/postgres.ts";
import { hourMs, observe, shopWithStock, startAt } from "../store/harness.ts";

const program = new URL("../../src/report-worker.ts", import.meta.url);
const dayMs = 24 * hourMs;

interface Books {
  readonly store: Store;
  readonly workerData: unknown;
  remove(): Promise<void>;
}

const books: Readonly<Record<"sqlite" | "postgres", () => Promise<Books>>> = {
  async sqlite() {
    const dataDir = await mkdtemp(path.join(tmpdir(), "zaiku-reports-"));
    const store = new SqliteStore(path.join(dataDir, "zaiku.db"), { thread: true });
    return {
      store,
      workerData: { dataDir, databaseUrl: null },
      remove: () => rm(dataDir, { recursive: true }),
    };
  },
  async postgres() {
    const database = await createDatabase();
    return {
      store: new PostgresStore({ url: database.url }),
      workerData: { dataDir: "", databaseUrl: database.url },
      remove: () => database.drop(),
    };
  },
};

function jsonOf<T>(page: Page | null): T {
  assert.ok(page !== null);
  return JSON.parse(new TextDecoder().decode(page.bytes)) as T;
}

for (const kind of ["sqlite", "postgres"] as const) {
  void suite(`${kind}: reports on a thread of their own`, () => {
    test("[RP15] days are closed, reports and files made as in this thread, while it goes on selling", async (t) => {
      const opened = await books[kind]();
      const { store, workerData } = opened;
      t.after(() => opened.remove());
      t.after(() => store.close());
      await store.migrate();
      const shop = await shopWithStock(store, { A: 40, B: 9 });
      const [row] = await store.shops();
      assert.ok(row !== undefined);
      await store.commit(shop, [observe("1", [["A", 3]], { stage: "paid" })], startAt);
      let now = startAt + dayMs;
      const clock = { now: () => now };
      const thread = new ReportThread({ program, workerData, store, clock });
      t.after(() => thread.close());
      const owner = { id: shop, shop: row };
      const made = thread.afterLive(owner);
      const { reports } = made;

      const [closed] = await reports.closeDue();
      assert.equal(closed?.date, "2026-01-05");
      const here = new DayReports({ store, shop: owner, clock });
      assert.deepEqual(await reports.day("2026-01-05"), await here.day("2026-01-05"));
      assert.deepEqual(await reports.list({ limit: 5 }), await here.list({ limit: 5 }));
      assert.equal(reports.dateOf(now), "2026-01-06");

      const page = await thread.page(owner, { page: "day", date: "2026-01-05" });
      const report = jsonOf<DayReportItem>(page);
      assert.deepEqual([report.closed, report.hash, report.totals.sold], [true, closed.hash, 3]);
      assert.equal(await thread.page(owner, { page: "day", date: "2026-02-01" }), null);

      // Sold while the thread stands open: it sees it at once, and its answers do not wait for each other.
      now += hourMs;
      const asked = thread.page(owner, {
        page: "day_file",
        date: "2026-01-06",
        kind: "xlsx",
        language: "zh",
      });
      await store.commit(shop, [observe("2", [["B", 2]], { stage: "paid", updatedAt: now, at: now })], now);
      const [file, today, csv] = await Promise.all([
        asked,
        thread.page(owner, { page: "day", date: "2026-01-06" }),
        thread.page(owner, { page: "day_file", date: "2026-01-05", kind: "csv", language: "en" }),
      ]);
      assert.equal(file?.name, "进销存日报 2026-01-06.xlsx");
      assert.deepEqual([...(file?.bytes.subarray(0, 2) ?? [])], [0x50, 0x4b]);
      assert.equal(jsonOf<DayReportItem>(today).totals.sold, 2);
      assert.match(new TextDecoder().decode(csv?.bytes), /^﻿?SKU,Name,/u);

      await made.prepare(30);
      const analysis = jsonOf<{ through: string; all: { sold: number } }>(
        await thread.page(owner, { page: "analysis", days: 30 }),
      );
      assert.deepEqual([analysis.through, analysis.all.sold], ["2026-01-05", 3]);
      assert.equal(await made.sessionReport("nobody"), null);
      await assert.rejects(thread.page(owner, { page: "analysis", days: Number.NaN }));

      await thread.close();
      await assert.rejects(reports.closeDue(), /stopping/u);
    });
  });
}
