import { hourMs } from "../domain/live/time.ts";
import type { ScannedSku, SlowScan } from "../domain/analysis/scan.ts";
import { weekOf } from "../engine/after-live/dates.ts";
import { scanWeek } from "../engine/after-live/slow-scans.ts";
import { tell, type Notice } from "../engine/notify/notice.ts";
import { minorDigitsOf } from "../import/clean.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

export const slowScanLimits = {
  everyMs: 60_000,
  /** Products that one message names. */
  namedMax: 10,
  /** A scan that was made so long after its Monday began is no news, but kept like every other. */
  newsMs: 72 * hourMs,
} as const;

/** Once a week by the shop's clock, when its Monday's day before is closed: what stands, what is new, what has gone. */
export function slowScanJob(store: Store): Job {
  const done = new Map<number, string>();
  return {
    name: "slow-scan",
    everyMs: slowScanLimits.everyMs,
    run: async ({ shop, now }): Promise<Readonly<Record<string, number>>> => {
      const { date } = shop.day();
      const week = weekOf(date);
      if (done.get(shop.id) === week) return { scanned: 0, told: 0 };
      const { read } = store;
      const scan = (of: string) => shop.afterLive.slowScan(of);
      const options = { read, shop: shop.id, batcher: shop.batcher, scan };
      const scanned = await scanWeek(options, date, { actor: "slow-scan", at: now });
      if (scanned === null) return { scanned: 0, told: 0 };
      let told = 0;
      // A node may end between keeping and telling: told again under the same key it changes nothing.
      if (now < shop.reports.spanOf(week).from + slowScanLimits.newsMs)
        told = await tell(store, shop.id, noticeOf(scanned.scan, shop.shop.currency, now));
      done.set(shop.id, week);
      return { scanned: scanned.isNew ? 1 : 0, told };
    },
  };
}

function noticeOf(scan: SlowScan, currency: string, at: number): Notice {
  const { week, items, fresh, left, value, units, before } = scan;
  const digits = minorDigitsOf(currency);
  const money = `${(value / 10 ** digits).toLocaleString("en-US", { minimumFractionDigits: digits })} ${currency}`;
  const isFresh = new Set(fresh);
  const named = items
    .filter(({ sku }) => before === null || isFresh.has(sku))
    .slice(0, slowScanLimits.namedMax);
  const nameOf = ({ name, sku }: ScannedSku) => (name === "" ? sku : name);
  const linesZh = named.map((one) => `- **${nameOf(one)}**：${one.days} 天没卖，${one.units} 件`);
  const linesEn = named.map(
    (one) => `- **${nameOf(one)}**: ${one.days} days without a sale, ${one.units} units`,
  );
  const changeZh = before === null ? "" : `，比上次新增 **${fresh.length}** 款，走出 **${left.length}** 款`;
  const changeEn =
    before === null
      ? ""
      : `; **${fresh.length}** are new since the last scan, **${left.length}** are none any more`;
  return {
    key: `slow-scan/${week}`,
    topic: "report",
    session: null,
    severity: 1,
    title: {
      zh: `每周滞销扫描：${items.length} 款`,
      en: `Weekly scan: ${items.length} slow movers`,
    },
    text: {
      zh: [`共 **${items.length}** 款 ${units} 件，压着 **${money}**${changeZh}。`, ...linesZh].join("\n"),
      en: [`**${items.length}** products, ${units} units, **${money}**${changeEn}.`, ...linesEn].join("\n"),
    },
    link: "/analysis",
    at,
  };
}
