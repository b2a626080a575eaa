import type { FastifyInstance, FastifyRequest } from "fastify";
import { KeyHeaders } from "../../api/goods.ts";
import {
  FindQuery,
  InspectionBody,
  MatchBody,
  ParcelCloseBody,
  ReturnBody,
  ReturnItem,
  ReturnPage,
  ReturnParams,
  ReturnsFound,
  ReturnsQuery,
  type OrderedReturnLine,
} from "../../api/returns.ts";
import { timeOf } from "../../api/text.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { effectOf } from "../../domain/order.ts";
import { returnsBinDefault, uninspected, type ReturnParcel } from "../../domain/returns/parcel.ts";
import { missingPhoto } from "../../engine/returns/photos.ts";
import { unknownParcel, type ReturnableLine } from "../../engine/returns/returns.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { describe, typed } from "./schema.ts";

const tag = "Returns";
const listedMax = 200;

/** Parcels that customers sent back: received, inspected line by line, booked as what was found. */
export const addReturnRoutes: AddRoutes = (app, context) => {
  addLists(app, context);
  addParcel(app, context);
  addInspection(app, context);
};

function addLists(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const read = context.guard("stock:read");

  routes.get(
    "/api/v1/returns",
    {
      onRequest: read,
      schema: {
        ...describe(tag, "Parcels that came back, the latest first"),
        querystring: ReturnsQuery,
        response: { 200: ReturnPage },
      },
    },
    async (request): Promise<ReturnPage> => {
      const { returns } = await context.shopOf(request);
      const { state = "all" } = request.query;
      const all = await returns.list();
      const shown = all.filter((one) => state === "all" || stateOf(one) === state).slice(0, listedMax);
      const items = [];
      for (const one of shown) items.push(await itemOf(context, request, one, []));
      return { items, waiting: all.filter((one) => stateOf(one) === "waiting").length };
    },
  );

  routes.get(
    "/api/v1/returns/find",
    {
      onRequest: read,
      schema: {
        ...describe(tag, "What a scanned waybill or order number means"),
        querystring: FindQuery,
        response: { 200: ReturnsFound },
      },
    },
    async (request): Promise<ReturnsFound> => {
      const { returns } = await context.shopOf(request);
      const found = await returns.find(request.query.code.trim());
      const parcels = [];
      for (const one of found.parcels.slice(0, listedMax)) {
        parcels.push(await itemOf(context, request, one, await returns.linesOf(one)));
      }
      const orders = [];
      for (const { lines, ...name } of found.orders) {
        orders.push({ ...name, lines: await orderedOf(context, request, lines) });
      }
      return { parcels, orders };
    },
  );
}

function addParcel(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/returns",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "A parcel has come back"),
        headers: KeyHeaders,
        body: ReturnBody,
        response: { 201: ReturnItem },
      },
    },
    async (request, reply): Promise<ReturnItem> => {
      const { returns } = await context.shopOf(request);
      const { warehouse = mainWarehouse, bin = returnsBinDefault, waybill = "" } = request.body;
      const { note = "", order = null, lines } = request.body;
      const asked = {
        request: request.headers["idempotency-key"],
        warehouse,
        bin,
        waybill: waybill.trim(),
        order,
        note,
        lines: lines.map(({ lineId = "", ...line }) => ({ ...line, lineId })),
      };
      await requireBin(context, request, request.body, asked.request);
      const received = requirePaper(await returns.receive(asked, context.caller(request)));
      reply.code(201);
      return wholeOf(context, request, received.state);
    },
  );

  routes.get(
    "/api/v1/returns/:parcel",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "A parcel with its order as it stands now"),
        params: ReturnParams,
        response: { 200: ReturnItem },
      },
    },
    async (request): Promise<ReturnItem> => {
      const { returns } = await context.shopOf(request);
      const parcel = await returns.get(request.params.parcel);
      if (parcel === null) throw paperProblem(unknownParcel);
      return wholeOf(context, request, parcel);
    },
  );
}

function addInspection(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/returns/:parcel/match",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Whose a parcel is was found out"),
        params: ReturnParams,
        body: MatchBody,
        response: { 200: ReturnItem },
      },
    },
    async (request): Promise<ReturnItem> => {
      const { returns } = await context.shopOf(request);
      const { parcel } = request.params;
      const matched = await returns.match(parcel, request.body, context.caller(request));
      return wholeOf(context, request, requirePaper(matched).state);
    },
  );

  routes.post(
    "/api/v1/returns/:parcel/close",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "What nobody has looked at did not come, or was booked elsewhere"),
        params: ReturnParams,
        body: ParcelCloseBody,
        response: { 200: ReturnItem },
      },
    },
    async (request): Promise<ReturnItem> => {
      const { returns } = await context.shopOf(request);
      const { parcel } = request.params;
      const closed = await returns.close(parcel, request.body.reason, context.caller(request));
      return wholeOf(context, request, requirePaper(closed).state);
    },
  );

  routes.post(
    "/api/v1/returns/:parcel/inspections",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "What was found of a part of a line: it is booked"),
        params: ReturnParams,
        body: InspectionBody,
        response: { 200: ReturnItem },
      },
    },
    async (request): Promise<ReturnItem> => {
      const { id, returns } = await context.shopOf(request);
      const { lineId = "", photos = [], ...looked } = request.body;
      const missing = await missingPhoto(context.store, id, photos);
      if (missing !== null) throw paperProblem(missing);
      const { parcel } = request.params;
      const inspected = await returns.inspect(parcel, { ...looked, lineId, photos }, context.caller(request));
      return wholeOf(context, request, requirePaper(inspected).state);
    },
  );
}

function stateOf(parcel: ReturnParcel): ReturnItem["state"] {
  return uninspected(parcel).length > 0 ? "waiting" : "done";
}

async function wholeOf(
  context: RouteContext,
  request: FastifyRequest,
  parcel: ReturnParcel,
): Promise<ReturnItem> {
  const { returns } = await context.shopOf(request);
  return itemOf(context, request, parcel, await returns.linesOf(parcel));
}

async function itemOf(
  context: RouteContext,
  request: FastifyRequest,
  parcel: ReturnParcel,
  ordered: readonly ReturnableLine[],
): Promise<ReturnItem> {
  const shop = await context.shopOf(request);
  const names = await shop.names.of([...parcel.lines, ...parcel.inspections].map(({ sku }) => sku));
  const nameOf = (sku: string): string => names.get(sku) ?? "";
  const { request: _asked, seq: _seq, arrivedAt, lines, inspections, ...rest } = parcel;
  return {
    ...rest,
    state: stateOf(parcel),
    arrivedAt: timeOf(arrivedAt),
    closed: parcel.closed?.reason ?? null,
    lines: lines.map((line) => {
      const own = inspections.filter((one) => one.lineId === line.lineId && one.sku === line.sku);
      const good = own.reduce((sum, one) => sum + one.good, 0);
      const bad = own.reduce((sum, one) => sum + one.bad, 0);
      const open = parcel.closed === null ? line.units - good - bad : 0;
      return { ...line, name: nameOf(line.sku), good, bad, open };
    }),
    inspections: inspections.map(({ seq: _number, at, photos, ...one }) => ({
      ...one,
      photos: [...photos],
      name: nameOf(one.sku),
      at: timeOf(at),
    })),
    ordered: await orderedOf(context, request, ordered),
  };
}

async function orderedOf(
  context: RouteContext,
  request: FastifyRequest,
  lines: readonly ReturnableLine[],
): Promise<OrderedReturnLine[]> {
  const shop = await context.shopOf(request);
  const names = await shop.names.of(lines.map(({ line }) => line.sku));
  return lines.map(({ line, returnable, waiting }) => {
    const { shipped, returnedGood, returnedBad } = effectOf(line);
    const { lineId, sku, quantity, stage, refund } = line;
    const name = names.get(sku) ?? "";
    return {
      lineId,
      sku,
      name,
      quantity,
      stage,
      refund,
      shipped,
      returnedGood,
      returnedBad,
      returnable,
      waiting,
    };
  });
}

/** Returns wait for a look where returns wait; somebody who names another bin is asked as with any goods. */
async function requireBin(
  context: RouteContext,
  request: FastifyRequest,
  { warehouse = mainWarehouse, bin, override, lines }: ReturnBody,
  key: string,
): Promise<void> {
  if (bin === undefined || bin === returnsBinDefault) return;
  const { returns } = await context.shopOf(request);
  // Said before, it stands there already.
  if ((await returns.list()).some((known) => known.request === key)) return;
  const puts = lines.map(({ sku, units }) => {
    return { path: "bin", warehouse, bin, sku, lot: "", quality: "good" as const, units };
  });
  await requirePuts(context, request, puts, { override, key });
}
