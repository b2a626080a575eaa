import type {
  Adjust,
  Cancel,
  Observe,
  OrderedLine,
  Pay,
  Receive,
  Reserve,
  SeenLine,
} from "../domain/command.ts";
import type { AdjustmentBody, ReceiptBody } from "./goods.ts";
import type { OrderEvent, ReservationBody } from "./orders.ts";
import type { Fault } from "./problem.ts";
import { instantOf } from "./text.ts";

/** What every command carries beside its body. */
export interface Caller {
  readonly actor: string;
  readonly at: number;
  /** The keyed hash that stands for a buyer: the text itself never reaches a command. */
  readonly buyerKey: (buyer: string) => string;
  /** The session that was live on a channel at a moment: that of an order which names none. */
  readonly liveOn?: (channel: string, at: number) => string | null;
  /** Told of every event of a platform, and when it happened there: whoever is silent or late is noticed. */
  readonly heard?: (channel: string, happenedAt: number) => void;
}

/** A body whose fields are each valid and that still cannot be one command. */
export type Mapped<T> = { readonly command: T } | { readonly fault: Fault };

/** A clock that is wrong by a time zone is within a day; a stamp beyond it would win over every true event. */
const futureMsMax = 24 * 3_600_000;
const mainWarehouse = "main";

const goodsFault = {
  problem: "give either sku or listing, one of the two",
  problemZh: "sku 和 listing 要给一个，且只给一个",
};
const twiceFault = {
  problem: "this lineId is in the order already; number the lines differently",
  problemZh: "这个行号在同一订单里重复了，请用不同的行号",
};
const futureFault = {
  problem: "the time lies more than a day ahead; check the sender's clock and time zone",
  problemZh: "时间比现在晚一天以上，请检查发送方的时钟和时区",
};

export function reserveCommand(body: ReservationBody, caller: Caller): Mapped<Reserve> {
  const lines: OrderedLine[] = [];
  const fault = numberLines(body.lines, (lineId, line) => lines.push({ ...line, lineId }));
  if (fault !== null) return { fault };
  return {
    command: {
      type: "reserve",
      actor: caller.actor,
      at: caller.at,
      channel: body.channel,
      orderId: body.orderId,
      buyer: body.buyer === undefined ? null : caller.buyerKey(body.buyer),
      region: body.region ?? null,
      session: body.session ?? caller.liveOn?.(body.channel, caller.at) ?? null,
      stage: body.stage ?? "created",
      ...(body.expiresAt === undefined ? {} : { expiresAt: instantOrNull(body.expiresAt) }),
      lines,
    },
  };
}

export function observeCommand(event: OrderEvent, caller: Caller): Mapped<Observe> {
  const lines: SeenLine[] = [];
  const fault = numberLines(event.lines, (lineId, line) => lines.push({ ...line, lineId }));
  if (fault !== null) return { fault };
  const updatedAt = instantOf(event.updatedAt);
  if (updatedAt > caller.at + futureMsMax) return { fault: { path: "updatedAt", ...futureFault } };
  const placedAt = event.placedAt === undefined ? updatedAt : instantOf(event.placedAt);
  if (placedAt > caller.at + futureMsMax) return { fault: { path: "placedAt", ...futureFault } };
  return {
    command: {
      type: "observe",
      actor: caller.actor,
      at: caller.at,
      channel: event.channel,
      orderId: event.orderId,
      updatedAt,
      rank: event.rank ?? rankOf(event),
      ...(event.stage === undefined ? {} : { stage: event.stage }),
      ...(event.status === undefined ? {} : { status: event.status }),
      buyer: event.buyer === undefined ? null : caller.buyerKey(event.buyer),
      region: event.region ?? null,
      // When it was ordered counts: the event may come after the session has ended.
      session: event.session ?? caller.liveOn?.(event.channel, placedAt) ?? null,
      placedAt,
      ...(event.expiresAt === undefined ? {} : { expiresAt: instantOrNull(event.expiresAt) }),
      lines,
    },
  };
}

/** Of two events of one moment, the one that says more of the order wins. */
function rankOf(event: OrderEvent): number {
  return event.stage === "paid" ? 2 : event.stage === "pending" ? 1 : 0;
}

interface BodyLine {
  readonly lineId?: string;
  readonly sku?: string;
  readonly listing?: string;
}

/** Calls `add` with each line and its id; the first fault stops it. */
function numberLines<L extends BodyLine>(
  lines: readonly L[],
  add: (lineId: string, line: L) => void,
): Fault | null {
  const ids = lines.length > 1 ? new Set<string>() : null;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as L;
    if ((line.sku === undefined) === (line.listing === undefined))
      return { path: `lines[${index}]`, ...goodsFault };
    const lineId = line.lineId ?? String(index + 1);
    if (ids?.has(lineId) === true) return { path: `lines[${index}].lineId`, ...twiceFault };
    ids?.add(lineId);
    add(lineId, line);
  }
  return null;
}

function instantOrNull(time: string | null): number | null {
  return time === null ? null : instantOf(time);
}

export function payCommand(order: { channel: string; orderId: string }, caller: Caller): Pay {
  return { type: "pay", actor: caller.actor, at: caller.at, channel: order.channel, orderId: order.orderId };
}

export function cancelCommand(
  order: { channel: string; orderId: string },
  lineId: string | undefined,
  caller: Caller,
): Cancel {
  return {
    type: "cancel",
    actor: caller.actor,
    at: caller.at,
    channel: order.channel,
    orderId: order.orderId,
    ...(lineId === undefined ? {} : { lineId }),
  };
}

/** Keys that people send stand apart from those that commands make themselves. */
function keyOf(idempotencyKey: string): string {
  return `key:${idempotencyKey}`;
}

export function receiveCommand(body: ReceiptBody, idempotencyKey: string, caller: Caller): Receive {
  const { receivedAt } = body;
  return {
    type: "receive",
    actor: caller.actor,
    at: receivedAt === undefined ? caller.at : Math.min(caller.at, instantOf(receivedAt)),
    key: keyOf(idempotencyKey),
    opening: false,
    warehouse: body.warehouse ?? mainWarehouse,
    lines: body.lines.map(({ madeOn: _made, expiresOn: _expires, ...line }) => line),
    ...(body.note === undefined ? {} : { note: body.note }),
  };
}

export function adjustCommand(body: AdjustmentBody, idempotencyKey: string, caller: Caller): Adjust {
  const { override: _override, ...said } = body;
  return {
    ...said,
    type: "adjust",
    actor: caller.actor,
    at: caller.at,
    key: keyOf(idempotencyKey),
    warehouse: body.warehouse ?? mainWarehouse,
  };
}
