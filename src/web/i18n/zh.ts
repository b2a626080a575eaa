import { accountWords } from "./zh/account.ts";
import { channelWords } from "./zh/channels.ts";
import { commonWords } from "./zh/common.ts";
import { goodsWords } from "./zh/goods.ts";
import { importWords } from "./zh/import.ts";
import { orderWords } from "./zh/orders.ts";
import { settingsWords } from "./zh/settings.ts";
import { stockWords } from "./zh/stock.ts";

/** Every word of the page in Chinese, by where it is used. The type of the other languages comes from here. */
export const zh = {
  ...commonWords,
  ...accountWords,
  ...stockWords,
  ...goodsWords,
  ...importWords,
  ...orderWords,
  ...channelWords,
  ...settingsWords,
} as const;
