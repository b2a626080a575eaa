import type { FastifyInstance } from "fastify";
import { PlanBody, SupplierReturnBody, type PlanAnswer, type SupplierReturn } from "../../api/analysis.ts";
import { KeyHeaders } from "../../api/goods.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import { instantOf } from "../../api/text.ts";
import {
  bundlesOf,
  clearancePlan,
  unitsToReturn,
  type Bundle,
  type Chosen,
} from "../../domain/analysis/plan.ts";
import type { Who } from "../../engine/papers.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { requireDone } from "../answers.ts";
import { requirePaper } from "../counts/refused.ts";
import type { RouteContext } from "../deps.ts";
import type { SlowPage } from "../reports/pages.ts";
import { newSessionId, requireValid } from "../sessions/plan.ts";
import { sessionItem } from "../sessions/present.ts";
import { requireSaved } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Analysis";

/** Slow movers become plans: the draft of a session with the listings of its bundles, or goods set aside for the supplier. */
export function addPlanRoutes(
  app: FastifyInstance,
  context: RouteContext,
  readSlow: (shop: OpenShop) => Promise<SlowPage>,
): void {
  addSessionRoute(app, context, readSlow);
  addSupplierRoute(app, context);
}

function addSessionRoute(
  app: FastifyInstance,
  context: RouteContext,
  readSlow: (shop: OpenShop) => Promise<SlowPage>,
): void {
  typed(app).post(
    "/api/v1/analysis/plans",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Draft a session of the chosen slow movers, with the listings of its bundles"),
        body: PlanBody,
      },
    },
    async (request, reply): Promise<PlanAnswer> => {
      const shop = await context.shopOf(request);
      const { title, startsAt, channels, chosen } = request.body;
      const movers = moversOf(await readSlow(shop), chosen);
      const options = { id: newSessionId(context.clock), title, channels, startsAt: instantOf(startsAt) };
      const plan = clearancePlan(movers, options);
      if (plan.slots.length === 0) throw new ProblemError("conflict", noSlots);
      await requireValid(context.store.read, shop.id, plan, null);
      const who = context.caller(request);
      const bundles = await readBundles(context, shop, movers);
      for (const channel of bundles.length === 0 ? [] : channels) {
        const items = bundles.map(({ listing }) => listing);
        requireDone(await shop.batcher.submit({ type: "putListings", channel, items, ...whoOf(who) }));
      }
      const acted = await shop.sessions.create(plan, who);
      reply.code(201);
      const saved = sessionItem(requireSaved(acted, acted.ok ? null : await shop.sessions.get(plan.id)));
      const sets = bundles.map(({ listing, ...bundle }) => ({ ...bundle, listing: listing.listing }));
      return { ...saved, bundles: sets };
    },
  );
}

function whoOf({ actor, at }: Who): Who {
  return { actor, at };
}

/** The proposals as they stand now: what the page showed may be a day old. */
function moversOf({ slow, prices: pairs }: SlowPage, chosen: PlanBody["chosen"]): readonly Chosen[] {
  const prices = new Map(pairs);
  return chosen.map(({ sku, action }, index) => {
    const mover = slow.find((one) => one.sku === sku);
    const proposal = mover?.proposals.find((one) => one.action === action);
    if (mover === undefined || proposal === undefined)
      throw invalidBody({
        path: `chosen[${index}]`,
        problem: "it is no slow mover any more, or that was not proposed for it",
        problemZh: "它已不是滞销品，或没有这个建议",
      });
    return { mover, proposal, price: prices.get(sku) ?? 0 };
  });
}

async function readBundles(
  { store }: RouteContext,
  shop: OpenShop,
  movers: readonly Chosen[],
): Promise<readonly Bundle[]> {
  const skus = new Set(
    movers.flatMap(({ mover, proposal }) =>
      proposal.action === "bundle" ? [mover.sku, String(proposal.values["sku"] ?? "")] : [],
    ),
  );
  const known = new Map<string, { name: string; price: number }>();
  for (const sku of skus) {
    const found = await store.read.sku(shop.id, sku);
    if (found !== null) known.set(sku, { name: found.sku.name, price: found.sku.price });
  }
  return bundlesOf(movers, (sku) => known.get(sku) ?? { name: sku, price: 0 });
}

function addSupplierRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/analysis/supplier-returns",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "Set the free units of slow movers aside, to go back to the supplier"),
        headers: KeyHeaders,
        body: SupplierReturnBody,
      },
    },
    async (request, reply): Promise<SupplierReturn> => {
      const shop = await context.shopOf(request);
      const { skus, reason } = request.body;
      const key = request.headers["idempotency-key"];
      const who = context.caller(request);
      const items: { sku: string; units: number }[] = [];
      for (const [index, sku] of skus.entries()) {
        const found = await context.store.read.sku(shop.id, sku);
        if (found === null)
          throw invalidBody({
            path: `skus[${index}]`,
            problem: "there is no such SKU",
            problemZh: "没有这个商品",
          });
        let units = 0;
        for (const { units: some, ...shelf } of unitsToReturn(found.stocks, found.placements)) {
          const place = `${found.sku.sku}/${shelf.warehouse}/${shelf.bin}/${shelf.lot}`;
          const asked = { ...shelf, sku: found.sku.sku, units: some, reason, photos: [] };
          requirePaper(await shop.quarantine.put({ ...asked, request: `${key}/${place}` }, who));
          units += some;
        }
        items.push({ sku: found.sku.sku, units });
      }
      reply.code(201);
      return { items, units: items.reduce((sum, one) => sum + one.units, 0) };
    },
  );
}

const noSlots = {
  problem: "what goes back to the supplier needs no session",
  problemZh: "退供应商的商品不用排场次",
};
