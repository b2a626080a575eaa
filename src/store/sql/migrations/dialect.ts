import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";

/** What the two databases say differently when they make a table. */
export type Dialect = "sqlite" | "postgres";

/** A question mark allows NULL. */
export type ColumnType = "text" | "text?" | "small" | "integer" | "integer?" | "bigint" | "bigint?" | "bytes";

export interface TableShape {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly primaryKey: readonly string[];
  /** Name → condition. */
  readonly checks?: Readonly<Record<string, string>>;
  /** SQLite: the rows stand in the order of the primary key, without a second tree. */
  readonly clustered?: boolean;
  /** PostgreSQL: per cent of a page that is filled at first, so that an update finds room beside the row. */
  readonly fillfactor?: number;
}

/** Migrations run against whatever schema was there before: there is no type for it. */
export type AnyTables = Record<string, Record<string, unknown>>;

/** Makes a table. Text is compared byte by byte in both databases, so that an order never depends on a locale. */
export async function createTable(
  db: Kysely<AnyTables>,
  dialect: Dialect,
  name: string,
  shape: TableShape,
): Promise<void> {
  let table = db.schema.createTable(name);
  for (const [column, type] of Object.entries(shape.columns)) {
    table = table.addColumn(column, typeOf(dialect, type), (one) =>
      type.endsWith("?") ? one : one.notNull(),
    );
  }
  // Kysely types a key's columns by those added in the same chain, which a loop cannot be.
  table = table.addPrimaryKeyConstraint(`${name}_pk`, shape.primaryKey as never);
  for (const [check, condition] of Object.entries(shape.checks ?? {})) {
    table = table.addCheckConstraint(`${name}_${check}`, sql.raw<SqlBool>(condition));
  }
  const end = endOf(dialect, shape);
  await (end === null ? table : table.modifyEnd(end)).execute();
}

/** Adds columns to a table that has rows: each allows NULL, which is what those rows say. */
export async function addColumns(
  db: Kysely<AnyTables>,
  dialect: Dialect,
  name: string,
  columns: Readonly<Record<string, Extract<ColumnType, `${string}?`>>>,
): Promise<void> {
  // One at a time: SQLite adds no more than that in a statement.
  for (const [column, type] of Object.entries(columns))
    await db.schema.alterTable(name).addColumn(column, typeOf(dialect, type)).execute();
}

/** Makes an index. `columns` is what stands between the brackets; `where` makes it partial. */
export async function createIndex(
  db: Kysely<AnyTables>,
  table: string,
  name: string,
  columns: string,
  where?: string,
): Promise<void> {
  const filter = where === undefined ? sql`` : sql.raw(` where ${where}`);
  await sql`create index ${sql.id(name)} on ${sql.table(table)} (${sql.raw(columns)})${filter}`.execute(db);
}

function typeOf(dialect: Dialect, type: ColumnType): RawBuilder<unknown> {
  if (type.startsWith("text")) return dialect === "sqlite" ? sql`text` : sql`text collate "C"`;
  if (type === "bytes") return dialect === "sqlite" ? sql`blob` : sql`bytea`;
  if (dialect === "sqlite") return sql`integer`;
  if (type === "small") return sql`smallint`;
  return type.startsWith("integer") ? sql`integer` : sql`bigint`;
}

function endOf(dialect: Dialect, shape: TableShape): RawBuilder<unknown> | null {
  if (dialect === "sqlite") return shape.clustered === true ? sql`strict, without rowid` : sql`strict`;
  return shape.fillfactor === undefined ? null : sql.raw(`with (fillfactor = ${shape.fillfactor})`);
}
