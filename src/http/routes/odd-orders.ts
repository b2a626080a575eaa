import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  OddQuery,
  CaseStepBody,
  OddPolicyBody,
  OddPreviewBody,
  ScanBody,
  type OddCaseItem,
  type OddCaseList,
  type OddOrderItem,
  type OddPolicyItem,
  type OddPreview,
  type ScanResult,
} from "../../api/after-live.ts";
import { CaseParams, FileQuery } from "../../api/after-live-queries.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import { timeOf } from "../../api/text.ts";
import { actionWords, totalsOfCase, type CaseStep, type OddCase } from "../../domain/odd/case.ts";
import type { Finding } from "../../domain/odd/detect.ts";
import { sayHit } from "../../domain/odd/evidence.ts";
import { listedAddressKey, type ContactKeys } from "../../domain/odd/side.ts";
import { oddRules, ruleWords, thresholdRanges, type OddPolicy } from "../../domain/odd/policy.ts";
import {
  oddCaseKind,
  oddPolicyDocument,
  previewOdd,
  readCases,
  readOddPolicy,
  scanOrders,
  type Period,
} from "../../engine/after-live/odd-orders.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { csvOf, xlsxOf } from "../../import/sheet-file.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { unknownSession } from "../sessions/refused.ts";
import { xlsxType } from "../reports/pages.ts";
import { sendFile } from "./reports.ts";
import { evidenceFile } from "../reports/evidence.ts";
import { describe, typed } from "./schema.ts";

const tag = "Odd orders";
const previewShownMax = 50;

/** Orders that look odd: what the rules find, the cases that people decide, and the thresholds. */
export const addOddOrderRoutes: AddRoutes = (app, context) => {
  addPolicyRoutes(app, context);
  addScanRoutes(app, context);
  addCaseRoutes(app, context);
  addEvidenceRoutes(app, context);
};

function addPolicyRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/odd-orders/policy",
    { onRequest: see, schema: describe(tag, "The thresholds of the rules, with their ranges") },
    async (request): Promise<OddPolicyItem> => policyItem(context, await context.shopOf(request)),
  );

  routes.put(
    "/api/v1/odd-orders/policy",
    {
      onRequest: context.guard("catalog:write"),
      schema: { ...describe(tag, "Change the thresholds"), body: OddPolicyBody },
    },
    async (request): Promise<OddPolicyItem> => {
      const shop = await context.shopOf(request);
      const { policy, version } = await readOddPolicy({ read: context.store.read, shop: shop.id });
      const { forwarders = policy.forwarders, ...rest } = request.body as OddPolicyBody;
      const changed = { ...rest, forwarders };
      await putDocument(context, request, oddPolicyDocument(changed, version, context.contactKeys(shop.id)));
      return policyItem(context, shop);
    },
  );

  routes.post(
    "/api/v1/odd-orders/preview",
    {
      onRequest: see,
      schema: { ...describe(tag, "What other thresholds would have found"), body: OddPreviewBody },
    },
    async (request): Promise<OddPreview> => {
      const shop = await context.shopOf(request);
      const { policy: wanted, ...which } = request.body as OddPreviewBody;
      const options = { read: context.store.read, sides: context.store.orderSides, shop: shop.id };
      const { policy } = await readOddPolicy(options);
      const after: OddPolicy = { ...policy, ...wanted, ...listedIn(wanted, context.contactKeys(shop.id)) };
      const preview = await previewOdd(options, await periodOf(shop, which, context), policy, after);
      const { orders, oddBefore, oddAfter, rules, found, lost } = preview;
      return {
        orders,
        oddBefore,
        oddAfter,
        rules,
        found: found.slice(0, previewShownMax).map(findingItem),
        lost: lost.slice(0, previewShownMax).map(findingItem),
      };
    },
  );
}

/** Addresses of a list that is only tried have no keys yet. */
function listedIn({ forwarders }: OddPolicyBody, keys: ContactKeys): Partial<OddPolicy> {
  if (forwarders === undefined) return {};
  return { forwardingAddresses: new Set(forwarders.map((text) => listedAddressKey(text, keys))) };
}

async function policyItem({ store }: RouteContext, shop: OpenShop): Promise<OddPolicyItem> {
  const { policy, version } = await readOddPolicy({ read: store.read, shop: shop.id });
  const { thresholds, points, casePoints, forwarders } = policy;
  return {
    forwarders,
    thresholds,
    points,
    casePoints,
    version,
    rules: oddRules.map((rule) => ({
      rule,
      words: ruleWords[rule],
    })),
    ranges: thresholdRanges,
  };
}

/** A day, a session, or today. */
export async function periodOf(
  shop: OpenShop,
  { day, session }: { readonly day?: string; readonly session?: string },
  { clock }: Pick<RouteContext, "clock">,
): Promise<Period> {
  if (day !== undefined && session !== undefined)
    throw invalidBody({
      path: "session",
      problem: "give day or session, not both",
      problemZh: "day 和 session 只能写一个",
    });
  if (session === undefined) return shop.reports.spanOf(day ?? shop.day().date);
  const open = await shop.sessions.get(session);
  if (open === null) throw unknownSession();
  const { liveSince, endedAt } = open.state;
  return { from: liveSince ?? open.plan.startsAt, to: endedAt ?? clock.now() };
}

function addScanRoutes(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/odd-orders/scans",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe(tag, "Look for odd orders of a day or a session, and open cases"),
        body: ScanBody,
      },
    },
    async (request): Promise<ScanResult> => {
      const shop = await context.shopOf(request);
      const options = { read: context.store.read, sides: context.store.orderSides, shop: shop.id };
      const { policy } = await readOddPolicy(options);
      const { orders, findings } = await scanOrders(
        options,
        await periodOf(shop, request.body, context),
        policy,
      );
      const { fresh, cases } = await shop.odd.open(findings, context.caller(request).actor);
      return {
        orders,
        odd: findings.filter(({ odd }) => odd).length,
        rules: oddRules.map((rule) => ({
          rule,
          orders: findings.filter(({ hits }) => hits.some((hit) => hit.rule === rule)).length,
        })),
        newCases: fresh,
        cases: cases.map(caseItem),
      };
    },
  );
}

function addCaseRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/odd-orders",
    { onRequest: see, schema: { ...describe(tag, "Cases, the latest first"), querystring: OddQuery } },
    async (request): Promise<OddCaseList> => {
      const shop = await context.shopOf(request);
      const { state } = request.query;
      const cases = await readCases({ read: context.store.read, shop: shop.id });
      const items = cases.filter(({ odd }) => state === undefined || odd.state === state);
      return { items: items.map(({ odd }) => caseItem(odd)) };
    },
  );

  routes.get(
    "/api/v1/odd-orders/:id",
    { onRequest: see, schema: { ...describe(tag, "One case"), params: CaseParams } },
    async (request): Promise<OddCaseItem> => caseItem(await caseOf(context, request)),
  );

  routes.post(
    "/api/v1/odd-orders/:id/steps",
    {
      onRequest: context.guard("orders:write"),
      schema: {
        ...describe(tag, "Clear or confirm a case, reopen it, or do something about it"),
        params: CaseParams,
        body: CaseStepBody,
      },
    },
    async (request): Promise<OddCaseItem> => {
      const shop = await context.shopOf(request);
      const step = stepOf(request.body);
      const done = await shop.odd.step(request.params.id, step, context.caller(request).actor);
      if (done === null) throw unknownCase();
      if (!done.ok)
        throw new ProblemError("conflict", {
          reason: done.code,
          problem: done.words.en,
          problemZh: done.words.zh,
        });
      return caseItem(done.odd);
    },
  );
}

function stepOf({ step, reason = "", action, units }: CaseStepBody): CaseStep {
  if (step !== "act") return { step, reason };
  if (action === undefined)
    throw invalidBody({ path: "action", problem: "it is missing", problemZh: "缺少这一项" });
  return { step, action, ...(units === undefined ? {} : { units }) };
}

type CaseRequest = FastifyRequest & { readonly params: CaseParams };

async function caseOf(context: RouteContext, request: CaseRequest): Promise<OddCase> {
  const shop = await context.shopOf(request);
  const document = await context.store.read.document(shop.id, oddCaseKind, request.params.id);
  if (document === null) throw unknownCase();
  return document.body as OddCase;
}

function unknownCase(): ProblemError {
  return new ProblemError("not_found", { what: "such case", whatZh: "这个案件" });
}

function addEvidenceRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const onRequest = context.guard("stock:read");
  const schema = { params: CaseParams, querystring: FileQuery };

  routes.get(
    "/api/v1/odd-orders/:id/evidence.xlsx",
    {
      onRequest,
      schema: { ...describe(tag, "The evidence for the platform's support, as a workbook"), ...schema },
    },
    async (request, reply) => {
      const sheet = evidenceFile(await caseOf(context, request), request.query.language ?? "zh");
      return sendFile(reply, `${sheet.title}.xlsx`, xlsxType, await xlsxOf([sheet], 2));
    },
  );

  routes.get(
    "/api/v1/odd-orders/:id/evidence.csv",
    { onRequest, schema: { ...describe(tag, "The evidence for the platform's support, as CSV"), ...schema } },
    async (request, reply) => {
      const sheet = evidenceFile(await caseOf(context, request), request.query.language ?? "zh");
      return sendFile(reply, `${sheet.title}.csv`, "text/csv; charset=utf-8", csvOf(sheet, 2));
    },
  );
}

export function caseItem(odd: OddCase): OddCaseItem {
  const { id, state, openedAt, decided, measures, orders } = odd;
  return {
    id,
    state,
    openedAt: timeOf(openedAt),
    decided:
      decided === null
        ? null
        : {
            ...decided,
            at: timeOf(decided.at),
          },
    measures: measures.map((one) => ({
      ...one,
      at: timeOf(one.at),
      words: actionWords[one.action],
    })),
    orders: orders.map((order) => orderItem(order)),
    totals: totalsOfCase(odd),
  };
}

function orderItem(order: OddCase["orders"][number]): OddOrderItem {
  const { channel, orderId, placedAt, units, amount, buyer, skus, points, hits } = order;
  return {
    channel,
    orderId,
    units,
    amount,
    buyer,
    skus,
    points,
    placedAt: timeOf(placedAt),
    hits: hits.map((hit) => ({
      ...hit,
      words: {
        zh: sayHit(hit, "zh"),
        en: sayHit(hit, "en"),
      },
    })),
  };
}

function findingItem({ order, hits, points }: Finding): OddOrderItem {
  const { channel, orderId, placedAt, buyer, phone, address, lines } = order;
  const units = lines.reduce((sum, line) => sum + line.units, 0);
  const amount = lines.reduce((sum, line) => sum + (line.amount ?? 0), 0);
  const skus = [...new Set(lines.map(({ sku }) => sku))].toSorted();
  return orderItem({ channel, orderId, placedAt, buyer, phone, address, units, amount, skus, hits, points });
}
