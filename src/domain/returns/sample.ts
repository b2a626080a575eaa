import { hourMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** Units lent to the studio: owned, off the shelf, due back. */
export interface Loan {
  readonly loan: string;
  readonly seq: number;
  readonly sku: string;
  readonly warehouse: string;
  readonly session: string | null;
  /** Who answers for them. */
  readonly borrower: string;
  readonly units: number;
  readonly lentAt: Instant;
  readonly dueAt: Instant;
  readonly returnedGood: number;
  readonly returnedBad: number;
  readonly writtenOff: number;
}

interface LoanBodies {
  readonly lent: Pick<Loan, "sku" | "warehouse" | "session" | "borrower" | "units" | "dueAt">;
  readonly extended: { readonly dueAt: Instant; readonly reason: string };
  readonly returned: { readonly good: number; readonly bad: number };
  readonly written_off: { readonly units: number; readonly reason: string };
}
export type LoanEvent = {
  [Kind in keyof LoanBodies]: {
    readonly seq: number;
    readonly loan: string;
    readonly at: Instant;
    readonly actor: string;
    readonly kind: Kind;
    readonly body: LoanBodies[Kind];
  };
}[keyof LoanBodies];

/** The loan after one more event; null before it was lent. */
export function foldLoan(state: Loan | null, event: LoanEvent): Loan | null {
  if (state === null) {
    if (event.kind !== "lent") return null;
    const { loan, seq, at, body } = event;
    return { loan, seq, ...body, lentAt: at, returnedGood: 0, returnedBad: 0, writtenOff: 0 };
  }
  if (event.loan !== state.loan || event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  switch (event.kind) {
    case "extended":
      return { ...next, dueAt: event.body.dueAt };
    case "returned":
      return {
        ...next,
        returnedGood: state.returnedGood + event.body.good,
        returnedBad: state.returnedBad + event.body.bad,
      };
    case "written_off":
      return { ...next, writtenOff: state.writtenOff + event.body.units };
    case "lent":
    default:
      return next;
  }
}

/** Units that are still out. */
export function loanOpen(loan: Pick<Loan, "units" | "returnedGood" | "returnedBad" | "writtenOff">): number {
  return loan.units - loan.returnedGood - loan.returnedBad - loan.writtenOff;
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
  step: Pick<Exclude<LoanEvent, { kind: "lent" }>, "kind" | "body">,
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

/** How long before it is due somebody is reminded, and how often after. */
export const loanRemindBeforeMs = 24 * hourMs;
export const loanRemindEveryMs = 24 * hourMs;

export interface LoanReminder {
  readonly loan: string;
  readonly sku: string;
  readonly borrower: string;
  readonly units: number;
  /** 0: soon due; 1, 2, … : due for that many days. Each is sent once. */
  readonly step: number;
}

/**
 * Who must be reminded now. The same moment always says the same; whoever sends them remembers the last step.
 * @param reminded the last step that was sent, by loan
 */
export function loanReminders(
  loans: readonly Loan[],
  reminded: ReadonlyMap<string, number>,
  now: Instant,
): readonly LoanReminder[] {
  return loans
    .filter((loan) => loanOpen(loan) > 0 && now >= loan.dueAt - loanRemindBeforeMs)
    .map((loan) => ({ loan, step: Math.max(0, Math.floor((now - loan.dueAt) / loanRemindEveryMs) + 1) }))
    .filter(({ loan, step }) => step > (reminded.get(loan.loan) ?? -1))
    .toSorted((a, b) => a.loan.dueAt - b.loan.dueAt || compareText(a.loan.loan, b.loan.loan))
    .map(({ loan, step }) => ({
      loan: loan.loan,
      sku: loan.sku,
      borrower: loan.borrower,
      units: loanOpen(loan),
      step,
    }));
}
