import { sql, type RawBuilder, type SqlBool } from "kysely";

/**
 * The conditions of the partial indexes of `order_line`, word for word as the migrations have them. A number
 * in them stands as it is, never as a parameter: a planner matches an index to the text alone.
 */
export const isCovered: RawBuilder<SqlBool> = sql`folded = 1 and covered > 0`;
export const isWaiting: RawBuilder<SqlBool> = sql`folded = 1 and backlog > 0`;
export const isDeficit: RawBuilder<SqlBool> = sql`folded = 1 and deficit > 0`;
/** Nothing stands in the building for it and nothing is owed. */
export const isAtRest: RawBuilder<SqlBool> = sql`folded = 1 and covered = 0 and backlog = 0 and deficit = 0`;
/** So new that no index by SKU has it yet: there are a few thousand at most. */
export const isFresh: RawBuilder<SqlBool> = sql`folded = 0`;
export const isLive: RawBuilder<SqlBool> = sql`live > 0`;
export const isClosed: RawBuilder<SqlBool> = sql`live = 0`;
export const isUnpaid: RawBuilder<SqlBool> = sql`due_at is not null`;
export const isPending: RawBuilder<SqlBool> = sql`stage = 'pending' and ${isLive}`;
export const isInRefund: RawBuilder<SqlBool> = sql`refund in ('requested', 'agreed', 'refunding')`;

/** Lines that hold units have unpaid ones before paid ones in their index: 0 and 1. */
export const isCoveredUnpaid: RawBuilder<SqlBool> = sql`${isCovered} and (case when stage = 'paid' then 1 else 0 end) = 0`;
export const isCoveredPaid: RawBuilder<SqlBool> = sql`${isCovered} and (case when stage = 'paid' then 1 else 0 end) = 1`;

/** A LIKE pattern that finds the text anywhere. Used with `escape '\'`. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
}

/** Greater than every id that begins with the prefix: text is compared byte by byte. */
export function afterPrefix(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}
