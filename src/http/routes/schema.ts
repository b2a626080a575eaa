import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import type { TSchema } from "typebox";

/** The same app, which knows the types of a route's body, query and parameters from its schemas. */
export function typed(app: FastifyInstance) {
  return app.withTypeProvider<TypeBoxTypeProvider>();
}

/** Where the OpenAPI document lists a route, and what it says of it. */
export interface Described {
  readonly tags: string[];
  readonly summary: string;
}

export function describe(tag: string, summary: string): Described {
  return { tags: [tag], summary };
}

/** Answers of a route that may be created or repeated. */
export function createdOrRepeated<S extends TSchema>(schema: S) {
  return { 200: schema, 201: schema };
}
