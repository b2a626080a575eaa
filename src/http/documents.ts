import type { FastifyRequest } from "fastify";
import { ProblemError } from "../api/problem.ts";
import type { Document } from "../domain/rows.ts";
import { requireDone } from "./answers.ts";
import type { RouteContext } from "./deps.ts";

/** Small things that people edit, by their kind and id, with a version that rises. */

/** @throws ProblemError `not_found` */
export async function documentOf(
  context: RouteContext,
  request: FastifyRequest,
  kind: string,
  id: string,
): Promise<Document> {
  const shop = await context.shopOf(request);
  const document = await context.store.read.document(shop.id, kind, id);
  if (document === null) throw new ProblemError("not_found", { kind, id });
  return document;
}

/**
 * Writes a document over the version that was read; 0 creates it, a null body removes it.
 * @returns the version that it has now
 * @throws ProblemError `version_conflict`: somebody else was faster
 */
export async function putDocument(
  context: RouteContext,
  request: FastifyRequest,
  write: Pick<Document, "kind" | "id" | "version" | "body">,
): Promise<number> {
  const shop = await context.shopOf(request);
  const { actor, at } = context.caller(request);
  const outcome = await shop.batcher.submit({ type: "putDocument", actor, at, ...write });
  requireDone(outcome);
  return outcome.code === "applied" ? write.version + 1 : write.version;
}
