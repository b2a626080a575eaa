import { createHash } from "node:crypto";
import type webPush from "web-push";
import type { Severity } from "../../domain/live/rule.ts";
import { exchange, retryAfterMs } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import { delivered, deliveryOf, failed, mask, retry, retryMs, sendLimits } from "./robot.ts";
import type { Alarm, Delivery, Robot } from "./robot.ts";
import { fitJson, headline, linkOf, plainOf } from "./text.ts";

export const webPushLimits = {
  /**
   * Of the JSON before it is encrypted: what push services take is 4,096 bytes with the encryption around it.
   */
  payloadBytesMax: 3_000,
  /** An alarm that a telephone could not be told within the hour is no news. */
  ttlSeconds: 3_600,
} as const;

/** The server's own key pair, Base64 for addresses: push services know by it who sends. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:` or `https:`: whom a push service would ask. */
  readonly subject: string;
}

/** What a browser's `PushManager.subscribe` gave. */
export interface WebPushOptions {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

const urgencies: Readonly<Record<Severity, webPush.Urgency>> = { 1: "low", 2: "normal", 3: "high" };

/** The JSON that the page's service worker shows: { id, title, body, severity, at, link }. */
export function webPushPayload(alarm: Alarm): string {
  return fitJson(plainOf(alarm.text), webPushLimits.payloadBytesMax, (body) => ({
    id: alarm.id,
    title: headline(alarm),
    body,
    severity: alarm.severity,
    at: new Date(alarm.at).toISOString(),
    link: linkOf(alarm) ?? null,
  }));
}

/** A waiting message of the same topic is replaced: so one that is sent twice is shown once. */
export function webPushTopic(id: string): string {
  return createHash("sha256").update(id).digest().subarray(0, 24).toString("base64url");
}

/** What a push service's answer says of the message. */
export function readWebPushAnswer(answer: Answer, host: string, now: number): Delivery {
  const { status } = answer;
  if (status >= 200 && status < 300) return delivered;
  if (status === 404 || status === 410)
    return failed(
      "gone",
      "这台设备的推送订阅已失效，请在该设备上重新打开通知",
      "this device's push subscription has ended: switch notifications on again on the device",
    );
  if (status === 429 || status >= 500)
    return retry(
      retryAfterMs(answer.headers, now) ?? retryMs.busy,
      `推送服务 ${host} 繁忙（HTTP ${status}），稍后重试`,
      `the push service ${host} is busy (HTTP ${status}); it is tried again`,
    );
  if (status === 413)
    return failed(
      "too_long",
      "推送内容过长，请缩短消息模板",
      "the message is too long: shorten its template",
    );
  if (status === 401 || status === 403)
    return failed(
      "bad_credentials",
      "推送服务不认可服务器的 VAPID 密钥：密钥换过之后，请在各设备上重新打开通知",
      "the server's VAPID key is refused: after a change, switch notifications on again",
    );
  return failed(
    "refused",
    `推送服务 ${host} 拒绝了消息（HTTP ${status}）`,
    `the push service ${host} refuses the message (HTTP ${status})`,
  );
}

export function webPushRobot(options: WebPushOptions, vapid: VapidKeys): Robot {
  const host = new URL(options.endpoint).hostname;
  return {
    kind: "web_push",
    // Who knows the endpoint can be taken for the subscriber.
    description: () => ({ host, endpoint: mask(options.endpoint) }),
    send: async (alarm, context) => {
      const request = await encrypt(options, vapid, alarm);
      if ("outcome" in request) return request;
      const answer = await exchange(
        {
          url: request.endpoint,
          method: "POST",
          headers: request.headers,
          body: request.body,
          timeoutMs: sendLimits.timeoutMs,
          answerBytesMax: 0,
        },
        context,
      );
      return answer.ok ? readWebPushAnswer(answer, host, context.now) : deliveryOf(answer);
    },
  };
}

interface Encrypted {
  readonly endpoint: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

async function encrypt(
  options: WebPushOptions,
  vapid: VapidKeys,
  alarm: Alarm,
): Promise<Encrypted | Delivery> {
  // Loaded when it is first used: most servers send no push, and all of them start.
  const { default: library } = await import("web-push");
  try {
    const details = library.generateRequestDetails(options, webPushPayload(alarm), {
      vapidDetails: { ...vapid },
      TTL: webPushLimits.ttlSeconds,
      urgency: urgencies[alarm.severity],
      topic: webPushTopic(alarm.id),
    });
    const headers = Object.entries(details.headers).map(([name, value]) => [name, String(value)]);
    return {
      endpoint: details.endpoint,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: new Uint8Array(details.body),
    };
  } catch {
    // The keys of a browser or of the server are no keys.
    return failed(
      "bad_credentials",
      "推送密钥无效：请在该设备上重新打开通知；仍不行请检查服务器的 VAPID 密钥",
      "the push keys are not valid: switch notifications on again, or check the VAPID keys",
    );
  }
}
