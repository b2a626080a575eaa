import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { suite, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { importFile, stores, type Imported, type Opened } from "./fixture.ts";
import { countWeek, ordersFile, stockFile, type SkuCount } from "./naive-week.ts";

const stockPath = fileURLToPath(stockFile);
const ordersPath = fileURLToPath(ordersFile);

/** Sums over all SKUs, so that a wrong model and a wrong import cannot agree on nothing. */
const totals: SkuCount = {
  available: 44_371,
  committed: 119_564,
  lost: 230,
  shortage: 1_128,
  unmatched: 10_934,
  refused: 1_667,
};

function totalOf(counts: Iterable<SkuCount>): SkuCount {
  const total = { available: 0, committed: 0, lost: 0, shortage: 0, unmatched: 0, refused: 0 };
  for (const count of counts)
    for (const [name, units] of Object.entries(count)) total[name as keyof SkuCount] += units;
  return total;
}

type Facts = Pick<SkuCount, "unmatched" | "refused">;

/** What the import says of units that moved nothing: they stand in no balance. */
function saidBy(imported: Imported): Map<string, Facts> {
  return new Map(
    imported.skus.map(({ sku, unmatched, refused }) => [sku.toUpperCase(), { unmatched, refused }]),
  );
}

async function booksOf({ store, shop }: Opened, said: Map<string, Facts>): Promise<Map<string, SkuCount>> {
  const counts = new Map<string, SkuCount>();
  const audit = await store.read.audit(shop);
  try {
    for await (const { sku, available, committed, lost, shortage } of audit.stocks()) {
      counts.set(sku, { available, committed, lost, shortage, unmatched: 0, refused: 0, ...said.get(sku) });
    }
  } finally {
    await audit.close();
  }
  return counts;
}

const listedOf = ({ listedRows }: Imported): unknown[] =>
  listedRows.map(({ line, as, units, reasons }) => [line, as, units, reasons.map(({ code }) => code)]);

for (const [name, open] of Object.entries(stores)) {
  void suite(`a real week on ${name}`, () => {
    test("[F1][F2] every SKU ends as a plain count of the rows says, to the unit; a second import changes nothing", async () => {
      const books = await open();
      try {
        const stock = await importFile(books, stockPath, { kind: "stock" });
        assert.deepEqual(stock.summary.received, { rows: 2_210, units: 164_165 });
        const tried = await importFile(books, ordersPath, { kind: "orders", dryRun: true });
        const before = await books.store.read.head(books.shop);
        const orders = await importFile(books, ordersPath, { kind: "orders" });

        const expected = countWeek();
        assert.deepEqual(totalOf(expected.values()), totals);
        const actual = await booksOf(books, saidBy(orders));
        assert.deepEqual(actual, expected);
        assert.deepEqual(orders.summary.skipped, { rows: 60, units: 0 });
        assert.deepEqual(orders.newChannels, ["retail"]);

        assert.deepEqual(tried.summary, orders.summary, "the dry run said what the import did");
        assert.deepEqual(listedOf(tried), listedOf(orders));
        assert.ok(before.seq < (await books.store.read.head(books.shop)).seq);

        const head = await books.store.read.head(books.shop);
        const again = [
          await importFile(books, stockPath, { kind: "stock" }),
          await importFile(books, ordersPath, { kind: "orders" }),
        ] as const;
        assert.deepEqual(await books.store.read.head(books.shop), head, "nothing was written");
        assert.deepEqual(again[0].summary.duplicates, { rows: 2_210, units: 164_165 });
        assert.equal(again[1].summary.duplicates.rows, 14_534);
        assert.deepEqual(listedOf(again[1]), listedOf(orders), "the same rows are listed again");
        assert.deepEqual(await booksOf(books, saidBy(again[1])), actual);

        const verified = await verify(books.store, books.shop);
        assert.equal(verified.difference, null);
        assert.equal(verified.lines, 14_323);
      } finally {
        await books.close();
      }
    });
  });
}
