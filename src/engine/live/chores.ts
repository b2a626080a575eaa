import type { Terms } from "../../domain/live/activity.ts";
import { alertKey, type Alert } from "../../domain/live/alert.ts";
import { dueTranches } from "../../domain/live/drip.ts";
import { movePointer } from "../../domain/live/life.ts";
import { duePatrol, openPatrol, patrolLevel } from "../../domain/live/patrol.ts";
import { dueReminder } from "../../domain/live/precheck.ts";
import { orderKey, overdueReviews, samplingOf } from "../../domain/live/review.ts";
import type { Instant } from "../../domain/rows.ts";
import type { NewActivity } from "../../store/activities.ts";
import { tell, type Notice } from "../notify/notice.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import { changeSku, putTerms, type By } from "./commands.ts";
import { restoreHolds, resumeHolds } from "./holds.ts";
import type { LiveEngine } from "./live.ts";
import type { Looked } from "./look.ts";
import { alertNotice, sessionNotice } from "./notices.ts";
import { stockOfRows, type SkuStock } from "./stock.ts";
import { dueTerms, isCapped, restoredTerms } from "./terms.ts";
import { subjectName } from "./names.ts";

/**
 * What a live session needs done by the clock: one node does it, every second. Whatever is said is in the
 * timeline; done again it says nothing new, so a node that died half-way is followed by one that goes on.
 */

export const choresActor = "system:live";
const sweepEveryMs = 10_000;
/** A process that takes over tells again what was raised within this time: its receivers have it once. */
const toldAgainMs = 3_600_000;

export type Done = Readonly<Record<string, number>>;

export class Chores {
  readonly #engine: LiveEngine;
  readonly #sweptAt = new Map<string, Instant>();
  /** Sessions of which this process has made sure that what was remembered was also done. */
  readonly #resumed = new Set<string>();

  constructor(engine: LiveEngine) {
    this.#engine = engine;
  }

  async run(open: OpenSession, now: Instant): Promise<Done> {
    const by = { actor: choresActor, at: now };
    switch (open.state.life) {
      case "draft":
      case "prechecked":
        return this.#remind(open, by);
      case "live":
        return this.#live(open, by);
      case "ended":
      case "reviewed":
        return this.#wrapUp(open, by);
    }
  }

  async #remind({ plan, state }: OpenSession, by: By): Promise<Done> {
    const signed = state.signature !== null && !state.signatureStale && state.life === "prechecked";
    const due = dueReminder(plan.startsAt, state.reminded, signed, by.at);
    if (due === null) return {};
    await this.#tell(
      sessionNotice(plan, {
        topic: "reminder",
        key: `${plan.id}/reminder/${due.startsAt}/${due.minutesBefore}`,
        severity: due.minutesBefore <= 60 ? 3 : 2,
        title: {
          zh: `还有 ${minutesUntil(plan.startsAt, by.at)} 分钟开播，开播前检查还没签字`,
          en: `Live in ${minutesUntil(plan.startsAt, by.at)} min, the precheck is not signed`,
        },
        text: {
          zh: "请逐项过一遍开播前检查：账实、占用、不良品、链接、预留，全部处理后签字。",
          en: "Go through the precheck line by line: counts, holds, bad stock, listings, buffers; then sign it.",
        },
        at: by.at,
      }),
    );
    const acted = await this.#sessions.act(plan.id, (now) =>
      now.state.reminded.some(
        (one) => one.startsAt === due.startsAt && one.minutesBefore <= due.minutesBefore,
      )
        ? []
        : [{ kind: "precheck_reminded", ...by, body: due }],
    );
    return { reminders: acted.ok ? acted.appended.length : 0 };
  }

  async #live(open: OpenSession, by: By): Promise<Done> {
    const { id } = open.plan;
    const runtime = this.#engine.runtime(id);
    let looked = await runtime.look();
    if (looked === null || looked.open.state.life !== "live") return {};
    const opened = await this.#countOpening(looked, by);
    const moved = await this.#followClock(looked.open, by);
    const released = await this.#release(this.#sessions.known(id) ?? looked.open, by);
    const holds = await restoreHolds(this.#engine.options, looked.open, by);
    const terms = await this.#putDueTerms(looked, by);
    if (opened + moved + released + terms > 0) looked = (await runtime.look()) ?? looked;
    const buffers = await this.keepBuffers(looked, by);
    const alerts = await this.#alerts(looked, by);
    const patrols = await this.#patrols(looked, by);
    const reviews = await this.#engine.reviews.tend(looked, by);
    await this.#overdue(looked, by);
    await this.#sweep(looked.open, by.at);
    return { opened, moved, released, holds, terms, buffers, alerts, patrols, reviews };
  }

  /** What each product began with: what is left, and what the session itself has sold of it since it began. */
  async #countOpening(looked: Looked, by: By): Promise<number> {
    const { open, stocks, sales } = looked;
    const entries: NewActivity[] = [];
    for (const [sku, stock] of stocks) {
      if (open.state.opening.has(sku)) continue;
      const sellable = (looked.units.get(sku)?.remaining ?? 0) + sales.promised(sku, stock.held);
      const body = {
        sellable,
        available: stock.available,
        buffer: Math.max(0, stock.available - (looked.units.get(sku)?.remaining ?? 0)),
        seq: looked.seq,
      };
      entries.push({ kind: "opening", ...by, sku, body });
    }
    return this.#append(open.plan.id, (now) =>
      entries.filter((entry) => !now.state.opening.has(entry.sku ?? "") && now.state.life === "live"),
    );
  }

  async #followClock(open: OpenSession, by: By): Promise<number> {
    if (!open.state.followsClock) return 0;
    return this.#append(open.plan.id, ({ plan, state }) => {
      if (!state.followsClock) return [];
      const move = movePointer(plan, state.life, state.pointer?.slot ?? null, { by: "clock", at: by.at });
      return move.ok && move.moved
        ? [{ kind: "pointer", ...by, body: { slot: move.slot, by: "clock" } }]
        : [];
    });
  }

  async #release(open: OpenSession, by: By): Promise<number> {
    if (dueReleases(open, by).length === 0) return 0;
    return this.#append(open.plan.id, (now) => dueReleases(now, by));
  }

  async #putDueTerms(looked: Looked, by: By): Promise<number> {
    let put = 0;
    const { open, stocks } = looked;
    for (const stock of stocks.values()) {
      if (!this.#resumed.has(open.plan.id)) await this.#resumeTerms(open, stock, by);
      const due = dueTerms(open, stock);
      if (due === null) continue;
      await putTerms(this.#shop, open.plan.id, stock, due, by);
      put += 1;
    }
    if (!this.#resumed.has(open.plan.id)) {
      await resumeHolds(this.#engine.options, open, by);
      const recent = [...open.state.alerts.values()].filter((alert) => by.at - alert.raisedAt < toldAgainMs);
      await this.#tellAlerts(
        looked,
        recent.map((alert) => alert.id),
        by,
      );
    }
    this.#resumed.add(open.plan.id);
    return put;
  }

  /** Terms that were remembered by a process that died before it could put them on. */
  async #resumeTerms({ plan, state }: OpenSession, stock: SkuStock, by: By): Promise<void> {
    const known = state.terms.get(stock.sku);
    if (known === undefined) return;
    const { bufferUnits, ...rest } = known.set;
    // The buffer of a capped product is kept by itself.
    const set: Terms = isCapped(plan, stock.sku) || bufferUnits === undefined ? rest : known.set;
    const names = Object.keys(set) as (keyof Terms)[];
    const isUndone = names.some((name) => stock[name] !== set[name] && stock[name] === known.before[name]);
    if (isUndone) await changeSku(this.#shop, { sku: stock.sku, ...set }, by);
  }

  /** Buffers such that strict selling keeps to the allotment and to the tranches that are out. */
  async keepBuffers(looked: Looked, by: By): Promise<number> {
    let kept = 0;
    for (const [sku, stock] of looked.stocks) {
      const wanted = looked.units.get(sku)?.bufferUnits;
      if (wanted === undefined || !looked.open.state.terms.has(sku)) continue;
      if (!isCapped(looked.open.plan, sku) || wanted === stock.bufferUnits) continue;
      await changeSku(this.#shop, { sku, bufferUnits: wanted }, by);
      kept += 1;
    }
    return kept;
  }

  /** Alerts rise, are passed on, and end: each once, whoever looks. */
  async #alerts(looked: Looked, by: By): Promise<number> {
    const { raise, escalate, resolve } = looked.evaluation;
    if (raise.length + escalate.length + resolve.length === 0) return 0;
    const acted = await this.#sessions.act(looked.open.plan.id, ({ state }) => {
      const open = new Map([...state.alerts.values()].map((alert) => [alertKey(alert), alert]));
      const entries: NewActivity[] = [];
      for (const { alert, reason } of resolve) {
        if (!state.alerts.has(alert.id)) continue;
        open.delete(alertKey(alert));
        entries.push({ kind: "alert_resolved", ...by, ...about(alert), body: { alert: alert.id, reason } });
      }
      for (const alert of raise) {
        if (state.life !== "live" || open.has(alertKey(alert))) continue;
        entries.push({ kind: "alert_raised", ...by, ...about(alert), body: { alert } });
      }
      for (const { id, level, ...alert } of escalate) {
        const known = state.alerts.get(id);
        if (known === undefined || known.level >= level || known.acknowledged !== null) continue;
        entries.push({ kind: "alert_escalated", ...by, ...about(alert), body: { alert: id, level } });
      }
      return entries;
    });
    if (!acted.ok) return 0;
    const told = acted.appended.flatMap((one) =>
      one.kind === "alert_raised"
        ? [one.body.alert.id]
        : one.kind === "alert_escalated"
          ? [one.body.alert]
          : [],
    );
    await this.#tellAlerts({ ...looked, open: acted.open }, told, by);
    return acted.appended.length;
  }

  /** Telling again changes nothing, so what a process that died had written and not told is told by the next. */
  async #tellAlerts(looked: Looked, ids: Iterable<string>, by: By): Promise<void> {
    for (const id of ids) {
      const alert = looked.open.state.alerts.get(id);
      if (alert !== undefined) await this.#tell(alertNotice(looked, alert, by.at));
    }
  }

  async #patrols(looked: Looked, by: By): Promise<number> {
    const { plan, state } = looked.open;
    const policy = looked.policyOf(null);
    const due =
      state.liveSince === null
        ? null
        : duePatrol(state.liveSince, policy.patrolMinutes, state.lastPatrol, by.at);
    let said = 0;
    if (due !== null) {
      const card = openPatrol(
        { id: `${plan.id}/patrol/${due.ordinal}`, dueAt: due.dueAt, openedAt: by.at },
        [...looked.skus.values()],
        (sku) => looked.policyOf(sku),
      );
      said += await this.#append(plan.id, (now) =>
        now.state.lastPatrol >= due.ordinal || now.state.life !== "live"
          ? []
          : [{ kind: "patrol_opened", ...by, body: { card, ordinal: due.ordinal, missed: due.missed } }],
      );
    }
    for (const card of state.patrols.values()) {
      const level = patrolLevel(card, policy.patrolAnswerMinutes, by.at);
      if (level <= card.level) continue;
      await this.#tell(
        sessionNotice(plan, {
          topic: "patrol",
          key: `${card.id}/${level}`,
          severity: level >= 2 ? 3 : 2,
          title: {
            zh: `巡检没人回答（第 ${level} 次提醒）`,
            en: `The patrol is unanswered (reminder ${level})`,
          },
          text: {
            zh: card.items.map((item) => `- ${nameOf(looked, item.sku)}：剩 ${item.left} 件`).join("\n"),
            en: card.items.map((item) => `- ${nameOf(looked, item.sku)}: ${item.left} left`).join("\n"),
          },
          at: by.at,
        }),
      );
      said += await this.#append(plan.id, (now) =>
        (now.state.patrols.get(card.id)?.level ?? level) >= level
          ? []
          : [{ kind: "patrol_escalated", ...by, body: { patrol: card.id, level } }],
      );
    }
    return said;
  }

  /** Orders whose review nobody decides: somebody is told. They are never released by time. */
  async #overdue({ open: { plan, state }, policyOf }: Looked, by: By): Promise<void> {
    const late = overdueReviews([...state.reviews.values()], samplingOf(policyOf(null)), by.at);
    for (const review of late) {
      await this.#tell(
        sessionNotice(plan, {
          topic: "reminder",
          key: `${plan.id}/review/${orderKey(review)}`,
          severity: 2,
          title: {
            zh: `订单 ${review.orderId} 还没审`,
            en: `Order ${review.orderId} still waits for its review`,
          },
          text: {
            zh: "拿到实物后请确认或拒绝；确认之前不会发货。",
            en: "Confirm or refuse it with the goods in hand; nothing of it is sent before.",
          },
          at: by.at,
        }),
      );
    }
  }

  /** After the end: the SKUs get their own terms back, and no alert stays open. */
  async #wrapUp(open: OpenSession, by: By): Promise<Done> {
    const { plan, state } = open;
    this.#resumed.delete(plan.id);
    await this.#engine.reviews.keep(open, by);
    const holds = await restoreHolds(this.#engine.options, open, by);
    if (state.terms.size === 0 && state.alerts.size === 0) return holds === 0 ? {} : { holds };
    const looked = await this.#engine.runtime(plan.id).look();
    if (looked === null) return {};
    const { store, shop } = this.#engine.options;
    let restored = 0;
    for (const [sku, terms] of looked.open.state.terms) {
      // The product may have left the plan meanwhile.
      const row = await store.read.sku(shop.id, sku);
      if (row !== null) {
        const back = restoredTerms(terms, stockOfRows(row), isCapped(plan, sku));
        if (Object.keys(back).length > 0) await changeSku(this.#shop, { sku, ...back }, by);
      }
      restored += await this.#append(plan.id, (now) =>
        now.state.terms.has(sku) && now.state.life !== "live"
          ? [{ kind: "terms_restored", ...by, sku, body: {} }]
          : [],
      );
    }
    return { restored, holds, alerts: await this.#alerts(looked, by) };
  }

  async #sweep(open: OpenSession, now: Instant): Promise<void> {
    const { id } = open.plan;
    if (now - (this.#sweptAt.get(id) ?? now - sweepEveryMs) < sweepEveryMs) return;
    this.#sweptAt.set(id, now);
    await this.#engine.screens.sweep(open);
  }

  get #shop() {
    return this.#engine.options.shop;
  }

  get #sessions() {
    return this.#engine.options.shop.sessions;
  }

  async #append(session: string, decide: (open: OpenSession) => readonly NewActivity[]): Promise<number> {
    const acted = await this.#sessions.act(session, decide);
    return acted.ok ? acted.appended.length : 0;
  }

  async #tell(notice: Notice): Promise<void> {
    const { store, shop } = this.#engine.options;
    await tell(store, shop.id, notice);
  }
}

function dueReleases({ plan, state }: OpenSession, by: By): readonly NewActivity[] {
  return plan.slots.flatMap((slot) => {
    const since = state.shown.get(slot.id)?.firstAt ?? null;
    const due = dueTranches(slot.tranches, state.released.get(slot.id) ?? [], since, by.at);
    return due.map(({ id, units }): NewActivity => ({
      kind: "tranche_released",
      ...by,
      sku: slot.sku,
      body: { slot: slot.id, tranche: id, units },
    }));
  });
}

function about({ sku }: Pick<Alert, "sku">): { readonly sku?: string } {
  return sku === null ? {} : { sku };
}

function nameOf(looked: Looked, sku: string): string {
  return subjectName(looked, { sku, subject: sku }) ?? sku;
}

function minutesUntil(at: Instant, now: Instant): number {
  return Math.max(0, Math.round((at - now) / 60_000));
}
