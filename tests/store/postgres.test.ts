import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { storeContract } from "./contract.ts";
import { openPostgres } from "./postgres-harness.ts";
import { recordStatements, shoplessStatements } from "./statements.ts";

/** The random histories run against two other stores as well: a few are enough to see that this one follows. */
const runs = 10;

describe("postgres", () => {
  let recorded: ReturnType<typeof recordStatements>;
  before(() => {
    recorded = recordStatements();
  });
  after(() => recorded.stop());

  storeContract("postgres", openPostgres, runs);

  test("[I10] every statement that the contract suite made it send names the shop", () => {
    const texts = [...recorded.texts];
    assert.ok(texts.length > 50, "the statements were recorded");
    assert.deepEqual(texts.flatMap(shoplessStatements), []);
  });
});

test("a statement that does not name the shop for each of its tables is found", () => {
  for (const text of [
    "select * from stock",
    'select * from "stock" where "sku" = $1',
    "begin; delete from sale where minute < 3",
    "select * from sku join stock on stock.sku = sku.sku where sku.shop_id = $1",
    "insert into sale (minute, shop_id) values (1, 1)",
    "with one as (update shop set seq = 1) select * from sku where shop_id = $1",
  ]) {
    assert.equal(shoplessStatements(text).length, 1, text);
  }
  for (const text of [
    "begin",
    "listen zaiku_shop_1",
    "select * from stock where shop_id = $1",
    "insert into sale (shop_id, minute) select $1, 2",
    "begin; select seq from shop where shop_id = 7 for update",
  ]) {
    assert.deepEqual(shoplessStatements(text), []);
  }
});
