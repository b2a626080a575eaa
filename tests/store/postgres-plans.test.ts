import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readFile } from "node:fs/promises";
import { Client, type Pool, type PoolClient } from "pg";
import { openCommitPool } from "../../src/store/postgres/connection.ts";
import { loadStatements } from "../../src/store/postgres/load.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { createDatabase, type TestDatabase } from "../support/postgres.ts";

/**
 * Statements are planned once a connection, perhaps when the shop's first batch comes and every table is empty.
 * A plan that reads a whole table then would go on to do so when there are a million lines.
 */

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Of each statement, the index that it must use for each table and the columns that it must look up there. */
const expected: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  load_channel: { channel_pk: ["shop_id", "channel"] },
  load_warehouse: { warehouse_pk: ["shop_id", "warehouse"] },
  load_sku: { sku_pk: ["shop_id", "sku"], stock_pk: ["shop_id", "sku"] },
  load_placement: { placement_pk: ["shop_id", "sku"] },
  load_record: { record_pk: ["shop_id", "key"] },
  load_listing: { listing_pk: ["shop_id", "channel", "listing"] },
  load_document: { document_pk: ["shop_id", "kind", "id"] },
  load_order: { order_line_pk: ["shop_id", "channel", "order_id"] },
  load_buyer: { order_line_buyer: ["shop_id", "buyer", "sku"] },
  load_queue_deficit: { order_line_deficit: ["shop_id", "sku"] },
  load_queue_spot: { order_line_waiting: ["shop_id", "sku", "kind"] },
  load_queue_presale: { order_line_waiting: ["shop_id", "sku", "kind"] },
  load_queue_covered: { order_line_covered: ["shop_id", "sku"] },
};

describe("postgres: plans made on empty tables", () => {
  let database: TestDatabase;
  let pool: Pool;
  let client: PoolClient;

  before(async () => {
    database = await createDatabase();
    const store = new PostgresStore({ url: database.url });
    await store.migrate();
    await store.close();
    pool = openCommitPool({ url: database.url, connectMsMax: 5_000 }, 1);
    client = await pool.connect();
    // As after a night on which nothing had been sold yet.
    await client.query("vacuum analyze");
  });
  after(async () => {
    client.release();
    await pool.end();
    await database.drop();
  });

  test("what a batch loads is looked up in an index, table by table", async () => {
    assert.deepEqual(new Set(loadStatements.map(({ name }) => name)), new Set(Object.keys(expected)));
    for (const { name, text } of loadStatements) {
      const parameters = new Set(text.match(/\$\d+/gu)).size;
      await client.query(`prepare ${name} as ${text}`);
      const nulls = Array.from({ length: parameters }, () => "null").join(", ");
      const result = await client.query<{ "QUERY PLAN": { Plan: PlanNode }[] }>(
        `explain (format json) execute ${name}(${nulls})`,
      );
      const plan = result.rows[0]?.["QUERY PLAN"][0]?.Plan;
      assert.ok(plan !== undefined);
      const scans = nodesOf(plan).filter((node) => node["Relation Name"] !== undefined);
      const wanted = expected[name] ?? {};
      assert.deepEqual(new Set(scans.map((scan) => scan["Index Name"])), new Set(Object.keys(wanted)), name);
      for (const scan of scans) {
        const condition = scan["Index Cond"] ?? "";
        for (const column of wanted[scan["Index Name"] ?? ""] ?? []) {
          assert.match(condition, new RegExp(`\\b${column}\\b`, "u"), `${name} looks up ${column}`);
        }
      }
    }
  });
});

describe("postgres: what Citus asks of the schema", () => {
  let database: TestDatabase;
  let client: Client;

  before(async () => {
    database = await createDatabase();
    const store = new PostgresStore({ url: database.url });
    await store.migrate();
    await store.close();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await database.drop();
  });

  async function names(query: string): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(query);
    return rows.map((row) => row.name);
  }

  test("every table but the migrations' own has the shop, and is distributed by it beside the others", async () => {
    const tables = await names(`select tablename as name from pg_tables
      where schemaname = 'public' and tablename not like 'zaiku_migration%' order by 1`);
    const withShop = await names(`select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'shop_id' and is_nullable = 'NO' order by 1`);
    assert.ok(tables.length > 10);
    assert.deepEqual(withShop, tables);
    const file = new URL("../../src/store/postgres/citus.sql", import.meta.url);
    const text = await readFile(file, "utf8");
    const distributed = [
      ...text.matchAll(/create_distributed_table\('(\w+)', 'shop_id', (\w+) => '?(\w+)'?\)/gu),
    ];
    assert.deepEqual(new Set(distributed.map((match) => match[1])), new Set(tables));
    const together = distributed.filter((match) => match[1] !== "shop");
    assert.ok(together.every((match) => match[2] === "colocate_with" && match[3] === "shop"));
  });

  test("the shop leads every key and index, and nothing refers or counts across shops", async () => {
    const indexes = await names(`select indexdef as name from pg_indexes
      where schemaname = 'public' and tablename not like 'zaiku_migration%'`);
    assert.ok(indexes.length > 20);
    assert.deepEqual(
      indexes.filter((index) => !/ USING btree \(shop_id\b/u.test(index)),
      [],
    );
    assert.deepEqual(await names("select conname as name from pg_constraint where contype = 'f'"), []);
    assert.deepEqual(await names("select relname as name from pg_class where relkind = 'S'"), []);
  });
});

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
