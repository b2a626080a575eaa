import { invalidBody } from "../../api/problem.ts";
import { LiveSamplesBody } from "../../api/session-actions.ts";
import { instantOf } from "../../api/text.ts";
import type { RoomSample } from "../../store/activities.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

/** Clocks differ: so far a sample may lie ahead. */
const aheadMsMax = 60_000;
/** What is older belongs to no broadcast of today. */
const behindMsMax = 24 * 3_600_000;

/** What a program of the shop's says that its rooms show. The same room and moment again: the later one holds. */
export const addLiveSampleRoutes: AddRoutes = (app, context) => {
  typed(app).post(
    "/api/v1/live-samples",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe("Live data", "Viewers, likes and amount of rooms, at most 500 at once"),
        body: LiveSamplesBody,
      },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      const now = context.clock.now();
      const samples = request.body.samples.map((sample, index): RoomSample => {
        const { room, viewers = null, likes = null, amount = null } = sample;
        const at = sample.at === undefined ? now : instantOf(sample.at);
        if (at > now + aheadMsMax || at < now - behindMsMax)
          throw invalidBody({
            path: `samples[${index}].at`,
            problem: "it lies in the future or more than a day back; check the sender's clock",
            problemZh: "时间在未来，或早于 24 小时前，请检查发送方的时钟",
          });
        if (viewers === null && likes === null && amount === null)
          throw invalidBody({
            path: `samples[${index}]`,
            problem: "at least one of viewers, likes and amount is needed",
            problemZh: "viewers、likes、amount 至少要有一个",
          });
        return { room, at, viewers, likes, amount, gap: null };
      });
      await context.store.activities.putSamples(shop.id, samples);
      shop.live.touchRooms();
      reply.code(202);
      return { taken: samples.length };
    },
  );
};
