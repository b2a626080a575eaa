import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  ExpectedCloseBody,
  ExpectedPage,
  ExpectedPresaleBody,
  InboundBody,
  InboundCancelBody,
  InboundItem,
  InboundPage,
  InboundParams,
  SignedCountBody,
  SignedCountHeaders,
} from "../../api/inbound.ts";
import { ProblemError } from "../../api/problem.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import {
  noteDifferences,
  receiptView,
  receiptWords,
  receiveOf,
  type Receipt,
} from "../../domain/inbound/receipt.ts";
import type { Words } from "../../domain/live/words.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import {
  closeExpected,
  markPresale,
  readExpected,
  type ExpectedDelivery,
} from "../../engine/inbound/expected.ts";
import { unknownReceipt, type InboundReceipt } from "../../engine/inbound/inbound.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import { requireOpenedInto, requireSignedInto } from "../floor/inbound-puts.ts";
import { describe, typed } from "./schema.ts";

const tag = "Receiving";
const listedMax = 100;

/** Deliveries that two people count: the second one blind, and with another account. */
export const addInboundRoutes: AddRoutes = (app, context) => {
  addExpected(app, context);
  addReceipts(app, context);
  addSignatures(app, context);
};

function addExpected(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const list = async (request: FastifyRequest): Promise<ExpectedPage> => {
    const { id: shop, names } = await context.shopOf(request);
    const all = await readExpected({ read: context.store.read, shop });
    const open = all.filter(({ closedAt }) => closedAt === null);
    const over = all.filter(({ closedAt }) => closedAt !== null).slice(0, listedMax);
    const named = await names.of([...open, ...over].map(({ sku }) => sku));
    return { items: [...open, ...over].map((one) => expectedItem(one, named.get(one.sku) ?? "")) };
  };
  routes.get(
    "/api/v1/inbound/expected",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "What is ordered or promised and not here"),
        response: { 200: ExpectedPage },
      },
    },
    list,
  );
  routes.post(
    "/api/v1/inbound/expected/close",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "The rest of an expected delivery will not come"),
        body: ExpectedCloseBody,
        response: { 200: ExpectedPage },
      },
    },
    async (request): Promise<ExpectedPage> => {
      const { id: shop, batcher } = await context.shopOf(request);
      const books = { store: context.store, shop, batcher };
      if (!(await closeExpected(books, request.body.delivery, context.caller(request)))) throw noDelivery();
      return list(request);
    },
  );
  routes.post(
    "/api/v1/inbound/expected/presale",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Whether presale lines wait for an expected delivery"),
        body: ExpectedPresaleBody,
        response: { 200: ExpectedPage },
      },
    },
    async (request): Promise<ExpectedPage> => {
      const { id: shop, batcher } = await context.shopOf(request);
      const { delivery, presale } = request.body;
      const books = { store: context.store, shop, batcher };
      if (!(await markPresale(books, delivery, presale, context.caller(request)))) throw noDelivery();
      return list(request);
    },
  );
}

function noDelivery(): ProblemError {
  return new ProblemError("not_found", { what: "such open delivery", whatZh: "未到齐的到货" });
}

function expectedItem(one: ExpectedDelivery, name: string): ExpectedPage["items"][number] {
  const { id, receipts = {}, supplier = "", expectedAt, createdAt, closedAt, ...rest } = one;
  return {
    ...rest,
    delivery: id,
    name,
    supplier,
    expectedAt: timeOrNull(expectedAt),
    createdAt: timeOf(createdAt),
    closedAt: timeOrNull(closedAt),
    receipts: Object.entries(receipts).map(([receipt, units]) => ({ receipt, units })),
  };
}

function addReceipts(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.get(
    "/api/v1/inbound",
    {
      onRequest: write,
      schema: { ...describe(tag, "Receipts, the latest first"), response: { 200: InboundPage } },
    },
    async (request): Promise<InboundPage> => {
      const { inbound } = await context.shopOf(request);
      const items = [];
      for (const one of await inbound.list(listedMax)) items.push(await itemOf(context, request, one));
      return { items };
    },
  );

  routes.post(
    "/api/v1/inbound",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "A delivery has come: what it should be"),
        body: InboundBody,
        response: { 201: InboundItem },
      },
    },
    async (request, reply) => {
      const { inbound } = await context.shopOf(request);
      const { warehouse = mainWarehouse, supplier = "", note = "", bin = "", expected = [] } = request.body;
      const lines = expected.map(({ presale = null, request: promise = null, ...line }) => ({
        ...line,
        presale,
        request: promise,
      }));
      const asked = {
        receipt: request.body.receipt ?? null,
        warehouse,
        supplier,
        note,
        bin,
        expected: lines,
      };
      await requireOpenedInto(context, request, asked, request.body.override);
      const opened = requirePaper(await inbound.open(asked, context.caller(request)));
      reply.code(201);
      return itemOf(context, request, opened.state);
    },
  );

  routes.get(
    "/api/v1/inbound/:receipt",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "A receipt as this person may see it"),
        params: InboundParams,
        response: { 200: InboundItem },
      },
    },
    async (request): Promise<InboundItem> => {
      const { inbound } = await context.shopOf(request);
      const one = await inbound.get(request.params.receipt);
      if (one === null) throw paperProblem(unknownReceipt);
      return itemOf(context, request, one);
    },
  );
}

function addSignatures(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/inbound/:receipt/counts",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Signs a count of the whole delivery; two equal ones are booked"),
        params: InboundParams,
        headers: SignedCountHeaders,
        body: SignedCountBody,
        response: { 200: InboundItem },
      },
    },
    async (request): Promise<InboundItem> => {
      const { inbound } = await context.shopOf(request);
      const lines = request.body.lines.map(({ lot = "", quality = "good", ...line }) => ({
        ...line,
        lot,
        quality,
      }));
      const key = request.headers["idempotency-key"] ?? null;
      await requireSignedInto(context, request, request.params.receipt, lines, request.body.override);
      const signed = await inbound.sign(request.params.receipt, lines, context.caller(request), key);
      return itemOf(context, request, requirePaper(signed).state);
    },
  );

  routes.post(
    "/api/v1/inbound/:receipt/cancel",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Gives a receipt up"),
        params: InboundParams,
        body: InboundCancelBody,
        response: { 200: InboundItem },
      },
    },
    async (request): Promise<InboundItem> => {
      const { inbound } = await context.shopOf(request);
      const { receipt } = request.params;
      const cancelled = await inbound.cancel(receipt, request.body.reason, context.caller(request));
      return itemOf(context, request, requirePaper(cancelled).state);
    },
  );
}

async function itemOf(
  context: RouteContext,
  request: FastifyRequest,
  one: InboundReceipt,
): Promise<InboundItem> {
  const shop = await context.shopOf(request);
  const person = context.caller(request).actor;
  const { receipt } = one;
  const view = receiptView(receipt, person);
  // Without a note there is nothing that it could differ from; damaged goods are told all the same.
  const hasNote = receipt.expected.length > 0;
  const noted =
    receipt.status === "booked" ? noteDifferences(receipt).filter(({ bad }) => hasNote || bad > 0) : [];
  const lines = [...view.counts.flatMap((count) => count.lines), ...noted];
  const differing = view.differences.map(({ line }) => line);
  const names = await shop.names.of([...lines, ...differing].map(({ sku }) => sku));
  const nameOf = (sku: string): string => names.get(sku) ?? "";
  const seq = await bookedSeq(context, shop.id, one);
  return {
    receipt: receipt.receipt,
    warehouse: receipt.warehouse,
    supplier: receipt.supplier,
    note: receipt.note,
    bin: one.bin,
    status: receipt.status,
    mine: mineOf(receipt, person),
    counts: view.counts.map(({ by, at, lines: counted }) => ({
      by,
      at: timeOf(at),
      lines: counted.map((line) => ({ ...line, name: nameOf(line.sku) })),
    })),
    differences: view.differences.map(({ line, quantities, dates }) => ({
      ...line,
      name: nameOf(line.sku),
      quantities: [...quantities],
      dates: [...dates],
    })),
    noteDifferences: noted.map((row) => ({ ...row, name: nameOf(row.sku) })),
    signedBy: receipt.counts.map(({ by }) => by),
    seq,
  };
}

/** Null: not booked. */
async function bookedSeq({ store }: RouteContext, shop: number, one: InboundReceipt): Promise<number | null> {
  const command = receiveOf(one.receipt, one.bin);
  const record = command === null ? null : await store.read.record(shop, command.key);
  if (record === null) return null;
  const outcome = JSON.parse(record.outcome) as Outcome;
  return !isRefusal(outcome) && "seq" in outcome ? outcome.seq : null;
}

function mineOf(receipt: Receipt, person: string): { mayCount: boolean; words: Words } {
  const { status, counts } = receipt;
  if (status === "booked" || status === "cancelled")
    return { mayCount: false, words: receiptWords.receipt_over };
  if (status === "second" && counts[0]?.by === person)
    return { mayCount: false, words: receiptWords.same_person };
  return { mayCount: true, words: countNow[status] };
}

const countNow: Readonly<Record<"counting" | "second" | "differs", Words>> = {
  counting: { zh: "请清点全部到货并签字", en: "Count the whole delivery and sign" },
  second: {
    zh: "请独立清点一遍并签字（看不到第一人的数）",
    en: "Count it for yourself and sign, as the second person",
  },
  differs: {
    zh: "两人数的不一样：请对照差异再点一次",
    en: "The two counts differ: look at where, and count again",
  },
};
