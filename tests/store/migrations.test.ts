import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import type { Dialect } from "../../src/store/sql/migrations/dialect.ts";
import { migrate, migrationNames } from "../../src/store/sql/migrations/migrate.ts";
import type { Tables } from "../../src/store/sql/schema.ts";
import { kyselyOver, openWriter } from "../../src/store/sqlite/database.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import type { Store } from "../../src/store/store.ts";
import { verify } from "../../src/store/verify.ts";
import { createDatabase } from "../support/postgres.ts";
import { readFixture, type Fixture } from "./fixtures/read.ts";
import { commitOne, dump, reserve } from "./harness.ts";

/** From every schema that was ever released to this one, with a shop's rows in it. */

interface Database {
  readonly db: Kysely<Tables>;
  readonly openStore: () => Store;
  readonly remove: () => Promise<void>;
}

const databases: Readonly<Record<Dialect, () => Promise<Database>>> = {
  async sqlite() {
    const folder = await mkdtemp(path.join(tmpdir(), "zaiku-migrations-"));
    const file = path.join(folder, "zaiku.db");
    return {
      db: kyselyOver(openWriter(file), "begin immediate"),
      openStore: () => new SqliteStore(file),
      remove: () => rm(folder, { recursive: true }),
    };
  },
  async postgres() {
    const database = await createDatabase();
    const pool = new Pool({ connectionString: database.url, max: 2 });
    return {
      db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }),
      openStore: () => new PostgresStore({ url: database.url }),
      remove: () => database.drop(),
    };
  },
};

async function fill(db: Kysely<Tables>, fixture: Fixture): Promise<void> {
  for (const [table, rows] of Object.entries(fixture)) {
    for (const row of rows)
      await db
        .insertInto(table as keyof Tables)
        .values(row as never)
        .execute();
  }
}

for (const dialect of ["sqlite", "postgres"] as const) {
  describe(`${dialect}: migrations`, () => {
    for (const from of migrationNames) {
      test(`a shop that was written with ${from} is the same after every later step, and goes on`, async () => {
        const fixture = await readFixture(from);
        const { db, openStore, remove } = await databases[dialect]();
        try {
          await migrate(db, dialect, from);
          await fill(db, fixture);
          await db.destroy();
          const store = openStore();
          try {
            await store.migrate();
            // Said again, it changes nothing.
            await store.migrate();
            await holdsWhatWasWritten(store, fixture);
          } finally {
            await store.close();
          }
        } finally {
          await remove();
        }
      });
    }

    test("a database of a later version is refused, and says what to do", async () => {
      const { db, openStore, remove } = await databases[dialect]();
      try {
        await migrate(db, dialect);
        await db
          .insertInto("zaiku_migration" as keyof Tables)
          .values({ name: "9999-later", timestamp: "2030-01-01T00:00:00.000Z" } as never)
          .execute();
        await db.destroy();
        const store = openStore();
        try {
          await assert.rejects(store.migrate(), /9999-later.*newer version of Zaiku/su);
        } finally {
          await store.close();
        }
      } finally {
        await remove();
      }
    });
  });
}

async function holdsWhatWasWritten(store: Store, fixture: Fixture): Promise<void> {
  const shops = await store.shops();
  assert.equal(shops.length, fixture.shop?.length);
  for (const { shop } of shops) {
    const written = (table: string) => fixture[table]?.filter((row) => row.shop_id === shop) ?? [];
    const [head] = written("shop");
    assert.deepEqual(await store.read.head(shop), { seq: head?.seq, hash: head?.hash });
    assert.equal((await verify(store, shop)).difference, null);
    const now = await dump(store, shop);
    assert.equal(now.batches.length, written("batch").length);
    assert.equal(now.lines.length, written("order_line").length);
    for (const [session, seq] of await store.activities.heads(shop)) {
      const lines = written("activity").filter((row) => row.session === session);
      assert.equal(lines.length, seq);
      assert.equal((await store.activities.since(shop, session, 0, 1_000)).length, seq);
    }
    assert.equal((await store.activities.heads(shop)).size, written("activity_head").length);
    assert.equal((await store.deliveries.list(shop, { limit: 100 })).length, written("delivery").length);
    const stock = await store.read.stock(shop, { soldSince: 0, limit: 1_000 });
    assert.equal(stock.items.length, written("sku").length);
    for (const row of written("order_line").slice(0, 20)) {
      const lines = await store.read.order(shop, String(row.channel), String(row.order_id));
      assert.ok(lines.some((line) => line.lineId === row.line_id && line.sku === row.sku));
    }
    const sellable = stock.items.find((item) => item.sellable > 0 && item.selling);
    assert.ok(sellable !== undefined);
    const outcome = await commitOne(store, shop, reserve("after-migration", [[sellable.code, 1]]));
    assert.equal(outcome.code, "applied");
    assert.equal((await verify(store, shop)).difference, null);
  }
}
