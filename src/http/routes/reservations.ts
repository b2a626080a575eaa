import { cancelCommand, payCommand, reserveCommand } from "../../api/commands.ts";
import { CancelBody, OrderAnswer, OrderParams, ReservationBody } from "../../api/orders.ts";
import { invalidBody } from "../../api/problem.ts";
import type { Command, Reserve } from "../../domain/command.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { OrderContact } from "../../engine/after-live/order-sides.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { sendError, sendOrder } from "../answers.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { createdOrRepeated, describe, typed } from "./schema.ts";

const tag = "Reservations";

/** Strict selling: an interactive seller asks first. */
export const addReservationRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const guard = context.guard("orders:write");

  // The way of every order: no promise and no allocation that is not needed.
  routes.post(
    "/api/v1/reservations",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "Reserve an order: all lines or none"),
        body: ReservationBody,
        response: createdOrRepeated(OrderAnswer),
      },
    },
    (request, reply) => {
      const mapped = reserveCommand(request.body, context.caller(request));
      if ("fault" in mapped) throw invalidBody(mapped.fault);
      const { command } = mapped;
      const send = (outcome: Outcome): void => sendOrder(reply, command, outcome, true);
      const fail = (error: unknown): void => sendError(reply, error);
      const go = (open: OpenShop): void =>
        submit(open, command, keeping(context, open, request.body, send, fail), fail);
      const shop = context.shopOf(request);
      if (shop instanceof Promise) shop.then(go).catch(fail);
      else go(shop);
    },
  );

  const change = { onRequest: guard };
  const answers = { 200: OrderAnswer };

  routes.post(
    "/api/v1/reservations/:channel/:orderId/pay",
    {
      ...change,
      schema: { ...describe(tag, "The order is paid"), params: OrderParams, response: answers },
    },
    async (request, reply) => {
      const { batcher } = await context.shopOf(request);
      const command: Command = payCommand(request.params, context.caller(request));
      sendOrder(reply, request.params, await batcher.submit(command), false);
      return reply;
    },
  );

  routes.post(
    "/api/v1/reservations/:channel/:orderId/cancel",
    {
      ...change,
      // Nothing to say is said with an empty body as well as with an empty object.
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
      schema: {
        ...describe(tag, "Cancel what is not shipped: the order, or one line of it"),
        params: OrderParams,
        body: CancelBody,
        response: answers,
      },
    },
    async (request, reply) => {
      const { batcher } = await context.shopOf(request);
      const command: Command = cancelCommand(request.params, request.body.lineId, context.caller(request));
      sendOrder(reply, request.params, await batcher.submit(command), false);
      return reply;
    },
  );
};

/** A buyer or an address that somebody has blocked is refused before it reaches the ledger. */
function submit(
  { odd, batcher }: OpenShop,
  command: Reserve,
  answer: (outcome: Outcome) => void,
  fail: (error: unknown) => void,
): void {
  const refusal = odd.refusalOf(command);
  if (refusal === null) batcher.submit(command).then(answer, fail);
  else answer(refusal);
}

/** Answers an order at once, or, where it came with a phone or an address, when that is kept. */
function keeping(
  { contactKeys }: RouteContext,
  { id, sides }: OpenShop,
  body: ReservationBody,
  send: (outcome: Outcome) => void,
  fail: (error: unknown) => void,
): (outcome: Outcome) => void {
  if (body.phone === undefined && body.address === undefined) return send;
  return (outcome) => {
    if (isRefusal(outcome)) send(outcome);
    else void sides.tell([contactOf(body)], contactKeys(id)).then(() => send(outcome), fail);
  };
}

function contactOf({ channel, orderId, phone, address, region }: ReservationBody): OrderContact {
  return { channel, orderId, phone, address, region };
}
