import type { Adjust } from "../command.ts";
import { hourMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** A step of a loan that moves units, under the number of its event. */
export type LoanStep = { readonly seq: number; readonly by: string; readonly at: Instant } & (
  | { readonly kind: "lent"; readonly units: number }
  | { readonly kind: "returned"; readonly good: number; readonly bad: number; readonly bin: string }
  | { readonly kind: "written_off"; readonly units: number; readonly reason: string }
);

/** Units lent to the studio: owned, off the shelf, due back. */
export interface Loan {
  readonly loan: string;
  readonly seq: number;
  readonly request: string;
  readonly sku: string;
  readonly warehouse: string;
  /** Where they were taken from; empty: wherever they stood. */
  readonly bin: string;
  readonly session: string | null;
  /** Who answers for them. */
  readonly borrower: string;
  readonly units: number;
  readonly note: string;
  readonly lentAt: Instant;
  readonly lentBy: string;
  readonly dueAt: Instant;
  readonly steps: readonly LoanStep[];
}

interface LoanBodies {
  readonly lent: Pick<
    Loan,
    "request" | "sku" | "warehouse" | "bin" | "session" | "borrower" | "units" | "note" | "dueAt"
  >;
  readonly extended: { readonly dueAt: Instant; readonly reason: string };
  readonly returned: { readonly good: number; readonly bad: number; readonly bin: string };
  readonly written_off: { readonly units: number; readonly reason: string };
  /** The books did not take a step: it stands no more. */
  readonly refused: { readonly step: number; readonly code: string };
}
interface LoanEventOf<Kind extends keyof LoanBodies> {
  readonly seq: number;
  readonly loan: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: LoanBodies[Kind];
}
export type LoanEvent = { [Kind in keyof LoanBodies]: LoanEventOf<Kind> }[keyof LoanBodies];
export type LoanFact = {
  [Kind in keyof LoanBodies]: Pick<LoanEventOf<Kind>, "kind" | "body">;
}[keyof LoanBodies];

/** The loan after one more event; null before it was lent. */
export function foldLoan(state: Loan | null, event: LoanEvent): Loan | null {
  const { seq, at, actor: by } = event;
  if (state === null) {
    if (event.kind !== "lent") return null;
    const { loan, body } = event;
    const step: LoanStep = { seq, by, at, kind: "lent", units: body.units };
    return { loan, seq, ...body, lentAt: at, lentBy: by, steps: [step] };
  }
  if (event.loan !== state.loan || seq <= state.seq) return state;
  const next = { ...state, seq };
  switch (event.kind) {
    case "extended":
      return { ...next, dueAt: event.body.dueAt };
    case "returned":
      return { ...next, steps: [...state.steps, { seq, by, at, kind: "returned", ...event.body }] };
    case "written_off":
      return { ...next, steps: [...state.steps, { seq, by, at, kind: "written_off", ...event.body }] };
    case "refused": {
      const { step } = event.body;
      return { ...next, steps: state.steps.filter((one) => one.seq !== step) };
    }
    case "lent":
    default:
      return next;
  }
}

export interface LoanSums {
  readonly returnedGood: number;
  readonly returnedBad: number;
  readonly writtenOff: number;
  /** Units that are still out. */
  readonly open: number;
}

export function loanSums({ steps }: Pick<Loan, "steps">): LoanSums {
  const sums = { returnedGood: 0, returnedBad: 0, writtenOff: 0, open: 0 };
  for (const step of steps) {
    if (step.kind === "lent") sums.open += step.units;
    else if (step.kind === "written_off") {
      sums.writtenOff += step.units;
      sums.open -= step.units;
    } else {
      sums.returnedGood += step.good;
      sums.returnedBad += step.bad;
      sums.open -= step.good + step.bad;
    }
  }
  return sums;
}

export function loanOpen(loan: Pick<Loan, "steps">): number {
  return loanSums(loan).open;
}

export type LoanRefusal = "units_invalid" | "due_invalid" | "reason_needed";

export const loanWords: Readonly<Record<LoanRefusal, Words>> = {
  units_invalid: {
    zh: "数量要是整数，且不超过还没归还的数量",
    en: "A whole number, no more than is still out",
  },
  due_invalid: { zh: "归还时间要晚于现在", en: "The time to return it lies in the past" },
  reason_needed: { zh: "请写明原因", en: "Say why" },
};

/** Why a step cannot be taken, or null. */
export function loanProblem(
  loan: Loan,
  step: Exclude<LoanFact, { kind: "lent" | "refused" }>,
  now: Instant,
): LoanRefusal | null {
  const open = loanOpen(loan);
  const fits = (units: number): boolean => Number.isSafeInteger(units) && units >= 0 && units <= open;
  const { body } = step;
  if ("good" in body) {
    const sum = body.good + body.bad;
    return fits(body.good) && fits(body.bad) && fits(sum) && sum > 0 ? null : "units_invalid";
  }
  if ("units" in body && (!fits(body.units) || body.units === 0)) return "units_invalid";
  if ("dueAt" in body && body.dueAt <= now) return "due_invalid";
  return "reason" in body && body.reason.trim() === "" ? "reason_needed" : null;
}

const loanKeyPrefix = "sample/";

/** The ledger's commands for a step, each under a key of its own. */
export function loanAdjusts(loan: Loan, step: LoanStep): readonly Adjust[] {
  const { sku, warehouse } = loan;
  const key = `${loanKeyPrefix}${loan.loan}/${step.seq}`;
  const { by: actor, at } = step;
  const make = (action: Adjust["action"], quantity: number, bin: string, suffix = ""): Adjust => ({
    type: "adjust",
    key: key + suffix,
    actor,
    at,
    action,
    warehouse,
    sku,
    quantity,
    ...(bin === "" ? {} : { bin }),
    note: loan.borrower,
  });
  if (step.kind === "lent") return [make("loan", step.units, loan.bin)];
  if (step.kind === "written_off") return [make("loan_lost", step.units, "")];
  return [
    ...(step.good > 0 ? [make("loan_return", step.good, step.bin)] : []),
    ...(step.bad > 0 ? [make("loan_return_bad", step.bad, step.bin, "/bad")] : []),
  ];
}

/** The loan that a movement's document names; null: another document. */
export function loanOfKey(key: string | null): string | null {
  if (key === null || !key.startsWith(loanKeyPrefix)) return null;
  return key.slice(loanKeyPrefix.length).split("/")[0] ?? null;
}

/** How long before it is due somebody is reminded, and how often after. */
export const loanRemindBeforeMs = 24 * hourMs;
export const loanRemindEveryMs = 24 * hourMs;

export interface LoanReminder {
  readonly loan: Loan;
  /** Names it: a loan that is due later begins anew. */
  readonly key: string;
  readonly units: number;
  /** 0: soon due; 1, 2, … : due for that many days. Each is sent once. */
  readonly step: number;
}

/**
 * Who must be reminded now. The same moment always says the same; whoever sends them remembers the keys.
 * @param sent keys of those that were sent
 */
export function loanReminders(
  loans: readonly Loan[],
  sent: ReadonlySet<string>,
  now: Instant,
): readonly LoanReminder[] {
  return loans
    .filter((loan) => loanOpen(loan) > 0 && now >= loan.dueAt - loanRemindBeforeMs)
    .toSorted((a, b) => a.dueAt - b.dueAt || compareText(a.loan, b.loan))
    .map((loan) => {
      const step = Math.max(0, Math.floor((now - loan.dueAt) / loanRemindEveryMs) + 1);
      return { loan, key: `${loan.loan}/${loan.dueAt}/${step}`, units: loanOpen(loan), step };
    })
    .filter(({ key }) => !sent.has(key));
}
