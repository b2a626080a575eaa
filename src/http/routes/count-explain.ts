import type { FastifyInstance } from "fastify";
import { ExplanationParams, SheetExplanations, SheetParams } from "../../api/counts.ts";
import { unknownSheet } from "../../engine/counts/counts.ts";
import type { ExplainAction, Explanation } from "../../engine/counts/explain.ts";
import { lineId } from "../../engine/counts/counts.ts";
import type { Words } from "../../domain/live/words.ts";
import { cellItem } from "../counts/present.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import { identityOf, type AddRoutes, type RouteContext } from "../deps.ts";
import { roleOf, tellResults } from "./count-sheet.ts";
import { describe, typed } from "./schema.ts";

const tag = "Counting";

/** What explains the differences of a sheet, and the one tap that settles each. */
export const addCountExplainRoutes: AddRoutes = (app, context) => {
  addExplainRoutes(app, context);
};

function addExplainRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const approve = context.guard("catalog:write");
  routes.get(
    "/api/v1/counts/:sheet/explanations",
    {
      onRequest: approve,
      schema: {
        ...describe(
          tag,
          "What explains the differences of a sheet: other bins, samples, returns, receipts, picks",
        ),
        params: SheetParams,
        response: { 200: SheetExplanations },
      },
    },
    async (request): Promise<SheetExplanations> => {
      const shop = await context.shopOf(request);
      const sheet = await shop.counts.get(request.params.sheet);
      if (sheet === null) throw paperProblem(unknownSheet);
      return { items: (await shop.explainer.explain(sheet, context.clock.now())).map(itemOf) };
    },
  );

  routes.post(
    "/api/v1/counts/:sheet/explanations/:explanation",
    {
      onRequest: approve,
      schema: {
        ...describe(
          tag,
          "Does what an explanation proposes: books what was forgotten, or approves its lines",
        ),
        params: ExplanationParams,
        response: { 200: SheetExplanations },
      },
    },
    async (request): Promise<SheetExplanations> => {
      const shop = await context.shopOf(request);
      const who = context.caller(request);
      const signer = { by: who.actor, role: roleOf(identityOf(request)) };
      const { sheet: id, explanation } = request.params;
      requirePaper(await shop.explainer.settle(id, explanation, signer, who));
      await tellResults(context, shop, id);
      const sheet = await shop.counts.get(id);
      if (sheet === null) throw paperProblem(unknownSheet);
      return { items: (await shop.explainer.explain(sheet, context.clock.now())).map(itemOf) };
    },
  );
}

type Item = SheetExplanations["items"][number];

function itemOf({ id, finding, lines, action }: Explanation): Item {
  const { kind, units, paper, words } = finding;
  return {
    explanation: id,
    kind,
    units,
    paper,
    words: { ...words },
    lines: lines.map(lineId),
    cells: finding.cells.map(cellItem),
    action:
      action === null
        ? null
        : { kind: action.kind, words: { ...wordsOf(action, units) }, page: pageOf(action) },
  };
}

function wordsOf(action: ExplainAction, units: number): Words {
  switch (action.kind) {
    case "move":
      return {
        zh: `补登移库：${units} 件 ${binOf(action.from.bin)} → ${binOf(action.to.bin)}`,
        en: `Record the move of ${units}: ${action.from.bin} → ${action.to.bin}`,
      };
    case "return_sample":
      return { zh: `登记样品归还 ${units} 件`, en: `Book ${units} samples as returned` };
    case "correct_receipt":
      return { zh: `冲掉重复收货 ${units} 件`, en: `Take ${units} off the repeated receipt` };
    case "back_to_shelf":
      return { zh: `登记放回货架 ${units} 件`, en: `Record ${units} put back on the shelf` };
    case "approve":
      return { zh: "按此原因一并审核", en: "Approve together for this reason" };
    case "open_return":
      return { zh: "去质检退货", en: "Inspect the return" };
  }
}

function binOf(bin: string): string {
  return bin === "" ? "未上架" : bin;
}

function pageOf(action: ExplainAction): string | null {
  return action.kind === "open_return" ? `/returns/${encodeURIComponent(action.parcel)}` : null;
}
