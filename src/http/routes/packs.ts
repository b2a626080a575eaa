import type { FastifyRequest } from "fastify";
import { PacksFields, PhoneCodes } from "../../api/packs.ts";
import { invalidBody } from "../../api/problem.ts";
import { SkuParams } from "../../api/stock.ts";
import { isBadGtin, packKind, type Pack } from "../../domain/floor/pack.ts";
import { compareText, skuKey } from "../../domain/text.ts";
import { readPacks } from "../../engine/floor/packs.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { describe, typed } from "./schema.ts";
import { unknownSku } from "./stock.ts";

const tag = "SKUs";
/** Lots that a phone is told of: those of a warehouse that keeps several lots of a thousand SKUs. */
const lotsMax = 20_000;

/** How many units are in a case, and the codes that a phone keeps for when it has no network. */
export const addPackRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;

  routes.get(
    "/api/v1/skus/:sku/packs",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "The cases of a SKU"), params: SkuParams, response: { 200: PacksFields } },
    },
    async (request): Promise<PacksFields> => {
      const { id } = await context.shopOf(request);
      const sku = await knownSku(context, id, request.params.sku);
      return { packs: [...((await readPacks(store.read, id)).get(sku) ?? [])] };
    },
  );

  routes.put(
    "/api/v1/skus/:sku/packs",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Set how many units are in the cases of a SKU, and their codes"),
        params: SkuParams,
        body: PacksFields,
        response: { 200: PacksFields },
      },
    },
    async (request): Promise<PacksFields> => {
      const shop = await context.shopOf(request);
      const sku = await knownSku(context, shop.id, request.params.sku);
      const packs = request.body.packs.map(({ code, units }) => ({ code: plain(code), units }));
      await requireOwnCodes(context, shop, sku, packs);
      await savePacks(context, request, sku, packs);
      return { packs };
    },
  );

  routes.get(
    "/api/v1/codes",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe("Counting", "The codes of cases and lots, for a phone without a network"),
        response: { 200: PhoneCodes },
      },
    },
    async (request): Promise<PhoneCodes> => {
      const { id, counts } = await context.shopOf(request);
      const packs = [...(await readPacks(store.read, id))].flatMap(([sku, own]) =>
        own.map((pack) => ({ sku, ...pack })),
      );
      const lots = new Map<string, { sku: string; lot: string }>();
      for (const { sku, lot } of (await counts.standing()).floor.cells())
        if (lot !== "") lots.set(`${sku}\u0000${lot}`, { sku, lot });
      const sorted = [...lots.values()].toSorted((a, b) => compareText(a.lot, b.lot));
      return { packs, lots: sorted.slice(-lotsMax) };
    },
  );
};

function plain(code: string): string {
  return code.normalize("NFKC").trim();
}

/** @throws ProblemError `unknown_sku` */
async function knownSku(context: RouteContext, shop: number, code: string): Promise<string> {
  const found = await context.store.read.sku(shop, skuKey(code));
  if (found === null) throw unknownSku(code);
  return found.sku.sku;
}

/** A code means one thing: a case's is no product's, nor another case's. @throws ProblemError `invalid_body` */
async function requireOwnCodes(
  context: RouteContext,
  { id, counts }: OpenShop,
  sku: string,
  packs: readonly Pack[],
): Promise<void> {
  const goods = [...(await counts.goods.all()).values()];
  const others = [...(await readPacks(context.store.read, id))].filter(([other]) => other !== sku);
  for (const [index, { code }] of packs.entries()) {
    if (code === "") continue;
    const path = `packs[${index}].code`;
    const folded = code.toUpperCase();
    const same = (text: string): boolean => text.toUpperCase() === folded;
    if (isBadGtin(code))
      throw invalidBody({
        path,
        problem: "its check digit is wrong: scan the case once more",
        problemZh: "箱码的校验位不对，请再扫一次",
      });
    const taken =
      goods.some((good) => [good.sku, good.code, ...good.barcodes].some(same)) ||
      others.some(([, own]) => own.some((pack) => same(pack.code))) ||
      packs.some((pack, other) => other < index && same(pack.code));
    if (taken)
      throw invalidBody({
        path,
        problem: "this code is a product's or another case's already",
        problemZh: "这个码已经是别的商品或别的箱的，一个码只能代表一样东西",
      });
  }
}

async function savePacks(
  context: RouteContext,
  request: FastifyRequest,
  sku: string,
  packs: readonly Pack[],
): Promise<void> {
  const { id } = await context.shopOf(request);
  const before = await context.store.read.document(id, packKind, sku);
  if (before === null && packs.length === 0) return;
  const version = before?.version ?? 0;
  await putDocument(context, request, { kind: packKind, id: sku, version, body: { packs } });
}
