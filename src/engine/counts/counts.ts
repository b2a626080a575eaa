import {
  approveLines,
  askRecount,
  cancelSheet,
  closeBin,
  closeSheet,
  openSheet,
  resolveEntry,
  type Approval,
  type CountAnswer,
} from "../../domain/count/act.ts";
import type { BinClose, EntryMode, Resolution } from "../../domain/count/entry.ts";
import type { CountLine } from "../../domain/count/line.ts";
import { anchorsOf } from "../../domain/count/post.ts";
import { changedBins, type CountFact, type Sheet, type SheetSpec } from "../../domain/count/sheet.ts";
import type { Tolerance } from "../../domain/count/tolerance.ts";
import { counterView, openView, type CounterView } from "../../domain/count/view.ts";
import type { Floor } from "../../domain/floor/floor.ts";
import type { Cell } from "../../domain/floor/shelf.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import type { BusinessDay } from "../day.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";
import { factsOf, knownClose, refusedItem, type ItemAnswer } from "./answers.ts";
import { foldEvents } from "./fold.ts";
import { FloorBook, type FloorNow } from "./floor-book.ts";
import { Goods } from "./goods.ts";
import { JudgedSheets, priceIn } from "./judged.ts";
import { lotsIn } from "./lots.ts";
import { planToday, lastCounted, type TodayPlan } from "./plan.ts";
import { readCountPolicy, type CountPolicy } from "./policy.ts";
import { nothingPosted, postDue, shortId, type PostedSum } from "./posting.ts";
import { selectCells, type WhatToCount } from "./select.ts";
import { sameScope, sheetOfRequest, sheetOpen } from "./same-sheet.ts";
import { newSheetId, sheetIdParts } from "./sheet-id.ts";
import { Taking } from "./taking.ts";
import { whenOf, type Device, type Said } from "./times.ts";

const dayMs = 24 * hourMs;

export const countsEngineLimits = {
  /** Movements that come later than this after a sheet was finished change no booking of it any more. */
  lateHours: 72,
  /** Sheets that were opened longer ago are not looked through for late movements. */
  openDays: 30,
  listedMax: 200,
} as const;

export interface OpenRequest extends WhatToCount {
  readonly blind: boolean;
  readonly tolerance: Tolerance | null;
  readonly purpose: string;
  /** Null: said again it is another sheet. */
  readonly request?: string | null;
  /** Also where an open sheet asks for the same. */
  readonly anyway?: boolean;
}

export interface EntryRequest extends Said {
  readonly id: string;
  readonly bin: string;
  readonly sku: string;
  /** Null: nobody said; where one lot stands in the bin it is that. */
  readonly lot: string | null;
  readonly quality: Cell["quality"];
  readonly quantity: number;
  readonly mode: EntryMode;
  readonly queued: boolean;
}

export interface Signer {
  readonly by: string;
  readonly role: string;
}

export interface CountsOptions {
  readonly store: Pick<Store, "read" | "workEvents" | "days">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly batcher: Pick<Batcher, "submit" | "submitAll">;
  readonly day: () => BusinessDay;
  /** The bins in use of a warehouse, also those in which nothing ever stood. */
  readonly binsInUse: (warehouse: string) => Promise<readonly string[]>;
}

export const unknownSheet: Refused = refuse("unknown_sheet", {
  zh: "没有这张盘点单",
  en: "There is no such count sheet",
});
const unknownSku: Words = { zh: "没有这个商品，请先建档", en: "There is no such product: create it first" };

/** The lines of a sheet with what they were judged by. */
export interface Judged {
  readonly sheet: Sheet;
  readonly lines: readonly CountLine[];
  readonly floor: Floor;
}

/** The count sheets of a shop, and what they tell the books. */
export class Counts {
  readonly goods: Goods;
  readonly #options: CountsOptions;
  readonly #papers: Papers<Sheet, CountFact>;
  readonly #bins: FloorBook;
  readonly #warehouses: FloorBook;
  readonly #judged = new JudgedSheets();
  #opening: Promise<unknown> = Promise.resolve();
  /** Up to which number each sheet's claims are on a floor. */
  readonly #anchored = new WeakMap<Floor, Map<string, number>>();

  constructor(options: CountsOptions) {
    this.#options = options;
    const { store, shop, clock } = options;
    this.goods = new Goods(store.read, shop, clock);
    this.#papers = new Papers({ store, shop, kind: "count", fold: foldEvents });
    this.#bins = new FloorBook({ store, shop, unscanned: false });
    this.#warehouses = new FloorBook({ store, shop, unscanned: true });
  }

  /** Whether a sheet can be opened without reading the floor first. */
  get isReady(): boolean {
    return this.#bins.known !== null;
  }

  get(sheet: string): Promise<Sheet | null> {
    return this.#papers.get(sheet);
  }

  /** Sheets, the latest first. @param since opened since then */
  async list(since: Instant, limit = Number.POSITIVE_INFINITY): Promise<readonly Sheet[]> {
    const heads = [...(await this.#papers.heads())]
      .filter(([id]) => (sheetIdParts(id)?.openedAt ?? 0) >= since)
      .toSorted(([a], [b]) => (a < b ? 1 : -1))
      .slice(0, limit);
    const sheets: Sheet[] = [];
    for (const [id, seq] of heads) {
      const sheet = await this.#papers.at(id, seq);
      if (sheet !== null) sheets.push(sheet);
    }
    return sheets;
  }

  /** One after the other: of two that ask for the same at once the second must see the first. */
  open(request: OpenRequest, who: Who): Promise<PaperActed<Sheet>> {
    const run = (): Promise<PaperActed<Sheet>> => this.#open(request, who);
    const turn = this.#opening.then(run, run);
    this.#opening = turn;
    return turn;
  }

  async #open(request: OpenRequest, who: Who): Promise<PaperActed<Sheet>> {
    const { store, shop, clock, day } = this.#options;
    const { kind, warehouse, blind, purpose } = request;
    if ((await store.read.warehouses(shop)).every((one) => one.warehouse !== warehouse))
      return refuse("unknown_warehouse", { zh: "没有这个仓库", en: "There is no such warehouse" });
    const { policy } = await readCountPolicy(store.read, shop);
    const needsDay = kind === "touched" || kind === "zero";
    const now = await this.#floorNow(false, needsDay ? day().from : who.at);
    const picks = policy.picks[warehouse] ?? (now.sold.has(warehouse) ? "unscanned" : "scanned");
    const unscanned = picks === "unscanned";
    const counted = kind === "zero" ? await this.#lastCounted(warehouse) : new Map<string, Instant>();
    const named = (request.bins?.length ?? 0) + (request.skus?.length ?? 0) > 0;
    const plan = kind === "cycle" && !named ? await this.plan(warehouse) : null;
    const needsBins = !named && (kind === "full" || kind === "zero");
    const sources = {
      now,
      listed: needsBins ? await this.#options.binsInUse(warehouse) : [],
      unscanned,
      counted,
      planned: plan?.today.map(({ bin }) => bin) ?? [],
      today: { from: day().from, at: who.at },
    };
    const openedAt = who.at;
    const spec: SheetSpec = {
      sheet: newSheetId({ openedAt, unscanned }, clock),
      kind,
      warehouse,
      ...selectCells(request, sources),
      blind,
      tolerance: request.tolerance ?? policy.tolerance,
      purpose,
      ...(request.request == null ? {} : { request: request.request }),
      unscanned,
    };
    const known = await this.list(who.at - countsEngineLimits.openDays * dayMs);
    const again = sheetOfRequest(known, spec.request ?? null);
    if (again !== null) return { ok: true, state: again };
    const twin = request.anyway === true ? null : sameScope(known, spec);
    if (twin !== null) return sheetOpen(twin);
    return this.#papers.act(spec.sheet, () => factsOf(openSheet(spec)), who);
  }

  /** Takes entries in, in their order, and answers each: one that is refused keeps no other back. */
  async enter(
    id: string,
    requests: readonly EntryRequest[],
    device: Device,
    who: Who,
  ): Promise<{ readonly ok: true; readonly results: readonly ItemAnswer[] } | Refused> {
    const before = await this.#papers.get(id);
    if (before === null) return unknownSheet;
    const goods = await this.goods.all();
    const asksLot = before.spec.unscanned !== true && requests.some(({ lot }) => lot === null);
    // Only a missing lot needs the floor as it is now; else any will do, to say which cell an entry is of.
    const known = asksLot ? null : this.#bookOf(isUnscanned(before)).known;
    const { floor } = known ?? (await this.#floorOf(before));
    const lotOf = lotsIn(floor);
    let results: ItemAnswer[] = [];
    const acted = await this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownSheet;
        const taking = new Taking(state, floor);
        results = requests.map((request) => {
          const sku = skuKey(request.sku);
          if (!goods.has(sku)) return refusedItem(request.id, "unknown_sku", unknownSku);
          const { warehouse } = state.spec;
          const { bin, quality, quantity, mode } = request;
          const lot = request.lot ?? lotOf({ warehouse, bin, sku, quality });
          const when = whenOf(request, device, state.openedAt, who.at);
          const cell = { warehouse, bin, sku, lot, quality };
          const entry = { id: request.id, cell, quantity, by: who.actor, when, recordedAt: who.at, mode };
          return taking.take(entry, request.queued);
        });
        return taking.facts;
      },
      who,
      new Set(requests.map(({ bin }) => bin)),
    );
    return acted.ok ? { ok: true, results } : acted;
  }

  /** Somebody has seen whole bins. Answers each, with what this person should count once more there. */
  async closeBins(
    id: string,
    requests: readonly (Said & { readonly bin: string })[],
    device: Device,
    who: Who,
  ): Promise<
    | { readonly ok: true; readonly results: readonly ItemAnswer[]; readonly again: CounterView["again"] }
    | Refused
  > {
    let results: ItemAnswer[] = [];
    const bins = new Set(requests.map(({ bin }) => bin));
    const acted = await this.#papers.act(
      id,
      (state) => {
        if (state === null) return unknownSheet;
        const { warehouse } = state.spec;
        const facts: CountFact[] = [];
        results = requests.map((request) => {
          const { bin } = request;
          const when = whenOf(request, device, state.openedAt, who.at);
          const close: BinClose = { warehouse, bin, by: who.actor, when, recordedAt: who.at };
          const answer = closeBin(state, close);
          if (!answer.ok) return refusedItem(bin, answer.code, answer.words);
          if (knownClose(state, close)) return { id: bin, result: "duplicate" };
          facts.push(...answer.facts);
          return { id: bin, result: "applied" };
        });
        return facts;
      },
      who,
      bins,
    );
    if (!acted.ok) return acted;
    const { floor } = await this.#floorOf(acted.state);
    const pooled = floor.isPooled(acted.state.spec.warehouse);
    const lines = this.#judged.again(acted.state, floor, await this.goods.all());
    const here = lines.filter(({ cell }) => pooled || bins.has(cell.bin));
    const { again } = counterView(acted.state, here, who.actor, pooled, bins);
    return { ok: true, results, again };
  }

  async resolve(id: string, entry: string, as: Resolution, who: Who): Promise<PaperActed<Sheet>> {
    return this.#withLines(id, who, (sheet, _lines, floor) => resolveEntry(sheet, floor, entry, as));
  }

  /** @param lines by `lineId` */
  async recount(id: string, lines: readonly string[], reason: string, who: Who): Promise<PaperActed<Sheet>> {
    return this.#withLines(id, who, (sheet, known) => {
      const keys = keysOf(known);
      return askRecount(
        sheet,
        known,
        lines.map((line) => keys.get(line) ?? line),
        reason,
      );
    });
  }

  /** Approves lines, all or none, and tells the books. @param approvals `key` is a `lineId` */
  async approve(
    id: string,
    approvals: readonly Approval[],
    signer: Signer,
    who: Who,
  ): Promise<{ readonly ok: true; readonly sum: PostedSum } | Refused> {
    const { store, shop } = this.#options;
    const { policy } = await readCountPolicy(store.read, shop);
    const approver = { ...signer, levels: policy.levels };
    const priceOf = await this.priceOf();
    const acted = await this.#withLines(id, who, (sheet, lines) => {
      const keys = keysOf(lines);
      const named = approvals.map((one) => ({ ...one, key: keys.get(one.key) ?? one.key }));
      return approveLines(sheet, lines, named, approver, priceOf);
    });
    if (!acted.ok) return acted;
    return { ok: true, sum: await this.post(acted.state) };
  }

  /** Finishes a sheet: what matches is kept as proof. */
  async close(id: string, who: Who): Promise<PaperActed<Sheet>> {
    const priceOf = await this.priceOf();
    const acted = await this.#withLines(id, who, (sheet, lines) => closeSheet(sheet, lines, priceOf));
    if (acted.ok) await this.post(acted.state);
    return acted;
  }

  async cancel(id: string, reason: string, who: Who): Promise<PaperActed<Sheet>> {
    return this.#papers.act(
      id,
      (state) => (state === null ? unknownSheet : factsOf(cancelSheet(state, reason))),
      who,
    );
  }

  /** Tells the books what the counts of a sheet's kind correct by now and was not posted. */
  async post(sheet: Sheet): Promise<PostedSum> {
    const { batcher, clock } = this.#options;
    const now = await this.#floorOf(sheet);
    const sheets = await this.#onFloor(isUnscanned(sheet), now);
    const books = { batcher, outcomeOf: (key: string) => this.outcomeOf(key) };
    return postDue(now, sheets, await this.priceOf(), books, clock.now());
  }

  /** What became of a posting; null: none has this key. */
  async outcomeOf(key: string): Promise<Outcome | null> {
    const record = await this.#options.store.read.record(this.#options.shop, key);
    return record === null ? null : (JSON.parse(record.outcome) as Outcome);
  }

  /** The same for every sheet that may still change: movements from before a count come in late. */
  async postLate(): Promise<PostedSum> {
    const sheets = await this.#inPlay();
    let sum = nothingPosted;
    for (const unscanned of [false, true]) {
      const sheet = sheets.find((one) => isUnscanned(one) === unscanned && one.approved.size > 0);
      if (sheet === undefined) continue;
      const more = await this.post(sheet);
      sum = {
        posted: sum.posted + more.posted,
        gain: sum.gain + more.gain,
        loss: sum.loss + more.loss,
        waiting: sum.waiting + more.waiting,
      };
    }
    return sum;
  }

  /** A sheet's lines as the floor and the entries that are known say now. */
  async judge(sheet: Sheet): Promise<Judged> {
    const { floor } = await this.#floorOf(sheet);
    return { sheet, floor, lines: this.#judged.lines(sheet, floor, await this.goods.all()) };
  }

  /**
   * The sheet as one counter sees it: what the books expect is in it only where the sheet is not blind.
   * @param after what the counter's phone knows of the sheet; only bins with something new are in it then
   */
  async viewFor(
    sheet: Sheet,
    person: string,
    after: number | null = null,
  ): Promise<{
    readonly view: CounterView;
    readonly expected: readonly (Cell & { quantity: number })[] | null;
    readonly part: boolean;
  }> {
    const { floor } = await this.#floorOf(sheet);
    const lines = this.#judged.again(sheet, floor, await this.goods.all());
    const bins = after === null || after > sheet.seq ? null : changedBins(sheet, after, "seen");
    const pooled = floor.isPooled(sheet.spec.warehouse);
    const view = counterView(sheet, lines, person, pooled, bins ?? undefined);
    const expected = sheet.spec.blind ? null : openView(view, floor, sheet.spec).expected;
    return { view, expected, part: bins !== null };
  }

  async priceOf(): Promise<(sku: string) => number> {
    return priceIn(await this.goods.all());
  }

  /** The bins to count today. @param instead a policy that is tried out */
  async plan(warehouse: string, instead: CountPolicy | null = null): Promise<TodayPlan> {
    const { store, shop, clock, day } = this.#options;
    const policy = instead ?? (await readCountPolicy(store.read, shop)).policy;
    const now = await this.standing();
    const counted = await this.#lastCounted(warehouse);
    const [goods, today] = [await this.goods.all(), day()];
    return planToday({ store, shop, now, warehouse, policy, counted, goods, today, at: clock.now() });
  }

  /**
   * Keeps the floor up to the journal's end, so that nobody who opens a sheet waits for all that was sold since the
   * last one. @returns how many cells there are
   */
  async follow(): Promise<number> {
    return (await this.standing()).floor.cells().length;
  }

  /** What stands where by the books, one bin for itself. */
  async standing(): Promise<FloorNow> {
    return this.#floorNow(false, this.#options.clock.now());
  }

  async #lastCounted(warehouse: string): Promise<ReadonlyMap<string, Instant>> {
    const { clock } = this.#options;
    const everyDaysMax = 366;
    return lastCounted(await this.list(clock.now() - everyDaysMax * dayMs), warehouse);
  }

  async #withLines(
    id: string,
    who: Who,
    decide: (sheet: Sheet, lines: readonly CountLine[], floor: Floor) => CountAnswer,
  ): Promise<PaperActed<Sheet>> {
    const before = await this.#papers.get(id);
    if (before === null) return unknownSheet;
    const { floor } = await this.#floorOf(before);
    const goods = await this.goods.all();
    const act = (state: Sheet | null): readonly CountFact[] | Refused =>
      state === null ? unknownSheet : factsOf(decide(state, this.#judged.lines(state, floor, goods), floor));
    return this.#papers.act(id, act, who);
  }

  #bookOf(unscanned: boolean): FloorBook {
    return unscanned ? this.#warehouses : this.#bins;
  }

  #floorOf(sheet: Sheet): Promise<FloorNow> {
    return this.#floorNow(isUnscanned(sheet), sheet.openedAt);
  }

  /** The floor of a kind of sheets, with the claims of every sheet that is on it. @param since at the latest */
  async #floorNow(unscanned: boolean, since: Instant): Promise<FloorNow> {
    const sheets = await this.#inPlay();
    const others = sheets.filter((one) => isUnscanned(one) === unscanned);
    const now = await this.#bookOf(unscanned).at(Math.min(since, ...others.map((one) => one.openedAt)));
    const anchored = this.#anchored.get(now.floor) ?? new Map<string, number>();
    this.#anchored.set(now.floor, anchored);
    for (const one of await this.#onFloor(unscanned, now)) {
      if (anchored.get(one.spec.sheet) === one.seq) continue;
      for (const anchor of anchorsOf(one)) now.floor.anchor(anchor);
      anchored.set(one.spec.sheet, one.seq);
    }
    return now;
  }

  /** The sheets of one kind that were opened since the floor's movements are known one by one. */
  async #onFloor(unscanned: boolean, { since }: FloorNow): Promise<readonly Sheet[]> {
    return (await this.list(since)).filter((one) => isUnscanned(one) === unscanned);
  }

  /** Sheets that are open, or that a late movement may still change. */
  async #inPlay(): Promise<readonly Sheet[]> {
    const now = this.#options.clock.now();
    const { lateHours, openDays } = countsEngineLimits;
    return (await this.list(now - openDays * dayMs)).filter(
      ({ status, closedAt }) => status === "open" || now - (closedAt ?? now) < lateHours * hourMs,
    );
  }
}

/** The name of a line where it is asked for. */
export function lineId(line: Pick<CountLine, "key">): string {
  return shortId(line.key);
}

export function isUnscanned(sheet: Pick<Sheet, "spec">): boolean {
  return sheet.spec.unscanned === true;
}

function keysOf(lines: readonly CountLine[]): ReadonlyMap<string, string> {
  return new Map(lines.map((line) => [lineId(line), line.key]));
}
