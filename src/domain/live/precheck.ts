import { compareText } from "../text.ts";
import type { Instant } from "../rows.ts";
import type { Evidence } from "./rule.ts";
import type { SessionPlan, Slot } from "./session.ts";
import { minuteMs, minutesBetween } from "./time.ts";
import type { Words } from "./words.ts";

/** What is looked at before a session goes live, in the order of the list. */
export const checkNames = {
  known: { zh: "商品已建档", en: "The product exists" },
  stock: { zh: "有足够库存", en: "There is enough stock" },
  backlog: { zh: "没有欠货", en: "Nothing is owed" },
  counted: { zh: "账实相符（抽盘）", en: "Books and shelves agree (spot count)" },
  channel_number: { zh: "渠道显示的库存一致", en: "Each channel shows the right number" },
  set_aside: { zh: "已售待发已分开放", en: "What is sold is set aside" },
  suspect: { zh: "可疑库存已移出", en: "Suspect stock is out of the way" },
  mapped: { zh: "链接已对应", en: "Listings are mapped" },
  selling: { zh: "可以下单", en: "It can be ordered" },
  buffer: { zh: "爆品设了安全预留", en: "Hot products have a buffer" },
  limit: { zh: "爆品设了限购", en: "Hot products have a limit" },
  connector: { zh: "渠道连接正常", en: "Channels answer" },
  robot: { zh: "群机器人正常", en: "Robots answer" },
} as const satisfies Record<string, Words>;
export type Check = keyof typeof checkNames;

export type CheckResult = "pass" | "warn" | "fail";

/** What one tap can do about a line. */
export const fixNames = {
  create_sku: { zh: "新建商品", en: "Create the product" },
  unplan: { zh: "移出排品", en: "Take it out of the plan" },
  lower_target: { zh: "把计划改成现有库存", en: "Plan what there is" },
  ask_supplier: { zh: "催补货", en: "Ask the supplier" },
  open_spot_count: { zh: "开抽盘单", en: "Open a spot count" },
  push_stock: { zh: "重新同步库存", en: "Send the stock again" },
  set_aside: { zh: "分开放置", en: "Set aside" },
  move_to_quarantine: { zh: "移到待检", en: "Move to quarantine" },
  put_away: { zh: "上架归位", en: "Put away" },
  compare_export: { zh: "去对账", en: "Compare with its export" },
  map_listing: { zh: "去对应链接", en: "Map the listing" },
  resume_selling: { zh: "恢复下单", en: "Allow orders" },
  set_buffer: { zh: "设安全预留", en: "Set a buffer" },
  set_limit: { zh: "设限购", en: "Set a limit" },
  test_connector: { zh: "测试连接", en: "Test the connection" },
  test_robot: { zh: "发测试消息", en: "Send a test message" },
} as const satisfies Record<string, Words>;
export type FixId = keyof typeof fixNames;

/** A fix with what it needs to be done in one tap. */
export interface Fix {
  readonly action: FixId;
  readonly units?: number;
  readonly warehouse?: string;
  readonly bin?: string;
  readonly lot?: string;
  readonly channel?: string;
}

export interface PrecheckLine {
  /** `check:subject`, the same from one look to the next. */
  readonly id: string;
  readonly check: Check;
  readonly sku: string | null;
  readonly result: CheckResult;
  readonly evidence: Evidence;
  readonly fixes: readonly Fix[];
}

/** What is known of one planned SKU. */
export interface PrecheckSku {
  readonly sku: string;
  readonly sellable: number;
  readonly committed: number;
  readonly shortage: number;
  /** The buffer that counts, and the limits per order and buyer; null: no limit. */
  readonly buffer: number;
  readonly limit: number | null;
  readonly selling: boolean;
  /** Good units in the places that are meant for goods that are sold. */
  readonly setAside: number;
  /** The last spot count: when, and counted − expected; null: never. */
  readonly count: { readonly at: Instant; readonly variance: number } | null;
  /** Good units that should not be sold as they stand. */
  readonly suspects: readonly Suspect[];
  /** Channels on which the SKU has a listing. */
  readonly mapped: readonly string[];
  /** What the channels show for its listings, in units of the SKU. */
  readonly shown: readonly Shown[];
}

/** `unplaced` was never put away, `stuck` has not moved for long, `expiring` will not live to be delivered. */
export interface Suspect {
  readonly kind: "damaged" | "expiring" | "stuck" | "unplaced";
  readonly units: number;
  readonly warehouse: string;
  readonly bin: string;
  readonly lot: string;
}

export interface Shown {
  readonly channel: string;
  readonly listing: string;
  /** null: the channel cannot say. */
  readonly units: number | null;
  /** What it should show: its share of what is sellable. */
  readonly expected: number;
}

/** When a channel's list of orders was last held against the books, and how many of its lines are still open. */
export interface Compared {
  readonly at: Instant;
  readonly open: number;
}

/** A channel that tells nobody what it shows: all that is known is how its orders agreed with the books. */
export interface Unseen {
  readonly channel: string;
  /** null: they were never compared. */
  readonly compared: Compared | null;
}

export interface Endpoint {
  readonly id: string;
  readonly answers: boolean;
  readonly lastSeenAt: Instant | null;
}

export interface PrecheckInputs {
  readonly plan: SessionPlan;
  readonly skus: ReadonlyMap<string, PrecheckSku>;
  /** One of each of the session's channels that has a connector. */
  readonly connectors: readonly Endpoint[];
  readonly unseen: readonly Unseen[];
  readonly robots: readonly Endpoint[];
  readonly settings: PrecheckSettings;
}

export interface PrecheckSettings {
  /** A spot count older than this proves nothing. */
  readonly countHours: number;
  /** From this target, or this share of what is sellable, a product is hot. */
  readonly hotUnits: number;
  readonly hotPercent: number;
}

export const precheckSettingsDefault: PrecheckSettings = { countHours: 24, hotUnits: 500, hotPercent: 50 };

/** A planned product: all its slots together. */
interface Planned {
  readonly sku: string;
  readonly target: number | null;
  readonly slots: readonly Slot[];
}

/** The list, product by product in the order of the run-of-show, then the connections. */
export function precheckLines(inputs: PrecheckInputs, now: Instant): readonly PrecheckLine[] {
  const products = plannedProducts(inputs.plan).flatMap((planned) => {
    const sku = inputs.skus.get(planned.sku);
    if (sku === undefined)
      return [lineOf("known", planned.sku, "fail", {}, [{ action: "create_sku" }, { action: "unplan" }])];
    return [
      lineOf("known", planned.sku, "pass", {}, []),
      stockLine(planned, sku),
      backlogLine(sku),
      countedLine(sku, inputs.settings, now),
      ...sku.shown.map((shown) => channelLine(sku, shown)),
      setAsideLine(sku),
      suspectLine(sku),
      ...inputs.plan.channels.map((channel) => mappedLine(sku, channel)),
      sellingLine(sku),
      ...hotLines(planned, sku, inputs.settings),
    ];
  });
  return [
    ...products,
    ...inputs.unseen.map((one) => unseenLine(one, inputs.settings, now)),
    ...inputs.connectors.map((one) => endpointLine("connector", one, now)),
    ...inputs.robots.map((one) => endpointLine("robot", one, now)),
  ];
}

function plannedProducts(plan: SessionPlan): readonly Planned[] {
  const bySku = new Map<string, Slot[]>();
  for (const slot of plan.slots) bySku.set(slot.sku, [...(bySku.get(slot.sku) ?? []), slot]);
  return [...bySku].map(([sku, slots]) => {
    const targets = slots.flatMap((slot) => (slot.target === null ? [] : [slot.target]));
    return { sku, slots, target: targets.length === 0 ? null : targets.reduce((a, b) => a + b, 0) };
  });
}

function lineOf(
  check: Check,
  subject: string,
  result: CheckResult,
  evidence: Evidence,
  fixes: readonly Fix[],
  sku: string | null = subject,
): PrecheckLine {
  return { id: `${check}:${subject}`, check, sku, result, evidence, fixes: result === "pass" ? [] : fixes };
}

function stockLine({ sku, target }: Planned, { sellable }: PrecheckSku): PrecheckLine {
  const evidence = { sellable, target };
  const none: readonly Fix[] = [{ action: "ask_supplier" }, { action: "unplan" }];
  if (sellable <= 0) return lineOf("stock", sku, "fail", evidence, none);
  const enough = target === null || sellable >= target;
  const fixes: readonly Fix[] = [{ action: "lower_target", units: sellable }, ...none];
  return lineOf("stock", sku, enough ? "pass" : "warn", evidence, fixes);
}

function backlogLine({ sku, shortage }: PrecheckSku): PrecheckLine {
  return lineOf("backlog", sku, shortage > 0 ? "fail" : "pass", { shortage }, [{ action: "ask_supplier" }]);
}

function countedLine({ sku, count }: PrecheckSku, settings: PrecheckSettings, now: Instant): PrecheckLine {
  const hours = count === null ? null : minutesBetween(count.at, now) / 60;
  const evidence = { hoursAgo: hours, variance: count?.variance ?? null, countHours: settings.countHours };
  const fixes: readonly Fix[] = [{ action: "open_spot_count" }];
  if (count === null || hours === null || hours > settings.countHours)
    return lineOf("counted", sku, "warn", evidence, fixes);
  return lineOf("counted", sku, count.variance === 0 ? "pass" : "fail", evidence, fixes);
}

/** A channel that shows more than its share oversells; one that shows less leaves units unsold. */
function channelLine({ sku }: PrecheckSku, { channel, listing, units, expected }: Shown): PrecheckLine {
  const subject = `${sku}:${channel}:${listing}`;
  const result = units === null ? "warn" : units > expected ? "fail" : units < expected ? "warn" : "pass";
  const evidence = { channel, listing, shown: units, expected };
  return lineOf("channel_number", subject, result, evidence, [{ action: "push_stock", channel }], sku);
}

/**
 * A channel that cannot be asked what it shows is said to be unchecked, not passed over. Its orders and the books agreed
 * a short time ago: then what it has sold is in the books, and that is the most that can be known of it.
 */
function unseenLine({ channel, compared }: Unseen, settings: PrecheckSettings, now: Instant): PrecheckLine {
  const hours = compared === null ? null : minutesBetween(compared.at, now) / 60;
  const open = compared?.open ?? null;
  const evidence = { channel, shown: null, hoursAgo: hours, open, countHours: settings.countHours };
  const agreed = hours !== null && hours <= settings.countHours && open === 0;
  const fixes: readonly Fix[] = [{ action: "compare_export", channel }];
  return lineOf("channel_number", channel, agreed ? "pass" : "warn", evidence, fixes, null);
}

function setAsideLine({ sku, committed, setAside }: PrecheckSku): PrecheckLine {
  const missing = Math.max(0, committed - setAside);
  const fixes: readonly Fix[] = [{ action: "set_aside", units: missing }];
  return lineOf("set_aside", sku, missing > 0 ? "warn" : "pass", { committed, setAside, missing }, fixes);
}

function suspectLine({ sku, suspects }: PrecheckSku): PrecheckLine {
  const found = suspects.filter((suspect) => suspect.units > 0);
  const sum = (kind: Suspect["kind"]): number =>
    found.reduce((units, suspect) => units + (suspect.kind === kind ? suspect.units : 0), 0);
  const evidence = {
    damaged: sum("damaged"),
    expiring: sum("expiring"),
    stuck: sum("stuck"),
    unplaced: sum("unplaced"),
  };
  // What is damaged or expires will be sent to a customer; what is only in an odd place will not be found.
  const bad = evidence.damaged + evidence.expiring > 0;
  const result = bad ? "fail" : found.length > 0 ? "warn" : "pass";
  const fixes = found.map(({ kind, units, warehouse, bin, lot }): Fix => {
    const action = kind === "damaged" || kind === "expiring" ? "move_to_quarantine" : "put_away";
    return { action, units, warehouse, bin, lot };
  });
  return lineOf("suspect", sku, result, evidence, fixes);
}

function mappedLine({ sku, mapped }: PrecheckSku, channel: string): PrecheckLine {
  const result = mapped.includes(channel) ? "pass" : "fail";
  const fixes: readonly Fix[] = [{ action: "map_listing", channel }];
  return lineOf("mapped", `${sku}:${channel}`, result, { channel }, fixes, sku);
}

function sellingLine({ sku, selling }: PrecheckSku): PrecheckLine {
  return lineOf("selling", sku, selling ? "pass" : "fail", {}, [{ action: "resume_selling" }]);
}

/** Only hot products need a buffer and a limit; a slot's own settings count as theirs. */
function hotLines(planned: Planned, sku: PrecheckSku, settings: PrecheckSettings): readonly PrecheckLine[] {
  const { target, slots } = planned;
  const hot =
    target !== null &&
    (target >= settings.hotUnits || target * 100 >= settings.hotPercent * Math.max(1, sku.sellable));
  if (!hot) return [];
  const buffer = Math.max(sku.buffer, ...slots.map((slot) => slot.buffer ?? 0));
  const limited = sku.limit !== null || slots.every((slot) => slot.buyerLimit !== null);
  const evidence = { target, sellable: sku.sellable };
  // Two per cent, at least one: enough for what two platforms sell between two updates of a hot product.
  const units = Math.max(1, Math.ceil(sku.sellable / 50));
  return [
    lineOf("buffer", sku.sku, buffer > 0 ? "pass" : "warn", { ...evidence, buffer }, [
      { action: "set_buffer", units },
    ]),
    lineOf("limit", sku.sku, limited ? "pass" : "warn", { ...evidence, limit: sku.limit }, [
      { action: "set_limit", units: 2 },
    ]),
  ];
}

function endpointLine(check: "connector" | "robot", one: Endpoint, now: Instant): PrecheckLine {
  const evidence = {
    [check]: one.id,
    secondsAgo: one.lastSeenAt === null ? null : Math.max(0, (now - one.lastSeenAt) / 1_000),
  };
  const fixes: readonly Fix[] =
    check === "connector"
      ? [{ action: "test_connector", channel: one.id }]
      : [{ action: "test_robot", channel: one.id }];
  const result = one.answers ? "pass" : check === "connector" ? "fail" : "warn";
  return lineOf(check, one.id, result, evidence, fixes, null);
}

export interface PrecheckSums extends Readonly<Record<CheckResult, number>> {
  readonly worst: CheckResult;
}

export function precheckSums(lines: readonly PrecheckLine[]): PrecheckSums {
  const sums = { pass: 0, warn: 0, fail: 0 };
  for (const line of lines) sums[line.result] += 1;
  return { ...sums, worst: sums.fail > 0 ? "fail" : sums.warn > 0 ? "warn" : "pass" };
}

/** Minutes before the beginning at which somebody is reminded, the earliest first. */
export const reminderMinutes: readonly number[] = [120, 60];

/** A reminder that was sent, for a beginning that may have been moved since. */
export interface Reminder {
  readonly minutesBefore: number;
  readonly startsAt: Instant;
}

/**
 * The reminder that is due: null when it was sent, when somebody has signed, or when the session has begun. Of
 * several that are due at once (the session was planned late) only the last. A session that is moved is
 * reminded of again.
 */
export function dueReminder(
  startsAt: Instant,
  sent: readonly Reminder[],
  signed: boolean,
  now: Instant,
): Reminder | null {
  if (signed || now >= startsAt) return null;
  const minutesBefore = reminderMinutes.findLast((minutes) => startsAt - minutes * minuteMs <= now);
  if (minutesBefore === undefined) return null;
  const done = sent.some((one) => one.startsAt === startsAt && one.minutesBefore <= minutesBefore);
  return done ? null : { minutesBefore, startsAt };
}

/** Who signed, for what they saw: the digest of the lines' canonical text. */
export interface Signature extends Readonly<Record<CheckResult, number>> {
  readonly digest: string;
  readonly by: string;
  readonly at: Instant;
  readonly note: string;
}

export type SignOutcome =
  | { readonly ok: true; readonly signature: Signature }
  | { readonly ok: false; readonly code: "note_needed" | "list_changed"; readonly words: Words };

/**
 * Signs a list. Whoever signs over a failed line says why, and nobody signs a list that they have not seen.
 * @param seen the digest of the list on the signer's screen
 * @param digest that of the list as it is now
 */
export function signPrecheck(
  lines: readonly PrecheckLine[],
  {
    seen,
    digest,
    by,
    at,
    note,
  }: Pick<Signature, "digest" | "by" | "at" | "note"> & { readonly seen: string },
): SignOutcome {
  const { pass, warn, fail } = precheckSums(lines);
  if (seen !== digest)
    return {
      ok: false,
      code: "list_changed",
      words: {
        zh: "检查结果刚刚变了，请再看一遍再签字",
        en: "The list has just changed: look again, then sign",
      },
    };
  if (fail > 0 && note.trim() === "")
    return {
      ok: false,
      code: "note_needed",
      words: {
        zh: `还有 ${fail} 项不通过：先处理，或写明为什么可以开播`,
        en: `${fail} lines fail: mend them, or say why the session may go live all the same`,
      },
    };
  return { ok: true, signature: { digest, by, at, note, pass, warn, fail } };
}

/**
 * The text that a signature covers: each line with its result and evidence, in the order of their ids. Ages
 * (`…Ago`) are left out, since they change while somebody reads.
 */
export function precheckText(lines: readonly PrecheckLine[]): string {
  return lines
    .toSorted((a, b) => compareText(a.id, b.id))
    .map(({ id, result, evidence }) => {
      const facts = Object.entries(evidence)
        .filter(([name]) => !name.endsWith("Ago"))
        .toSorted(([a], [b]) => compareText(a, b));
      return JSON.stringify([id, result, facts]);
    })
    .join("\n");
}

const badness: Readonly<Record<CheckResult, number>> = { pass: 0, warn: 1, fail: 2 };

/** The lines that are worse than when they were signed, or that are new and do not pass. */
export function worseSince(
  signed: readonly PrecheckLine[],
  lines: readonly PrecheckLine[],
): readonly PrecheckLine[] {
  const before = new Map(signed.map((line) => [line.id, badness[line.result]]));
  return lines.filter((line) => badness[line.result] > (before.get(line.id) ?? 0));
}
