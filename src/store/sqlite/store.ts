import type { DatabaseSync, StatementSync } from "node:sqlite";
import { mainWarehouse, mainWarehouseName } from "../../domain/catalog.ts";
import type { Command } from "../../domain/command.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { StoreUnavailable, UnknownShop } from "../errors.ts";
import { genesisHash } from "../hash.ts";
import { migrate } from "../sql/migrations/migrate.ts";
import { activityReads } from "../sql/activities.ts";
import { dayReads } from "../sql/days.ts";
import { createDeliveries } from "../sql/deliveries.ts";
import { createOrderSides } from "../sql/order-sides.ts";
import { createPhotos } from "../sql/photos.ts";
import { createReads } from "../sql/reads.ts";
import { shopOf } from "../sql/rows.ts";
import type { ShopRow } from "../sql/schema.ts";
import { createWork } from "../sql/work.ts";
import { workEventReads } from "../sql/work-events.ts";
import type { Activities } from "../activities.ts";
import type { Days } from "../days.ts";
import type { Deliveries } from "../deliveries.ts";
import type { OrderSides } from "../order-sides.ts";
import type { Photos } from "../photos.ts";
import type { Preview, Reads, Shop, ShopId, Store, Work } from "../store.ts";
import { Watchers } from "../watchers.ts";
import type { WorkEvents } from "../work-events.ts";
import { sqliteActivities } from "./activities.ts";
import { auditOver } from "./audit.ts";
import { backupTo } from "./backup.ts";
import { transaction } from "./commit.ts";
import { CommitThread } from "./commit-thread.ts";
import { writeStatistics } from "./statistics.ts";
import { sqliteDays } from "./days.ts";
import {
  asStoreError,
  busyTimeoutMsDefault,
  kyselyOver,
  kyselyOverWriter,
  openReader,
  openWriter,
} from "./database.ts";
import { LocalWriter, type FileWriter } from "./file-writer.ts";
import { openPreview, removeOldPreviews } from "./preview.ts";
import { Turns } from "./turns.ts";
import { sqliteWorkEvents } from "./work-events.ts";

/** How often a watched file is looked at for commits of other processes. */
const watchPollMs = 100;
/** A flush costs as much as some ten commands. */
const splitFromCommands = 32;

export interface SqliteStoreOptions {
  /** How long a commit waits for another process that is writing. */
  readonly busyTimeoutMs?: number;
  /** Commits have a thread of their own: for a process that does other things while it sells. */
  readonly thread?: boolean;
}

/**
 * The embedded store: one file. Commits are on the disk when they are answered. Another process, such as
 * an import beside the server, may have the file open too: what is kept from one batch to the next stands only while the
 * shop's version says that nobody else wrote.
 */
export class SqliteStore implements Store {
  readonly kind = "sqlite";
  readonly splitFromCommands: number;
  readonly read: Reads;
  readonly work: Work;
  readonly activities: Activities;
  readonly deliveries: Deliveries;
  readonly days: Days;
  readonly workEvents: WorkEvents;
  readonly photos: Photos;
  readonly orderSides: OrderSides;
  readonly #file: string;
  readonly #writer: DatabaseSync;
  readonly #reader: DatabaseSync;
  readonly #watchers = new Watchers();
  readonly #turns = new Turns();
  /** Asked in turn only. */
  readonly #fileWriter: FileWriter;
  #poll: { readonly timer: NodeJS.Timeout; readonly version: StatementSync; seen: number | null } | undefined;

  /**
   * @param file in a folder that is there; it is made when it is not
   * @throws StoreUnavailable when the file cannot be opened
   */
  constructor(file: string, options: SqliteStoreOptions = {}) {
    const { busyTimeoutMs = busyTimeoutMsDefault, thread = false } = options;
    this.#file = file;
    this.splitFromCommands = thread ? splitFromCommands : Number.POSITIVE_INFINITY;
    try {
      this.#writer = openWriter(file, busyTimeoutMs);
      this.#reader = openReader(file);
    } catch (error) {
      throw asStoreError(error);
    }
    this.#fileWriter = thread ? new CommitThread({ file, busyTimeoutMs }) : new LocalWriter(this.#writer);
    const audit = async (shop: ShopId) => auditOver(openReader(file), shop);
    const reading = kyselyOver(this.#reader, "begin");
    this.read = { ...createReads(reading), audit };
    const writing = kyselyOverWriter(this.#fileWriter, this.#turns);
    const beside: FileWriter["beside"] = (name, ...args) =>
      this.#turns.run(() => this.#fileWriter.beside(name, ...args));
    this.work = createWork(writing);
    this.deliveries = createDeliveries(writing);
    this.photos = createPhotos(writing);
    this.orderSides = createOrderSides(writing, reading);
    this.days = sqliteDays(beside, dayReads(reading));
    const wake = (shop: ShopId): void => this.#watchers.wake(shop);
    this.activities = sqliteActivities(beside, activityReads(reading), wake);
    this.workEvents = sqliteWorkEvents(beside, workEventReads(reading), wake);
  }

  async migrate(): Promise<void> {
    await removeOldPreviews(this.#file);
    // On a connection of its own: the transaction stays open while others have their turn.
    const database = openWriter(this.#file);
    const db = kyselyOver(database, "begin immediate");
    try {
      await migrate(db, "sqlite");
      writeStatistics(database);
    } catch (error) {
      throw asStoreError(error);
    } finally {
      database.close();
    }
  }

  async createShop(shop: Omit<Shop, "shop">): Promise<Shop> {
    return this.#write(() => {
      const row = this.#writer
        .prepare(
          `insert into shop (shop_id, name, time_zone, day_cut_hour, currency, created_at, seq, hash, outbox_id, version,
           folded_seq)
           values ((select coalesce(max(shop_id), 0) + 1 from shop), ?, ?, ?, ?, ?, 0, ?, 0, 0, 0)
           returning *`,
        )
        .get(shop.name, shop.timeZone, shop.dayCutHour, shop.currency, shop.createdAt, genesisHash);
      const created = shopOf(row as unknown as ShopRow);
      this.#writer
        .prepare("insert into warehouse (shop_id, warehouse, name) values (?, ?, ?)")
        .run(created.shop, mainWarehouse, mainWarehouseName);
      return created;
    });
  }

  async updateShop(shop: ShopId, change: Partial<Omit<Shop, "shop" | "createdAt">>): Promise<Shop> {
    return this.#write(() => {
      const row = this.#writer
        .prepare(
          `update shop set name = coalesce(?, name), time_zone = coalesce(?, time_zone),
           day_cut_hour = coalesce(?, day_cut_hour), currency = coalesce(?, currency)
           where shop_id = ? returning *`,
        )
        .get(
          change.name ?? null,
          change.timeZone ?? null,
          change.dayCutHour ?? null,
          change.currency ?? null,
          shop,
        );
      if (row === undefined) throw new UnknownShop(shop);
      return shopOf(row as unknown as ShopRow);
    });
  }

  async shops(): Promise<readonly Shop[]> {
    const rows = this.#reader.prepare("select * from shop order by shop_id").all();
    return (rows as unknown as ShopRow[]).map(shopOf);
  }

  async commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<readonly Outcome[]> {
    const { outcomes, moved } = await this.#turns.run(() => this.#fileWriter.commit(shop, commands, at));
    if (moved) this.#watchers.wake(shop);
    return outcomes;
  }

  /** On a private copy of the file, beside it, which is removed when the preview is closed. */
  async openPreview(shop: ShopId): Promise<Preview> {
    return openPreview(openReader(this.#file), this.#file, shop);
  }

  watch(shop: ShopId, wake: () => void): () => void {
    const unwatch = this.#watchers.add(shop, wake);
    this.#startPolling();
    return () => {
      unwatch();
      if (this.#watchers.isEmpty) this.#stopPolling();
    };
  }

  /**
   * Copies the whole file as of now, while commits go on.
   * @param file is replaced when it is there, at the very end
   * @throws what `checkBackup` throws, and the file system's errors; the file is then as it was
   */
  async backup(file: string): Promise<void> {
    await backupTo(openReader(this.#file), file);
  }

  async close(): Promise<void> {
    this.#stopPolling();
    this.#watchers.clear();
    await this.#turns.run(() => this.#fileWriter.close());
    if (this.#reader.isOpen) this.#reader.close();
    if (this.#writer.isOpen) this.#writer.close();
  }

  #write<T>(run: () => T): Promise<T> {
    return this.#turns.run(() => transaction(this.#writer, run));
  }

  /** Own commits wake at once. Those of other processes show in the file's version, which only they raise. */
  #startPolling(): void {
    if (this.#poll !== undefined) return;
    const version = this.#writer.prepare("pragma data_version");
    const timer = setInterval(() => this.#look(), watchPollMs);
    timer.unref();
    this.#poll = { timer, version, seen: dataVersion(version) };
  }

  #look(): void {
    if (this.#poll === undefined) return;
    const now = dataVersion(this.#poll.version);
    if (now === null || now === this.#poll.seen) return;
    this.#poll.seen = now;
    this.#watchers.wakeAll();
  }

  #stopPolling(): void {
    if (this.#poll !== undefined) clearInterval(this.#poll.timer);
    this.#poll = undefined;
  }
}

/** Null: nobody can tell right now, because another process has the file to itself for a moment. */
function dataVersion(statement: StatementSync): number | null {
  try {
    return Number(statement.get()?.data_version);
  } catch (error) {
    if (asStoreError(error) instanceof StoreUnavailable) return null;
    throw error;
  }
}
