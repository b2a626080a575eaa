import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../api/problem.ts";
import { shelfWords } from "../../domain/floor/shelf.ts";
import { skuKey } from "../../domain/text.ts";
import type { Put } from "../../engine/floor/floor-plan.ts";
import { identityOf, type RouteContext } from "../deps.ts";
import { keepOverride } from "./overrides.ts";

interface PutsRequest {
  readonly override: string | undefined;
  readonly key: string;
  /** The ledger's key of what is asked. Absent: that of a person's request. */
  readonly record?: string;
}

type WantedPut = Omit<Put, "sku"> & { readonly sku: string };

/**
 * Units may be put down where somebody wants to, or the zone's rule is passed over with a reason by somebody who may.
 * @param key of the request: what was passed over is kept once under it
 * @throws ProblemError `zone_refuses` with fitting bins; `forbidden` for an override without the right
 */
export async function requirePuts(
  context: RouteContext,
  request: FastifyRequest,
  puts: readonly WantedPut[],
  { override, key, record = `key:${key}` }: PutsRequest,
): Promise<void> {
  const shop = await context.shopOf(request);
  const wanted = puts.map((put) => ({ ...put, sku: skuKey(put.sku) }));
  const refused = await shop.floorPlan.problem(wanted);
  if (refused === null) return;
  // Said before and done: that the bin is full now is because of it.
  if ((await context.store.read.record(shop.id, record)) !== null) return;
  const { put, why, proposed } = refused;
  if (override === undefined) {
    const words = shelfWords[why];
    const offer = proposed.slice(0, 3);
    const zh = offer.length === 0 ? "" : `；可以放：${offer.join("、")}`;
    const en = offer.length === 0 ? "" : `; these take it: ${offer.join(", ")}`;
    throw new ProblemError("zone_refuses", {
      path: put.path,
      why,
      bin: put.bin,
      sku: put.sku,
      proposed: proposed.map((bin) => ({ bin })),
      problem: `${words.en}${en}`,
      problemZh: `${words.zh}${zh}`,
    });
  }
  if (!identityOf(request).scopes.has("catalog:write"))
    throw new ProblemError("forbidden", { scope: "catalog:write" });
  await keepOverride(context, request, { key, put, why, reason: override });
}
