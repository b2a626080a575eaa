import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  TransferBody,
  TransferCloseBody,
  TransferItem,
  TransferItems,
  TransferParams,
  TransferReceiveBody,
  floorApiLimits,
} from "../../api/floor.ts";
import { KeyHeaders } from "../../api/goods.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { transferKey, type TransferActed } from "../../engine/floor/transfers.ts";
import { paperProblem } from "../counts/refused.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { transferItem } from "../floor/present.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { createdOrRepeated, describe, typed } from "./schema.ts";

const tag = "Transfers";

/** Goods on their way from one warehouse to another: of neither, until another person there counts them in. */
export const addTransferRoutes: AddRoutes = (app, context) => {
  addReads(app, context);
  addSend(app, context);
  addReceive(app, context);
  addClose(app, context);
};

function addReads(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const read = context.guard("stock:read");

  routes.get(
    "/api/v1/transfers",
    {
      onRequest: read,
      schema: { ...describe(tag, "Transfers, those on their way first"), response: { 200: TransferItems } },
    },
    async (request): Promise<TransferItems> => {
      const { transfers, counts } = await context.shopOf(request);
      const goods = await counts.goods.all();
      const { actor } = context.caller(request);
      const all = await transfers.list(floorApiLimits.transfersShownMax);
      return { items: all.map((one) => transferItem(one, goods, actor)) };
    },
  );

  routes.get(
    "/api/v1/transfers/:transfer",
    {
      onRequest: read,
      schema: {
        ...describe(tag, "One transfer, line by line"),
        params: TransferParams,
        response: { 200: TransferItem },
      },
    },
    async (request): Promise<TransferItem> => {
      const { transfers, counts } = await context.shopOf(request);
      const one = await transfers.get(request.params.transfer);
      if (one === null) throw unknownTransfer();
      return transferItem(one, await counts.goods.all(), context.caller(request).actor);
    },
  );
}

function addSend(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/transfers",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Send goods to another warehouse; they leave this one's stock at once"),
        headers: KeyHeaders,
        body: TransferBody,
        response: createdOrRepeated(TransferItem),
      },
    },
    async (request, reply) => {
      const { transfers } = await context.shopOf(request);
      const { from, to, note = "", lines } = request.body;
      const sent = lines.map(({ quality = "good", ...line }) => ({ ...line, quality }));
      const key = request.headers["idempotency-key"];
      const acted = await transfers.send({ from, to, note, lines: sent }, key, context.caller(request));
      return answer(context, request, reply, acted, 201);
    },
  );
}

function addReceive(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const write = context.guard("stock:write");

  routes.post(
    "/api/v1/transfers/:transfer/receive",
    {
      onRequest: write,
      schema: {
        ...describe(tag, "Count in what has arrived; another person than the one who sent it"),
        params: TransferParams,
        headers: KeyHeaders,
        body: TransferReceiveBody,
        response: createdOrRepeated(TransferItem),
      },
    },
    async (request, reply) => {
      const { transfers } = await context.shopOf(request);
      const { transfer } = request.params;
      const one = await transfers.get(transfer);
      if (one === null) throw unknownTransfer();
      const { override } = request.body;
      const key = request.headers["idempotency-key"];
      const lines = request.body.lines.map(
        ({ lot = "", quality = "good", damaged = 0, bin = "", ...line }) => ({
          ...line,
          lot,
          quality,
          damaged,
          bin,
        }),
      );
      const bad = lines.findIndex(({ damaged, quantity }) => damaged > quantity);
      if (bad >= 0) throw invalidBody({ path: `lines[${bad}].damaged`, ...damagedFault });
      const puts = lines.map(({ damaged: _, quantity: units, ...line }, index) => ({
        ...line,
        path: `lines[${index}].bin`,
        warehouse: one.to,
        units,
      }));
      const record = transferKey(transfer, key);
      await requirePuts(context, request, puts, { override, key: record, record });
      const acted = await transfers.receive(transfer, lines, key, context.caller(request));
      return answer(context, request, reply, acted, 200);
    },
  );
}

function addClose(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);

  routes.post(
    "/api/v1/transfers/:transfer/close",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Nothing more will come: say what became of the rest"),
        params: TransferParams,
        headers: KeyHeaders,
        body: TransferCloseBody,
        response: createdOrRepeated(TransferItem),
      },
    },
    async (request, reply) => {
      const { transfers } = await context.shopOf(request);
      const { missing: fate, reason } = request.body;
      const key = request.headers["idempotency-key"];
      const { transfer } = request.params;
      const acted = await transfers.close(transfer, { fate, reason }, key, context.caller(request));
      return answer(context, request, reply, acted, 200);
    },
  );
}

const damagedFault = {
  problem: "no more can be damaged than has arrived",
  problemZh: "损坏数不能多于到货数",
};

async function answer(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  acted: TransferActed,
  created: number,
): Promise<TransferItem> {
  if ("outcome" in acted) {
    if (!isRefusal(acted.outcome)) throw new Error("A transfer's step that was done has its transfer.");
    const { code, ...data } = acted.outcome;
    throw new ProblemError(code, data);
  }
  if (!acted.ok) throw acted.refused.code === "not_sent" ? unknownTransfer() : paperProblem(acted.refused);
  const { counts } = await context.shopOf(request);
  if (acted.repeated) reply.header("idempotency-replayed", "true");
  reply.code(acted.repeated ? 200 : created);
  return transferItem(acted.state, await counts.goods.all(), context.caller(request).actor);
}

function unknownTransfer(): ProblemError {
  return new ProblemError("not_found", { what: "such transfer", whatZh: "这张调拨单" });
}
