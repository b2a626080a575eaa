import { accountWords } from "./zh/account.ts";
import { channelWords } from "./zh/channels.ts";
import { commonWords } from "./zh/common.ts";
import { countWords } from "./zh/counts.ts";
import { floorWords } from "./zh/floor.ts";
import { goodsWords } from "./zh/goods.ts";
import { phoneWords } from "./zh/phone.ts";
import { importWords } from "./zh/import.ts";
import { inboundWords } from "./zh/inbound.ts";
import { orderWords } from "./zh/orders.ts";
import { outboundWords } from "./zh/outbound.ts";
import { liveWords } from "./zh/live.ts";
import { liveSettingsWords } from "./zh/live-settings.ts";
import { analysisWords } from "./zh/analysis.ts";
import { afterLiveWords } from "./zh/after-live.ts";
import { oddWords } from "./zh/odd.ts";
import { reconcileWords } from "./zh/reconcile.ts";
import { reportWords } from "./zh/reports.ts";
import { returnWords } from "./zh/returns.ts";
import { settingsWords } from "./zh/settings.ts";
import { sessionWords } from "./zh/sessions.ts";
import { stockWords } from "./zh/stock.ts";
import { supplierWords } from "./zh/supplier.ts";

/** Every word of the page in Chinese, by where it is used. The type of the other languages comes from here. */
export const zh = {
  ...commonWords,
  ...accountWords,
  ...stockWords,
  ...goodsWords,
  ...countWords,
  ...floorWords,
  ...phoneWords,
  ...importWords,
  ...inboundWords,
  ...orderWords,
  ...outboundWords,
  ...liveWords,
  ...channelWords,
  ...afterLiveWords,
  ...analysisWords,
  ...oddWords,
  ...reconcileWords,
  ...reportWords,
  ...returnWords,
  ...settingsWords,
  ...sessionWords,
  ...liveSettingsWords,
  ...supplierWords,
} as const;
