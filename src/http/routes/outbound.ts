import type { FastifyInstance } from "fastify";
import {
  OutboundAnswer,
  OutboundEntriesBody,
  ParcelsBody,
  WaveBody,
  WaveCancelBody,
  WaveItem,
  WavePage,
  WaveParams,
  WavePreview,
  WaveSheet,
  outboundApiLimits,
} from "../../api/outbound.ts";
import { timeOf } from "../../api/text.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import { linesInWave, type Wave } from "../../domain/outbound/wave.ts";
import { stagingPrefix } from "../../domain/place.ts";
import { skuKey } from "../../domain/text.ts";
import { readCountPolicy } from "../../engine/counts/policy.ts";
import { outboundLimits, unknownWave } from "../../engine/outbound/outbound.ts";
import { wantLimits, type WaveRequest } from "../../engine/outbound/want.ts";
import type { OutboundEntry as Entry } from "../../engine/outbound/taking.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { waveItem, wavePreview, waveSheet } from "../outbound/present.ts";
import { deviceOf, itemResult, saidOf } from "./count-sheet.ts";
import { describe, typed } from "./schema.ts";

const tag = "Picking and shipping";
const dayMs = 24 * hourMs;
const stagingBinDefault = `${stagingPrefix}区`;

/** Pick lists, picking with a scan for each shelf, and parcels. */
export const addOutboundRoutes: AddRoutes = (app, context) => {
  addWaves(app, context);
  addWave(app, context);
  addEntries(app, context);
  addParcels(app, context);
};

function requestOf(body: WaveBody): WaveRequest {
  const { warehouse = mainWarehouse, limit = wantLimits.ordersDefault, partial = false, lifeDays = 0 } = body;
  const { channel, sku, olderThanMinutes, orders } = body;
  return {
    warehouse,
    ordersMax: orders === undefined ? limit : orders.length,
    // Whoever names an order wants what there is of it.
    partial: partial || orders !== undefined,
    lifeMsMin: lifeDays * dayMs,
    ...(channel === undefined ? {} : { channel }),
    ...(sku === undefined ? {} : { sku: skuKey(sku) }),
    ...(olderThanMinutes === undefined ? {} : { olderThanMinutes }),
    ...(orders === undefined ? {} : { orders }),
  };
}

function itemOf({ outbound }: OpenShop, wave: Wave): WaveItem {
  return waveItem(wave, outbound.waitingOf(wave.wave));
}

function addWaves(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");
  const write = context.guard("stock:write");
  routes.get(
    "/api/v1/outbound",
    { onRequest: see, schema: { ...describe(tag, "Waves, the latest first"), response: { 200: WavePage } } },
    async (request): Promise<WavePage> => {
      const shop = await context.shopOf(request);
      await shop.outbound.follow();
      const waves = await shop.outbound.list(outboundApiLimits.wavesListedMax);
      return { items: waves.map((wave) => itemOf(shop, wave)) };
    },
  );

  routes.post(
    "/api/v1/outbound/preview",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "What a wave would be: orders, bins, what is left out and why"),
        body: WaveBody,
        response: { 200: WavePreview },
      },
    },
    async (request): Promise<WavePreview> => {
      const shop = await context.shopOf(request);
      const asked = requestOf(request.body);
      const plan = await shop.outbound.preview(asked);
      const { policy } = await readCountPolicy(context.store.read, shop.id);
      const unscanned = policy.picks[asked.warehouse] !== "scanned";
      return wavePreview(plan, await shop.counts.goods.all(), unscanned);
    },
  );

  routes.post(
    "/api/v1/outbound",
    {
      onRequest: write,
      schema: { ...describe(tag, "Start a wave"), body: WaveBody, response: { 201: WaveItem } },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      const { stagingBin = stagingBinDefault, purpose = "" } = request.body;
      const asked = { ...requestOf(request.body), stagingBin: stagingBin.trim(), purpose };
      const opened = requirePaper(await shop.outbound.open(asked, context.caller(request)));
      reply.code(201);
      return itemOf(shop, opened.state);
    },
  );
}

function addWave(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");
  routes.get(
    "/api/v1/outbound/:wave",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "A wave: its stops, its orders, what goes back, its parcels"),
        params: WaveParams,
        response: { 200: WaveSheet },
      },
    },
    async (request): Promise<WaveSheet> => {
      const shop = await context.shopOf(request);
      await shop.outbound.follow();
      const wave = await shop.outbound.get(request.params.wave);
      if (wave === null) throw paperProblem(unknownWave);
      return waveSheet(wave, {
        goods: await shop.counts.goods.all(),
        waiting: shop.outbound.waitingOf(wave.wave),
        holds: await holdsOf(shop, wave),
        serverAt: context.clock.now(),
      });
    },
  );

  routes.post(
    "/api/v1/outbound/:wave/cancel",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Nothing more is picked, and what was picked goes back"),
        params: WaveParams,
        body: WaveCancelBody,
        response: { 200: WaveItem },
      },
    },
    async (request): Promise<WaveItem> => {
      const shop = await context.shopOf(request);
      const { wave } = request.params;
      const { reason } = request.body;
      const cancelled = await shop.outbound.cancel(wave, reason, context.caller(request));
      return itemOf(shop, requirePaper(cancelled).state);
    },
  );
}

/** Why orders of a wave that still wait may not be sent. */
async function holdsOf({ outbound }: OpenShop, wave: Wave): Promise<ReadonlyMap<string, Words>> {
  const waiting = [...linesInWave(wave).values()].filter(({ want, open, staged }) => {
    const isHeld = wave.tasks.some(({ dropped }) =>
      dropped.some((one) => one.why === "held" && orderKeyOf(one) === orderKeyOf(want)),
    );
    return open + staged > 0 || isHeld;
  });
  const orders = [...new Map(waiting.map(({ want }) => [orderKeyOf(want), want]))];
  const holds = new Map<string, Words>();
  for (let start = 0; start < orders.length; start += outboundLimits.readsAtOnce) {
    const part = orders.slice(start, start + outboundLimits.readsAtOnce);
    const found = await Promise.all(part.map(([, want]) => outbound.holdOf(want)));
    for (const [index, [key]] of part.entries()) {
      const hold = found[index] ?? null;
      if (hold !== null) holds.set(key, hold.words);
    }
  }
  return holds;
}

function addEntries(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");
  const { clock } = context;
  routes.post(
    "/api/v1/outbound/:wave/entries",
    {
      onRequest: write,
      schema: {
        ...describe(
          tag,
          "What was picked, missing or put back; each is answered, and sent twice it counts once",
        ),
        params: WaveParams,
        body: OutboundEntriesBody,
        response: { 200: OutboundAnswer },
      },
    },
    async (request): Promise<OutboundAnswer> => {
      const shop = await context.shopOf(request);
      const { entries, ...device } = request.body;
      const { wave } = request.params;
      const asked = entries.map(entryOf);
      const taken = requirePaper(
        await shop.outbound.enter(wave, asked, deviceOf(device), context.caller(request)),
      );
      const results = taken.results.map(itemResult);
      return { results, item: itemOf(shop, taken.wave), serverAt: timeOf(clock.now()) };
    },
  );
}

function addParcels(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");
  const { clock } = context;
  routes.post(
    "/api/v1/outbound/:wave/parcels",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Parcels leave, each with a waybill of its own; an order can have several"),
        params: WaveParams,
        body: ParcelsBody,
        response: { 200: OutboundAnswer },
      },
    },
    async (request): Promise<OutboundAnswer> => {
      const shop = await context.shopOf(request);
      const { parcels, ...device } = request.body;
      const asked = parcels.map(({ carrier = "", lines = null, queued = false, ...parcel }) => ({
        ...parcel,
        ...saidOf(parcel),
        carrier,
        lines,
        queued,
      }));
      const { wave } = request.params;
      const taken = requirePaper(
        await shop.outbound.ship(wave, asked, deviceOf(device), context.caller(request)),
      );
      const results = taken.results.map(itemResult);
      return { results, item: itemOf(shop, taken.wave), serverAt: timeOf(clock.now()) };
    },
  );
}

function entryOf(entry: OutboundEntriesBody["entries"][number]): Entry {
  const queued = entry.queued ?? false;
  switch (entry.kind) {
    case "pick":
      return { ...entry, ...saidOf(entry), queued, lot: entry.lot ?? null, mode: entry.mode ?? "scan" };
    case "put_back":
      return { ...entry, ...saidOf(entry), queued, lot: entry.lot ?? null };
    case "missing":
    default:
      return { ...entry, ...saidOf(entry), queued };
  }
}
