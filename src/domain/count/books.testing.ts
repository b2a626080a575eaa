import { assert } from "../assert.ts";
import type { Adjust } from "../command.ts";
import { Floor } from "../floor/floor.ts";
import { cellKey, type Cell } from "../floor/shelf.ts";
import { momentOf } from "../floor/when.ts";
import { World } from "../world.testing.ts";
import { approveLines, closeBin, closeSheet, enterCount, openSheet, type CountAnswer } from "./act.ts";
import { allCells, binNames, type Delivery, type History } from "./history.testing.ts";
import { linesOf, type CountLine } from "./line.ts";
import { adjustOf, anchorsOf, approvedByAnchor, postingsOf } from "./post.ts";
import { foldSheet, type CountEvent, type CountFact, type Sheet, type SheetSpec } from "./sheet.ts";
import { approvalDefault, type Tolerance } from "./tolerance.ts";

export const priceOf = (): number => 100;

/** Applies facts as events of a sheet. */
export function applyFacts(
  sheet: Sheet | null,
  id: string,
  answer: CountAnswer,
  actor: string,
  at: number,
): Sheet {
  assert(answer.ok, answer.ok ? "" : `${answer.code} ${answer.line ?? ""}`);
  let next = sheet;
  for (const fact of answer.facts) next = foldSheet(next, eventOf(fact, id, (next?.seq ?? 0) + 1, actor, at));
  assert(next !== null, "a sheet was opened");
  return next;
}

export function eventOf(fact: CountFact, sheet: string, seq: number, actor: string, at: number): CountEvent {
  return { ...fact, seq, sheet, actor, at } as CountEvent;
}

/** A sheet over every bin, the floor and the ledger, fed by what reaches the server, in the order in which it does. */
export class Books {
  readonly floor = new Floor();
  readonly world = new World();
  readonly posted = new Map<string, number>();
  /** Lines that were approved while goods were moving. */
  settledMeanwhile = 0;
  /** Looks that people were asked to take again. */
  recounted = 0;
  sheet: Sheet;
  readonly #sheets = new Map<string, Sheet>();
  #posts = 0;

  constructor(openedAt: number, tolerance: Tolerance) {
    for (const sku of ["A", "B"]) this.world.sku(sku);
    this.sheet = this.#open({ ...emptySpec("s1", tolerance), kind: "full", bins: binNames }, openedAt);
  }

  #open(spec: SheetSpec, at: number): Sheet {
    const sheet = applyFacts(null, spec.sheet, openSheet(spec), "boss", at);
    this.#sheets.set(spec.sheet, sheet);
    return sheet;
  }

  deliver({ movement, entry, close, commands, at }: Delivery): void {
    this.world.now = at;
    if (movement !== undefined) this.floor.move(movement);
    this.world.runAll(commands);
    if (entry !== undefined) this.#apply(enterCount(this.sheet, this.floor, entry, true), entry.by, at);
    if (close !== undefined) this.#apply(closeBin(this.sheet, close), close.by, at);
    this.post(at);
  }

  lines(): readonly CountLine[] {
    return linesOf(this.sheet, this.floor, priceOf);
  }

  /** Somebody in charge approves whatever is settled by now. */
  approve(at: number): number {
    const lines = this.lines();
    const approvals = lines
      .filter((line) => line.status !== "approved")
      .flatMap(({ key, settled }) =>
        settled === null ? [] : [{ key, variance: settled.variance, reason: "unknown" as const }],
      );
    if (approvals.length === 0) return 0;
    const approver = { by: "boss", role: "owner", levels: approvalDefault };
    this.#apply(approveLines(this.sheet, lines, approvals, approver, priceOf), "boss", at);
    for (const anchor of anchorsOf(this.sheet)) this.floor.anchor(anchor);
    this.post(at);
    return approvals.length;
  }

  /** Tells the ledger the differences; what it cannot book yet, because a receipt is still to come, it is told again. */
  post(at: number): void {
    for (const posting of postingsOf(this.floor, this.posted)) {
      const line = [...this.#sheets.values()]
        .map((sheet) => approvedByAnchor(sheet).get(posting.anchor))
        .find((one) => one !== undefined);
      assert(line !== undefined, "a posting rests on an approved line");
      this.#posts += 1;
      const by = { key: `count-${this.#posts}`, actor: "boss", at };
      const { bin: _bin, lot: _lot, ...adjust }: Adjust = adjustOf(posting, "s1", line, 100, by);
      if (this.world.run(adjust).code !== "applied") continue;
      this.posted.set(posting.anchor, (this.posted.get(posting.anchor) ?? 0) + posting.delta);
    }
  }

  /** The yard is quiet: whatever still needs a look gets one, by people who see the true shelf. */
  finish({ truth, endAt }: Pick<History, "truth" | "endAt">): void {
    let at = endAt + 3_600_000;
    this.settledMeanwhile = [...this.sheet.approved.keys()].length + this.approve(at);
    for (let round = 1; round <= 3; round += 1) {
      for (const line of this.lines().filter((one) => one.settled === null)) {
        at += 60_000;
        this.recounted += 1;
        this.#look(line.cell, truth, `late${round}`, at);
      }
      this.approve(at + 1);
    }
    this.#close(at + 2);
    const disputed = this.floor.doubtful().map((one) => one.cell);
    if (disputed.length === 0) return;
    // Movements that came after an approval lay in its time: these cells are asked for once more.
    this.sheet = this.#open(
      { ...emptySpec("s2", this.sheet.spec.tolerance), kind: "spot", cells: disputed },
      at + 3,
    );
    for (const person of ["late4", "late5"]) {
      for (const cell of disputed) {
        at += 60_000;
        this.recounted += 1;
        this.#look(cell, truth, person, at);
      }
    }
    this.approve(at + 1);
    this.#close(at + 2);
  }

  #look(cell: Cell, truth: ReadonlyMap<string, number>, by: string, at: number): void {
    const quantity = truth.get(cellKey(cell)) ?? 0;
    const id = `${this.sheet.spec.sheet}-${by}-${cellKey(cell)}`;
    const entry = { id, cell, quantity, by, when: momentOf(at), recordedAt: at, mode: "first" as const };
    this.#apply(enterCount(this.sheet, this.floor, entry, false), by, at);
  }

  #close(at: number): void {
    this.#apply(closeSheet(this.sheet, this.lines(), priceOf), "boss", at);
    for (const anchor of anchorsOf(this.sheet)) this.floor.anchor(anchor);
    this.post(at);
  }

  #apply(answer: CountAnswer, actor: string, at: number): void {
    const id = this.sheet.spec.sheet;
    this.sheet = applyFacts(this.sheet, id, answer, actor, at);
    this.#sheets.set(id, this.sheet);
  }

  /** The books of every cell that there can be, beside the truth. */
  compare(truth: ReadonlyMap<string, number>): { books: readonly number[]; shelf: readonly number[] } {
    return {
      books: allCells.map((cell) => this.floor.quantity(cell)),
      shelf: allCells.map((cell) => truth.get(cellKey(cell)) ?? 0),
    };
  }
}

function emptySpec(sheet: string, tolerance: Tolerance): SheetSpec {
  return { sheet, kind: "spot", warehouse: "main", bins: [], cells: [], blind: true, tolerance, purpose: "" };
}
