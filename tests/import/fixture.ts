import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/engine/clock.ts";
import { openShop } from "../../src/engine/shops.ts";
import { applyToStore, dryRun, type DryRunResult } from "../../src/import/apply/dry-run.ts";
import { openWithProfile } from "../../src/import/apply/open.ts";
import type { ImportProgress, ImportResult, ListedRow } from "../../src/import/apply/result.ts";
import type { FileInput } from "../../src/import/file/source.ts";
import type { Profile } from "../../src/import/profile.ts";
import { loadProfiles, shippedProfilesDir } from "../../src/import/profile-files.ts";
import type { ShopId, StockItem, Store } from "../../src/store/store.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { createDatabase } from "../support/postgres.ts";

/** A store with an empty shop, and what removes it. */
export interface Opened {
  readonly store: Store;
  readonly shop: ShopId;
  close(): Promise<void>;
}

export const stores: Readonly<Record<string, () => Promise<Opened>>> = {
  async memory() {
    return opened(new MemoryStore(), async () => {});
  },
  async sqlite() {
    const folder = await mkdtemp(path.join(tmpdir(), "zaiku-import-"));
    return opened(new SqliteStore(path.join(folder, "zaiku.db")), () => rm(folder, { recursive: true }));
  },
  async postgres() {
    const database = await createDatabase();
    return opened(new PostgresStore({ url: database.url }), () => database.drop());
  },
};

async function opened(store: Store, remove: () => Promise<void>): Promise<Opened> {
  await store.migrate();
  const { shop } = await openShop(store, systemClock);
  return {
    store,
    shop,
    close: async () => {
      await store.close();
      await remove();
    },
  };
}

export const shippedProfiles = (await loadProfiles([shippedProfilesDir])).profiles;

export interface ImportMore {
  readonly kind?: "stock" | "orders";
  readonly profile?: Profile;
  readonly dryRun?: boolean;
  readonly asOf?: number;
  readonly actor?: string;
}

export type Imported = (ImportResult | DryRunResult) & {
  readonly listedRows: readonly ListedRow[];
  readonly progress: readonly ImportProgress[];
};

const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Imports a file, or what a file would hold, and gathers everything that it says. */
export async function importFile(
  books: Pick<Opened, "store" | "shop">,
  input: FileInput,
  more: ImportMore = {},
): Promise<Imported> {
  const own = more.profile === undefined ? shippedProfiles : new Map([[more.profile.name, more.profile]]);
  const kind = more.profile?.kind ?? more.kind ?? "stock";
  const { table, profile } = await openWithProfile(input, own, { kind });
  const listedRows: ListedRow[] = [];
  const progress: ImportProgress[] = [];
  const options = {
    table,
    profile,
    shop: books.shop,
    clock: systemClock,
    actor: more.actor ?? "tester",
    hashBuyer: (buyer: string) => `hash-of-${buyer}`,
    log,
    onListed: (rows: readonly ListedRow[]) => void listedRows.push(...rows),
    onProgress: (one: ImportProgress) => void progress.push(one),
    ...(more.asOf === undefined ? {} : { asOf: more.asOf }),
  };
  const result = await (more.dryRun === true ? dryRun : applyToStore)(books.store, options);
  return { ...result, listedRows, progress };
}

export function csv(...lines: readonly string[]): Uint8Array {
  return Buffer.from(`${lines.join("\n")}\n`);
}

export async function allStock({ store, shop }: Pick<Opened, "store" | "shop">): Promise<StockItem[]> {
  const items: StockItem[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.read.stock(shop, { soldSince: systemClock.now(), limit: 1_000, cursor });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
