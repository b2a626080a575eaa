import type { Outcome, Refusal } from "../../domain/outcome.ts";
import type { Reason } from "../rows.ts";

/**
 * Codes of rows that the books did not take, or took with something to look at; beside the refusals of the ledger.
 * Each has a sentence in both languages that says what to do.
 */
export const bookingCodes = [
  "unmatched",
  "opening_differs",
  "opening_added",
  "sku_differs",
  "trait_unknown",
  "line_differs",
  "in_future",
  "warehouse_invalid",
  "internal",
] as const;

interface BookingReason extends Reason {
  readonly code: (typeof bookingCodes)[number];
}

export function unmatchedReason(asked: number, unmatched: number, withoutBuyer: boolean): BookingReason {
  if (withoutBuyer) {
    return {
      code: "unmatched",
      zh: `没有客户，无法找到对应的订单行：${unmatched} 件未冲减，库存不变`,
      en: `There is no customer to match: ${unmatched} units closed nothing, stock is unchanged`,
    };
  }
  return {
    code: "unmatched",
    zh: `冲减 ${asked} 件，其中 ${unmatched} 件找不到该客户该商品尚未发出的订单行，库存不变`,
    en: `Of ${asked} units, ${unmatched} matched no open line of this customer and product; they moved nothing`,
  };
}

export function openingDiffersReason(booked: string | null, asked: number): BookingReason {
  const bookedZh = booked === null ? "" : `（已入账 ${booked} 件，这一行是 ${asked} 件）`;
  const bookedEn = booked === null ? "" : ` (${booked} booked, this row says ${asked})`;
  return {
    code: "opening_differs",
    zh: `期初库存已导入过，数量和这一行不同${bookedZh}：库存不变。请用收货或盘点调整`,
    en: `The opening stock was imported before with another quantity${bookedEn}: nothing moved. Use a receipt or a count`,
  };
}

export function openingAddedReason(before: number, added: number): BookingReason {
  return {
    code: "opening_added",
    zh: `该 SKU 在这个仓库此前已入库 ${before} 件，这一行（另一个库位或批次）又加了 ${added} 件：若只是改了库位，请不要导入这一行，改用移库`,
    en: `${before} units of this SKU had been received in this warehouse before, and this row (another bin or lot) adds ${added}: if only its bin changed, leave the row out and put the units away instead`,
  };
}

export function skuDiffersReason(line: number, fields: readonly SkuField[]): BookingReason {
  const zh = fields.map((field) => skuFieldNames[field].zh).join("、");
  const en = fields.map((field) => skuFieldNames[field].en).join(", ");
  return {
    code: "sku_differs",
    zh: `同一 SKU 在第 ${line} 行的${zh}不同：以先出现的为准`,
    en: `Line ${line} gives this SKU another ${en}: the first one counts`,
  };
}

const skuFieldNames = {
  name: { zh: "名称", en: "name" },
  category: { zh: "类目", en: "category" },
  price: { zh: "价格", en: "price" },
  barcodes: { zh: "条码", en: "barcode" },
  cost: { zh: "成本", en: "cost" },
  season: { zh: "季节", en: "season" },
  shelfLife: { zh: "保质期", en: "shelf life" },
  leadTime: { zh: "到货天数", en: "lead time" },
  style: { zh: "款式", en: "style" },
} as const;
export type SkuField = keyof typeof skuFieldNames;

export function traitUnknownReason(field: SkuField, text: string): BookingReason {
  const names = skuFieldNames[field];
  const zh = field === "season" ? "写成 秋冬、四季 或 10-2（月份）" : "写成天数，例如 540 或 18个月";
  const en = field === "season" ? "write 10-2 (months) or all" : "write days, such as 540";
  return {
    code: "trait_unknown",
    zh: `看不懂的${names.zh}「${text}」，没有记下：${zh}`,
    en: `The ${names.en} "${text}" was not understood and not taken: ${en}`,
  };
}

export function lineDiffersReason(known: string | null): BookingReason {
  return {
    code: "line_differs",
    zh: `这个订单的这一行已登记为${known === null ? "别的商品" : ` ${known}`}：商品没有改。请核对单号和行号；按行序编号的文件要改好原文件整份导入，不能只导其中几行`,
    en: `This line of this order is known as ${known ?? "another product"}: the product was not changed. Check order and line number; a file whose lines are numbered by their place must be imported whole`,
  };
}

export function inFutureReason(at: number): BookingReason {
  const time = new Date(at).toISOString();
  return {
    code: "in_future",
    zh: `时间（${time}）比现在晚一天以上：请检查时间列和时区`,
    en: `Its time (${time}) lies more than a day ahead: check the column and the time zone`,
  };
}

export function warehouseInvalidReason(warehouse: string): BookingReason {
  return {
    code: "warehouse_invalid",
    zh: `仓库名「${warehouse}」没有可用的字：请用汉字、字母或数字`,
    en: `"${warehouse}" holds no letter or digit to make a warehouse's id of`,
  };
}

export function failedReason(id: string): BookingReason {
  return {
    code: "internal",
    zh: `程序出错（编号 ${id}），这一行没有导入：请把编号和日志发给维护者`,
    en: `An internal error (${id}): this row was not taken. Send the number and the log to the maintainers`,
  };
}

/** The ledger refused the command of a row. */
export function refusedReason(refusal: Refusal): Reason {
  const { code } = refusal;
  switch (code) {
    case "insufficient_units":
      return {
        code,
        zh: `要减 ${refusal.requested} 件，可用只有 ${refusal.present} 件：没有扣减，库存不变`,
        en: `${refusal.requested} units to take, ${refusal.present} available: nothing moved`,
      };
    case "unknown_sku":
      return {
        code,
        zh: `没有 SKU ${refusal.sku}：请先导入库存表或建立它，再把这份文件导入一次`,
        en: `No SKU ${refusal.sku}: import the stock list or create it, then import this file again`,
      };
    case "unknown_listing":
      return {
        code,
        zh: `商品ID ${refusal.listing} 还没有对应到 SKU：请在渠道页对应好，再把这份文件导入一次`,
        en: `Listing ${refusal.listing} is mapped to no SKU: map it on the channels page, then import this file again`,
      };
    case "unknown_warehouse":
      return {
        code,
        zh: `没有仓库 ${refusal.warehouse}：请先建立它`,
        en: `No warehouse ${refusal.warehouse}: create it first`,
      };
    case "key_conflict":
      return {
        code,
        zh: "这个单号和行号以前导入过，内容和现在不同：库存不变",
        en: "This order and line number were imported before with other content: nothing moved",
      };
    // No row makes a command that is refused so.
    case "invalid_command":
    case "unknown_channel":
    case "unknown_order":
    case "version_conflict":
    case "order_conflict":
    case "order_closed":
    case "already_shipped":
    case "selling_stopped":
    case "hold_expired":
    case "purchase_limit":
    case "presale_quota":
    case "insufficient_stock":
      return { code, zh: `账本拒绝了这一行（${code}）`, en: `The ledger refused this row (${code})` };
  }
}

/** The first answer of a command that came again, else the answer itself. */
export function firstAnswer(outcome: Outcome): Outcome {
  return outcome.code === "duplicate" && outcome.first !== null ? outcome.first : outcome;
}
