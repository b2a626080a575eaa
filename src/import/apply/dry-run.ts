import type { Command } from "../../domain/command.ts";
import { onHand } from "../../domain/rows.ts";
import { Batcher } from "../../engine/batcher.ts";
import type { Log } from "../../engine/errors.ts";
import type { Reads, ShopId, Store } from "../../store/store.ts";
import type { ImportResult, SkuEffect } from "./result.ts";
import { readStart, runImport, type RunOptions, type Submit } from "./run.ts";

/** SKUs whose balances are shown before and after. */
export const changesShownMax = 200;

/** Units over all warehouses. */
export interface Balance {
  readonly available: number;
  readonly held: number;
  readonly committed: number;
  readonly onHand: number;
  readonly shortage: number;
  readonly presale: number;
}

/** What an import would change of a SKU. */
export interface SkuChange {
  readonly sku: string;
  readonly name: string;
  /** Null: the import would create it. */
  readonly before: Balance | null;
  readonly after: Balance;
}

export interface DryRunResult extends ImportResult {
  /** The SKUs that would move most, at most `changesShownMax`. */
  readonly changes: readonly SkuChange[];
}

/** The options of both ways to run; the way itself brings the rest. */
export type ImportOptions = Omit<RunOptions, "submit" | "reads" | "start"> & { readonly log: Log };

/** Books a file straight into a store that nothing else in this process writes to. */
export async function applyToStore(store: Store, options: ImportOptions): Promise<ImportResult> {
  const { shop, clock, log } = options;
  const batcher = new Batcher({ store, shop, clock, log });
  try {
    return await runImport({
      ...options,
      start: await readStart(store, shop),
      reads: store.read,
      submit: (commands) => batcher.submitAll(commands),
    });
  } finally {
    await batcher.close();
  }
}

/** Books a file through the server's own batcher, among everything else that happens. */
export async function applyThrough(
  submit: Submit,
  store: Store,
  options: ImportOptions,
): Promise<ImportResult> {
  const start = await readStart(store, options.shop);
  return runImport({ ...options, start, reads: store.read, submit });
}

/** Decides a file on the shop as it stands, and writes nothing. */
export async function dryRun(store: Store, options: ImportOptions): Promise<DryRunResult> {
  const { shop, clock, log } = options;
  const start = await readStart(store, shop);
  const preview = await store.openPreview(shop);
  const commit = (_: ShopId, commands: readonly Command[], at: number): ReturnType<typeof preview.commit> =>
    preview.commit(commands, at);
  const batcher = new Batcher({ store: { commit }, shop, clock, log });
  try {
    const result = await runImport({
      ...options,
      start,
      reads: preview.read,
      submit: (commands) => batcher.submitAll(commands),
    });
    return { ...result, changes: await changesOf(shop, result.skus, store.read, preview.read) };
  } finally {
    await batcher.close();
    await preview.close();
  }
}

async function changesOf(
  shop: ShopId,
  effects: readonly SkuEffect[],
  before: Pick<Reads, "sku">,
  after: Pick<Reads, "sku">,
): Promise<SkuChange[]> {
  const most = effects.toSorted((a, b) => movedUnits(b) - movedUnits(a)).slice(0, changesShownMax);
  const changes: SkuChange[] = [];
  for (const { sku } of most) {
    const now = await after.sku(shop, sku);
    if (now === null) continue;
    const known = await before.sku(shop, sku);
    changes.push({
      sku: now.sku.code,
      name: now.sku.name,
      before: known === null ? null : balanceOf(known),
      after: balanceOf(now),
    });
  }
  return changes;
}

function movedUnits(effect: SkuEffect): number {
  return effect.received + effect.ordered + effect.closed + effect.lost;
}

function balanceOf({ stocks }: NonNullable<Awaited<ReturnType<Reads["sku"]>>>): Balance {
  const sum = { available: 0, held: 0, committed: 0, onHand: 0, shortage: 0, presale: 0 };
  for (const stock of stocks) {
    sum.available += stock.available;
    sum.held += stock.held;
    sum.committed += stock.committed;
    sum.onHand += onHand(stock);
    sum.shortage += stock.shortage;
    sum.presale += stock.presale;
  }
  return sum;
}
