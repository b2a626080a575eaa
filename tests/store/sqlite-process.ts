// A process beside the test that has the same file open. Prints one line of JSON when it is done.
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { codes, reserve, startAt } from "./harness.ts";

const [task = "", file = "", shop = "", name = "", count = ""] = process.argv.slice(2);
const store = new SqliteStore(file);
if (task === "migrate") {
  await store.migrate();
  process.stdout.write(`${JSON.stringify({ shops: (await store.shops()).length })}\n`);
} else {
  // As an import does it: batch after batch, as fast as it goes.
  const outcomes: string[] = [];
  for (let order = 0; order < Number(count); order += 2) {
    const batch = [reserve(`${name}-${order}`, [["A", 1]]), reserve(`${name}-${order + 1}`, [["A", 1]])];
    outcomes.push(...codes(await store.commit(Number(shop), batch, startAt)));
  }
  const applied = outcomes.filter((code) => code === "applied").length;
  process.stdout.write(`${JSON.stringify({ applied, refused: outcomes.length - applied })}\n`);
}
await store.close();
