import type { Command } from "../../domain/command.ts";
import { isRefusal, type Refusal } from "../../domain/outcome.ts";
import {
  differencesOf,
  repairCommands,
  type Context,
  type Difference,
  type LineResult,
} from "../../domain/reconcile/compare.ts";
import { stateHere, stateThere, amountHere, type ChannelLine } from "../../domain/reconcile/line.ts";
import { compareBookLines, reconcile } from "../../domain/reconcile/merge.ts";
import { Tally, type Summary } from "../../domain/reconcile/summary.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import type { Reads, ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";

export const reconcileLimits = {
  /** Lines of the books read at once. */
  pageLines: 2_000,
  /** What a channel changed so shortly ago may still be on its way to the books. */
  lagMs: 5 * 60_000,
  amountToleranceMinor: 1,
  /** Lines that differ which are kept one by one; the sums hold all of them. */
  keptLinesMax: 20_000,
  linesPerPart: 500,
  /** Lines that are put right at the same time: they share batches. */
  repairsAtOnce: 64,
  firstMovements: 1_000,
  readAttempts: 3,
} as const;

export const reconciliationKind = "reconciliation";
export const reconciliationPartKind = "reconciliation_part";

/** What is kept of a comparison: its sums in one document, the lines that differ in parts of some hundred. */
export interface KeptReconciliation extends Summary {
  readonly id: string;
  readonly channel: string;
  readonly day: string;
  readonly session: string | null;
  readonly fileName: string;
  readonly profile: string;
  readonly by: string;
  readonly at: Instant;
  readonly skippedRows: number;
  readonly badRows: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly booksSince: Instant;
  readonly readUntil: Instant;
  readonly keptLines: number;
  readonly parts: number;
  readonly tookMs: number;
}

export interface KeptSide {
  readonly stage: string | null;
  readonly status: string | null;
  readonly quantity: number;
  readonly closed: number;
  readonly shipped: number;
  readonly refund: string | null;
  readonly amount: number | null;
}

/** A line that differs. `number` is that of its first difference; the others follow it. */
export interface KeptLine {
  readonly number: number;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string | null;
  readonly byProduct: boolean;
  readonly list: ChannelLine | null;
  readonly there: KeptSide | null;
  readonly here: KeptSide | null;
  readonly differences: readonly (Pick<Difference, "kind" | "cause" | "repair" | "open" | "amount"> & {
    readonly units: number;
    /** By SKU, what of it lies between the sides. Absent: it was compared before this was kept. */
    readonly live?: Difference["live"];
    readonly shipped?: Difference["shipped"];
  })[];
  /** When it was put right, or somebody said that they know of it; by whom. */
  readonly repairedAt: Instant | null;
  readonly repairedBy: string | null;
}

export interface ReconcileInput {
  readonly channel: string;
  readonly day: string;
  readonly session: string | null;
  /** What the list covers besides its own first and last order: the day or the session that it was exported for. */
  readonly covers: { readonly from: Instant; readonly to: Instant } | null;
  readonly fileName: string;
  readonly profile: string;
  /** Sorted by order id and line id. */
  readonly lines: readonly ChannelLine[];
  readonly skippedRows: number;
  readonly badRows: number;
  readonly actor: string;
}

export interface Reconciler {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit" | "submitAll">;
  readonly clock: Clock;
}

/** Compares a channel's list with the books and keeps what differs. It changes no unit. */
export async function runReconciliation(
  { store, shop, batcher, clock }: Reconciler,
  input: ReconcileInput,
): Promise<KeptReconciliation> {
  const began = clock.elapsedMs();
  const at = clock.now();
  const id = `${input.day}-${clock.random(6)}`;
  const context = await contextOf(store.read, shop, input, at);
  const books = await bookLines(store.read, shop, input.lines, context);
  const tally = new Tally();
  const kept: KeptLine[] = [];
  let number = 0;
  for await (const result of reconcile(input.lines, books, context)) {
    tally.add(result);
    if (result.differences.length === 0) continue;
    if (kept.length < reconcileLimits.keptLinesMax) kept.push(keptLine(result, number));
    number += result.differences.length;
  }
  const by = { actor: input.actor, at };
  const parts = Math.ceil(kept.length / reconcileLimits.linesPerPart);
  const commands: Command[] = Array.from({ length: parts }, (_, index) => ({
    type: "putDocument",
    kind: reconciliationPartKind,
    id: partId(id, index),
    version: 0,
    body: kept.slice(index * reconcileLimits.linesPerPart, (index + 1) * reconcileLimits.linesPerPart),
    ...by,
  }));
  const { channel, day, session, fileName, profile, skippedRows, badRows } = input;
  const body: KeptReconciliation = {
    ...tally.summary(),
    id,
    channel,
    day,
    session,
    fileName,
    profile,
    skippedRows,
    badRows,
    by: input.actor,
    at,
    from: context.from,
    to: context.to,
    booksSince: context.booksSince,
    readUntil: context.readUntil,
    keptLines: kept.length,
    parts,
    tookMs: Math.round(clock.elapsedMs() - began),
  };
  await batcher.submitAll(commands);
  await batcher.submit({ type: "putDocument", kind: reconciliationKind, id, version: 0, body, ...by });
  return body;
}

export function partId(id: string, index: number): string {
  return `${id}.${index}`;
}

async function contextOf(
  read: Reads,
  shop: ShopId,
  { channel, covers, lines }: ReconcileInput,
  now: Instant,
): Promise<Context> {
  const times = spanOf(lines);
  const from = Math.min(times?.from ?? Infinity, covers?.from ?? Infinity);
  const to = Math.max(times?.to ?? -Infinity, Math.min(covers?.to ?? -Infinity, now));
  const entries = await read.journal(shop, { after: 0, limit: reconcileLimits.firstMovements });
  // Notes of policies move nothing: the books begin with the first unit.
  const first = entries.find(({ quantity }) => quantity > 0);
  const skus = await skusOf(read, shop);
  const listings = await listingsOf(read, shop, channel);
  return {
    channel,
    from: Number.isFinite(from) ? from : 0,
    to: Number.isFinite(to) ? to : now,
    readUntil: now - reconcileLimits.lagMs,
    // Orders of before the opening stock was counted are in that count already.
    booksSince: first?.at ?? now,
    amountTolerance: reconcileLimits.amountToleranceMinor,
    isMapped: ({ sku, listing }) => (sku !== null ? skus.has(sku) : listings.has(listing ?? "")),
  };
}

function spanOf(lines: readonly ChannelLine[]): { from: Instant; to: Instant } | null {
  let [from, to] = [Infinity, -Infinity];
  for (const { placedAt } of lines) {
    from = Math.min(from, placedAt);
    to = Math.max(to, placedAt + 1);
  }
  return lines.length === 0 ? null : { from, to };
}

async function skusOf(read: Reads, shop: ShopId): Promise<ReadonlySet<string>> {
  const skus = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Reads["stock"]>> = await read.stock(shop, {
      soldSince: null,
      limit: 1_000,
      cursor,
    });
    for (const { sku } of page.items) skus.add(sku);
    cursor = page.next;
    if (cursor === null) return skus;
  }
}

async function listingsOf(read: Reads, shop: ShopId, channel: string): Promise<ReadonlySet<string>> {
  const listings = new Set<string>();
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Reads["listings"]>> = await read.listings(shop, {
      channel,
      limit: 1_000,
      cursor,
    });
    for (const { listing } of page.items) listings.add(listing);
    cursor = page.next;
    if (cursor === null) return listings;
  }
}

/** The lines of the channel's orders of the period, and of those of the list that were placed at another time here. */
async function bookLines(
  read: Reads,
  shop: ShopId,
  list: readonly ChannelLine[],
  { channel, from }: Context,
): Promise<readonly Line[]> {
  const lines = new Map<string, Line>();
  const orders = new Set<string>();
  const add = (line: Line): void => {
    lines.set(pairKey(pairKey(line.orderId, line.lineId), line.sku), line);
    orders.add(line.orderId);
  };
  for (let cursor: string | null = null; ;) {
    const query = { channel, limit: reconcileLimits.pageLines, cursor };
    const page: Awaited<ReturnType<Reads["orders"]>> = await read.orders(shop, query);
    for (const line of page.items) if (line.placedAt >= from) add(line);
    cursor = page.next;
    if (cursor === null || (page.items.at(-1)?.placedAt ?? 0) < from) break;
  }
  for (const orderId of new Set(list.map((line) => line.orderId)))
    if (!orders.has(orderId)) for (const line of await read.order(shop, channel, orderId)) add(line);
  return [...lines.values()].toSorted(compareBookLines);
}

function keptLine(result: LineResult, number: number): KeptLine {
  const { orderId, lineId, there, here, byProduct, differences } = result;
  const [first, ...rest] = here;
  return {
    number,
    orderId,
    lineId,
    sku: first?.sku ?? there?.sku ?? null,
    byProduct,
    list: there,
    there:
      there === null ? null : { ...sideOf(stateThere(there)), status: there.status, amount: there.amount },
    here:
      first === undefined
        ? null
        : { ...sideOf(stateHere([first, ...rest])), status: null, amount: amountHere(here) },
    differences: differences.map(({ kind, cause, repair, open, amount, live, shipped }) => ({
      kind,
      cause,
      repair,
      open,
      amount,
      units: live.reduce((sum, { units }) => sum + units, 0),
      live,
      shipped,
    })),
    repairedAt: null,
    repairedBy: null,
  };
}

function sideOf({ stage, quantity, closed, shipped, refund }: ReturnType<typeof stateThere>) {
  return { stage, quantity, closed, shipped, refund };
}

export function isRepairable({ repair }: Pick<Difference, "repair">): boolean {
  return repair === "take_over" || repair === "cancel_here";
}

/**
 * Nothing in the books puts it right: a person sees to it elsewhere, or there is nothing to see to. A line that a
 * repair can put right as well waits for that.
 */
export function isAcknowledgeable({ differences }: Pick<KeptLine, "differences">): boolean {
  return (
    differences.some(({ open, repair }) => open && (repair === "accept" || repair === "tell_channel")) &&
    !differences.some(isRepairable)
  );
}

/** `acknowledge` notes who knows of it and books nothing. */
export type RepairDeed = "repair" | "acknowledge";

interface RepairWish {
  readonly deed: RepairDeed;
  readonly wanted: (line: KeptLine) => boolean;
  readonly actor: string;
}

export interface Failed {
  readonly number: number;
  readonly refusal: Refusal;
}

export interface Repaired {
  readonly repaired: number;
  readonly unchanged: number;
  readonly failed: readonly Failed[];
}

/**
 * Puts lines right in the books, as the list says, and notes it on each; or only notes that somebody knows. What the books have meanwhile heard
 * by themselves is compared again first, so a second tap changes nothing.
 * @param wish which of the kept lines; lines that the deed does not fit stay as they are
 */
export async function repairLines(
  reconciler: Reconciler,
  kept: KeptReconciliation,
  wish: RepairWish,
): Promise<Repaired> {
  const sum = { repaired: 0, unchanged: 0, failed: [] as Failed[] };
  for (let index = 0; index < kept.parts; index += 1) {
    for (let attempt = 1; ; attempt += 1) {
      const done = await repairPart(reconciler, kept, index, wish);
      if (done === null && attempt < reconcileLimits.readAttempts) continue;
      if (done !== null) {
        sum.repaired += done.repaired;
        sum.unchanged += done.unchanged;
        sum.failed.push(...done.failed);
      }
      break;
    }
  }
  return sum;
}

/** Null: somebody else noted a repair in the same part; what is repaired stays, and the note is tried again. */
async function repairPart(
  { store, shop, batcher, clock }: Reconciler,
  kept: KeptReconciliation,
  index: number,
  { deed, wanted, actor }: RepairWish,
): Promise<Repaired | null> {
  const document = await store.read.document(shop, reconciliationPartKind, partId(kept.id, index));
  if (document === null) return { repaired: 0, unchanged: 0, failed: [] };
  const lines = document.body as readonly KeptLine[];
  const by = { actor, at: clock.now() };
  const fits = (line: KeptLine): boolean =>
    deed === "repair" ? line.differences.some(isRepairable) : isAcknowledgeable(line);
  const chosen = lines.filter((line) => line.repairedAt === null && fits(line) && wanted(line));
  if (chosen.length === 0) return { repaired: 0, unchanged: 0, failed: [] };
  const failed: Failed[] = [];
  const done = new Set<number>();
  let unchanged = 0;
  const repairOne = async (line: KeptLine): Promise<void> => {
    const commands = deed === "repair" ? await freshCommands(store.read, shop, kept, line, by) : [];
    const outcomes = await Promise.all(commands.map((command) => batcher.submit(command)));
    const refusal = outcomes.find(isRefusal);
    if (refusal !== undefined) failed.push({ number: line.number, refusal });
    else {
      done.add(line.number);
      if (deed === "repair" && commands.length === 0) unchanged += 1;
    }
  };
  for (let start = 0; start < chosen.length; start += reconcileLimits.repairsAtOnce)
    await Promise.all(chosen.slice(start, start + reconcileLimits.repairsAtOnce).map(repairOne));
  const body = lines.map((line) =>
    done.has(line.number) ? { ...line, repairedAt: by.at, repairedBy: actor } : line,
  );
  const { kind, id, version } = document;
  const noted = await batcher.submit({ type: "putDocument", kind, id, version, body, ...by });
  if (isRefusal(noted)) return null;
  return { repaired: done.size - unchanged, unchanged, failed };
}

async function freshCommands(
  read: Reads,
  shop: ShopId,
  { channel, from, to, booksSince, readUntil }: KeptReconciliation,
  line: KeptLine,
  by: { readonly actor: string; readonly at: Instant },
): Promise<readonly Command[]> {
  const order = await read.order(shop, channel, line.orderId);
  const here = order.filter(({ lineId }) => lineId === line.lineId);
  const context: Context = {
    channel,
    from,
    to,
    booksSince,
    readUntil,
    amountTolerance: reconcileLimits.amountToleranceMinor,
    isMapped: () => true,
  };
  const { orderId, lineId, list: there, byProduct } = line;
  const differences = differencesOf(there, here, context);
  const result: LineResult = { orderId, lineId, there, here, byProduct, differences };
  const actions = new Set(differences.map(({ repair }) => repair));
  return [...actions].flatMap((action) => repairCommands(result, action, { channel }, by));
}

export async function partOf(
  read: Pick<Reads, "document">,
  shop: ShopId,
  { id }: KeptReconciliation,
  index: number,
): Promise<readonly KeptLine[]> {
  const document = await read.document(shop, reconciliationPartKind, partId(id, index));
  return document === null ? [] : (document.body as readonly KeptLine[]);
}
