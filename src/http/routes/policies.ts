import type { FastifyRequest } from "fastify";
import {
  HostWordsPut,
  PoliciesPreview,
  PoliciesPut,
  type HostWordsAnswer,
  type PoliciesAnswer,
  type PoliciesPreviewAnswer,
  type PolicyBookBody,
} from "../../api/policies.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { timeOf } from "../../api/text.ts";
import {
  hostWordsKind,
  policiesKind,
  readHostWords,
  readPolicies,
  settingsId,
} from "../../engine/live-settings.ts";
import { previewPolicies } from "../../engine/policy-preview.ts";
import { previewReviews } from "../../engine/review-preview.ts";
import {
  categoryPresets,
  policyFields,
  presetOf,
  shopPolicyOf,
  validatePolicies,
  type PolicyBook,
  type PolicyField,
} from "../../domain/live/policy.ts";
import { samplingOf } from "../../domain/live/review.ts";
import { placeholders, playbooks, validateHostWords, type HostWords } from "../../domain/live/playbook.ts";
import { ruleNames, rules, severityOf } from "../../domain/live/rule.ts";
import { skuKey } from "../../domain/text.ts";
import type { StockItem } from "../../store/store.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { describe, typed } from "./schema.ts";

const tag = "Thresholds";
const examplesMax = 20;
const rowsPerPage = 1_000;
/** SKUs that a preview looks at: those with units in the building or sales today come first. */
const previewSkusMax = 20_000;

export const addPolicyRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const see = context.guard("stock:read");
  const change = context.guard("catalog:write");

  routes.get(
    "/api/v1/policies",
    { onRequest: see, schema: describe(tag, "Thresholds of the shop, its categories and its SKUs") },
    async (request) => policiesAnswer(context, request),
  );

  routes.put(
    "/api/v1/policies",
    { onRequest: change, schema: { ...describe(tag, "Change the thresholds"), body: PoliciesPut } },
    async (request) => {
      const book = await validBook(context, request, request.body.book);
      const { version } = request.body;
      await putDocument(context, request, { kind: policiesKind, id: settingsId, version, body: book });
      return policiesAnswer(context, request);
    },
  );

  routes.post(
    "/api/v1/policies/preview",
    { onRequest: see, schema: { ...describe(tag, "What would fire today"), body: PoliciesPreview } },
    async (request): Promise<PoliciesPreviewAnswer> => {
      const book = await validBook(context, request, request.body.book);
      return preview(context, request, book);
    },
  );

  routes.get(
    "/api/v1/host-words",
    { onRequest: see, schema: describe(tag, "The host's words, by rule") },
    async (request) => hostWordsAnswer(context, request),
  );

  routes.put(
    "/api/v1/host-words",
    { onRequest: change, schema: { ...describe(tag, "Change the host's words"), body: HostWordsPut } },
    async (request) => {
      const words = request.body.words as HostWords;
      const [problem] = validateHostWords(words);
      if (problem !== undefined)
        throw invalidBody({ path: `words.${problem.path}`, problem: problem.en, problemZh: problem.zh });
      const { version } = request.body;
      await putDocument(context, request, { kind: hostWordsKind, id: settingsId, version, body: words });
      return hostWordsAnswer(context, request);
    },
  );
};

async function policiesAnswer(context: RouteContext, request: FastifyRequest): Promise<PoliciesAnswer> {
  const { id } = await context.shopOf(request);
  const { version, value: book } = await readPolicies(context.store, id);
  const categories = await context.store.read.categories(id);
  return {
    version,
    book: book as PolicyBookBody,
    fields: (Object.keys(policyFields) as PolicyField[]).map((field) => ({ field, ...policyFields[field] })),
    presets: categoryPresets.map(({ id: preset, zh, en, part }) => ({ id: preset, zh, en, part })),
    categories: categories.map((category) => ({ category, preset: presetOf(category)?.id ?? null })),
  };
}

/** The book with SKU codes in their normal form. @throws ProblemError naming the first field that is wrong */
async function validBook(
  context: RouteContext,
  request: FastifyRequest,
  body: PolicyBookBody,
): Promise<PolicyBook> {
  const { id } = await context.shopOf(request);
  const skus = Object.fromEntries(Object.entries(body.skus).map(([code, part]) => [skuKey(code), part]));
  const book: PolicyBook = { ...body, skus };
  const categories = new Map<string, string>();
  for (const code of Object.keys(skus)) {
    const found = await context.store.read.sku(id, code);
    if (found === null) throw new ProblemError("unknown_sku", { sku: code, path: `book.skus.${code}` });
    categories.set(code, found.sku.category);
  }
  const [problem] = validatePolicies(book, (code) => categories.get(code) ?? "");
  if (problem !== undefined)
    throw invalidBody({ path: `book.${problem.path}`, problem: problem.en, problemZh: problem.zh });
  return book;
}

async function preview(
  context: RouteContext,
  request: FastifyRequest,
  book: PolicyBook,
): Promise<PoliciesPreviewAnswer> {
  const shop = await context.shopOf(request);
  const { store, clock } = context;
  const day = shop.day();
  const now = clock.now();
  const items = await stockOf(context, shop.id, day.from);
  const sales = await store.read.sales(shop.id, { from: day.from, to: day.to });
  const input = { items, sales, from: day.from, now };
  const fires = previewPolicies(input, book);
  const { value: savedBook } = await readPolicies(store, shop.id);
  const saved = previewPolicies(input, savedBook);
  const review = (one: PolicyBook) => previewReviews(sales, samplingOf(shopPolicyOf(one)));
  const names = new Map(items.map((item) => [item.sku, item.name || item.code]));
  return {
    from: timeOf(day.from),
    at: timeOf(now),
    rules: rules.flatMap((rule) => {
      const list = fires.get(rule);
      if (list === undefined) return [];
      return [
        {
          rule,
          ...ruleNames[rule],
          severity: severityOf(rule),
          skus: list.length,
          skusNow: saved.get(rule)?.length ?? 0,
          examples: list.slice(0, examplesMax).map(({ sku, firstAt, evidence }) => ({
            sku,
            name: names.get(sku) ?? sku,
            firstAt: timeOf(firstAt),
            evidence,
          })),
        },
      ];
    }),
    review: review(book),
    reviewNow: review(savedBook),
  };
}

async function stockOf(
  context: RouteContext,
  shop: number,
  soldSince: number,
): Promise<readonly StockItem[]> {
  const items: StockItem[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof context.store.read.stock>> = await context.store.read.stock(shop, {
      sort: "sold",
      descending: true,
      soldSince,
      cursor,
      limit: rowsPerPage,
    });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && items.length < previewSkusMax);
  return items;
}

async function hostWordsAnswer(context: RouteContext, request: FastifyRequest): Promise<HostWordsAnswer> {
  const { id } = await context.shopOf(request);
  const { version, value } = await readHostWords(context.store, id);
  return {
    version,
    words: value,
    defaults: rules.map((rule) => ({ rule, name: ruleNames[rule], host: playbooks[rule].host })),
    placeholders,
  };
}
