import type { Severity } from "../../domain/live/rule.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Document, Instant } from "../../domain/rows.ts";
import type { NewDelivery } from "../../store/deliveries.ts";
import type { ShopId, Store } from "../../store/store.ts";

/** What people are told who are not looking at the screen. */

export const noticeTopics = [
  "alert",
  "patrol",
  "reminder",
  "stop_sell",
  "shortage",
  "unknown_status",
  "report",
] as const;
export type NoticeTopic = (typeof noticeTopics)[number];

export interface Notice {
  /** Names what is told: telling it again changes nothing. */
  readonly key: string;
  readonly topic: NoticeTopic;
  readonly session: string | null;
  readonly severity: Severity;
  /** One line. */
  readonly title: Words;
  /** Markdown: bold and lists. */
  readonly text: Words;
  /** The page on which to act, as a path: `/live/s1`. */
  readonly link: string;
  readonly at: Instant;
}

/** A receiver as its document keeps it. */
export interface RobotRecord {
  readonly name: string;
  readonly kind: string;
  /** The configuration as JSON, sealed: it holds addresses and secrets. */
  readonly sealed: string;
  readonly active: boolean;
  /** Told of this severity and above. */
  readonly severityMin: Severity;
  /** Told of these topics; empty: of all. */
  readonly topics: readonly NoticeTopic[];
  readonly language: "zh" | "en";
  /** Web Push: whose browser it is. */
  readonly user: string | null;
}

export const robotKind = "robot";

export function robotOf(document: Document): RobotRecord {
  return document.body as RobotRecord;
}

export function wants(robot: RobotRecord, notice: Pick<Notice, "severity" | "topic">): boolean {
  if (!robot.active || notice.severity < robot.severityMin) return false;
  return robot.topics.length === 0 || robot.topics.includes(notice.topic);
}

/**
 * Writes a delivery for every receiver that wants the notice. Delivering is a job of its own: whoever tells
 * waits for no network.
 * @returns how many receivers there are
 */
export async function tell(
  store: Pick<Store, "deliveries"> & { readonly read: Pick<Store["read"], "documents"> },
  shop: ShopId,
  notice: Notice,
): Promise<number> {
  const robots = await store.read.documents(shop, robotKind);
  const wanted = robots.filter((document) => wants(robotOf(document), notice));
  const { key, topic, session, at } = notice;
  const deliveries = wanted.map(({ id }): NewDelivery => ({
    message: key,
    robot: id,
    topic,
    session,
    payload: JSON.stringify(notice),
    createdAt: at,
  }));
  if (deliveries.length > 0) await store.deliveries.put(shop, deliveries);
  return deliveries.length;
}

export function noticeOf(payload: string): Notice {
  return JSON.parse(payload) as Notice;
}
