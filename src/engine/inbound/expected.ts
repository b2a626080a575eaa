import { isRefusal } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import { Busy } from "../errors.ts";
import type { Who } from "../papers.ts";

/** Goods that are ordered at a supplier and not here: a document for each, closed when they have come. */

export const expectedKind = "expected_delivery";

export interface ExpectedDelivery {
  readonly id: string;
  readonly sku: string;
  /** What was ordered, and what of it has come. */
  readonly units: number;
  readonly received: number;
  /** By receipt: what came with it. */
  readonly receipts?: Readonly<Record<string, number>>;
  /** Who promised it; absent: nobody is named. */
  readonly supplier?: string;
  /** Whether presale lines wait for these goods; absent: nobody has said. */
  readonly presale?: boolean;
  /** Null: nobody has said when. */
  readonly expectedAt: Instant | null;
  /** Who asked for it: the list of what to order, or a supplier's answer in a session. */
  readonly source: "replenish" | "session";
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Null: some of it is still to come. */
  readonly closedAt: Instant | null;
}

export interface ExpectedOptions {
  readonly read: Pick<Reads, "documents">;
  readonly shop: ShopId;
}

/** Every delivery that was expected, the latest first. */
export async function readExpected({ read, shop }: ExpectedOptions): Promise<readonly ExpectedDelivery[]> {
  const documents = await read.documents(shop, expectedKind);
  return documents
    .map(({ body }) => body as ExpectedDelivery)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Units that are to come, by SKU. */
export async function readIncoming(
  read: ExpectedOptions["read"],
  shop: ShopId,
): Promise<ReadonlyMap<string, number>> {
  const incoming = new Map<string, number>();
  for (const { sku, units, received, closedAt } of await readExpected({ read, shop }))
    if (closedAt === null && units > received) incoming.set(sku, (incoming.get(sku) ?? 0) + units - received);
  return incoming;
}

export interface NewExpected {
  /** What makes it the same one when it is said again. */
  readonly id: string;
  readonly sku: string;
  readonly units: number;
  readonly supplier?: string;
  readonly presale?: boolean;
  readonly expectedAt: Instant | null;
  readonly source: ExpectedDelivery["source"];
}

/**
 * Notes deliveries that were ordered. One that is there already stays as it is, however often it is said.
 * @returns how many are new
 */
export async function expectDeliveries(
  batcher: Pick<Batcher, "submit">,
  items: readonly NewExpected[],
  { actor, at }: { readonly actor: string; readonly at: Instant },
): Promise<number> {
  const outcomes = await Promise.all(
    items.map(({ id, ...item }) => {
      const body = newDelivery({ id, ...item }, { actor, at });
      return batcher.submit({ type: "putDocument", kind: expectedKind, id, version: 0, body, actor, at });
    }),
  );
  return outcomes.filter((outcome) => !isRefusal(outcome)).length;
}

function newDelivery(
  { id, sku, units, supplier, presale, expectedAt, source }: NewExpected,
  { actor, at }: Who,
): ExpectedDelivery {
  return {
    id,
    sku: skuKey(sku),
    units,
    received: 0,
    ...(supplier === undefined ? {} : { supplier }),
    ...(presale === undefined ? {} : { presale }),
    expectedAt,
    source,
    createdAt: at,
    createdBy: actor,
    closedAt: null,
  };
}

export interface ExpectedBooks {
  readonly store: { readonly read: Pick<Reads, "document"> };
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
}

/** How often somebody else may change the same delivery before the caller gives up. */
const attemptsMax = 8;
const busyRetryMs = 500;

/**
 * A supplier's answer: so many will come. A later answer takes the place of the first as long as nothing has come;
 * none at all closes it.
 */
export async function promiseDelivery(books: ExpectedBooks, promise: NewExpected, who: Who): Promise<void> {
  await change(books, promise.id, who, (known) => {
    if (known === null) return promise.units === 0 ? null : newDelivery(promise, who);
    if (known.received > 0) return null;
    const { units, expectedAt } = promise;
    return { ...known, units, expectedAt, closedAt: units === 0 ? who.at : null };
  });
}

/** What a booked receipt brings of what was expected. Said again, it changes nothing. @param kept units by delivery */
export async function receiveExpected(
  books: ExpectedBooks,
  receipt: string,
  kept: ReadonlyMap<string, number>,
  who: Who,
): Promise<void> {
  for (const [id, units] of kept) {
    await change(books, id, who, (known) => {
      if (known === null || known.receipts?.[receipt] === units) return null;
      const receipts = { ...known.receipts, [receipt]: units };
      const received = Object.values(receipts).reduce((sum, one) => sum + one, 0);
      return { ...known, receipts, received, closedAt: received >= known.units ? who.at : known.closedAt };
    });
  }
}

/** The rest will not come. @returns false: there is none that is open */
export async function closeExpected(books: ExpectedBooks, id: string, who: Who): Promise<boolean> {
  let found = false;
  await change(books, id, who, (known) => {
    found = known !== null && known.closedAt === null;
    return known === null || !found ? null : { ...known, closedAt: who.at };
  });
  return found;
}

/** Says whether presale lines wait for these goods. @returns false: there is none that is open */
export async function markPresale(
  books: ExpectedBooks,
  id: string,
  presale: boolean,
  who: Who,
): Promise<boolean> {
  let found = false;
  await change(books, id, who, (known) => {
    found = known !== null && known.closedAt === null;
    return known === null || !found || known.presale === presale ? null : { ...known, presale };
  });
  return found;
}

/** @param next the delivery as it is to be; null: it stays as it is */
async function change(
  { store, shop, batcher }: ExpectedBooks,
  id: string,
  { actor, at }: Who,
  next: (known: ExpectedDelivery | null) => ExpectedDelivery | null,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const document = await store.read.document(shop, expectedKind, id);
    const body = next(document === null ? null : (document.body as ExpectedDelivery));
    if (body === null) return;
    const version = document?.version ?? 0;
    const outcome = await batcher.submit({
      type: "putDocument",
      kind: expectedKind,
      id,
      version,
      body,
      actor,
      at,
    });
    if (!isRefusal(outcome)) return;
  }
  throw new Busy(busyRetryMs);
}
