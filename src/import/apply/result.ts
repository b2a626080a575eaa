import type { Reason } from "../rows.ts";

/** What an import did, or would do: rows of the file and units of stock. */
export interface Tally {
  readonly rows: number;
  readonly units: number;
}

/**
 * The parts of a summary. A row may count in several: half of a cancellation is `closed`, half `unmatched`. Of order
 * lines, `held`, `committed`, `shipped`, `shortage` and `presale` say where their units stood once the line was taken;
 * later rows of the file may have changed that.
 */
export const tallyNames = [
  /** SKUs that are new or whose name, category, price or barcodes changed; no units. */
  "skus",
  "received",
  /** Order lines that were new or said something new; their pieces. */
  "lines",
  "held",
  "committed",
  "shipped",
  "shortage",
  "presale",
  "closed",
  "lost",
  /** Cancelled pieces that no open line was found for; they moved nothing. */
  "unmatched",
  /** Write-offs of more than is available; they moved nothing. */
  "refused",
  /** Left out by a rule of the profile. */
  "skipped",
  /** Had happened before: nothing moved. */
  "duplicates",
  /** Rows that could not be used. */
  "problems",
  /** Rows that were used, with something to look at. */
  "warnings",
] as const;
export type TallyName = (typeof tallyNames)[number];
export type Summary = Readonly<Record<TallyName, Tally>>;

/** Why a row is listed, the gravest first. */
export const listedAs = ["problem", "refused", "unmatched", "skipped", "warning"] as const;
export type ListedAs = (typeof listedAs)[number];

/** A row that somebody should look at. */
export interface ListedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly as: ListedAs;
  /** One or more. */
  readonly reasons: readonly Reason[];
  readonly sku: string | null;
  readonly orderId: string | null;
  /** Units of the row that moved nothing. */
  readonly units: number;
}

/** What the rows of one SKU added up to, in units. */
export interface SkuEffect {
  /** As the file writes it first. */
  readonly sku: string;
  readonly received: number;
  readonly ordered: number;
  readonly held: number;
  readonly committed: number;
  readonly shipped: number;
  readonly shortage: number;
  readonly presale: number;
  readonly closed: number;
  readonly lost: number;
  readonly unmatched: number;
  readonly refused: number;
}

export interface ImportResult {
  readonly kind: "stock" | "orders";
  /** The profile's name. */
  readonly profile: string;
  readonly channel: string | null;
  readonly rows: number;
  readonly seconds: number;
  readonly summary: Summary;
  /** Rows given to `onListed`. */
  readonly listed: number;
  /** Warehouses and channels that were created, by id. */
  readonly newWarehouses: readonly string[];
  readonly newChannels: readonly string[];
  /** By the file's order of first mention. */
  readonly skus: readonly SkuEffect[];
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** Rows. */
  readonly perSecond: number;
  /** Null while it cannot be told yet. */
  readonly secondsLeft: number | null;
}

export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function noTallies(): Record<TallyName, Writable<Tally>> {
  return Object.fromEntries(tallyNames.map((name) => [name, { rows: 0, units: 0 }])) as Record<
    TallyName,
    Writable<Tally>
  >;
}

export function noEffect(sku: string): Writable<SkuEffect> {
  return {
    sku,
    received: 0,
    ordered: 0,
    held: 0,
    committed: 0,
    shipped: 0,
    shortage: 0,
    presale: 0,
    closed: 0,
    lost: 0,
    unmatched: 0,
    refused: 0,
  };
}
