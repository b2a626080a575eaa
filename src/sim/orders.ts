import {
  minuteMs,
  type Item,
  type SimChannel,
  type SimEvent,
  type SimLine,
  type SimStage,
} from "./broadcast.ts";
import type { Random } from "./random.ts";

/** What becomes of an order: the events that its platform tells of it, or the calls of a seller that asks first. */

export interface PlacedOrder {
  readonly channel: SimChannel;
  readonly orderId: string;
  readonly placedAt: number;
  readonly buyer: string;
  readonly region: string;
  readonly lines: readonly SimLine[];
}

export interface OrderLife {
  /** In the order in which they happened. Each later than the one before. */
  readonly items: readonly Item[];
  /** When its units are free again; null: it keeps them. */
  readonly freedAt: number | null;
  /** When it was paid; null: never. */
  readonly paidAt: number | null;
}

const secondMs = 1_000;

type Fate = "paid" | "paid_late" | "unpaid" | "cancelled" | "pending" | "pending_refused";

/** Of a hundred orders. */
const fates: readonly (readonly [Fate, number])[] = [
  ["paid", 77],
  ["paid_late", 8],
  ["unpaid", 8],
  ["cancelled", 3],
  ["pending", 3],
  ["pending_refused", 1],
];
/** Orders that wait for their group (待成团) make pending common on this platform. */
const groupPlatform = "pinduoduo";
const groupFactor = 4;

/** The life of an order that a platform took. */
export function platformLife(order: PlacedOrder, random: Random): OrderLife {
  const { channel, placedAt } = order;
  const fate = random.pick(fates, ([name, weight]) =>
    name.startsWith("pending") && channel.platform === groupPlatform ? weight * groupFactor : weight,
  )[0];
  const told = new Telling(order);
  const expiresAt = placedAt + channel.holdMinutes * minuteMs;
  if (fate === "unpaid") {
    told.say(placedAt, "created", {}, expiresAt);
    const freedAt = expiresAt + random.whole(1, 20) * secondMs;
    told.say(freedAt, "created", { closed: "all" });
    return { items: told.items, freedAt, paidAt: null };
  }
  if (fate === "cancelled") {
    told.say(placedAt, "created", {}, expiresAt);
    const freedAt = placedAt + random.whole(20, 400) * secondMs;
    told.say(freedAt, "created", { closed: "all" });
    return { items: told.items, freedAt, paidAt: null };
  }
  if (fate === "pending" || fate === "pending_refused") {
    told.say(placedAt, "pending");
    const decidedAt = placedAt + random.whole(60, 700) * secondMs;
    if (fate === "pending_refused") {
      told.say(decidedAt, "pending", { closed: "all" });
      return { items: told.items, freedAt: decidedAt, paidAt: null };
    }
    told.say(decidedAt, "paid");
    return { items: told.items, freedAt: null, paidAt: decidedAt };
  }
  return paidLife(told, order, fate === "paid_late", random);
}

function paidLife(
  told: Telling,
  { placedAt, channel }: PlacedOrder,
  late: boolean,
  random: Random,
): OrderLife {
  const seconds = late ? random.whole(90, 600) : random.whole(2, 45);
  const paidAt = placedAt + seconds * secondMs;
  // Many platforms speak of an order only once it is paid.
  if (late || random.chance(0.6))
    told.say(placedAt, "created", {}, placedAt + channel.holdMinutes * minuteMs);
  if (random.chance(0.002)) told.sayUnknown(placedAt + secondMs, "RISK_HOLD_20");
  told.say(paidAt, "paid");
  if (!random.chance(0.04)) return { items: told.items, freedAt: null, paidAt };
  const askedAt = paidAt + random.whole(60, 420) * secondMs;
  told.say(askedAt, "paid", { refund: "requested" });
  const answer = random.pick(["refunded", "agreed", "closed", "open"] as const);
  const answeredAt = askedAt + random.whole(30, 300) * secondMs;
  if (answer === "open") return { items: told.items, freedAt: null, paidAt };
  told.say(answeredAt, "paid", { refund: answer });
  return { items: told.items, freedAt: answer === "refunded" ? answeredAt : null, paidAt };
}

/** The calls of a mini-programme: it asks, and then pays, cancels, or lets the time run out. */
export function strictLife(order: PlacedOrder, random: Random): OrderLife {
  const { placedAt, channel, orderId, buyer, region, lines } = order;
  const name = { channel: channel.channel, orderId };
  const items: Item[] = [{ at: placedAt, kind: "reserve", ...name, buyer, region, lines }];
  const fate = random.pick(["paid", "paid_late", "cancelled", "unpaid"] as const, (one) =>
    one === "paid" ? 80 : one === "unpaid" ? 10 : 5,
  );
  if (fate === "unpaid") return { items, freedAt: placedAt + channel.holdMinutes * minuteMs, paidAt: null };
  const seconds = fate === "paid" ? random.whole(4, 60) : random.whole(60, 480);
  const at = placedAt + seconds * secondMs;
  items.push({ at, kind: fate === "cancelled" ? "cancel" : "pay", ...name });
  return fate === "cancelled" ? { items, freedAt: at, paidAt: null } : { items, freedAt: null, paidAt: at };
}

interface Change {
  readonly closed?: "all";
  readonly refund?: SimLine["refund"];
}

/** Writes down what a platform says of one order, a millisecond later than the last time at least. */
class Telling {
  readonly items: Item[] = [];
  readonly #order: PlacedOrder;
  #last = Number.NEGATIVE_INFINITY;

  constructor(order: PlacedOrder) {
    this.#order = order;
  }

  say(at: number, stage: SimStage, { closed, refund }: Change = {}, expiresAt?: number): void {
    const lines = this.#order.lines.map((line) => ({
      ...line,
      ...(closed === undefined ? {} : { closed: line.quantity }),
      ...(refund === undefined ? {} : { refund }),
    }));
    this.#tell(at, { stage, ...(expiresAt === undefined ? {} : { expiresAt }), lines });
  }

  sayUnknown(at: number, status: string): void {
    this.#tell(at, { status, lines: this.#order.lines });
  }

  #tell(at: number, said: Pick<SimEvent, "stage" | "status" | "expiresAt" | "lines">): void {
    const { orderId, placedAt, buyer, region, channel } = this.#order;
    const updatedAt = Math.max(at, this.#last + 1);
    this.#last = updatedAt;
    const event: SimEvent = { orderId, updatedAt, placedAt, buyer, region, ...said };
    this.items.push({ at: updatedAt, kind: "event", channel: channel.channel, event });
  }
}
