import { assert } from "../../domain/assert.ts";
import { effectOf, backlogOf, coveredUnits } from "../../domain/order.ts";
import { isRefusal, type Applied, type Outcome, type Refusal } from "../../domain/outcome.ts";
import type { Line } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { Answer } from "../../engine/batcher.ts";
import { CommandFailed } from "../../engine/errors.ts";
import type {
  CloseMatchingRecord,
  ImportRecord,
  OrderLineRecord,
  Reason,
  ReceiptRecord,
  WriteOffRecord,
} from "../rows.ts";
import { receivedKey, type PlannedRow } from "./plan.ts";
import {
  failedReason,
  firstAnswer,
  lineDiffersReason,
  openingAddedReason,
  openingDiffersReason,
  refusedReason,
  unmatchedReason,
} from "./reasons.ts";
import {
  noEffect,
  noTallies,
  type ListedAs,
  type ListedRow,
  type SkuEffect,
  type Summary,
  type TallyName,
  type Writable,
} from "./result.ts";

/** What the ledger knows of opening stock, as far as the rows of a window ask. */
export interface OpeningFacts {
  /** Key → units that were booked under it before. Only keys that were refused or have no unit now. */
  readonly booked: ReadonlyMap<string, number>;
  /** `receivedKey` → units received before this import. Only those that this window added to. */
  readonly receivedBefore: ReadonlyMap<string, number>;
}

/** Adds up what became of the rows, in file order, and lists those that somebody should look at. */
export class Collector {
  readonly #tallies = noTallies();
  readonly #effects = new Map<string, Writable<SkuEffect>>();
  #listed: ListedRow[] = [];
  rows = 0;
  listed = 0;

  get summary(): Summary {
    return this.#tallies;
  }

  get effects(): readonly SkuEffect[] {
    return [...this.#effects.values()];
  }

  /** The rows listed since the last call. */
  takeListed(): readonly ListedRow[] {
    const listed = this.#listed;
    this.#listed = [];
    return listed;
  }

  /** @param answers to the row's commands, in their order */
  add(row: PlannedRow, answers: readonly Answer[], facts: OpeningFacts): void {
    this.rows += 1;
    const { record } = row;
    if (record.as === "skip") {
      this.#count("skipped");
      this.#list(record, "skipped", [record.reason], 0);
      return;
    }
    const broken = brokenReasons(row, answers);
    if (broken.length > 0) {
      this.#problem(record, broken);
      return;
    }
    switch (record.as) {
      case "receipt":
        this.#receipt(row, record, answers, facts);
        break;
      case "orderLine":
        this.#orderLine(record, lastOutcome(answers));
        break;
      case "closeMatching":
        this.#close(record, lastOutcome(answers));
        break;
      case "writeOff":
        this.#writeOff(record, lastOutcome(answers));
        break;
      case "problem":
        assert(false, "a row that is a problem has reasons");
    }
    if (row.warnings.length > 0) this.#warn(record, row.warnings);
  }

  #receipt(row: PlannedRow, record: ReceiptRecord, answers: readonly Answer[], facts: OpeningFacts): void {
    const changedSku = row.commands.some(
      (command, index) => command.type === "putSkus" && outcomeOf(answers[index])?.code === "applied",
    );
    if (changedSku) this.#count("skus");
    const booked = facts.booked.get(row.openingKey ?? "");
    if (record.quantity === 0) {
      if (booked !== undefined) this.#problem(record, [openingDiffersReason(String(booked), 0)]);
      else this.#count(changedSku ? "received" : "duplicates");
      return;
    }
    const outcome = lastOutcome(answers);
    if (outcome.code === "key_conflict") {
      const known = booked === undefined ? null : String(booked);
      this.#problem(record, [openingDiffersReason(known, record.quantity)], record.quantity);
    } else if (isRefusal(outcome)) {
      this.#problem(record, [refusedReason(outcome)], record.quantity);
    } else if (outcome.code === "duplicate") {
      this.#count("duplicates", record.quantity);
    } else {
      this.#count("received", record.quantity);
      this.#effect(record.sku).received += record.quantity;
      const before = facts.receivedBefore.get(receivedKey(row.warehouse ?? "", record.sku)) ?? 0;
      if (before > 0) this.#warn(record, [openingAddedReason(before, record.quantity)]);
    }
  }

  #orderLine(record: OrderLineRecord, outcome: Outcome): void {
    if (isRefusal(outcome)) {
      const differs = outcome.code === "order_conflict";
      const reason = differs ? lineDiffersReason(null) : refusedReason(outcome);
      this.#problem(record, [reason], record.quantity);
      return;
    }
    const lines = ("lines" in outcome ? (outcome.lines ?? []) : []).filter(
      (line) => line.lineId === record.lineId,
    );
    const other = record.sku === null ? undefined : differingLine(record.sku, lines);
    if (other !== undefined) {
      this.#problem(record, [lineDiffersReason(other.sku)], record.quantity);
      return;
    }
    if (outcome.code === "duplicate" || outcome.code === "stale") {
      this.#count("duplicates", record.quantity);
      return;
    }
    this.#count("lines", record.quantity);
    const sums = { held: 0, committed: 0, shipped: 0, closed: 0, shortage: 0, presale: 0 };
    for (const line of lines) this.#addLine(record, line, sums);
    for (const [name, units] of Object.entries(sums)) {
      if (units > 0) this.#count(name as keyof typeof sums, units);
    }
  }

  #addLine(record: OrderLineRecord, line: Line, sums: Record<SumName, number>): void {
    const effect = this.#effect(record.sku ?? line.sku);
    const { place, shipped, closed } = effectOf(line);
    const { shortage, presale } = backlogOf(line);
    const parts = { [place]: coveredUnits(line), shipped, closed, shortage, presale };
    effect.ordered += line.quantity;
    for (const [name, units] of Object.entries(parts)) {
      sums[name as SumName] += units;
      effect[name as SumName] += units;
    }
  }

  #close(record: CloseMatchingRecord, outcome: Outcome): void {
    const first = firstAnswer(outcome);
    if (isRefusal(first)) {
      this.#problem(record, [refusedReason(first)], record.quantity);
      return;
    }
    const { closed = 0, unmatched = 0 } = first as Applied;
    if (outcome.code === "duplicate") this.#count("duplicates", record.quantity);
    else if (closed > 0) {
      this.#count("closed", closed);
      this.#effect(record.sku).closed += closed;
    }
    if (unmatched === 0) return;
    this.#count("unmatched", unmatched);
    this.#effect(record.sku).unmatched += unmatched;
    const reason = unmatchedReason(record.quantity, unmatched, record.buyer === null);
    this.#list(record, "unmatched", [reason], unmatched);
  }

  #writeOff(record: WriteOffRecord, outcome: Outcome): void {
    const first = firstAnswer(outcome);
    if (outcome.code === "duplicate") this.#count("duplicates", record.quantity);
    if (isRefusal(first)) {
      this.#refusedWriteOff(record, first);
      return;
    }
    if (outcome.code === "duplicate") return;
    this.#count("lost", record.quantity);
    this.#effect(record.sku).lost += record.quantity;
  }

  #refusedWriteOff(record: WriteOffRecord, refusal: Refusal): void {
    if (refusal.code !== "insufficient_units") {
      this.#problem(record, [refusedReason(refusal)], record.quantity);
      return;
    }
    this.#count("refused", record.quantity);
    this.#effect(record.sku).refused += record.quantity;
    this.#list(record, "refused", [refusedReason(refusal)], record.quantity);
  }

  #problem(record: ImportRecord, reasons: readonly Reason[], units = 0): void {
    this.#count("problems", units);
    this.#list(record, "problem", reasons, units);
  }

  #warn(record: ImportRecord, reasons: readonly Reason[]): void {
    this.#count("warnings");
    this.#list(record, "warning", reasons, 0);
  }

  #count(name: TallyName, units = 0): void {
    const tally = this.#tallies[name];
    tally.rows += 1;
    tally.units += units;
  }

  #list(record: ImportRecord, as: ListedAs, reasons: readonly Reason[], units: number): void {
    this.listed += 1;
    this.#listed.push({
      line: record.line,
      cells: record.cells,
      as,
      reasons,
      sku: "sku" in record ? record.sku : null,
      orderId: "orderId" in record ? record.orderId : null,
      units,
    });
  }

  #effect(sku: string): Writable<SkuEffect> {
    const key = skuKey(sku);
    let effect = this.#effects.get(key);
    if (effect === undefined) this.#effects.set(key, (effect = noEffect(sku)));
    return effect;
  }
}

type SumName = "held" | "committed" | "shipped" | "closed" | "shortage" | "presale";

/** Why the row cannot be used at all: its own faults, or a command at which the program failed. */
function brokenReasons(row: PlannedRow, answers: readonly Answer[]): readonly Reason[] {
  if (row.record.as === "problem") return row.record.problems;
  if (row.problems.length > 0) return row.problems;
  const failed = answers.find((answer) => "error" in answer);
  if (failed === undefined || !("error" in failed)) return [];
  return [failedReason(failed.error instanceof CommandFailed ? failed.error.id : failed.error.name)];
}

function outcomeOf(answer: Answer | undefined): Outcome | undefined {
  return answer !== undefined && "outcome" in answer ? answer.outcome : undefined;
}

function lastOutcome(answers: readonly Answer[]): Outcome {
  const outcome = outcomeOf(answers.at(-1));
  assert(outcome !== undefined, "a row with a command has its answer");
  return outcome;
}

/** A line once seen keeps its SKU, whatever a later row under the same number says. */
function differingLine(sku: string, lines: readonly Line[]): Line | undefined {
  const direct = lines.filter((line) => line.listing === null);
  return direct.some((line) => line.sku === skuKey(sku)) ? undefined : direct[0];
}
