import type { ReplayData, TimelinePage } from "../../../api/session-view.ts";

export type Event = TimelinePage["items"][number];

/** Where an event stands on the axis. */
export const lanes = ["pointer", "alert", "action", "life"] as const;
export type Lane = (typeof lanes)[number];

const laneOf: Readonly<Record<string, Lane>> = {
  pointer: "pointer",
  alert_raised: "alert",
  alert_escalated: "alert",
  patrol_escalated: "alert",
  alert_acknowledged: "action",
  alert_muted: "action",
  patrol_answered: "action",
  host_message: "action",
  playbook_step: "action",
  supplier_asked: "action",
  supplier_answered: "action",
  tranche_released: "action",
  stop_sell: "action",
  stop_sell_confirmed: "action",
  stop_sell_lifted: "action",
  review_decided: "action",
  sampling: "action",
  note: "action",
  life: "life",
  plan_changed: "life",
};

/** The lane of a kind of event; null: it is in the list only. */
export function laneOfKind(kind: string): Lane | null {
  return laneOf[kind] ?? null;
}

/** Between 0 and 1: where a moment is on the axis. */
export function shareOf(data: Pick<ReplayData, "from" | "to">, at: number): number {
  const from = Date.parse(data.from);
  const span = Date.parse(data.to) - from;
  return span <= 0 ? 0 : Math.min(1, Math.max(0, (at - from) / span));
}

/** The minute of the axis that a moment lies in; −1 before the first. */
export function minuteAt(data: Pick<ReplayData, "from" | "minutes">, at: number): number {
  return Math.min(data.minutes.length - 1, Math.floor((at - Date.parse(data.from)) / 60_000));
}

/** What was so at a moment. */
export interface Moment {
  readonly minute: number;
  /** The slot that was on. */
  readonly slot: string | null;
  readonly sku: string | null;
  readonly viewers: number | null;
  readonly orders: number;
  /** Minor units, from the beginning to here. */
  readonly amount: number;
  readonly sold: number;
  readonly openAlerts: number;
}

/** Reads the session at a moment. `skuOf` names a slot's product where its event does not. */
export function momentAt(
  data: ReplayData,
  events: readonly Event[],
  at: number,
  skuOf: ReadonlyMap<string, string>,
): Moment {
  const minute = minuteAt(data, at);
  const past = data.minutes.slice(0, minute + 1);
  const now = past.at(-1);
  let slot: string | null = null;
  let sku: string | null = null;
  const open = new Set<string>();
  for (const event of events) {
    if (Date.parse(event.at) > at) break;
    if (event.kind === "pointer" && typeof event.body.slot === "string") {
      slot = event.body.slot;
      sku = event.sku ?? skuOf.get(slot) ?? null;
    }
    const alert = alertOf(event);
    if (alert === null) continue;
    if (event.kind === "alert_raised") open.add(alert);
    else if (event.kind === "alert_resolved") open.delete(alert);
  }
  return {
    minute,
    slot,
    sku,
    viewers: now?.viewers ?? null,
    orders: now === undefined ? 0 : sum(Object.values(now.orders)),
    amount: sum(past.map((one) => one.amount)),
    sold: sum(data.skus.map((one) => sum(one.sold.slice(0, minute + 1)))),
    openAlerts: open.size,
  };
}

/** The alert that an event is about. A raised one carries it whole, the others its name. */
export function alertOf(event: Event): string | null {
  const { alert } = event.body;
  if (typeof alert === "string") return alert;
  if (typeof alert === "object" && alert !== null && "id" in alert && typeof alert.id === "string")
    return alert.id;
  return null;
}

/** The rule of an alert's event: by what was raised, or from the name of the alert (`session/rule/subject/…`). */
export function ruleOf(event: Event): string | null {
  const { alert } = event.body;
  if (typeof alert === "object" && alert !== null && "rule" in alert && typeof alert.rule === "string")
    return alert.rule;
  return typeof alert === "string" ? (alert.split("/")[1] ?? null) : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
