import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";
import { leftAt, peakShare } from "./metric.ts";
import type { Policy } from "./policy.ts";
import type { SkuNow } from "./inputs.ts";
import { minuteMs } from "./time.ts";
import type { Words } from "./words.ts";

/** 巡检: every quarter of an hour somebody looks at the three groups of products that matter. */
export type PatrolGroup = "current" | "coming" | "cooling";

/** The one-tap answers. Closed. */
export const answerNames = {
  fine: { zh: "没问题", en: "Fine" },
  tell_host: { zh: "通知主播", en: "Tell the host" },
  switch_product: { zh: "切款", en: "Switch" },
  ask_supplier: { zh: "催补货", en: "Ask the supplier" },
  adjust_plan: { zh: "调整排品", en: "Change the plan" },
  show_again: { zh: "安排返场", en: "Show it again" },
  lower_price: { zh: "调整价格", en: "Change the price" },
  noted: { zh: "知道了", en: "Noted" },
} as const satisfies Record<string, Words>;
export type PatrolAnswerId = keyof typeof answerNames;

/** What each group asks, and what can be answered, the quiet answer first. */
export const groupAnswers: Readonly<Record<PatrolGroup, readonly PatrolAnswerId[]>> = {
  current: ["fine", "tell_host", "switch_product", "ask_supplier"],
  coming: ["fine", "adjust_plan", "ask_supplier"],
  cooling: ["noted", "show_again", "switch_product", "lower_price"],
};

export interface PatrolItem {
  readonly group: PatrolGroup;
  readonly sku: string;
  readonly slot: string | null;
  /** Units that can be sold. */
  readonly left: number;
  readonly unitsPerMinute: number;
  /** current: the plain ETA; null without sales. */
  readonly etaMinutes: number | null;
  /** coming: minutes until its slot, and what will be left then at today's rate. */
  readonly minutesUntil: number | null;
  readonly leftThen: number | null;
  readonly target: number | null;
  /** cooling: units of the best ten minutes, of the last ten, and the second in per cent of the first. */
  readonly peak10: number | null;
  readonly last10: number | null;
  readonly percent: number | null;
  /** Somebody should do something: the ETA, the slot or the fall is beyond its threshold. */
  readonly warns: boolean;
  readonly answers: readonly PatrolAnswerId[];
}

export interface PatrolAnswer {
  readonly sku: string;
  readonly group: PatrolGroup;
  readonly answer: PatrolAnswerId;
  readonly by: string;
  readonly at: Instant;
}

/** One patrol: a card that takes ten seconds to answer. It stays on record. */
export interface PatrolCard {
  readonly id: string;
  readonly dueAt: Instant;
  /** Later than due when nobody was there to open it. */
  readonly openedAt: Instant;
  readonly items: readonly PatrolItem[];
  readonly answers: readonly PatrolAnswer[];
  /** How often it was passed on because nobody answered. */
  readonly level: number;
  readonly answeredAt: Instant | null;
}

export const patrolLimits = { comingMax: 5, comingMinutes: 60, coolingMax: 5, levelsMax: 3 } as const;

/** The patrol that is due, by the number of intervals since the session went live: 1, 2, 3 … */
export interface Due {
  readonly ordinal: number;
  readonly dueAt: Instant;
  /** Earlier ones that were never opened, since nobody was there to open them. */
  readonly missed: number;
}

/**
 * The latest patrol whose time has come and that was not opened yet; null: none. Patrols stand on a grid from
 * the moment the session went live, so a late one does not push the next.
 * @param lastOrdinal of the last one that was opened, 0 before the first
 */
export function duePatrol(
  liveSince: Instant,
  everyMinutes: number,
  lastOrdinal: number,
  now: Instant,
): Due | null {
  const ordinal = Math.floor((now - liveSince) / (everyMinutes * minuteMs));
  if (ordinal <= lastOrdinal) return null;
  return {
    ordinal,
    dueAt: liveSince + ordinal * everyMinutes * minuteMs,
    missed: ordinal - lastOrdinal - 1,
  };
}

/** The card of a patrol. The product that is on comes first; nothing stands in two groups. */
export function openPatrol(
  { id, dueAt, openedAt }: Pick<PatrolCard, "id" | "dueAt" | "openedAt">,
  skus: readonly SkuNow[],
  policyOf: (sku: string) => Policy,
): PatrolCard {
  const current = skus.filter((sku) => sku.current !== null);
  const coming = skus
    .filter(({ current: on, coming: next }) => on === null && next !== null)
    .filter(({ coming: next }) => (next?.minutesLeft ?? Infinity) <= patrolLimits.comingMinutes)
    .toSorted(
      (a, b) => (a.coming?.minutesLeft ?? 0) - (b.coming?.minutesLeft ?? 0) || compareText(a.sku, b.sku),
    )
    .slice(0, patrolLimits.comingMax);
  const taken = new Set([...current, ...coming].map((sku) => sku.sku));
  const cooling = skus
    .filter((sku) => !taken.has(sku.sku) && isCooling(sku, policyOf(sku.sku)))
    .toSorted((a, b) => b.peak10 - b.last10 - (a.peak10 - a.last10) || compareText(a.sku, b.sku))
    .slice(0, patrolLimits.coolingMax);
  const items = [
    ...current.map((sku) => currentItem(sku, policyOf(sku.sku))),
    ...coming.map(comingItem),
    ...cooling.map(coolingItem),
  ];
  return { id, dueAt, openedAt, items, answers: [], level: 0, answeredAt: null };
}

/**
 * Was hot, now falling, the omen of dead stock: the best ten minutes sold at least the floor, the last ten no
 * more than the ratio of them, and there are units left.
 */
export function isCooling(sku: Pick<SkuNow, "peak10" | "last10" | "sellable">, policy: Policy): boolean {
  const { peak10, last10, sellable } = sku;
  return sellable > 0 && peak10 >= policy.coolingFloorUnits && last10 * 100 <= policy.coolingPercent * peak10;
}

const blank = {
  slot: null,
  etaMinutes: null,
  minutesUntil: null,
  leftThen: null,
  target: null,
  peak10: null,
  last10: null,
  percent: null,
};

function currentItem(sku: SkuNow, policy: Policy): PatrolItem {
  const { etaMinutes: eta, current } = sku;
  return {
    ...blank,
    group: "current",
    sku: sku.sku,
    slot: current?.slot ?? null,
    left: sku.sellable,
    unitsPerMinute: round1(sku.recentPerMinute),
    etaMinutes: eta === null ? null : round1(eta),
    target: current?.target ?? null,
    warns: sku.sellable <= 0 || (eta !== null && eta < policy.etaMinutes),
    answers: groupAnswers.current,
  };
}

function comingItem(sku: SkuNow): PatrolItem {
  const minutesUntil = sku.coming?.minutesLeft ?? 0;
  const target = sku.coming?.target ?? null;
  const leftThen = leftAt(sku.sellable, sku.unitsPerMinute, minutesUntil);
  return {
    ...blank,
    group: "coming",
    sku: sku.sku,
    slot: sku.coming?.slot ?? null,
    left: sku.sellable,
    unitsPerMinute: round1(sku.unitsPerMinute),
    minutesUntil: round1(minutesUntil),
    leftThen: Math.floor(leftThen),
    target,
    warns: leftThen < Math.max(1, target ?? 1),
    answers: groupAnswers.coming,
  };
}

function coolingItem(sku: SkuNow): PatrolItem {
  const percent = peakShare(sku.last10, sku.peak10);
  return {
    ...blank,
    group: "cooling",
    sku: sku.sku,
    left: sku.sellable,
    unitsPerMinute: round1(sku.recentPerMinute),
    peak10: Math.round(sku.peak10),
    last10: Math.round(sku.last10),
    percent: percent === null ? null : round1(percent),
    warns: true,
    answers: groupAnswers.cooling,
  };
}

/** A card is read at a glance: units are whole, rates and minutes have one decimal. */
function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

/**
 * Takes an answer. The first to a product stands; one for a product that the card does not ask about, or that
 * its group does not offer, changes nothing. Answered is the card once each product is.
 */
export function answerPatrol(card: PatrolCard, answer: PatrolAnswer): PatrolCard {
  const { sku, group, at } = answer;
  const item = card.items.find((one) => one.sku === sku && one.group === group);
  if (item === undefined || !item.answers.includes(answer.answer)) return card;
  if (card.answers.some((one) => one.sku === sku && one.group === group)) return card;
  const answers = [...card.answers, answer];
  return { ...card, answers, answeredAt: answers.length === card.items.length ? at : null };
}

/** One tap for the whole card: the quiet answer to every product that has none yet. */
export function answerAll(card: PatrolCard, by: string, at: Instant): PatrolCard {
  const answered = card.items.reduce((sum, { sku, group, answers }) => {
    const [quiet] = answers;
    return quiet === undefined ? sum : answerPatrol(sum, { sku, group, answer: quiet, by, at });
  }, card);
  // A card that asks about nothing is answered by having been looked at.
  return answered.answeredAt === null ? { ...answered, answeredAt: at } : answered;
}

/** How often an unanswered card should have been passed on by now. */
export function patrolLevel(card: PatrolCard, answerMinutes: number, now: Instant): number {
  if (card.answeredAt !== null) return card.level;
  const due = Math.floor((now - card.openedAt) / (answerMinutes * minuteMs));
  return Math.min(patrolLimits.levelsMax, Math.max(card.level, due));
}
