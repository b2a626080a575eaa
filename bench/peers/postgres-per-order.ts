import { DatabaseError, Pool, type PoolClient } from "pg";
import type { Order, Seller } from "./seller.ts";

/** The two usual ways: a transaction of an INSERT and a guarded UPDATE, or both in one statement. */
export type PostgresWay = "update" | "cte";

/** Connections: of 16, 32 and 64 the number with which one hot SKU goes fastest. */
const connections = 16;
const uniqueViolation = "23505";

const schema = `
  create table stock (sku text primary key, available bigint not null check (available >= 0), held bigint not null)
    with (fillfactor = 10);
  create table orders (
    order_id text primary key, sku text not null, buyer text, quantity bigint not null, at bigint not null
  );
`;

const addOrder = {
  name: "add_order",
  text: "insert into orders values ($1, $2, $3, $4, $5) on conflict do nothing",
};
const takeStock = {
  name: "take_stock",
  text: "update stock set available = available - $2, held = held + $2 where sku = $1 and available >= $2",
};
const takeAndAdd = {
  name: "take_and_add",
  text: `with taken as (
      update stock set available = available - $4, held = held + $4
      where sku = $2 and available >= $4 and not exists (select from orders where order_id = $1)
      returning sku
    ) insert into orders select $1, sku, $3, $4, $5 from taken`,
};

/** One transaction an order, with prepared statements. The order comes first: the hot row is locked shortest. */
export async function openPostgresPerOrder(
  url: string,
  way: PostgresWay,
  skus: readonly string[],
  units: number,
): Promise<Seller> {
  const pool = new Pool({ connectionString: url, max: connections });
  pool.on("error", () => undefined);
  await pool.query(schema);
  await pool.query("insert into stock select sku, $2::bigint, 0 from unnest($1::text[]) as sku", [
    skus,
    units,
  ]);
  // Planned once its tables are full, as in a shop that is a day old.
  await pool.query("analyze stock");
  return {
    reserve: (order) => (way === "update" ? inTransaction(pool, order) : inOneStatement(pool, order)),
    promised: async () => {
      const { rows } = await pool.query<{ held: string }>("select sum(held) as held from stock");
      return Number(rows[0]?.held);
    },
    close: () => pool.end(),
  };
}

function valuesOf({ orderId, sku, buyer, quantity }: Order): unknown[] {
  return [orderId, sku, buyer, quantity, Date.now()];
}

async function inTransaction(pool: Pool, order: Order): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const added = await client.query({ ...addOrder, values: valuesOf(order) });
    if (added.rowCount === 0) return await undo(client, true);
    const taken = await client.query({ ...takeStock, values: [order.sku, order.quantity] });
    if (taken.rowCount === 0) return await undo(client, false);
    await client.query("commit");
    return true;
  } finally {
    client.release();
  }
}

async function undo(client: PoolClient, answer: boolean): Promise<boolean> {
  await client.query("rollback");
  return answer;
}

async function inOneStatement(pool: Pool, order: Order): Promise<boolean> {
  try {
    const { rowCount } = await pool.query({ ...takeAndAdd, values: valuesOf(order) });
    if (rowCount === 1) return true;
    // No row: sold out, or said before.
    const { rowCount: known } = await pool.query("select from orders where order_id = $1", [order.orderId]);
    return known === 1;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === uniqueViolation) return true;
    throw error;
  }
}
