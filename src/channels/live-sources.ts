import type { Document, Instant } from "../domain/rows.ts";
import type { Seal } from "../engine/notify/seal.ts";
import type { RoomSample } from "../store/activities.ts";
import type { ShopId } from "../store/store.ts";
import type { Fault } from "./check.ts";
import type { LiveSample, LiveSource } from "./live-source/live-source.ts";
import { openLiveSource } from "./live-source/registry.ts";
import { guardedFetch, type Fetch, type Resolve } from "./net/guarded-fetch.ts";
import type { NetPolicy } from "./net/policy.ts";

/** A live source as its document keeps it. */
export interface LiveSourceRecord {
  readonly name: string;
  readonly kind: "push" | "agora";
  /** The configuration as JSON, sealed. */
  readonly sealed: string;
  readonly active: boolean;
}

export const liveSourceKind = "live-source";

export function liveSourceOf(document: Document): LiveSourceRecord {
  return document.body as LiveSourceRecord;
}

export interface LiveSourcesOptions {
  readonly seal: Seal;
  readonly policy: NetPolicy;
  readonly resolve?: Resolve;
}

interface Open {
  readonly version: number;
  readonly source: LiveSource;
  polledAt: Instant;
}

/** The shop's live sources while they run: each remembers what it was told, as long as its settings stay. */
export class LiveSources {
  readonly #options: LiveSourcesOptions;
  readonly #fetch: Fetch;
  readonly #open = new Map<string, Open>();

  constructor(options: LiveSourcesOptions) {
    this.#options = options;
    this.#fetch = guardedFetch(options.policy, options.resolve);
  }

  /** What is wrong with a configuration as a person entered it, or null. */
  faultOf(kind: string, configuration: unknown): Fault | null {
    const opened = openLiveSource(kind, configuration);
    return opened.ok ? null : opened.fault;
  }

  sealed(configuration: unknown): string {
    return this.#options.seal.seal(JSON.stringify(configuration));
  }

  /** The source of a document; null: it is switched off, or its configuration cannot be opened any more. */
  sourceOf(shop: ShopId, document: Document): LiveSource | null {
    return this.#of(shop, document)?.source ?? null;
  }

  /** Asks a source when its time has come: the samples, or none. Never rejects. */
  async poll(
    shop: ShopId,
    document: Document,
    now: Instant,
    signal: AbortSignal,
  ): Promise<readonly LiveSample[]> {
    const open = this.#of(shop, document);
    if (open === null || open.source.pollEveryMs === null) return [];
    if (now - open.polledAt < open.source.pollEveryMs) return [];
    open.polledAt = now;
    return open.source.poll({ now, fetch: this.#fetch, signal });
  }

  #of(shop: ShopId, document: Document): Open | null {
    const record = liveSourceOf(document);
    if (!record.active) return null;
    const key = `${shop}/${document.id}`;
    const known = this.#open.get(key);
    if (known?.version === document.version) return known;
    let configuration: unknown;
    try {
      configuration = JSON.parse(this.#options.seal.open(record.sealed));
    } catch {
      return null;
    }
    const opened = openLiveSource(record.kind, configuration);
    if (!opened.ok) return null;
    const open: Open = {
      version: document.version,
      source: opened.source,
      polledAt: Number.NEGATIVE_INFINITY,
    };
    this.#open.set(key, open);
    return open;
  }
}

/** As the store keeps it. An amount in another currency than the shop's is not known. */
export function roomSampleOf(
  { room, at, viewers, likes, amount, gap }: LiveSample,
  currency: string,
): RoomSample {
  const minor = amount === null || amount.currency !== currency ? null : amount.minor;
  return { room, at, viewers, likes, amount: minor, gap: gap?.code ?? null };
}
