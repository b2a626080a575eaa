import { JournalPage, JournalQuery, SaleItems, SalesQuery } from "../../api/journal.ts";
import { journalItem, saleItem } from "../../api/present.ts";
import { invalidBody } from "../../api/problem.ts";
import { instantOf, pageRowsDefault } from "../../api/text.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Journal";
const salesDaysMax = 32;
const dayMs = 86_400_000;

export const addJournalRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;
  const guard = context.guard("stock:read");

  routes.get(
    "/api/v1/journal",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "Every movement after a number, without a gap"),
        querystring: JournalQuery,
        response: { 200: JournalPage },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const { after = 0, limit = pageRowsDefault } = request.query;
      const entries = await store.read.journal(id, { after, limit });
      return { items: entries.map(journalItem), next: entries.at(-1)?.seq ?? after };
    },
  );

  routes.get(
    "/api/v1/sales",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "What was sold, minute by minute"),
        querystring: SalesQuery,
        response: { 200: SaleItems },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const { sku } = request.query;
      const from = instantOf(request.query.from);
      const to = instantOf(request.query.to);
      if (to <= from || to - from > salesDaysMax * dayMs) {
        const problem = `it must lie after from, by at most ${salesDaysMax} days`;
        throw invalidBody({
          path: "to",
          problem,
          problemZh: `必须晚于 from，且相隔不超过 ${salesDaysMax} 天`,
        });
      }
      const sales = await store.read.sales(id, { from, to, ...(sku === undefined ? {} : { sku }) });
      return { items: sales.map(saleItem) };
    },
  );
};
