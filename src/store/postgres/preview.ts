import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import { Client } from "pg";
import { Bench } from "../../domain/bench.ts";
import type { Command } from "../../domain/command.ts";
import { decideBatch } from "../../domain/decide.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import { createReads } from "../sql/reads.ts";
import type { Tables } from "../sql/schema.ts";
import type { Preview, ShopId } from "../store.ts";
import { configOf, Connection, previewSettings, type ConnectionOptions } from "./connection.ts";
import { load } from "./load.ts";
import { columnsOf, tableKeys } from "./tables.ts";
import { PreviewWriter } from "./write.ts";

/** The tables that decisions are made from. What a preview writes to the others, nobody would read. */
const previewed = [
  "order_line",
  "stock",
  "placement",
  "sku",
  "channel",
  "warehouse",
  "listing",
  "record",
  "document",
] as const;

function changedName(table: string): string {
  return `${table}_changed`;
}

/**
 * Opens a transaction that sees the shop as of now and locks nothing. What its batches write goes to temporary
 * tables; a temporary view under each table's own name lays them over what is stored, so that batches load as
 * ever. It ends in a rollback.
 * @throws UnknownShop
 */
export async function openPreview(options: ConnectionOptions, shop: ShopId): Promise<Preview> {
  const client = new Client({ ...configOf(options, "preview"), pipeline: true });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const connection = new Connection(client);
    await connection.text(previewSettings);
    await connection.text("begin isolation level repeatable read");
    const rows = await connection.rows<{ seq: number; hash: string; schema: string }>(readHead, [shop]);
    const head = rows[0];
    if (head === undefined) throw new UnknownShop(shop);
    for (const table of previewed) await connection.text(overlay(table, head.schema));
    return previewOver(client, connection, shop, head);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function previewOver(
  client: Client,
  connection: Connection,
  shop: ShopId,
  start: { readonly seq: number; readonly hash: string },
): Preview {
  const writer = new PreviewWriter(changedName);
  let head = start;
  let turn: Promise<unknown> = Promise.resolve();
  const commit = async (commands: readonly Command[]): Promise<readonly Outcome[]> => {
    const bench = new Bench(head);
    const run = decideBatch(bench, commands);
    let step = run.next();
    for (; step.done !== true; step = run.next()) (await load(connection, shop, step.value))(bench);
    await Promise.all(writer.write(connection, shop, bench));
    head = { seq: bench.seq, hash: head.hash };
    return step.value;
  };
  const { sku, record } = createReads(kyselyOver(client));
  return {
    read: { sku, record },
    commit: (commands: readonly Command[], _at: Instant) => {
      const result = turn.then(() => commit(commands));
      turn = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      await turn;
      await client.end();
    },
  };
}

/** Kysely over one connection, whose transaction is not its own to begin or end. */
function kyselyOver(client: Client): Kysely<Tables> {
  const lent: PostgresPoolClient = {
    query: client.query.bind(client) as PostgresPoolClient["query"],
    release: () => undefined,
  };
  const pool = { options: {}, connect: () => Promise.resolve(lent), end: () => Promise.resolve() };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

function overlay(table: (typeof previewed)[number], schema: string): string {
  const changed = changedName(table);
  const columns = ["shop_id", ...columnsOf[table]].join(", ");
  const same = ["shop_id", ...tableKeys[table]]
    .map((column) => `changed.${column} = stored.${column}`)
    .join(" and ");
  return `create temporary table ${changed} (like ${schema}.${table} including all) on commit drop;
    create temporary view ${table} as
      select ${columns} from ${changed} ${table === "placement" ? "where quantity > 0" : ""}
      union all
      select ${columns} from ${schema}.${table} as stored
      where not exists (select 1 from ${changed} as changed where ${same})`;
}

const readHead = {
  name: "preview_head",
  text: `select seq, hash, (select quote_ident(nspname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = 'order_line'::regclass) as schema from shop where shop_id = $1`,
};
