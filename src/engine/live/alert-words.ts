import type { Alert } from "../../domain/live/alert.ts";
import { playbooks } from "../../domain/live/playbook.ts";
import { ruleNames, type Evidence, type Rule } from "../../domain/live/rule.ts";
import type { Values, Words } from "../../domain/live/words.ts";

/** One sentence for the control room about each rule, with its numbers. `{name}` is filled from the evidence. */
const sentences: Readonly<Record<Rule, Words>> = {
  shortage: {
    zh: "{product} 超卖 {shortage} 件",
    en: "{product}: {shortage} sold that nobody has",
  },
  tier3: {
    zh: "{product} 剩 {left} 件，占 {base} 件的 {percent}%，到了 {threshold}% 线",
    en: "{product}: {left} of {base} left ({percent} %, threshold {threshold} %)",
  },
  tier2: {
    zh: "{product} 剩 {left} 件，占 {base} 件的 {percent}%，到了 {threshold}% 线",
    en: "{product}: {left} of {base} left ({percent} %, threshold {threshold} %)",
  },
  tier1: {
    zh: "{product} 剩 {left} 件，占 {base} 件的 {percent}%，到了 {threshold}% 线",
    en: "{product}: {left} of {base} left ({percent} %, threshold {threshold} %)",
  },
  outsells_plan: {
    zh: "{product} 已卖 {sold} 件，计划 {target} 件，照此会卖到 {projected} 件",
    en: "{product}: {sold} sold of {target} planned, heading for {projected}",
  },
  wont_last_until_slot: {
    zh: "{product} 还有 {minutesLeft} 分钟才讲，到时只剩 {projected} 件",
    en: "{product}: its slot begins in {minutesLeft} min, {projected} will be left by then",
  },
  eta: {
    zh: "{product} 剩 {left} 件，每分钟卖 {perMinute} 件，约 {minutes} 分钟售罄",
    en: "{product}: {left} left, {perMinute} a minute, sold out in about {minutes} min",
  },
  sell_through: {
    zh: "{product} 售出率 {percent}%，已卖 {sold} 件，剩 {left} 件",
    en: "{product}: sell-through {percent} %, {sold} sold, {left} left",
  },
  cooling: {
    zh: "{product} 近 10 分钟卖 {last10} 件，最好的 10 分钟卖过 {peak10} 件，还剩 {left} 件",
    en: "{product}: {last10} in the last 10 min against {peak10} at its best, {left} left",
  },
  turnover: {
    zh: "{product} 周转 {days} 天，超过 {threshold} 天，还剩 {left} 件",
    en: "{product}: turnover {days} days, above {threshold}; {left} left",
  },
  hoarding_holds: {
    zh: "{product} 待付款占住 {held} 件，可售只剩 {left} 件",
    en: "{product}: unpaid orders hold {held}, only {left} can be sold",
  },
  order_spike: {
    zh: "每分钟 {perMinute} 单，平时约 {expected} 单",
    en: "{perMinute} orders a minute, usually about {expected}",
  },
  active_rate: {
    zh: "近 {windowMinutes} 分钟 {inStock} 款有货商品里只有 {active} 款有人买（{percent}%）",
    en: "{active} of {inStock} products in stock sold in the last {windowMinutes} min ({percent} %)",
  },
  connector_silent: {
    zh: "渠道 {product} 已经 {seconds} 秒没有消息",
    en: "Channel {product} has said nothing for {seconds} s",
  },
  connector_lagging: {
    zh: "渠道 {product} 的消息晚到 {seconds} 秒",
    en: "Messages of channel {product} come {seconds} s late",
  },
  host_offline: {
    zh: "主播屏「{product}」离线 {seconds} 秒",
    en: "Host screen “{product}” has been offline for {seconds} s",
  },
};

/** @param subject how the product, channel or screen is called */
export function alertText({ rule, evidence }: Pick<Alert, "rule" | "evidence">, subject: string): Words {
  const values: Values = { ...readable(evidence), product: subject };
  return { zh: fillLoosely(sentences[rule].zh, values), en: fillLoosely(sentences[rule].en, values) };
}

export function alertTitle(rule: Rule): Words {
  return ruleNames[rule];
}

export function alertActions(rule: Rule) {
  return playbooks[rule].actions;
}

/** Evidence that counts units, people or days: nobody sells a tenth of a product. */
const whole = new Set(
  "base held inStock active last10 left missing peak10 projected shortage sold target expected seconds".split(
    " ",
  ),
);

/** Above so many, a tenth of a minute says nothing; nobody is promised more time than there is. */
const wholeMinutesMin = 10;

/** The numbers of an alert as people read them: what is counted whole, the rest to one decimal. */
export function readable(evidence: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => {
      if (typeof value !== "number") return [name, value];
      if (name.startsWith("minutes") && value >= wholeMinutesMin) return [name, Math.floor(value)];
      return [name, whole.has(name) ? Math.round(value) : Math.round(value * 10) / 10];
    }),
  );
}

const grouped = new Intl.NumberFormat("en-US");

/** Numbers with separators, as every screen shows them; a dash where nobody knows. */
function fillLoosely(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : null;
    return typeof value === "number" ? grouped.format(value) : String(value ?? "—");
  });
}
