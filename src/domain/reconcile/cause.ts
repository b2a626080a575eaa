import type { Words } from "../live/words.ts";

/** In what the two sides differ. */
export const differenceKinds = [
  "missing_here",
  "missing_there",
  "product",
  "quantity",
  "status",
  "amount",
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** What can be done about it. Only the first three change the books; a person taps, nothing is done by itself. */
export const repairs = [
  "take_over",
  "cancel_here",
  "map_listing",
  "tell_channel",
  "read_again",
  "accept",
] as const;
export type RepairAction = (typeof repairs)[number];

export const repairWords: Readonly<Record<RepairAction, Words>> = {
  take_over: { zh: "按渠道入账", en: "Book what the channel says" },
  cancel_here: { zh: "在账上关闭", en: "Close it in the books" },
  map_listing: { zh: "先做商品映射", en: "Map the listing first" },
  tell_channel: { zh: "去平台后台处理", en: "Put it right on the platform" },
  read_again: { zh: "重新导出再对一次", en: "Export again and compare" },
  accept: { zh: "知道了，不用处理", en: "Accept: nothing is to be done" },
};

interface CauseSpec extends Words {
  readonly repair: RepairAction;
  /** Whether somebody must act before the review may be signed without a reason. */
  readonly open: boolean;
}

/** Every cause there is, each with what to do. */
export const causes = {
  lost_event: {
    zh: "渠道有这一单，账上没有收到",
    en: "The channel has this line and the books never heard of it",
    repair: "take_over",
    open: true,
  },
  unmapped: {
    zh: "渠道有这一单，但商品没有映射，入不了账",
    en: "The channel has this line, and its listing is mapped to no SKU",
    repair: "map_listing",
    open: true,
  },
  not_read_yet: {
    zh: "比账上读到的时间更新，下次同步会到",
    en: "It is newer than what the books have read: the next reading brings it",
    repair: "accept",
    open: false,
  },
  before_books: {
    zh: "下单早于启用账目的时间",
    en: "It was placed before the books began",
    repair: "accept",
    open: false,
  },
  closed_before_seen: {
    zh: "没付款就关闭了，不影响库存",
    en: "It was closed unpaid before it was seen: it moves nothing",
    repair: "accept",
    open: false,
  },
  unknown_there: {
    zh: "账上有这一单，渠道的清单里没有",
    en: "The books have this line and the channel's list has not",
    repair: "cancel_here",
    open: true,
  },
  outside_list: {
    zh: "下单时间不在这份清单的范围内",
    en: "It was placed outside the period of the list",
    repair: "accept",
    open: false,
  },
  unpaid_not_listed: {
    zh: "未付款的单，多数平台不导出",
    en: "It is unpaid: most platforms leave such orders out of their lists",
    repair: "accept",
    open: false,
  },
  closed_not_listed: {
    zh: "账上已关闭，渠道清单不再列出",
    en: "It is closed in the books and the list leaves it out",
    repair: "accept",
    open: false,
  },
  product_changed: {
    zh: "两边的商品不是同一个（可能改过规格）",
    en: "The two sides have different products: the buyer may have changed the specification",
    repair: "tell_channel",
    open: true,
  },
  changed_there: {
    zh: "渠道改过数量",
    en: "The channel changed the quantity",
    repair: "take_over",
    open: true,
  },
  books_newer: {
    zh: "账上的消息比清单更新",
    en: "The books are newer than the list",
    repair: "read_again",
    open: false,
  },
  paid_there: { zh: "渠道已付款，账上还没有", en: "Paid there, not here", repair: "take_over", open: true },
  paid_after_expiry: {
    zh: "占用超时释放后，买家又付了款",
    en: "Paid after the hold had ended here",
    repair: "take_over",
    open: true,
  },
  unpaid_there: {
    zh: "账上已付款，渠道显示未付款",
    en: "Paid here, not there",
    repair: "take_over",
    open: true,
  },
  pending_there: {
    zh: "付款待平台确认，既不算成交也不释放",
    en: "The payment waits for the platform: neither a sale nor free stock",
    repair: "take_over",
    open: true,
  },
  closed_there: {
    zh: "渠道已关闭，账上还占着",
    en: "Closed there, open here",
    repair: "take_over",
    open: true,
  },
  refunded_there: {
    zh: "渠道已退款，账上还没有",
    en: "Refunded there, not here",
    repair: "take_over",
    open: true,
  },
  closed_here: {
    zh: "账上已关闭，渠道还开着",
    en: "Closed here, open there",
    repair: "tell_channel",
    open: true,
  },
  shipped_there: {
    zh: "渠道已发货，账上还没有出库",
    en: "Shipped there, not here",
    repair: "take_over",
    open: true,
  },
  shipped_here: {
    zh: "账上已出库，渠道还没有点发货",
    en: "Shipped here, not marked as shipped there",
    repair: "tell_channel",
    open: true,
  },
  sent_more_here: {
    zh: "发出的比渠道的数量多：联系买家退回或补单",
    en: "More was sent than the channel has ordered: ask for it back, or for an order",
    repair: "tell_channel",
    open: true,
  },
  closed_after_sending: {
    zh: "渠道已关闭或退款，货却已经发出：拦截或等退回",
    en: "Closed or refunded there, and already sent here: stop the parcel, or wait for it to come back",
    repair: "tell_channel",
    open: true,
  },
  sent_after_closing: {
    zh: "账上已关闭，渠道却发了货",
    en: "Closed here, and sent all the same",
    repair: "take_over",
    open: true,
  },
  refund_there: {
    zh: "渠道有退款进度，账上没有（不动库存）",
    en: "A refund is under way there and not here: it moves nothing yet",
    repair: "take_over",
    open: true,
  },
  unknown_status: {
    zh: "认不出渠道的状态，库存原样不动",
    en: "The channel's status is unknown: the units stay where they are",
    repair: "tell_channel",
    open: true,
  },
  amount_missing_here: {
    zh: "账上没有金额",
    en: "The books have no amount",
    repair: "take_over",
    open: true,
  },
  rounding: { zh: "分摊尾差", en: "Rounding", repair: "accept", open: false },
  lower_there: {
    zh: "渠道金额更低（优惠、改价）",
    en: "The amount is lower there: a discount or a changed price",
    repair: "accept",
    open: true,
  },
  higher_there: { zh: "渠道金额更高", en: "The amount is higher there", repair: "accept", open: true },
} as const satisfies Record<string, CauseSpec>;

export type CauseCode = keyof typeof causes;
export const causeCodes = Object.keys(causes) as readonly CauseCode[];
