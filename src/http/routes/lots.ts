import type { FastifyRequest } from "fastify";
import { LotFields, LotItem, LotItems, LotParams, LotsQuery, floorApiLimits } from "../../api/floor.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { instantOf } from "../../api/text.ts";
import type { LotBody } from "../../domain/floor/lot.ts";
import type { Standing } from "../../domain/floor/shelf.ts";
import { pairKey, skuKey } from "../../domain/text.ts";
import { endOfDate, startOfDate } from "../../engine/floor/lots.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { lotItems } from "../floor/present.ts";
import { describe, typed } from "./schema.ts";
import { unknownSku } from "./stock.ts";

const tag = "Floor";

/** Lots: which delivery goods came with, and until when they keep. */
export const addLotRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);

  routes.get(
    "/api/v1/lots",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Lots with where they stand, the first to expire first"),
        querystring: LotsQuery,
        response: { 200: LotItems },
      },
    },
    async (request): Promise<LotItems> => lotsOf(context, request, request.query),
  );

  routes.put(
    "/api/v1/lots/:sku/:lot",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "Enter what is known of a lot; null forgets it"),
        params: LotParams,
        body: LotFields,
        response: { 200: LotItem },
      },
    },
    async (request): Promise<LotItem> => {
      const { lot } = request.params;
      const sku = skuKey(request.params.sku);
      const { id, shop, floorPlan } = await context.shopOf(request);
      if ((await context.store.read.sku(id, sku)) === null) throw unknownSku(sku);
      const before = (await floorPlan.lotBodies()).get(pairKey(sku, lot));
      const { supplier, receivedAt, madeOn, expiresOn } = request.body;
      const { timeZone } = shop;
      const given = <T>(value: T | undefined, known: T | null | undefined): T | null =>
        value === undefined ? (known ?? null) : value;
      const body: LotBody = {
        sku,
        lot,
        supplier: supplier ?? before?.supplier ?? "",
        receivedAt: given(receivedAt == null ? receivedAt : instantOf(receivedAt), before?.receivedAt),
        madeAt: given(madeOn == null ? madeOn : startOfDate(madeOn, timeZone), before?.madeAt),
        expiresAt: given(expiresOn == null ? expiresOn : endOfDate(expiresOn, timeZone), before?.expiresAt),
      };
      if (body.madeAt !== null && body.expiresAt !== null && body.madeAt >= body.expiresAt)
        throw invalidBody({
          path: "expiresOn",
          problem: "it expires before it was made",
          problemZh: "到期日早于生产日期",
        });
      await floorPlan.setLot(body, context.caller(request));
      const { items } = await lotsOf(context, request, { sku });
      const saved = items.find((one) => one.lot === lot);
      if (saved === undefined) throw new ProblemError("not_found", { what: "such lot", whatZh: "这个批次" });
      return saved;
    },
  );
};

async function lotsOf(
  context: RouteContext,
  request: FastifyRequest,
  { sku, warehouse, days }: LotsQuery,
): Promise<LotItems> {
  const { id, shop, floorPlan, counts } = await context.shopOf(request);
  const warehouses =
    warehouse === undefined
      ? (await context.store.read.warehouses(id)).map((one) => one.warehouse)
      : [warehouse];
  const standing: Standing[] = [];
  for (const one of warehouses) standing.push(...(await floorPlan.standing(one)));
  const key = sku === undefined ? null : skuKey(sku);
  const all = lotItems({
    bodies: await floorPlan.lotBodies(),
    standing,
    goods: await counts.goods.all(),
    timeZone: shop.timeZone,
    now: context.clock.now(),
  }).filter((item) => key === null || item.sku === key);
  const expiredUnits = all.reduce((units, item) => units + (item.expired ? item.good : 0), 0);
  const items = all.filter(
    (item) =>
      days === undefined || (item.daysLeft !== null && item.daysLeft <= days && item.good + item.bad !== 0),
  );
  return { items: items.slice(0, floorApiLimits.lotsShownMax), expiredUnits };
}
