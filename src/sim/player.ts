import type { Broadcast, Item } from "./broadcast.ts";
import { Books } from "./books.ts";
import type { Crew } from "./crew.ts";
import { callOf, catalogueCalls, eventBody, eventsCall, planCall, type Call } from "./calls.ts";

/** Plays a broadcast against the API, and keeps account of what was answered. */

export interface WireAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How the API is reached. */
export type Wire = (call: Call) => Promise<WireAnswer>;

/** Whose time the broadcast follows. */
export interface Pace {
  /** Resolves when that moment is there. */
  reach(at: number, signal?: AbortSignal): Promise<void>;
}

export interface PlayerOptions {
  readonly broadcast: Broadcast;
  readonly wire: Wire;
  readonly pace: Pace;
  /** When the session goes live, in milliseconds since 1970. */
  readonly origin: number;
  /** What arrives within so much simulated time is sent together. */
  readonly tickMs: number;
  /** Somebody sits in the control room. */
  readonly crew?: Pick<Crew, "look">;
  readonly signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

export interface Progress {
  /** Simulated milliseconds from the beginning. */
  readonly at: number;
  readonly of: number;
  readonly tally: Tally;
}

/** What was sent and what was answered. */
export interface Tally {
  readonly calls: number;
  readonly events: number;
  readonly duplicates: number;
  readonly stale: number;
  /** Events that left a line without a unit. */
  readonly short: number;
  readonly reserved: number;
  /** Strict calls that were refused, by the code of the refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** What should not be: `METHOD path status code`, with how often. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Strict selling may say these: they are answers, not failures. */
const refusals = new Set([
  "insufficient_stock",
  "purchase_limit",
  "selling_stopped",
  "presale_quota",
  "hold_expired",
]);
/** These go side by side with what platforms tell; everything else waits its turn. */
const flowing: ReadonlySet<Item["kind"]> = new Set(["reserve", "pay", "cancel", "samples"]);
const eventsPerCall = 2_000;
const strictInFlightMax = 32;
const openedMsMax = 5_000;
const openedEveryMs = 50;

export class Player {
  readonly books: Books;
  readonly #options: PlayerOptions;
  readonly #refused = new Set<string>();
  readonly #tally = {
    calls: 0,
    events: 0,
    duplicates: 0,
    stale: 0,
    short: 0,
    reserved: 0,
    refused: {} as Record<string, number>,
    failures: {} as Record<string, number>,
  };
  #next = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.books = new Books(options.broadcast);
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** The catalogue and the plan. @throws where the catalogue is refused: nothing could be played */
  async setUp(): Promise<void> {
    const { broadcast, origin } = this.#options;
    for (const call of catalogueCalls(broadcast)) {
      const { status, body } = await this.#send(call);
      if (status >= 300) throw new Error(`${call.method} ${call.path}: ${status} ${JSON.stringify(body)}`);
    }
    await this.#must(planCall(broadcast, origin));
  }

  /**
   * Plays what comes before a moment, in simulated milliseconds from the beginning; all of it without one. May be
   * called again for what follows.
   */
  async play(until = Infinity): Promise<void> {
    const { broadcast, origin, pace, tickMs, signal } = this.#options;
    const { items } = broadcast;
    for (let item = items[this.#next]; item !== undefined && item.at < until; item = items[this.#next]) {
      const end = Math.min(until, (Math.floor(item.at / tickMs) + 1) * tickMs);
      await pace.reach(origin + end, signal);
      if (signal?.aborted === true) return;
      const first = this.#next;
      while ((items[this.#next]?.at ?? Infinity) < end) this.#next += 1;
      await this.#sendTick(items.slice(first, this.#next));
      await this.#options.crew?.look(end);
      this.#options.onProgress?.({ at: end, of: broadcast.endMs, tally: this.#tally });
    }
    await pace.reach(origin + Math.min(until, broadcast.endMs), signal);
  }

  async #sendTick(items: readonly Item[]): Promise<void> {
    let flow: Item[] = [];
    for (const item of items) {
      if (item.kind === "event" || flowing.has(item.kind)) {
        flow.push(item);
        continue;
      }
      await this.#sendFlow(flow);
      flow = [];
      const { status } = await this.#must(this.#callOf(item));
      if (status < 300) this.books.add(item, 0);
      if (item.kind === "life" && item.step === "go_live") await this.#untilOpened();
    }
    await this.#sendFlow(flow);
  }

  /** The session writes down what it opens with in a moment of its own: nothing is sold before that. */
  async #untilOpened(): Promise<void> {
    const path = `/api/v1/sessions/${encodeURIComponent(this.#options.broadcast.plan.id)}/view`;
    const until = performance.now() + openedMsMax;
    while (performance.now() < until && this.#options.signal?.aborted !== true) {
      const { status, body } = await this.#send({ method: "GET", path });
      if (status !== 200) return;
      if ((body as { skus: readonly { opening: number }[] }).skus.some(({ opening }) => opening > 0)) return;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, openedEveryMs);
      });
    }
  }

  async #sendFlow(flow: readonly Item[]): Promise<void> {
    const events = new Map<string, Extract<Item, { kind: "event" }>[]>();
    const orders = new Map<string, StrictItem[]>();
    for (const item of flow) {
      if (item.kind === "event") keep(events, item.channel, item);
      else if (item.kind === "reserve" || item.kind === "pay" || item.kind === "cancel")
        keep(orders, item.orderId, item);
    }
    const samples = flow.flatMap((item) => (item.kind === "samples" ? [this.#must(this.#callOf(item))] : []));
    const queue = [...orders.values()].values();
    const strict = Array.from({ length: Math.min(strictInFlightMax, orders.size) }, async () => {
      for (const calls of queue) for (const call of calls) await this.#ask(call);
    });
    await Promise.all([...samples, ...strict, ...[...events.values()].map((told) => this.#tell(told))]);
  }

  async #tell(items: readonly Extract<Item, { kind: "event" }>[]): Promise<void> {
    for (let first = 0; first < items.length; first += eventsPerCall) {
      const part = items.slice(first, first + eventsPerCall);
      const bodies = part.map(({ channel, event }) => eventBody(channel, event, this.#options.origin));
      const { status, body } = await this.#must(eventsCall(bodies));
      if (status >= 300) continue;
      const { results } = body as { results: readonly { result: string; code?: string }[] };
      for (const [index, item] of part.entries()) this.#told(item, results[index] ?? { result: "missing" });
    }
  }

  #told(item: Item, { result, code }: { readonly result: string; readonly code?: string }): void {
    this.#tally.events += 1;
    if (result === "duplicate") this.#tally.duplicates += 1;
    else if (result === "stale") this.#tally.stale += 1;
    else if (result === "shortage") this.#tally.short += 1;
    else if (result !== "applied") {
      this.#fail(`order-events ${result} ${code ?? ""}`);
      return;
    }
    this.books.add(item, 0);
  }

  /** A strict call. What follows a refused reservation is not sent: nobody pays for what they did not get. */
  async #ask(item: StrictItem): Promise<void> {
    if (this.#refused.has(item.orderId)) return;
    const call = this.#callOf(item);
    const { status, body } = await this.#send(call);
    if (status < 300) {
      if (item.kind === "reserve") this.#tally.reserved += 1;
      this.books.add(item, holdOf(body, this.#options.origin + item.at));
      return;
    }
    if (item.kind === "reserve") this.#refused.add(item.orderId);
    const code = codeOf(body);
    if (refusals.has(code)) this.#tally.refused[code] = (this.#tally.refused[code] ?? 0) + 1;
    else this.#fail(`${call.method} ${shapeOf(call.path)} ${status} ${code}`);
  }

  #callOf(item: Exclude<Item, { kind: "event" }>): Call {
    return callOf(item, this.#options.broadcast.plan.id, this.#options.origin);
  }

  async #must(call: Call): Promise<WireAnswer> {
    const answer = await this.#send(call);
    if (answer.status >= 300)
      this.#fail(`${call.method} ${shapeOf(call.path)} ${answer.status} ${codeOf(answer.body)}`);
    return answer;
  }

  #send(call: Call): Promise<WireAnswer> {
    this.#tally.calls += 1;
    return this.#options.wire(call);
  }

  #fail(what: string): void {
    this.#tally.failures[what] = (this.#tally.failures[what] ?? 0) + 1;
  }
}

type StrictItem = Extract<Item, { kind: "reserve" | "pay" | "cancel" }>;

function keep<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function codeOf(body: unknown): string {
  const found = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
  return typeof found === "string" ? found : "";
}

/** How long the units are held, as the shop says it. */
function holdOf(body: unknown, placedAt: number): number {
  const until = typeof body === "object" && body !== null && "expiresAt" in body ? body.expiresAt : null;
  return typeof until === "string" ? Date.parse(until) - placedAt : Infinity;
}

/** The path without what is different in each call. */
function shapeOf(path: string): string {
  return path.replace(/^\/api\/v1/, "").replace(/\/reservations\/.*\//, "/reservations/…/");
}
