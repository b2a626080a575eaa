import { groupBy } from "../floor/group.ts";
import { cellKey, compareCells, type Cell } from "../floor/shelf.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** A line that differs, before anybody is asked why. */
export interface Variance {
  readonly cell: Cell;
  /** Counted less expected, in units. */
  readonly units: number;
}

/** Something on paper that could be behind a difference, and the units of it that nothing has explained yet. */
export interface Paper {
  readonly kind: PaperKind;
  readonly id: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly units: number;
  readonly at: Instant;
  /** The bin that it was taken from or put into; null: not known. */
  readonly bin: string | null;
}

/**
 * `loan_open`: samples that are out by the books. `loan_returned`: samples that came back by the books since the
 * last count. `return_waiting`: returned goods that are in the building but not booked. `receipt_like_another`: a
 * receipt with the same supplier, product and units as one shortly before. `pick_unshipped`: picked for an order
 * that was not shipped or was cancelled since. `shipment_unpicked`: shipped without a scanned pick.
 */
export const paperKinds = [
  "loan_open",
  "loan_returned",
  "return_waiting",
  "receipt_like_another",
  "pick_unshipped",
  "shipment_unpicked",
] as const;
export type PaperKind = (typeof paperKinds)[number];

export const findingKinds = ["other_bin", "other_lot", "sibling", ...paperKinds] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What explains a difference, or part of it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly units: number;
  /** The lines that it explains: one, or the gain and the loss. */
  readonly cells: readonly Cell[];
  /** The document that says so. */
  readonly paper: string | null;
  readonly words: Words;
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** What is left for a person to ask about. */
  readonly unexplained: readonly Variance[];
}

const words: Readonly<Record<FindingKind, Words>> = {
  other_bin: {
    zh: "同一商品一个库位多、另一个库位少：多半是挪了没扫码",
    en: "One bin has more of it and another fewer: moved without a scan",
  },
  other_lot: {
    zh: "同一商品一个批次多、另一个批次少：多半是批次拿错或贴错",
    en: "One lot has more and another fewer: the lots were mixed up",
  },
  sibling: {
    zh: "同款的一个规格多、另一个规格少：多半是颜色或尺码发错",
    en: "One size or colour has more and another fewer: one was sent for the other",
  },
  loan_open: {
    zh: "样品已放回货架，但没有登记归还",
    en: "Samples stand on the shelf again, but their return was not booked",
  },
  loan_returned: {
    zh: "样品登记了归还，但没有放回货架",
    en: "Samples were booked as returned, but are not on the shelf",
  },
  return_waiting: {
    zh: "退货已上架，但还没有质检入账",
    en: "Returned goods stand on the shelf, but are not inspected and booked",
  },
  receipt_like_another: {
    zh: "同一批货可能收了两次账",
    en: "One delivery may have been booked twice",
  },
  pick_unshipped: {
    zh: "拣出的货没有发走，可能放回了货架",
    en: "Goods that were picked were not sent: they may be back on the shelf",
  },
  shipment_unpicked: {
    zh: "订单已发货，但没有拣货记录",
    en: "An order was sent without a scanned pick",
  },
};

/** Whether a kind of paper leaves more on the shelf than the books say, or fewer. */
const signOf: Readonly<Record<PaperKind, 1 | -1>> = {
  loan_open: 1,
  loan_returned: -1,
  return_waiting: 1,
  receipt_like_another: -1,
  pick_unshipped: 1,
  shipment_unpicked: -1,
};

/** The units of one line that nothing has explained yet. */
interface Open {
  readonly cell: Cell;
  units: number;
}

/**
 * Looks for what explains the differences of a count, the surest first: the same product in another bin or lot,
 * then documents, then a sibling of the product. A unit is explained once, a document as often as it has units.
 * @param familyOf what siblings share: the style of a SKU without colour and size; null: it has none
 */
export function investigate(
  variances: readonly Variance[],
  papers: readonly Paper[],
  familyOf: (sku: string) => string | null,
): Findings {
  const open = variances
    .map(({ cell, units }): Open => ({ cell, units }))
    .toSorted((a, b) => compareCells(a.cell, b.cell));
  const same = (one: Open, other: Open): boolean =>
    one.cell.sku === other.cell.sku && one.cell.quality === other.cell.quality;
  const siblings = (one: Open, other: Open): boolean => {
    const family = familyOf(one.cell.sku);
    return family !== null && one.cell.sku !== other.cell.sku && family === familyOf(other.cell.sku);
  };
  const findings = [
    // Exact pairs before partial ones: +3 and −3 belong together even if a −5 stands nearer.
    ...pairs(open, "other_lot", true, (one, other) => same(one, other) && one.cell.bin === other.cell.bin),
    ...pairs(open, "other_bin", true, (one, other) => same(one, other) && one.cell.lot === other.cell.lot),
    ...pairs(open, "other_bin", false, same),
    ...fromPapers(open, papers),
    ...pairs(open, "sibling", true, siblings),
    ...pairs(open, "sibling", false, siblings),
  ];
  const unexplained = open.filter((one) => one.units !== 0).map(({ cell, units }) => ({ cell, units }));
  return { findings, unexplained };
}

/** Gains and losses that cancel. `exact`: only where both are of the same size. */
function pairs(
  open: readonly Open[],
  kind: "other_bin" | "other_lot" | "sibling",
  exact: boolean,
  fits: (gain: Open, loss: Open) => boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  const losses = open.filter((one) => one.units < 0);
  for (const gain of open.filter((one) => one.units > 0)) {
    for (const loss of losses) {
      if (gain.units === 0) break;
      if (loss.units === 0 || gain.cell.warehouse !== loss.cell.warehouse || !fits(gain, loss)) continue;
      if (exact && gain.units !== -loss.units) continue;
      const units = Math.min(gain.units, -loss.units);
      gain.units -= units;
      loss.units += units;
      findings.push({ kind, units, cells: [gain.cell, loss.cell], paper: null, words: words[kind] });
    }
  }
  return findings;
}

/** Documents that fit, those that name the bin and those of exactly the same size first. */
function fromPapers(open: readonly Open[], papers: readonly Paper[]): readonly Finding[] {
  const findings: Finding[] = [];
  const left = papers
    .toSorted(
      (a, b) =>
        paperKinds.indexOf(a.kind) - paperKinds.indexOf(b.kind) || a.at - b.at || compareText(a.id, b.id),
    )
    .map((paper) => ({ paper, units: paper.units }));
  const bySku = groupBy(left, (one) => `${one.paper.warehouse}\u0000${one.paper.sku}`);
  for (const one of open) {
    const own = bySku.get(`${one.cell.warehouse}\u0000${one.cell.sku}`) ?? [];
    const rank = ({ paper, units }: (typeof left)[number]): number =>
      (paper.bin === one.cell.bin ? 0 : 2) + (units === Math.abs(one.units) ? 0 : 1);
    const fitting = own
      .filter(({ paper }) => paper.bin === null || paper.bin === one.cell.bin)
      .filter(({ paper }) => signOf[paper.kind] === Math.sign(one.units))
      .toSorted((a, b) => rank(a) - rank(b));
    for (const candidate of fitting) {
      const units = Math.min(candidate.units, Math.abs(one.units));
      if (units === 0) continue;
      candidate.units -= units;
      one.units -= units * Math.sign(one.units);
      const { kind, id } = candidate.paper;
      findings.push({ kind, units, cells: [one.cell], paper: id, words: words[kind] });
    }
  }
  return findings;
}

export interface ReceiptPaper {
  readonly id: string;
  readonly warehouse: string;
  readonly supplier: string;
  /** The supplier's own number on the note; empty: none. */
  readonly note: string;
  readonly sku: string;
  readonly units: number;
  readonly at: Instant;
}

/** How near two equal receipts without a number must be to look like one, in milliseconds. */
export const receiptTwiceMs = 48 * 3_600_000;

/**
 * Receipts that look like an earlier one: the same supplier, product and units, and the same note's number, or
 * none and little time between. Two different numbers are two deliveries.
 */
export function receiptsLikeAnother(receipts: readonly ReceiptPaper[]): readonly Paper[] {
  const groups = groupBy(receipts, ({ warehouse, supplier, sku, units }) =>
    [warehouse, supplier, sku, units].join("\u0000"),
  );
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.at - b.at || compareText(a.id, b.id));
    return sorted.flatMap((receipt, index): readonly Paper[] => {
      const twin = sorted
        .slice(0, index)
        .some((earlier) =>
          receipt.note !== "" || earlier.note !== ""
            ? receipt.note === earlier.note
            : receipt.at - earlier.at <= receiptTwiceMs,
        );
      const { id, sku, warehouse, units, at } = receipt;
      return twin ? [{ kind: "receipt_like_another", id, sku, warehouse, units, at, bin: null }] : [];
    });
  });
}

/** The reasons that the findings suggest for each line, to be offered to the approver. */
export function findingsByCell(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byCell = new Map<string, readonly Finding[]>();
  for (const finding of findings) {
    for (const cell of finding.cells) {
      const key = cellKey(cell);
      byCell.set(key, [...(byCell.get(key) ?? []), finding]);
    }
  }
  return byCell;
}
