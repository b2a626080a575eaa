import { adjustCommand, receiveCommand } from "../../api/commands.ts";
import { AdjustmentBody, KeyHeaders, ReceiptBody, SeqAnswer } from "../../api/goods.ts";
import { isRefusal } from "../../domain/outcome.ts";
import { sendSeq } from "../answers.ts";
import type { AddRoutes } from "../deps.ts";
import { adjustPuts, keepLots, lotsOfReceipt, receiptPuts, withLots } from "../floor/puts.ts";
import { requirePuts } from "../floor/zone-check.ts";
import { createdOrRepeated, describe, typed } from "./schema.ts";

const tag = "Goods";

export const addGoodsRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const guard = context.guard("stock:write");

  routes.post(
    "/api/v1/receipts",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "Goods arrive"),
        headers: KeyHeaders,
        body: ReceiptBody,
        response: createdOrRepeated(SeqAnswer),
      },
    },
    async (request, reply) => {
      const { batcher } = await context.shopOf(request);
      const key = request.headers["idempotency-key"];
      const body = withLots(request.body);
      await requirePuts(context, request, receiptPuts(body), { override: body.override, key });
      const outcome = await batcher.submit(receiveCommand(body, key, context.caller(request)));
      if (!isRefusal(outcome)) await keepLots(context, request, lotsOfReceipt(body));
      sendSeq(reply, outcome);
      return reply;
    },
  );

  routes.post(
    "/api/v1/adjustments",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "One deliberate movement of units"),
        headers: KeyHeaders,
        body: AdjustmentBody,
        response: createdOrRepeated(SeqAnswer),
      },
    },
    async (request, reply) => {
      const { batcher } = await context.shopOf(request);
      const key = request.headers["idempotency-key"];
      await requirePuts(context, request, adjustPuts(request.body), { override: request.body.override, key });
      sendSeq(reply, await batcher.submit(adjustCommand(request.body, key, context.caller(request))));
      return reply;
    },
  );
};
