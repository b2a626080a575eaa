import { wordKey } from "./clean.ts";
import { orderFields, stockFields } from "./profile.ts";
import type { Field, OrderField, Profile, StockField } from "./profile.ts";

/**
 * A first guess for files that no profile fits: which header means which field. The mapping page starts from it and a
 * person corrects it.
 */

/** Words for each field, the likeliest first. Shared by both kinds of file unless the kind has its own. */
const stockWords: Record<StockField, readonly string[]> = {
  sku: [
    "商家编码",
    "规格编码",
    "商品编码",
    "SKU编码",
    "SKU",
    "商家SKU",
    "货号",
    "款号",
    "编码",
    "外部系统编号",
    "外部编码",
    "merchant code",
    "item code",
    "product code",
    "stock code",
    "StockCode",
    "article",
    "item no",
  ],
  name: [
    "商品名称",
    "货品名称",
    "品名",
    "名称",
    "商品标题",
    "宝贝标题",
    "标题",
    "商品",
    "product name",
    "name",
    "title",
    "description",
    "product",
  ],
  category: ["类目", "商品类目", "分类", "商品分类", "品类", "类别", "category", "department"],
  price: [
    "售价(元)",
    "售价",
    "销售价",
    "零售价",
    "价格",
    "价格(元)",
    "单价",
    "吊牌价",
    "price",
    "unit price",
    "selling price",
  ],
  cost: ["成本价(元)", "成本价", "成本", "采购价", "进价", "进货价", "cost", "unit cost", "purchase price"],
  season: ["季节", "适用季节", "上市季节", "season"],
  shelfLifeDays: ["保质期(天)", "保质期天数", "保质期", "shelf life", "shelf life days"],
  leadDays: ["到货天数", "采购周期", "备货天数", "补货周期", "交货周期", "lead time", "lead days"],
  style: ["款式", "款式编码", "款式编号", "SPU编码", "SPU", "货号(款)", "style", "style code"],
  quantity: [
    "库存数量",
    "库存",
    "可用库存",
    "现有库存",
    "当前库存",
    "实物库存",
    "在库数量",
    "结存数量",
    "数量",
    "quantity",
    "qty",
    "on hand",
    "stock",
    "available",
    "inventory",
  ],
  bin: ["库位", "货位", "仓位", "库位编码", "货位编码", "bin", "location", "shelf"],
  zone: ["库区", "区域", "zone", "area"],
  lot: ["批次", "批次号", "批号", "生产批号", "lot", "batch", "batch no"],
  barcode: ["条码", "条形码", "商品条码", "69码", "国条码", "barcode", "EAN", "UPC", "GTIN"],
  expiry: [
    "有效期",
    "有效期至",
    "到期日",
    "到期日期",
    "失效日期",
    "过期日期",
    "expiry",
    "expiry date",
    "best before",
  ],
  warehouse: ["仓库", "仓库名称", "仓库编码", "所在仓库", "warehouse"],
};

const orderWords: Record<OrderField, readonly string[]> = {
  orderId: [
    "主订单编号",
    "订单编号",
    "订单号",
    "主订单号",
    "交易编号",
    "订单ID",
    "order id",
    "order number",
    "order no",
    "InvoiceNo",
    "invoice",
    "order",
  ],
  lineId: [
    "子订单编号",
    "子订单号",
    "商品单号",
    "子单号",
    "line id",
    "sub order id",
    "order line id",
    "line item id",
  ],
  sku: stockWords.sku,
  listing: [
    "商品ID",
    "SKU ID",
    "规格ID",
    "样式ID",
    "宝贝ID",
    "链接ID",
    "product id",
    "item id",
    "listing id",
    "variant id",
  ],
  name: ["选购商品", ...stockWords.name],
  quantity: [
    "商品数量",
    "购买数量",
    "商品数量(件)",
    "宝贝总数量",
    "数量",
    "件数",
    "quantity",
    "qty",
    "units",
  ],
  amount: [
    "订单应付金额",
    "买家实际支付金额",
    "用户实付金额(元)",
    "实付金额",
    "应付金额",
    "商品金额",
    "订单金额",
    "总金额",
    "金额",
    "amount",
    "total",
    "line total",
  ],
  unitPrice: ["商品单价", "单价", "价格", "售价", "unit price", "UnitPrice", "price"],
  placedAt: [
    "订单提交时间",
    "订单创建时间",
    "下单时间",
    "创建时间",
    "订单成交时间",
    "成交时间",
    "order date",
    "created at",
    "order time",
    "InvoiceDate",
    "date",
  ],
  paidAt: ["支付完成时间", "订单付款时间", "付款时间", "支付时间", "paid at", "payment time"],
  shippedAt: ["发货时间", "订单发货时间", "shipped at", "ship time", "fulfilled at"],
  updatedAt: ["更新时间", "修改时间", "最后更新时间", "updated at", "modified"],
  status: ["订单状态", "交易状态", "状态", "order status", "status"],
  refundStatus: ["售后状态", "退款状态", "refund status", "after-sale status"],
  buyer: [
    "买家会员名",
    "买家昵称",
    "买家ID",
    "买家",
    "用户ID",
    "会员名",
    "客户",
    "CustomerID",
    "customer id",
    "customer",
    "buyer",
  ],
  phone: [
    "收件人手机号",
    "收货人手机",
    "联系手机",
    "收件人电话",
    "手机号",
    "手机",
    "联系电话",
    "电话",
    "mobile",
    "phone",
  ],
  address: ["收货地址", "详细地址", "收件地址", "收货人地址", "收件人地址", "shipping address", "address"],
  region: ["收货省份", "省份", "省", "地区", "province", "state", "country", "region"],
  kind: ["是否预售", "预售", "订单类型", "order type", "presale"],
  expectedShipAt: ["预计发货时间", "承诺发货时间", "最晚发货时间", "expected ship date", "ship by"],
};

export interface Suggestion {
  readonly kind: Profile["kind"];
  /** Field to header of the file. */
  readonly columns: Readonly<Partial<Record<Field, string>>>;
  /** Headers that no field was found for. */
  readonly unused: readonly string[];
}

/** Guesses kind and columns of a file from its headers. Each header is used once. */
export function suggestMapping(headers: readonly string[]): Suggestion {
  const stock = mapWords(headers, stockFields, stockWords);
  const orders = mapWords(headers, orderFields, orderWords);
  // A stock list has no order numbers; whatever else it shares with orders says nothing.
  const kind = orders.has("orderId") && orders.has("quantity") ? "orders" : "stock";
  const columns: ReadonlyMap<Field, string> = kind === "orders" ? orders : stock;
  const used = new Set(columns.values());
  return {
    kind,
    columns: Object.fromEntries(columns),
    unused: headers.filter((header) => header.trim() !== "" && !used.has(header)),
  };
}

function mapWords<Name extends Field>(
  headers: readonly string[],
  fields: readonly Name[],
  words: Record<Name, readonly string[]>,
): Map<Name, string> {
  const pairs: { field: Name; header: string; closeness: number }[] = [];
  for (const field of fields) {
    for (const header of headers) {
      const closeness = closenessOf(wordKey(header), words[field]);
      if (closeness > 0) pairs.push({ field, header, closeness });
    }
  }
  const found = new Map<Name, string>();
  const used = new Set<string>();
  for (const { field, header } of pairs.toSorted((a, b) => b.closeness - a.closeness)) {
    if (found.has(field) || used.has(header)) continue;
    found.set(field, header);
    used.add(header);
  }
  return found;
}

/** Words this short are found inside too many others. */
const containedCharsMin = 2;

/** 0: unrelated. The same word counts most, and the likelier word more; a word inside the header counts little. */
function closenessOf(header: string, words: readonly string[]): number {
  if (header === "") return 0;
  let best = 0;
  for (const [rank, word] of words.entries()) {
    const key = wordKey(word);
    const likelihood = 1 / (rank + 2);
    if (key === header) best = Math.max(best, 2 + likelihood);
    else if (key.length >= containedCharsMin && header.includes(key)) {
      best = Math.max(best, (key.length / header.length) * 1.5 + likelihood / 10);
    }
  }
  return best;
}

/**
 * A profile made of a suggestion, for the mapping page to complete: Chinese shop, yuan, common date formats. It passes
 * `parseProfile` once the required fields are mapped.
 */
export function draftProfile(name: string, title: string, suggestion: Suggestion): Profile {
  const required: readonly Field[] =
    suggestion.kind === "stock" ? ["sku", "quantity"] : ["orderId", "quantity"];
  const columns: Profile["columns"] = {};
  for (const [field, header] of Object.entries(suggestion.columns)) {
    // The meaning of a platform's status words is for a person to say.
    if (header === undefined || field === "status") continue;
    columns[field as Field] = {
      from: [header],
      ...(required.includes(field as Field) ? { required: true } : {}),
    };
  }
  const lineId = columns.lineId;
  if (lineId !== undefined) lineId.required = true;
  const orders = {
    channel: "manual",
    stage: "paid",
    lineNumber: lineId === undefined ? "ordinal" : "column",
  } as const;
  return {
    name,
    title: { zh: title, en: title },
    kind: suggestion.kind,
    currency: "CNY",
    timeZone: "Asia/Shanghai",
    money: "major",
    dateFormats: [
      "yyyy-MM-dd HH:mm:ss",
      "yyyy/M/d H:mm:ss",
      "yyyy/M/d H:mm",
      "yyyy年M月d日 H:mm",
      "yyyy/M/d",
    ],
    columns,
    ...(suggestion.kind === "orders" ? orders : {}),
  };
}
