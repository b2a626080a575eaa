import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "pg";
import type { JournalEntry, ShopId } from "../../src/store/store.ts";
import { StoreUnavailable } from "../../src/store/errors.ts";
import { parseInteger } from "../../src/store/postgres/connection.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { verify } from "../../src/store/verify.ts";
import { createDatabase, type TestDatabase } from "../support/postgres.ts";
import {
  codes,
  commitOne,
  observe,
  receive,
  reserve,
  shopWithStock,
  startAt,
  stockOf,
  until,
} from "./harness.ts";
import { openProxy, type Proxy } from "./postgres-proxy.ts";

/** Many processes on one database, and connections that break. */

describe("postgres: nodes", () => {
  let database: TestDatabase;
  let nodes: readonly [PostgresStore, PostgresStore];

  before(async () => {
    database = await createDatabase();
    nodes = [new PostgresStore({ url: database.url }), new PostgresStore({ url: database.url })];
    // Both at once, as two nodes that are started together do.
    await Promise.all(nodes.map((node) => node.migrate()));
  });
  after(async () => {
    for (const node of nodes) await node.close();
    await database.drop();
  });

  async function query(statement: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      const result = await client.query<Record<string, unknown>>(statement);
      return result.rows;
    } finally {
      await client.end();
    }
  }

  test("[I3] of many writers on two nodes for the last pieces exactly as many win, and no number is missing", async () => {
    const [one, other] = nodes;
    const shop = await shopWithStock(one, { A: 7 });
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        commitOne(index % 2 === 0 ? one : other, shop, reserve(String(index), [["A", 1]])),
      ),
    );
    assert.equal(codes(outcomes).filter((code) => code === "applied").length, 7);
    assert.equal(codes(outcomes).filter((code) => code === "insufficient_stock").length, 53);
    for (const node of nodes) assert.equal((await verify(node, shop)).difference, null);
    assert.equal((await stockOf(other, shop, "A")).held, 7);
  });

  test("[I3] who follows the journal by its numbers misses nothing while two slow nodes write", async () => {
    const [one, other] = nodes;
    const shop = await shopWithStock(one, { A: 500 });
    // Each batch takes a while between its first row and its commit.
    await query(`create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.01); return null; end $$`);
    await query("create trigger slow after insert on batch for each statement execute function slow()");
    const start = (await one.read.head(shop)).seq;
    const seen: JournalEntry[] = [];
    let woken = 0;
    const unwatch = one.watch(shop, () => {
      woken += 1;
    });
    const writing = Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        commitOne(index % 2 === 0 ? one : other, shop, observe(String(index), [["A", 1 + (index % 3)]])),
      ),
    );
    let done = false;
    void writing.then(() => {
      done = true;
    });
    while (!done) seen.push(...(await follow(one, shop, start + seen.length)));
    seen.push(...(await follow(one, shop, start + seen.length)));
    unwatch();
    await query("drop trigger slow on batch");
    const { seq } = await one.read.head(shop);
    assert.deepEqual(
      seen.map((entry) => entry.seq),
      Array.from({ length: seq - start }, (_, index) => start + 1 + index),
    );
    assert.ok(woken > 0);
  });

  test("a watcher hears of other nodes again after its connection was cut", async () => {
    const [one, other] = nodes;
    const shop = await shopWithStock(one, { A: 100 });
    let woken = 0;
    const unwatch = one.watch(shop, () => {
      woken += 1;
    });
    let order = 0;
    const sell = () => commitOne(other, shop, reserve(`sold-${(order += 1)}`, [["A", 1]]));
    await until(async () => {
      await sell();
      return woken > 0;
    }, "woken by the other node");

    const cut = await query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'zaiku listen'`);
    assert.ok(cut.length > 0, "there was a connection to cut");
    // It wakes by itself when it is back, for whatever was said meanwhile.
    woken = 0;
    await until(() => woken > 0, "woken after the connection came back");
    woken = 0;
    await until(async () => {
      await sell();
      return woken > 0;
    }, "woken by the other node once more");
    unwatch();
  });

  test("every connection is cut while two nodes write: all that was answered is there, once", async () => {
    const [one, other] = nodes;
    const shop = await shopWithStock(one, { A: 1_000 });
    const answered = new Set<string>();
    let refused = 0;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let nth = 0; nth < 25; nth += 1) {
        const id = `${writer}-${nth}`;
        try {
          const outcome = await commitOne(writer % 2 === 0 ? one : other, shop, reserve(id, [["A", 1]]));
          assert.ok(outcome.code === "applied" || outcome.code === "duplicate");
          answered.add(id);
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable, String(error));
          refused += 1;
        }
      }
    });
    for (let cut = 0; cut < 10; cut += 1) {
      const before = answered.size + refused;
      await query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
      await until(() => answered.size + refused >= Math.min(before + 5, 150), "writing goes on");
    }
    await Promise.all(writers);
    const { held } = await stockOf(one, shop, "A");
    const lines = await Promise.all([...answered].map((id) => one.read.order(shop, "douyin", id)));
    assert.ok(lines.every((found) => found.length === 1));
    // Whatever was refused was not written either.
    assert.equal(held, answered.size);
    assert.equal(answered.size + refused, 150);
    assert.equal((await verify(one, shop)).difference, null);
  });

  test("ids come back as they were sent, whatever signs they have", async () => {
    const [one] = nodes;
    const shop = await shopWithStock(one, { A: 100 });
    const ids = [
      "null",
      "NULL",
      'a"b',
      "a\\b",
      "{a,b}",
      "a b",
      " a",
      "it's",
      "$1",
      "%_",
      "中文，号",
      "😀",
      "-",
      "\t\n",
    ];
    const outcomes = await one.commit(
      shop,
      ids.map((id) => reserve(id, [["A", 1]], { buyer: id })),
      startAt,
    );
    assert.ok(codes(outcomes).every((code) => code === "applied"));
    for (const id of ids) {
      const lines = await one.read.order(shop, "douyin", id);
      assert.deepEqual(
        lines.map((line) => [line.orderId, line.buyer]),
        [[id, id]],
      );
      const [entry] = await one.read.journal(shop, { orderId: id, limit: 10 });
      assert.equal(entry?.orderId, id);
      const again = await commitOne(one, shop, reserve(id, [["A", 1]]));
      assert.equal(again.code, "duplicate");
    }
    assert.equal((await verify(one, shop)).difference, null);
  });

  test("a number past 2^53 is an error, never another number", async () => {
    assert.throws(() => parseInteger("9007199254740993"), RangeError);
    assert.equal(parseInteger("-9007199254740991"), -9_007_199_254_740_991);
    const [one] = nodes;
    const shop = await shopWithStock(one, { A: 1 });
    await query(`update sku set price = 9007199254740993 where shop_id = ${shop}`);
    await assert.rejects(one.read.sku(shop, "A"), RangeError);
    // The process's own connections get what the driver gives them.
    const [row] = await query("select 9007199254740993::bigint as value");
    assert.equal(row?.value, "9007199254740993");
  });
});

async function follow(store: PostgresStore, shop: ShopId, after: number): Promise<readonly JournalEntry[]> {
  return store.read.journal(shop, { after, limit: 1_000 });
}

describe("postgres: a commit whose fate is not heard", () => {
  let database: TestDatabase;
  let proxy: Proxy;
  let store: PostgresStore;

  before(async () => {
    database = await createDatabase();
    proxy = await openProxy(database.url);
    store = new PostgresStore({ url: proxy.url, commitConnectionsMax: 2 });
    await store.migrate();
  });
  after(async () => {
    await store.close();
    await proxy.close();
    await database.drop();
  });

  test("its answer is lost: what was written is answered as it was decided", async () => {
    const shop = await shopWithStock(store, { A: 3 });
    proxy.fault = "answerLost";
    const committing = commitOne(store, shop, reserve("1", [["A", 2]]));
    await until(() => proxy.hits > 0, "a commit's answer was lost");
    proxy.fault = "none";
    const outcome = await committing;
    assert.equal(outcome.code, "applied");
    assert.equal((await stockOf(store, shop, "A")).held, 2);
    assert.equal((await verify(store, shop)).difference, null);
  });

  test("it never arrives: it is written once, the next time", async () => {
    const shop = await shopWithStock(store, { A: 3 });
    const before = proxy.hits;
    proxy.fault = "lost";
    const committing = commitOne(store, shop, receive({ key: "more", lines: [{ sku: "A", quantity: 4 }] }));
    await until(() => proxy.hits > before, "a commit was lost");
    proxy.fault = "none";
    assert.equal((await committing).code, "applied");
    assert.equal((await stockOf(store, shop, "A")).available, 7);
    assert.equal((await verify(store, shop)).difference, null);
  });

  test("the database is away: commands are refused with a typed error and have not happened", async () => {
    const shop = await shopWithStock(store, { A: 3 });
    const before = proxy.hits;
    proxy.fault = "lost";
    const committing = commitOne(store, shop, reserve("1", [["A", 1]]));
    // Every attempt is lost before it arrives.
    await assert.rejects(committing, StoreUnavailable);
    assert.ok(proxy.hits > before);
    proxy.fault = "none";
    assert.equal((await stockOf(store, shop, "A")).available, 3);

    const away = new PostgresStore({ url: "postgres://nobody@127.0.0.1:1/nothing" });
    await assert.rejects(away.commit(1, [reserve("1", [["A", 1]])], startAt), StoreUnavailable);
    await assert.rejects(away.read.head(1), StoreUnavailable);
    await away.close();
  });
});
