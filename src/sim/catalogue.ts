import type { SimChannel } from "./broadcast.ts";

/** The shop of the broadcast: 24 products as a clothing shop has them, and the platforms that it sells on. */

export interface Product {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  /** Minor units, as listed; the session sells below it. */
  readonly price: number;
  /** How much of a usual product's demand it gets while it is on. */
  readonly pull: number;
  /** How much it sells all evening without being shown, of what it sells while it is shown. */
  readonly always: number;
  /** Stock ÷ the demand that is to be expected: below 1 it will sell out. */
  readonly stocked: number;
  readonly trait?: "burst" | "presale" | "payment" | "drip" | "limited";
}

/** In the order in which they are shown. */
export const products: readonly Product[] = [
  product("WZ-1001-黑", "羊毛混纺打底衫 高领 黑色 M", "打底衫", 12_900, 0.9, 0.05, 1.5),
  product("WZ-1001-白", "羊毛混纺打底衫 高领 白色 M", "打底衫", 12_900, 0.8, 0.05, 1.4),
  product("WA-0701-五双", "加厚羊毛中筒袜 五双装", "袜子", 3_990, 1.2, 0.22, 0.62),
  product("NZ-2203-蓝27", "高腰直筒牛仔裤 复古蓝 27", "裤装", 16_900, 1, 0.05, 1.6),
  product("NZ-2203-蓝28", "高腰直筒牛仔裤 复古蓝 28", "裤装", 16_900, 1.1, 0.08, 0.85),
  product("KX-3110-驼", "双面羊绒阔腿裤 驼色 M", "裤装", 29_900, 0.6, 0.03, 2.1),
  product("MY-4105-米", "粗棒针麻花毛衣 米白 均码", "毛衣", 19_900, 1.1, 0.06, 0.9, "drip"),
  product("YR-5500-黑L", "长款羽绒服 90% 白鹅绒 黑色 L", "羽绒服", 59_900, 2, 0.04, 1, "burst"),
  product("YR-5500-白M", "长款羽绒服 90% 白鹅绒 白色 M", "羽绒服", 59_900, 0.9, 0.05, 1.5),
  product("YR-5502-藏青", "短款轻薄羽绒服 藏青 L", "羽绒服", 39_900, 0.8, 0.04, 1.7),
  product("WJ-6001-灰", "山羊绒围巾 浅灰 200×70", "配饰", 15_900, 0.9, 0.18, 0.68),
  product("MZ-6102-焦糖", "羊毛贝雷帽 焦糖色", "配饰", 6_900, 0.7, 0.06, 1.8),
  product("DY-7001-驼", "羊绒大衣 双面呢 驼色 M（预售 15 天）", "大衣", 129_900, 0.5, 0.03, 1, "presale"),
  product("XZ-8003-棕37", "加绒短靴 深棕 37", "鞋靴", 25_900, 0.8, 0.05, 1.5),
  product("XZ-8003-棕38", "加绒短靴 深棕 38", "鞋靴", 25_900, 0.9, 0.1, 0.74),
  product("BB-9001-黑", "头层牛皮通勤包 黑色", "箱包", 32_900, 0.5, 0.03, 1.9),
  product("NY-1210-S", "无尺码舒适内衣 肤色 S", "内衣", 8_900, 1, 0.06, 1.4, "payment"),
  product("NY-1210-M", "无尺码舒适内衣 肤色 M", "内衣", 8_900, 1.2, 0.16, 0.7, "payment"),
  product("QZ-1302-酒红", "金丝绒半身裙 酒红 S", "裙装", 17_900, 0.7, 0.04, 1.6),
  product("QZ-1305-黑", "针织连衣裙 修身 黑色 M", "裙装", 21_900, 0.9, 0.05, 1.3),
  product("JJ-1401-灰", "珊瑚绒家居服套装 灰粉 L", "家居服", 13_900, 1.1, 0.07, 0.88),
  product("ET-1501-110", "儿童加绒卫衣 雾蓝 110", "童装", 9_900, 0.8, 0.06, 1.5),
  product("WA-0710-裤袜", "光腿神器 加绒连裤袜 自然肤", "袜子", 4_990, 1.5, 0.14, 0.8, "limited"),
  product("FD-0001-福袋", "压轴福袋 围巾 + 帽子 随机色", "配饰", 9_900, 1.6, 0.02, 0.78),
];

/** Of these a platform sells a set: 羊绒围巾 with 贝雷帽. */
export const bundle = {
  title: "围巾 + 贝雷帽 两件套",
  parts: [
    { sku: "WJ-6001-灰", units: 1 },
    { sku: "MZ-6102-焦糖", units: 1 },
  ],
  /** Instead of the first part alone. */
  chance: 0.12,
} as const;

/** The strict one last but one, so that three channels have it. */
export const channels: readonly SimChannel[] = [
  channel("douyin", "抖音小店", "douyin", 0.46, 15),
  channel("taobao", "淘宝直播", "taobao", 0.21, 15),
  { ...channel("wechat", "微信小程序", "wechat", 0.08, 15), strict: true },
  channel("pinduoduo", "拼多多旗舰店", "pinduoduo", 0.14, 15),
  channel("kuaishou", "快手小店", "kuaishou", 0.11, 15),
];

export const regions: readonly string[] = [
  "浙江省 杭州市",
  "广东省 广州市",
  "江苏省 苏州市",
  "四川省 成都市",
  "山东省 青岛市",
  "河南省 郑州市",
  "湖北省 武汉市",
  "辽宁省 沈阳市",
  "陕西省 西安市",
  "福建省 厦门市",
];

function product(
  code: string,
  name: string,
  category: string,
  price: number,
  pull: number,
  always: number,
  stocked: number,
  trait?: Product["trait"],
): Product {
  return { code, name, category, price, pull, always, stocked, ...(trait === undefined ? {} : { trait }) };
}

function channel(id: string, name: string, platform: string, share: number, holdMinutes: number): SimChannel {
  return { channel: id, platform, name, room: `${id}-room`, strict: false, holdMinutes, share };
}

/** An EAN-13 of the range for use within a shop (20…29), with its check digit. */
export function barcodeOf(index: number): string {
  const digits = `21${String(index + 1).padStart(10, "0")}`;
  const sum = Array.from(digits).reduce(
    (all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 1 : 3),
    0,
  );
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
