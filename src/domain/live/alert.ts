import type { Instant } from "../rows.ts";
import { compareText, pairKey } from "../text.ts";
import type { AlertInputs, SkuNow } from "./inputs.ts";
import type { Policy } from "./policy.ts";
import {
  channelRules,
  judge,
  quietMsOf,
  rules,
  scopeOf,
  screenRules,
  sessionRules,
  severityOf,
  skuRules,
  type Evidence,
  type Reading,
  type Rule,
  type Severity,
} from "./rule.ts";
import { minuteMs } from "./time.ts";

/** Something that a person should know, from the moment it is so until it is no longer so. */
export interface Alert {
  readonly id: string;
  readonly session: string;
  readonly rule: Rule;
  /** The SKU, channel or screen; empty for the session as a whole. */
  readonly subject: string;
  readonly sku: string | null;
  readonly severity: Severity;
  readonly raisedAt: Instant;
  /** The numbers behind it, as they are now. */
  readonly evidence: Evidence;
  /** How often it was passed on because nobody acknowledged it: 0 to `levelsMax`. */
  readonly level: number;
  /** Who has taken it, and what they are doing. It stays open until it is no longer so. */
  readonly acknowledged: Acknowledgement | null;
  /** Since when it has been on the good side, within the band. */
  readonly quietSince: Instant | null;
}

export interface Acknowledgement {
  readonly by: string;
  readonly at: Instant;
  /** An action of the playbook, or what they wrote. */
  readonly action: string;
}

/** No alert of this rule until then, about one subject or, with null, about any of the session. */
export interface Mute {
  readonly rule: Rule;
  readonly subject: string | null;
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
}

export type ResolveReason =
  | "recovered"
  | "superseded"
  | "sold_out"
  | "passed"
  | "muted"
  | "left_plan"
  | "session_ended";

export interface Resolved {
  readonly alert: Alert;
  readonly reason: ResolveReason;
  readonly at: Instant;
}

/** What has to happen to the alerts, each in one list only, the most severe first. */
export interface Evaluation {
  readonly raise: readonly Alert[];
  /** Other numbers, nothing to announce. */
  readonly update: readonly Alert[];
  readonly resolve: readonly Resolved[];
  readonly escalate: readonly Alert[];
}

export const levelsMax = 3;

/** The one thing that an alert is about: at most one is open for it. */
export function alertKey(alert: Pick<Alert, "rule" | "subject">): string {
  return pairKey(alert.rule, alert.subject);
}

export function isMuted(mutes: readonly Mute[], rule: Rule, subject: string, now: Instant): boolean {
  return mutes.some(
    (mute) => mute.rule === rule && (mute.subject === null || mute.subject === subject) && now < mute.until,
  );
}

/**
 * Looks at everything once. Pure: the same inputs and open alerts give the same answer, and what it says,
 * applied and evaluated again at the same instant, says nothing.
 * @param open the session's open alerts
 * @param policyOf the thresholds of a SKU, or with null those of the session
 */
export function evaluate(
  inputs: AlertInputs,
  open: readonly Alert[],
  mutes: readonly Mute[],
  policyOf: (sku: string | null) => Policy,
  now: Instant,
): Evaluation {
  const round = new Round(inputs.session, open, mutes, now);
  if (inputs.live) {
    for (const sku of inputs.skus) {
      if (inputs.planned.has(sku.sku)) readSku(round, sku, policyOf(sku.sku));
    }
    const policy = policyOf(null);
    if (inputs.now !== null) {
      for (const rule of keysOf(sessionRules))
        round.take(rule, "", sessionRules[rule].read(inputs.now, policy));
    }
    for (const channel of inputs.channels) {
      for (const rule of keysOf(channelRules))
        round.take(rule, channel.channel, channelRules[rule].read(channel, policy));
    }
    for (const screen of inputs.screens) {
      for (const rule of keysOf(screenRules))
        round.take(rule, screen.screen, screenRules[rule].read(screen, policy));
    }
  }
  return round.finish(inputs, policyOf);
}

const tiers: readonly Rule[] = ["tier3", "tier2", "tier1"];

/** From the lowest stock to the highest, so that a tier knows whether a lower one stands for it. */
function readSku(round: Round, sku: SkuNow, policy: Policy): void {
  let covered = false;
  for (const rule of keysOf(skuRules)) {
    const isTier = tiers.includes(rule);
    if (isTier && covered) {
      round.resolve(rule, sku.sku, "superseded");
      continue;
    }
    const stands = round.take(rule, sku.sku, skuRules[rule].read(sku, policy));
    covered ||= isTier && stands;
  }
}

/** One evaluation while it is being made. */
class Round {
  readonly #session: string;
  readonly #mutes: readonly Mute[];
  readonly #now: Instant;
  readonly #before: ReadonlyMap<string, Alert>;
  /** The open alerts as this round leaves them. */
  readonly #after: Map<string, Alert>;
  readonly #resolved: Resolved[] = [];

  constructor(session: string, open: readonly Alert[], mutes: readonly Mute[], now: Instant) {
    this.#session = session;
    this.#mutes = mutes;
    this.#now = now;
    this.#before = new Map(open.map((alert) => [alertKey(alert), alert]));
    this.#after = new Map(this.#before);
  }

  /** Takes one reading. True when the alert is open afterwards. */
  take(rule: Rule, subject: string, reading: Reading): boolean {
    const key = alertKey({ rule, subject });
    const alert = this.#after.get(key);
    if (isMuted(this.#mutes, rule, subject, this.#now)) return this.resolve(rule, subject, "muted");
    if (reading === "unknown") return alert !== undefined;
    if (reading === "sold_out" || reading === "passed") return this.resolve(rule, subject, reading);
    const verdict = judge(reading);
    if (verdict === "clear") return this.resolve(rule, subject, "recovered");
    if (alert === undefined) {
      if (verdict === "raise") this.#after.set(key, this.#raise(rule, subject, reading.evidence));
      return verdict === "raise";
    }
    const quietSince = verdict === "hold" ? (alert.quietSince ?? this.#now) : null;
    if (quietSince !== null && this.#now - quietSince >= quietMsOf(rule))
      return this.resolve(rule, subject, "recovered");
    if (quietSince !== alert.quietSince || !sameEvidence(alert.evidence, reading.evidence))
      this.#after.set(key, { ...alert, evidence: reading.evidence, quietSince });
    return true;
  }

  /** Ends an alert, when it is open. Always false: it does not stand. */
  resolve(rule: Rule, subject: string, reason: ResolveReason): false {
    const key = alertKey({ rule, subject });
    const alert = this.#after.get(key);
    if (alert !== undefined) {
      this.#after.delete(key);
      this.#resolved.push({ alert, reason, at: this.#now });
    }
    return false;
  }

  #raise(rule: Rule, subject: string, evidence: Evidence): Alert {
    return {
      id: `${this.#session}/${rule}/${subject}/${this.#now}`,
      session: this.#session,
      rule,
      subject,
      sku: scopeOf(rule) === "sku" ? subject : null,
      severity: severityOf(rule),
      raisedAt: this.#now,
      evidence,
      level: 0,
      acknowledged: null,
      quietSince: null,
    };
  }

  finish(inputs: AlertInputs, policyOf: (sku: string | null) => Policy): Evaluation {
    const raise: Alert[] = [];
    const update: Alert[] = [];
    const escalate: Alert[] = [];
    for (const [key, alert] of this.#after) {
      const { rule, subject, sku } = alert;
      // Those that nobody looked at this time: the session is over, the product has left, somebody muted it.
      if (!inputs.live) this.resolve(rule, subject, "session_ended");
      else if (sku !== null && !inputs.planned.has(sku)) this.resolve(rule, subject, "left_plan");
      else if (isMuted(this.#mutes, rule, subject, this.#now)) this.resolve(rule, subject, "muted");
      else if (!this.#before.has(key)) raise.push(alert);
      else {
        const level = levelAt(alert, policyOf(sku), this.#now);
        if (level > alert.level) escalate.push({ ...alert, level });
        else if (alert !== this.#before.get(key)) update.push(alert);
      }
    }
    return {
      raise: raise.toSorted(compareAlerts),
      update: update.toSorted(compareAlerts),
      resolve: this.#resolved.toSorted((a, b) => compareAlerts(a.alert, b.alert)),
      escalate: escalate.toSorted(compareAlerts),
    };
  }
}

/** How often an alert should have been passed on by now. Acknowledged, it goes no further. */
export function levelAt(alert: Alert, policy: Policy, now: Instant): number {
  if (alert.acknowledged !== null) return alert.level;
  const minutes = alert.severity === 3 ? policy.ackUrgentMinutes : policy.ackMinutes;
  return Math.min(
    levelsMax,
    Math.max(alert.level, Math.floor((now - alert.raisedAt) / (minutes * minuteMs))),
  );
}

/** The first to acknowledge it has it; later ones change nothing. */
export function acknowledge(alert: Alert, by: Acknowledgement): Alert {
  return alert.acknowledged === null ? { ...alert, acknowledged: by } : alert;
}

/** The open alerts after an evaluation. */
export function applyEvaluation(open: readonly Alert[], evaluation: Evaluation): readonly Alert[] {
  const alerts = new Map(open.map((alert) => [alertKey(alert), alert]));
  for (const { alert } of evaluation.resolve) alerts.delete(alertKey(alert));
  for (const alert of [...evaluation.raise, ...evaluation.update, ...evaluation.escalate])
    alerts.set(alertKey(alert), alert);
  return [...alerts.values()];
}

/** The most severe first, then in the order of the rules, then by subject. */
export function compareAlerts(a: Alert, b: Alert): number {
  return (
    b.severity - a.severity ||
    rules.indexOf(a.rule) - rules.indexOf(b.rule) ||
    compareText(a.subject, b.subject)
  );
}

function sameEvidence(a: Evidence, b: Evidence): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}

function keysOf<Table extends object>(table: Table): readonly (keyof Table)[] {
  return Object.keys(table) as (keyof Table)[];
}
