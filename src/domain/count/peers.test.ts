import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { comparePeers, peerTable } from "./peers.testing.ts";

test("[Q4] the same true counts, booked by other methods, leave the books wrong: the table of docs/counting.md", (t) => {
  const rows = comparePeers(300);
  const table = peerTable(rows);
  for (const row of table.split("\n")) t.diagnostic(row);
  for (const row of rows) {
    if (row.method === "zaiku") assert.deepEqual([row.wrong, row.wrongUnits], [0, 0]);
    else assert.ok(row.wrong > 0, `${row.method} is right by chance`);
  }
  const page = readFileSync(path.resolve(import.meta.dirname, "../../../docs/counting.md"), "utf8");
  assert.ok(page.includes(table), `docs/counting.md has another table; the current one:\n${table}`);
});
