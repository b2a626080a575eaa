import assert from "node:assert/strict";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { createReads } from "../../src/store/sql/reads.ts";
import { createWork } from "../../src/store/sql/work.ts";
import { kyselyOver } from "../../src/store/sqlite/database.ts";
import { loadStatements } from "../../src/store/sqlite/load.ts";
import type { Reads, Work } from "../../src/store/store.ts";
import { reserve, shopWithStock, startAt } from "./harness.ts";
import { openSqlite, type OpenedSqlite } from "./sqlite-harness.ts";

/**
 * Which index answers what. A plan depends on no data (`statistics.ts`), so a file that is empty shows the plan
 * of a file with millions of rows.
 */

/** The tables that grow with every order. */
const long = /^(SCAN|SEARCH) (order_line|batch|sku_batch|sale|record)\b/;

/** Batches by their numbers. */
const batchIndex = "batch sqlite_autoindex_batch_1";
const numbered = `${batchIndex} (shop_id=? AND first_seq=?)`;
const holding = `batch COVERING sqlite_autoindex_batch_1 (shop_id=? AND first_seq<?)`;

describe("sqlite: plans", () => {
  let opened: OpenedSqlite;
  let database: RecordingDatabase;
  let read: Omit<Reads, "audit">;
  let work: Work;

  before(async () => {
    opened = await openSqlite();
    // Reads that go on from what they found have something to find.
    const shop = await shopWithStock(opened.store, { A: 5 });
    await opened.store.commit(shop, [reserve("1", [["A", 1]])], startAt);
    database = new RecordingDatabase(opened.file);
    read = createReads(kyselyOver(database, "begin"));
    work = createWork(kyselyOver(database, "begin immediate"));
  });
  after(async () => {
    database.close();
    await opened.close();
  });

  /** How the statement goes through the long tables. */
  const stepsOf = (sql: string): string[] => {
    const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
    const steps = database.prepareUnseen(`explain query plan ${sql}`).all(...parameters);
    const details = steps.map(({ detail }) => String(detail));
    return (
      details
        .filter((detail) => long.test(detail))
        // A part of the statement that bears a table's name is no table.
        .filter(
          (detail) => !details.includes(detail.replace("SCAN", "CO-ROUTINE")) || !detail.startsWith("SCAN"),
        )
        .map((detail) => detail.replace(/^SEARCH | USING| INDEX/g, ""))
    );
  };

  test("the planner is told of every index", () => {
    const indexes = database
      .prepareUnseen("select name, tbl_name from sqlite_schema where type = 'index'")
      .all();
    const tables = database
      .prepareUnseen("select name from pragma_table_list where wr = 1 and schema = 'main'")
      .all();
    const known = database
      .prepareUnseen("select idx from sqlite_stat1")
      .all()
      .map(({ idx }) => idx);
    const ownIndexes = indexes.filter(({ tbl_name: table }) => !String(table).startsWith("zaiku_migration"));
    const wanted = [...ownIndexes, ...tables].map(({ name }) => name);
    // Each table without rowid has the index of its key under its own name, and none by another.
    const named = wanted.filter(
      (name) =>
        !/^sqlite_autoindex_(?!batch|order_line|record|document|photo|report_column)/.test(String(name)),
    );
    assert.deepEqual(
      new Set(known),
      new Set(named.filter((name) => !String(name).startsWith("sqlite_stat"))),
    );
  });

  const loads: Readonly<Partial<Record<keyof typeof loadStatements, string>>> = {
    records: "record sqlite_autoindex_record_1 (shop_id=? AND key=?)",
    orders: "order_line sqlite_autoindex_order_line_1 (shop_id=? AND channel=? AND order_id=?)",
    order: "order_line sqlite_autoindex_order_line_1 (shop_id=? AND channel=? AND order_id=?)",
    buyer: "order_line order_line_buyer (shop_id=? AND buyer=? AND sku=?)",
    deficit: "order_line order_line_deficit (shop_id=? AND sku=?)",
    spot: "order_line order_line_waiting (shop_id=? AND sku=? AND kind=?)",
    presale: "order_line order_line_waiting (shop_id=? AND sku=? AND kind=?)",
    covered: "order_line order_line_covered (shop_id=? AND sku=?)",
  };

  for (const [name, statement] of Object.entries(loadStatements)) {
    test(`a batch loads ${name} from an index, in its order`, () => {
      const expected = loads[name as keyof typeof loadStatements];
      assert.deepEqual(stepsOf(statement), expected === undefined ? [] : [expected]);
      const parameters = Array.from(statement.matchAll(/\?/g), () => 1);
      for (const { detail } of database.prepareUnseen(`explain query plan ${statement}`).all(...parameters)) {
        assert.match(
          String(detail),
          /^SEARCH .* USING|^SCAN wanted VIRTUAL TABLE|^USE TEMP B-TREE FOR ORDER BY|^USE TEMP B-TREE FOR LAST \d TERMS OF ORDER BY/,
        );
      }
    });
  }

  const page = { limit: 50 };
  const reads: readonly (readonly [name: string, read: () => Promise<unknown>, steps: readonly string[]])[] =
    [
      ["the latest of the journal", () => read.journal(1, page), [`${batchIndex} (shop_id=?)`, numbered]],
      [
        "the journal after a number",
        () => read.journal(1, { after: 5, ...page }),
        [holding, `${batchIndex} (shop_id=? AND first_seq>?)`, numbered],
      ],
      [
        "a SKU's journal",
        () => read.journal(1, { sku: "A", ...page }),
        [
          `${batchIndex} (shop_id=? AND first_seq>?)`,
          "sku_batch PRIMARY KEY (shop_id=? AND sku=? AND first_seq<?)",
          numbered,
        ],
      ],
      [
        "a SKU's journal after a number",
        () => read.journal(1, { sku: "A", after: 0, ...page }),
        // Statements that were seen before are not seen again.
        [
          "sku_batch PRIMARY KEY (shop_id=? AND sku=? AND first_seq>? AND first_seq<?)",
          `${batchIndex} (shop_id=? AND first_seq>?)`,
        ],
      ],
      [
        "an order's journal",
        () => read.journal(1, { orderId: "1", ...page }),
        ["order_line sqlite_autoindex_order_line_1 (shop_id=? AND channel=? AND order_id=?)"],
      ],
      [
        "an order",
        () => read.order(1, "douyin", "1"),
        ["order_line sqlite_autoindex_order_line_1 (shop_id=? AND channel=? AND order_id=?)"],
      ],
      ["the latest orders", () => read.orders(1, page), ["order_line order_line_placed (shop_id=?)"]],
      [
        "orders sold in a stretch of time, of a category",
        () => read.orders(1, { from: startAt, to: startAt + 1, state: "sold", category: "女装", ...page }),
        ["order_line order_line_placed (shop_id=? AND placed_at>? AND placed_at<?)"],
      ],
      [
        "unpaid orders",
        () => read.orders(1, { state: "unpaid", ...page }),
        ["order_line order_line_due (shop_id=? AND due_at>?)"],
      ],
      [
        "pending orders",
        () => read.orders(1, { state: "pending", ...page }),
        ["order_line order_line_pending (shop_id=?)"],
      ],
      [
        "orders in refund",
        () => read.orders(1, { state: "refund", ...page }),
        ["order_line order_line_refund (shop_id=?)"],
      ],
      ["a record", () => read.record(1, "k"), ["record sqlite_autoindex_record_1 (shop_id=? AND key=?)"]],
      [
        "sales of a time",
        () => read.sales(1, { from: startAt, to: startAt + 1 }),
        ["sale PRIMARY KEY (shop_id=? AND minute>? AND minute<?)"],
      ],
      [
        "sales of a SKU",
        () => read.sales(1, { from: startAt, to: startAt + 1, sku: "A" }),
        ["sale sale_sku (shop_id=? AND sku=? AND minute>? AND minute<?)"],
      ],
      [
        "expired holds",
        () => work.expired(1, startAt, 10),
        ["order_line order_line_due (shop_id=? AND due_at>? AND due_at<?)"],
      ],
    ];

  for (const [name, run, steps] of reads) {
    test(`${name}: read through an index`, async () => {
      const seen = await database.record(run);
      assert.deepEqual(seen.flatMap(stepsOf), steps);
    });
  }

  test("who holds a SKU and the orders of a SKU walk through no line but those that they give or count", async () => {
    const holders = await database.record(() => read.holders(1, "A", 50));
    const orders = await database.record(() => read.orders(1, { sku: "A", limit: 50 }));
    for (const sql of [...holders, ...orders]) {
      for (const step of stepsOf(sql)) {
        assert.match(
          step,
          /^order_line (COVERING )?order_line_((covered|waiting|deficit|at_rest) \(shop_id=\? AND sku=\?|fresh \(shop_id=\?\))/,
        );
        if (!step.includes("COVERING"))
          assert.doesNotMatch(step, /order_line_covered \(shop_id=\? AND sku=\?\)/);
      }
    }
  });
});

/** Notes every statement that is prepared. */
class RecordingDatabase extends DatabaseSync {
  #seen: string[] = [];

  override prepare(sql: string): StatementSync {
    this.#seen.push(sql);
    return super.prepare(sql);
  }

  prepareUnseen(sql: string): StatementSync {
    return super.prepare(sql);
  }

  /** The statements that `run` prepares. */
  async record(run: () => Promise<unknown>): Promise<readonly string[]> {
    this.#seen = [];
    await run();
    return this.#seen;
  }
}
