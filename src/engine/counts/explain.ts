import type { Adjust } from "../../domain/command.ts";
import {
  investigate,
  receiptsLikeAnother,
  type Finding,
  type Paper,
  type ReceiptPaper,
} from "../../domain/count/detective.ts";
import type { CountLine } from "../../domain/count/line.ts";
import type { Sheet } from "../../domain/count/sheet.ts";
import type { VarianceReason } from "../../domain/count/tolerance.ts";
import type { Floor } from "../../domain/floor/floor.ts";
import { cellKey, type Cell } from "../../domain/floor/shelf.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { isStaging } from "../../domain/place.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Inbound } from "../inbound/inbound.ts";
import type { Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";
import type { Returns } from "../returns/returns.ts";
import type { Samples } from "../returns/samples.ts";
import { isUnscanned, lineId, unknownSheet, type Counts, type Signer } from "./counts.ts";
import { shortId } from "./posting.ts";

/** Why the shelves and the books differ, before a person is asked, and what each cause is settled with. */

export const explainLimits = {
  /** Receipts that are compared with each other. */
  receiptsMax: 500,
  /** Papers that are older explain nothing. */
  paperDays: 60,
} as const;

/** How an explanation is settled: by booking what was forgotten, by approving its lines, or by a page of its own. */
export type ExplainAction =
  | { readonly kind: "move"; readonly from: Cell; readonly to: Cell }
  | { readonly kind: "return_sample"; readonly loan: string; readonly cell: Cell }
  | { readonly kind: "correct_receipt"; readonly receipt: string; readonly cell: Cell }
  | { readonly kind: "back_to_shelf"; readonly cell: Cell }
  | { readonly kind: "approve"; readonly reason: VarianceReason }
  | { readonly kind: "open_return"; readonly parcel: string };

export interface Explanation {
  /** The same cause of the same lines has the same name. */
  readonly id: string;
  readonly finding: Finding;
  readonly lines: readonly CountLine[];
  /** Null: it is for a person to settle. */
  readonly action: ExplainAction | null;
}

interface ExplainerOptions {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly counts: Counts;
  readonly inbound: Pick<Inbound, "list">;
  readonly samples: Pick<Samples, "countPapers" | "act">;
  readonly returns: Pick<Returns, "countPapers">;
  readonly batcher: Pick<Batcher, "submit">;
}

const gone: Words = {
  zh: "这条解释已经不成立了，请看新的差异",
  en: "This explanation holds no longer: look at the difference as it is now",
};
const noAction: Words = { zh: "这一条要由人来处理", en: "This one is for a person to settle" };
const notThere: Words = {
  zh: "现在的库存不够做这笔登记，请先核对库存流水",
  en: "The units for this are not there now: look at the movements first",
};

export class Explainer {
  readonly #options: ExplainerOptions;

  constructor(options: ExplainerOptions) {
    this.#options = options;
  }

  /** What explains the lines of a sheet that differ and are not approved. @param at now */
  async explain(sheet: Sheet, at: Instant): Promise<readonly Explanation[]> {
    const { counts } = this.#options;
    const { lines, floor } = await counts.judge(sheet);
    const differing = lines.filter(differs);
    if (differing.length === 0) return [];
    const byKey = new Map(differing.map((line) => [cellKey(line.cell), line]));
    const papers = await this.#papers(differing, isUnscanned(sheet) ? null : floor, at);
    const variances = differing.map(({ cell, variance }) => ({ cell, units: variance?.low ?? 0 }));
    const familyOf = await this.#families(differing);
    return investigate(variances, papers, familyOf).findings.map((finding) => {
      const own = finding.cells.flatMap((cell) => byKey.get(cellKey(cell)) ?? []);
      const name = JSON.stringify([finding.kind, finding.units, finding.paper, finding.cells.map(cellKey)]);
      return { id: shortId(name), finding, lines: own, action: actionOf(finding, own) };
    });
  }

  /** Does what an explanation proposes. Said again once it is done, it is refused: nothing is left to explain. */
  async settle(sheetId: string, id: string, signer: Signer, who: Who): Promise<{ ok: true } | Refused> {
    const { counts } = this.#options;
    const sheet = await counts.get(sheetId);
    if (sheet === null) return unknownSheet;
    const one = (await this.explain(sheet, who.at)).find((known) => known.id === id);
    if (one === undefined) return refuse("variance_changed", gone);
    const { action, finding, lines } = one;
    if (action === null || action.kind === "open_return") return refuse("line_open", noAction);
    if (action.kind === "approve") {
      const approvals = lines.map((line) => ({
        key: lineId(line),
        variance: line.settled?.variance ?? 0,
        reason: action.reason,
      }));
      const approved = await counts.approve(sheetId, approvals, signer, who);
      return approved.ok ? { ok: true } : approved;
    }
    // It happened before anybody counted, only nobody wrote it down: the count stands, and the books follow.
    const before = { actor: who.actor, at: Math.min(...lines.flatMap(startsOf)) - 1 };
    if (action.kind === "return_sample") {
      const body = { good: finding.units, bad: 0, bin: action.cell.bin };
      const acted = await this.#options.samples.act(action.loan, { kind: "returned", body }, before);
      return acted.ok ? { ok: true } : acted;
    }
    const key = `explained/${sheetId}/${id}`;
    for (const [index, command] of (await this.#commands(action, finding, sheet)).entries()) {
      const outcome = await this.#options.batcher.submit({ ...command, key: `${key}/${index}`, ...before });
      const done = outcome.code === "duplicate" ? outcome.first : outcome;
      if (done !== null && isRefusal(done)) return refuse("variance_changed", notThere);
    }
    return { ok: true };
  }

  async #commands(
    action: Exclude<ExplainAction, { kind: "approve" | "open_return" | "return_sample" }>,
    { units, paper }: Finding,
    sheet: Sheet,
  ): Promise<readonly Omit<Adjust, "key" | "actor" | "at">[]> {
    if (action.kind === "correct_receipt") {
      const { cell } = action;
      const note = `count=${sheet.spec.sheet} receipt=${paper ?? ""} booked twice`;
      return [
        {
          type: "adjust",
          action: "supplier_return",
          // Where no bin is known the ledger takes them from where they stand by the books.
          ...(isUnscanned(sheet) ? { warehouse: cell.warehouse, sku: cell.sku } : shelfOf(cell)),
          quality: cell.quality,
          quantity: units,
          note,
        },
      ];
    }
    const note = `count=${sheet.spec.sheet}`;
    if (action.kind === "move") {
      const { from, to } = action;
      const move = { type: "adjust" as const, action: "put_away" as const, quantity: units, note };
      return [{ ...move, ...shelfOf(from), quality: from.quality, toBin: to.bin }];
    }
    const { floor } = await this.#options.counts.judge(sheet);
    const { cell } = action;
    let left = units;
    return stagedOf(floor, cell).flatMap(({ quantity, ...from }) => {
      const part = Math.min(left, quantity);
      left -= part;
      const move = { type: "adjust" as const, action: "put_away" as const, quantity: part, note };
      return part === 0 ? [] : [{ ...move, ...shelfOf(from), quality: from.quality, toBin: cell.bin }];
    });
  }

  /** @param floor null: nobody scans the picks, and no bin can be told from another */
  async #papers(lines: readonly CountLine[], floor: Floor | null, at: Instant): Promise<readonly Paper[]> {
    const { samples, returns } = this.#options;
    const since = at - explainLimits.paperDays * 24 * hourMs;
    const skus = new Set(lines.map(({ cell }) => cell.sku));
    const counted = Math.max(...lines.flatMap(startsOf));
    const found = [
      ...(await samples.countPapers(since)),
      ...(await returns.countPapers()),
      ...(await this.#receipts(since)),
      ...(floor === null ? [] : await this.#staged(lines, floor)),
      ...(floor === null ? [] : unpickedShipments(floor, skus, since)),
    ];
    // What was written down after everybody counted, the counts know nothing of.
    return found.filter((paper) => skus.has(paper.sku) && paper.at < counted && paper.at >= since);
  }

  async #receipts(since: Instant): Promise<readonly Paper[]> {
    const receipts: ReceiptPaper[] = [];
    for (const { receipt } of await this.#options.inbound.list(explainLimits.receiptsMax)) {
      const { agreed, warehouse, supplier, note, receipt: id } = receipt;
      if (agreed === null || agreed.at < since) continue;
      for (const { sku, quantity: units } of agreed.lines)
        receipts.push({ id, warehouse, supplier, note, sku, units, at: agreed.at });
    }
    return receiptsLikeAnother(receipts);
  }

  /** Goods that stand packed beyond what is sold and not sent: their orders were cancelled. */
  async #staged(lines: readonly CountLine[], floor: Floor): Promise<readonly Paper[]> {
    const { store, shop } = this.#options;
    const papers: Paper[] = [];
    const gains = lines.filter(({ variance }) => (variance?.low ?? 0) > 0);
    for (const { cell } of new Map(gains.map((line) => [line.cell.sku, line])).values()) {
      const staged = stagedOf(floor, cell);
      const units = staged.reduce((sum, one) => sum + one.quantity, 0);
      if (units === 0) continue;
      const stocks = (await store.read.sku(shop, cell.sku))?.stocks ?? [];
      const owed = stocks.find(({ warehouse }) => warehouse === cell.warehouse)?.committed ?? 0;
      const { sku, warehouse } = cell;
      const at = Math.max(0, ...staged.flatMap((one) => floor.history(one).map((moved) => moved.at)));
      const id = `staging ${sku}`;
      if (units > owed)
        papers.push({ kind: "pick_unshipped", id, sku, warehouse, units: units - owed, at, bin: null });
    }
    return papers;
  }

  /** What siblings share: the style where the shop says one, else the name before what tells sizes and colours apart. */
  async #families(lines: readonly CountLine[]): Promise<(sku: string) => string | null> {
    const { store, shop, counts } = this.#options;
    const [traits, goods] = [await store.read.skuTraits(shop), await counts.goods.all()];
    const families = new Map<string, string | null>();
    for (const { sku } of lines.map(({ cell }) => cell)) {
      const style = traits.get(sku)?.style ?? null;
      families.set(sku, style === null ? nameFamily(goods.get(sku)?.name ?? "") : `style ${style}`);
    }
    return (sku) => families.get(sku) ?? null;
  }
}

/** `羊毛围巾 · 雾蓝` and `羊毛围巾 · 米白` are siblings. Null: the name does not say. */
function nameFamily(name: string): string | null {
  const [family = "", ...rest] = name.split(/\s*[·•|/／（(]\s*/u);
  return rest.length === 0 || family === "" ? null : `name ${family}`;
}

function differs({ status, variance, rounds }: CountLine): boolean {
  if (status === "approved" || status === "unclear" || rounds.length === 0) return false;
  return variance !== null && variance.low === variance.high && variance.low !== 0;
}

function startsOf({ rounds }: CountLine): readonly Instant[] {
  return rounds.map((round) => round.when.from);
}

function actionOf(finding: Finding, lines: readonly CountLine[]): ExplainAction | null {
  const [first, second] = finding.cells;
  if (first === undefined) return null;
  const { kind, units, paper } = finding;
  const whole = lines.length === finding.cells.length && lines.every((line) => isWhole(line, units));
  const approve = (reason: VarianceReason): ExplainAction | null =>
    whole ? { kind: "approve", reason } : null;
  switch (kind) {
    case "other_bin":
      if (second === undefined) return null;
      // The gain is named first; goods of another lot cannot have come from there.
      return first.lot === second.lot ? { kind: "move", from: second, to: first } : approve("misplaced");
    case "other_lot":
      return approve("misplaced");
    case "sibling":
      return approve("wrong_item_sent");
    case "loan_open":
      return paper === null ? null : { kind: "return_sample", loan: paper, cell: first };
    case "loan_returned":
      return approve("sample");
    case "return_waiting":
      return paper === null ? null : { kind: "open_return", parcel: paper };
    case "receipt_like_another":
      return paper === null ? null : { kind: "correct_receipt", receipt: paper, cell: first };
    case "pick_unshipped":
      return { kind: "back_to_shelf", cell: first };
    case "shipment_unpicked":
      return approve("pick_unscanned");
  }
}

/** Whether the line is settled, and differs by as many units as are explained: lines are approved whole. */
function isWhole({ settled }: CountLine, units: number): boolean {
  return settled !== null && Math.abs(settled.variance) === units;
}

function stagedOf(floor: Floor, { sku, warehouse, quality }: Cell) {
  return floor
    .cells()
    .filter((one) => one.sku === sku && one.warehouse === warehouse && one.quality === quality)
    .filter((one) => isStaging(one.bin))
    .map((one) => ({ ...one, quantity: floor.quantity(one) }))
    .filter(({ quantity }) => quantity > 0);
}

/** Units that were sent straight from a shelf, in a warehouse that scans its picks. */
function unpickedShipments(floor: Floor, skus: ReadonlySet<string>, since: Instant): readonly Paper[] {
  return floor
    .cells()
    .filter(({ sku, bin }) => skus.has(sku) && !isStaging(bin))
    .flatMap((cell) =>
      floor
        .history(cell)
        .filter((moved) => moved.reason === "ship" && moved.to === null && moved.at >= since)
        .map(({ id, doc, sku, quantity, at }): Paper => ({
          kind: "shipment_unpicked",
          id: doc ?? id,
          sku,
          warehouse: cell.warehouse,
          units: quantity,
          at,
          bin: null,
        })),
    );
}

function shelfOf({ warehouse, sku, bin, lot }: Cell) {
  return { warehouse, sku, bin, lot };
}
