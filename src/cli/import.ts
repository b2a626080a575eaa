import { loadSecret } from "../config.ts";
import { OrderSideBook } from "../engine/after-live/order-sides.ts";
import { systemClock } from "../engine/clock.ts";
import { createBuyerKey, createContactKeys } from "../http/pii.ts";
import { applyToStore, dryRun, type DryRunResult } from "../import/apply/dry-run.ts";
import { openWithProfile } from "../import/apply/open.ts";
import { ProblemFile } from "../import/apply/problem-file.ts";
import type { ImportResult, ListedRow } from "../import/apply/result.ts";
import { parseDateTime } from "../import/date-time.ts";
import type { Table } from "../import/file/table.ts";
import type { Profile } from "../import/profile.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags, UsageError, type Flags } from "./flags.ts";
import { printImport } from "./import-report.ts";
import { say, type Io } from "./io.ts";
import { ProgressLine } from "./progress.ts";
import { filePath, loadProfilesOf, withNewBooks, type Books } from "./workspace.ts";

/** Rows that are kept for the report; `--problems FILE` gets all of them. */
const listedKeptMax = 10_000;

const kinds: Readonly<Record<string, Profile["kind"]>> = { stock: "stock", orders: "orders" };
const asOfFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd", "yyyy/M/d H:mm", "yyyy/M/d"];

/**
 * `import stock|orders FILE`: books a stock list as opening stock, or a file of orders. `--dry-run` decides every
 * row and writes nothing.
 */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("import", argv, io, async () => {
    const flags = parseFlags(argv, {
      flags: {
        profile: "value",
        channel: "value",
        sheet: "value",
        "as-of": "value",
        problems: "value",
        "dry-run": "switch",
      },
      words: ["stock|orders", "FILE"],
    });
    const [word = "", name = ""] = flags.words;
    const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
    if (kind === undefined)
      throw new UsageError(`要写 stock 或 orders，不是 ${word}`, `Say stock or orders, not ${word}`);
    checkFlags(flags, kind);
    return withNewBooks(flags, io, (books) => importFile(books, { kind, name, flags }, io));
  });
}

function checkFlags(flags: Flags, kind: Profile["kind"]): void {
  if (kind === "orders" && flags.has("as-of"))
    throw new UsageError("--as-of 只用于库存表", "--as-of is for stock lists only");
  if (kind === "stock" && flags.has("channel"))
    throw new UsageError("--channel 只用于订单", "--channel is for orders only");
  const channel = flags.value("channel");
  if (channel !== undefined && !/^[a-z0-9][a-z0-9_-]{0,31}$/.test(channel)) {
    throw new UsageError(
      `--channel 只能用小写字母、数字、- 和 _：${channel}`,
      `--channel takes lower-case letters, digits, - and _: ${channel}`,
    );
  }
}

interface Asked {
  readonly kind: Profile["kind"];
  readonly name: string;
  readonly flags: Flags;
}

async function importFile(books: Books, { kind, name, flags }: Asked, io: Io): Promise<number> {
  const asOf = asOfTime(flags, books);
  const profiles = await loadProfilesOf(books, io);
  const named = flags.value("profile");
  const sheet = flags.value("sheet");
  const channel = flags.value("channel");
  const { table, profile } = await openWithProfile(filePath(name, io), profiles, {
    kind,
    ...(named === undefined ? {} : { profile: named }),
    ...(sheet === undefined ? {} : { sheet }),
  });
  const listed = new ListedRows(await openProblemFile(flags, table, io));
  const progress = new ProgressLine(io);
  const isDryRun = flags.has("dry-run");
  const secret = loadSecret(books.config, (bytes) => systemClock.random(bytes));
  const { shop } = books.shop;
  const keys = createContactKeys(secret)(shop);
  const sides = new OrderSideBook({ store: books.store, shop, clock: systemClock });
  try {
    const result = await (isDryRun ? dryRun : applyToStore)(books.store, {
      table,
      profile,
      shop: books.shop.shop,
      clock: systemClock,
      actor: "cli",
      hashBuyer: createBuyerKey(secret),
      ...(isDryRun ? {} : { tellContacts: (contacts) => sides.tell(contacts, keys) }),
      log: { info: () => {}, warn: () => {}, error: (_data, message) => io.err(message) },
      onProgress: (one) => progress.show(one),
      onListed: (rows) => listed.add(rows),
      ...(channel === undefined ? {} : { channel }),
      ...(asOf === undefined ? {} : { asOf }),
    });
    progress.end();
    await listed.close();
    report({ result, name, table, listed, isDryRun, json: flags.has("json") }, io);
    return exitOk;
  } finally {
    progress.end();
    await listed.close();
    await table.close();
  }
}

function asOfTime(flags: Flags, { shop }: Books): number | undefined {
  const text = flags.value("as-of");
  if (text === undefined) return undefined;
  const time = parseDateTime(text, asOfFormats, shop.timeZone);
  if (typeof time === "number" && time <= systemClock.now()) return time;
  throw new UsageError(
    `--as-of 要是过去的时间，例如 2026-11-01 或 "2026-11-01 08:00"：${text}`,
    `--as-of takes a time in the past such as 2026-11-01 or "2026-11-01 08:00": ${text}`,
  );
}

async function openProblemFile(flags: Flags, table: Table, io: Io): Promise<ProblemFile | null> {
  const name = flags.value("problems");
  if (name === undefined) return null;
  try {
    return await ProblemFile.open(filePath(name, io), table.headers);
  } catch (error) {
    await table.close();
    throw new CommandError("problems_file", `写不了文件 ${name}`, `Cannot write ${name}`, { cause: error });
  }
}

/** Keeps the first rows that were listed, and passes all of them on to the file. */
class ListedRows {
  readonly kept: ListedRow[] = [];
  total = 0;
  readonly #file: ProblemFile | null;
  #closed = false;

  constructor(file: ProblemFile | null) {
    this.#file = file;
  }

  async add(rows: readonly ListedRow[]): Promise<void> {
    this.total += rows.length;
    for (const row of rows) if (this.kept.length < listedKeptMax) this.kept.push(row);
    await this.#file?.add(rows);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file?.close();
  }
}

interface Report {
  readonly result: ImportResult | DryRunResult;
  readonly name: string;
  readonly table: Table;
  readonly listed: ListedRows;
  readonly isDryRun: boolean;
  readonly json: boolean;
}

function report({ result, name, table, listed, isDryRun, json }: Report, io: Io): void {
  if (!json) {
    printImport(
      {
        result,
        name,
        encoding: (table.encoding ?? table.format).toUpperCase(),
        listed: listed.kept,
        isDryRun,
      },
      io,
    );
    if (listed.total > listed.kept.length)
      io.out(
        say(
          io,
          `共 ${listed.total} 行，全部写入请用 --problems 文件`,
          `${listed.total} rows in all; --problems FILE keeps them`,
        ),
      );
    return;
  }
  const { kind, profile, channel, rows, seconds, summary, skus, newWarehouses, newChannels } = result;
  io.out(
    JSON.stringify({
      dryRun: isDryRun,
      file: name,
      format: table.format,
      encoding: table.encoding,
      kind,
      profile,
      channel,
      rows,
      seconds,
      summary,
      newWarehouses,
      newChannels,
      skus,
      ...("changes" in result ? { changes: result.changes } : {}),
      problems: listed.kept,
      problemsTotal: listed.total,
    }),
  );
}
