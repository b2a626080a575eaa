import type { Activity } from "../live/activity.ts";
import type { Rule, Severity } from "../live/rule.ts";
import { secondMs } from "../live/time.ts";
import type { Instant } from "../rows.ts";

/** How one alert went: how long until somebody took it, and until it was over. */
export interface AlertAnswer {
  readonly alert: string;
  readonly rule: Rule;
  readonly severity: Severity;
  readonly sku: string | null;
  readonly raisedAt: Instant;
  readonly by: string | null;
  readonly action: string | null;
  /** Null: nobody acknowledged it, or it never ended. */
  readonly answerSeconds: number | null;
  readonly openSeconds: number | null;
  readonly endedBy: string | null;
  readonly level: number;
}

/** How the room worked: alerts, patrols and messages to the host, and how fast each was answered. */
export interface Answers {
  readonly alerts: readonly AlertAnswer[];
  readonly raised: number;
  readonly acknowledged: number;
  /** Alerts that ended by themselves before anybody took them. */
  readonly endedUnanswered: number;
  readonly medianAnswerSeconds: number | null;
  readonly slowestAnswerSeconds: number | null;
  readonly passedOn: number;
  readonly patrols: { readonly opened: number; readonly answered: number; readonly missed: number };
  readonly messages: {
    readonly sent: number;
    readonly read: number;
    readonly medianReadSeconds: number | null;
  };
}

type Draft = { -readonly [Key in keyof AlertAnswer]: AlertAnswer[Key] };

export function answersOf(activities: readonly Activity[]): Answers {
  const alerts = alertsOf(activities);
  const times = alerts.flatMap(({ answerSeconds }) => (answerSeconds === null ? [] : [answerSeconds]));
  return {
    alerts,
    raised: alerts.length,
    acknowledged: times.length,
    endedUnanswered: alerts.filter((one) => one.answerSeconds === null && one.openSeconds !== null).length,
    medianAnswerSeconds: medianOf(times),
    slowestAnswerSeconds: times.length === 0 ? null : Math.max(...times),
    passedOn: alerts.filter(({ level }) => level > 0).length,
    patrols: patrolsOf(activities),
    messages: messagesOf(activities),
  };
}

function alertsOf(activities: readonly Activity[]): readonly AlertAnswer[] {
  const drafts = new Map<string, Draft>();
  for (const activity of activities) {
    if (activity.kind === "alert_raised") {
      const { id, rule, severity, sku, raisedAt, level } = activity.body.alert;
      const open = { by: null, action: null, answerSeconds: null, openSeconds: null, endedBy: null };
      drafts.set(id, { alert: id, rule, severity, sku, raisedAt, level, ...open });
    } else if (activity.kind === "alert_acknowledged") {
      const draft = drafts.get(activity.body.alert);
      if (draft === undefined || draft.answerSeconds !== null) continue;
      const { by, action, at } = activity.body.acknowledgement;
      Object.assign(draft, { by, action, answerSeconds: secondsBetween(draft.raisedAt, at) });
    } else if (activity.kind === "alert_escalated") {
      const draft = drafts.get(activity.body.alert);
      if (draft !== undefined) draft.level = activity.body.level;
    } else if (activity.kind === "alert_resolved") {
      const draft = drafts.get(activity.body.alert);
      if (draft === undefined) continue;
      draft.openSeconds = secondsBetween(draft.raisedAt, activity.at);
      draft.endedBy = activity.body.reason;
    }
  }
  return [...drafts.values()];
}

/** A card counts as answered once any of its products was: the rest of it is one tap. */
function patrolsOf(activities: readonly Activity[]): Answers["patrols"] {
  const answered = new Set<string>();
  let opened = 0;
  let missed = 0;
  for (const activity of activities) {
    if (activity.kind === "patrol_opened") {
      opened += 1;
      missed += activity.body.missed;
    } else if (activity.kind === "patrol_answered") answered.add(activity.body.patrol);
  }
  return { opened, answered: answered.size, missed };
}

function messagesOf(activities: readonly Activity[]): Answers["messages"] {
  const sentAt = new Map<string, Instant>();
  const times = new Map<string, number>();
  for (const activity of activities) {
    if (activity.kind === "host_message") sentAt.set(activity.body.message, activity.at);
    else if (activity.kind === "host_message_acknowledged") {
      const at = sentAt.get(activity.body.message);
      if (at !== undefined && !times.has(activity.body.message))
        times.set(activity.body.message, secondsBetween(at, activity.at));
    }
  }
  return { sent: sentAt.size, read: times.size, medianReadSeconds: medianOf([...times.values()]) };
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, to - from) / secondMs;
}

/** The value in the middle, of two the one between; null without any. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
