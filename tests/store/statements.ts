import { Client } from "pg";

/** Records what the PostgreSQL store sends, and says which statements do not keep to one shop. */

/** The tables that every row of which belongs to a shop. */
const shopTables = [
  "shop",
  "batch",
  "sku_batch",
  "buyer_sku",
  "order_line",
  "sku",
  "stock",
  "placement",
  "channel",
  "warehouse",
  "listing",
  "sale",
  "record",
  "document",
  "outbox",
  "lease",
  "commit_mark",
  "delivery",
  "report_day",
  "report_sku",
  "report_column",
  "activity_head",
  "activity",
  "room_sample",
  "work_event",
  "work_head",
  "photo",
  "order_side",
];

/** What may be sent without naming a shop, and why. */
const allowed: readonly RegExp[] = [
  // Transactions, settings of the connection, wakes.
  /^(begin|commit|rollback|set|listen|unlisten|notify)\b/u,
  // Migrations and the database's own catalogue.
  /^(create|alter|drop)\b|\bzaiku_migration|\bpg_catalog\b|\bpg_advisory|\bset_config\(/u,
  // The operator's: which shops there are, and the number of the next one.
  /^select \* from "shop" order by "shop_id"$/u,
  /^select max\("shop_id"\) as "last" from "shop"$/u,
];

/** Starts recording. Returns the texts so far, each once, and what stops it. */
export function recordStatements(): { readonly texts: ReadonlySet<string>; stop(): void } {
  const texts = new Set<string>();
  const { prototype } = Client;
  const query: unknown = Reflect.get(prototype, "query");
  if (typeof query !== "function") throw new Error("The driver has no query method to listen at.");
  const recording = function (this: Client, ...given: unknown[]): unknown {
    const [first] = given;
    const text = typeof first === "string" ? first : (first as { text?: unknown }).text;
    // The store's own connections alone: the tests have others.
    const { application_name: application } = (
      this as unknown as { connectionParameters: { application_name?: string } }
    ).connectionParameters;
    if (typeof text === "string" && application?.startsWith("zaiku ") === true) texts.add(text);
    return Reflect.apply(query, this, given);
  };
  Reflect.set(prototype, "query", recording);
  return { texts, stop: () => void Reflect.set(prototype, "query", query) };
}

/** The statements in a text that read or write a shop's rows without naming the shop for each of the tables. */
export function shoplessStatements(text: string): string[] {
  return text
    .split(";")
    .map((statement) => statement.replaceAll(/\s+/gu, " ").trim().toLowerCase())
    .filter((statement) => statement !== "" && !allowed.some((pattern) => pattern.test(statement)))
    .filter((statement) => tablesNamed(statement) > shopsNamed(statement));
}

/** How often a shop's table is read, written or joined. */
function tablesNamed(statement: string): number {
  const tables = shopTables.join("|");
  return [
    ...statement.matchAll(new RegExp(`\\b(from|join|update|into|using) "?(${tables})"?(?![\\w"])`, "gu")),
  ].length;
}

/** How often a shop is named: by a condition on a table, or as the first column of what is inserted. */
function shopsNamed(statement: string): number {
  return [...statement.matchAll(/\bshop_id"? = |\binto "?\w+"?( as \w+)? \("?shop_id"?,/gu)].length;
}
