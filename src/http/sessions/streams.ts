import type { HostView, SessionNumbers, SessionView } from "../../api/session-view.ts";
import { feedLimits, type FeedReader, type Subscription } from "../../engine/feed.ts";
import type { LiveEngine } from "../../engine/live/live.ts";
import type { Looked } from "../../engine/live/look.ts";
import { skuOnAir } from "../../engine/live/names.ts";
import { runtimeLimits, type LiveRuntime } from "../../engine/live/runtime.ts";
import { Fanout } from "./fanout.ts";
import { hostViewOf } from "./host-view.ts";
import { buildNumbers, buildView, quickView } from "./view.ts";

export type StreamKind = "view" | HostView["kind"];

export const streamLimits = {
  /** A whole view at least so often; the look at which it is sent comes at most a second later. */
  wholeEveryMs: runtimeLimits.lookEveryMs - 1_000,
  streamsKept: 200,
} as const;

interface Built {
  readonly looked: Looked;
  readonly view: SessionView;
  readonly json: string;
}

/** The streams of one session: each message is made and serialised once, however many read it. */
class SessionStream {
  readonly #live: LiveEngine;
  readonly #session: string;
  readonly #fanouts: Readonly<Record<StreamKind, Fanout>>;
  readonly #hostTold = new Map<string, string>();
  readonly #told = new Map<string, string>();
  #built: Built | null = null;
  /** The last look, and the last that readers were told of. */
  #looked: Looked | null = null;
  #toldLook: Looked | null = null;
  #unwatch: (() => void) | null = null;
  #waiting: (() => void) | null = null;
  #toldAt = Number.NEGATIVE_INFINITY;
  #totalsTold = "";
  #shape = "";
  #wholeAt = Number.NEGATIVE_INFINITY;

  constructor(live: LiveEngine, session: string) {
    this.#live = live;
    this.#session = session;
    const { clock } = live.options;
    this.#fanouts = { view: new Fanout(clock), host: new Fanout(clock), overlay: new Fanout(clock) };
  }

  get readers(): number {
    const { view, host, overlay } = this.#fanouts;
    return view.size + host.size + overlay.size;
  }

  admit(kind: StreamKind): void {
    this.#fanouts[kind].admit();
  }

  async view(): Promise<SessionView | null> {
    const looked = await this.#runtime().look();
    return looked === null ? null : this.#build(looked).view;
  }

  async hostView(kind: HostView["kind"]): Promise<HostView | null> {
    const looked = await this.#runtime().look();
    return looked === null ? null : this.#hostView(looked, kind);
  }

  async subscribe(reader: FeedReader, kind: StreamKind): Promise<Subscription | null> {
    const fanout = this.#fanouts[kind];
    // Whoever joins others begins with what they were told last: what follows is the difference to that.
    const fresh = this.readers === 0 ? await this.#runtime().look() : null;
    const looked = (this.readers > 0 ? this.#toldLook : null) ?? fresh ?? (await this.#runtime().look());
    if (looked === null) return null;
    if (fanout.size === 0) this.#begin(looked, kind);
    const subscription = fanout.join(reader);
    const json = kind === "view" ? this.#build(looked).json : JSON.stringify(this.#hostView(looked, kind));
    fanout.give(reader, fanout.message("view", json));
    if (this.#unwatch === null) this.#unwatch = this.#runtime().watch((one) => this.#tell(one));
    else this.#runtime().wake();
    return {
      close: () => {
        subscription.close();
        if (this.readers === 0) this.#stop();
      },
    };
  }

  /** The first reader of a kind is told all of this look. */
  #begin(looked: Looked, kind: StreamKind): void {
    this.#toldLook = looked;
    if (kind === "view") this.#tellWhole(looked);
    else this.#hostTold.set(kind, wordsOf(this.#hostView(looked, kind)));
  }

  #tellWhole(looked: Looked): Built {
    this.#shape = shapeOf(looked);
    this.#wholeAt = this.#live.options.clock.elapsedMs();
    const built = this.#build(looked);
    this.#told.clear();
    this.#saysNew(buildNumbers(looked, built.view, this.#told));
    return built;
  }

  close(): void {
    this.#stop();
    for (const fanout of Object.values(this.#fanouts)) fanout.close();
  }

  #runtime(): LiveRuntime {
    return this.#live.runtime(this.#session);
  }

  #stop(): void {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#waiting?.();
    this.#waiting = null;
    this.#looked = null;
    this.#toldLook = null;
    this.#built = null;
  }

  /** At once, or when so many readers may be told again: then with what is known by then. */
  #tell(looked: Looked): void {
    this.#looked = looked;
    if (this.#waiting !== null) return;
    const { clock } = this.#live.options;
    const waitMs = this.#toldAt + this.readers * feedLimits.msPerReader - clock.elapsedMs();
    if (waitMs <= 0) return this.#tellNow(looked);
    this.#waiting = clock.after(waitMs, () => {
      this.#waiting = null;
      if (this.#looked !== null) this.#tellNow(this.#looked);
    });
  }

  /** Numbers between two views; a view when its shape is another, and every ten seconds. */
  #tellNow(looked: Looked): void {
    const { clock } = this.#live.options;
    this.#toldAt = clock.elapsedMs();
    this.#toldLook = looked;
    const { view, host, overlay } = this.#fanouts;
    if (this.readers === 0) return this.#stop();
    const isOld = clock.elapsedMs() - this.#wholeAt >= streamLimits.wholeEveryMs;
    if (view.size > 0 && (isOld || shapeOf(looked) !== this.#shape)) {
      view.broadcast(view.message("view", this.#tellWhole(looked).json));
    } else if (view.size > 0) {
      const numbers = buildNumbers(looked, quickView(looked), this.#told);
      if (this.#saysNew(numbers)) view.broadcast(view.message("numbers", JSON.stringify(numbers)));
    }
    if (host.size > 0) this.#tellHosts(looked, "host");
    if (overlay.size > 0) this.#tellHosts(looked, "overlay");
  }

  #saysNew({ items, totals }: SessionNumbers): boolean {
    const json = JSON.stringify(totals);
    const isNew = items.length > 0 || json !== this.#totalsTold;
    this.#totalsTold = json;
    return isNew;
  }

  #tellHosts(looked: Looked, kind: HostView["kind"]): void {
    const host = this.#hostView(looked, kind);
    const told = wordsOf(host);
    if (this.#hostTold.get(kind) === told) return;
    this.#hostTold.set(kind, told);
    const fanout = this.#fanouts[kind];
    fanout.broadcast(fanout.message("view", JSON.stringify(host)));
  }

  #hostView(looked: Looked, kind: HostView["kind"]): HostView {
    return hostViewOf(this.#build(looked).view, looked.open.plan.hostScreen, kind);
  }

  #build(looked: Looked): Built {
    if (this.#built?.looked === looked) return this.#built;
    const sku = skuOnAir(looked);
    const view = buildView(looked, sku === null ? null : this.#runtime().curve(sku));
    this.#built = { looked, view, json: JSON.stringify(view) };
    return this.#built;
  }
}

/** What only the time has changed is no news. */
function wordsOf(host: HostView): string {
  return JSON.stringify({ ...host, at: "" });
}

/** What a page must have whole: everything but the numbers that move all the time. */
function shapeOf({ open, stocks, screens, settings }: Looked): string {
  const terms = [...stocks.values()].map(
    ({ price, limitPerBuyer, bufferUnits, selling, name }) =>
      `${price}/${limitPerBuyer}/${bufferUnits}/${selling}/${name}`,
  );
  return [open.version, open.state.seq, settings, screens.length, ...terms].join("|");
}

/** The streams of a shop's sessions in this process. */
export class SessionStreams {
  readonly #live: LiveEngine;
  readonly #streams = new Map<string, SessionStream>();

  constructor(live: LiveEngine) {
    this.#live = live;
    live.atClose(() => {
      for (const stream of this.#streams.values()) stream.close();
      this.#streams.clear();
    });
  }

  of(session: string): SessionStream {
    const known = this.#streams.get(session);
    if (known !== undefined) return known;
    // Those that nobody reads any more hold nothing that cannot be made again.
    if (this.#streams.size >= streamLimits.streamsKept)
      for (const [id, stream] of this.#streams) if (stream.readers === 0) this.#streams.delete(id);
    const made = new SessionStream(this.#live, session);
    this.#streams.set(session, made);
    return made;
  }
}

const streams = new WeakMap<LiveEngine, SessionStreams>();

export function streamsOf(live: LiveEngine): SessionStreams {
  const known = streams.get(live) ?? new SessionStreams(live);
  streams.set(live, known);
  return known;
}
