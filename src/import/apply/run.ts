import type { Command } from "../../domain/command.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { skuKey } from "../../domain/text.ts";
import type { Answer } from "../../engine/batcher.ts";
import { pause, type Clock } from "../../engine/clock.ts";
import { Busy, ShuttingDown } from "../../engine/errors.ts";
import type { Reads, ShopId, Store } from "../../store/store.ts";
import type { Table } from "../file/table.ts";
import type { Profile } from "../profile.ts";
import { readRecordBatches, type ReadProgress } from "../rows.ts";
import { Collector, type OpeningFacts } from "./collect.ts";
import { contactOf, Planner, receivedKey, type ContactRow, type PlannedRow } from "./plan.ts";
import type { ImportProgress, ImportResult, ListedRow } from "./result.ts";

/** Applies commands in order and answers each, when they are durable. */
export type Submit = (commands: readonly Command[]) => Promise<readonly Answer[]>;

/** What is read of the books that `submit` writes to. */
export type ImportReads = Pick<Reads, "sku" | "record">;

/** What there is before the first row. */
export interface ImportStart {
  /** The journal's last number. */
  readonly seq: number;
  readonly channels: readonly string[];
  readonly warehouses: readonly string[];
}

export interface RunOptions {
  readonly table: Table;
  readonly profile: Profile;
  /** Of orders: instead of the profile's channel. */
  readonly channel?: string;
  readonly shop: ShopId;
  readonly start: ImportStart;
  readonly submit: Submit;
  readonly reads: ImportReads;
  readonly clock: Clock;
  readonly actor: string;
  readonly hashBuyer: (buyer: string) => string;
  /** Keeps what orders that were booked say of their parcels, as keys; absent: it is not kept. */
  readonly tellContacts?: (contacts: readonly ContactRow[]) => Promise<void>;
  /** When the stock of a list was counted, in milliseconds; absent: now. */
  readonly asOf?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Rows to look at, in file order; awaited before the file is read on. */
  readonly onListed?: (rows: readonly ListedRow[]) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** Commands that are decided together: others who write wait that long. */
  readonly windowCommandsMax?: number;
}

export const runLimits = {
  /** Commands that are decided together, unless the caller says otherwise. */
  windowCommandsMax: 2_048,
  /** Reads of single SKUs and records that are under way at once. */
  readsAtOnceMax: 32,
  /** Times that a busy store is asked again before the import gives up. */
  busyAttemptsMax: 60,
} as const;

/** The import ended early. What was applied stays, and the same file imported again goes on from there. */
export class ImportStopped extends Error {
  override readonly name = "ImportStopped";
  readonly code = "stopped";
  readonly zh: string;
  readonly en: string;
  /** Rows that were booked. */
  readonly rows: number;
  constructor(rows: number, options?: ErrorOptions) {
    const en = `The import stopped after ${rows} rows: import the same file again to go on, nothing is booked twice`;
    super(en, options);
    this.zh = `导入中断，已入账 ${rows} 行：同一份文件再导入一次即可接着来，不会重复`;
    this.en = en;
    this.rows = rows;
  }
}

export async function readStart(store: Pick<Store, "read">, shop: ShopId): Promise<ImportStart> {
  const { seq } = await store.read.head(shop);
  const channels = await store.read.channels(shop);
  const warehouses = await store.read.warehouses(shop);
  return {
    seq,
    channels: channels.map(({ channel }) => channel),
    warehouses: warehouses.map(({ warehouse }) => warehouse),
  };
}

/**
 * Books a file: its rows become commands, in file order, and every row has an answer. Reading the same file again
 * changes nothing, so an import that stopped half-way is simply repeated. Closes the table.
 *
 * @throws ImportFileError where the file cannot be read; ImportStopped where the store stayed busy, or was told to stop
 */
export async function runImport(options: RunOptions): Promise<ImportResult> {
  const { table, profile, clock, start } = options;
  const planner = new Planner({ ...options, channels: start.channels, warehouses: start.warehouses });
  const collector = new Collector();
  const window = new Window(options, collector);
  const startedMs = clock.elapsedMs();
  let read: ReadProgress | null = null;
  const report = (): void => {
    if (read !== null) options.onProgress?.(progressOf(read, collector.rows, clock.elapsedMs() - startedMs));
  };
  try {
    const batches = readRecordBatches(table, profile, { onProgress: (progress) => (read = progress) });
    for await (const batch of batches) {
      for (const record of batch) {
        window.add(planner.plan(record, clock.now()));
        if (!window.full) continue;
        await window.flush();
        report();
      }
    }
    await window.flush();
    report();
  } finally {
    await table.close();
  }
  return {
    kind: profile.kind,
    profile: profile.name,
    channel: planner.channel,
    rows: collector.rows,
    seconds: (clock.elapsedMs() - startedMs) / 1_000,
    summary: collector.summary,
    listed: collector.listed,
    newWarehouses: planner.newWarehouses,
    newChannels: planner.newChannels,
    skus: collector.effects,
  };
}

function progressOf(read: ReadProgress, rows: number, elapsedMs: number): ImportProgress {
  const { bytesRead, bytesTotal } = read;
  const perSecond = elapsedMs > 0 ? Math.round((rows / elapsedMs) * 1_000) : 0;
  // The file is read ahead of the books by some thousand rows.
  const share = (bytesRead / Math.max(1, bytesTotal)) * (rows / Math.max(1, read.rows));
  const secondsLeft = share > 0 && perSecond > 0 ? ((elapsedMs / share) * (1 - share)) / 1_000 : null;
  return { rows, bytesRead, bytesTotal, perSecond, secondsLeft };
}

/** Rows that are decided together: their commands go in one piece, then each row is told what became of it. */
class Window {
  readonly #options: RunOptions;
  readonly #collector: Collector;
  /** `receivedKey` → units of opening stock that this import has booked. */
  readonly #received = new Map<string, number>();
  #rows: PlannedRow[] = [];
  #commands: Command[] = [];

  constructor(options: RunOptions, collector: Collector) {
    this.#options = options;
    this.#collector = collector;
  }

  get full(): boolean {
    const most = this.#options.windowCommandsMax ?? runLimits.windowCommandsMax;
    return this.#commands.length >= most || this.#rows.length >= most;
  }

  add(row: PlannedRow): void {
    this.#rows.push(row);
    for (const command of row.commands) this.#commands.push(command);
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const rows = this.#rows;
    const answers = this.#commands.length === 0 ? [] : await this.#submit(this.#commands);
    this.#rows = [];
    this.#commands = [];
    let at = 0;
    const answered = rows.map((row) => {
      const own = answers.slice(at, (at += row.commands.length));
      return { row, answers: own };
    });
    await this.#tell(answered);
    const facts = await this.#facts(answered);
    for (const { row, answers: own } of answered) this.#collector.add(row, own, facts);
    const listed = this.#collector.takeListed();
    if (listed.length > 0) await this.#options.onListed?.(listed);
  }

  /** One contact for each order, of its first row that has one. Told before the rows count as booked. */
  async #tell(answered: readonly Answered[]): Promise<void> {
    const { tellContacts, profile, channel = profile.channel ?? "manual" } = this.#options;
    if (tellContacts === undefined || profile.kind !== "orders") return;
    const contacts = new Map<string, ContactRow>();
    for (const one of answered) {
      const contact = contactOf(one.row, channel);
      const last = one.answers.at(-1);
      if (contact === null || last === undefined || !("outcome" in last) || isRefusal(last.outcome)) continue;
      if (!contacts.has(contact.orderId)) contacts.set(contact.orderId, contact);
    }
    if (contacts.size > 0) await tellContacts([...contacts.values()]);
  }

  /** Asks a busy store again, for what it has not taken and in the same order, until it takes everything. */
  async #submit(commands: readonly Command[]): Promise<readonly Answer[]> {
    const { submit, clock, signal } = this.#options;
    const answers: Answer[] = [];
    let open = commands.map((command, index) => ({ command, index }));
    for (let attempt = 1; open.length > 0; attempt += 1) {
      if (signal?.aborted === true) throw new ImportStopped(this.#collector.rows);
      const given = await submit(open.map(({ command }) => command));
      const waiting: typeof open = [];
      let busy: Busy | null = null;
      for (const [nth, one] of open.entries()) {
        const answer = given[nth];
        if (answer === undefined) throw new ImportStopped(this.#collector.rows);
        const error = "error" in answer ? answer.error : null;
        if (error instanceof ShuttingDown) throw new ImportStopped(this.#collector.rows, { cause: error });
        if (error instanceof Busy) {
          busy = error;
          waiting.push(one);
        } else answers[one.index] = answer;
      }
      open = waiting;
      if (busy === null) break;
      if (attempt === runLimits.busyAttemptsMax)
        throw new ImportStopped(this.#collector.rows, { cause: busy });
      await pause(clock, busy.retryAfterMs, signal);
    }
    return answers;
  }

  async #facts(answered: readonly Answered[]): Promise<OpeningFacts> {
    if (this.#options.profile.kind !== "stock" || this.#options.start.seq === 0) return noFacts;
    const keys = answered.filter(asksForBooked).map(({ row }) => row.openingKey ?? "");
    const added = answered.filter(wasReceived);
    for (const { row } of added) {
      if (row.record.as !== "receipt") continue;
      const key = receivedKey(row.warehouse ?? "", row.record.sku);
      this.#received.set(key, (this.#received.get(key) ?? 0) + row.record.quantity);
    }
    return {
      booked: await this.#booked(keys),
      receivedBefore: await this.#receivedBefore(added),
    };
  }

  async #booked(keys: readonly string[]): Promise<Map<string, number>> {
    const { reads, shop } = this.#options;
    const booked = new Map<string, number>();
    await eachOf(keys, async (key) => {
      const record = await reads.record(shop, key);
      const units = record === null ? null : unitsOf(record.content);
      if (units !== null) booked.set(key, units);
    });
    return booked;
  }

  /** What a SKU has received in all, less what this import gave it. */
  async #receivedBefore(added: readonly Answered[]): Promise<Map<string, number>> {
    const { reads, shop } = this.#options;
    const before = new Map<string, number>();
    const skus = new Set(
      added.flatMap(({ row }) => ("sku" in row.record ? [skuKey(row.record.sku ?? "")] : [])),
    );
    await eachOf([...skus], async (sku) => {
      for (const stock of (await reads.sku(shop, sku))?.stocks ?? []) {
        const key = receivedKey(stock.warehouse, sku);
        before.set(key, -stock.supplier - (this.#received.get(key) ?? 0));
      }
    });
    return before;
  }
}

interface Answered {
  readonly row: PlannedRow;
  readonly answers: readonly Answer[];
}

const noFacts: OpeningFacts = { booked: new Map(), receivedBefore: new Map() };

function codeOf({ answers }: Answered): string | null {
  const last = answers.at(-1);
  return last !== undefined && "outcome" in last ? last.outcome.code : null;
}

/** A row without units, or with other units than were booked: what was booked, then? */
function asksForBooked(one: Answered): boolean {
  const { record } = one.row;
  return record.as === "receipt" && (record.quantity === 0 || codeOf(one) === "key_conflict");
}

function wasReceived(one: Answered): boolean {
  const { record } = one.row;
  return record.as === "receipt" && record.quantity > 0 && codeOf(one) === "applied";
}

/** The units of a receipt, of the content that its key keeps; null where the key is another command's. */
function unitsOf(content: string): number | null {
  const parsed: unknown = JSON.parse(content);
  const lines: unknown = Array.isArray(parsed) ? parsed[2] : null;
  if (!Array.isArray(lines)) return null;
  let units = 0;
  for (const line of lines) {
    const quantity: unknown = Array.isArray(line) ? line[1] : null;
    if (typeof quantity !== "number") return null;
    units += quantity;
  }
  return units;
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += runLimits.readsAtOnceMax) {
    await Promise.all(items.slice(start, start + runLimits.readsAtOnceMax).map(run));
  }
}
