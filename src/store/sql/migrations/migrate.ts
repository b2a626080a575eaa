import { sql, type Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import type { Tables } from "../schema.ts";
import { ledger } from "./0001-ledger.ts";
import { sessions } from "./0002-sessions.ts";
import { deliveries } from "./0003-deliveries.ts";
import { days } from "./0004-days.ts";
import { work } from "./0005-work.ts";
import { photos } from "./0006-photos.ts";
import { dayColumns } from "./0007-day-columns.ts";
import { odd } from "./0008-odd.ts";
import type { AnyTables, Dialect } from "./dialect.ts";

/** Every step of the schema, oldest first. Forward only: a released step is never edited, moved or removed. */
const steps: readonly {
  readonly name: string;
  readonly up: (db: Kysely<AnyTables>, dialect: Dialect) => Promise<void>;
}[] = [
  { name: "0001-ledger", up: ledger },
  { name: "0002-sessions", up: sessions },
  { name: "0003-deliveries", up: deliveries },
  { name: "0004-days", up: days },
  { name: "0005-work", up: work },
  { name: "0006-photos", up: photos },
  { name: "0007-day-columns", up: dayColumns },
  { name: "0008-odd", up: odd },
];

export const migrationNames: readonly string[] = steps.map((step) => step.name);

export const migrationTable = "zaiku_migration";
export const migrationLockTable = "zaiku_migration_lock";

/**
 * Brings the schema to `target`, or to the latest version. Many nodes may call it at once: one works, the others
 * wait for it. All steps together are one transaction where the database can do that.
 * @throws what the failing step threw, the schema being as it was; or an error when a newer version was here
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, target?: string): Promise<void> {
  await refuseNewer(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrationsFor(dialect)) },
    migrationTableName: migrationTable,
    migrationLockTableName: migrationLockTable,
  });
  const { error } =
    target === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(target);
  if (error !== undefined)
    throw error instanceof Error ? error : new Error("The migration failed.", { cause: error });
}

/** A database that a newer version has been at may mean by its rows what this version does not know. */
async function refuseNewer(db: Kysely<Tables>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === migrationTable)) return;
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.table(migrationTable)} order by name`.execute(db);
  const unknown = rows.find((row) => !migrationNames.includes(row.name));
  if (unknown === undefined) return;
  throw new Error(
    `The database has the step ${unknown.name}, from a newer version of Zaiku. Update Zaiku to open it.`,
  );
}

function migrationsFor(dialect: Dialect): Record<string, Migration> {
  return Object.fromEntries(
    steps.map(({ name, up }): [string, Migration] => [
      name,
      { up: (db: Kysely<AnyTables>) => up(db, dialect) },
    ]),
  );
}
