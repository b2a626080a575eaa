import { queueColumns } from "../../domain/queue.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { effectOf } from "../../domain/order.ts";
import { packText, trimRow, unpackText } from "../../domain/packed.ts";
import type { Cover, Line } from "../../domain/rows.ts";
import type { LineRow } from "./schema.ts";

/**
 * An order line to its row and back. What is the usual of a new line takes no room in `facts`: there are a
 * million of them.
 */

/** `due_at` of an unpaid hold that never runs out by itself. */
export const neverDue = Number.MAX_SAFE_INTEGER;

/** Covers as `main=5,east=2`. A warehouse's id may hold the two signs: they are written as `%3D` and `%2C`. */
export function coversText(covers: readonly Cover[]): string {
  return covers.map(({ warehouse, units }) => `${escapeWarehouse(warehouse)}=${units}`).join(",");
}

export function coversOf(text: string): readonly Cover[] {
  if (text === "") return noCovers;
  return text.split(",").map((cover) => {
    const equals = cover.lastIndexOf("=");
    return { warehouse: unescapeWarehouse(cover.slice(0, equals)), units: Number(cover.slice(equals + 1)) };
  });
}

const noCovers: readonly Cover[] = [];
const coverSigns = /[%=,]/u;

function escapeWarehouse(warehouse: string): string {
  if (!coverSigns.test(warehouse)) return warehouse;
  return warehouse.replaceAll("%", "%25").replaceAll("=", "%3D").replaceAll(",", "%2C");
}

function unescapeWarehouse(text: string): string {
  if (!text.includes("%")) return text;
  return text.replaceAll("%2C", ",").replaceAll("%3D", "=").replaceAll("%25", "%");
}

/** Where and for which searches a row is written. */
export interface LinePlace {
  readonly folded: 0 | 1;
  readonly byBuyer: 0 | 1;
  readonly batches: string;
}

export function lineRow(shop: number, line: Line, place: LinePlace): LineRow {
  const { covered, backlog, deficit } = queueColumns(line);
  const { live } = effectOf(line);
  return {
    shop_id: shop,
    channel: line.channel,
    order_id: line.orderId,
    line_id: line.lineId,
    sku: line.sku,
    buyer: line.buyer,
    by_buyer: place.byBuyer,
    folded: place.folded,
    kind: line.kind,
    stage: line.stage,
    refund: line.refund,
    live,
    covered,
    backlog,
    deficit,
    placed_at: line.placedAt,
    due_at: dueAt(line, live),
    facts: packFacts(line, live, covered),
    batches: place.batches,
  };
}

export function dueAt(line: Line, live: number): number | null {
  return line.stage === "created" && !line.expired && live > 0 ? (line.expiresAt ?? neverDue) : null;
}

/** Everything of a line that has no column, beside what its columns say. */
export function packFacts(line: Line, live: number, covered: number): string {
  const quantity = line.quantity === live ? "" : String(line.quantity);
  const stamp = line.stampAt === line.placedAt ? "" : String(line.stampAt - line.placedAt);
  const expires = line.expiresAt === null ? "" : String(line.expiresAt - line.placedAt);
  const session = line.session === null ? "" : packText(line.session);
  const covers = isUsualCover(line.covers, covered) ? "" : packText(coversText(line.covers));
  const head = `${quantity}\t${stamp}\t${numberText(line.stampRank, 0)}\t${numberText(line.amount, 0)}\t${expires}\t${session}\t${covers}`;
  return trimRow(isUsual(line) ? head : `${head}\t${restOf(line)}`);
}

/** Units from the warehouse that every shop has, or none. */
function isUsualCover(covers: readonly Cover[], covered: number): boolean {
  return covered === 0 ? covers.length === 0 : covers.length === 1 && covers[0]?.warehouse === mainWarehouse;
}

function isUsual(line: Line): boolean {
  return (
    line.closed === 0 &&
    line.shipped === 0 &&
    line.returnedGood === 0 &&
    line.returnedBad === 0 &&
    line.refundAt === -1 &&
    line.deductAt === "order" &&
    !line.expired &&
    line.gone === 0 &&
    line.listing === null &&
    line.per === 1 &&
    line.region === null
  );
}

function restOf(line: Line): string {
  return [
    numberText(line.closed, 0),
    numberText(line.shipped, 0),
    numberText(line.returnedGood, 0),
    numberText(line.returnedBad, 0),
    numberText(line.refundAt, -1),
    line.deductAt === "order" ? "" : "p",
    line.expired ? "1" : "",
    numberText(line.gone, 0),
    line.listing === null ? "" : packText(line.listing),
    numberText(line.per, 1),
    line.region === null ? "" : packText(line.region),
  ].join("\t");
}

function numberText(value: number, usual: number): string {
  return value === usual ? "" : String(value);
}

/** What of a row makes the line. */
export type LineColumns = Pick<
  LineRow,
  | "channel"
  | "order_id"
  | "line_id"
  | "sku"
  | "buyer"
  | "kind"
  | "stage"
  | "refund"
  | "live"
  | "covered"
  | "placed_at"
  | "facts"
>;

export const lineColumns = [
  "channel",
  "order_id",
  "line_id",
  "sku",
  "buyer",
  "kind",
  "stage",
  "refund",
  "live",
  "covered",
  "placed_at",
  "facts",
] as const satisfies readonly (keyof LineColumns)[];

export function lineOf(row: LineColumns): Line {
  const facts = row.facts.split("\t");
  const at = row.placed_at;
  const quantity = facts[0] ?? "";
  const expires = facts[4] ?? "";
  return {
    channel: row.channel,
    orderId: row.order_id,
    lineId: row.line_id,
    sku: row.sku,
    listing: textOf(facts[15]),
    per: numberOf(facts[16], 1),
    quantity: quantity === "" ? row.live : Number(quantity),
    kind: row.kind as Line["kind"],
    stage: row.stage as Line["stage"],
    stampAt: at + numberOf(facts[1], 0),
    stampRank: numberOf(facts[2], 0),
    closed: numberOf(facts[7], 0),
    shipped: numberOf(facts[8], 0),
    returnedGood: numberOf(facts[9], 0),
    returnedBad: numberOf(facts[10], 0),
    refund: row.refund as Line["refund"],
    refundAt: numberOf(facts[11], -1),
    deductAt: facts[12] === "p" ? "payment" : "order",
    expired: facts[13] === "1",
    amount: numberOf(facts[3], 0),
    buyer: row.buyer,
    region: textOf(facts[17]),
    session: textOf(facts[5]),
    placedAt: at,
    expiresAt: expires === "" ? null : at + Number(expires),
    covers: coversFrom(facts[6], row.covered),
    gone: numberOf(facts[14], 0),
  };
}

function coversFrom(text: string | undefined, covered: number): readonly Cover[] {
  if (text !== undefined && text !== "") return coversOf(unpackText(text));
  return covered === 0 ? noCovers : [{ warehouse: mainWarehouse, units: covered }];
}

function numberOf(text: string | undefined, usual: number): number {
  return text === undefined || text === "" ? usual : Number(text);
}

function textOf(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : unpackText(text);
}
