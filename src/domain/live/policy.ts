import { problemMaker, type Problem, type Words } from "./words.ts";

/** What a policy's numbers may be, and what they are where nobody said anything. All are whole numbers. */
interface Field extends Words {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** `session` fields watch the whole session; only the shop sets them. */
  readonly scope: "sku" | "session";
}

/** The thresholds. The names say the unit. */
export const policyFields = {
  etaMinutes: sku(60, 1, 1_440, "预计售罄少于（分钟）", "Sell-out in less than (min)"),
  sellThroughPercent: sku(80, 1, 99, "售出率高于（%）", "Sell-through above (%)"),
  tier1Percent: sku(20, 1, 99, "一级：剩余不超过（%）", "Tier 1: left at most (%)"),
  tier2Percent: sku(10, 1, 99, "二级：剩余不超过（%）", "Tier 2: left at most (%)"),
  tier3Percent: sku(5, 1, 99, "三级：剩余不超过（%）", "Tier 3: left at most (%)"),
  turnoverDays: sku(45, 1, 3_650, "周转天数高于（天）", "Turnover above (days)"),
  slowMoverDays: sku(30, 1, 3_650, "多少天没卖算滞销（天）", "Slow mover after (days)"),
  outsellsPercent: sku(
    150,
    101,
    1_000,
    "按此势头卖到计划的（%）算超预期",
    "Outsells its plan at (% of target)",
  ),
  coolingPercent: sku(40, 1, 99, "近 10 分钟不超过峰值的（%）算降温", "Cooling at (% of its peak)"),
  coolingFloorUnits: sku(
    30,
    1,
    1_000_000,
    "峰值 10 分钟至少（件）才看降温",
    "Cooling needs a peak of (units in 10 min)",
  ),
  hoardingPercent: sku(
    40,
    1,
    99,
    "待付款占可售加待付款的（%）算囤货",
    "Unpaid holds of (% of sellable and held)",
  ),
  hoardingFloorUnits: sku(20, 1, 1_000_000, "待付款至少（件）才看囤货", "Hoarding needs (units held)"),
  ackMinutes: sku(5, 1, 240, "多久没人确认就升级（分钟）", "Escalate unacknowledged after (min)"),
  ackUrgentMinutes: sku(2, 1, 240, "紧急预警多久没人确认就升级（分钟）", "Escalate urgent ones after (min)"),
  activeRatePercent: session(30, 1, 99, "动销率低于（%）", "Active-SKU rate below (%)"),
  activeWindowMinutes: session(30, 5, 60, "动销率看最近（分钟）", "Active-SKU rate looks back (min)"),
  orderSpikePercent: session(
    300,
    110,
    10_000,
    "每分钟订单达到预期的（%）算暴增",
    "Order spike at (% of expected)",
  ),
  orderSpikeFloor: session(
    30,
    1,
    1_000_000,
    "每分钟至少（单）才算暴增",
    "Order spike needs (orders a minute)",
  ),
  connectorSilentSeconds: session(120, 10, 86_400, "渠道多久没消息（秒）", "Connector silent for (s)"),
  connectorLagSeconds: session(60, 5, 86_400, "渠道消息延迟超过（秒）", "Connector lags by (s)"),
  hostOfflineSeconds: session(15, 3, 3_600, "主播屏离线超过（秒）", "Host screen offline for (s)"),
  patrolMinutes: session(15, 10, 20, "巡检间隔（分钟）", "Patrol every (min)"),
  patrolAnswerMinutes: session(
    5,
    1,
    20,
    "巡检多久没答就升级（分钟）",
    "Escalate an unanswered patrol after (min)",
  ),
  reviewSpikePercent: session(
    300,
    110,
    10_000,
    "每分钟订单达到预期的（%）就抽审",
    "Review orders from (% of expected)",
  ),
  reviewSamplePercent: session(5, 1, 100, "抽审其中多少订单（%）", "Orders that are reviewed (%)"),
  reviewOpenMax: session(20, 1, 500, "同时最多多少单待审（单）", "Reviews open at most (orders)"),
  reviewAnswerMinutes: session(
    15,
    1,
    240,
    "待审多久没人处理就提醒（分钟）",
    "Remind of an undecided review after (min)",
  ),
} as const satisfies Record<string, Field>;

export type PolicyField = keyof typeof policyFields;
export type Policy = Readonly<Record<PolicyField, number>>;
/** What one level says; a field that is absent is left to the levels further away. */
export type PolicyPart = Readonly<Partial<Policy>>;

/** A shop's own thresholds at its three levels. */
export interface PolicyBook {
  readonly shop: PolicyPart;
  /** By category, as the SKUs have it. */
  readonly categories: Readonly<Record<string, PolicyPart>>;
  /** By normalised SKU code. */
  readonly skus: Readonly<Record<string, PolicyPart>>;
}

export const noPolicyBook: PolicyBook = { shop: {}, categories: {}, skus: {} };

const fieldNames = Object.keys(policyFields) as PolicyField[];

export const policyDefault: Policy = Object.fromEntries(
  fieldNames.map((name) => [name, policyFields[name].default]),
) as Record<PolicyField, number>;

/** What a kind of goods is like, before the shop says anything: apparel turns slower, food faster. */
export interface CategoryPreset extends Words {
  readonly id: string;
  /** A category belongs to the first preset of which it has a word. */
  readonly words: readonly string[];
  readonly part: PolicyPart;
}

export const categoryPresets: readonly CategoryPreset[] = [
  {
    id: "food",
    zh: "食品生鲜",
    en: "Food",
    words: [
      "食品",
      "生鲜",
      "零食",
      "水果",
      "蔬菜",
      "饮料",
      "乳品",
      "烘焙",
      "茶",
      "酒",
      "粮油",
      "food",
      "snack",
      "fruit",
      "drink",
      "grocery",
    ],
    part: { turnoverDays: 20, slowMoverDays: 10 },
  },
  {
    id: "beauty",
    zh: "美妆个护",
    en: "Beauty",
    words: ["美妆", "护肤", "彩妆", "个护", "洗护", "beauty", "cosmetic", "skincare"],
    part: { turnoverDays: 60 },
  },
  {
    id: "apparel",
    zh: "服饰鞋包",
    en: "Apparel",
    words: [
      "服饰",
      "服装",
      "女装",
      "男装",
      "童装",
      "内衣",
      "鞋",
      "箱包",
      "配饰",
      "apparel",
      "clothing",
      "shoes",
      "bags",
    ],
    part: { turnoverDays: 75, slowMoverDays: 45 },
  },
  {
    id: "home",
    zh: "家居家电",
    en: "Home",
    words: ["家居", "家电", "家具", "家纺", "厨具", "home", "furniture", "appliance"],
    part: { turnoverDays: 90, slowMoverDays: 60 },
  },
];

/** The preset of a category, found by the words in its name; null: none, the plain defaults hold. */
export function presetOf(category: string): CategoryPreset | null {
  const name = category.toLowerCase();
  return categoryPresets.find((preset) => preset.words.some((word) => name.includes(word))) ?? null;
}

/** Where a number comes from. */
export type PolicySource = "default" | "preset" | "shop" | "category" | "sku";

export interface PolicyOf {
  readonly policy: Policy;
  readonly from: Readonly<Record<PolicyField, PolicySource>>;
}

/**
 * The thresholds of one SKU, field by field: the SKU's own, else its category's, else the shop's, else what
 * its kind of goods is like, else the default.
 */
export function policyOf(book: PolicyBook, category: string, skuCode: string): PolicyOf {
  const levels: readonly (readonly [PolicySource, PolicyPart])[] = [
    ["sku", own(book.skus, skuCode)],
    ["category", own(book.categories, category)],
    ["shop", book.shop],
    ["preset", presetOf(category)?.part ?? {}],
    ["default", policyDefault],
  ];
  const policy: Partial<Record<PolicyField, number>> = {};
  const from: Partial<Record<PolicyField, PolicySource>> = {};
  for (const name of fieldNames) {
    const level = levels.find(([, part]) => part[name] !== undefined);
    policy[name] = level?.[1][name] ?? policyDefault[name];
    from[name] = level?.[0] ?? "default";
  }
  return { policy: policy as Policy, from: from as PolicyOf["from"] };
}

/** The thresholds that watch the whole session. */
export function shopPolicyOf(book: PolicyBook): Policy {
  return policyOf(book, "", "").policy;
}

/** Own members only: a category may be called `constructor`. */
function own(parts: Readonly<Record<string, PolicyPart>>, name: string): PolicyPart {
  return Object.hasOwn(parts, name) ? (parts[name] ?? {}) : {};
}

const sentences = {
  unknown_field: { zh: "没有名为 {field} 的阈值", en: "There is no threshold called {field}" },
  out_of_range: {
    zh: "「{zh}」要是 {least} 到 {most} 的整数",
    en: "“{en}” must be a whole number from {least} to {most}",
  },
  shop_only: { zh: "「{zh}」只能在店铺一级设置", en: "“{en}” can only be set for the whole shop" },
  tier_order: {
    zh: "三级预警要依次变小：现在是 {tier1}%、{tier2}%、{tier3}%",
    en: "The tiers must fall one after the other: they are {tier1} %, {tier2} % and {tier3} %",
  },
} satisfies Record<string, Words>;

export type PolicyProblem = Problem<keyof typeof sentences>;
const problem = problemMaker(sentences);

/**
 * Everything that is wrong with a shop's thresholds. Tiers are compared as they come out at each level.
 * @param categoryOf the category of a SKU that has thresholds of its own
 */
export function validatePolicies(
  book: PolicyBook,
  categoryOf: (skuCode: string) => string,
): readonly PolicyProblem[] {
  const levels: [path: string, part: PolicyPart, effective: Policy, level: PolicySource][] = [
    ["shop", book.shop, shopPolicyOf(book), "shop"],
  ];
  for (const [name, part] of Object.entries(book.categories))
    levels.push([`categories.${name}`, part, policyOf(book, name, "").policy, "category"]);
  for (const [name, part] of Object.entries(book.skus))
    levels.push([`skus.${name}`, part, policyOf(book, categoryOf(name), name).policy, "sku"]);
  return levels.flatMap(([path, part, effective, level]) => [
    ...partProblems(path, part, level),
    ...tierProblem(path, effective),
  ]);
}

function partProblems(path: string, part: PolicyPart, level: PolicySource): readonly PolicyProblem[] {
  return Object.entries(part).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const at = `${path}.${name}`;
    if (!isField(name)) return [problem("unknown_field", at, { field: name })];
    const { least, most, scope, zh, en } = policyFields[name];
    if (scope === "session" && level !== "shop") return [problem("shop_only", at, { zh, en })];
    return Number.isSafeInteger(value) && value >= least && value <= most
      ? []
      : [problem("out_of_range", at, { zh, en, least, most })];
  });
}

function tierProblem(path: string, policy: Policy): readonly PolicyProblem[] {
  const { tier1Percent: tier1, tier2Percent: tier2, tier3Percent: tier3 } = policy;
  return tier1 > tier2 && tier2 > tier3
    ? []
    : [problem("tier_order", `${path}.tier1Percent`, { tier1, tier2, tier3 })];
}

function isField(name: string): name is PolicyField {
  return Object.hasOwn(policyFields, name);
}

function sku(byDefault: number, least: number, most: number, zh: string, en: string): Field {
  return { default: byDefault, least, most, zh, en, scope: "sku" };
}

function session(byDefault: number, least: number, most: number, zh: string, en: string): Field {
  return { default: byDefault, least, most, zh, en, scope: "session" };
}
