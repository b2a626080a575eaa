import type { Words } from "./shape.ts";
import type { zh } from "./zh.ts";
import { accountWords } from "./en/account.ts";
import { channelWords } from "./en/channels.ts";
import { commonWords } from "./en/common.ts";
import { goodsWords } from "./en/goods.ts";
import { importWords } from "./en/import.ts";
import { orderWords } from "./en/orders.ts";
import { settingsWords } from "./en/settings.ts";
import { stockWords } from "./en/stock.ts";

/** Every word of the page in English. */
export const en = {
  ...commonWords,
  ...accountWords,
  ...stockWords,
  ...goodsWords,
  ...importWords,
  ...orderWords,
  ...channelWords,
  ...settingsWords,
} satisfies Words<typeof zh>;
