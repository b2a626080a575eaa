import { shortageDesk, type DeskLine } from "../../domain/after-live/desk.ts";
import {
  countDaysMax,
  doubtfulSkus,
  openRefunds,
  pendingPayments,
  presaleLines,
  type Doubtful,
  type PendingLine,
  type PresaleLine,
  type RefundLine,
} from "../../domain/after-live/lists.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { StepFacts } from "../../domain/after-live/review.ts";
import { deadlinesOf, type AfterLiveSettings } from "../../domain/after-live/settings.ts";
import type { ReviewStep } from "../../domain/after-live/step.ts";
import type { OddCase } from "../../domain/odd/case.ts";
import type { SkuGap } from "../../domain/reconcile/summary.ts";
import type { DayReport } from "../../domain/report/day-report.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { OrderQuery, Reads, ShopId, StockItem, Store } from "../../store/store.ts";
import { readExpected } from "../inbound/expected.ts";
import { comingOf, incomingOf, presaleDates, type Coming } from "./coming.ts";
import { countsOf } from "./day-counts.ts";
import { latestOfEach } from "./night-close.ts";
import { readCases, type Period } from "./odd-orders.ts";
import { reconciliationKind, type KeptReconciliation } from "./reconciling.ts";
import { readAfterLive } from "./settings.ts";
import { standingNow } from "./standing.ts";

const dayMs = 24 * hourMs;

export const reviewLimits = {
  pageLines: 1_000,
  /** Lines of a list that are looked at: the latest. */
  listedLinesMax: 20_000,
  /** A payment that waits longer than this is asked about. */
  pendingHoursMax: 24,
  /** Products that are offered instead of one that is gone. */
  swapsMax: 20,
} as const;

/** What a review is about: the period of a session, or of a business day. */
export interface ReviewSubject {
  readonly kind: "day" | "session";
  readonly id: string;
  readonly title: string;
  /** The business day whose report it stands under. */
  readonly date: string;
  readonly period: Period;
}

/** Everything that the steps are about, as the books have it now. */
export interface ReviewLists {
  readonly reconciliations: readonly KeptReconciliation[];
  /** Channels that sold and have no list yet. */
  readonly missingChannels: readonly string[];
  readonly pending: readonly PendingLine[];
  readonly refunds: readonly RefundLine[];
  readonly presale: readonly PresaleLine[];
  readonly shortage: readonly DeskLine[];
  readonly cases: readonly OddCase[];
  readonly doubtful: readonly (Doubtful & { readonly counted: boolean })[];
  readonly report: DayReport;
}

export interface ListOptions {
  readonly store: Pick<Store, "read" | "workEvents">;
  readonly shop: ShopId;
  readonly now: Instant;
  /** When the business day under way ends. */
  readonly dayEnds: Instant;
}

export async function reviewLists(
  options: ListOptions,
  subject: ReviewSubject,
  report: DayReport,
): Promise<ReviewLists> {
  const { store, shop, now, dayEnds } = options;
  const { read } = store;
  const reconciliations: KeptReconciliation[] = [];
  for (const kept of latestOfEach(await listsOfSubject(read, shop, subject)))
    reconciliations.push(await standingNow(read, shop, kept));
  const coming = comingOf(await readExpected({ read, shop }));
  const [pending, refunds, presale, short] = [
    await linesOf(read, shop, "pending"),
    await linesOf(read, shop, "refund"),
    await linesOf(read, shop, "presale"),
    await linesOf(read, shop, "short"),
  ];
  const { value: settings } = await readAfterLive(read, shop);
  const shortage = await deskOf(options, short, coming, settings);
  const cases = (await readCases({ read, shop }))
    .map(({ odd }) => odd)
    .filter(({ orders }) => orders.some((order) => isIn(order.placedAt, subject.period)));
  return {
    reconciliations,
    missingChannels: report.channels
      .filter(
        ({ channel, sales }) => sales.orders > 0 && !reconciliations.some((one) => one.channel === channel),
      )
      .map(({ channel }) => channel),
    pending: pendingPayments(pending, now),
    refunds: openRefunds(refunds, {
      answerHours: (channel) => deadlinesOf(settings, channel).answerHours,
      now,
      dayEnds,
    }),
    presale: presaleLines(presale, presaleDates(presale, short, coming), now),
    shortage,
    cases,
    doubtful: doubtfulOf(
      report,
      reconciliations.flatMap(({ skus }) => skus),
      await daysSinceCounts(options),
    ),
    report,
  };
}

/** How much of each step there is, and how much is still open. */
export function stepFacts(lists: ReviewLists): Readonly<Record<ReviewStep, StepFacts>> {
  const { reconciliations, missingChannels, pending, refunds, presale, shortage, cases, doubtful, report } =
    lists;
  const missing = missingChannels.length;
  const sum = (of: (one: ReviewLists["reconciliations"][number]) => number): number =>
    reconciliations.reduce((all, one) => all + of(one), 0);
  return {
    orders: { total: sum(({ lines }) => lines) + missing, open: sum(({ open }) => open) + missing },
    pending: {
      total: pending.length,
      open: pending.filter(({ waitingHours }) => waitingHours > reviewLimits.pendingHoursMax).length,
    },
    refunds: { total: refunds.length, open: refunds.filter(({ today, overdue }) => today || overdue).length },
    presale: { total: presale.length, open: presale.filter(({ late }) => late).length },
    shortage: { total: shortage.length, open: shortage.length },
    odd: { total: cases.length, open: cases.filter(({ state }) => state === "open").length },
    count: { total: doubtful.length, open: doubtful.filter(({ counted }) => !counted).length },
    report: { total: report.rows.length, open: report.rows.filter(({ balanced }) => !balanced).length },
  };
}

async function listsOfSubject(
  read: Reads,
  shop: ShopId,
  { kind, id, date }: ReviewSubject,
): Promise<readonly KeptReconciliation[]> {
  const documents = await read.documents(shop, reconciliationKind);
  return documents
    .map(({ body }) => body as KeptReconciliation)
    .filter((kept) => (kind === "session" ? kept.session === id : kept.day === date));
}

async function linesOf(
  read: Pick<Reads, "orders">,
  shop: ShopId,
  state: NonNullable<OrderQuery["state"]>,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = null; ;) {
    const query = { state, limit: reviewLimits.pageLines, cursor };
    const page: Awaited<ReturnType<Reads["orders"]>> = await read.orders(shop, query);
    lines.push(...page.items);
    cursor = page.next;
    if (cursor === null || lines.length >= reviewLimits.listedLinesMax) return lines;
  }
}

/** The oversell desk: every line that no unit covers, who gets what comes, and what to offer the others. */
export async function openShortage(
  options: Omit<ListOptions, "store"> & { readonly store: Pick<Store, "read"> },
): Promise<readonly DeskLine[]> {
  const { store, shop } = options;
  const lines = await linesOf(store.read, shop, "short");
  const { value: settings } = await readAfterLive(store.read, shop);
  return deskOf(options, lines, comingOf(await readExpected({ read: store.read, shop })), settings);
}

async function deskOf(
  { store, shop, now }: Pick<ListOptions, "shop" | "now"> & { readonly store: Pick<Store, "read"> },
  lines: readonly Line[],
  coming: readonly Coming[],
  settings: AfterLiveSettings,
): Promise<readonly DeskLine[]> {
  if (lines.length === 0) return [];
  const { items } = await store.read.stock(shop, {
    soldSince: null,
    limit: 1_000,
    sort: "sellable",
    descending: true,
  });
  const known = new Map(items.map((item) => [item.sku, item]));
  for (const sku of new Set(lines.map((line) => line.sku))) {
    if (known.has(sku)) continue;
    const page = await store.read.stock(shop, { soldSince: null, limit: 5, search: sku });
    const item = page.items.find((one) => one.sku === sku);
    if (item !== undefined) known.set(sku, item);
  }
  return shortageDesk(lines, incomingOf(coming, now), {
    now,
    shipHours: (channel) => deadlinesOf(settings, channel).shipHours,
    alternates: (sku) => swapsOf(known.get(sku), items),
  });
}

/** Products of the same category with units to sell, the nearest in price first. */
function swapsOf(
  gone: StockItem | undefined,
  items: readonly StockItem[],
): readonly { readonly sku: string; readonly sellable: number }[] {
  if (gone === undefined || gone.category === "") return [];
  return items
    .filter(({ sku, category, sellable }) => sku !== gone.sku && category === gone.category && sellable > 0)
    .toSorted((a, b) => Math.abs(a.price - gone.price) - Math.abs(b.price - gone.price))
    .slice(0, reviewLimits.swapsMax);
}

/** By SKU: full days since somebody last signed for a count of it; none for those nobody counted so lately. */
async function daysSinceCounts({ store, shop, now }: ListOptions): Promise<ReadonlyMap<string, number>> {
  const from = now - (countDaysMax + 1) * dayMs;
  const days = new Map<string, number>();
  const seen = await countsOf({ store, shop, from, until: now + 1, dateOf: () => "" });
  for (const { sku, at } of seen)
    days.set(sku, Math.min(days.get(sku) ?? Infinity, Math.floor((now - at) / dayMs)));
  return days;
}

function doubtfulOf(
  report: DayReport,
  gaps: readonly SkuGap[],
  daysSince: ReadonlyMap<string, number>,
): ReviewLists["doubtful"] {
  const shipped = new Map<string, number>();
  for (const gap of gaps) shipped.set(gap.sku, (shipped.get(gap.sku) ?? 0) + gap.shipped);
  const counted = new Map(report.rows.map((row) => [row.sku, row.counted !== null]));
  const inputs = report.rows.map((row) => ({
    sku: row.sku,
    shortageMost: Math.max(row.closingBalance.shortage, row.columns.shortageOwed),
    shippedUnbooked: shipped.get(row.sku) ?? 0,
    lastVariance: row.variance ?? 0,
    returned: row.returned,
    sold: row.sold,
    onHand: row.closing,
    daysSinceCount: row.counted === null ? (daysSince.get(row.sku) ?? null) : 0,
  }));
  return doubtfulSkus(inputs).map((one) => ({ ...one, counted: counted.get(one.sku) === true }));
}

function isIn(at: Instant, { from, to }: Period): boolean {
  return at >= from && at < to;
}
