import { findOdd } from "../domain/odd/detect.ts";
import { oddRules, type OddPolicy, type OddRule } from "../domain/odd/policy.ts";
import { broadcastOf } from "./scalpers.ts";

/** Thresholds were set on seeds below it. */
export const heldOutSeed = 1_001;

export interface EvaluationOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  /** Told after each broadcast. */
  readonly onSeed?: (done: number) => void;
}

/** Of what was found, the share that a scalper placed; of what scalpers placed, the share that was found. Null: none. */
export interface Score {
  readonly found: number;
  readonly right: number;
  readonly planted: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface OddEvaluation {
  readonly orders: number;
  /** Orders with the points for a case. */
  readonly all: Score;
  /** Orders that a rule says something of, whatever the points: most rules are about one habit only. */
  readonly rules: readonly (Score & { readonly rule: OddRule })[];
  readonly tactics: readonly { readonly tactic: string; readonly planted: number; readonly found: number }[];
}

/** How well the rules find the scalpers of simulated broadcasts. The same seeds and policy, the same numbers. */
export function evaluateOdd(
  { firstSeed, seeds, onSeed }: EvaluationOptions,
  policy: OddPolicy,
): OddEvaluation {
  let [orders, planted, found, right] = [0, 0, 0, 0];
  const ofRule = new Map<OddRule, { found: number; right: number }>();
  const ofTactic = new Map<string, { planted: number; found: number }>();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const broadcast = broadcastOf(seed);
    orders += broadcast.orders.length;
    planted += broadcast.planted.size;
    for (const tactic of broadcast.tactics.values()) counted(ofTactic, tactic, { planted: 1, found: 0 });
    for (const { order, hits, odd } of findOdd(broadcast.orders, policy)) {
      const tactic = broadcast.tactics.get(order.orderId);
      const isRight = tactic === undefined ? 0 : 1;
      for (const { rule } of hits) counted(ofRule, rule, { found: 1, right: isRight });
      if (!odd) continue;
      found += 1;
      right += isRight;
      if (tactic !== undefined) counted(ofTactic, tactic, { planted: 0, found: 1 });
    }
    onSeed?.(seed - firstSeed + 1);
  }
  return {
    orders,
    all: scoreOf(found, right, planted),
    rules: oddRules.flatMap((rule) => {
      const count = ofRule.get(rule);
      return count === undefined ? [] : [{ rule, ...scoreOf(count.found, count.right, planted) }];
    }),
    tactics: [...ofTactic].map(([tactic, count]) => ({ tactic, ...count })),
  };
}

function scoreOf(found: number, right: number, planted: number): Score {
  return {
    found,
    right,
    planted,
    precision: found === 0 ? null : right / found,
    recall: planted === 0 ? null : right / planted,
  };
}

function counted<Key, Count extends Record<string, number>>(
  counts: Map<Key, Count>,
  key: Key,
  more: Count,
): void {
  const before = counts.get(key);
  counts.set(
    key,
    before === undefined
      ? more
      : (Object.fromEntries(
          Object.entries(more).map(([name, value]) => [name, value + (before[name] ?? 0)]),
        ) as Count),
  );
}
