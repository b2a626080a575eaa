import { effectOf } from "../domain/order.ts";
import { Audit, type Difference } from "../domain/replay.ts";
import type { Line, Sale } from "../domain/rows.ts";
import { genesisHash, hashOf } from "./hash.ts";
import type { AuditReads, ShopId, Store } from "./store.ts";

export interface Verification {
  readonly ok: boolean;
  /** The first difference that was found. */
  readonly difference: Difference | null;
  readonly entries: number;
  readonly batches: number;
  /** SKUs that have a stock row. */
  readonly skus: number;
  readonly lines: number;
  readonly seconds: number;
}

/**
 * Computes everything that the books of a shop say again from its journal and its order lines, as of one moment,
 * and compares. Memory grows with SKUs and shelves, not with the journal.
 * @throws UnknownShop, or what the store's reads throw; a difference is an answer, not an error
 */
export async function verify(store: Pick<Store, "read">, shop: ShopId): Promise<Verification> {
  const startedMs = performance.now();
  const reads = await store.read.audit(shop);
  try {
    const audit = new Audit(genesisHash);
    for await (const batch of reads.batches()) audit.addBatch(batch, hashOf, batch.at);
    const rollups = new RollupCheck();
    let lines = 0;
    for await (const line of reads.lines()) {
      audit.addLine(line);
      rollups.addLine(line);
      lines += 1;
    }
    for await (const placement of reads.placements()) audit.addPlacement(placement);
    const skus = await addStocks(reads, audit);
    for await (const sale of reads.sales()) rollups.addSale(sale);
    const difference = audit.finish(reads.head) ?? rollups.difference();
    const { entries, batches } = audit;
    const seconds = (performance.now() - startedMs) / 1_000;
    return { ok: difference === null, difference, entries, batches, skus, lines, seconds };
  } finally {
    await reads.close();
  }
}

async function addStocks(reads: AuditReads, audit: Audit): Promise<number> {
  const skus = new Set<string>();
  for await (const stock of reads.stocks()) {
    audit.addStock(stock);
    skus.add(stock.sku);
  }
  return skus.size;
}

/** The number that docs/spec.md gives to the rule that the rollups never disagree with the books. */
const rollupInvariant = 9;

const counters = [
  "ordered",
  "sold",
  "soldAmount",
  "presold",
  "cancelled",
  "cancelledAmount",
  "shipped",
  "returned",
] as const satisfies readonly (keyof Sale)[];
type Counts = Record<(typeof counters)[number], number>;

/** The rollups of a SKU on a channel sum to the counts of its order lines there. */
class RollupCheck {
  /** By SKU, then by channel: what the lines say, less what the rollups say. */
  readonly #open = new Map<string, Map<string, Counts>>();

  addLine(line: Line): void {
    const effect = effectOf(line);
    const paid = line.stage === "paid";
    this.#add(
      line,
      {
        ordered: line.quantity,
        sold: paid && line.kind === "spot" ? line.quantity : 0,
        soldAmount: paid ? line.amount : 0,
        presold: paid && line.kind === "presale" ? line.quantity : 0,
        cancelled: effect.closed,
        cancelledAmount: paid ? Math.round((line.amount / line.quantity) * effect.closed) : 0,
        shipped: effect.shipped,
        returned: effect.returnedGood + effect.returnedBad,
      },
      1,
    );
  }

  addSale(sale: Sale): void {
    this.#add(sale, sale, -1);
  }

  difference(): Difference | null {
    for (const [sku, channels] of this.#open) {
      for (const [channel, counts] of channels) {
        const counter = counters.find((one) => counts[one] !== 0);
        if (counter === undefined) continue;
        const by = `its order lines and its rollups differ by ${counts[counter]}`;
        return { invariant: rollupInvariant, message: `${counter} of ${sku} on ${channel}: ${by}` };
      }
    }
    return null;
  }

  #add(of: { readonly sku: string; readonly channel: string }, counts: Counts, sign: 1 | -1): void {
    let channels = this.#open.get(of.sku);
    if (channels === undefined) this.#open.set(of.sku, (channels = new Map()));
    let open = channels.get(of.channel);
    if (open === undefined) {
      open = Object.fromEntries(counters.map((counter) => [counter, 0])) as Counts;
      channels.set(of.channel, open);
    }
    for (const counter of counters) open[counter] += sign * counts[counter];
  }
}
