import { readdir } from "node:fs/promises";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { UnknownShop } from "../errors.ts";
import { createReads } from "../sql/reads.ts";
import type { Preview, ShopId } from "../store.ts";
import { copySnapshot, removeDatabase } from "./backup.ts";
import { Committer } from "./commit.ts";
import { kyselyOver, openScratch } from "./database.ts";

/** Every preview of this process has a file of its own. */
let previewsOpened = 0;

/**
 * A private copy to try commands on. Live commits go on and are not seen by it.
 * @param source a connection that nobody else uses; it is closed
 * @param file the store's own file; the copy stands beside it, where there is room for one of its size
 */
export async function openPreview(source: DatabaseSync, file: string, shop: ShopId): Promise<Preview> {
  previewsOpened += 1;
  const copy = `${file}.preview-${process.pid}-${previewsOpened}`;
  let database: DatabaseSync | undefined;
  const close = async (): Promise<void> => {
    if (database?.isOpen === true) database.close();
    await removeDatabase(copy);
  };
  try {
    if (source.prepare("select 1 from shop where shop_id = ?").get(shop) === undefined)
      throw new UnknownShop(shop);
    await copySnapshot(source, copy);
    database = openScratch(copy);
  } catch (error) {
    await close();
    throw error;
  } finally {
    if (source.isOpen) source.close();
  }
  const committer = new Committer(database);
  return {
    commit: async (commands, at) => committer.commit(shop, commands, at).outcomes,
    read: createReads(kyselyOver(database, "begin")),
    close,
  };
}

/** Removes the copies that processes left behind which were killed while they had a preview open. */
export async function removeOldPreviews(file: string): Promise<void> {
  const folder = path.dirname(file);
  const prefix = `${path.basename(file)}.preview-`;
  for (const name of await readdir(folder)) {
    const owner = name.startsWith(prefix) ? Number(/^\d+/.exec(name.slice(prefix.length))?.[0]) : Number.NaN;
    if (Number.isInteger(owner) && !isRunning(owner)) await removeDatabase(path.join(folder, name));
  }
}

function isRunning(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
