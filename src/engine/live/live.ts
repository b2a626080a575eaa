import { createHmac } from "node:crypto";
import type { Instant } from "../../domain/rows.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../errors.ts";
import type { OpenShop } from "../shops.ts";
import type { Heard } from "./look.ts";
import { LiveRuntime } from "./runtime.ts";
import type { SessionSales } from "./sales.ts";
import { Actions } from "./actions.ts";
import { Chores } from "./chores.ts";
import { Reviews } from "./reviews.ts";
import { Screens } from "./screens.ts";

export interface LiveOptions {
  readonly store: Store;
  readonly shop: OpenShop;
  readonly clock: Clock;
  readonly log: Log;
}

export const liveLimits = {
  /** A session that nobody looked at for so long is looked up anew the next time. */
  idleMsMax: 300_000,
  /** How late a channel is, is known for so long after its last message. */
  lagKnownMs: 300_000,
  /** Minutes that lie further back are not read at every look. */
  lateMs: 60_000,
  /** How much of a new delay of a channel goes into what is shown: the rest is what it was. */
  lagShare: 0.3,
} as const;

/** Which orders are sampled is chance to whoever does not know the key. */
function chanceOf(key: string): (text: string) => number {
  return (text) => createHmac("sha256", key).update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** The live sessions of one shop in this process. */
export class LiveEngine {
  readonly screens: Screens;
  readonly reviews: Reviews;
  readonly chores: Chores;
  readonly actions: Actions;
  readonly #options: LiveOptions;
  readonly #runtimes = new Map<string, LiveRuntime>();
  readonly #channels = new Map<string, Heard>();
  readonly #atClose = new Set<() => void>();
  #unwatch: (() => void) | null = null;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.screens = new Screens(options);
    this.reviews = new Reviews(options, chanceOf(options.clock.random(32)));
    this.chores = new Chores(this);
    this.actions = new Actions(this);
  }

  get options(): LiveOptions {
    return this.#options;
  }

  /** The session's runtime; it is made when it is first asked for. */
  runtime(session: string): LiveRuntime {
    const known = this.#runtimes.get(session);
    if (known !== undefined) return known;
    this.#prune();
    const { store, shop } = this.#options;
    const made = new LiveRuntime(session, {
      ...this.#options,
      heard: (sales, channels) => this.#heardOf(sales, channels),
      screens: (id) => this.screens.list(id),
    });
    if (this.#closed) made.close();
    else this.#runtimes.set(session, made);
    this.#unwatch ??= store.watch(shop.id, () => {
      for (const one of this.#runtimes.values()) one.wake();
    });
    return made;
  }

  /**
   * An order event of a channel came.
   * @param happenedAt what the event says; its delay is how late the channel is
   */
  heard(channel: string, happenedAt: Instant): void {
    const now = this.#options.clock.now();
    const lagMs = Math.max(0, now - happenedAt);
    const before = this.#channels.get(channel)?.lagMs ?? null;
    const share = liveLimits.lagShare;
    this.#channels.set(channel, {
      at: now,
      lagMs: before === null ? lagMs : before + (lagMs - before) * share,
    });
    if (lagMs < liveLimits.lateMs) return;
    for (const runtime of this.#runtimes.values()) runtime.late(happenedAt);
  }

  /** Figures of rooms came: whoever watches a session with one of them hears of it. */
  touchRooms(): void {
    for (const runtime of this.#runtimes.values()) runtime.touchRooms();
  }

  /** Calls `run` when the engine closes: whoever streams ends then. */
  atClose(run: () => void): void {
    if (this.#closed) run();
    else this.#atClose.add(run);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const run of this.#atClose) run();
    this.#unwatch?.();
    this.#unwatch = null;
    for (const runtime of this.#runtimes.values()) runtime.close();
    this.#runtimes.clear();
    this.screens.close();
  }

  /** What this process heard itself, or what the books say was sold: another node may have heard it. */
  #heardOf(sales: SessionSales, channels: readonly string[]): ReadonlyMap<string, Heard> {
    const now = this.#options.clock.now();
    const heard = new Map<string, Heard>();
    for (const channel of channels) {
      const own = this.#channels.get(channel);
      const soldAt = sales.lastSaleAt(channel, now);
      const lagMs = own !== undefined && now - own.at < liveLimits.lagKnownMs ? own.lagMs : null;
      if (own !== undefined && own.at >= (soldAt ?? 0)) heard.set(channel, { at: own.at, lagMs });
      else if (soldAt !== null) heard.set(channel, { at: soldAt, lagMs });
    }
    return heard;
  }

  #prune(): void {
    for (const [session, runtime] of this.#runtimes) {
      if (runtime.idleMs < liveLimits.idleMsMax) continue;
      runtime.close();
      this.#runtimes.delete(session);
    }
  }
}
