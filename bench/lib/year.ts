import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { packEntries } from "../../src/domain/packed.ts";
import { addBalance, noBalance, type Balance } from "../../src/domain/report/balance.ts";
import type { ReportSku } from "../../src/domain/report/day-report.ts";
import { ReportDays, type ReportDay } from "../../src/domain/report/days.ts";
import { DayFold, type DaySums } from "../../src/domain/report/fold.ts";
import { batchText } from "../../src/domain/replay.ts";
import type { Entry, Sale } from "../../src/domain/rows.ts";
import { zoneOfBin } from "../../src/engine/after-live/fold-days.ts";
import {
  headBodyOf,
  keptReport,
  skuRowsOf,
  zonesAfter,
  type HeadBody,
} from "../../src/engine/after-live/kept-day.ts";
import { hashOf, totalsOf } from "../../src/engine/after-live/reports.ts";
import { businessDayOf } from "../../src/engine/day.ts";
import { hashOf as hashOfText } from "../../src/store/hash.ts";
import type { DaySkuRow } from "../../src/store/days.ts";
import { dayColumnRow, dayHeadRow, daySkuRow } from "../../src/store/sql/days.ts";
import { movementsBySku } from "../../src/store/sql/movements.ts";
import { placementRow, saleRow, stockRow } from "../../src/store/sql/rows.ts";
import { openWriter } from "../../src/store/sqlite/database.ts";
import { inserting, upserting, type RowWriter } from "../../src/store/sqlite/row-writer.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import type { Shop } from "../../src/store/store.ts";
import { createRandom } from "./random.ts";

/**
 * A year of a shop, made once and kept. Every product moves nearly every day, which is the worst that reports can meet.
 * Its journal, rollups, stock and closed days are written as rows and proved by `zaiku verify`; the orders themselves are
 * left out, for no report of a closed day reads them.
 */

export interface YearShape {
  readonly skus: number;
  readonly days: number;
  readonly movements: number;
  readonly seed: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Each product is delivered once in so many days. */
const deliveryDays = 7;
const categories = 12;
const bins = 40;
const actor = "bench";
const batchesPerDay = 2;
const rules = { timeZone: "Asia/Shanghai", dayCutHour: 4 };

/** @returns the data folder of a year of that shape that ended before today */
export async function yearFolder(
  dir: string,
  shape: YearShape,
  tell: (text: string) => void,
): Promise<string> {
  const { skus, days, movements, seed } = shape;
  const folder = path.join(dir, `zaiku-year-3-${skus}-${days}-${movements}-${seed}`);
  if (existsSync(path.join(folder, "whole"))) return folder;
  const making = `${folder}-making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const file = path.join(making, "zaiku.db");
  const first = businessDayOf(Date.now() - days * dayMs, rules);
  const shop = await openBooks(file, shape, first.from);
  const database = openWriter(file);
  // Nobody needs it if the machine stops now.
  database.exec("pragma synchronous = off");
  const year = new Year(database, shop, shape);
  let day = first;
  for (let count = 1; count <= days; count += 1) {
    year.play(day, count);
    if (count % 20 === 0) tell(`making the year: day ${count} of ${days}`);
    day = businessDayOf(day.to, rules);
  }
  year.end();
  database.close();
  writeFileSync(path.join(making, "whole"), "");
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  return folder;
}

export function codeOf(index: number): string {
  return `K${String(10_000 + index)}`;
}

/** The catalogue comes in as any other. */
async function openBooks(file: string, { skus }: YearShape, at: number): Promise<Shop> {
  const store = new SqliteStore(file);
  try {
    await store.migrate();
    const shop = await store.createShop({ name: "一年", ...rules, currency: "CNY", createdAt: at });
    const items = Array.from({ length: skus }, (_, index) => known(index)).map(
      ({ code, name, category }, index) => ({
        code,
        name,
        category,
        price: priceOf(index),
      }),
    );
    await store.commit(
      shop.shop,
      [
        { type: "putChannel", actor, at, channel: { channel: "douyin" } },
        { type: "putChannel", actor, at, channel: { channel: "taobao" } },
        { type: "putSkus", actor, at, items },
      ],
      at,
    );
    const [opened] = await store.shops();
    return opened ?? shop;
  } finally {
    await store.close();
  }
}

function known(index: number): ReportSku {
  const code = codeOf(index);
  return { sku: code, code, name: `商品 ${index + 1} 号`, category: `类目 ${index % categories}` };
}

function priceOf(index: number): number {
  return 990 + 100 * (index % 90);
}

function binOf(index: number): string {
  return `A-${index % bins}`;
}

class Year {
  readonly #database: DatabaseSync;
  readonly #shop: Shop;
  readonly #shape: YearShape;
  readonly #random: () => number;
  readonly #linesPerDay: number;
  readonly #write: {
    readonly batch: RowWriter<"batch">;
    readonly skuBatch: RowWriter<"sku_batch">;
    readonly sale: RowWriter<"sale">;
    readonly day: RowWriter<"report_day">;
    readonly sku: RowWriter<"report_sku">;
    readonly column: RowWriter<"report_column">;
    readonly stock: RowWriter<"stock">;
    readonly placement: RowWriter<"placement">;
  };
  readonly #balances = new Map<string, Balance>();
  readonly #latest = new Map<string, DaySkuRow>();
  readonly #sent = new Map<string, number>();
  readonly #received = new Map<string, number>();
  #zones: ReadonlyMap<string, number> = new Map();
  #seq: number;
  #hash: string;

  constructor(database: DatabaseSync, shop: Shop, shape: YearShape) {
    this.#database = database;
    this.#shop = shop;
    this.#shape = shape;
    this.#random = createRandom(shape.seed);
    const head = database.prepare("select seq, hash from shop where shop_id = ?").get(shop.shop);
    this.#seq = Number(head?.seq);
    this.#hash = String(head?.hash);
    // A line moves units when it is sold and when it is sent.
    this.#linesPerDay = Math.round((shape.movements / shape.days - shape.skus / deliveryDays) / 2);
    this.#write = {
      batch: inserting(database, "batch"),
      skuBatch: inserting(database, "sku_batch"),
      sale: upserting(database, "sale", ["shop_id", "minute", "sku", "channel", "session"], add),
      day: inserting(database, "report_day"),
      sku: inserting(database, "report_sku"),
      column: inserting(database, "report_column"),
      stock: upserting(database, "stock", ["shop_id", "sku", "warehouse"]),
      placement: upserting(database, "placement", ["shop_id", "sku", "warehouse", "bin", "lot", "quality"]),
    };
  }

  play(day: ReportDay, count: number): void {
    const fold = new DayFold(new ReportDays(() => day), zoneOfBin);
    this.#database.exec("begin");
    const entries = [...this.#deliveries(day.from + minuteMs, count), ...this.#lines(day, count, fold)];
    const size = Math.ceil(entries.length / batchesPerDay);
    for (let start = 0; start < entries.length; start += size)
      this.#batch(entries.slice(start, start + size), fold);
    const [sums] = fold.days();
    if (sums !== undefined) this.#close(sums);
    this.#database.exec("commit");
  }

  #deliveries(at: number, count: number): Entry[] {
    const { skus } = this.#shape;
    const weekly = Math.ceil((this.#linesPerDay * 1.2 * deliveryDays) / skus);
    const entries: Entry[] = [];
    for (let index = 0; index < skus; index += 1) {
      if (count > 1 && index % deliveryDays !== count % deliveryDays) continue;
      const quantity = count === 1 ? 4 * weekly : weekly;
      const reason = count === 1 ? ("opening" as const) : ("receive" as const);
      const toBin = binOf(index);
      entries.push({
        ...still(index, at),
        from: "supplier",
        to: "available",
        reason,
        quantity,
        toBin,
        lot: "",
      });
      this.#received.set(codeOf(index), (this.#received.get(codeOf(index)) ?? 0) + quantity);
    }
    return entries;
  }

  /** Sold and, an hour later, sent. */
  #lines(day: ReportDay, count: number, fold: DayFold): Entry[] {
    const sold: Entry[] = [];
    const sent: Entry[] = [];
    for (let line = 0; line < this.#linesPerDay; line += 1) {
      const at = day.from + 2 * minuteMs + Math.floor((line / this.#linesPerDay) * (dayMs - 120 * minuteMs));
      const index = Math.floor(this.#random() * this.#shape.skus);
      const quantity = 1;
      const order = `${count}-${Math.floor(line / 2)}`;
      const channel = line % 10 < 3 ? "taobao" : "douyin";
      const of = { channel, orderId: order, lineId: String(1 + (line % 2)), quantity };
      sold.push({ ...still(index, at), ...of, from: "available", to: "committed", reason: "order" });
      const gone = {
        from: "committed",
        to: "customer",
        reason: "ship",
        fromBin: binOf(index),
        lot: "",
      } as const;
      sent.push({ ...still(index, at + 60 * minuteMs), ...of, ...gone });
      this.#sent.set(codeOf(index), (this.#sent.get(codeOf(index)) ?? 0) + quantity);
      const sale: Sale = {
        minute: Math.floor(at / minuteMs),
        sku: codeOf(index),
        channel,
        session: "",
        orders: 1 - (line % 2),
        ordered: quantity,
        sold: quantity,
        soldAmount: quantity * priceOf(index),
        presold: 0,
        cancelled: 0,
        cancelledAmount: 0,
        shipped: quantity,
        returned: 0,
      };
      fold.addSale(sale);
      this.#write.sale.write(saleRow(this.#shop.shop, sale));
    }
    return [...sold, ...sent];
  }

  #batch(entries: readonly Entry[], fold: DayFold): void {
    const firstSeq = this.#seq + 1;
    const at = Math.max(...entries.slice(-1).map((entry) => entry.at));
    const packed = packEntries(entries);
    const { shop } = this.#shop;
    this.#hash = hashOfText(batchText(this.#hash, at, firstSeq, packed));
    this.#seq += entries.length;
    for (const [offset, entry] of entries.entries()) fold.addEntry(entry, firstSeq + offset);
    const row = {
      shop_id: shop,
      first_seq: firstSeq,
      last_seq: this.#seq,
      at,
      hash: this.#hash,
      entries: packed,
    };
    this.#write.batch.write(row);
    for (const [sku, movements] of movementsBySku(entries))
      this.#write.skuBatch.write({ shop_id: shop, sku, first_seq: firstSeq, movements });
  }

  /** As the product closes a day, but for what it reads. */
  #close(sums: DaySums): void {
    const { day } = sums;
    const { shop: id, currency } = this.#shop;
    const rows = skuRowsOf(
      sums,
      (sku) => this.#balances.get(sku) ?? noBalance,
      (sku) => known(Number(sku.slice(1)) - 10_000),
    );
    for (const { sku, change } of sums.skus.values())
      this.#balances.set(sku, addBalance(this.#balances.get(sku) ?? noBalance, change));
    for (const row of rows) this.#latest.set(row.sku, row);
    const body = headBodyOf(sums, this.#zones, currency);
    const seq = this.#seq;
    const report = keptReport({ ...day, seq }, body, this.#latest.values());
    if (!report.balanced) throw new Error(`The day ${day.date} does not balance.`);
    const head: HeadBody = { ...body, totals: totalsOf(report) };
    this.#zones = zonesAfter(head);
    this.#write.day.write({
      ...dayHeadRow(id, {
        ...day,
        seq,
        nextSeq: seq + 1,
        closedAt: day.to + 15 * minuteMs,
        hash: hashOf(report),
        balanced: true,
        body: JSON.stringify(head),
      }),
    });
    for (const row of rows) this.#write.sku.write(daySkuRow(id, row));
    this.#write.column.write(dayColumnRow(id, day.date, rows));
  }

  /** What stands at the end, and the journal's head. */
  end(): void {
    const { shop } = this.#shop;
    this.#database.exec("begin");
    for (let index = 0; index < this.#shape.skus; index += 1) {
      const sku = codeOf(index);
      const balance = this.#balances.get(sku) ?? noBalance;
      const { available, held, committed, quarantine, loaned, lost, shortage, presale } = balance;
      const outside = { supplier: -(this.#received.get(sku) ?? 0), customer: this.#sent.get(sku) ?? 0 };
      const inside = { available, held, committed, quarantine, loaned, lost, shortage, presale };
      const seq = this.#seq;
      this.#write.stock.write(stockRow(shop, { sku, warehouse: "main", seq, ...inside, ...outside }));
      const shelf = { sku, warehouse: "main", bin: binOf(index), lot: "", quality: "good" as const };
      this.#write.placement.write(placementRow(shop, { ...shelf, quantity: available + committed }));
    }
    this.#database
      .prepare("update shop set seq = ?, hash = ?, folded_seq = ?, version = version + 1 where shop_id = ?")
      .run(this.#seq, this.#hash, this.#seq, shop);
    this.#database.exec("commit");
  }
}

function still(index: number, at: number): Omit<Entry, "from" | "to" | "quantity" | "reason"> {
  const nobody = {
    channel: null,
    orderId: null,
    lineId: null,
    doc: null,
    fromBin: null,
    toBin: null,
    lot: null,
  };
  return { sku: codeOf(index), warehouse: "main", at, actor, ...nobody };
}

function add(column: string): string {
  return `sale.${column} + excluded.${column}`;
}
