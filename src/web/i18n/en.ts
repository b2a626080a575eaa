import type { Words } from "./shape.ts";
import type { zh } from "./zh.ts";
import { accountWords } from "./en/account.ts";
import { channelWords } from "./en/channels.ts";
import { commonWords } from "./en/common.ts";
import { countWords } from "./en/counts.ts";
import { floorWords } from "./en/floor.ts";
import { goodsWords } from "./en/goods.ts";
import { phoneWords } from "./en/phone.ts";
import { importWords } from "./en/import.ts";
import { inboundWords } from "./en/inbound.ts";
import { orderWords } from "./en/orders.ts";
import { outboundWords } from "./en/outbound.ts";
import { liveWords } from "./en/live.ts";
import { liveSettingsWords } from "./en/live-settings.ts";
import { analysisWords } from "./en/analysis.ts";
import { afterLiveWords } from "./en/after-live.ts";
import { oddWords } from "./en/odd.ts";
import { reconcileWords } from "./en/reconcile.ts";
import { reportWords } from "./en/reports.ts";
import { returnWords } from "./en/returns.ts";
import { settingsWords } from "./en/settings.ts";
import { sessionWords } from "./en/sessions.ts";
import { stockWords } from "./en/stock.ts";
import { supplierWords } from "./en/supplier.ts";

/** Every word of the page in English. */
export const en = {
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
} satisfies Words<typeof zh>;
