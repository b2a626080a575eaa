import { DatabaseSync } from "node:sqlite";
import type { Order, Seller } from "./seller.ts";

interface Waiting {
  readonly order: Order;
  readonly answer: (taken: boolean) => void;
}

interface StockRow {
  available: number;
  held: number;
}

/**
 * The floor that SQLite itself sets: group commit over a counter and one row an order, with the same pragmas as
 * the store. No journal, no hash, no rollups, no queues, one index.
 */
export function openSqliteMinimal(file: string, skus: readonly string[], units: number): Seller {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = 4000;
    pragma cache_size = -65536;
    create table stock (sku text primary key, available integer not null, held integer not null) strict, without rowid;
    create table orders (
      order_id text primary key, sku text not null, buyer text not null, quantity integer not null, at integer not null
    ) strict;
  `);
  const addStock = database.prepare("insert into stock values (?, ?, 0)");
  for (const sku of skus) addStock.run(sku, units);
  const readStock = database.prepare("select available, held from stock where sku = ?");
  const writeStock = database.prepare("update stock set available = ?, held = ? where sku = ?");
  const addOrder = database.prepare("insert or ignore into orders values (?, ?, ?, ?, ?)");
  let queue: Waiting[] = [];

  function decide(order: Order, stocks: Map<string, StockRow>, at: number): boolean {
    let stock = stocks.get(order.sku);
    if (stock === undefined) {
      stock = { ...(readStock.get(order.sku) as unknown as StockRow) };
      stocks.set(order.sku, stock);
    }
    if (stock.available < order.quantity) return false;
    const { changes } = addOrder.run(order.orderId, order.sku, order.buyer, order.quantity, at);
    if (changes === 0) return true;
    stock.available -= order.quantity;
    stock.held += order.quantity;
    return true;
  }

  function commit(): void {
    const batch = queue;
    queue = [];
    const stocks = new Map<string, StockRow>();
    const at = Date.now();
    database.exec("begin immediate");
    const answers = batch.map(({ order }) => decide(order, stocks, at));
    for (const [sku, { available, held }] of stocks) writeStock.run(available, held, sku);
    database.exec("commit");
    for (const [index, { answer }] of batch.entries()) answer(answers[index] ?? false);
  }

  return {
    reserve: (order) =>
      new Promise((answer) => {
        if (queue.push({ order, answer }) === 1) setImmediate(commit);
      }),
    promised: async () => Number(database.prepare("select sum(held) as held from stock").get()?.held),
    close: async () => database.close(),
  };
}
