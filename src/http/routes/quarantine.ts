import type { FastifyInstance, FastifyRequest } from "fastify";
import { KeyHeaders } from "../../api/goods.ts";
import {
  DecisionBody,
  QuarantineBody,
  QuarantineDone,
  QuarantinePage,
  QuarantineParams,
  type QuarantineItem,
} from "../../api/quarantine.ts";
import { timeOf } from "../../api/text.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { daysSince, quarantineOldDays } from "../../domain/returns/quarantine.ts";
import { missingPhoto } from "../../engine/returns/photos.ts";
import type { QuarantineRow } from "../../engine/returns/quarantine.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { describe, typed } from "./schema.ts";

const tag = "Quarantine";
const path = "/api/v1/quarantine";

/** What stands in quarantine, by age, and what becomes of it. */
export const addQuarantineRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.get(
    path,
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "What waits for a decision, the oldest first"),
        response: { 200: QuarantinePage },
      },
    },
    async (request): Promise<QuarantinePage> => {
      const { quarantine } = await context.shopOf(request);
      const items = [];
      for (const row of await quarantine.list()) items.push(await itemOf(context, request, row));
      return {
        items,
        units: items.reduce((sum, { open }) => sum + open, 0),
        old: items.filter(({ old }) => old).length,
      };
    },
  );

  routes.post(
    path,
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Puts good units into quarantine, with a reason"),
        headers: KeyHeaders,
        body: QuarantineBody,
        response: { 201: QuarantineDone },
      },
    },
    async (request, reply): Promise<QuarantineDone> => {
      const { id, quarantine } = await context.shopOf(request);
      const { warehouse = mainWarehouse, bin = "", lot = "", photos = [], ...rest } = request.body;
      const missing = await missingPhoto(context.store, id, photos);
      if (missing !== null) throw paperProblem(missing);
      const asked = { ...rest, request: request.headers["idempotency-key"], warehouse, bin, lot, photos };
      requirePaper(await quarantine.put(asked, context.caller(request)));
      reply.code(201);
      return { open: request.body.units };
    },
  );

  addDecision(app, context);
};

function addDecision(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    `${path}/:item/decisions`,
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Decides on units: repair, sell as good, back to the supplier, destroy"),
        params: QuarantineParams,
        body: DecisionBody,
        response: { 200: QuarantineDone },
      },
    },
    async (request): Promise<QuarantineDone> => {
      const { quarantine } = await context.shopOf(request);
      const { item } = request.params;
      const { override, toBin, ...decided } = request.body;
      const resold = toBin === undefined || decided.decision !== "resell" ? {} : { toBin };
      await requireResold(context, request, { ...resold, item, units: decided.units }, override);
      requirePaper(await quarantine.decide(item, { ...decided, ...resold }, context.caller(request)));
      const rows = await quarantine.list();
      return { open: rows.find((row) => row.item.item === item)?.item.open ?? 0 };
    },
  );
}

/** Units that are sold as good again are put where somebody says; who says nothing puts nothing down. */
async function requireResold(
  context: RouteContext,
  request: FastifyRequest,
  { item, toBin, units }: { readonly item: string; readonly toBin?: string; readonly units: number },
  override: string | undefined,
): Promise<void> {
  if (toBin === undefined) return;
  const { quarantine } = await context.shopOf(request);
  const row = (await quarantine.list()).find((one) => one.item.item === item);
  if (row === undefined) return;
  const { sku, shelf } = row.item;
  const { warehouse, lot } = shelf;
  const put = { path: "toBin", warehouse, bin: toBin, sku, lot, quality: "good", units } as const;
  const { at } = context.caller(request);
  await requirePuts(context, request, [put], { override, key: `quarantine/${item}/${at}` });
}

async function itemOf(
  context: RouteContext,
  request: FastifyRequest,
  { item, taken, repairing, cause, photos }: QuarantineRow,
): Promise<QuarantineItem> {
  const shop = await context.shopOf(request);
  const names = await shop.names.of([item.sku]);
  const { shelf, since, sku, open, reason, doc, by } = item;
  const days = daysSince(since, context.clock.now());
  return {
    item: item.item,
    sku,
    name: names.get(sku) ?? "",
    warehouse: shelf.warehouse,
    bin: shelf.bin,
    lot: shelf.lot,
    open,
    repairing,
    since: timeOf(since),
    days,
    old: days >= quarantineOldDays,
    reason,
    cause,
    by,
    doc,
    photos: [...photos],
    decisions: taken.map(({ decision, units, reason: why, by: who, at }) => ({
      decision,
      units,
      reason: why,
      by: who,
      at: timeOf(at),
    })),
  };
}
