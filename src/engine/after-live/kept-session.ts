import { createHash } from "node:crypto";
import { canonicalText } from "../../domain/report/canonical.ts";
import type { SessionReport } from "../../domain/report/session-report.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Reads } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { SkuNames } from "../names.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import { makeSessionReport, sessionReportLimits, type SessionReportsOptions } from "./session-reports.ts";

export const sessionReportKind = "session_report";

/** The report of a session with the names that it was read with: so far, or as it is kept. */
export interface SessionAnswer {
  readonly report: SessionReport;
  /** SKU → name, of every SKU that it names. */
  readonly names: Readonly<Record<string, string>>;
  /** SHA-256 of the report's canonical text; null while it may still change. */
  readonly hash: string | null;
  readonly keptAt: Instant | null;
}

type Kept = Pick<SessionAnswer, "report" | "names"> & { readonly hash: string };

export interface KeptSessionsOptions extends SessionReportsOptions {
  readonly store: SessionReportsOptions["store"];
  readonly names: Pick<SkuNames, "of">;
}

/**
 * The report of a session. One that is kept is read and never made again: what is renamed, moved or heard of later
 * changes no byte of it.
 */
export async function sessionAnswer(
  options: KeptSessionsOptions,
  open: OpenSession,
  now: Instant,
): Promise<SessionAnswer> {
  const kept = await readKeptSession(options.store.read, options.shop.id, open);
  if (kept !== null) return kept;
  const report = await makeSessionReport(options, open, now);
  const names = Object.fromEntries(await options.names.of(skusOf(report)));
  return { report, names, hash: null, keptAt: null };
}

async function readKeptSession(
  read: Pick<Reads, "document">,
  shop: number,
  { plan, state }: OpenSession,
): Promise<SessionAnswer | null> {
  if (state.endedAt === null) return null;
  const document = await read.document(shop, sessionReportKind, idOf(plan.id, state.endedAt));
  if (document === null) return null;
  return { ...(document.body as Kept), keptAt: document.updatedAt };
}

/** Whether nothing of it is expected any more: what channels say late has been heard. */
export function isSettled({ endedAt }: Pick<SessionReport, "endedAt">, now: Instant): boolean {
  return endedAt !== null && endedAt + sessionReportLimits.lateMs <= now;
}

/**
 * Keeps a report as it is. Where another node was faster, what that one wrote holds. One of a session that is still
 * on is not kept.
 */
export async function keepSession(
  batcher: Pick<Batcher, "submit">,
  { report, names, keptAt }: SessionAnswer,
  by: { readonly actor: string; readonly at: Instant },
): Promise<boolean> {
  if (report.endedAt === null || keptAt !== null) return false;
  const outcome = await batcher.submit({
    type: "putDocument",
    kind: sessionReportKind,
    id: idOf(report.session, report.endedAt),
    version: 0,
    body: { report, names, hash: sessionHash(report) } satisfies Kept,
    ...by,
  });
  return outcome.code === "applied";
}

/** What a session's review signs. */
export function sessionHash(report: SessionReport): string {
  return createHash("sha256").update(canonicalText(report)).digest("hex");
}

/** A session that was taken up again ends again, and then has another report. */
function idOf(session: string, endedAt: Instant): string {
  return `${session}/${endedAt}`;
}

function skusOf(report: SessionReport): ReadonlySet<string> {
  return new Set([
    ...report.products.map(({ sku }) => sku),
    ...report.events.flatMap(({ sku }) => (sku === null ? [] : [sku])),
    ...report.oversells.map(({ sku }) => sku),
  ]);
}
