// One contender sells in this process for some seconds, so many orders in flight, and says how many and how fast.
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { childInput, endWithParent, say } from "../lib/child.ts";
import { createRandom, createZipf } from "../lib/random.ts";
import { Latencies } from "../lib/stats.ts";
import { openPostgresPerOrder } from "../peers/postgres-per-order.ts";
import type { Seller } from "../peers/seller.ts";
import { openSqliteMinimal } from "../peers/sqlite-minimal.ts";
import { openZaiku } from "../peers/zaiku.ts";

export const sellers = [
  "zaiku-sqlite",
  "zaiku-postgres",
  "zaiku-sqlite-events",
  "sqlite-minimal",
  "postgres-update",
  "postgres-cte",
] as const;
export type SellerName = (typeof sellers)[number];

export interface SellInput {
  readonly seller: SellerName;
  /** `hot`: one SKU; `zipf`: 200 SKUs, the k-th 1/k times as often as the first. */
  readonly workload: "hot" | "zipf";
  readonly inFlight: number;
  readonly warmSeconds: number;
  readonly seconds: number;
  readonly seed: number;
  /** An empty database of its own, for those that need one. */
  readonly url: string;
  /** Where files go. */
  readonly dir: string;
}

export interface SellAnswer {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly orders: number;
  /** Processor time of the selling process, in microseconds an order: what is left of a number on a busy machine. */
  readonly cpuUs: number;
}

const zipfSkus = 200;
const unitsPerSku = 1_000_000_000;
/** Buyers, as the books name them: keyed hashes, whose order says nothing. */
const buyers = Array.from({ length: 40_000 }, (_, index) => hash("sha256", `buyer ${index}`).slice(0, 32));

async function open({ seller, url }: SellInput, folder: string, skus: readonly string[]): Promise<Seller> {
  const file = path.join(folder, "bench.db");
  switch (seller) {
    case "zaiku-sqlite":
    case "zaiku-sqlite-events": {
      const store = new SqliteStore(file, { thread: true });
      await store.migrate();
      return openZaiku(store, seller === "zaiku-sqlite" ? "reserve" : "observe", skus, unitsPerSku);
    }
    case "zaiku-postgres": {
      const store = new PostgresStore({ url });
      await store.migrate();
      return openZaiku(store, "reserve", skus, unitsPerSku);
    }
    case "sqlite-minimal":
      return openSqliteMinimal(file, skus, unitsPerSku);
    case "postgres-update":
      return openPostgresPerOrder(url, "update", skus, unitsPerSku);
    case "postgres-cte":
      return openPostgresPerOrder(url, "cte", skus, unitsPerSku);
  }
}

/** So many buyers, each of whom orders again as soon as the last order is answered. */
async function sell(seller: Seller, input: SellInput, skus: readonly string[]): Promise<SellAnswer> {
  const random = createRandom(input.seed);
  const zipf = createZipf(skus.length, random);
  const latencies = new Latencies();
  const startedAt = performance.now();
  const measureAt = startedAt + input.warmSeconds * 1_000;
  const endAt = measureAt + input.seconds * 1_000;
  let asked = 0;
  let taken = 0;
  let lastAt = measureAt;
  let cpuBefore = process.cpuUsage();
  const buy = async (): Promise<void> => {
    for (let now = performance.now(); now < endAt;) {
      asked += 1;
      const sku = skus[zipf()] ?? "";
      // Ids as platforms give them: they rise.
      const orderId = `69${String(asked).padStart(17, "0")}`;
      const buyer = buyers[Math.floor(random() * buyers.length)] ?? "";
      if (await seller.reserve({ orderId, sku, buyer, quantity: 1 })) taken += 1;
      const then = performance.now();
      if (then >= measureAt) {
        if (latencies.count === 0) cpuBefore = process.cpuUsage();
        latencies.add(then - now);
        lastAt = then;
      }
      now = then;
    }
  };
  await Promise.all(Array.from({ length: input.inFlight }, () => buy()));
  const { user, system } = process.cpuUsage(cpuBefore);
  const promised = await seller.promised();
  if (taken !== asked || promised !== taken) {
    throw new Error(`${input.seller}: asked ${asked}, answered ${taken}, promised in the books ${promised}`);
  }
  return {
    perSecond: (latencies.count * 1_000) / (lastAt - measureAt),
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
    orders: asked,
    cpuUs: (user + system) / latencies.count,
  };
}

endWithParent();
const input = childInput<SellInput>();
const folder = mkdtempSync(path.join(input.dir, "zaiku-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const skus = Array.from(
  { length: input.workload === "hot" ? 1 : zipfSkus },
  (_, index) => `SKU-${index + 1}`,
);
const seller = await open(input, folder, skus);
const answer = await sell(seller, input, skus);
await seller.close();
say(answer);
process.exit(0);
