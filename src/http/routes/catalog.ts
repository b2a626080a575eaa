import {
  CategoryItems,
  ChangeAnswer,
  ChannelBody,
  ChannelItem,
  ChannelItems,
  ChannelParams,
  ListingsBody,
  ListingsPage,
  ListingsQuery,
  SkuDetail,
  SkuPatch,
  SkusBody,
  WarehouseBody,
  WarehouseItem,
  WarehouseItems,
  WarehouseParams,
} from "../../api/catalog.ts";
import { skuItem } from "../../api/present.ts";
import { ProblemError } from "../../api/problem.ts";
import { SkuParams } from "../../api/stock.ts";
import { pageRowsDefault } from "../../api/text.ts";
import type { Command } from "../../domain/command.ts";
import type { ShopId } from "../../store/store.ts";
import type { Channel } from "../../domain/rows.ts";
import { requireDone } from "../answers.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import type { FastifyRequest } from "fastify";
import { describe, typed } from "./schema.ts";
import { unknownSku } from "./stock.ts";

/** Submits a change of the catalogue. Throws its refusal. */
async function change(context: RouteContext, request: FastifyRequest, command: Command) {
  const shop = await context.shopOf(request);
  const outcome = await shop.batcher.submit(command);
  const result = requireDone(outcome);
  const seq = "seq" in outcome ? outcome.seq : (await context.store.read.head(shop.id)).seq;
  return { result, seq };
}

export const addSkuRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;
  const write = context.guard("catalog:write");
  const tag = "SKUs";

  routes.get(
    "/api/v1/skus/:sku",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "A SKU with its policy"), params: SkuParams, response: { 200: SkuDetail } },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const found = await store.read.sku(id, request.params.sku);
      if (found === null) throw unknownSku(request.params.sku);
      return { sku: skuItem(found.sku), stocks: [...found.stocks], placements: [...found.placements] };
    },
  );

  routes.put(
    "/api/v1/skus",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Create SKUs or change them"),
        body: SkusBody,
        response: { 200: ChangeAnswer },
      },
    },
    async (request) => {
      const { actor, at } = context.caller(request);
      return change(context, request, { type: "putSkus", actor, at, items: request.body.items });
    },
  );

  routes.patch(
    "/api/v1/skus/:sku",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Change a SKU's policy"),
        params: SkuParams,
        body: SkuPatch,
        response: { 200: ChangeAnswer },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const found = await store.read.sku(id, request.params.sku);
      if (found === null) throw unknownSku(request.params.sku);
      const { actor, at } = context.caller(request);
      const items = [{ ...request.body, code: found.sku.code }];
      return change(context, request, { type: "putSkus", actor, at, items });
    },
  );

  routes.get(
    "/api/v1/categories",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "Categories in use"), response: { 200: CategoryItems } },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      return { items: [...(await store.read.categories(id))] };
    },
  );
};

export const addChannelRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;
  const read = context.guard("stock:read");
  const write = context.guard("catalog:write");
  const tag = "Channels";
  const channelItem = (channel: Channel) => ({ ...channel, warehouses: [...channel.warehouses] });
  const channelOf = async (shop: ShopId, id: string) => {
    const found = (await store.read.channels(shop)).find((one) => one.channel === id);
    if (found === undefined) throw new ProblemError("unknown_channel", { path: "channel", channel: id });
    return channelItem(found);
  };

  routes.get(
    "/api/v1/channels",
    { onRequest: read, schema: { ...describe(tag, "Channels"), response: { 200: ChannelItems } } },
    async (request) => {
      const { id } = await context.shopOf(request);
      return { items: (await store.read.channels(id)).map(channelItem) };
    },
  );

  routes.put(
    "/api/v1/channels/:channel",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Create a channel or change it"),
        params: ChannelParams,
        body: ChannelBody,
        response: { 200: ChannelItem },
      },
    },
    async (request) => {
      const { channel } = request.params;
      const { actor, at } = context.caller(request);
      await change(context, request, {
        type: "putChannel",
        actor,
        at,
        channel: { ...request.body, channel },
      });
      return channelOf((await context.shopOf(request)).id, channel);
    },
  );
};

export const addListingRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const tag = "Channels";

  routes.put(
    "/api/v1/channels/:channel/listings",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Map a channel's listings to SKUs"),
        params: ChannelParams,
        body: ListingsBody,
        response: { 200: ChangeAnswer },
      },
    },
    async (request) => {
      const { actor, at } = context.caller(request);
      const items = request.body.items.map((item) => ({
        ...item,
        parts: item.parts.map((part) => ({ ...part, gift: part.gift ?? false })),
      }));
      return change(context, request, {
        type: "putListings",
        actor,
        at,
        channel: request.params.channel,
        items,
      });
    },
  );

  routes.get(
    "/api/v1/listings",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Listings and what they are made of"),
        querystring: ListingsQuery,
        response: { 200: ListingsPage },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const { limit = pageRowsDefault, ...query } = request.query;
      const page = await context.store.read.listings(id, { ...query, limit });
      const items = page.items.map((item) => ({ ...item, parts: [...item.parts] }));
      return { items, next: page.next };
    },
  );
};

export const addWarehouseRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const tag = "Warehouses";

  routes.get(
    "/api/v1/warehouses",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "Warehouses"), response: { 200: WarehouseItems } },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      return { items: [...(await context.store.read.warehouses(id))] };
    },
  );

  routes.put(
    "/api/v1/warehouses/:warehouse",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Create a warehouse or rename it"),
        params: WarehouseParams,
        body: WarehouseBody,
        response: { 200: WarehouseItem },
      },
    },
    async (request) => {
      const { warehouse } = request.params;
      const { name } = request.body;
      const { actor, at } = context.caller(request);
      await change(context, request, { type: "putWarehouse", actor, at, warehouse, name });
      return { warehouse, name };
    },
  );
};
