import { createHmac } from "node:crypto";
import type { Severity } from "../../domain/live/rule.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import { readObject, retryAfterMs, textOf } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import type { ChatPlatform } from "./chat-robot.ts";
import type { RateWindow } from "../rate-limit.ts";
import { delivered, failed, limited, mask, oddAnswer, refusedBy } from "./robot.ts";
import type { Alarm, Delivery } from "./robot.ts";
import {
  fitJson,
  headline,
  keywordTail,
  lateTail,
  linkOf,
  linkWords,
  namesOf,
  withoutCalls,
} from "./text.ts";

/** Feishu, and Lark outside of China, which speaks the same. */
export const feishuHosts = ["open.feishu.cn", "open.larksuite.com"] as const;

export const feishuLimits = {
  /** Of the whole request: the platform's 20 KB, read as the smaller of the two meanings. */
  bodyBytesMax: 20_000,
  /** Wait after the platform said that it was too much; it does not say for how long. */
  rateWaitMs: 10_000,
} as const;

/** With some slack for messages that overtake each other on the way. */
export const feishuRates: readonly RateWindow[] = [
  { messagesMax: 100, perMs: 61_000 },
  { messagesMax: 5, perMs: 1_200 },
];

const name: Words = { zh: "飞书", en: "Feishu" };

export interface FeishuOptions {
  /** `https://open.feishu.cn/open-apis/bot/v2/hook/…`, as the group's settings show it. */
  readonly url: string;
  /** When the robot's security setting is a signature. */
  readonly secret?: string;
  /** When its security setting is keywords: a message without any of them is refused. */
  readonly keywords?: readonly string[];
}

/** HMAC-SHA256 of nothing, under the key `{timestamp}\n{secret}`, in Base64: not DingTalk's way round. */
export function feishuSign(timestampS: number, secret: string): string {
  return createHmac("sha256", `${timestampS}\n${secret}`).digest("base64");
}

const headerColours: Readonly<Record<Severity, string>> = { 1: "blue", 2: "orange", 3: "red" };

/** The JSON to post: a card. With a secret it carries `timestamp` and `sign`, which hold for an hour. */
export function feishuPayload(options: Omit<FeishuOptions, "url">, alarm: Alarm, now: Instant): string {
  const { secret, keywords = [] } = options;
  const title = headline(alarm);
  const link = linkOf(alarm);
  const calls = [
    ...(alarm.mentions?.all === true ? ["all"] : []),
    ...namesOf(alarm.mentions?.userIds).filter((id) => feishuId.test(id)),
  ].map((id) => `<at id=${id}></at>`);
  const tail = [
    ...lateTail(alarm, now),
    ...(calls.length === 0 ? [] : [calls.join(" ")]),
    ...keywordTail([title, alarm.text], keywords),
  ];
  const timestamp = Math.floor(now / 1_000);
  const signed =
    secret === undefined ? {} : { timestamp: String(timestamp), sign: feishuSign(timestamp, secret) };
  return fitJson(feishuMarkdown(alarm.text), feishuLimits.bodyBytesMax, (text) => ({
    ...signed,
    msg_type: "interactive",
    card: {
      config: { wide_screen_mode: true },
      header: {
        template: headerColours[alarm.severity],
        title: { tag: "plain_text", content: title },
      },
      elements: [
        { tag: "div", text: { tag: "lark_md", content: [text, ...tail].join("\n") } },
        ...(link === undefined ? [] : [button(link)]),
      ],
    },
  }));
}

const feishuId = /^[\w-]{1,64}$/;

function button(url: string): object {
  return {
    tag: "action",
    actions: [{ tag: "button", text: { tag: "plain_text", content: linkWords }, type: "primary", url }],
  };
}

/** Cards know bold and links; headings and lists are written with what they know. */
function feishuMarkdown(markdown: string): string {
  return withoutCalls(markdown)
    .replace(/^#{1,6}\s+(.*)$/gm, "**$1**")
    .replace(/^(\s*)[-*]\s+/gm, "$1• ");
}

/** What Feishu's answer says of the message. Codes are 0, or in answers of an older kind `StatusCode` is. */
export function readFeishuAnswer(answer: Answer, now: Instant): Delivery {
  const body = readObject(answer.text);
  const code = body?.["code"] ?? body?.["StatusCode"];
  if (answer.status === 429)
    return limited(name, retryAfterMs(answer.headers, now) ?? feishuLimits.rateWaitMs);
  if (body === undefined || typeof code !== "number") return oddAnswer(name, answer);
  switch (code) {
    case 0:
      return delivered;
    case 11232:
    case 99991400:
      return limited(name, feishuLimits.rateWaitMs);
    case 19021:
      return failed(
        "bad_signature",
        "飞书签名校验失败：请在机器人安全设置里重新复制签名密钥；密钥无误则请校准服务器时间（相差不能超过 1 小时）",
        "Feishu refuses the signature: copy the secret again, or set the server's clock right",
      );
    case 19022:
      return failed(
        "ip_not_allowed",
        "服务器的 IP 不在飞书机器人的白名单里：请把服务器的公网 IP 加到机器人安全设置中",
        "the server's IP address is not on the Feishu robot's list: add it in the robot's security settings",
      );
    case 19024:
      return failed(
        "keyword_missing",
        "消息里没有飞书机器人要求的关键词：请把群里该机器人安全设置中的任意一个关键词填到这里的“关键词”",
        "the message lacks the robot's keyword: enter one of its keywords in the settings here",
      );
    case 19001:
      return failed(
        "unknown_robot",
        "飞书不认识这个机器人：它可能已被移出群或停用，请在群设置里重新复制 Webhook 地址",
        "Feishu does not know this robot: copy its webhook address again",
      );
    default:
      return refusedBy(name, String(code), textOf(body["msg"] ?? body["StatusMessage"]));
  }
}

export const feishu: ChatPlatform<FeishuOptions> = {
  kind: "feishu",
  name,
  url: ({ url }) => url,
  payload: feishuPayload,
  read: readFeishuAnswer,
  describe: ({ url, secret, keywords }) => ({
    host: new URL(url).hostname,
    token: mask(new URL(url).pathname.split("/").at(-1) ?? ""),
    secret: secret === undefined ? "" : mask(secret),
    keywords: (keywords ?? []).join("、"),
  }),
};
