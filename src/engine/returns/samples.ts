import type { Paper } from "../../domain/count/detective.ts";
import {
  foldLoan,
  loanAdjusts,
  loanOfKey,
  loanOpen,
  loanProblem,
  loanReminders,
  loanWords,
  type Loan,
  type LoanEvent,
  type LoanFact,
  type LoanReminder,
  type LoanStep,
} from "../../domain/returns/sample.ts";
import { isQuantity } from "../../domain/check.ts";
import type { Instant, Stock } from "../../domain/rows.ts";
import { pairKey, skuKey } from "../../domain/text.ts";
import type { Page, StockItem } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import type { Clock } from "../clock.ts";
import { Papers, type PaperActed, type Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";
import { bookStep, isBooked, refusedByBooks, unknownSku, unknownWarehouse, type Books } from "./booking.ts";
import { PaperList, paperId } from "./paper-list.ts";

export const unknownLoan: Refused = refuse("unknown_loan", {
  zh: "没有这条借出记录",
  en: "There is no such loan",
});

export type Lend = Extract<LoanFact, { kind: "lent" }>["body"];
type StepFact = Exclude<LoanFact, { kind: "lent" | "refused" }>;

/** SKUs that are read at once. */
const skusMax = 1_000;

/** Units that the books have out and no paper names who has them. */
export interface Unassigned {
  readonly sku: string;
  readonly warehouse: string;
  readonly units: number;
}

/** Samples that are lent to a session or a person, due back, and either come back or are written off. */
export class Samples {
  readonly #books: Books;
  readonly #clock: Clock;
  readonly #papers: Papers<Loan, LoanFact>;
  readonly #list: PaperList<Loan>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(books: Books, clock: Clock) {
    this.#books = books;
    this.#clock = clock;
    this.#papers = new Papers({ ...books, kind: "sample", fold: foldEvents });
    this.#list = new PaperList(this.#papers, "S");
  }

  /** The latest first, without those that the books refused. */
  async list(): Promise<readonly Loan[]> {
    const all = await this.#list.all(this.#clock.now());
    return all.filter(({ steps }) => steps.some(({ kind }) => kind === "lent"));
  }

  /** Asked again under the same name it is the same loan. */
  lend(asked: Lend, who: Who): Promise<PaperActed<Loan>> {
    const run = (): Promise<PaperActed<Loan>> => this.#lend(asked, who);
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }

  /** A part comes back, is written off, or may stay longer. */
  async act(loan: string, step: StepFact, who: Who): Promise<PaperActed<Loan>> {
    const before = await this.#papers.get(loan);
    const acted = await this.#papers.act(
      loan,
      (state) => {
        if (state === null) return unknownLoan;
        const problem = loanProblem(state, step, who.at);
        return problem === null ? [step] : refuse(problem, loanWords[problem]);
      },
      who,
    );
    if (!acted.ok) return acted;
    const known = before?.steps.at(-1)?.seq ?? 0;
    const fresh = acted.state.steps.filter(({ seq, by }) => seq > known && by === who.actor);
    for (const one of fresh) {
      const booked = await this.#book(acted.state, one, who);
      if (!booked.ok) return booked;
    }
    return acted;
  }

  /** Books the steps of which the server stopped before it could. */
  async bookLeft(loansMax: number): Promise<number> {
    let booked = 0;
    for (const loan of (await this.list()).slice(0, loansMax))
      for (const step of loan.steps) {
        const last = loanAdjusts(loan, step).at(-1);
        if (last === undefined || (await isBooked(this.#books, last.key))) continue;
        if ((await this.#book(loan, step, { actor: step.by, at: this.#clock.now() })).ok) booked += 1;
      }
    return booked;
  }

  async reminders(sent: ReadonlySet<string>, now: Instant): Promise<readonly LoanReminder[]> {
    return loanReminders(await this.list(), sent, now);
  }

  /** What the books have out beyond the papers: lent elsewhere, and nobody answers for it. */
  async unassigned(): Promise<readonly Unassigned[]> {
    const { store, shop } = this.#books;
    const known = new Map<string, number>();
    for (const loan of await this.list()) {
      const key = pairKey(loan.sku, loan.warehouse);
      known.set(key, (known.get(key) ?? 0) + loanOpen(loan));
    }
    const { loaned: out } = await store.read.stockTotals(shop, this.#clock.now());
    if (out === [...known.values()].reduce((sum, units) => sum + units, 0)) return [];
    const found: Unassigned[] = [];
    for (const sku of await this.#skusOut()) {
      const stocks: readonly Stock[] = (await store.read.sku(shop, sku))?.stocks ?? [];
      for (const { warehouse, loaned } of stocks) {
        const units = loaned - (known.get(pairKey(sku, warehouse)) ?? 0);
        if (units > 0) found.push({ sku, warehouse, units });
      }
    }
    return found;
  }

  async #skusOut(): Promise<readonly string[]> {
    const { store, shop } = this.#books;
    const skus: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<StockItem> = await store.read.stock(shop, { soldSince: null, limit: skusMax, cursor });
      skus.push(...page.items.filter(({ loaned }) => loaned > 0).map(({ sku }) => sku));
      cursor = page.next;
    } while (cursor !== null);
    return skus;
  }

  /** The loan that a movement was booked for. */
  async loanOf(doc: string | null): Promise<Loan | null> {
    const loan = loanOfKey(doc);
    return loan === null ? null : this.#papers.get(loan);
  }

  /** Samples that are out by the books, and those that came back by the books since. */
  async countPapers(since: Instant): Promise<readonly Paper[]> {
    const papers: Paper[] = [];
    for (const loan of await this.list()) {
      const { loan: id, sku, warehouse, lentAt } = loan;
      const open = loanOpen(loan);
      const bin = loan.bin === "" ? null : loan.bin;
      if (open > 0) papers.push({ kind: "loan_open", id, sku, warehouse, units: open, at: lentAt, bin });
      for (const step of loan.steps) {
        if (step.kind !== "returned" || step.at < since || step.good === 0) continue;
        const to = step.bin === "" ? null : step.bin;
        const { at, good: units } = step;
        papers.push({ kind: "loan_returned", id, sku, warehouse, units, at, bin: to });
      }
    }
    return papers;
  }

  async #lend(asked: Lend, who: Who): Promise<PaperActed<Loan>> {
    const { store, shop } = this.#books;
    const again = (await this.#list.all(this.#clock.now())).find(({ request }) => request === asked.request);
    if (again !== undefined) return { ok: true, state: again };
    const body = { ...asked, sku: skuKey(asked.sku) };
    if (!isQuantity(body.units)) return refuse("units_invalid", loanWords.units_invalid);
    if (body.dueAt <= who.at) return refuse("due_invalid", loanWords.due_invalid);
    if ((await store.read.warehouses(shop)).every(({ warehouse }) => warehouse !== body.warehouse))
      return unknownWarehouse;
    const found = await store.read.sku(shop, body.sku);
    if (found === null) return unknownSku(asked.sku);
    const present = found.stocks.find(({ warehouse }) => warehouse === body.warehouse)?.available ?? 0;
    if (present < body.units)
      return refuse("units_gone", {
        zh: `可用库存只有 ${present} 件，借不出 ${body.units} 件`,
        en: `Only ${present} are available: ${body.units} cannot be lent`,
      });
    const id = paperId("S", who.at, this.#clock.random(3));
    const acted = await this.#papers.act(id, () => [{ kind: "lent", body }], who);
    if (!acted.ok) return acted;
    const [step] = acted.state.steps;
    return step === undefined ? acted : this.#book(acted.state, step, who);
  }

  async #book(loan: Loan, step: LoanStep, who: Who): Promise<PaperActed<Loan>> {
    const refusal = await bookStep(this.#books, loanAdjusts(loan, step));
    if (refusal === null) return { ok: true, state: loan };
    const { seq } = step;
    const undone = await this.#papers.act(
      loan.loan,
      (now) =>
        now?.steps.some((one) => one.seq === seq) === true
          ? [{ kind: "refused", body: { step: seq, code: refusal.code } }]
          : [],
      who,
    );
    return undone.ok ? refusedByBooks(refusal) : undone;
  }
}

function foldEvents(id: string, state: Loan | null, events: readonly WorkEvent[]): Loan | null {
  let folded = state;
  for (const { seq, at, actor, body } of events)
    folded = foldLoan(folded, { ...(body as LoanFact), loan: id, seq, at, actor } as LoanEvent);
  return folded;
}
