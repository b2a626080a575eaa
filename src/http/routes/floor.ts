import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  BinBody,
  BinFileAnswer,
  BinFileQuery,
  BinItem,
  BinItems,
  BinParams,
  BinsQuery,
  FloorQuery,
  MoveBody,
  OverrideItems,
  PutAwayAnswer,
  PutAwayQuery,
  ZoneBody,
  ZoneItem,
  ZoneItems,
  ZoneParams,
  floorApiLimits,
} from "../../api/floor.ts";
import { KeyHeaders, SeqAnswer } from "../../api/goods.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { moveKey } from "../../domain/floor/done-key.ts";
import { zoneByName, type Bin } from "../../domain/floor/shelf.ts";
import { skuKey } from "../../domain/text.ts";
import { movedOf } from "../../engine/counts/times.ts";
import { readBinList, type ListedBin } from "../../import/bin-list.ts";
import { ImportFileError } from "../../import/problem.ts";
import { sendSeq } from "../answers.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { bookMove } from "../floor/late-move.ts";
import { listOverrides } from "../floor/overrides.ts";
import { useOf, zoneItem } from "../floor/present.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { deviceOf, saidOf } from "./count-sheet.ts";
import { createdOrRepeated, describe, typed } from "./schema.ts";

const tag = "Floor";
const fileBytesMax = 8 * 1_048_576;
const examplesMax = 8;
const overridesMax = 50;
const proposedMax = 8;

/** Zones, bins, and moves of goods from one bin to another. */
export const addFloorRoutes: AddRoutes = (app, context) => {
  addZoneRoutes(app, context);
  addBinRoutes(app, context);
  addBinEdits(app, context);
  addMoveRoute(app, context);
  addPutAwayRoutes(app, context);
  app.register(async (files) => {
    // A file is taken as it is, whatever it calls itself.
    files.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: fileBytesMax } as const;
    files.addContentTypeParser("*", options, (_request, body, done) => done(null, body));
    addBinFileRoute(files, context);
  });
};

function addZoneRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const change = context.guard("catalog:write");

  routes.get(
    "/api/v1/zones",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Zones in the order of the way, with what stands in them"),
        querystring: FloorQuery,
        response: { 200: ZoneItems },
      },
    },
    async (request): Promise<ZoneItems> => ({
      items: await zonesOf(context, request, request.query.warehouse),
    }),
  );

  routes.put(
    "/api/v1/zones/:warehouse/:zone",
    {
      onRequest: change,
      schema: {
        ...describe(tag, "Create a zone or change its rules"),
        params: ZoneParams,
        body: ZoneBody,
        response: { 200: ZoneItem },
      },
    },
    async (request): Promise<ZoneItem> => {
      const { warehouse, zone } = request.params;
      await requireWarehouse(context, request, warehouse);
      const { floorPlan } = await context.shopOf(request);
      const { name, purpose, categories = [], exclusive = false, sharing = "any", route } = request.body;
      const known = await floorPlan.zones(warehouse);
      const before = known.find((one) => one.zone === zone)?.route;
      const last = known.at(-1)?.route ?? 0;
      await floorPlan.putZone(
        {
          warehouse,
          zone,
          name,
          purpose,
          categories,
          exclusive: exclusive && categories.length > 0,
          sharing,
          route: route ?? before ?? last + 1,
        },
        context.caller(request),
      );
      const saved = (await zonesOf(context, request, warehouse)).find((one) => one.zone === zone);
      if (saved === undefined) throw unknownPlace("zone");
      return saved;
    },
  );

  routes.delete(
    "/api/v1/zones/:warehouse/:zone",
    { onRequest: change, schema: { ...describe(tag, "Remove a zone; its bins stay"), params: ZoneParams } },
    async (request, reply) => {
      const { warehouse, zone } = request.params;
      const { floorPlan } = await context.shopOf(request);
      if ((await floorPlan.zones(warehouse)).every((one) => one.zone !== zone)) throw unknownPlace("zone");
      await floorPlan.removeZone(warehouse, zone, context.caller(request));
      return reply.code(204).send();
    },
  );
}

async function zonesOf(
  context: RouteContext,
  request: FastifyRequest,
  warehouse: string | undefined,
): Promise<ZoneItem[]> {
  const { id, floorPlan } = await context.shopOf(request);
  const all = (await context.store.read.warehouses(id)).map((one) => one.warehouse);
  const items: ZoneItem[] = [];
  for (const one of warehouse === undefined ? all : [warehouse]) {
    const zones = await floorPlan.zones(one);
    if (zones.length === 0) continue;
    const [bins, standing] = [await floorPlan.bins(one), await floorPlan.standing(one)];
    const use = useOf(standing);
    for (const zone of zones) items.push(zoneItem(zone, bins.values(), use));
  }
  return items;
}

function addBinRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);

  routes.get(
    "/api/v1/bins",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Bins in the order of the way: those of the list, and all that hold goods"),
        querystring: BinsQuery,
        response: { 200: BinItems },
      },
    },
    async (request): Promise<BinItems> => {
      const { warehouse, zone, search = "", limit = floorApiLimits.binsShownDefault } = request.query;
      const { floorPlan } = await context.shopOf(request);
      const use = useOf(await floorPlan.standing(warehouse));
      const folded = search.trim().toUpperCase();
      const found = [...(await floorPlan.bins(warehouse)).values()].filter(
        (bin) => (zone === undefined || bin.zone === zone) && bin.bin.toUpperCase().includes(folded),
      );
      return { items: found.slice(0, limit).map((bin) => binItem(bin, use)), total: found.length };
    },
  );
}

function addBinEdits(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const change = context.guard("catalog:write");

  routes.put(
    "/api/v1/bins/:warehouse/:bin",
    {
      onRequest: change,
      schema: {
        ...describe(tag, "Enter a bin or change it"),
        params: BinParams,
        body: BinBody,
        response: { 200: BinItem },
      },
    },
    async (request): Promise<BinItem> => {
      const { warehouse, bin } = request.params;
      await requireWarehouse(context, request, warehouse);
      const { floorPlan } = await context.shopOf(request);
      const before = (await floorPlan.bins(warehouse)).get(bin);
      const zones = await floorPlan.zones(warehouse);
      const { zone, route, unitsMax, active } = request.body;
      const after: Bin = {
        warehouse,
        bin,
        zone: zone ?? before?.zone ?? zoneByName(bin, zones) ?? "",
        // 0: beside the others of its zone, by its name.
        route: route ?? (await floorPlan.entered(warehouse, bin))?.route ?? 0,
        unitsMax: unitsMax === undefined ? (before?.unitsMax ?? null) : unitsMax,
        active: active ?? before?.active ?? true,
      };
      await floorPlan.putBins([after], context.caller(request));
      const saved = (await floorPlan.bins(warehouse)).get(bin) ?? after;
      return binItem(saved, useOf(await floorPlan.standing(warehouse)));
    },
  );

  routes.delete(
    "/api/v1/bins/:warehouse/:bin",
    {
      onRequest: change,
      schema: { ...describe(tag, "Take a bin off the list; what stands there stays"), params: BinParams },
    },
    async (request, reply) => {
      const { warehouse, bin } = request.params;
      const { floorPlan } = await context.shopOf(request);
      await floorPlan.removeBin(warehouse, bin, context.caller(request));
      return reply.code(204).send();
    },
  );
}

function binItem(bin: Bin, use: ReturnType<typeof useOf>): BinItem {
  const here = use.get(bin.bin);
  const { zone, route, unitsMax, active } = bin;
  return { bin: bin.bin, zone, route, unitsMax, active, units: here?.units ?? 0, skus: here?.skus.size ?? 0 };
}

function addBinFileRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/bins/import",
    {
      bodyLimit: fileBytesMax,
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "A list of bins from a CSV file or a workbook, the file as the body"),
        querystring: BinFileQuery,
        response: { 200: BinFileAnswer },
      },
    },
    async (request): Promise<BinFileAnswer> => {
      const { warehouse, dryRun = false } = request.query;
      await requireWarehouse(context, request, warehouse);
      const { floorPlan } = await context.shopOf(request);
      const body = request.body as Buffer | undefined;
      const file = await readFile(body ?? Buffer.alloc(0));
      const zones = await floorPlan.zones(warehouse);
      const named = new Set(file.bins.flatMap(({ zone }) => (zone === null ? [] : [zone])));
      const fresh = [...named].filter((zone) => zones.every((one) => one.zone !== zone));
      const all = [...zones, ...fresh.map((zone) => ({ zone }))];
      const bins = file.bins.map((bin, index) => listedBin(warehouse, bin, index, all));
      const known = await floorPlan.bins(warehouse);
      if (!dryRun) await floorPlan.putBins(bins, context.caller(request));
      return {
        bins: bins.length,
        fresh: bins.filter((bin) => !known.has(bin.bin)).length,
        zones: fresh,
        saved: !dryRun,
        examples: bins.slice(0, examplesMax).map((bin) => binItem(bin, new Map())),
        problems: [...file.problems],
        columns: file.columns.map(({ header, field }) => ({ header, field })),
      };
    },
  );
}

function listedBin(
  warehouse: string,
  { bin, zone, route, unitsMax, active }: ListedBin,
  index: number,
  zones: readonly { readonly zone: string }[],
): Bin {
  const of = zone ?? zoneByName(bin, zones) ?? "";
  return { warehouse, bin, zone: of, route: route ?? index + 1, unitsMax, active };
}

async function readFile(bytes: Buffer): ReturnType<typeof readBinList> {
  try {
    return await readBinList(bytes, floorApiLimits.binsPerFileMax);
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    throw invalidBody({ path: "", problem: error.en, problemZh: error.zh });
  }
}

function addMoveRoute(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/moves",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Move units from one bin to another; nothing but their shelf changes"),
        headers: KeyHeaders,
        body: MoveBody,
        response: createdOrRepeated(SeqAnswer),
      },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      const {
        override,
        warehouse = mainWarehouse,
        quality = "good",
        lot,
        bin = "",
        device,
        clock,
        from,
        to,
        first,
        last,
        ...move
      } = request.body;
      const key = request.headers["idempotency-key"];
      const { sku, toBin, quantity: units } = move;
      if (bin === toBin) throw invalidBody(sameBin);
      const put = { path: "toBin", warehouse, bin: toBin, sku, lot: lot ?? "", quality, units };
      const { actor, at: now } = context.caller(request);
      const moved = movedOf(saidOf({ from, to, first, last }), deviceOf({ device, clock }), now);
      const record = moveKey(key, moved);
      await requirePuts(context, request, [put], { override, key, record });
      const adjust = { type: "adjust", action: "put_away", key: record, actor, at: moved.at } as const;
      const named = { ...move, ...(lot === undefined ? {} : { lot }) };
      const command = { ...adjust, warehouse, quality, bin, ...named };
      sendSeq(reply, await bookMove(shop, command, { request: key, moved, now }));
      return reply;
    },
  );
}

function addPutAwayRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.get(
    "/api/v1/put-away",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Where goods may be put away, the best bin first"),
        querystring: PutAwayQuery,
        response: { 200: PutAwayAnswer },
      },
    },
    async (request): Promise<PutAwayAnswer> => {
      const { warehouse = mainWarehouse, lot = "", quality = "good", units = 1, ...query } = request.query;
      const sku = skuKey(query.sku);
      const { floorPlan } = await context.shopOf(request);
      const found = await floorPlan.putAway(warehouse, { sku, lot, quality, units }, proposedMax);
      return {
        items: found.map(({ bin, standing }) => {
          const own = standing.filter((one) => one.sku === sku && one.quantity > 0);
          const sameLot = own.some((one) => one.lot === lot);
          const why = sameLot
            ? "same_lot"
            : own.length > 0
              ? "same_sku"
              : standing.length === 0
                ? "empty"
                : "shared";
          return {
            bin: bin.bin,
            zone: bin.zone,
            why,
            units: standing.reduce((sum, one) => sum + one.quantity, 0),
          };
        }),
      };
    },
  );

  routes.get(
    "/api/v1/zone-overrides",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Where a zone's rule was passed over, and why"),
        response: { 200: OverrideItems },
      },
    },
    async (request): Promise<OverrideItems> => listOverrides(context, request, overridesMax),
  );
}

const sameBin = {
  path: "toBin",
  problem: "it stands there already: give another bin",
  problemZh: "货已经在这个库位，请换一个目标库位",
};

/** @throws ProblemError `unknown_warehouse` */
export async function requireWarehouse(
  context: RouteContext,
  request: FastifyRequest,
  warehouse: string,
): Promise<void> {
  const { id } = await context.shopOf(request);
  if ((await context.store.read.warehouses(id)).some((one) => one.warehouse === warehouse)) return;
  throw new ProblemError("unknown_warehouse", { path: "warehouse", warehouse });
}

function unknownPlace(what: "zone" | "bin"): ProblemError {
  return new ProblemError("not_found", {
    path: what,
    what: `such ${what}`,
    whatZh: what === "zone" ? "这个库区" : "这个库位",
  });
}
