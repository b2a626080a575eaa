import { Type } from "typebox";
import { SupplierBody } from "../../api/session-actions.ts";
import type { SupplierView } from "../../api/session-view.ts";
import { closed, instantOf, text, timeOf, timeOrNull } from "../../api/text.ts";
import { promiseDelivery } from "../../engine/inbound/expected.ts";
import { answerSupplier, supplierView, type SupplierRequestSeen } from "../../engine/live/supplier.ts";
import type { AddRoutes } from "../deps.ts";
import { requireActed } from "../sessions/refused.ts";
import { Guesses, shopOf, tokenHeaders } from "../sessions/tokens.ts";
import { describe, typed } from "./schema.ts";

const tag = "Screens";
const TokenParams = Type.Object({ token: text(80, 1) }, closed);

/** The link on which a supplier, without log-in, says how many they can send and when. */
export const addSupplierRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const guesses = new Guesses(() => context.clock.now());

  routes.get(
    "/api/v1/supplier/:token",
    { schema: { ...describe(tag, "What a supplier was asked"), params: TokenParams } },
    async (request, reply): Promise<SupplierView> => {
      reply.headers(tokenHeaders);
      guesses.check(request);
      const shop = await shopOf(context, request.params.token);
      const seen = shop === null ? null : await supplierView(shop.live.options, request.params.token);
      if (seen === null) throw guesses.wrong(request);
      return present(seen);
    },
  );

  routes.post(
    "/api/v1/supplier/:token",
    { schema: { ...describe(tag, "A supplier's answer"), params: TokenParams, body: SupplierBody } },
    async (request, reply): Promise<SupplierView> => {
      reply.headers(tokenHeaders);
      guesses.check(request);
      const { token } = request.params;
      const { units, arrivesAt = null, note = "" } = request.body;
      const shop = await shopOf(context, token);
      if (shop === null) throw guesses.wrong(request);
      const answer = {
        units,
        arrivesAt: arrivesAt === null ? null : instantOf(arrivesAt),
        note: note.trim(),
      };
      const acted = await answerSupplier(shop.live.options, token, answer);
      if (acted === null) throw guesses.wrong(request);
      requireActed(acted);
      const seen = await supplierView(shop.live.options, token);
      if (seen === null) throw guesses.wrong(request);
      await promiseDelivery(
        { store: context.store, shop: shop.id, batcher: shop.batcher },
        {
          id: `session/${seen.request}`,
          sku: seen.sku,
          units: answer.units,
          supplier: seen.supplier,
          expectedAt: answer.arrivesAt,
          source: "session",
        },
        { actor: `supplier:${seen.supplier}`, at: context.clock.now() },
      );
      return present(seen);
    },
  );
};

function present(seen: SupplierRequestSeen): SupplierView {
  const { answer, request: _request, sku: _sku, ...shown } = seen;
  return {
    ...shown,
    askedAt: timeOf(seen.askedAt),
    expiresAt: timeOf(seen.expiresAt),
    answer:
      answer === null ? null : { ...answer, arrivesAt: timeOrNull(answer.arrivesAt), at: timeOf(answer.at) },
  };
}
