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

type ColumnName<Row> = Exclude<keyof Row & string, "shop_id">;

/** Columns that have one value in most rows: written into the statement, they need not be sent and read. */
export type UsualValues<Row> = Partial<{
  readonly [Name in ColumnName<Row>]: Row[Name] & (string | number | null);
}>;

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
  readonly #usual: readonly (readonly [name: string, value: string | number | null])[];

  /**
   * @param table as the statement names it
   * @param conflict what follows the rows: nothing, or an `on conflict` clause
   * @param usual for rows alone that have all of these values
   */
  constructor(table: string, columns: ColumnTypes<Row>, conflict = "", usual: UsualValues<Row> = {}) {
    this.#table = table;
    this.#conflict = conflict;
    this.#usual = Object.entries<string | number | null>(usual as Record<string, string | number | null>);
    this.#columns = Object.entries<ColumnType>(columns)
      .filter(([name]) => !(name in usual))
      .map(([name, type]) => ({ name, type, of: (row) => row[name as keyof Row] as string | number | null }));
    const kind = (conflict === "" ? "" : "_or_update") + (this.#usual.length === 0 ? "" : "_usual");
    this.statement = { name: `${table}_insert${kind}`, text: this.text(2) };
  }

  /** How many parameters the columns are. */
  get width(): number {
    return this.#columns.length;
  }

  /** Whether the row has all the usual values. */
  isUsual(row: Row): boolean {
    for (const [name, value] of this.#usual) if (row[name as keyof Row] !== value) return false;
    return true;
  }

  /** @param first the number of the parameter that the first column is */
  text(first: number): string {
    const names = [...this.#columns.map((column) => column.name), ...this.#usual.map(([name]) => name)].join(
      ", ",
    );
    // In the select list the arrays are taken apart a row at a time; in `from`, each would be kept in a store first.
    const arrays = this.#columns.map((column, index) => `unnest($${index + first}::${column.type}[])`);
    const values = [...arrays, ...this.#usual.map(([, value]) => literalOf(value))].join(", ");
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

/** A value in a statement's text: only ever one of this program's own. */
function literalOf(value: string | number | null): string {
  return value === null ? "null" : typeof value === "number" ? String(value) : `'${value}'`;
}

/** On conflict, every column that is not in the key is replaced. */
export function orReplace(key: readonly string[], columns: object): string {
  const set = restOf(key, columns).map((name) => `${name} = excluded.${name}`);
  return `on conflict (shop_id, ${key.join(", ")}) do update set ${set.join(", ")}`;
}

/** On conflict, the columns are replaced, and a text is continued. */
export function orChange(key: readonly string[], columns: readonly string[], continued: string): string {
  const set = columns.map((name) => `${name} = excluded.${name}`);
  const more = `${continued} = old.${continued} || excluded.${continued}`;
  return `on conflict (shop_id, ${key.join(", ")}) do update set ${[...set, more].join(", ")}`;
}

/** On conflict, every column that is not in the key is added to what is there. */
export function orAdd(key: readonly string[], columns: object): string {
  const set = restOf(key, columns).map((name) => `${name} = old.${name} + excluded.${name}`);
  return `on conflict (shop_id, ${key.join(", ")}) do update set ${set.join(", ")}`;
}

function restOf(key: readonly string[], columns: object): string[] {
  return Object.keys(columns).filter((name) => !key.includes(name));
}
