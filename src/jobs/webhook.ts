import { createHmac } from "node:crypto";
import type { OutboxTarget } from "./outbox.ts";

const timeoutMs = 10_000;

export interface WebhookOptions {
  readonly url: string;
  /** Signs the body, so that the receiver knows who sent it. */
  readonly secret: string;
  readonly fetch?: typeof fetch;
}

/**
 * Posts each message as JSON: { id, shop, topic, key, payload, createdAt }. The header `Zaiku-Signature` is
 * `sha256=` and the HMAC of the body. Any 2xx is taken as received; everything else is tried again.
 */
export function webhookTarget({ url, secret, fetch: send = fetch }: WebhookOptions): OutboxTarget {
  return {
    name: "webhook",
    deliver: async (item, shop, signal) => {
      const body = JSON.stringify({
        id: item.id,
        shop,
        topic: item.topic,
        key: item.key,
        payload: item.payload,
        createdAt: new Date(item.createdAt).toISOString(),
      });
      const response = await send(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "zaiku-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
        },
        body,
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
    },
  };
}
