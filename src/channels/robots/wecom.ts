import type { Severity } from "../../domain/live/rule.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import { readObject, textOf } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import type { ChatPlatform } from "./chat-robot.ts";
import type { RateWindow } from "../rate-limit.ts";
import { delivered, failed, limited, mask, oddAnswer, refusedBy, retry, retryMs } from "./robot.ts";
import type { Alarm, Delivery } from "./robot.ts";
import {
  byteLength,
  fitBytes,
  headline,
  lateTail,
  linkOf,
  linkWords,
  namesOf,
  plainOf,
  withoutCalls,
} from "./text.ts";

export const wecomHosts = ["qyapi.weixin.qq.com"] as const;

export const wecomLimits = {
  /** Of `text.content`, in UTF-8. */
  textBytesMax: 2_048,
  /** Of `markdown.content`, in UTF-8. */
  markdownBytesMax: 4_096,
  /** More people than this are called by a text message, which names them outside of its content. */
  markdownCallsMax: 10,
  rateWaitMs: 60_000,
} as const;

/** A second more than a minute, for messages that overtake each other on the way. */
export const wecomRates: readonly RateWindow[] = [{ messagesMax: 20, perMs: 61_000 }];

const name: Words = { zh: "企业微信", en: "WeCom" };

export interface WecomOptions {
  /** `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…`: the key is the secret, nothing is signed. */
  readonly url: string;
}

/** The three colours that WeCom's Markdown knows are info, comment and warning. */
const colours: Readonly<Record<Severity, string>> = { 1: "info", 2: "warning", 3: "warning" };

/**
 * The JSON to post: Markdown or, when everybody or phone numbers are called, which only a text message can
 * do, plain text. The text is cut to what WeCom takes; headline, link and calls stay whole.
 */
export function wecomPayload(alarm: Alarm, now: Instant): string {
  const mobiles = namesOf(alarm.mentions?.mobiles);
  const userIds = namesOf(alarm.mentions?.userIds).filter((id) => wecomId.test(id));
  const all = alarm.mentions?.all === true ? ["@all"] : [];
  const asText = all.length > 0 || mobiles.length > 0 || userIds.length > wecomLimits.markdownCallsMax;
  const title = withoutCalls(headline(alarm));
  const link = linkOf(alarm);
  const late = lateTail(alarm, now);
  if (asText) {
    const tail = [...late, ...(link === undefined ? [] : [`${linkWords}：${link}`])];
    return JSON.stringify({
      msgtype: "text",
      text: {
        content: within(wecomLimits.textBytesMax, title, plainOf(withoutCalls(alarm.text)), tail),
        mentioned_list: [...all, ...userIds],
        mentioned_mobile_list: mobiles,
      },
    });
  }
  const tail = [
    ...late,
    ...(link === undefined ? [] : [`[${linkWords}](${link})`]),
    ...(userIds.length === 0 ? [] : [userIds.map((id) => `<@${id}>`).join(" ")]),
  ];
  const head = `### <font color="${colours[alarm.severity]}">${title}</font>`;
  return JSON.stringify({
    msgtype: "markdown",
    markdown: { content: within(wecomLimits.markdownBytesMax, head, withoutCalls(alarm.text), tail) },
  });
}

const wecomId = /^[\w.@-]{1,64}$/;

function within(bytesMax: number, head: string, text: string, tail: readonly string[]): string {
  const around = [head, "", ...tail].join("\n");
  return [head, fitBytes(text, bytesMax - byteLength(around)), ...tail].join("\n");
}

/** What WeCom's answer says of the message. */
export function readWecomAnswer(answer: Answer): Delivery {
  const body = readObject(answer.text);
  const code = body?.["errcode"];
  if (body === undefined || typeof code !== "number") return oddAnswer(name, answer);
  const message = textOf(body["errmsg"]);
  switch (code) {
    case 0:
      return delivered;
    case 45009:
    case 45033:
      return limited(name, wecomLimits.rateWaitMs);
    case -1:
      return retry(retryMs.busy, "企业微信系统繁忙，稍后重试", "WeCom is busy; it is tried again");
    case 93000:
      return failed(
        "unknown_robot",
        "企业微信不认识这个机器人：它可能已被移出群，请在群机器人详情里重新复制 Webhook 地址",
        "WeCom does not know this robot: it may have been removed; copy its webhook address again",
      );
    case 40058:
      return /exceed max length/i.test(message)
        ? failed(
            "too_long",
            "企业微信认为消息过长，请缩短消息模板",
            "WeCom finds the message too long: shorten its template",
          )
        : refusedBy(name, "40058", message);
    default:
      return refusedBy(name, String(code), message);
  }
}

export const wecom: ChatPlatform<WecomOptions> = {
  kind: "wecom",
  name,
  url: ({ url }) => url,
  payload: (_, alarm, now) => wecomPayload(alarm, now),
  read: readWecomAnswer,
  describe: ({ url }) => ({
    host: new URL(url).hostname,
    key: mask(new URL(url).searchParams.get("key") ?? ""),
  }),
};
