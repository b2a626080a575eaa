import type { FastifyInstance } from "fastify";
import { AfterLiveSettingsBody, DeskBody, type DeskAnswer } from "../../api/oversell-desk.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import { deskCommands } from "../../domain/after-live/desk.ts";
import { openShortage } from "../../engine/after-live/review-steps.ts";
import { afterLiveKind, keepCompensation, readAfterLive } from "../../engine/after-live/settings.ts";
import { settingsId } from "../../engine/live-settings.ts";
import { requireDone } from "../answers.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { describe, typed } from "./schema.ts";

const tag = "Review";

/** The oversell desk, and what the shop has set for it: deadlines of its channels, what an oversold unit costs. */
export const addDeskRoutes: AddRoutes = (app, context) => {
  addDeskRoute(app, context);
  addSettingsRoutes(app, context);
};

function addSettingsRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const path = "/api/v1/after-live/settings";
  const read = async (shop: number): Promise<AfterLiveSettingsBody> => {
    const { version, value } = await readAfterLive(context.store.read, shop);
    return { version, ...value, channels: [...value.channels] };
  };

  routes.get(
    path,
    {
      onRequest: context.guard("stock:read"),
      schema: describe(tag, "Deadlines of the channels, and what an oversold unit costs"),
    },
    async (request) => read((await context.shopOf(request)).id),
  );

  routes.put(
    path,
    {
      onRequest: context.guard("catalog:write"),
      schema: { ...describe(tag, "Change them"), body: AfterLiveSettingsBody },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const { version, ...body } = request.body;
      const known = new Set((await context.store.read.channels(shop.id)).map(({ channel }) => channel));
      for (const [index, { channel }] of body.channels.entries()) {
        const twice = body.channels.findIndex((one) => one.channel === channel) < index;
        if (known.has(channel) && !twice) continue;
        throw invalidBody({
          path: `channels[${index}].channel`,
          problem: twice ? "it is there twice" : "there is no such channel",
          problemZh: twice ? "这个渠道写了两次" : "没有这个渠道",
        });
      }
      await putDocument(context, request, { kind: afterLiveKind, id: settingsId, version, body });
      return read(shop.id);
    },
  );
}

function addDeskRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/oversell-desk",
    {
      onRequest: context.guard("orders:write"),
      schema: { ...describe(tag, "Book what was agreed with the buyer of an oversold line"), body: DeskBody },
    },
    async (request): Promise<DeskAnswer> => {
      const shop = await context.shopOf(request);
      const { channel, orderId, lineId, sku, action, compensation = 0 } = request.body;
      const options = {
        store: context.store,
        shop: shop.id,
        now: context.clock.now(),
        dayEnds: shop.day().to,
      };
      const found = (await openShortage(options)).find(
        ({ line }) =>
          line.channel === channel && line.orderId === orderId && line.lineId === lineId && line.sku === sku,
      );
      if (found === undefined)
        throw new ProblemError("not_found", { what: "such line that is short", whatZh: "这一行缺货的订单" });
      if (action === "swap" && found.swapFor === null)
        throw invalidBody({
          path: "action",
          problem: "no product of its category has enough units",
          problemZh: "同类里没有够数的商品可换",
        });
      const { actor, at } = context.caller(request);
      const commands = deskCommands(found, action, { actor, at });
      // A swap reserves the other product first: where that is refused, the line stays as it is.
      for (const command of commands) requireDone(await shop.batcher.submit(command));
      if (compensation > 0) {
        const given = { channel, orderId, lineId, sku, units: found.short, action, amount: compensation };
        const { read } = context.store;
        requireDone(await keepCompensation(read, shop.id, shop.batcher, { ...given, by: actor, at }));
      }
      return {
        booked: commands.length,
        swapFor: action === "swap" ? found.swapFor : null,
        compensation,
      };
    },
  );
}
