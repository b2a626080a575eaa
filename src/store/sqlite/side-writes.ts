import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  ActivityRow,
  ReportColumnRow,
  ReportDayRow,
  ReportSkuRow,
  RoomSampleRow,
  WorkEventRow,
} from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import { transaction } from "./commit.ts";
import { inserting, upserting } from "./row-writer.ts";

/** What is written beside the batches, each in a transaction of its own. */
export interface SideWrites {
  /** @returns the timeline's last number before; nothing was written unless it is `expected` */
  appendActivities(shop: ShopId, session: string, rows: readonly ActivityRow[], expected: number): number;
  putSamples(rows: readonly RoomSampleRow[]): void;
  /** @returns the paper's last number before; nothing was written unless it is `expected` */
  appendWork(shop: ShopId, kind: string, id: string, rows: readonly WorkEventRow[], expected: number): number;
  /** @returns false when the day was closed already: then nothing was written */
  closeDay(day: ReportDayRow, skus: readonly ReportSkuRow[], column: ReportColumnRow | null): boolean;
}

/** Statements are prepared when the first one of a kind comes: the tables are there by then. */
export function createSideWrites(database: DatabaseSync): SideWrites {
  return { ...timelines(database), ...papers(database), ...days(database) };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function lastOf(statement: StatementSync, ...keys: (string | number)[]): number {
  return Number(statement.get(...keys)?.seq ?? 0);
}

function timelines(database: DatabaseSync): Pick<SideWrites, "appendActivities" | "putSamples"> {
  const statements = once(() => ({
    head: database.prepare("select seq from activity_head where shop_id = ? and session = ?"),
    activity: inserting(database, "activity"),
    newHead: upserting(database, "activity_head", ["shop_id", "session"]),
    sample: upserting(database, "room_sample", ["shop_id", "room", "at"]),
  }));
  return {
    appendActivities: (shop, session, rows, expected) =>
      transaction(database, () => {
        const { head, activity, newHead } = statements();
        const last = lastOf(head, shop, session);
        if (last !== expected || rows.length === 0) return last;
        for (const row of rows) activity.write(row);
        newHead.write({ shop_id: shop, session, seq: last + rows.length });
        return last;
      }),
    putSamples: (rows) =>
      transaction(database, () => {
        for (const row of rows) statements().sample.write(row);
      }),
  };
}

function papers(database: DatabaseSync): Pick<SideWrites, "appendWork"> {
  const statements = once(() => ({
    head: database.prepare("select seq from work_head where shop_id = ? and kind = ? and id = ?"),
    event: inserting(database, "work_event"),
    newHead: upserting(database, "work_head", ["shop_id", "kind", "id"]),
  }));
  return {
    appendWork: (shop, kind, id, rows, expected) =>
      transaction(database, () => {
        const { head, event, newHead } = statements();
        const last = lastOf(head, shop, kind, id);
        if (last !== expected || rows.length === 0) return last;
        for (const row of rows) event.write(row);
        newHead.write({ shop_id: shop, kind, id, seq: last + rows.length });
        return last;
      }),
  };
}

function days(database: DatabaseSync): Pick<SideWrites, "closeDay"> {
  const statements = once(() => ({
    known: database.prepare("select 1 from report_day where shop_id = ? and date = ?"),
    day: inserting(database, "report_day"),
    sku: inserting(database, "report_sku"),
    column: inserting(database, "report_column"),
  }));
  return {
    closeDay: (day, skus, column) =>
      transaction(database, () => {
        const writers = statements();
        if (writers.known.get(day.shop_id, day.date) !== undefined) return false;
        writers.day.write(day);
        for (const row of skus) writers.sku.write(row);
        if (column !== null) writers.column.write(column);
        return true;
      }),
  };
}
