import { skuKey } from "../domain/text.ts";
import type { ShopId, StockItem, Store } from "../store/store.ts";
import { grouped, tableLines, type Column } from "./columns.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { withBooks } from "./workspace.ts";

const pageRows = 1_000;
/** Lines that hold a SKU's units, shown for `--sku`. */
const linesShownMax = 20;

/** `stock [--sku S] [--json]`: how many are left, of every SKU or of one. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("stock", argv, io, async () => {
    const flags = parseFlags(argv, { flags: { sku: "value" }, words: [] });
    return withBooks(flags, io, async (books) => {
      const code = flags.value("sku");
      const items =
        books === null
          ? []
          : await readStock(books.store, books.shop.shop, code === undefined ? null : skuKey(code));
      if (code !== undefined && items.length === 0)
        throw new CommandError("unknown_sku", `没有 SKU ${code}`, `There is no SKU ${code}`);
      if (flags.has("json")) io.out(JSON.stringify({ items: items.map(jsonItem) }));
      else if (code === undefined || books === null) printStock(items, io);
      else await printSku(books.store, books.shop.shop, items, io);
      return exitOk;
    });
  });
}

async function readStock(store: Store, shop: ShopId, sku: string | null): Promise<StockItem[]> {
  const items: StockItem[] = [];
  const query = { soldSince: null, limit: pageRows, ...(sku === null ? {} : { search: sku }) };
  let cursor: string | null = null;
  do {
    const page = await store.read.stock(shop, { ...query, cursor });
    for (const item of page.items) if (sku === null || item.sku === sku) items.push(item);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

function jsonItem(item: StockItem): Record<string, string | number> {
  const { onHand, available, held, committed, quarantine, loaned, buffer, sellable, shortage, presale } =
    item;
  return {
    sku: item.code,
    onHand,
    available,
    held,
    committed,
    quarantine,
    loaned,
    buffer,
    sellable,
    shortage,
    presale,
  };
}

function printStock(items: readonly StockItem[], io: Io): void {
  const title = (zh: string, en: string, more: Partial<Column> = {}): Column => ({
    title: say(io, zh, en),
    ...more,
  });
  const number = { align: "right" } as const;
  const columns = [
    title("SKU", "SKU", { widthMax: 24 }),
    title("名称", "Name", { widthMax: 32 }),
    title("可售", "Sellable", number),
    title("可用", "Available", number),
    title("占用", "Held", number),
    title("待发", "Committed", number),
    title("不良", "Quarantine", number),
    title("在库", "On hand", number),
    title("欠货", "Shortage", number),
    title("库位", "Bins", { widthMax: 24 }),
  ];
  const rows = items.map((item) => [
    item.code,
    item.name,
    ...[
      item.sellable,
      item.available,
      item.held,
      item.committed,
      item.quarantine,
      item.onHand,
      item.shortage,
    ].map(grouped),
    item.bins.join(" "),
  ]);
  for (const line of tableLines(columns, rows)) {
    if (io.closed) return;
    io.out(line);
  }
  const onHand = items.reduce((units, item) => units + item.onHand, 0);
  io.err(
    say(
      io,
      `共 ${grouped(items.length)} 个 SKU，在库 ${grouped(onHand)} 件`,
      `${grouped(items.length)} SKUs, ${grouped(onHand)} units on hand`,
    ),
  );
}

/** One SKU: its numbers, and who holds its units. */
async function printSku(store: Store, shop: ShopId, items: readonly StockItem[], io: Io): Promise<void> {
  printStock(items, io);
  for (const item of items) {
    const holders = await store.read.holders(shop, item.sku, linesShownMax);
    if (holders.lines.length === 0) continue;
    io.out("");
    io.out(say(io, "谁占着（最早的在前）", "Who holds units, oldest first"));
    const columns: Column[] = [
      { title: say(io, "渠道", "Channel") },
      { title: say(io, "订单", "Order") },
      { title: say(io, "行", "Line") },
      { title: say(io, "阶段", "Stage") },
      { title: say(io, "件数", "Units"), align: "right" },
      { title: say(io, "下单时间", "Placed at") },
    ];
    const rows = holders.lines.map((line) => [
      line.channel,
      line.orderId,
      line.lineId,
      line.stage,
      grouped(line.quantity),
      new Date(line.placedAt).toISOString(),
    ]);
    for (const line of tableLines(columns, rows)) io.out(line);
  }
}
