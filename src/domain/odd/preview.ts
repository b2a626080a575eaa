import type { OddCase } from "./case.ts";
import { findOdd, orderKeyOf, type Finding } from "./detect.ts";
import type { OddOrder } from "./order.ts";
import { oddRules, type OddPolicy, type OddRule } from "./policy.ts";

/** What a rule would have found on past orders, before and after a change of the policy. */
export interface RulePreview {
  readonly rule: OddRule;
  readonly before: number;
  readonly after: number;
}

export interface PolicyPreview {
  readonly orders: number;
  readonly oddBefore: number;
  readonly oddAfter: number;
  readonly rules: readonly RulePreview[];
  /** Orders that only the new policy finds, and those that it no longer finds; the most points first. */
  readonly found: readonly Finding[];
  readonly lost: readonly Finding[];
  /** Against what people decided about past cases; null where nothing of it was decided. */
  readonly judged: { readonly before: Judged; readonly after: Judged } | null;
}

/** How a policy does on orders whose cases were confirmed or cleared. */
export interface Judged {
  readonly confirmedFound: number;
  readonly confirmedMissed: number;
  readonly clearedFound: number;
  /** Of what it finds, the share that people confirmed; of what they confirmed, the share it finds. Null: none. */
  readonly precision: number | null;
  readonly recall: number | null;
}

/** Tries a policy on history before it is saved: nothing is changed. */
export function previewPolicy(
  orders: readonly OddOrder[],
  before: OddPolicy,
  after: OddPolicy,
  cases: readonly OddCase[] = [],
): PolicyPreview {
  const [was, is] = [findOdd(orders, before), findOdd(orders, after)];
  const [oddWas, oddIs] = [was.filter(({ odd }) => odd), is.filter(({ odd }) => odd)];
  const [keysWas, keysIs] = [keysOf(oddWas), keysOf(oddIs)];
  const decided = cases.filter(({ state }) => state !== "open");
  return {
    orders: orders.length,
    oddBefore: oddWas.length,
    oddAfter: oddIs.length,
    rules: oddRules.map((rule) => ({ rule, before: countOf(was, rule), after: countOf(is, rule) })),
    found: oddIs.filter(({ order }) => !keysWas.has(orderKeyOf(order))),
    lost: oddWas.filter(({ order }) => !keysIs.has(orderKeyOf(order))),
    judged: decided.length === 0 ? null : { before: judge(keysWas, decided), after: judge(keysIs, decided) },
  };
}

function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ order }) => orderKeyOf(order)));
}

function countOf(findings: readonly Finding[], rule: OddRule): number {
  return findings.filter(({ hits }) => hits.some((hit) => hit.rule === rule)).length;
}

function judge(odd: ReadonlySet<string>, decided: readonly OddCase[]): Judged {
  const keysOfState = (state: OddCase["state"]): readonly string[] =>
    decided.filter((one) => one.state === state).flatMap(({ orders }) => orders.map(orderKeyOf));
  const confirmed = keysOfState("confirmed");
  const confirmedFound = confirmed.filter((key) => odd.has(key)).length;
  const clearedFound = keysOfState("cleared").filter((key) => odd.has(key)).length;
  const found = confirmedFound + clearedFound;
  return {
    confirmedFound,
    confirmedMissed: confirmed.length - confirmedFound,
    clearedFound,
    precision: found === 0 ? null : confirmedFound / found,
    recall: confirmed.length === 0 ? null : confirmedFound / confirmed.length,
  };
}
