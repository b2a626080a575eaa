import { Client, type Notification } from "pg";
import type { ShopId } from "../store.ts";
import { Watchers } from "../watchers.ts";
import { configOf, type ConnectionOptions } from "./connection.ts";

/** A lost connection is opened again after this long, and each time twice that, up to the most. */
const reconnectMs = 100;
const reconnectMsMax = 5_000;
/** Other nodes are told of a shop's commits at once, and then at most once in this time. */
const notifyEveryMs = 20;
/**
 * How often the heads of watched shops are compared with what was last seen. A wake can only be missed when a
 * node dies between its commit and telling the others.
 */
const headPollMs = 5_000;

const channelPrefix = "zaiku_shop_";

/**
 * Tells this node's watchers of commits, here and on other nodes, by LISTEN and NOTIFY on a connection of its
 * own. What is sent carries no data. It is sent after the commit, not in it: PostgreSQL lets only one
 * transaction at a time commit a NOTIFY, which would bring all shops into one line.
 */
export class Bus {
  readonly #watchers = new Watchers();
  readonly #watched = new Map<ShopId, number>();
  readonly #options: ConnectionOptions;
  readonly #headOf: (shop: ShopId) => Promise<number>;
  readonly #heads = new Map<ShopId, number>();
  /** Shops whose commits are to be told, and those told so recently that the next has to wait. */
  readonly #untold = new Set<ShopId>();
  readonly #resting = new Set<ShopId>();
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  #waitMs = reconnectMs;
  #reconnect: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param headOf the last number of a shop's journal */
  constructor(options: ConnectionOptions, headOf: (shop: ShopId) => Promise<number>) {
    this.#options = options;
    this.#headOf = headOf;
  }

  watch(shop: ShopId, wake: () => void): () => void {
    const unwatch = this.#watchers.add(shop, wake);
    const count = (this.#watched.get(shop) ?? 0) + 1;
    this.#watched.set(shop, count);
    if (count === 1) this.#send(`listen ${channelPrefix}${shop}`);
    this.#connect();
    this.#startPolling();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      unwatch();
      this.#unwatched(shop);
    };
  }

  /** A commit of this process moved units: whoever watches here is woken at once, other nodes soon. */
  moved(shop: ShopId): void {
    this.#watchers.wake(shop);
    this.#untold.add(shop);
    this.#connect();
    this.#tell(shop);
  }

  /** Resolves when what was committed before has been told to other nodes, as far as that is possible. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reconnect);
    clearInterval(this.#poll);
    this.#watchers.clear();
    this.#watched.clear();
    await this.#connecting?.catch(() => undefined);
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    for (const shop of this.#untold) void client.query(notify(shop)).catch(() => undefined);
    await client.end().catch(() => undefined);
  }

  #unwatched(shop: ShopId): void {
    const count = (this.#watched.get(shop) ?? 0) - 1;
    if (count > 0) {
      this.#watched.set(shop, count);
      return;
    }
    this.#watched.delete(shop);
    this.#heads.delete(shop);
    this.#send(`unlisten ${channelPrefix}${shop}`);
    if (this.#watched.size > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #tell(shop: ShopId): void {
    if (this.#client === undefined || this.#resting.has(shop) || !this.#untold.delete(shop)) return;
    this.#send(notify(shop));
    this.#resting.add(shop);
    setTimeout(() => {
      this.#resting.delete(shop);
      this.#tell(shop);
    }, notifyEveryMs).unref();
  }

  #send(statement: string): void {
    // A failure shows as the connection's end, after which everything is said again.
    this.#client?.query(statement).catch(() => undefined);
  }

  #connect(): void {
    if (
      this.#client !== undefined ||
      this.#connecting !== undefined ||
      this.#reconnect !== undefined ||
      this.#closed
    )
      return;
    this.#connecting = this.#open()
      .catch(() => this.#connectLater())
      .finally(() => {
        this.#connecting = undefined;
      });
  }

  async #open(): Promise<void> {
    const client = new Client({ ...configOf(this.#options, "listen"), pipeline: true });
    client.on("error", () => undefined);
    client.on("notification", (notification) => this.#heard(client, notification));
    try {
      await client.connect();
      const watched = [...this.#watched.keys()];
      // Nothing is written to be kept: a wake need not wait for the disk.
      await client.query(
        ["set synchronous_commit = off", ...watched.map((shop) => `listen ${channelPrefix}${shop}`)].join(
          "; ",
        ),
      );
      // Those that came meanwhile.
      const late = [...this.#watched.keys()].filter((shop) => !watched.includes(shop));
      for (const shop of late) await client.query(`listen ${channelPrefix}${shop}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on("end", () => this.#lost(client));
    this.#client = client;
    this.#waitMs = reconnectMs;
    // Whatever was said while nobody listened here.
    for (const shop of this.#watched.keys()) this.#watchers.wake(shop);
    for (const shop of this.#untold) this.#tell(shop);
  }

  #heard(client: Client, notification: Notification): void {
    // What this node said itself, its watchers knew before.
    if ("processID" in client && notification.processId === client.processID) return;
    if (notification.channel.startsWith(channelPrefix)) {
      this.#watchers.wake(Number(notification.channel.slice(channelPrefix.length)));
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // What was on its way may not have arrived.
    for (const shop of this.#resting) this.#untold.add(shop);
    this.#connectLater();
  }

  #connectLater(): void {
    if (this.#closed) return;
    this.#reconnect = setTimeout(() => {
      this.#reconnect = undefined;
      this.#connect();
    }, this.#waitMs).unref();
    this.#waitMs = Math.min(this.#waitMs * 2, reconnectMsMax);
  }

  #startPolling(): void {
    this.#poll ??= setInterval(() => void this.#pollHeads(), headPollMs).unref();
  }

  async #pollHeads(): Promise<void> {
    for (const shop of this.#watched.keys()) {
      try {
        const seq = await this.#headOf(shop);
        const seen = this.#heads.get(shop);
        if (this.#watched.has(shop)) this.#heads.set(shop, seq);
        if (seen !== undefined && seq !== seen) this.#watchers.wake(shop);
      } catch {
        // The database is away. When the connection is back, everybody is woken.
        return;
      }
    }
  }
}

function notify(shop: ShopId): string {
  return `notify ${channelPrefix}${shop}`;
}
