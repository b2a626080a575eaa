import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test } from "node:test";
import type { Command } from "../../src/domain/command.ts";
import { Batcher } from "../../src/engine/batcher.ts";
import { Busy, CommandFailed, ShuttingDown } from "../../src/engine/errors.ts";
import { openTable } from "../../src/import/file/table.ts";
import { ProblemFile } from "../../src/import/apply/problem-file.ts";
import type { ImportProgress, ListedRow } from "../../src/import/apply/result.ts";
import { ImportStopped, readStart, runImport, runLimits, type Submit } from "../../src/import/apply/run.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { allStock, csv, shippedProfiles, stores, type Opened } from "./fixture.ts";

const rows = 5_000;
const list = csv("商家编码,库存数量", ...Array.from({ length: rows }, (_, at) => `S-${at},2`));

async function openMemory(): Promise<Opened> {
  const open = stores.memory;
  assert.ok(open !== undefined);
  return open();
}

interface Run {
  readonly submit: Submit;
  readonly clock?: FakeClock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly onListed?: (listed: readonly ListedRow[]) => void;
}

async function importList(books: Opened, run: Run) {
  const profile = shippedProfiles.get("stock-list");
  assert.ok(profile !== undefined);
  return runImport({
    table: await openTable(list),
    profile,
    shop: books.shop,
    start: await readStart(books.store, books.shop),
    reads: books.store.read,
    clock: new FakeClock(),
    actor: "tester",
    hashBuyer: (buyer) => buyer,
    ...run,
  });
}

/** A submit that commits; `before` may stand in the way of a command. */
function committing(books: Opened, inTheWay: (command: Command) => Error | null = () => null): Submit {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const batcher = new Batcher({ store: books.store, shop: books.shop, clock: new FakeClock(), log });
  return async (commands) => {
    const errors = commands.map(inTheWay);
    const answers = await batcher.submitAll(commands.filter((_, at) => errors[at] === null));
    const given = answers.values();
    return errors.map((error) => {
      if (error !== null) return { error: error as Busy };
      const answer = given.next().value;
      assert.ok(answer !== undefined);
      return answer;
    });
  };
}

/** Lets time go on as long as the work does. */
async function passing<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let done = false;
  const settled = work.finally(() => (done = true));
  settled.catch(() => {});
  while (!done) await clock.pass(500);
  return settled;
}

const units = async (books: Opened): Promise<number> =>
  (await allStock(books)).reduce((sum, item) => sum + item.available, 0);

void suite("an import that is in the way of something", () => {
  test("[F6] stops where the engine stops; the same file again goes on and books nothing twice", async () => {
    const books = await openMemory();
    let left = 4_000;
    const stopping = committing(books, () => ((left -= 1) < 0 ? new ShuttingDown() : null));
    await assert.rejects(importList(books, { submit: stopping }), (error) => {
      assert.ok(error instanceof ImportStopped);
      assert.ok(error.rows < rows);
      return true;
    });
    const before = await units(books);
    assert.ok(before > 0 && before < 2 * rows, `${before} units were booked before it stopped`);
    const { summary } = await importList(books, { submit: committing(books) });
    assert.equal(summary.duplicates.units, before);
    assert.equal(summary.received.units, 2 * rows - before);
    assert.equal(await units(books), 2 * rows);
  });

  test("stops between two windows when it is told to", async () => {
    const books = await openMemory();
    const stop = new AbortController();
    let windows = 0;
    const submit = committing(books);
    const counting: Submit = (commands) => {
      windows += 1;
      if (windows === 1) stop.abort();
      return submit(commands);
    };
    await assert.rejects(importList(books, { submit: counting, signal: stop.signal }), ImportStopped);
    assert.equal(windows, 1);
  });

  test("asks a busy store again, in order, and loses nothing", async () => {
    const books = await openMemory();
    const clock = new FakeClock();
    const refused = new Set<string>();
    const busyOnce = committing(books, (command) => {
      if (command.type !== "receive" || refused.has(command.key)) return null;
      refused.add(command.key);
      return refused.size % 700 === 0 ? new Busy(500) : null;
    });
    const { summary, listed } = await passing(clock, importList(books, { submit: busyOnce, clock }));
    assert.deepEqual(summary.received, { rows, units: 2 * rows });
    assert.equal(listed, 0);
    assert.equal(await units(books), 2 * rows);
  });

  test("gives up on a store that stays busy", async () => {
    const books = await openMemory();
    const clock = new FakeClock();
    let asked = 0;
    const busy: Submit = async (commands) => {
      asked += 1;
      return commands.map(() => ({ error: new Busy(500) }));
    };
    await assert.rejects(passing(clock, importList(books, { submit: busy, clock })), ImportStopped);
    assert.equal(asked, runLimits.busyAttemptsMax);
  });

  test("a command at which the program fails costs its own row only", async () => {
    const books = await openMemory();
    const listed: ListedRow[] = [];
    const failing = committing(books, (command) =>
      command.type === "receive" && command.lines[0]?.sku === "S-77"
        ? new CommandFailed("id-1", { cause: new Error("broken") })
        : null,
    );
    const { summary } = await importList(books, {
      submit: failing,
      onListed: (more) => void listed.push(...more),
    });
    assert.equal(summary.received.rows, rows - 1);
    assert.deepEqual(
      listed.map(({ line, as, reasons }) => [line, as, reasons[0]?.code]),
      [[79, "problem", "internal"]],
    );
  });

  test("tells how far it is, to the end", async () => {
    const books = await openMemory();
    const told: ImportProgress[] = [];
    await importList(books, { submit: committing(books), onProgress: (one) => void told.push(one) });
    assert.ok(told.length > 1);
    for (const [at, one] of told.entries()) assert.ok(one.rows >= (told[at - 1]?.rows ?? 0));
    const last = told.at(-1);
    assert.equal(last?.rows, rows);
    assert.equal(last?.bytesRead, list.length);
    assert.equal(last?.bytesTotal, list.length);
  });
});

void suite("the file of rows to look at", () => {
  test("has the rows as they stand, each with its reason, harmless in a spreadsheet", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "zaiku-problems-"));
    try {
      const file = path.join(folder, "problems.csv");
      const reason = (zh: string) => ({ code: "x", zh, en: "because" });
      const row = (line: number, ...cells: string[]): ListedRow => ({
        line,
        cells,
        as: "problem",
        reasons: [reason(`第${line}`)],
        sku: null,
        orderId: null,
        units: 0,
      });
      const problems = await ProblemFile.open(file, ["a", "b"]);
      await problems.add([row(2, "=1+1", "-5")]);
      await problems.add([row(3, "x,y", "")]);
      await problems.close();
      assert.equal(
        await readFile(file, "utf8"),
        '\ufeffa,b,原因 reason\r\n\'=1+1,-5,第2 / because\r\n"x,y",,第3 / because\r\n',
      );
      const none = await ProblemFile.open(file, ["a"]);
      await none.close();
      assert.equal(await readFile(file, "utf8"), "\ufeffa,原因 reason\r\n");
      await assert.rejects(ProblemFile.open(path.join(folder, "no", "file"), []), { code: "ENOENT" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
