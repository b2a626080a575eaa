import { existsSync } from "node:fs";
import path from "node:path";
import { readConfig, type Config } from "../config.ts";
import { systemClock } from "../engine/clock.ts";
import type { Profile } from "../import/profile.ts";
import type { Shop, Store } from "../store/store.ts";
import type { Flags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { databaseFile, openStore } from "./open-store.ts";

/** The open store and the shop that a command is about. */
export interface Books {
  readonly config: Config;
  readonly store: Store;
  readonly shop: Shop;
}

export function configOf(flags: Flags, io: Io): Config {
  return readConfig({ "data-dir": flags.value("data-dir") }, io.env);
}

/** A file that the person named, against the folder that the person stands in. */
export function filePath(name: string, io: Io): string {
  return path.resolve(io.env.INIT_CWD ?? ".", name);
}

/** For a command that only reads: where nothing was ever written there are no books, and none are made. */
export async function withBooks<T>(
  flags: Flags,
  io: Io,
  run: (books: Books | null) => Promise<T>,
): Promise<T> {
  const config = configOf(flags, io);
  const { dataDir, databaseUrl } = config;
  if (databaseUrl === null && !existsSync(databaseFile(config))) {
    io.err(
      say(
        io,
        `${dataDir} 里还没有数据：先导入库存表，或启动服务`,
        `There is nothing in ${dataDir} yet: import a stock list, or start the server`,
      ),
    );
    return run(null);
  }
  return withStore(config, async (store) => {
    const [shop] = (await store.shops()).toSorted((a, b) => a.shop - b.shop);
    return run(shop === undefined ? null : { config, store, shop });
  });
}

/** For a command that writes: creates the folder, the database and the shop where there are none. */
export async function withNewBooks<T>(flags: Flags, io: Io, run: (books: Books) => Promise<T>): Promise<T> {
  const config = configOf(flags, io);
  const { openShop } = await import("../engine/shops.ts");
  return withStore(config, async (store) => run({ config, store, shop: await openShop(store, systemClock) }));
}

async function withStore<T>(config: Config, run: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config);
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}

/** The profiles that there are. Files that are none are named and left out. */
export async function loadProfilesOf(
  { config, store, shop }: Books,
  io: Io,
): Promise<ReadonlyMap<string, Profile>> {
  const { loadShelf } = await import("../import/apply/shelf.ts");
  const shelf = await loadShelf(store.read, shop.shop, [path.join(config.dataDir, "profiles")]);
  for (const error of shelf.errors)
    io.err(say(io, `方案有误，未使用：${error.message}`, `Not a profile, left out: ${error.message}`));
  return shelf.profiles;
}
