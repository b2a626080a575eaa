import type { Severity } from "../../domain/live/rule.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Answer, NetContext, NoAnswer } from "../net/exchange.ts";

export const robotKinds = ["dingtalk", "feishu", "wecom", "webhook", "email", "web_push"] as const;

export type RobotKind = (typeof robotKinds)[number];

/** One message to people who are not looking at the screen. */
export interface Alarm {
  /** The same id is the same message: a receiver that has seen it drops it. */
  readonly id: string;
  /** One line of plain text. */
  readonly title: string;
  /** Markdown: bold, lists and links. What is too long for a receiver is cut at its end. */
  readonly text: string;
  readonly severity: Severity;
  /** When what it tells happened. */
  readonly at: Instant;
  /** The page on which to act. */
  readonly link?: string;
  readonly mentions?: Mentions;
}

/** Who is called by name. Each kind of robot uses what its platform knows and leaves out the rest. */
export interface Mentions {
  readonly all?: boolean;
  /** Ids of the platform's own directory: DingTalk userid, Feishu open_id, WeCom userid. */
  readonly userIds?: readonly string[];
  /** DingTalk and WeCom know people by their phone numbers, too. */
  readonly mobiles?: readonly string[];
}

export interface SendContext extends NetContext {
  readonly now: Instant;
}

export type FailCode =
  | "bad_signature"
  | "clock_wrong"
  | "keyword_missing"
  | "ip_not_allowed"
  | "unknown_robot"
  | "bad_credentials"
  | "too_long"
  | "gone"
  | "redirected"
  | "address_blocked"
  | "refused";

/**
 * What became of one attempt. Nothing else may be thrown or left open: a robot that is down delays nobody.
 */
export type Delivery =
  | { readonly outcome: "delivered" }
  /** Not taken, or not known to be taken: the same message may be sent again after `afterMs` or later. */
  | {
      readonly outcome: "retry";
      readonly afterMs: number;
      readonly reason: Words;
      /** It is only its turn that it waits for: as many messages as the platform takes have gone out. */
      readonly limited?: true;
    }
  /** Sending it again changes nothing: a person must do what the reason says. */
  | { readonly outcome: "failed"; readonly code: FailCode; readonly reason: Words };

export interface Robot {
  readonly kind: RobotKind;
  /** Where it leads, for a settings page: no secret can be read from it. */
  description(): RobotDescription;
  /** Sends once. Never rejects. */
  send(alarm: Alarm, context: SendContext): Promise<Delivery>;
}

/** Fields and what they are set to, secrets masked. */
export type RobotDescription = Readonly<Record<string, string>>;

export const sendLimits = {
  timeoutMs: 8_000,
  /** A robot answers with a few hundred bytes. */
  answerBytesMax: 64 * 1_024,
  titleCharactersMax: 100,
  mentionsMax: 50,
} as const;

/** How long to wait before the next attempt, at the least; who delivers may wait longer. */
export const retryMs = {
  unreachable: 10_000,
  busy: 15_000,
  oddAnswer: 30_000,
  stopping: 1_000,
  max: 3_600_000,
} as const;

export const delivered: Delivery = { outcome: "delivered" };

export function retry(afterMs: number, zh: string, en: string): Extract<Delivery, { outcome: "retry" }> {
  return { outcome: "retry", afterMs: Math.min(retryMs.max, Math.ceil(afterMs)), reason: { zh, en } };
}

/** The platform's rate is used up, as it says itself or as was counted here. */
export function limited(name: Words, afterMs: number): Delivery {
  const seconds = Math.ceil(afterMs / 1_000);
  const { zh, en } = name;
  return {
    ...retry(
      afterMs,
      `${zh}限流，${seconds} 秒后自动发出`,
      `${en} limits how many messages a robot may send; it goes out in ${seconds} s`,
    ),
    limited: true,
  };
}

export function failed(code: FailCode, zh: string, en: string): Delivery {
  return { outcome: "failed", code, reason: { zh, en } };
}

/** No answer came: whether that is worth another try. */
export function deliveryOf(missing: NoAnswer): Delivery {
  const { reason, words } = missing;
  switch (reason) {
    case "blocked":
      return failed("address_blocked", words.zh, words.en);
    case "redirected":
      return failed("redirected", words.zh, words.en);
    case "aborted":
      return retry(retryMs.stopping, words.zh, words.en);
    case "too_large":
      return retry(retryMs.oddAnswer, words.zh, words.en);
    case "timeout":
    case "unreachable":
      return retry(retryMs.unreachable, words.zh, words.en);
  }
}

/** The answer is not what this platform says: perhaps a gateway in between, perhaps the wrong address. */
export function oddAnswer(name: Words, answer: Answer): Delivery {
  return retry(
    answer.status >= 500 ? retryMs.busy : retryMs.oddAnswer,
    `${name.zh}的回复看不懂（HTTP ${answer.status}），稍后重试；一直如此请检查地址`,
    `${name.en} answered something unknown (HTTP ${answer.status}); it is tried again`,
  );
}

/** A refusal that nothing here knows: its code and words are passed on, so that somebody can look them up. */
export function refusedBy(name: Words, code: string, message: string): Delivery {
  const shown = message.slice(0, refusalCharactersMax);
  return failed(
    "refused",
    `${name.zh}拒绝了消息（${code}）：${shown}`,
    `${name.en} refused the message (${code}): ${shown}`,
  );
}

const refusalCharactersMax = 200;

/** Never more than the last four characters of a secret, and those only of a long one. */
export function mask(secret: string): string {
  return secret.length < 12 ? "••••" : `••••${secret.slice(-4)}`;
}
