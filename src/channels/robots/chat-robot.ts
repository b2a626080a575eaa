import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import { exchange } from "../net/exchange.ts";
import type { Answer } from "../net/exchange.ts";
import { deliveryOf, limited, sendLimits } from "./robot.ts";
import type { Alarm, Delivery, Robot, RobotDescription, RobotKind } from "./robot.ts";
import type { RateLimit } from "../rate-limit.ts";

/** What the three chat platforms have in common: one POST of JSON, a code in the answer, a rate. */
export interface ChatPlatform<Options> {
  readonly kind: RobotKind;
  readonly name: Words;
  url(options: Options, now: Instant): string;
  payload(options: Options, alarm: Alarm, now: Instant): string;
  read(answer: Answer, now: Instant): Delivery;
  describe(options: Options): RobotDescription;
}

/** A robot of a chat platform. `limit` is shared by all robots of one address. */
export function chatRobot<Options>(
  platform: ChatPlatform<Options>,
  options: Options,
  limit: RateLimit,
): Robot {
  return {
    kind: platform.kind,
    description: () => platform.describe(options),
    send: async (alarm, context) => {
      const { now } = context;
      const waitMs = limit.take(now);
      if (waitMs > 0) return limited(platform.name, waitMs);
      const answer = await exchange(
        {
          url: platform.url(options, now),
          method: "POST",
          headers: { "content-type": "application/json; charset=utf-8" },
          body: platform.payload(options, alarm, now),
          timeoutMs: sendLimits.timeoutMs,
          answerBytesMax: sendLimits.answerBytesMax,
        },
        context,
      );
      if (!answer.ok) return deliveryOf(answer);
      const delivery = platform.read(answer, now);
      if (delivery.outcome === "retry" && delivery.limited) limit.block(now, delivery.afterMs);
      return delivery;
    },
  };
}
