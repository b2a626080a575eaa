import { oddPolicyDefault, ruleWords } from "../domain/odd/policy.ts";
import { evaluateOdd, heldOutSeed, type OddEvaluation } from "../sim/odd-evaluation.ts";
import { grouped, tableLines } from "./columns.ts";
import { exitOk } from "./exit.ts";
import { parseFlags, UsageError, wholeNumber } from "./flags.ts";
import { say, type Io } from "./io.ts";

const seedsDefault = 20;
const seedsMax = 1_000;
const seedMax = 1_000_000_000;

/** What each habit of the simulated scalpers is. */
const tacticWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  bulk: { zh: "几个号一次买很多", en: "a few accounts that take many at once" },
  accounts: { zh: "很多新号，一个地址", en: "many new accounts at one door" },
  phone: { zh: "地址各异，一个电话", en: "addresses differ, one phone" },
  holder: { zh: "占货不付款", en: "holds units and does not pay" },
  refunder: { zh: "下单又退款", en: "orders and takes the money back" },
  forwarder: { zh: "转运仓囤货", en: "a forwarder's warehouse" },
};

/** `odd evaluate --sim [--seeds 20] [--first-seed 1001]`: precision and recall on broadcasts that tuned no rule. */
export function evaluate(argv: readonly string[], io: Io): number {
  const flags = parseFlags(argv, {
    flags: { sim: "switch", seeds: "value", "first-seed": "value" },
    words: ["evaluate"],
  });
  if (!flags.has("sim"))
    throw new UsageError(
      "写 odd evaluate --sim",
      "Say odd evaluate --sim: only simulated scalpers are known",
    );
  const seeds = wholeNumber(flags, "seeds", seedsMax) ?? seedsDefault;
  const firstSeed = wholeNumber(flags, "first-seed", seedMax) ?? heldOutSeed;
  const onSeed = (done: number): void => {
    if (io.isTty) io.raw(`\r\u001B[K${done === seeds ? "" : `${done} / ${seeds}`}`);
  };
  const evaluation = evaluateOdd({ firstSeed, seeds, onSeed }, oddPolicyDefault);
  if (flags.has("json")) io.out(JSON.stringify({ firstSeed, seeds, ...evaluation }));
  else tell(evaluation, { firstSeed, seeds }, io);
  return exitOk;
}

function tell(
  { orders, all, rules, tactics }: OddEvaluation,
  { firstSeed, seeds }: { firstSeed: number; seeds: number },
  io: Io,
): void {
  const share = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
  const right = { align: "right" } as const;
  const last = firstSeed + seeds - 1;
  const language = say(io, "zh", "en") === "zh" ? "zh" : "en";
  io.out(
    say(
      io,
      `种子 ${firstSeed}–${last}：${grouped(orders)} 单，其中黄牛 ${grouped(all.planted)} 单`,
      `Seeds ${firstSeed}–${last}: ${grouped(orders)} orders, ${grouped(all.planted)} of them by scalpers`,
    ),
  );
  io.out(
    say(
      io,
      `查准率 ${share(all.precision)}，查全率 ${share(all.recall)}（立案 ${grouped(all.found)} 单，对 ${grouped(all.right)} 单）`,
      `Precision ${share(all.precision)}, recall ${share(all.recall)} (${grouped(all.found)} orders in cases, ${grouped(all.right)} of them right)`,
    ),
  );
  const columns = [
    { title: say(io, "规则", "Rule"), widthMax: 60 },
    { title: say(io, "找到", "Found"), ...right },
    { title: say(io, "其中黄牛", "Scalpers"), ...right },
    { title: say(io, "查准率", "Precision"), ...right },
    { title: say(io, "占全部黄牛", "Of all scalpers"), ...right },
  ];
  const rows = rules.map(({ rule, found, right: hits, precision, recall }) => [
    ruleWords[rule][language].replaceAll(/\{\w+\}/g, "…"),
    grouped(found),
    grouped(hits),
    share(precision),
    share(recall),
  ]);
  for (const line of tableLines(columns, rows)) io.out(line);
  const habits = [
    { title: say(io, "黄牛的手法", "Habit"), widthMax: 60 },
    { title: say(io, "下单", "Planted"), ...right },
    { title: say(io, "找到", "Found"), ...right },
  ];
  const found = tactics.map((one) => [
    tacticWords[one.tactic]?.[language] ?? one.tactic,
    grouped(one.planted),
    grouped(one.found),
  ]);
  for (const line of tableLines(habits, found)) io.out(line);
}
