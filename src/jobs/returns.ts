import type { Words } from "../domain/live/words.ts";
import type { LoanReminder } from "../domain/returns/sample.ts";
import { tell, type Notice } from "../engine/notify/notice.ts";
import type { OpenShop } from "../engine/shops.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

const everyMs = 30_000;
/** What a stop kept from the books is on the latest papers. */
const papersLookedAtMax = 50;

/** Whoever has samples is reminded of them, and what a stop kept from the books is booked. */
export function returnsJob(store: Store): Job {
  const sent = new Map<number, Set<string>>();
  return {
    name: "returns",
    everyMs,
    run: async ({ shop, now }): Promise<Readonly<Record<string, number>>> => {
      const { id, returns, samples, quarantine } = shop;
      const known = sent.get(id) ?? new Set<string>();
      sent.set(id, known);
      let told = 0;
      // A restart tells them again under the same keys: that changes nothing.
      for (const reminder of await samples.reminders(known, now)) {
        told += await tell(store, id, await noticeOf(shop, reminder, now));
        known.add(reminder.key);
      }
      const booked =
        (await returns.bookLeft(papersLookedAtMax)) +
        (await samples.bookLeft(papersLookedAtMax)) +
        (await quarantine.bookLeft(papersLookedAtMax));
      return { told, booked };
    },
  };
}

const severityOf = (step: number): 1 | 2 => (step === 0 ? 1 : 2);

async function noticeOf(
  shop: OpenShop,
  { loan, key, units, step }: LoanReminder,
  at: number,
): Promise<Notice> {
  const { sku, borrower, session } = loan;
  const name = (await shop.names.of([sku])).get(sku) ?? "";
  const goods = name === "" ? sku : `${name}（${sku}）`;
  const title: Words =
    step === 0
      ? { zh: `样品快到期：${borrower}`, en: `Samples due soon: ${borrower}` }
      : { zh: `样品逾期未还：${borrower}`, en: `Samples overdue: ${borrower}` };
  const late: Words =
    step === 0
      ? { zh: "一天内到期", en: "due within a day" }
      : { zh: `已逾期 ${step} 天`, en: `overdue, day ${step}` };
  return {
    key: `sample/${key}`,
    topic: "reminder",
    session,
    severity: severityOf(step),
    title,
    text: {
      zh: `**${borrower}** 借的 ${goods} 还有 **${units}** 件没还，${late.zh}。\n\n收回后在「样品」页点归还；找不到的写明原因报损。`,
      en: `**${borrower}** still has **${units}** of ${goods}, ${late.en}.\n\nTake them back on the page Samples, or write them off with a reason.`,
    },
    link: "/samples",
    at,
  };
}
