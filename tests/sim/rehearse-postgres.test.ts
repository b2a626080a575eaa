import assert from "node:assert/strict";
import { test } from "node:test";
import { hostScreenDefault, newSlot } from "../../src/domain/live/session.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { LiveShop } from "../support/live-shop.ts";
import { createDatabase } from "../support/postgres.ts";
import { callZaiku } from "../support/zaiku.ts";

const env = (url: string) => ({ ZAIKU_LOG_LEVEL: "silent", DATABASE_URL: url });
const rehearse = ["sim", "--rehearse", "--session", "s1", "--json"];

test("a rehearsal of a shop in PostgreSQL runs on a copy: the shop's own books stay as they are", async () => {
  const database = await createDatabase();
  try {
    const empty = await callZaiku(rehearse, { env: env(database.url) });
    assert.deepEqual([empty.code, empty.stderr.includes("没有数据")], [1, true], empty.stderr);

    const store = new PostgresStore({ url: database.url });
    try {
      await store.migrate();
      const live = await LiveShop.with({ A: 500, B: 40 }, store);
      const paid = await live.sell("A", 3);
      await live.cancel(paid);
      await live.sell("B", 2);
      const now = live.clock.now();
      const slots = [
        { ...newSlot("1", "A"), minutes: 6, target: 60 },
        { ...newSlot("2", "B"), minutes: 6, target: 30 },
      ];
      const plan = {
        id: "s1",
        title: "晚场",
        channels: ["douyin"],
        rooms: [],
        hostScreen: hostScreenDefault,
      };
      const times = { startsAt: now, endsAt: now + 3_600_000 };
      assert.ok((await live.shop.sessions.create({ ...plan, ...times, slots }, live.by())).ok);
      const head = await store.read.head(1);
      const documents = await store.read.documents(1, "session");

      const ended = await callZaiku(rehearse, { env: env(database.url) });
      assert.equal(ended.code, 0, ended.stderr);
      const { rows, tally, verification } = JSON.parse(ended.stdout) as {
        rows: readonly { sku: string; before: number; wanted: number; sold: number }[];
        tally: { failures: object };
        verification: { ok: boolean };
      };
      assert.equal(verification.ok, true, "the copied journal's hashes and sums are right");
      assert.deepEqual(tally.failures, {});
      assert.deepEqual(
        rows.map(({ sku, before }) => [sku, before]),
        [
          ["A", 500],
          ["B", 38],
        ],
      );
      assert.ok(
        rows.every(({ wanted, sold }) => wanted > 0 && sold > 0),
        ended.stdout,
      );
      assert.deepEqual(await store.read.head(1), head);
      assert.deepEqual(await store.read.documents(1, "session"), documents);
    } finally {
      await store.close();
    }
  } finally {
    await database.drop();
  }
});
