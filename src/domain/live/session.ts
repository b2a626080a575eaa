import { compareText, skuKey } from "../text.ts";
import type { Instant } from "../rows.ts";
import { tranchesProblem, type Tranche } from "./drip.ts";
import { hourMs, minuteMs, minutesBetween } from "./time.ts";
import { problemMaker, type Problem, type Words } from "./words.ts";

/** One product in the run-of-show: when it is on, how many are meant to go, and on what terms. */
export interface Slot {
  readonly id: string;
  /** The normalised code (`skuKey`). A product may have several slots (返场). */
  readonly sku: string;
  readonly minutes: number;
  /** Units that are meant to be sold in this slot; null: no plan. */
  readonly target: number | null;
  /** Minor units; null: the SKU's own price. */
  readonly price: number | null;
  /** Units a buyer may take during the session; null: the SKU's own limit. */
  readonly buyerLimit: number | null;
  /** Units of safety stock during the session; null: the SKU's own buffer. */
  readonly buffer: number | null;
  /** The most units that the session may promise (直播专享); null: all that is sellable. */
  readonly allotment: number | null;
  /** SKUs to show instead, best first. */
  readonly alternates: readonly string[];
  /** Parts in which the units are let out (分批放量); empty: all at once. */
  readonly tranches: readonly Tranche[];
}

/** One room in which the session is on the air. */
export interface Room {
  readonly room: string;
  readonly channel: string;
  readonly title: string;
}

/** What the tablet beside the camera shows. */
export interface HostScreen {
  /** 还有最后 N 件 is shown once this many units, or fewer, are left. */
  readonly lastUnits: number;
  readonly showPrice: boolean;
  readonly showLimit: boolean;
  readonly showEta: boolean;
  readonly showNext: boolean;
}

export interface SessionPlan {
  readonly id: string;
  readonly title: string;
  readonly channels: readonly string[];
  readonly rooms: readonly Room[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly hostScreen: HostScreen;
  /** In the order in which they are shown. */
  readonly slots: readonly Slot[];
}

export const hostScreenDefault: HostScreen = {
  lastUnits: 50,
  showPrice: true,
  showLimit: true,
  showEta: true,
  showNext: true,
};

export const sessionLimits = {
  titleCharsMax: 120,
  sessionHoursMax: 48,
  channelsMax: 50,
  roomsMax: 50,
  slotsMax: 500,
  slotMinutesMax: 600,
  alternatesPerSlotMax: 20,
  unitsMax: 1_000_000_000,
} as const;

export const slotMinutesDefault = 10;

/** A slot as a person adds it: the product, everything else as the shop has it. */
export function newSlot(id: string, sku: string): Slot {
  return {
    id,
    sku: skuKey(sku),
    minutes: slotMinutesDefault,
    target: null,
    price: null,
    buyerLimit: null,
    buffer: null,
    allotment: null,
    alternates: [],
    tranches: [],
  };
}

/** When a slot is on. */
export interface SlotTime {
  readonly slot: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** The times of the slots by the plan alone: each begins when the one before it ends. */
export function slotTimes(plan: Pick<SessionPlan, "startsAt" | "slots">): readonly SlotTime[] {
  let at = plan.startsAt;
  return plan.slots.map((slot) => {
    const startsAt = at;
    at += slot.minutes * minuteMs;
    return { slot: slot.id, startsAt, endsAt: at };
  });
}

/**
 * The times of the slot that is on and of those to come, as things stand: a slot that runs over pushes what
 * follows, one that was left early pulls it forward. Slots before the current one are over and have no time.
 * @param current the slot that is on and since when
 */
export function slotTimesFrom(
  plan: Pick<SessionPlan, "slots">,
  current: { readonly slot: string; readonly since: Instant },
  now: Instant,
): readonly SlotTime[] {
  const index = plan.slots.findIndex((slot) => slot.id === current.slot);
  if (index < 0) return [];
  let at = current.since;
  return plan.slots.slice(index).map((slot, place) => {
    const startsAt = at;
    const planned = at + slot.minutes * minuteMs;
    at = place === 0 ? Math.max(now, planned) : planned;
    return { slot: slot.id, startsAt, endsAt: at };
  });
}

/** The slot that the plan has on at this instant; null before the first and after the last. */
export function slotAt(plan: Pick<SessionPlan, "startsAt" | "slots">, at: Instant): string | null {
  return slotTimes(plan).find((time) => time.startsAt <= at && at < time.endsAt)?.slot ?? null;
}

export interface CopyOf {
  readonly id: string;
  readonly title?: string;
  readonly startsAt: Instant;
  /** The new id of each slot, by its place in the run-of-show. */
  readonly slotId: (index: number) => string;
}

/** A past session as the draft of the next: the same products and terms at other times. */
export function copySession(past: SessionPlan, { id, title, startsAt, slotId }: CopyOf): SessionPlan {
  return {
    ...past,
    id,
    title: title ?? past.title,
    startsAt,
    endsAt: startsAt + (past.endsAt - past.startsAt),
    slots: past.slots.map((slot, index) => ({ ...slot, id: slotId(index) })),
  };
}

/** The products of a plan, each once, in the order in which they are first shown. */
export function plannedSkus(plan: Pick<SessionPlan, "slots">): readonly string[] {
  return [...new Set(plan.slots.map((slot) => slot.sku))];
}

/** What the plan is checked against. */
export interface Known {
  readonly skus: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
}

const sentences = {
  title_empty: { zh: "请填写场次标题", en: "Give the session a title" },
  title_too_long: { zh: "标题最多 {limit} 个字", en: "The title may have {limit} characters at most" },
  time_order: { zh: "结束时间要晚于开始时间", en: "The session must end after it begins" },
  too_long: { zh: "一场直播最长 {limit} 小时", en: "A session may last {limit} hours at most" },
  no_channel: { zh: "请至少选择一个渠道", en: "Choose at least one channel" },
  unknown_channel: {
    zh: "没有渠道 {channel}，请先建立它",
    en: "There is no channel {channel}: create it first",
  },
  twice: { zh: "{value} 出现了两次，请删掉一个", en: "{value} stands there twice: remove one" },
  room_channel: {
    zh: "直播间 {room} 的渠道 {channel} 不在本场渠道里，请先加上",
    en: "Room {room} is on channel {channel}, which is not among the session's channels: add it",
  },
  too_many: { zh: "最多 {limit} 项", en: "{limit} at most" },
  no_slot: { zh: "还没有排品，请至少加入一个商品", en: "The run-of-show is empty: add a product" },
  unknown_sku: {
    zh: "没有商品 {sku}，请先导入或新建",
    en: "There is no SKU {sku}: import or create it first",
  },
  minutes_range: {
    zh: "讲解时长要在 1 到 {limit} 分钟之间（整数）",
    en: "A slot lasts 1 to {limit} whole minutes",
  },
  units_range: {
    zh: "数量要是 {least} 到 {limit} 的整数",
    en: "A whole number from {least} to {limit} is needed",
  },
  target_above_allotment: {
    zh: "计划卖 {target} 件，专享库存却只有 {allotment} 件：请调高专享库存或调低计划",
    en: "{target} units are planned and only {allotment} are allotted: raise the allotment or lower the target",
  },
  alternate_itself: { zh: "备选商品不能是它自己", en: "A product cannot be its own alternate" },
  tranches: {
    zh: "分批放量不成立：{zh}",
    en: "The drip release does not work: {en}",
  },
} satisfies Record<string, Words>;

export type SessionProblem = Problem<keyof typeof sentences>;
const problem = problemMaker(sentences);

/** Everything that is wrong with a plan, in its own order; empty when it may be saved. */
export function validateSession(plan: SessionPlan, known: Known): readonly SessionProblem[] {
  return [
    ...headProblems(plan),
    ...channelProblems(plan, known),
    ...(plan.slots.length === 0 ? [problem("no_slot", "slots")] : []),
    ...tooMany(plan.slots, sessionLimits.slotsMax, "slots"),
    ...twice(
      plan.slots.map((slot) => slot.id),
      (index) => `slots[${index}].id`,
    ),
    ...plan.slots.flatMap((slot, index) => slotProblems(slot, `slots[${index}]`, known)),
    ...unitsProblem(plan.hostScreen.lastUnits, 0, "hostScreen.lastUnits"),
  ];
}

function headProblems(plan: SessionPlan): readonly SessionProblem[] {
  const found: SessionProblem[] = [];
  const { titleCharsMax, sessionHoursMax } = sessionLimits;
  if (plan.title.trim() === "") found.push(problem("title_empty", "title"));
  if (Array.from(plan.title).length > titleCharsMax)
    found.push(problem("title_too_long", "title", { limit: titleCharsMax }));
  if (!(plan.endsAt > plan.startsAt)) found.push(problem("time_order", "endsAt"));
  else if (plan.endsAt - plan.startsAt > sessionHoursMax * hourMs)
    found.push(problem("too_long", "endsAt", { limit: sessionHoursMax }));
  return found;
}

function channelProblems(plan: SessionPlan, known: Known): readonly SessionProblem[] {
  const found: SessionProblem[] = [];
  if (plan.channels.length === 0) found.push(problem("no_channel", "channels"));
  for (const [index, channel] of plan.channels.entries()) {
    if (!known.channels.has(channel))
      found.push(problem("unknown_channel", `channels[${index}]`, { channel }));
  }
  for (const [index, { room, channel }] of plan.rooms.entries()) {
    if (!plan.channels.includes(channel))
      found.push(problem("room_channel", `rooms[${index}].channel`, { room, channel }));
  }
  return [
    ...found,
    ...tooMany(plan.channels, sessionLimits.channelsMax, "channels"),
    ...twice(plan.channels, (index) => `channels[${index}]`),
    ...tooMany(plan.rooms, sessionLimits.roomsMax, "rooms"),
    ...twice(
      plan.rooms.map((room) => room.room),
      (index) => `rooms[${index}].room`,
    ),
  ];
}

function slotProblems(slot: Slot, path: string, known: Known): readonly SessionProblem[] {
  const found: SessionProblem[] = [];
  const { slotMinutesMax, alternatesPerSlotMax } = sessionLimits;
  if (!known.skus.has(slot.sku)) found.push(problem("unknown_sku", `${path}.sku`, { sku: slot.sku }));
  if (!isWhole(slot.minutes, 1, slotMinutesMax))
    found.push(problem("minutes_range", `${path}.minutes`, { limit: slotMinutesMax }));
  for (const [field, least] of [
    ["target", 1],
    ["price", 0],
    ["buyerLimit", 1],
    ["buffer", 0],
    ["allotment", 0],
  ] as const)
    found.push(...unitsProblem(slot[field], least, `${path}.${field}`));
  const { target, allotment } = slot;
  if (target !== null && allotment !== null && target > allotment)
    found.push(problem("target_above_allotment", `${path}.target`, { target, allotment }));
  found.push(...tooMany(slot.alternates, alternatesPerSlotMax, `${path}.alternates`));
  found.push(...twice(slot.alternates, (index) => `${path}.alternates[${index}]`));
  for (const [index, sku] of slot.alternates.entries()) {
    const at = `${path}.alternates[${index}]`;
    if (sku === slot.sku) found.push(problem("alternate_itself", at));
    else if (!known.skus.has(sku)) found.push(problem("unknown_sku", at, { sku }));
  }
  const drip = tranchesProblem(slot.tranches, allotment);
  if (drip !== null) found.push(problem("tranches", `${path}.tranches`, { ...drip }));
  return found;
}

function unitsProblem(units: number | null, least: number, path: string): readonly SessionProblem[] {
  const limit = sessionLimits.unitsMax;
  return units === null || isWhole(units, least, limit)
    ? []
    : [problem("units_range", path, { least, limit })];
}

function tooMany(items: readonly unknown[], limit: number, path: string): readonly SessionProblem[] {
  return items.length > limit ? [problem("too_many", path, { limit })] : [];
}

function twice(values: readonly string[], pathOf: (index: number) => string): readonly SessionProblem[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    const again = seen.has(value);
    seen.add(value);
    return again ? [problem("twice", pathOf(index), { value })] : [];
  });
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/** Sessions as people look for them: the next one first, then those further away; past ones last, latest first. */
export function compareSessions(now: Instant) {
  return (a: SessionPlan, b: SessionPlan): number => {
    const past = (plan: SessionPlan): boolean => minutesBetween(now, plan.endsAt) < 0;
    if (past(a) !== past(b)) return past(a) ? 1 : -1;
    return (past(a) ? b.startsAt - a.startsAt : a.startsAt - b.startsAt) || compareText(a.id, b.id);
  };
}
