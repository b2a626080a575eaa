import type { FastifyInstance, FastifyRequest } from "fastify";
import { KeyHeaders } from "../../api/goods.ts";
import {
  LoanBody,
  LoanDueBody,
  LoanItem,
  LoanPage,
  LoanParams,
  LoanReturnBody,
  LoanWriteOffBody,
} from "../../api/samples.ts";
import { instantOf, timeOf } from "../../api/text.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { loanSums, type Loan } from "../../domain/returns/sample.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { requirePaper } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { describe, typed } from "./schema.ts";

const tag = "Samples";
const doneListedMax = 200;

/** Samples that are lent to a session or a person, and come back or are written off. */
export const addSampleRoutes: AddRoutes = (app, context) => {
  addLoans(app, context);
  addSteps(app, context);
};

function addLoans(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);

  routes.get(
    "/api/v1/samples",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Who has what: what is out, the earliest due first, then what is back"),
        response: { 200: LoanPage },
      },
    },
    async (request): Promise<LoanPage> => {
      const { samples, names } = await context.shopOf(request);
      const all = await samples.list();
      const isOut = (loan: Loan): boolean => loanSums(loan).open > 0;
      const out = all.filter(isOut).toSorted((a, b) => a.dueAt - b.dueAt);
      const back = all.filter((loan) => !isOut(loan)).slice(0, doneListedMax);
      const items = [];
      for (const loan of [...out, ...back]) items.push(await itemOf(context, request, loan));
      const unassigned = await samples.unassigned();
      const named = await names.of(unassigned.map(({ sku }) => sku));
      return {
        items,
        overdue: items.filter(({ overdue }) => overdue).length,
        unassigned: unassigned.map((one) => ({ ...one, name: named.get(one.sku) ?? "" })),
      };
    },
  );

  routes.post(
    "/api/v1/samples",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "Lends samples"),
        headers: KeyHeaders,
        body: LoanBody,
        response: { 201: LoanItem },
      },
    },
    async (request, reply): Promise<LoanItem> => {
      const { samples } = await context.shopOf(request);
      const { warehouse = mainWarehouse, bin = "", session = null, note = "", dueAt, ...rest } = request.body;
      const asked = {
        ...rest,
        request: request.headers["idempotency-key"],
        warehouse,
        bin,
        session,
        note,
        borrower: rest.borrower.trim(),
        dueAt: instantOf(dueAt),
      };
      const lent = requirePaper(await samples.lend(asked, context.caller(request)));
      reply.code(201);
      return itemOf(context, request, lent.state);
    },
  );
}

function addSteps(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/samples/:loan/returns",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Samples come back, good or damaged"),
        params: LoanParams,
        body: LoanReturnBody,
        response: { 200: LoanItem },
      },
    },
    async (request): Promise<LoanItem> => {
      const { samples } = await context.shopOf(request);
      const { bin = "", override, ...body } = request.body;
      const { loan } = request.params;
      const { at } = context.caller(request);
      await requirePuts(context, request, await putsOf(samples, loan, { ...body, bin }), {
        override,
        key: `loan/${loan}/${at}`,
      });
      const step = { kind: "returned", body: { ...body, bin } } as const;
      const acted = await samples.act(loan, step, context.caller(request));
      return itemOf(context, request, requirePaper(acted).state);
    },
  );

  routes.post(
    "/api/v1/samples/:loan/write-offs",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Samples will not come back"),
        params: LoanParams,
        body: LoanWriteOffBody,
        response: { 200: LoanItem },
      },
    },
    async (request): Promise<LoanItem> => {
      const { samples } = await context.shopOf(request);
      const step = { kind: "written_off", body: request.body } as const;
      const acted = await samples.act(request.params.loan, step, context.caller(request));
      return itemOf(context, request, requirePaper(acted).state);
    },
  );

  routes.post(
    "/api/v1/samples/:loan/due",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Samples may stay longer"),
        params: LoanParams,
        body: LoanDueBody,
        response: { 200: LoanItem },
      },
    },
    async (request): Promise<LoanItem> => {
      const { samples } = await context.shopOf(request);
      const { dueAt, reason } = request.body;
      const step = { kind: "extended", body: { dueAt: instantOf(dueAt), reason } } as const;
      const acted = await samples.act(request.params.loan, step, context.caller(request));
      return itemOf(context, request, requirePaper(acted).state);
    },
  );
}

async function itemOf(context: RouteContext, request: FastifyRequest, loan: Loan): Promise<LoanItem> {
  const shop = await context.shopOf(request);
  const names = await shop.names.of([loan.sku]);
  const { request: _asked, seq: _seq, steps: _steps, lentAt, dueAt, ...rest } = loan;
  const sums = loanSums(loan);
  const session = loan.session === null ? null : await shop.sessions.get(loan.session);
  return {
    ...rest,
    ...sums,
    name: names.get(loan.sku) ?? "",
    sessionTitle: session?.plan.title ?? null,
    lentAt: timeOf(lentAt),
    dueAt: timeOf(dueAt),
    overdue: sums.open > 0 && dueAt < context.clock.now(),
  };
}

/** What comes back of a loan, where it is put. */
async function putsOf(
  samples: OpenShop["samples"],
  loan: string,
  { good, bad, bin }: { readonly good: number; readonly bad: number; readonly bin: string },
) {
  const known = (await samples.list()).find((one) => one.loan === loan);
  if (known === undefined) return [];
  const { warehouse, sku } = known;
  return [
    { quality: "good" as const, units: good },
    { quality: "bad" as const, units: bad },
  ].flatMap((part) => (part.units === 0 ? [] : [{ path: "bin", warehouse, bin, sku, lot: "", ...part }]));
}
