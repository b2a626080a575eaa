import { createHmac } from "node:crypto";
import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import { readObject, textOf } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import type { ChatPlatform } from "./chat-robot.ts";
import type { RateWindow } from "../rate-limit.ts";
import { delivered, failed, limited, mask, oddAnswer, refusedBy, retry, retryMs } from "./robot.ts";
import type { Alarm, Delivery } from "./robot.ts";
import { fitJson, headline, keywordTail, lateTail, linkOf, linkWords, namesOf } from "./text.ts";

export const dingtalkHosts = ["oapi.dingtalk.com"] as const;

export const dingtalkLimits = {
  /** Of the whole request; more is answered with 460101. */
  bodyBytesMax: 20_000,
  /** After the 21st message of a minute the robot is mute for so long. */
  muteMs: 600_000,
} as const;

/** A second more than DingTalk's minute, for messages that overtake each other on the way. */
export const dingtalkRates: readonly RateWindow[] = [{ messagesMax: 20, perMs: 61_000 }];

const name: Words = { zh: "钉钉", en: "DingTalk" };

export interface DingtalkOptions {
  /** `https://oapi.dingtalk.com/robot/send?access_token=…`, as the group's settings show it. */
  readonly url: string;
  /** `SEC…`, when the robot's security setting is a signature. */
  readonly secret?: string;
  /** When its security setting is keywords: a message without any of them is refused. */
  readonly keywords?: readonly string[];
}

/** HMAC-SHA256 of `{timestamp}\n{secret}` under the secret, in Base64; not yet encoded for an address. */
export function dingtalkSign(timestampMs: Instant, secret: string): string {
  return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}

/** The address to post to: with a secret it carries `timestamp` and `sign`, which hold for an hour. */
export function dingtalkUrl(options: DingtalkOptions, now: Instant): string {
  const url = new URL(options.url);
  if (options.secret !== undefined) {
    url.searchParams.set("timestamp", String(now));
    url.searchParams.set("sign", dingtalkSign(now, options.secret));
  }
  return url.href;
}

/** The JSON to post: a Markdown message. Who is called must stand in the text, too, to be called. */
export function dingtalkPayload(alarm: Alarm, keywords: readonly string[], now: Instant): string {
  const title = headline(alarm);
  const link = linkOf(alarm);
  const atMobiles = namesOf(alarm.mentions?.mobiles);
  const atUserIds = namesOf(alarm.mentions?.userIds);
  const isAtAll = alarm.mentions?.all === true;
  const calls = [...atMobiles, ...atUserIds].map((one) => `@${one}`).join(" ");
  const tail = [
    ...lateTail(alarm, now),
    ...(link === undefined ? [] : [`[${linkWords}](${link})`]),
    ...(calls === "" ? [] : [calls]),
    ...keywordTail([title, alarm.text], keywords),
  ];
  return fitJson(alarm.text, dingtalkLimits.bodyBytesMax, (text) => ({
    msgtype: "markdown",
    markdown: { title, text: [`### ${title}`, withLineBreaks(text), ...tail].join("\n\n") },
    at: { atMobiles, atUserIds, isAtAll },
  }));
}

/** DingTalk joins lines unless two blanks stand before the break. */
function withLineBreaks(markdown: string): string {
  return markdown.replace(/([^\n])\n(?!\n)/g, "$1  \n");
}

/** What DingTalk's answer says of the message. */
export function readDingtalkAnswer(answer: Answer): Delivery {
  const body = readObject(answer.text);
  const code = body?.["errcode"];
  if (body === undefined || typeof code !== "number") return oddAnswer(name, answer);
  const message = textOf(body["errmsg"]);
  switch (code) {
    case 0:
      return delivered;
    case 130101:
    case 410100:
      return limited(name, dingtalkLimits.muteMs);
    case -1:
      return retry(retryMs.busy, "钉钉系统繁忙，稍后重试", "DingTalk is busy; it is tried again");
    case 300001:
    case 300005:
    case 400101:
    case 400106:
      return failed(
        "unknown_robot",
        "钉钉不认识这个机器人：它可能已被移出群或重置，请在群设置里重新复制 Webhook 地址",
        "DingTalk does not know this robot: copy its webhook address again",
      );
    case 460101:
      return failed(
        "too_long",
        "钉钉认为消息过长，请缩短消息模板",
        "DingTalk finds the message too long: shorten its template",
      );
    case 310000:
      return securityProblem(message);
    default:
      return /send too fast/i.test(message)
        ? limited(name, dingtalkLimits.muteMs)
        : refusedBy(name, String(code), message);
  }
}

/** 310000 is any of the robot's security settings; only the message tells which. */
function securityProblem(message: string): Delivery {
  if (/keyword|关键词/i.test(message))
    return failed(
      "keyword_missing",
      "消息里没有钉钉机器人要求的关键词：请把群里该机器人安全设置中的任意一个关键词填到这里的“关键词”",
      "the message lacks the robot's keyword: enter one of its keywords in the settings here",
    );
  if (/timestamp|过期/i.test(message))
    return failed(
      "clock_wrong",
      "钉钉认为签名已过期：服务器时间与标准时间相差过大，请校准服务器时间",
      "DingTalk finds the signature expired: set the server's clock right",
    );
  if (/sign|签名/i.test(message))
    return failed(
      "bad_signature",
      "钉钉加签不匹配：请在机器人安全设置里重新复制 SEC 开头的密钥",
      "the signature does not match: copy the secret that begins with SEC again",
    );
  if (/\bip\b|white ?list|白名单/i.test(message))
    return failed(
      "ip_not_allowed",
      "服务器的 IP 不在钉钉机器人的白名单里：请把服务器的公网 IP 加到机器人安全设置中",
      "the server's IP address is not on the DingTalk robot's list: add it in the robot's security settings",
    );
  return refusedBy(name, "310000", message);
}

export const dingtalk: ChatPlatform<DingtalkOptions> = {
  kind: "dingtalk",
  name,
  url: dingtalkUrl,
  payload: (options, alarm, now) => dingtalkPayload(alarm, options.keywords ?? [], now),
  read: readDingtalkAnswer,
  describe: ({ url, secret, keywords }) => ({
    host: new URL(url).hostname,
    accessToken: mask(new URL(url).searchParams.get("access_token") ?? ""),
    secret: secret === undefined ? "" : mask(secret),
    keywords: (keywords ?? []).join("、"),
  }),
};
