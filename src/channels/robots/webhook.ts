import { createHmac } from "node:crypto";
import { exchange, retryAfterMs } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import { delivered, deliveryOf, failed, mask, retry, retryMs, sendLimits } from "./robot.ts";
import type { Alarm, Delivery, Robot } from "./robot.ts";
import { linkOf, namesOf } from "./text.ts";

export const webhookLimits = { secretBytesMin: 16 } as const;

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and Base64, or any text of at least 16 bytes. */
  readonly secret: string;
}

/** The key that signs: what stands behind `whsec_` in Base64, else the text's own bytes. */
export function webhookKey(secret: string): Buffer {
  return secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");
}

/**
 * The signature of a message in the way of Standard Webhooks, for which receivers find a library in most
 * languages: `v1,` and the HMAC-SHA256 of `{id}.{timestamp}.{body}` in Base64.
 * @param timestampS seconds; a receiver refuses what is older than a few minutes
 */
export function webhookSign(secret: string, id: string, timestampS: number, body: string): string {
  const hmac = createHmac("sha256", webhookKey(secret)).update(`${id}.${timestampS}.${body}`);
  return `v1,${hmac.digest("base64")}`;
}

/** The body: everything that the alarm says, nothing cut. */
export function webhookPayload(alarm: Alarm): string {
  const { id, severity, title, text, mentions } = alarm;
  return JSON.stringify({
    type: "alarm",
    timestamp: new Date(alarm.at).toISOString(),
    data: {
      id,
      severity,
      title,
      text,
      link: linkOf(alarm) ?? null,
      mentions: {
        all: mentions?.all === true,
        userIds: namesOf(mentions?.userIds),
        mobiles: namesOf(mentions?.mobiles),
      },
    },
  });
}

/**
 * The headers: the id stays the same however often the message is sent, the timestamp is that of this
 * attempt.
 */
export function webhookHeaders(
  secret: string,
  id: string,
  timestampS: number,
  body: string,
): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Zaiku-Webhook/1",
    "webhook-id": id,
    "webhook-timestamp": String(timestampS),
    "webhook-signature": webhookSign(secret, id, timestampS, body),
  };
}

/** Any 2xx takes the message; what else the receiver says is not read. */
export function readWebhookAnswer(answer: Answer, host: string, now: number): Delivery {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return delivered;
  const wait = retryAfterMs(headers, now);
  if (status === 429 || status >= 500 || status === 408 || status === 425)
    return retry(
      wait ?? retryMs.busy,
      `${host} 暂时不接收（HTTP ${status}），稍后重试`,
      `${host} does not take it now (HTTP ${status}); it is tried again`,
    );
  if (status === 410)
    return failed(
      "gone",
      `${host} 表示该地址已停用（HTTP 410），请更新或删除这个 Webhook`,
      `${host} says that this address is closed (HTTP 410): change or remove the webhook`,
    );
  if (status === 401 || status === 403)
    return failed(
      "bad_signature",
      `${host} 拒绝了签名（HTTP ${status}），请核对两边的签名密钥`,
      `${host} refuses the signature (HTTP ${status}): compare the secrets of both sides`,
    );
  return failed(
    status === 413 ? "too_long" : "refused",
    `${host} 拒绝了消息（HTTP ${status}），请检查地址和接收程序`,
    `${host} refuses the message (HTTP ${status}): check the address and the receiver`,
  );
}

export function webhookRobot({ url, secret }: WebhookOptions): Robot {
  const host = new URL(url).hostname;
  return {
    kind: "webhook",
    // The path may be a secret, as it is for many receivers.
    description: () => ({ host, secret: mask(secret) }),
    send: async (alarm, context) => {
      const body = webhookPayload(alarm);
      const answer = await exchange(
        {
          url,
          method: "POST",
          headers: webhookHeaders(secret, alarm.id, Math.floor(context.now / 1_000), body),
          body,
          timeoutMs: sendLimits.timeoutMs,
          answerBytesMax: 0,
        },
        context,
      );
      return answer.ok ? readWebhookAnswer(answer, host, context.now) : deliveryOf(answer);
    },
  };
}
