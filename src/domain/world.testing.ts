import { Bench, noNeeds, type Needs } from "./bench.ts";
import type { Command, Observe, Receive, Reserve, SeenLine } from "./command.ts";
import { decideBatch } from "./decide.ts";
import { packEntries } from "./packed.ts";
import { Audit, batchText } from "./replay.ts";
import type { Outcome } from "./outcome.ts";
import type { Stock } from "./rows.ts";
import { skuKey } from "./text.ts";

/** A shop in memory for the domain's own tests: one workbench that is never put away, so nothing is ever missing from it. */
export class World {
  readonly bench = new Bench({ seq: 0, hash: "genesis" });
  now = 1_000_000;

  constructor() {
    this.run({ type: "putWarehouse", warehouse: "main", name: "Main", ...this.by() });
    for (const channel of ["douyin", "taobao"])
      this.run({ type: "putChannel", channel: { channel }, ...this.by() });
  }

  by(): { actor: string; at: number } {
    return { actor: "test", at: this.now };
  }

  run(command: Command): Outcome {
    const [outcome] = this.runAll([command]);
    if (outcome === undefined) throw new Error("no outcome");
    return outcome;
  }

  runAll(commands: readonly Command[]): Outcome[] {
    const run = decideBatch(this.bench, commands);
    for (;;) {
      const step = run.next();
      if (step.done === true) return step.value;
      this.#fill(step.value);
    }
  }

  /** A SKU with a policy and, when `units` are given, that many received. */
  sku(code: string, units = 0, policy: Record<string, unknown> = {}): void {
    this.run({ type: "putSkus", items: [{ code, price: 100, ...policy }], ...this.by() });
    if (units > 0) this.receive(code, units);
  }

  receive(
    sku: string,
    quantity: number,
    more: Partial<Receive["lines"][number]> & { key?: string; warehouse?: string } = {},
  ): Outcome {
    const { key = `in-${this.bench.seq}`, warehouse = "main", ...line } = more;
    return this.run({
      type: "receive",
      key,
      opening: false,
      warehouse,
      lines: [{ sku, quantity, ...line }],
      ...this.by(),
    });
  }

  reserve(orderId: string, sku: string, quantity: number, more: Partial<Reserve> = {}): Outcome {
    return this.run(reserveOf(orderId, [[sku, quantity]], { ...this.by(), ...more }));
  }

  observe(
    orderId: string,
    sku: string,
    quantity: number,
    more: Partial<Observe> & Partial<SeenLine> = {},
  ): Outcome {
    return this.run(observeOf(orderId, sku, quantity, { ...this.by(), ...more }));
  }

  adjust(action: string, sku: string, quantity: number, more: Record<string, unknown> = {}): Outcome {
    const key = `adjust-${this.bench.seq}-${action}`;
    return this.run({
      type: "adjust",
      key,
      action,
      warehouse: "main",
      sku,
      quantity,
      ...this.by(),
      ...more,
    } as Command);
  }

  stock(sku: string, warehouse = "main"): Stock {
    return this.bench.stock(skuKey(sku), warehouse);
  }

  /** Every invariant that the journal and the rows can show. */
  verify(): string | null {
    const { bench } = this;
    const audit = new Audit("genesis");
    const hashOf = (text: string): string => String(text.length);
    const entries = bench.entries;
    const hash = hashOf(batchText("genesis", 0, 1, packEntries(entries)));
    audit.addBatch({ firstSeq: 1, lastSeq: entries.length, hash, entries }, hashOf, 0);
    for (const line of bench.lines.values()) audit.addLine(line);
    for (const placements of bench.placements.values()) {
      for (const placement of placements) if (placement.quantity > 0) audit.addPlacement(placement);
    }
    for (const stocks of bench.stocks.values()) for (const stock of stocks) audit.addStock(stock);
    const difference = audit.finish({ seq: entries.length, hash });
    return difference === null ? null : `I${difference.invariant}: ${difference.message}`;
  }

  #fill(needs: Needs): void {
    const { bench } = this;
    for (const name of Object.keys(noNeeds()) as (keyof Needs)[]) {
      if (name === "orders") for (const order of needs.orders) bench.fillOrder(order, []);
      else if (name === "buyers") for (const buyer of needs.buyers) bench.fillBuyer(buyer, []);
      else if (name === "queues")
        for (const [queue, limit] of needs.queues) bench.fillQueue(queue, limit, []);
      else if (name === "placements") for (const sku of needs.placements) setOnce(bench.placements, sku, []);
      else for (const key of needs[name]) setOnce(bench[name] as Map<string, unknown>, key, null);
    }
    for (const sku of needs.skus) setOnce(bench.stocks, sku, []);
  }
}

function setOnce<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key)) map.set(key, value);
}

export function reserveOf(
  orderId: string,
  lines: readonly (readonly [string, number])[],
  more: Partial<Reserve> = {},
): Reserve {
  return {
    type: "reserve",
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "created",
    actor: "test",
    at: 1_000_000,
    lines: lines.map(([sku, quantity], index) => ({ lineId: String(index + 1), sku, quantity })),
    ...more,
  };
}

export function observeOf(
  orderId: string,
  sku: string,
  quantity: number,
  more: Partial<Observe> & Partial<SeenLine> = {},
): Observe {
  const {
    lineId = "1",
    listing,
    kind,
    amount,
    closed,
    shipped,
    returnedGood,
    returnedBad,
    refund,
    ...event
  } = more;
  const given = { listing, kind, amount, closed, shipped, returnedGood, returnedBad, refund };
  const line = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const at = more.at ?? 1_000_000;
  const what = listing === undefined ? { sku } : {};
  return {
    type: "observe",
    channel: "douyin",
    orderId,
    updatedAt: at,
    rank: 0,
    placedAt: more.updatedAt ?? at,
    buyer: null,
    actor: "test",
    at,
    ...("stage" in more || "status" in more ? {} : { stage: "paid" as const }),
    lines: [{ lineId, quantity, ...what, ...line }],
    ...event,
  };
}
