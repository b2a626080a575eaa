import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../engine/clock.ts";
import type { Log } from "../../engine/errors.ts";
import { httpLimits } from "../../http/limits.ts";
import { readCertificates, type Certificates, type Names } from "./certificates.ts";

/** How often a server that runs for months looks whether its certificate still holds. */
const lookEveryMs = 12 * 3_600_000;

export interface HttpsOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly clock: Pick<Clock, "now" | "random" | "after">;
  readonly log: Pick<Log, "warn">;
}

export interface HttpsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Under what the machine may be asked for in its own network. */
export function machineNames(): Names {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ address }) => !address.includes("%") && !address.startsWith("fe80"))
    .map(({ address }) => address);
  const name = hostname().toLowerCase();
  const own = /^[a-z0-9][a-z0-9.-]*$/.test(name)
    ? [name, ...(name.includes(".") ? [] : [`${name}.local`])]
    : [];
  return {
    dns: [...new Set(["localhost", ...own])],
    ip: [...new Set(["127.0.0.1", "::1", ...addresses])],
  };
}

export function certificatesOf({
  dataDir,
  clock,
}: Pick<HttpsOptions, "dataDir" | "clock">): Promise<Certificates> {
  const { random } = clock;
  return readCertificates(dataDir, machineNames(), { now: clock.now(), random: (bytes) => random(bytes) });
}

/** The same application once more, over TLS. It closes before the application does. */
export async function listenHttps(
  app: FastifyInstance,
  { port, host, ...options }: HttpsOptions,
): Promise<HttpsListener> {
  const { certificate, key } = await certificatesOf(options);
  const server = createServer(
    {
      cert: certificate,
      key,
      minVersion: "TLSv1.2",
      headersTimeout: httpLimits.headerMsMax,
      keepAliveTimeout: httpLimits.keepAliveMs,
      requestTimeout: 0,
    },
    (request, response) => app.routing(request, response),
  );
  server.timeout = httpLimits.silenceMsMax;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => resolve());
  });
  const callOff = renew(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      callOff();
      return closeServer(server, options.clock);
    },
  };
}

/** A certificate that ends, or an address that is new, is replaced while the server runs. */
function renew(server: Server, options: Omit<HttpsOptions, "port" | "host">): () => void {
  let callOff = (): void => undefined;
  const look = (): void => {
    callOff = options.clock.after(lookEveryMs, () => {
      certificatesOf(options)
        .then(({ certificate, key }) => server.setSecureContext({ cert: certificate, key }))
        .catch((error: unknown) => options.log.warn({ err: error }, "the certificate could not be renewed"))
        .finally(look);
    });
  };
  look();
  return () => callOff();
}

async function closeServer(server: Server, clock: Pick<Clock, "after">): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const callOff = clock.after(httpLimits.closeMsMax, () => server.closeAllConnections());
  await closed;
  callOff();
}
