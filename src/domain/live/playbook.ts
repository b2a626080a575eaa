import type { Alert } from "./alert.ts";
import type { Rule } from "./rule.ts";
import {
  fill,
  placeholdersOf,
  problemMaker,
  type Filled,
  type Language,
  type Problem,
  type Values,
  type Words,
} from "./words.ts";

/** Everything that a button can do. Closed: screens, timeline and API know each of them. */
export const actionNames = {
  tell_host: { zh: "通知主播", en: "Tell the host" },
  switch_product: { zh: "准备切款", en: "Switch to an alternate" },
  extend_slot: { zh: "延长讲解", en: "Keep it on longer" },
  adjust_plan: { zh: "调整排品", en: "Change the run-of-show" },
  show_again: { zh: "安排返场", en: "Show it again" },
  ask_supplier: { zh: "催补货", en: "Ask the supplier" },
  cap_buyer: { zh: "限购", en: "Cap per buyer" },
  set_buffer: { zh: "设安全预留", en: "Set a buffer" },
  sample_orders: { zh: "抽审订单", en: "Review a sample of orders" },
  drip_release: { zh: "放下一批", en: "Release the next part" },
  stop_sell: { zh: "全渠道下架", en: "Take it down everywhere" },
  shorten_holds: { zh: "缩短付款时限", en: "Shorten the time to pay" },
  view_holders: { zh: "看谁占着", en: "See who holds it" },
  view_orders: { zh: "查看订单", en: "See the orders" },
  lower_price: { zh: "调整价格", en: "Change the price" },
  check_connector: { zh: "检查渠道连接", en: "Check the channel" },
  open_host_screen: { zh: "重新打开主播屏", en: "Open the host screen again" },
  got_it: { zh: "知道了", en: "Got it" },
} as const satisfies Record<string, Words>;
export type ActionId = keyof typeof actionNames;

/** What to do about one rule. */
export interface Playbook {
  /** One sentence for the control room. */
  readonly advice: Words;
  /** Buttons, the recommended one first. */
  readonly actions: readonly ActionId[];
  /** What the host may say, word for word; null where it is none of the audience's business. */
  readonly host: Words | null;
}

/** What the host's words may mention. */
export const placeholders = ["product", "left", "minutes", "next"] as const;
export type Placeholder = (typeof placeholders)[number];

export const playbooks: Readonly<Record<Rule, Playbook>> = {
  shortage: {
    advice: {
      zh: "已经超卖：先全渠道下架，再找货或联系买家",
      en: "It is oversold: take it down everywhere first, then find goods or speak to the buyers",
    },
    actions: ["stop_sell", "ask_supplier", "view_orders", "tell_host"],
    host: {
      zh: "{product}已经抢完，没拍到的朋友先别下单，接下来看{next}",
      en: "{product} is gone. Please do not order it any more; up next is {next}",
    },
  },
  tier3: {
    advice: {
      zh: "最后一批：通知主播倒数，同时准备切款",
      en: "The last units: have the host count down and get the next product ready",
    },
    actions: ["tell_host", "switch_product", "ask_supplier", "stop_sell", "drip_release"],
    host: {
      zh: "{product}还有最后 {left} 件，拍完就没有了，拍完我们看{next}",
      en: "Only {left} of {product} left. When they are gone we go on to {next}",
    },
  },
  tier2: {
    advice: {
      zh: "准备下架：挑好备选，考虑限购",
      en: "Get ready to take it down: choose an alternate, consider a cap per buyer",
    },
    actions: ["switch_product", "tell_host", "cap_buyer", "ask_supplier", "got_it"],
    host: {
      zh: "{product}只剩 {left} 件了，喜欢的抓紧拍",
      en: "Just {left} of {product} left: now is the time",
    },
  },
  tier1: {
    advice: {
      zh: "留意：问一下供应商还能补多少",
      en: "Keep an eye on it: ask the supplier how many more there can be",
    },
    actions: ["ask_supplier", "tell_host", "got_it"],
    host: { zh: "{product}卖得很快，还有 {left} 件", en: "{product} is going fast: {left} left" },
  },
  outsells_plan: {
    advice: {
      zh: "卖超计划：告诉主播、选好备选、催货、必要时限购",
      en: "It outsells its plan: tell the host, choose an alternate, ask the supplier, cap per buyer if need be",
    },
    actions: [
      "tell_host",
      "switch_product",
      "ask_supplier",
      "cap_buyer",
      "sample_orders",
      "drip_release",
      "stop_sell",
    ],
    host: {
      zh: "{product}太火了，还有 {left} 件，库存有限，拍完就过到{next}",
      en: "{product} is flying: {left} left, and when they are gone we go on to {next}",
    },
  },
  wont_last_until_slot: {
    advice: {
      zh: "撑不到讲解：提前讲、减计划，或先留出预留",
      en: "It will not last until its slot: show it earlier, lower its target, or set units aside",
    },
    actions: ["adjust_plan", "set_buffer", "ask_supplier", "got_it"],
    host: null,
  },
  eta: {
    advice: {
      zh: "快售罄：想好下一款，问供应商能不能补",
      en: "It sells out soon: think of the next product, ask the supplier for more",
    },
    actions: ["switch_product", "ask_supplier", "tell_host", "got_it"],
    host: {
      zh: "{product}照这个速度再有 {minutes} 分钟就没了",
      en: "At this pace {product} is gone in {minutes} minutes",
    },
  },
  sell_through: {
    advice: {
      zh: "售出率高：可以多讲一会儿、返场，也可以补货",
      en: "It sells well: keep it on longer, show it again, order more",
    },
    actions: ["ask_supplier", "extend_slot", "show_again", "got_it"],
    host: null,
  },
  cooling: {
    advice: {
      zh: "正在降温：当心变成死库存，切款、返场或调价",
      en: "It is cooling, the omen of dead stock: switch, show it again, or change the price",
    },
    actions: ["switch_product", "show_again", "lower_price", "got_it"],
    host: {
      zh: "{product}还有 {left} 件，没拍到的朋友现在还来得及",
      en: "There are {left} of {product} left for everyone who missed it",
    },
  },
  turnover: {
    advice: {
      zh: "周转慢：安排返场或调价清货",
      en: "It turns over slowly: show it again, or change its price to clear it",
    },
    actions: ["show_again", "lower_price", "got_it"],
    host: null,
  },
  hoarding_holds: {
    advice: {
      zh: "待付款占住库存：缩短付款时限、限购，看看是不是同一批人",
      en: "Unpaid orders hold the stock: shorten the time to pay, cap per buyer, see who they are",
    },
    actions: ["view_holders", "shorten_holds", "cap_buyer", "tell_host"],
    host: {
      zh: "拍下{product}还没付款的朋友请尽快付款，超时就让给别人了",
      en: "If you have ordered {product}, please pay now: unpaid orders go to the next in line",
    },
  },
  order_spike: {
    advice: {
      zh: "订单暴增：盯住库存，抽审一部分订单",
      en: "Orders have jumped: watch the stock, review a sample of them",
    },
    actions: ["sample_orders", "view_orders", "cap_buyer", "got_it"],
    host: null,
  },
  active_rate: {
    advice: {
      zh: "动销率低：很多商品没人买，调整排品",
      en: "Many products do not sell: change the run-of-show",
    },
    actions: ["adjust_plan", "got_it"],
    host: null,
  },
  connector_silent: {
    advice: {
      zh: "渠道没有消息：库存可能已经不准，检查连接，热品先留预留",
      en: "The channel is silent and stock may be wrong: check it, set a buffer on the hot products",
    },
    actions: ["check_connector", "set_buffer", "stop_sell"],
    host: null,
  },
  connector_lagging: {
    advice: {
      zh: "渠道消息延迟：热品加大预留",
      en: "The channel lags: raise the buffer of the hot products",
    },
    actions: ["check_connector", "set_buffer", "got_it"],
    host: null,
  },
  host_offline: {
    advice: {
      zh: "主播屏离线：主播看不到库存，先口头报数",
      en: "The host's screen is offline: tell the host the numbers by voice",
    },
    actions: ["open_host_screen", "got_it"],
    host: null,
  },
};

/** A shop's own words for the host, by rule; what is absent is as above. */
export type HostWords = Readonly<Partial<Record<Rule, Partial<Words>>>>;

/** The shop's template for a rule, or null where the host says nothing. */
export function hostTemplate(rule: Rule, own: HostWords, language: Language): string | null {
  const given = own[rule]?.[language]?.trim();
  return given === undefined || given === "" ? (playbooks[rule].host?.[language] ?? null) : given;
}

/** The host's words with the numbers in them; null where the rule has none. A missing number refuses them. */
export function hostWords(rule: Rule, own: HostWords, language: Language, values: Values): Filled | null {
  const template = hostTemplate(rule, own, language);
  return template === null ? null : fill(template, values);
}

/**
 * What the words may say about an alert. Minutes are rounded down, so that the host never promises more time
 * than there is.
 */
export function hostValues(
  alert: Pick<Alert, "evidence">,
  product: string,
  next: string | null,
): Readonly<Record<Placeholder, string | number | null>> {
  const { left, minutes } = alert.evidence;
  return {
    product,
    left: left ?? null,
    minutes: typeof minutes === "number" ? Math.max(1, Math.floor(minutes)) : null,
    next,
  };
}

const hostCharsMax = 120;

const sentences = {
  unknown_placeholder: {
    zh: "话术里的 {name} 不认识，可用的有 {product} {left} {minutes} {next}",
    en: "The words mention {name}, which is unknown; there are {product}, {left}, {minutes} and {next}",
  },
  too_long: {
    zh: "话术最多 {limit} 个字，主播要一眼看完",
    en: "{limit} characters at most: the host reads it at a glance",
  },
} satisfies Record<string, Words>;

const problem = problemMaker(sentences);

/** Everything that is wrong with a shop's own words. */
export function validateHostWords(own: HostWords): readonly Problem<keyof typeof sentences>[] {
  return Object.entries(own).flatMap(([rule, words]) =>
    Object.entries(words ?? {}).flatMap(([language, template]) => {
      const path = `${rule}.${language}`;
      const unknown = placeholdersOf(template).filter((name) => !isPlaceholder(name));
      return [
        ...unknown.map((name) => problem("unknown_placeholder", path, { name })),
        ...(Array.from(template).length > hostCharsMax
          ? [problem("too_long", path, { limit: hostCharsMax })]
          : []),
      ];
    }),
  );
}

function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name);
}
