import type { Observe } from "../../domain/command.ts";
import { effectOf } from "../../domain/order.ts";
import {
  decideReview,
  nextSampling,
  orderKey,
  sampleOrders,
  samplingOf,
  type OrderRef,
  type Review,
  type ReviewAnswer,
  type SamplingPolicy,
} from "../../domain/live/review.ts";
import type { SessionState } from "../../domain/live/fold.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { By } from "./commands.ts";
import type { LiveOptions } from "./live.ts";
import type { Looked } from "./look.ts";
import { refuse, type Refused } from "./refuse.ts";

/** A random sample of the orders of a spike waits for a person with the goods in hand. */

const ordersReadMax = 500;
/** Orders placed longer ago are no part of the spike. */
const sampledBackMs = 2 * minuteMs;

/** A keyed hash of a text to [0, 1). */
export type Chance = (text: string) => number;

export class Reviews {
  readonly #options: LiveOptions;
  readonly #chance: Chance;
  /** Being decided right now: the job leaves them alone. */
  readonly #deciding = new Set<string>();

  constructor(options: LiveOptions, chance: Chance) {
    this.#options = options;
    this.#chance = chance;
  }

  /** Begins or ends the sampling by the orders a minute, takes what is sampled, and keeps it waiting. */
  async tend(looked: Looked, by: By): Promise<number> {
    const { open, session } = looked;
    const id = open.plan.id;
    const { ordersPerMinute, expectedOrdersPerMinute } = session;
    const policy = samplingOf(looked.policyOf(null));
    const next = (state: SessionState) =>
      nextSampling(
        { on: state.sampling, by: state.samplingBy },
        ordersPerMinute,
        expectedOrdersPerMinute,
        policy,
      );
    if (next(open.state) !== null) {
      await this.#options.shop.sessions.act(id, ({ state }) => {
        const body = state.life === "live" ? next(state) : null;
        return body === null ? [] : [{ kind: "sampling", ...by, body }];
      });
    }
    const taken = open.state.sampling ? await this.#take(open, policy, by) : 0;
    await this.keep(open, by);
    return taken;
  }

  /** What is under review waits, also after the session has ended. */
  async keep({ plan, state }: OpenSession, by: By): Promise<void> {
    for (const review of state.reviews.values()) await this.#keep(plan.id, review, by);
  }

  async #take(open: OpenSession, policy: SamplingPolicy, by: By): Promise<number> {
    const { store, shop } = this.#options;
    const page = await store.read.orders(shop.id, { state: "paid", limit: ordersReadMax });
    const byOrder = new Map<string, { readonly ref: OrderRef; readonly lines: Line[] }>();
    for (const line of page.items) {
      if (line.session !== open.plan.id || line.placedAt < by.at - sampledBackMs || line.shipped > 0)
        continue;
      const ref = { channel: line.channel, orderId: line.orderId };
      const known = byOrder.get(orderKey(ref)) ?? { ref, lines: [] };
      known.lines.push(line);
      byOrder.set(orderKey(ref), known);
    }
    const refs = [...byOrder.values()]
      .map((order) => order.ref)
      .filter((ref) => !open.state.reviewed.has(orderKey(ref)));
    const waiting = new Set(open.state.reviews.keys());
    const chosen = sampleOrders(refs, waiting, policy, (key) => this.#chance(`${open.plan.id}/${key}`));
    let taken = 0;
    for (const { channel, orderId } of chosen) {
      const lines = await store.read.order(shop.id, channel, orderId);
      const review = reviewOf({ channel, orderId }, lines, by.at);
      if (review.lines.length === 0) continue;
      const acted = await shop.sessions.act(open.plan.id, ({ state }) =>
        state.reviews.has(orderKey(review)) || state.life !== "live"
          ? []
          : [{ kind: "review_taken", ...by, body: { review } }],
      );
      if (acted.ok && acted.appended.length > 0) {
        taken += 1;
        await this.#hold(lines, by);
      }
    }
    return taken;
  }

  /** A platform that says “paid” again does not release it; the end of the order does. */
  async #keep(session: string, review: Review, by: By): Promise<void> {
    const { store, shop } = this.#options;
    if (this.#deciding.has(orderKey(review))) return;
    const lines = await store.read.order(shop.id, review.channel, review.orderId);
    const live = lines.reduce((sum, line) => sum + effectOf(line).live, 0);
    if (live > 0) return this.#hold(lines, by);
    const decided = { decision: "withdrawn", at: by.at, by: by.actor } as const;
    await shop.sessions.act(session, ({ state }) =>
      state.reviews.has(orderKey(review))
        ? [{ kind: "review_decided", ...by, body: { order: refOf(review), decided } }]
        : [],
    );
  }

  async #hold(lines: readonly Line[], by: By): Promise<void> {
    if (lines.some((line) => line.stage === "paid" && effectOf(line).live > 0))
      await this.#observe(lines, "pending", by);
  }

  /** @returns null when it is done */
  async decide(session: string, ref: OrderRef, answer: ReviewAnswer, by: By): Promise<Refused | null> {
    const { store, shop } = this.#options;
    const open = await shop.sessions.get(session);
    const review = open?.state.reviews.get(orderKey(ref));
    if (open === null || review === undefined)
      return refuse("not_found", "这单不在待审里", "The order is not under review");
    const said = decideReview(review, answer, { by: by.actor, at: by.at });
    if (!said.ok) return { ok: false, code: said.code, words: said.words };
    const { decided } = said.review;
    if (decided === null) return null;
    const key = orderKey(ref);
    this.#deciding.add(key);
    try {
      const lines = await store.read.order(shop.id, ref.channel, ref.orderId);
      if (answer.decision === "confirmed") await this.#observe(lines, "paid", by);
      else if (answer.decision === "refused") {
        const cancel = { type: "cancel", channel: ref.channel, orderId: ref.orderId, ...by } as const;
        const outcome = await shop.batcher.submit(cancel);
        if (isRefusal(outcome) && outcome.code !== "order_closed")
          return refuse(outcome.code, "这单没有取消成", "The order could not be cancelled");
      }
      await shop.sessions.act(session, ({ state }) =>
        state.reviews.has(key)
          ? [{ kind: "review_decided", ...by, body: { order: refOf(ref), decided } }]
          : [],
      );
    } finally {
      this.#deciding.delete(key);
    }
    return null;
  }

  async #observe(lines: readonly Line[], stage: "pending" | "paid", { actor, at }: By): Promise<void> {
    const [first] = lines;
    if (first === undefined) return;
    // It must win over what the platform said last, whatever its clock.
    const stampAt = Math.max(...lines.map((line) => line.stampAt));
    const command: Observe = {
      type: "observe",
      actor,
      at,
      channel: first.channel,
      orderId: first.orderId,
      updatedAt: Math.max(at, stampAt + 1),
      rank: 2,
      stage,
      buyer: first.buyer,
      session: first.session,
      placedAt: first.placedAt,
      lines: [],
    };
    await this.#options.shop.batcher.submit(command);
  }
}

function refOf({ channel, orderId }: OrderRef): OrderRef {
  return { channel, orderId };
}

function reviewOf(ref: OrderRef, lines: readonly Line[], takenAt: Instant): Review {
  return {
    ...ref,
    takenAt,
    lines: lines.flatMap((line) => {
      const { live } = effectOf(line);
      return live > 0 ? [{ lineId: line.lineId, sku: line.sku, units: live }] : [];
    }),
    decided: null,
  };
}
