import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Tables } from "../sql/schema.ts";

type Column<Table extends keyof Tables> = keyof Tables[Table] & string;

/** One prepared statement that writes rows of a table. It is prepared when the first row comes. */
export class RowWriter<Table extends keyof Tables> {
  readonly #database: DatabaseSync;
  readonly #sqlOf: (columns: readonly Column<Table>[]) => string;
  #columns: readonly Column<Table>[] = [];
  #statement: StatementSync | undefined;

  /**
   * @param sqlOf the statement for the given columns, with a parameter `?1`, `?2` … for each
   */
  constructor(database: DatabaseSync, sqlOf: (columns: readonly Column<Table>[]) => string) {
    this.#database = database;
    this.#sqlOf = sqlOf;
  }

  write(row: Tables[Table]): void {
    if (this.#statement === undefined) {
      this.#columns = Object.keys(row as object) as Column<Table>[];
      this.#statement = this.#database.prepare(this.#sqlOf(this.#columns));
    }
    this.#statement.run(...this.#columns.map((column) => row[column] as SQLInputValue));
  }
}

export function inserting<Table extends keyof Tables>(
  database: DatabaseSync,
  table: Table,
): RowWriter<Table> {
  return new RowWriter(database, (columns) => insertSql(table, columns));
}

/** Inserts the row, or makes `update` of the one with the same key. `excluded` is the row that was given. */
export function upserting<Table extends keyof Tables>(
  database: DatabaseSync,
  table: Table,
  keys: readonly Column<Table>[],
  update: (column: Column<Table>) => string = (column) => `excluded.${column}`,
): RowWriter<Table> {
  return new RowWriter(database, (columns) => {
    const changed = columns.filter((column) => !keys.includes(column));
    const set = changed.map((column) => `${column} = ${update(column)}`).join(", ");
    return `${insertSql(table, columns)} on conflict (${keys.join(", ")}) do update set ${set}`;
  });
}

function insertSql(table: string, columns: readonly string[]): string {
  const parameters = columns.map((_, index) => `?${index + 1}`);
  return `insert into ${table} (${columns.join(", ")}) values (${parameters.join(", ")})`;
}
