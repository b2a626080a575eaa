import { integersLiteral, textsLiteral } from "./arrays.ts";

/**
 * Set-based statements. Each is prepared once a connection, under its name; its rows come as one array a
 * column. None depends on what its table held when it was planned: they insert, or insert and update on
 * conflict, which has one plan only.
 */

export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type ColumnType = "text" | "smallint" | "integer" | "bigint";

/** The type of every column of a table but the shop's. */
export type ColumnTypes<Row> = Readonly<Record<Exclude<keyof Row & string, "shop_id">, ColumnType>>;

interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: Row) => string | number | null;
}

/** Inserts rows of one shop. The shop is the statement's first parameter, the columns are the others. */
export class RowInsert<Row> {
  readonly statement: Statement;
  readonly #table: string;
  readonly #conflict: string;
  readonly #columns: readonly Column<Row>[];

  /**
   * @param table as the statement names it
   * @param conflict what follows the rows: nothing, or an `on conflict` clause
   */
  constructor(table: string, columns: ColumnTypes<Row>, conflict = "") {
    this.#table = table;
    this.#conflict = conflict;
    this.#columns = Object.entries<ColumnType>(columns).map(([name, type]) => ({
      name,
      type,
      of: (row) => row[name as keyof Row] as string | number | null,
    }));
    this.statement = { name: `${table}_insert${conflict === "" ? "" : "_or_update"}`, text: this.text(2) };
  }

  /** How many parameters the columns are. */
  get width(): number {
    return this.#columns.length;
  }

  /** @param first the number of the parameter that the first column is */
  text(first: number): string {
    const names = this.#columns.map((column) => column.name).join(", ");
    // In the select list the arrays are taken apart a row at a time; in `from`, each would be kept in a store first.
    const values = this.#columns.map((column, index) => `unnest($${index + first}::${column.type}[])`).join(", ");
    return `insert into ${this.#table} as old (shop_id, ${names}) select $1::integer, ${values} ${this.#conflict}`;
  }

  /** The columns' parameters: one array literal each. */
  arrays(rows: readonly Row[]): string[] {
    return this.#columns.map(({ type, of }) =>
      type === "text"
        ? textsLiteral(rows, of as (row: Row) => string | null)
        : integersLiteral(rows, of as (row: Row) => number | null),
    );
  }
}

/** On conflict, every column that is not in the key is replaced. */
export function orReplace(key: readonly string[], columns: object): string {
  const set = restOf(key, columns).map((name) => `${name} = excluded.${name}`);
  return `on conflict (shop_id, ${key.join(", ")}) do update set ${set.join(", ")}`;
}

/** On conflict, every column that is not in the key is added to what is there. */
export function orAdd(key: readonly string[], columns: object): string {
  const set = restOf(key, columns).map((name) => `${name} = old.${name} + excluded.${name}`);
  return `on conflict (shop_id, ${key.join(", ")}) do update set ${set.join(", ")}`;
}

function restOf(key: readonly string[], columns: object): string[] {
  return Object.keys(columns).filter((name) => !key.includes(name));
}
