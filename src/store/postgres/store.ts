import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect } from "kysely";
import { DatabaseError, type Pool } from "pg";
import { mainWarehouse, mainWarehouseName } from "../../domain/catalog.ts";
import type { Command } from "../../domain/command.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import { genesisHash } from "../hash.ts";
import { migrate } from "../sql/migrations/migrate.ts";
import { activityReads } from "../sql/activities.ts";
import { dayReads } from "../sql/days.ts";
import { createDeliveries } from "../sql/deliveries.ts";
import { createOrderSides } from "../sql/order-sides.ts";
import { createPhotos } from "../sql/photos.ts";
import { createReads } from "../sql/reads.ts";
import { shopOf } from "../sql/rows.ts";
import type { Tables } from "../sql/schema.ts";
import { createWork } from "../sql/work.ts";
import { workEventReads } from "../sql/work-events.ts";
import type { Activities } from "../activities.ts";
import type { Days } from "../days.ts";
import type { Deliveries } from "../deliveries.ts";
import type { OrderSides } from "../order-sides.ts";
import type { Photos } from "../photos.ts";
import type { Preview, Reads, Shop, ShopId, Store, Work } from "../store.ts";
import type { WorkEvents } from "../work-events.ts";
import { postgresActivities } from "./activities.ts";
import { openAudit } from "./audit.ts";
import { Bus } from "./bus.ts";
import { Committer } from "./commit.ts";
import { postgresDays } from "./days.ts";
import { openCommitPool, openReadPool, type ConnectionOptions } from "./connection.ts";
import { asStoreError } from "./errors.ts";
import { openPreview } from "./preview.ts";
import { postgresWorkEvents } from "./work-events.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?…` */
  readonly url: string;
  /** Connections for batches: the most shops that are written at the same time by this process. */
  readonly commitConnectionsMax?: number;
  readonly readConnectionsMax?: number;
  readonly connectMsMax?: number;
}

const connectionsMaxDefault = 8;
/** A commit costs as much as some hundred commands: a round to the server, a flush, and what each statement costs alone. */
const splitFromCommands = 128;
const connectMsMaxDefault = 10_000;
/** How often a new shop's number may turn out to be taken by another node's new shop. */
const createAttemptsMax = 20;
/** Of all advisory locks in the database, the one that migrations hold. */
const migrationLock = 7_301_970_401;
const uniqueViolation = "23505";

/**
 * Any number of processes on one database. The lock on the row of a shop is all that they coordinate by; what one
 * keeps from a batch to the next stands only while the shop's version says that nobody else wrote.
 */
export class PostgresStore implements Store {
  readonly kind = "postgres";
  readonly splitFromCommands = splitFromCommands;
  readonly read: Reads;
  readonly work: Work;
  readonly activities: Activities;
  readonly deliveries: Deliveries;
  readonly days: Days;
  readonly workEvents: WorkEvents;
  readonly photos: Photos;
  readonly orderSides: OrderSides;
  readonly #connections: ConnectionOptions;
  readonly #commits: Pool;
  readonly #reads: Pool;
  readonly #db: Kysely<Tables>;
  readonly #committer: Committer;
  readonly #bus: Bus;
  #closing: Promise<void> | undefined;

  /** Connects when it is first asked something. */
  constructor(options: PostgresOptions) {
    this.#connections = { url: options.url, connectMsMax: options.connectMsMax ?? connectMsMaxDefault };
    this.#commits = openCommitPool(this.#connections, options.commitConnectionsMax ?? connectionsMaxDefault);
    this.#reads = openReadPool(this.#connections, options.readConnectionsMax ?? connectionsMaxDefault);
    this.#db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.#reads }) });
    const audit = (shop: ShopId) => openAudit(this.#connections, shop);
    this.read = namingErrors({ ...createReads(this.#db), audit });
    this.work = namingErrors(createWork(this.#db));
    this.deliveries = namingErrors(createDeliveries(this.#db));
    this.photos = namingErrors(createPhotos(this.#db));
    this.orderSides = namingErrors(createOrderSides(this.#db, this.#db));
    this.days = namingErrors(postgresDays(this.#db, dayReads(this.#db)));
    this.#committer = new Committer(this.#commits, randomUUID());
    this.#bus = new Bus(this.#connections, async (shop) => (await this.read.head(shop)).seq);
    const reads = namingErrors(activityReads(this.#db));
    const wake = (shop: ShopId): void => this.#bus.moved(shop);
    this.activities = postgresActivities(this.#commits, reads, wake);
    const papers = namingErrors(workEventReads(this.#db));
    this.workEvents = postgresWorkEvents(this.#commits, papers, wake);
  }

  async migrate(): Promise<void> {
    await storeErrors(async () => {
      const client = await this.#reads.connect();
      try {
        // Kysely locks too, but only once its own tables are there.
        await client.query(`set statement_timeout = 0; select pg_advisory_lock(${migrationLock})`);
        await migrate(this.#db, "postgres");
      } finally {
        // Closed: that gives the lock back, however this ended.
        client.release(true);
      }
    });
  }

  async createShop(shop: Omit<Shop, "shop">): Promise<Shop> {
    return storeErrors(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#insertShop(shop);
        } catch (error) {
          const isTaken = error instanceof DatabaseError && error.code === uniqueViolation;
          if (!isTaken || attempt === createAttemptsMax) throw error;
        }
      }
    });
  }

  async #insertShop(shop: Omit<Shop, "shop">): Promise<Shop> {
    const { last } = await this.#db
      .selectFrom("shop")
      .select((eb) => eb.fn.max("shop_id").as("last"))
      .executeTakeFirstOrThrow();
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .insertInto("shop")
        .values({
          shop_id: (last ?? 0) + 1,
          name: shop.name,
          time_zone: shop.timeZone,
          day_cut_hour: shop.dayCutHour,
          currency: shop.currency,
          created_at: shop.createdAt,
          seq: 0,
          hash: genesisHash,
          outbox_id: 0,
          version: 0,
          folded_seq: 0,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto("warehouse")
        .values({ shop_id: row.shop_id, warehouse: mainWarehouse, name: mainWarehouseName })
        .execute();
      return shopOf(row);
    });
  }

  async updateShop(shop: ShopId, change: Partial<Omit<Shop, "shop" | "createdAt">>): Promise<Shop> {
    return storeErrors(async () => {
      const row = await this.#db
        .updateTable("shop")
        .set((eb) => ({
          name: change.name ?? eb.ref("name"),
          time_zone: change.timeZone ?? eb.ref("time_zone"),
          day_cut_hour: change.dayCutHour ?? eb.ref("day_cut_hour"),
          currency: change.currency ?? eb.ref("currency"),
        }))
        .where("shop_id", "=", shop)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new UnknownShop(shop);
      return shopOf(row);
    });
  }

  async shops(): Promise<readonly Shop[]> {
    const rows = await storeErrors(() =>
      this.#db.selectFrom("shop").selectAll().orderBy("shop_id").execute(),
    );
    return rows.map(shopOf);
  }

  /** @throws StoreUnavailable, CommitUnknown, UnknownShop, InvariantError */
  async commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<readonly Outcome[]> {
    const { outcomes, moved } = await this.#committer.commit(shop, commands, at);
    if (moved) this.#bus.moved(shop);
    return outcomes;
  }

  openPreview(shop: ShopId): Promise<Preview> {
    return storeErrors(() => openPreview(this.#connections, shop));
  }

  watch(shop: ShopId, wake: () => void): () => void {
    return this.#bus.watch(shop, wake);
  }

  /** Waits for batches and reads under way. Said again, it changes nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#bus.close();
    await this.#db.destroy();
    // Kysely ends a pool only when it has used it.
    if (!this.#reads.ending) await this.#reads.end();
    await this.#commits.end();
  }
}

/** Runs what writes nothing, or nothing in part, and names its errors as the port does. */
async function storeErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** The same methods, whose errors are named as the port names them. */
function namingErrors<Methods extends object>(methods: Methods): Methods {
  const named = Object.entries<(...given: never[]) => Promise<unknown>>(methods as never).map(
    ([name, method]) => [name, (...given: never[]) => storeErrors(() => method(...given))] as const,
  );
  return Object.fromEntries(named) as Methods;
}
