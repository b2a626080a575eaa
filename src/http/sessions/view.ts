import type {
  SessionNumbers,
  SessionView,
  ViewAlert,
  ViewChannel,
  ViewMessage,
  ViewMinute,
  ViewSku,
  ViewSlot,
} from "../../api/session-view.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { compareAlerts, type Alert } from "../../domain/live/alert.ts";
import type { HostMessage } from "../../domain/live/fold.ts";
import { timesNow } from "../../domain/live/look.ts";
import { activeSkuRate, amountsOf, channelSplit, sellThrough } from "../../domain/live/metric.ts";
import { hostValues, hostWords } from "../../domain/live/playbook.ts";
import { plannedSkus, type Slot } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { minuteOf } from "../../domain/live/window.ts";
import { alertActions, alertText, alertTitle, readable } from "../../engine/live/alert-words.ts";
import type { Curve } from "../../engine/live/curves.ts";
import type { Looked } from "../../engine/live/look.ts";
import { nextName, skuOnAir, subjectName } from "../../engine/live/names.ts";
import { likesNow, viewersIn, viewersNow } from "../../engine/live/rooms.ts";
import { allKey } from "../../engine/live/sales.ts";
import { round1, viewSku } from "./view-sku.ts";

/** Minutes of the charts. */
const chartMinutes = 66;
const alertsShownMax = 200;

/** @param curve of the product that is on, or null where nobody drew it yet */
export function buildView(looked: Looked, curve: Curve | null): SessionView {
  const { open, now, currency, seq } = looked;
  const { plan, state } = open;
  const skus = plannedSkus(plan).flatMap((sku) => viewSku(looked, sku) ?? []);
  const policy = looked.policyOf(null);
  const patrols = state.lastPatrol;
  return {
    session: plan.id,
    seq,
    activity: state.seq,
    at: timeOf(now),
    title: plan.title,
    life: state.life,
    startsAt: timeOf(plan.startsAt),
    endsAt: timeOf(plan.endsAt),
    liveSince: timeOrNull(state.liveSince),
    endedAt: timeOrNull(state.endedAt),
    currency,
    pointer: pointerOf(looked),
    followsClock: state.followsClock,
    totals: totalsOf(looked, skus),
    slots: slotsOf(looked),
    skus,
    current: currentOf(looked, skus, curve),
    alerts: looked.alerts
      .toSorted(byOpenThenSeverity)
      .slice(0, alertsShownMax)
      .map((one) => alertOf(looked, one)),
    patrols: [...state.patrols.values()],
    nextPatrolAt:
      state.life === "live" && state.liveSince !== null
        ? timeOf(state.liveSince + (patrols + 1) * policy.patrolMinutes * minuteMs)
        : null,
    messages: state.messages.map(messageOf),
    mutes: state.mutes
      .filter((mute) => mute.until > now)
      .map(({ rule, subject, until, by, reason }) => ({ rule, subject, until: timeOf(until), by, reason })),
    channels: channelsOf(looked),
    minutes: minutesOf(looked),
    screens: looked.screens.flatMap(({ screen, kind }) => {
      const seen = state.screens.get(screen);
      return seen === undefined ? [] : [{ screen, kind, online: seen.online, since: timeOf(seen.since) }];
    }),
    requests: requestsOf(looked),
    stops: [...state.stops].map(([sku, stop]) => ({
      sku,
      at: timeOf(stop.at),
      by: stop.by,
      channels: stop.channels.map(({ channel, confirmedAt }) => ({
        channel,
        confirmedAt: timeOrNull(confirmedAt),
      })),
    })),
    sampling: state.sampling,
    reviews: [...state.reviews.values()].map(({ channel, orderId, takenAt, lines }) => ({
      channel,
      orderId,
      takenAt: timeOf(takenAt),
      lines,
    })),
  };
}

/** What moves all the time, of the products that differ from what was told last. */
export function buildNumbers(
  looked: Looked,
  view: Pick<SessionView, "totals" | "skus">,
  told: Map<string, string>,
): SessionNumbers {
  const items: SessionNumbers["items"][number][] = [];
  for (const one of view.skus) {
    const { sku, sellable, heldUnpaid, shortage, sold, soldAmount, etaMinutes, tier, status } = one;
    const item = { sku, sellable, heldUnpaid, shortage, sold, soldAmount, etaMinutes, tier, status };
    const json = JSON.stringify(item);
    if (told.get(sku) === json) continue;
    told.set(sku, json);
    items.push(item);
  }
  const { amount, netAmount, orders, sold, ordersPerMinute, shortage, sellable, held, viewers } = view.totals;
  return {
    seq: looked.seq,
    at: timeOf(looked.now),
    items,
    totals: { amount, netAmount, orders, sold, ordersPerMinute, shortage, sellable, held, viewers },
  };
}

/** The parts of a view that `numbers` are made of, without the rest. */
export function quickView(looked: Looked): Pick<SessionView, "totals" | "skus"> {
  const skus = plannedSkus(looked.open.plan).flatMap((sku) => viewSku(looked, sku) ?? []);
  return { skus, totals: totalsOf(looked, skus) };
}

function pointerOf({ open: { state } }: Looked): SessionView["pointer"] {
  const { pointer } = state;
  return pointer === null ? null : { slot: pointer.slot, since: timeOf(pointer.since), by: pointer.by };
}

function totalsOf(looked: Looked, skus: readonly ViewSku[]): SessionView["totals"] {
  const { sales, stocks } = looked;
  const { orders, sold, soldAmount, cancelledAmount } = sales.all.totals(allKey);
  const amounts = amountsOf({ soldAmount, cancelledAmount });
  const { skusWithSale, skusInStock, ordersPerMinute } = looked.session;
  let held = 0;
  for (const stock of stocks.values()) held += stock.held;
  const remaining = skus.reduce((sum, one) => sum + (looked.skus.get(one.sku)?.sellable ?? 0), 0);
  return {
    viewers: viewersNow(looked),
    likes: likesNow(looked),
    amount: amounts.sold,
    netAmount: amounts.net,
    orders,
    sold,
    ordersPerMinute: Math.round(ordersPerMinute),
    sellThroughPercent: round1(sellThrough(sold, remaining)),
    activeSkuPercent: round1(activeSkuRate(skusWithSale, skusInStock)),
    shortage: skus.reduce((sum, one) => sum + one.shortage, 0),
    sellable: skus.reduce((sum, one) => sum + one.sellable, 0),
    held,
    skus: skus.length,
  };
}

function slotsOf(looked: Looked): readonly ViewSlot[] {
  const { open, sales, now } = looked;
  const { plan, state } = open;
  const times = new Map(timesNow({ plan, state, now }).map((time) => [time.slot, time]));
  const current = plan.slots.findIndex((slot) => slot.id === state.pointer?.slot);
  const isOver = state.life === "ended" || state.life === "reviewed";
  const statusOf = (slot: Slot, index: number): ViewSlot["status"] => {
    if (isOver) return "done";
    if (index === current) return "current";
    if (current >= 0) return index < current ? "done" : "coming";
    return state.shown.has(slot.id) ? "done" : "coming";
  };
  return plan.slots.map((slot, index) => {
    const time = isOver ? undefined : times.get(slot.id);
    const status = statusOf(slot, index);
    const released = new Map((state.released.get(slot.id) ?? []).map((one) => [one.tranche, one.at]));
    return {
      id: slot.id,
      number: index + 1,
      sku: slot.sku,
      status,
      target: slot.target,
      minutes: slot.minutes,
      startsAt: time === undefined ? null : timeOf(time.startsAt),
      endsAt: time === undefined ? null : timeOf(time.endsAt),
      sold:
        status === "current" && state.pointer !== null
          ? Math.round(sales.bySku.since(slot.sku, "sold", state.pointer.since, now))
          : 0,
      tranches: slot.tranches.map(({ id, units, afterMinutes }) => ({
        id,
        units,
        afterMinutes,
        releasedAt: timeOrNull(released.get(id) ?? null),
      })),
    };
  });
}

function currentOf(looked: Looked, skus: readonly ViewSku[], curve: Curve | null): SessionView["current"] {
  const sku = skuOnAir(looked);
  if (sku === null) return null;
  const eta = skus.find((one) => one.sku === sku)?.etaMinutes ?? null;
  return {
    sku,
    points: (curve ?? []).map(({ at, sellable }) => ({ at: timeOf(at), sellable })),
    sellOutAt: eta === null ? null : timeOf(looked.now + eta * minuteMs),
  };
}

function byOpenThenSeverity(a: Alert, b: Alert): number {
  const open = Number(a.acknowledged !== null) - Number(b.acknowledged !== null);
  return open || compareAlerts(a, b);
}

export function alertOf(looked: Looked, alert: Alert): ViewAlert {
  const { id, rule, subject, sku, severity, raisedAt, evidence, level, acknowledged } = alert;
  const name = subjectName(looked, alert);
  // The host may only say what the pool can honour, also where a cap lets out less than there is.
  const left = sku === null ? null : (looked.units.get(sku)?.cap.units ?? null);
  const said = left === null || !("left" in evidence) ? alert : { evidence: { ...evidence, left } };
  const values = hostValues(said, name ?? "", nextName(looked, sku) ?? "下一款");
  const words = hostWords(rule, looked.words, "zh", values);
  return {
    id,
    rule,
    subject,
    sku,
    name,
    severity,
    raisedAt: timeOf(raisedAt),
    evidence: readable(evidence),
    level,
    acknowledged:
      acknowledged === null
        ? null
        : { by: acknowledged.by, at: timeOf(acknowledged.at), action: acknowledged.action },
    text: alertText(alert, name ?? ""),
    title: alertTitle(rule),
    actions: alertActions(rule),
    hostWords: words?.ok === true ? words.text : null,
  };
}

export function messageOf({ message, text, by, at, acknowledgedAt }: HostMessage): ViewMessage {
  return { id: message, text, by, at: timeOf(at), acknowledgedAt: timeOrNull(acknowledgedAt) };
}

function channelsOf(looked: Looked): readonly ViewChannel[] {
  const { open, sales, channels, heard, now } = looked;
  const named = open.plan.channels;
  const sums = named.map((channel) => {
    const { orders, sold, soldAmount } = sales.byChannel.totals(channel);
    return { channel, orders, units: sold, amount: soldAmount };
  });
  const sku = skuOnAir(looked);
  const left = sku === null ? 0 : (looked.units.get(sku)?.cap.units ?? 0);
  return channelSplit(sums).map((share) => {
    const channel = channels.find((one) => one.channel === share.channel);
    const last = heard.get(share.channel);
    return {
      channel: share.channel,
      name: channel?.name ?? share.channel,
      platform: channel?.platform ?? "",
      orders: share.orders,
      units: share.units,
      amount: share.amount,
      unitsPercent: round1(share.unitsPercent),
      currentLeft: channel?.active === false ? 0 : left,
      silentSeconds: last === undefined ? null : Math.max(0, Math.floor((now - last.at) / 1_000)),
    };
  });
}

function minutesOf(looked: Looked): readonly ViewMinute[] {
  const { open, sales, now } = looked;
  const last = minuteOf(open.state.endedAt ?? now);
  return Array.from({ length: chartMinutes }, (_, index) => {
    const minute = last - chartMinutes + 1 + index;
    const sums = sales.minute(minute);
    return {
      at: timeOf(minute * minuteMs),
      orders: Object.fromEntries(
        open.plan.channels.map((channel) => [channel, sums?.orders.get(channel) ?? 0]),
      ),
      amount: sums?.amount ?? 0,
      viewers: viewersIn(looked, minute),
    };
  });
}

function requestsOf({ open: { state } }: Looked): SessionView["requests"] {
  return [...state.requests.values()].map(({ request, sku, supplier, asked, askedAt, answer }) => ({
    id: request,
    sku,
    supplier,
    asked,
    askedAt: timeOf(askedAt),
    answer:
      answer === null
        ? null
        : {
            units: answer.units,
            arrivesAt: timeOrNull(answer.arrivesAt),
            note: answer.note,
            at: timeOf(answer.at),
          },
  }));
}
