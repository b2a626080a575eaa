import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { checkUrl, mayConnect } from "./policy.ts";
import type { NetPolicy } from "./policy.ts";

/** What of the global `fetch` is used here, so that either it or the guarded one can be given. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** Resolves a name to all its addresses, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The address is not one that the policy lets this server call. */
export class AddressBlocked extends Error {
  override readonly name = "AddressBlocked";
  readonly host: string;
  constructor(host: string) {
    super(`${host} is not an address that may be called`);
    this.host = host;
  }
}

export const socketsPerHostMax = 8;

const resolveBySystem: Resolve = (hostname, done) => {
  // A name that cannot be resolved comes without a list, whatever the types say.
  systemLookup(hostname, { all: true }, (error, addresses) => done(error, error === null ? addresses : []));
};

/** Resolves a name and refuses it when one of its addresses is not allowed: a guarded `dns.lookup`. */
export function guardedLookup(policy: NetPolicy, resolve: Resolve = resolveBySystem): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !mayConnect(address, policy)))
        return callback(new AddressBlocked(hostname), "", 0);
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * A `fetch` for addresses that users typed. The check happens where the connection is opened, on the address
 * that is really connected to, so a name that resolves to another place a second later gains nothing. It
 * follows no redirect. How much of the answer is read is the reader's business.
 *
 * Rejects with `AddressBlocked`, or with the system's error, also when the signal ends it.
 */
export function guardedFetch(policy: NetPolicy, resolve?: Resolve): Fetch {
  const options = {
    keepAlive: true,
    maxSockets: socketsPerHostMax,
    lookup: guardedLookup(policy, resolve),
  };
  const agents = { "https:": new https.Agent(options), "http:": new http.Agent(options) };
  return async (text, init) => {
    const checked = checkUrl(text, policy);
    if (!checked.ok) throw new AddressBlocked(URL.parse(text)?.hostname ?? "?");
    const { url } = checked;
    init.signal.throwIfAborted();
    return request(url, init, url.protocol === "https:" ? agents["https:"] : agents["http:"]);
  };
}

function request(url: URL, init: FetchInit, agent: http.Agent): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const body = typeof init.body === "string" ? Buffer.from(init.body) : init.body;
  const call = (url.protocol === "https:" ? https : http).request(
    url,
    {
      method: init.method,
      agent,
      signal: init.signal,
      headers: {
        ...init.headers,
        "accept-encoding": "identity",
        ...(body === undefined ? {} : { "content-length": String(body.byteLength) }),
      },
    },
    (answer) => {
      try {
        resolve(responseOf(answer));
      } catch (error) {
        answer.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
  );
  call.on("error", reject);
  call.end(body);
  return promise;
}

/** Its body is read as far as the reader wants it; cancelling it ends the connection. */
function responseOf(answer: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = answer.statusCode ?? 0;
  // The class refuses a body with these.
  const empty = status === 204 || status === 205 || status === 304;
  if (empty) answer.resume();
  // Node's stream and a browser's differ in their types alone, and the page's program reads this file, too.
  const body = empty
    ? null
    : (Readable.toWeb(answer) as unknown as ConstructorParameters<typeof Response>[0]);
  return new Response(body, { status, headers });
}
