import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Bench } from "../../domain/bench.ts";
import { lineKey } from "../../domain/queue.ts";
import { coveredUnits, effectOf, type Effect } from "../../domain/order.ts";
import type { Line } from "../../domain/rows.ts";
import { movedLines } from "../sql/movements.ts";
import { dueAt, lineRow, packFacts } from "../sql/lines.ts";
import type { LineRow } from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import { inserting, type RowWriter } from "./row-writer.ts";

/** Rows in one statement: a call and the parts of a row that are always the same are paid for once. */
const chunkRows = [64, 8, 1] as const;

/** What a new line's columns hold nearly always is written into the statement. */
const usualColumns = "by_buyer, folded, kind, refund, backlog, deficit";
const usualValues = "0, 0, 'spot', 'none', 0, 0";
/** What the lines of one statement have in common, as parameters 1 to 4. */
const sharedColumns = "shop_id, batches, channel, stage";
const sharedWidth = 4;
const ownColumns = ["order_id", "line_id", "sku", "buyer", "live", "placed_at", "due_at", "facts"] as const;
const liveIndex = ownColumns.indexOf("live");

/** New lines as the parameters of their statements, by what they have in common. */
interface Group {
  readonly channel: string;
  readonly stage: string;
  readonly values: SQLInputValue[];
}

/** Writes the order lines of a batch. */
export class LineWriter {
  readonly #chunks: readonly { readonly rows: number; readonly statement: StatementSync }[];
  readonly #unusual: RowWriter<"order_line">;
  readonly #changed: StatementSync;

  constructor(database: DatabaseSync) {
    this.#chunks = chunkRows.map((rows) => ({ rows, statement: database.prepare(usualInsert(rows)) }));
    this.#unusual = inserting(database, "order_line");
    // Line ids and what a line was placed as never change.
    this.#changed = database.prepare(
      `update order_line set kind = ?, stage = ?, refund = ?, live = ?, covered = ?, backlog = ?, deficit = ?,
       due_at = ?, facts = ?, batches = batches || ?
       where shop_id = ? and channel = ? and order_id = ? and line_id = ? and sku = ?`,
    );
  }

  /**
   * @param buyerSkus SKUs whose lines are found by their buyer
   * @returns how many new lines were written, which no index by SKU has yet
   */
  write(shop: ShopId, bench: Bench, buyerSkus: ReadonlySet<string>): number {
    if (bench.changedLines.length === 0) return 0;
    const batch = bench.entries.length === 0 ? "" : `,${bench.head.seq + 1}`;
    const groups: Group[] = [];
    let moved: ReadonlySet<string> | undefined;
    let added = 0;
    for (const { line, isStored } of bench.changedLines) {
      if (isStored) {
        moved ??= movedLines(bench);
        this.#change(shop, line, moved.has(lineKey(line)) ? batch : "");
        continue;
      }
      added += 1;
      this.#add(shop, line, batch, buyerSkus, groups);
    }
    for (const group of groups) this.#insertUsual(shop, batch, group);
    return added;
  }

  #add(shop: ShopId, line: Line, batches: string, buyerSkus: ReadonlySet<string>, groups: Group[]): void {
    const effect = effectOf(line);
    const covered = coveredUnits(line);
    const byBuyer = line.buyer !== null && buyerSkus.size > 0 && buyerSkus.has(line.sku);
    if (byBuyer || !isUsual(line, effect, covered)) {
      this.#unusual.write(lineRow(shop, line, { folded: 0, byBuyer: byBuyer ? 1 : 0, batches }));
      return;
    }
    const { live } = effect;
    groupOf(groups, line).values.push(
      line.orderId,
      line.lineId,
      line.sku,
      line.buyer,
      live,
      line.placedAt,
      dueAt(line, live),
      packFacts(line, live, covered),
    );
  }

  #insertUsual(shop: ShopId, batch: string, { channel, stage, values }: Group): void {
    let done = 0;
    for (const { rows, statement } of this.#chunks) {
      const width = rows * ownColumns.length;
      for (; values.length - done >= width; done += width)
        statement.run(shop, batch, channel, stage, ...values.slice(done, done + width));
    }
  }

  #change(shop: ShopId, line: Line, batch: string): void {
    const row: LineRow = lineRow(shop, line, { folded: 0, byBuyer: 0, batches: batch });
    this.#changed.run(
      row.kind,
      row.stage,
      row.refund,
      row.live,
      row.covered,
      row.backlog,
      row.deficit,
      row.due_at,
      row.facts,
      batch,
      shop,
      row.channel,
      row.order_id,
      row.line_id,
      row.sku,
    );
  }
}

function usualInsert(rows: number): string {
  const all = Array.from({ length: rows }, (_, row) => {
    const first = sharedWidth + 1 + row * ownColumns.length;
    const own = ownColumns.map((_name, index) => `?${first + index}`).join(", ");
    // Units cover all that is live.
    return `(?1, ?2, ?3, ?4, ${usualValues}, ?${first + liveIndex}, ${own})`;
  });
  return `insert into order_line (${sharedColumns}, ${usualColumns}, covered, ${ownColumns.join(", ")})
    values ${all.join(", ")}`;
}

/** A burst is of few channels: the first or second group is it. */
function groupOf(groups: Group[], { channel, stage }: Line): Group {
  for (const group of groups) if (group.channel === channel && group.stage === stage) return group;
  const group = { channel, stage, values: [] };
  groups.push(group);
  return group;
}

function isUsual(line: Line, effect: Effect, covered: number): boolean {
  return (
    line.kind === "spot" &&
    line.refund === "none" &&
    effect.live === covered &&
    effect.want === covered &&
    effect.shipped === line.gone
  );
}
