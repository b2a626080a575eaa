import type { OutcomeCode, RefusalCode } from "../domain/outcome.ts";
import { floorMeanings, type FloorCode } from "./floor-codes.ts";
import { outboundMeanings, type OutboundCode } from "./outbound-codes.ts";
import { returnMeanings, type ReturnCode } from "./return-codes.ts";

/**
 * The one table of what can happen: HTTP status, and a sentence in Chinese and in English that says what to do.
 * `{name}` is filled from the outcome's data. docs/errors.md describes each code.
 */
export interface Meaning {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly detailZh: string;
}

/** Codes of the HTTP edge: the request never became a command, or the command never got an answer. */
export const edgeCodes = [
  "invalid_body",
  "invalid_json",
  "invalid_encoding",
  "line_too_long",
  "body_too_large",
  "unsupported_media_type",
  "unauthenticated",
  "forbidden",
  "cross_site",
  "password_change_required",
  "not_found",
  "conflict",
  "rate_limited",
  "busy",
  "shutting_down",
  "too_many_streams",
  "internal",
] as const;
export type EdgeCode = (typeof edgeCodes)[number];

/** Codes of sessions: what cannot be done to a session as it stands. */
export const sessionCodes = [
  "invalid_plan",
  "wrong_life",
  "reason_needed",
  "not_live",
  "unknown_slot",
  "no_slot",
  "list_changed",
  "note_needed",
  "fix_elsewhere",
] as const;
export type SessionCode = (typeof sessionCodes)[number];

export type ProblemCode = RefusalCode | EdgeCode | SessionCode | FloorCode | OutboundCode | ReturnCode;

/** The HTTP status of a command that was done; a refusal's stands in `meanings`. */
export const doneStatus = {
  applied: 200,
  shortage: 200,
  unmatched: 200,
  duplicate: 200,
  stale: 200,
} as const satisfies Record<Exclude<OutcomeCode, RefusalCode>, number>;

const refusals = {
  invalid_command: {
    status: 400,
    title: "The request contradicts itself",
    detail: "{problem} Correct the field named in path, then send it again.",
    detailZh: "请求内容不成立：{problem} 请改正 path 指出的字段后重发。",
  },
  key_conflict: {
    status: 409,
    title: "The key was used for something else",
    detail:
      "This idempotency key already belongs to a request with another {field}. Use a new key for a new request.",
    detailZh: "这个幂等键已用于另一个请求（{field} 不同）。新的操作请换一个新的键。",
  },
  unknown_channel: {
    status: 422,
    title: "Unknown channel",
    detail:
      "There is no channel {channel}. Create it with PUT /api/v1/channels/:channel, or on the Channels page.",
    detailZh: "没有渠道 {channel}。请先在「渠道」页（或 PUT /api/v1/channels/:channel）建立它。",
  },
  unknown_warehouse: {
    status: 422,
    title: "Unknown warehouse",
    detail: "There is no warehouse {warehouse}. Create it with PUT /api/v1/warehouses/:warehouse first.",
    detailZh: "没有仓库 {warehouse}。请先建立它（PUT /api/v1/warehouses/:warehouse）。",
  },
  unknown_listing: {
    status: 422,
    title: "The listing is not mapped",
    detail:
      "Listing {listing} is not mapped to a SKU. Map it on the Channels page, then send the order again.",
    detailZh: "链接 {listing} 还没有对应到 SKU。请在「渠道」页完成映射后重发这个订单。",
  },
  unknown_sku: {
    status: 422,
    title: "Unknown SKU",
    detail:
      "There is no SKU {sku}. Import the stock list or create it with PUT /api/v1/skus, then send it again.",
    detailZh: "没有 SKU {sku}。请先导入库存表或新建它，再重发。",
  },
  unknown_order: {
    status: 404,
    title: "Unknown order",
    detail: "No line of order {orderId} on {channel} is known. Check the number and the channel.",
    detailZh: "渠道 {channel} 没有订单 {orderId} 的记录。请核对单号和渠道。",
  },
  version_conflict: {
    status: 409,
    title: "Somebody else saved it meanwhile",
    detail: "The stored version is {version}. Load it again, repeat the change, save.",
    detailZh: "别人已先保存（当前版本 {version}）。请重新载入，再改一次。",
  },
  order_conflict: {
    status: 409,
    title: "The order exists with other content",
    detail:
      "This order id is known with another {field}. Ask again with the same lines, or use a new order id.",
    detailZh: "这个单号已存在，而且 {field} 不同。请用原来的内容重试，或换一个新单号。",
  },
  order_closed: {
    status: 409,
    title: "The order is closed",
    detail: "Nothing of this order is open any more: it was cancelled, refunded or sent.",
    detailZh: "这个订单已没有未完成的商品（已取消、已退款或已发货）。",
  },
  already_shipped: {
    status: 409,
    title: "The goods are already sent",
    detail: "{shipped} units have left the building and cannot be cancelled. Take them back as a return.",
    detailZh: "已有 {shipped} 件出库，不能取消。请走退货流程，货回仓验收后再入库。",
  },
  selling_stopped: {
    status: 409,
    title: "Selling is stopped",
    detail: "Selling of {sku} is stopped. Switch it on again on the SKU's page if that was not meant.",
    detailZh: "{sku} 已停售。如果不该停，请在该 SKU 的页面重新打开销售。",
  },
  hold_expired: {
    status: 409,
    title: "The hold has expired",
    detail:
      "The unpaid hold on {sku} ran out and its units are promised to others. Refund the payment or wait for new stock.",
    detailZh: "{sku} 的占用已超时释放，货已给了别人。请退款，或等补货后重新下单。",
  },
  purchase_limit: {
    status: 409,
    title: "Purchase limit",
    detail: "At most {limit} of {sku} per {scope}; {already} bought already, {requested} asked for.",
    detailZh: "{sku} 限购 {limit} 件（{scope}），已购 {already} 件，本次 {requested} 件。请减少数量。",
  },
  presale_quota: {
    status: 409,
    title: "Presale quota used up",
    detail:
      "The presale quota of {sku} is {quota}, {presold} are presold, {requested} asked for. Raise the quota if the goods are sure.",
    detailZh: "{sku} 的预售名额 {quota} 件，已预售 {presold} 件，本次 {requested} 件。确认有货再提高名额。",
  },
  insufficient_stock: {
    status: 409,
    title: "Not enough stock",
    detail: "{requested} of {sku} asked for, {sellable} can be sold.",
    detailZh: "{sku} 库存不够：要 {requested} 件，可售 {sellable} 件。请减少数量或换一款。",
  },
  insufficient_units: {
    status: 409,
    title: "Not enough units there",
    detail: "{requested} of {sku} asked for, {present} are in {place}. Count the place, then try again.",
    detailZh: "{sku} 在 {place} 只有 {present} 件，要 {requested} 件。请先清点再操作。",
  },
} as const satisfies Record<RefusalCode, Meaning>;

const edges = {
  invalid_body: {
    status: 400,
    title: "The request is not valid",
    detail: "The field in path is wrong: {problem}. See /api/docs, correct it, send it again.",
    detailZh: "path 指出的字段有误：{problem}。请对照 /api/docs 改正后重发。",
  },
  invalid_json: {
    status: 400,
    title: "Not JSON",
    detail: "This is not valid JSON ({problem}). Correct it and send it again; nothing of it was applied.",
    detailZh: "这段内容不是有效的 JSON（{problem}），没有被记账。请改正后重发。",
  },
  invalid_encoding: {
    status: 400,
    title: "Not UTF-8",
    detail: "The text is not valid UTF-8. Save or send it as UTF-8; nothing of it was applied.",
    detailZh: "内容不是有效的 UTF-8，没有被记账。请改用 UTF-8 编码重发。",
  },
  line_too_long: {
    status: 413,
    title: "The line is too long",
    detail: "A line may have at most {limit} bytes. Send one order a line.",
    detailZh: "单行最多 {limit} 字节。请一行只放一个订单。",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    detail: "At most {limit} bytes. Send less at a time, or send order events as NDJSON, which has no limit.",
    detailZh: "内容最多 {limit} 字节。请分批发送；订单事件可用 NDJSON，长度不限。",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    detail: "Send application/json; order events may also be application/x-ndjson.",
    detailZh: "请用 application/json 发送；订单事件也可用 application/x-ndjson。",
  },
  unauthenticated: {
    status: 401,
    title: "Sign in first",
    detail: "Sign in, or send an API key as Authorization: Bearer.",
    detailZh: "请先登录，或在 Authorization: Bearer 里带上 API 密钥。",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: "This needs the right {scope}. Ask the shop's owner for it.",
    detailZh: "没有权限（需要 {scope}）。请联系店主开通。",
  },
  cross_site: {
    status: 403,
    title: "The request came from another site",
    detail:
      "A change made with a sign-in cookie must come from this server's own pages. Programs use an API key.",
    detailZh: "带登录状态的修改只能从本系统页面发出。程序请改用 API 密钥。",
  },
  password_change_required: {
    status: 403,
    title: "Change the password first",
    detail: "The one-time password must be changed before anything else.",
    detailZh: "请先把一次性密码改成自己的密码。",
  },
  not_found: {
    status: 404,
    title: "Not found",
    detail: "There is no {what}. Check the address.",
    detailZh: "没有找到 {what}。请核对地址或编号。",
  },
  conflict: {
    status: 409,
    title: "Not possible now",
    detail: "{problem}",
    detailZh: "{problem}",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    detail: "Too many attempts. Wait {seconds} s, then try again.",
    detailZh: "尝试过于频繁。请等 {seconds} 秒再试。",
  },
  busy: {
    status: 503,
    title: "Busy",
    detail:
      "It could not be done now. Send the same request again after Retry-After; its id keeps it from counting twice.",
    detailZh: "系统繁忙，这次没有办成。请按 Retry-After 稍后原样重发，同一单号不会重复记账。",
  },
  shutting_down: {
    status: 503,
    title: "The server is stopping",
    detail: "Nothing was applied. Send the same request again in a moment.",
    detailZh: "服务正在停止或重启，本次没有记账。请稍后原样重发。",
  },
  too_many_streams: {
    status: 503,
    title: "Too many streams",
    detail: "At most {limit} streams are open at once. Close one, or try again later.",
    detailZh: "同时打开的数据流最多 {limit} 个。请关掉一些页面或稍后再试。",
  },
  internal: {
    status: 500,
    title: "Our fault",
    detail:
      "Something went wrong on the server and was logged as {id}. Sending the same request again is safe: its id keeps it from counting twice.",
    detailZh:
      "服务器内部出错，已记录，编号 {id}。原样重发是安全的，同一单号不会重复记账；若仍失败请联系维护人员。",
  },
} as const satisfies Record<EdgeCode, Meaning>;

const sessions = {
  invalid_plan: {
    status: 422,
    title: "The plan does not work",
    detail: "{problem}. Correct the field named in path, then save again.",
    detailZh: "场次计划有误：{problem}。请改正后再保存。",
  },
  wrong_life: {
    status: 409,
    title: "Not at this stage of the session",
    detail: "{problem}.",
    detailZh: "现在做不了这一步：{problem}。",
  },
  reason_needed: {
    status: 422,
    title: "A reason is needed",
    detail: "{problem}.",
    detailZh: "需要写明原因：{problem}。",
  },
  not_live: {
    status: 409,
    title: "The session is not live",
    detail: "{problem}.",
    detailZh: "还没有开播：{problem}。",
  },
  unknown_slot: {
    status: 422,
    title: "No such slot",
    detail: "{problem}. Load the run-of-show again.",
    detailZh: "{problem}。请重新载入排品。",
  },
  no_slot: {
    status: 409,
    title: "No slot in that direction",
    detail: "{problem}.",
    detailZh: "不能再切换：{problem}。",
  },
  list_changed: {
    status: 409,
    title: "The list has changed",
    detail: "{problem}.",
    detailZh: "检查结果有变化：{problem}。",
  },
  note_needed: {
    status: 422,
    title: "A note is needed",
    detail: "{problem}.",
    detailZh: "需要写明情况：{problem}。",
  },
  fix_elsewhere: {
    status: 409,
    title: "This is mended elsewhere",
    detail: "{problem}. Do it there, then look at the list again.",
    detailZh: "这一项要到别处处理：{problem}。处理后请再看一遍检查结果。",
  },
} as const satisfies Record<SessionCode, Meaning>;

export const meanings: Readonly<Record<ProblemCode, Meaning>> = {
  ...refusals,
  ...edges,
  ...sessions,
  ...floorMeanings,
  ...outboundMeanings,
  ...returnMeanings,
};

/** Words of the data that people read in Chinese. */
const chineseWords: Readonly<Record<string, string>> = {
  order: "每单",
  buyer: "每人",
  available: "可用库存",
  held: "占用",
  committed: "已售待发",
  quarantine: "不良/待检",
  loaned: "样品借出",
  shelf: "库位",
  lines: "商品行",
  lineId: "行号",
  sku: "SKU",
  listing: "链接",
  quantity: "数量",
  type: "类型",
  content: "内容",
};

type Data = Readonly<Record<string, unknown>>;

/** The sentence of a code with the outcome's data in it. A word that the data lacks is left out. */
export function sentence(template: string, data: Data, language: "en" | "zh"): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = language === "zh" ? (data[`${name}Zh`] ?? data[name]) : data[name];
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") return "?";
    return language === "zh" && name !== "sku" ? (chineseWords[value] ?? value) : value;
  });
}
