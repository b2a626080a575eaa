import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  RepairBody,
  type DifferenceItem,
  type DifferencePage,
  type NightCloseItem,
  type ReconciliationItem,
  type ReconciliationList,
  type RepairResult,
} from "../../api/after-live.ts";
import {
  DayParams,
  DifferencesQuery,
  ReconcileQuery,
  ReconciliationParams,
  ReconciliationsQuery,
} from "../../api/after-live-queries.ts";
import { ImportRouteError } from "../../api/imports.ts";
import { invalidBody, ProblemError, problemOfRefusal } from "../../api/problem.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { causes, repairWords, type CauseCode } from "../../domain/reconcile/cause.ts";
import { causeWords, type CloseDifference } from "../../domain/reconcile/three-way.ts";
import {
  isAcknowledgeable,
  isRepairable,
  partOf,
  reconciliationKind,
  repairLines,
  runReconciliation,
  type KeptLine,
  type KeptReconciliation,
} from "../../engine/after-live/reconciling.ts";
import { latestOfEach, nightOf } from "../../engine/after-live/night-close.ts";
import { standingNow } from "../../engine/after-live/standing.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { openTable } from "../../import/file/table.ts";
import { ImportFileError } from "../../import/problem.ts";
import type { Profile } from "../../import/profile.ts";
import { recogniseProfiles } from "../../import/profile-recognise.ts";
import { loadShelf } from "../../import/apply/shelf.ts";
import { readChannelList, type ChannelList } from "../../import/channel-list.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { sendProblem } from "../errors.ts";
import { Uploads } from "../imports/uploads.ts";
import { unknownSession } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Reconciliation";
const closeRowsMax = 500;

/** A channel's own list of orders against the books, and the nightly close of shelves, books and channels. */
export const addReconciliationRoutes: AddRoutes = (app, context) => {
  addReadRoutes(app, context);
  addRepairRoute(app, context);
  addCloseRoute(app, context);
  const dataDir = context.dataDir ?? path.join(tmpdir(), `zaiku-${process.pid}`);
  const uploads = new Uploads(path.join(dataDir, "channel-lists"), context.clock.random(4));
  app.addHook("onReady", () => uploads.clean());
  app.addHook("onClose", () => uploads.clean());
  app.register(async (files) => {
    files.setErrorHandler((error, _request, reply) => {
      if (error instanceof ImportRouteError) return sendProblem(reply, error.problem);
      if (error instanceof ImportFileError) {
        const data = { reason: error.code, ...(error.line === undefined ? {} : { line: error.line }) };
        return sendProblem(reply, new ImportRouteError("import_unreadable", error, data).problem);
      }
      throw error;
    });
    // A file is taken as it is, whatever it calls itself.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    addUploadRoute(files, context, uploads, [path.join(dataDir, "profiles")]);
  });
};

function addUploadRoute(
  app: FastifyInstance,
  context: RouteContext,
  uploads: Uploads,
  profileDirs: readonly string[],
): void {
  typed(app).post(
    "/api/v1/reconciliations",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe(tag, "Compare a channel's exported list of orders, the body, with the books"),
        querystring: ReconcileQuery,
      },
    },
    async (request, reply): Promise<ReconciliationItem> => {
      const { channel, profile: named } = request.query;
      const { body } = request;
      if (!(body instanceof Readable)) throw new ImportFileError("file_empty");
      const shop = await context.shopOf(request);
      const channels = await context.store.read.channels(shop.id);
      if (!channels.some((one) => one.channel === channel))
        throw new ProblemError("not_found", { what: "such channel", whatZh: "这个渠道" });
      const covers = await coversOf(context, request, shop);
      const id = context.clock.random(12);
      await uploads.receive(id, body, null);
      try {
        const { profiles } = await loadShelf(context.store.read, shop.id, profileDirs);
        const { list, profile } = await readList(uploads.fileOf(id), profiles, named);
        const kept = await runReconciliation(reconcilerOf(context, shop), {
          channel,
          ...covers,
          profile: profile.name,
          fileName: fileNameOf(request),
          lines: list.lines,
          skippedRows: list.skippedRows,
          badRows: list.badRows,
          actor: context.caller(request).actor,
        });
        reply.code(201);
        return itemOf(kept);
      } finally {
        await uploads.remove(id);
      }
    },
  );
}

async function readList(
  file: string,
  profiles: ReadonlyMap<string, Profile>,
  named: string | undefined,
): Promise<{ list: ChannelList; profile: Profile }> {
  const table = await openTable(file);
  try {
    const fitting = recogniseProfiles(table.headers, profiles.values()).filter(
      (one) => one.missing.length === 0 && one.profile.kind === "orders",
    );
    const profile = named === undefined ? fitting[0]?.profile : profiles.get(named);
    if (profile?.kind !== "orders")
      throw new ImportRouteError(
        "import_profile",
        {
          zh: "没有适合这份订单导出的方案：在导入页把各列对应一次，保存后再对账",
          en: "No profile fits this list of orders: map its columns once on the import page, then compare again",
        },
        { headers: [...table.headers] },
      );
    return { list: await readChannelList(table, profile), profile };
  } finally {
    await table.close();
  }
}

async function coversOf(
  context: RouteContext,
  request: FastifyRequest & { readonly query: ReconcileQuery },
  shop: OpenShop,
): Promise<{ day: string; session: string | null; covers: { from: number; to: number } | null }> {
  const { day, session } = request.query;
  if (day !== undefined && session !== undefined)
    throw invalidBody({
      path: "session",
      problem: "give day or session, not both",
      problemZh: "day 和 session 只能写一个",
    });
  if (session !== undefined) {
    const open = await shop.sessions.get(session);
    if (open === null) throw unknownSession();
    const from = open.state.liveSince ?? open.plan.startsAt;
    const to = open.state.endedAt ?? context.clock.now();
    return { day: shop.reports.dateOf(from), session, covers: { from, to } };
  }
  if (day === undefined) return { day: shop.day().date, session: null, covers: null };
  return { day, session: null, covers: shop.reports.spanOf(day) };
}

/** Percent-encoded UTF-8, since a header holds no Chinese; only the last part of a path. */
function fileNameOf(request: FastifyRequest): string {
  const header = request.headers["x-file-name"];
  let name = typeof header === "string" ? header : "";
  try {
    name = decodeURIComponent(name);
  } catch {
    // Not percent-encoded: it is a name as it stands.
  }
  return (
    name
      .replaceAll(/\p{Cc}/gu, "")
      .split(/[/\\]/)
      .at(-1)
      ?.slice(0, 200) || "upload"
  );
}

function reconcilerOf({ store, clock }: RouteContext, shop: OpenShop) {
  return { store, shop: shop.id, batcher: shop.batcher, clock };
}

function addReadRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const onRequest = context.guard("stock:read");
  const { read } = context.store;

  routes.get(
    "/api/v1/reconciliations",
    {
      onRequest,
      schema: {
        ...describe(tag, "Comparisons that were made, the latest first"),
        querystring: ReconciliationsQuery,
      },
    },
    async (request): Promise<ReconciliationList> => {
      const shop = await context.shopOf(request);
      const items = [];
      for (const kept of await listsOf(context, shop, request.query))
        items.push(itemOf(await standingNow(read, shop.id, kept)));
      return { items };
    },
  );

  routes.get(
    "/api/v1/reconciliations/:id",
    { onRequest, schema: { ...describe(tag, "One comparison"), params: ReconciliationParams } },
    async (request): Promise<ReconciliationItem> => {
      const shop = await context.shopOf(request);
      const kept = await keptOf(context, shop, request.params.id);
      return itemOf(await standingNow(read, shop.id, kept));
    },
  );

  routes.get(
    "/api/v1/reconciliations/:id/differences",
    {
      onRequest,
      schema: {
        ...describe(tag, "What differs, line by line"),
        params: ReconciliationParams,
        querystring: DifferencesQuery,
      },
    },
    async (request): Promise<DifferencePage> => {
      const shop = await context.shopOf(request);
      const kept = await keptOf(context, shop, request.params.id);
      const { cause, open, after = 0, limit = 100 } = request.query;
      const items: DifferenceItem[] = [];
      for (let index = 0; index < kept.parts && items.length <= limit; index += 1) {
        const lines = await partOf(read, shop.id, kept, index);
        const names = await shop.names.of(lines.flatMap(({ sku }) => (sku === null ? [] : [sku])));
        for (const one of lines.flatMap((line) => differenceItems(line, names)))
          if (one.number >= after && (cause === undefined || one.cause === cause))
            if (open === undefined || (one.open && one.repairedAt === null) === open) items.push(one);
      }
      return { items: items.slice(0, limit), next: items[limit]?.number ?? null };
    },
  );
}

/** Of a day or a session, or all of them; the latest first. */
export async function listsOf(
  { store }: Pick<RouteContext, "store">,
  shop: OpenShop,
  { day, session }: { readonly day?: string; readonly session?: string },
): Promise<readonly KeptReconciliation[]> {
  const documents = await store.read.documents(shop.id, reconciliationKind);
  return documents
    .map(({ body }) => body as KeptReconciliation)
    .filter((kept) => day === undefined || kept.day === day)
    .filter((kept) => session === undefined || kept.session === session)
    .toSorted((a, b) => b.at - a.at);
}

async function keptOf({ store }: RouteContext, shop: OpenShop, id: string): Promise<KeptReconciliation> {
  const document = await store.read.document(shop.id, reconciliationKind, id);
  if (document === null) throw new ProblemError("not_found", { what: "such comparison", whatZh: "这次对账" });
  return document.body as KeptReconciliation;
}

function addRepairRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/reconciliations/:id/repairs",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe(
          tag,
          "Put differences right in the books as the channel's list says, or acknowledge them",
        ),
        params: ReconciliationParams,
        body: RepairBody,
      },
    },
    async (request): Promise<RepairResult> => {
      const shop = await context.shopOf(request);
      const kept = await keptOf(context, shop, request.params.id);
      const { numbers, cause, deed = "repair" } = request.body;
      if ((numbers === undefined) === (cause === undefined))
        throw invalidBody({
          path: "numbers",
          problem: "give numbers or cause, one of the two",
          problemZh: "numbers 和 cause 写一个",
        });
      const chosen = new Set(numbers);
      const wanted = (line: KeptLine): boolean =>
        line.differences.some(
          (one, index) =>
            (deed === "repair" ? isRepairable(one) : one.open) &&
            (cause === undefined ? chosen.has(line.number + index) : one.cause === cause),
        );
      const { actor } = context.caller(request);
      const done = await repairLines(reconcilerOf(context, shop), kept, { deed, wanted, actor });
      return {
        ...done,
        failed: done.failed.map(({ number, refusal }) => {
          const { code, detail, detailZh } = problemOfRefusal(refusal);
          return { number, code, words: { zh: detailZh, en: detail } };
        }),
      };
    },
  );
}

function addCloseRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).get(
    "/api/v1/reports/days/:date/close",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "Shelves, books and channels of a day, side by side"), params: DayParams },
    },
    async (request): Promise<NightCloseItem> => {
      const shop = await context.shopOf(request);
      const { date } = request.params;
      const answer = await shop.reports.day(date);
      if (answer === null)
        throw new ProblemError("not_found", { what: "report of that day", whatZh: "这一天的报表" });
      const lists = latestOfEach(await listsOf(context, shop, { day: date }));
      const standing = [];
      for (const kept of lists) standing.push(await standingNow(context.store.read, shop.id, kept));
      const { rows, differences, ...night } = nightOf(answer.report, standing);
      const names = new Map(answer.report.rows.map(({ sku, name }) => [sku, name]));
      const channels = lists.map(({ channel }) => channel);
      return {
        date,
        ...night,
        channels,
        missingChannels: answer.report.channels
          .filter(({ channel, sales }) => sales.orders > 0 && !channels.includes(channel))
          .map(({ channel }) => channel),
        differences: differences.map(worded),
        rows: rows
          .filter((row) => row.differences.length > 0)
          .toSorted((a, b) => b.unexplained - a.unexplained)
          .slice(0, closeRowsMax)
          .map((row) => ({
            ...row,
            name: names.get(row.sku) ?? "",
            differences: row.differences.map(worded),
          })),
      };
    },
  );
}

function worded(one: CloseDifference) {
  return { ...one, words: causeWords(one.cause) };
}

export function itemOf(kept: KeptReconciliation): ReconciliationItem {
  const { id, channel, day, session, fileName, profile, by, skippedRows, badRows } = kept;
  const { lines, matched, differing, open, there, here, tookMs } = kept;
  return {
    id,
    channel,
    day,
    session,
    fileName,
    profile,
    by,
    skippedRows,
    badRows,
    lines,
    matched,
    differing,
    open,
    there,
    here,
    tookMs,
    at: timeOf(kept.at),
    from: timeOf(kept.from),
    to: timeOf(kept.to),
    causes: kept.causes.map((sum) => ({
      ...sum,
      ...wordsOf(sum.cause),
    })),
  };
}

function wordsOf(cause: CauseCode) {
  const { zh, en, repair } = causes[cause];
  return { words: { zh, en }, repair, repairWords: repairWords[repair] };
}

function differenceItems(line: KeptLine, names: ReadonlyMap<string, string>): readonly DifferenceItem[] {
  const { orderId, lineId, sku, there, here, repairedAt, repairedBy } = line;
  return line.differences.map(({ kind, cause, open, units, amount, repair }, index) => ({
    number: line.number + index,
    orderId,
    lineId,
    sku,
    name: names.get(sku ?? "") ?? "",
    kind,
    cause,
    open,
    units,
    amount,
    there,
    here,
    ...wordsOf(cause),
    repairable: isRepairable({ repair }),
    acknowledgeable: open && isAcknowledgeable(line),
    repairedAt: timeOrNull(repairedAt),
    repairedBy,
  }));
}
