import { isQuantity } from "../../domain/check.ts";
import {
  decideProblem,
  decisionAdjust,
  enteredAdjust,
  enteredOfKey,
  foldQuarantine,
  foldQuarantinePaper,
  oldestFirst,
  quarantineBase,
  quarantineWords,
  repairing,
  type DecisionTaken,
  type EnteredPaper,
  type QuarantineEvent,
  type QuarantineFact,
  type QuarantinePaper,
  type QuarantineRefusal,
  type Quarantined,
} from "../../domain/returns/quarantine.ts";
import type { Placement } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { JournalEntry } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import type { Clock } from "../clock.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";
import { bookStep, isBooked, refusedByBooks, unknownSku, type Books } from "./booking.ts";
import { PaperList, paperId } from "./paper-list.ts";
import type { Returns } from "./returns.ts";
import type { Samples } from "./samples.ts";

export const quarantineLimits = {
  skusMax: 1_000,
  pageEntriesMax: 1_000,
  /** Movements of one SKU that are gone through for the age of what stands there. */
  entriesMax: 30_000,
} as const;

/** An item with what people know of it. */
export interface QuarantineRow {
  readonly item: Quarantined;
  /** Units that are being repaired. */
  readonly repairing: number;
  readonly taken: readonly DecisionTaken[];
  /** Why it is there, as somebody said it; empty: the movement's own reason says all. */
  readonly cause: string;
  readonly photos: readonly string[];
}

type Entered = Omit<EnteredPaper, "seq" | "by" | "at">;
type Decided = Pick<DecisionTaken, "decision" | "units" | "reason" | "toBin">;

interface Known {
  readonly seq: number;
  readonly items: readonly Quarantined[];
}

const unknownItem: Refused = refuse("item_gone", quarantineWords.item_gone);

/**
 * What stands in quarantine, as the journal says it: whichever way it came and went, the list is the books. Papers hold what
 * the journal does not: why, pictures, and what was decided.
 */
export class Quarantine {
  readonly #books: Books;
  readonly #clock: Clock;
  readonly #returns: Returns;
  readonly #samples: Samples;
  readonly #papers: Papers<QuarantinePaper, QuarantineFact>;
  readonly #entered: PaperList<QuarantinePaper>;
  readonly #known = new Map<string, Known>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(books: Books, clock: Clock, papers: { returns: Returns; samples: Samples }) {
    this.#books = books;
    this.#clock = clock;
    this.#returns = papers.returns;
    this.#samples = papers.samples;
    this.#papers = new Papers({ ...books, kind: "quarantine", fold: foldEvents });
    this.#entered = new PaperList(this.#papers, "E");
  }

  /** What waits for a decision, the oldest first. */
  async list(): Promise<readonly QuarantineRow[]> {
    const items = await this.#inTurn(() => this.#items());
    const rows = [];
    for (const item of items.toSorted(oldestFirst)) rows.push(await this.#rowOf(item));
    return rows;
  }

  /** Good units turn out not to be. Asked again under the same name it is the same. */
  put(asked: Entered, who: Who): Promise<PaperActed<QuarantinePaper>> {
    return this.#inTurn(() => this.#put({ ...asked, sku: skuKey(asked.sku) }, who));
  }

  /** Somebody decides on units of an item. */
  decide(name: string, decided: Decided, who: Who): Promise<PaperActed<QuarantinePaper>> {
    return this.#inTurn(async () => {
      const item = (await this.#items()).find((one) => one.item === name);
      if (item === undefined) return unknownItem;
      const { sku, shelf } = item;
      const body = { ...decided, sku, shelf: { warehouse: shelf.warehouse, bin: shelf.bin, lot: shelf.lot } };
      const acted = await this.#papers.act(
        name,
        (state) => {
          const repaired = repairing(state?.decisions ?? [], item.open);
          const problem = decideProblem(item, repaired, decided);
          return problem === null ? [{ kind: "decided", body }] : said(problem);
        },
        who,
      );
      const taken = acted.ok ? acted.state.decisions.at(-1) : undefined;
      if (!acted.ok || taken === undefined) return acted;
      const command = decisionAdjust(name, taken);
      return command === null ? acted : this.#book(acted.state, taken.seq, command, who);
    });
  }

  /** Books what was decided when the server stopped before it could. */
  async bookLeft(papersMax: number): Promise<number> {
    const heads = [...(await this.#papers.heads())].slice(-papersMax);
    let booked = 0;
    for (const [id, seq] of heads) {
      const paper = await this.#papers.at(id, seq);
      if (paper === null) continue;
      const commands = [
        ...(paper.entered === null
          ? []
          : [{ seq: paper.entered.seq, command: enteredAdjust(id, paper.entered) }]),
        ...paper.decisions.map((taken) => ({ seq: taken.seq, command: decisionAdjust(id, taken) })),
      ];
      for (const { seq: step, command } of commands) {
        if (command === null || (await isBooked(this.#books, command.key))) continue;
        const who = { actor: command.actor, at: this.#clock.now() };
        if ((await this.#book(paper, step, command, who)).ok) booked += 1;
      }
    }
    return booked;
  }

  async #put(body: Entered, who: Who): Promise<PaperActed<QuarantinePaper>> {
    const { store, shop } = this.#books;
    const all = await this.#entered.all(this.#clock.now());
    const again = all.find(({ entered }) => entered?.request === body.request);
    if (again !== undefined) return { ok: true, state: again };
    if (!isQuantity(body.units)) return said("units_invalid");
    if (body.reason.trim() === "") return said("reason_needed");
    if ((await store.read.sku(shop, body.sku)) === null) return unknownSku(body.sku);
    const id = paperId("E", who.at, this.#clock.random(3));
    const acted = await this.#papers.act(id, () => [{ kind: "entered", body }], who);
    if (!acted.ok || acted.state.entered === null) return acted;
    const { entered } = acted.state;
    return this.#book(acted.state, entered.seq, enteredAdjust(id, entered), who);
  }

  async #book(
    paper: QuarantinePaper,
    step: number,
    command: Parameters<Books["batcher"]["submit"]>[0],
    who: Who,
  ): Promise<PaperActed<QuarantinePaper>> {
    const refusal = await bookStep(this.#books, [command]);
    if (refusal === null) return { ok: true, state: paper };
    const undone = await this.#papers.act(
      paper.id,
      () => [{ kind: "refused", body: { step, code: refusal.code } }],
      who,
    );
    return undone.ok ? refusedByBooks(refusal) : undone;
  }

  async #rowOf(item: Quarantined): Promise<QuarantineRow> {
    const paper = await this.#papers.get(item.item);
    const taken = paper?.decisions ?? [];
    const row = { item, taken, repairing: repairing(taken, item.open) };
    const inspection = await this.#returns.inspectionOf(item.doc);
    if (inspection !== null) return { ...row, cause: inspection.reason, photos: inspection.photos };
    const loan = await this.#samples.loanOf(item.doc);
    if (loan !== null) return { ...row, cause: loan.borrower, photos: [] };
    const id = enteredOfKey(item.doc);
    const entered = id === null ? null : ((await this.#papers.get(id))?.entered ?? null);
    return { ...row, cause: entered?.reason ?? "", photos: entered?.photos ?? [] };
  }

  async #items(): Promise<readonly Quarantined[]> {
    const { store, shop } = this.#books;
    const { items } = await store.read.stock(shop, {
      filter: "quarantine",
      sort: "quarantine",
      descending: true,
      soldSince: null,
      limit: quarantineLimits.skusMax,
    });
    const found: Quarantined[] = [];
    for (const { sku } of items) found.push(...(await this.#itemsOf(sku)));
    return found;
  }

  async #itemsOf(sku: string): Promise<readonly Quarantined[]> {
    const { store, shop } = this.#books;
    const stock = await store.read.sku(shop, sku);
    if (stock === null) return [];
    const seq = Math.max(0, ...stock.stocks.map((one) => one.seq));
    const before = this.#known.get(sku);
    if (before?.seq === seq) return before.items;
    const bad = stock.placements.filter(({ quality, quantity }) => quality === "bad" && quantity > 0);
    const items =
      before === undefined || before.seq > seq
        ? await this.#fromJournal(sku, seq, bad)
        : (await this.#entriesAfter(sku, before.seq, seq)).reduce(foldQuarantine, before.items);
    this.#known.set(sku, { seq, items });
    return items;
  }

  /** Back to when nothing stood there, or as far as is looked back; from there on forward. */
  async #fromJournal(sku: string, seq: number, bad: readonly Placement[]): Promise<readonly Quarantined[]> {
    const { store, shop } = this.#books;
    const { pageEntriesMax: limit, entriesMax } = quarantineLimits;
    const entries: JournalEntry[] = [];
    const shelves = new Map(bad.map((one) => [shelfKey(one), one]));
    for (let before = seq + 1; before > 1 && entries.length < entriesMax;) {
      const page = await store.read.journal(shop, { sku, before, limit });
      for (const entry of page) {
        undo(shelves, entry);
        entries.push(entry);
      }
      const stood = [...shelves.values()].some(({ quantity }) => quantity > 0);
      before = page.at(-1)?.seq ?? 0;
      if (!stood || page.length < limit) break;
    }
    const oldest = entries.at(-1);
    const rest = [...shelves.values()].filter(({ quantity }) => quantity > 0);
    const base = quarantineBase(rest, oldest?.at ?? this.#clock.now(), oldest?.seq ?? 0);
    return entries.toReversed().reduce(foldQuarantine, base);
  }

  async #entriesAfter(sku: string, after: number, last: number): Promise<readonly JournalEntry[]> {
    const { store, shop } = this.#books;
    const limit = quarantineLimits.pageEntriesMax;
    const entries: JournalEntry[] = [];
    for (let from = after; ;) {
      const page = await store.read.journal(shop, { sku, after: from, limit });
      entries.push(...page.filter((entry) => entry.seq <= last));
      from = page.at(-1)?.seq ?? last;
      if (page.length < limit || from >= last) return entries;
    }
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }
}

function said(code: QuarantineRefusal): Refused {
  return refuse(code, quarantineWords[code]);
}

function shelfKey({ warehouse, bin, lot }: Pick<Placement, "warehouse" | "bin" | "lot">): string {
  return JSON.stringify([warehouse, bin, lot]);
}

/** The shelves as they were before a movement. */
function undo(shelves: Map<string, Placement>, entry: JournalEntry): void {
  const { sku, warehouse, quantity } = entry;
  const lot = entry.lot ?? "";
  const add = (bin: string, units: number): void => {
    const shelf = { sku, warehouse, bin, lot, quality: "bad" as const };
    const key = shelfKey(shelf);
    shelves.set(key, { ...shelf, quantity: (shelves.get(key)?.quantity ?? 0) + units });
  };
  if (entry.to === "quarantine" && entry.toBin !== null) add(entry.toBin, -quantity);
  if (entry.from === "quarantine" && entry.fromBin !== null) add(entry.fromBin, quantity);
}

function foldEvents(
  id: string,
  state: QuarantinePaper | null,
  events: readonly WorkEvent[],
): QuarantinePaper | null {
  let folded = state;
  for (const { seq, at, actor, body } of events)
    folded = foldQuarantinePaper(folded, {
      ...(body as QuarantineFact),
      id,
      seq,
      at,
      actor,
    } as QuarantineEvent);
  return folded;
}
