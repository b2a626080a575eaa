import { replaceEqualDeep } from "@tanstack/react-query";
import type { SessionNumbers, SessionView } from "../../api/session-view.ts";
import { Signal } from "../ui/signal.ts";
import { liveLimits, LiveStream, type LinkState } from "./live.ts";
import type { StreamEvent } from "./sse.ts";

/** What a screen knows of a session, and how far it can be trusted. */
export interface Seen<View> {
  /** Null until the first answer. */
  readonly view: View | null;
  readonly link: LinkState;
  /** What to add to this machine's clock to have the server's. */
  readonly offsetMs: number;
  /** On this machine's clock: since when the figures may be behind; null while they are right. */
  readonly staleSince: number | null;
}

/** A screen is drawn at most so often; what arrives meanwhile is in the next drawing. */
const drawMsMin = 90;

interface FeedOptions<View> {
  readonly url: string;
  /** The view after an event; null: the event says nothing about it. */
  readonly take: (before: View | null, event: StreamEvent) => View | null;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Holds a session's view as its stream tells it. Parts that did not change stay the same objects, so that only
 * what changed is drawn again.
 */
export class ViewFeed<View extends { readonly at: string }> {
  readonly #take: FeedOptions<View>["take"];
  readonly #stream: LiveStream;
  readonly #seen = new Signal<Seen<View>>({ view: null, link: "connecting", offsetMs: 0, staleSince: null });
  #next: Seen<View> = this.#seen.get();
  #heardAt = 0;
  #draw: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, take, fetch: send = (where, init) => fetch(where, init) }: FeedOptions<View>) {
    this.#take = take;
    this.#stream = new LiveStream({
      url,
      fetch: send,
      onEvent: (event) => this.#event(event),
      onState: (link) => this.#link(link),
    });
  }

  get = (): Seen<View> => this.#seen.get();

  follow = (follower: () => void): (() => void) => this.#seen.follow(follower);

  start(): void {
    this.#stream.start();
  }

  stop(): void {
    clearTimeout(this.#draw);
    this.#draw = undefined;
    this.#stream.stop();
  }

  /** The network is back, or somebody is impatient: tries at once. */
  hurry(): void {
    this.#stream.hurry();
  }

  /** A view that was asked for beside the stream; it counts only before the stream has spoken. */
  offer(view: View): void {
    if (this.#next.view === null) this.#show(view);
  }

  #event(event: StreamEvent): void {
    const after = this.#take(this.#next.view, event);
    this.#heardAt = Date.now();
    if (after === null) return;
    this.#show(replaceEqualDeep(this.#next.view, after));
    // The first right figures after a silence are not made to wait.
    if (this.#next.staleSince !== null) this.#flush({ ...this.#next, staleSince: null });
  }

  #show(view: View): void {
    const offsetMs = Date.parse(view.at) - Date.now();
    this.#next = { ...this.#next, view, offsetMs };
    this.#draw ??= setTimeout(() => this.#flush(this.#next), drawMsMin);
  }

  #link(link: LinkState): void {
    const lost = link === "lost" || link === "denied";
    const before = this.#next.staleSince;
    const staleSince = lost
      ? (before ?? Math.max(this.#heardAt, Date.now() - liveLimits.silenceMsMax))
      : before;
    this.#flush({ ...this.#next, link, staleSince });
  }

  #flush(seen: Seen<View>): void {
    clearTimeout(this.#draw);
    this.#draw = undefined;
    this.#next = seen;
    this.#seen.set(seen);
  }
}

/** Applies an event of `GET /sessions/:session/live`. */
export function takeSessionEvent(before: SessionView | null, event: StreamEvent): SessionView | null {
  if (event.event === "view") return JSON.parse(event.data) as SessionView;
  if (event.event !== "numbers" || before === null) return null;
  return applyNumbers(before, JSON.parse(event.data) as SessionNumbers);
}

/** Applies an event of `GET /screens/:token/live`, which sends whole views only. */
export function takeViewEvent<View>(_before: View | null, event: StreamEvent): View | null {
  return event.event === "view" ? (JSON.parse(event.data) as View) : null;
}

/** The view with what moves all the time put in. Numbers that are older than the view change nothing. */
export function applyNumbers(view: SessionView, numbers: SessionNumbers): SessionView {
  if (numbers.seq < view.seq) return view;
  const changed = new Map(numbers.items.map((item) => [item.sku, item]));
  return {
    ...view,
    seq: numbers.seq,
    at: numbers.at,
    totals: { ...view.totals, ...numbers.totals },
    skus: view.skus.map((one) => {
      const item = changed.get(one.sku);
      return item === undefined ? one : { ...one, ...item };
    }),
    current: view.current === null ? null : burnOn(view.current, numbers.at, changed.get(view.current.sku)),
  };
}

/** As many as the server sends: older points make room. */
const pointsMax = 240;
const pointMsMin = 5_000;

/** The curve goes on with the figure of the moment; within a few seconds its last point moves instead. */
function burnOn(
  curve: NonNullable<SessionView["current"]>,
  at: string,
  item: SessionNumbers["items"][number] | undefined,
): NonNullable<SessionView["current"]> {
  if (item === undefined) return curve;
  const now = Date.parse(at);
  const { points } = curve;
  const before = points.at(-2);
  const replace = before !== undefined && now - Date.parse(before.at) < pointMsMin;
  const kept = replace ? points.slice(0, -1) : points;
  const eta = item.etaMinutes;
  return {
    sku: curve.sku,
    points: [...kept, { at, sellable: item.sellable }].slice(-pointsMax),
    sellOutAt: eta === null ? null : new Date(now + eta * 60_000).toISOString(),
  };
}
