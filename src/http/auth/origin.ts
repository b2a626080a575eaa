import type { FastifyRequest } from "fastify";

/**
 * Where a request comes from, as the browser tells it: `same` from a page of this server, `cross` from another
 * site, `unknown` when nothing is said, as programs do.
 */
export type Provenance = "same" | "cross" | "unknown";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether the request may change something. */
export function isMutation(request: FastifyRequest): boolean {
  return !safeMethods.has(request.method);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/**
 * Judges by Sec-Fetch-Site, which a page cannot forge but which browsers leave out on plain http, and by Origin,
 * which they send with every POST. Hosts are compared without the scheme: behind a proxy that ends TLS this
 * server sees http where the browser sees https.
 * @param baseUrl the configured address, for proxies that do not pass the host on
 */
export function provenanceOf(request: FastifyRequest, baseUrl: string | null): Provenance {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (site === "same-origin") return "same";
  if (typeof origin === "string") {
    const host = hostOf(origin);
    if (host === null) return "cross";
    if (baseUrl !== null && host === new URL(baseUrl).host) return "same";
    // A browser that says "same-site" or "cross-site" has compared more than the host.
    return site === undefined && host === request.host.toLowerCase() ? "same" : "cross";
  }
  return site === undefined ? "unknown" : "cross";
}
