import type { Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import type { Tables } from "../schema.ts";
import { ledger } from "./0001-ledger.ts";
import type { AnyTables, Dialect } from "./dialect.ts";

/** Every step of the schema, oldest first. Forward only: a released step is never edited, moved or removed. */
const steps: readonly { readonly name: string; readonly up: (db: Kysely<AnyTables>, dialect: Dialect) => Promise<void> }[] = [
  { name: "0001-ledger", up: ledger },
];

export const migrationNames: readonly string[] = steps.map((step) => step.name);

export const migrationTable = "zaiku_migration";
export const migrationLockTable = "zaiku_migration_lock";

/**
 * Brings the schema to `target`, or to the latest version. Many nodes may call it at once: one works, the others
 * wait for it. All steps together are one transaction where the database can do that.
 * @throws what the failing step threw; the schema is as it was
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, target?: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrationsFor(dialect)) },
    migrationTableName: migrationTable,
    migrationLockTableName: migrationLockTable,
  });
  const { error } = target === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(target);
  if (error !== undefined) throw error instanceof Error ? error : new Error("The migration failed.", { cause: error });
}

function migrationsFor(dialect: Dialect): Record<string, Migration> {
  return Object.fromEntries(
    steps.map(({ name, up }): [string, Migration] => [name, { up: (db: Kysely<AnyTables>) => up(db, dialect) }]),
  );
}
