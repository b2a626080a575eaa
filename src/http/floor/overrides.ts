import type { FastifyRequest } from "fastify";
import type { OverrideItems } from "../../api/floor.ts";
import { timeOf } from "../../api/text.ts";
import type { ShelfRefusal } from "../../domain/floor/shelf.ts";
import type { Put } from "../../engine/floor/floor-plan.ts";
import type { RouteContext } from "../deps.ts";

/** That a zone's rule was passed over, and why: one document each, under the key of the request. */
const overrideKind = "zone-override";

type OverrideBody = Omit<OverrideItems["items"][number], "at" | "by">;

export async function keepOverride(
  context: RouteContext,
  request: FastifyRequest,
  { key, put, why, reason }: { key: string; put: Put; why: ShelfRefusal; reason: string },
): Promise<void> {
  const shop = await context.shopOf(request);
  const { actor, at } = context.caller(request);
  const { warehouse, bin, sku, units } = put;
  const body: OverrideBody = { warehouse, bin, sku, units, why, reason };
  // Said again under its key it is there already, and stays as it was.
  await shop.batcher.submit({
    type: "putDocument",
    kind: overrideKind,
    id: key,
    version: 0,
    body,
    actor,
    at,
  });
}

/** The latest first. */
export async function listOverrides(
  context: RouteContext,
  request: FastifyRequest,
  limit: number,
): Promise<OverrideItems> {
  const { id } = await context.shopOf(request);
  const documents = (await context.store.read.documents(id, overrideKind)).toSorted(
    (a, b) => b.updatedAt - a.updatedAt,
  );
  return {
    items: documents.slice(0, limit).flatMap(({ body, updatedAt, updatedBy }) => {
      if (body === null) return [];
      return [{ ...(body as OverrideBody), at: timeOf(updatedAt), by: updatedBy }];
    }),
  };
}
