import { invalidBody } from "../../api/problem.ts";
import { JobItems, Me, ShopItem, ShopPatch } from "../../api/shop.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { isTimeZone } from "../../engine/day.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { Shop } from "../../store/store.ts";
import { requireDone } from "../answers.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Shop";
/** The document that says that somebody has confirmed what the shop is called and when its day ends. */
const setUp = { kind: "setup", id: "shop" } as const;

export const addShopRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store, accounts, clock, version } = context;

  routes.get(
    "/api/v1/me",
    { schema: { ...describe(tag, "Who asks, and what is to be set up"), response: { 200: Me } } },
    async (request): Promise<Me> => {
      const identity = await accounts.identify(request);
      const base = { version, time: timeOf(clock.now()) };
      if (identity === null) {
        const setup = (await accounts.needsOwner()) ? "needs_owner" : "done";
        return { user: null, shop: null, setup, ...base };
      }
      const { id, name, role, scopes, mustChangePassword } = identity;
      const shop = context.shops.get(identity.shop) ?? (await context.shops.open(identity.shop));
      const confirmed = (await store.read.document(shop.id, setUp.kind, setUp.id)) !== null;
      return {
        user: { id, name, role, scopes: [...scopes], mustChangePassword },
        shop: shopItem(shop.shop),
        setup: confirmed ? "done" : "needs_shop",
        ...base,
      };
    },
  );

  routes.get(
    "/api/v1/shop",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "The shop"), response: { 200: ShopItem } },
    },
    async (request) => shopItem((await context.shopOf(request)).shop),
  );

  routes.patch(
    "/api/v1/shop",
    {
      onRequest: context.guard("admin"),
      schema: { ...describe(tag, "Change the shop"), body: ShopPatch, response: { 200: ShopItem } },
    },
    async (request) => {
      const { timeZone } = request.body;
      if (timeZone !== undefined && !isTimeZone(timeZone)) {
        const problem = "it is no IANA time zone such as Asia/Shanghai";
        throw invalidBody({ path: "timeZone", problem, problemZh: "不是有效的时区名，例如 Asia/Shanghai" });
      }
      const shop = await context.shopOf(request);
      const changed = await store.updateShop(shop.id, request.body);
      await confirmSetUp(context, shop, context.caller(request));
      await context.shops.refresh();
      return shopItem(changed);
    },
  );

  routes.get(
    "/api/v1/jobs",
    {
      onRequest: context.guard("admin"),
      schema: { ...describe(tag, "What timed work did on this node"), response: { 200: JobItems } },
    },
    async () => ({
      items: context.jobs().map((state) => ({
        ...state,
        lastRunAt: timeOrNull(state.lastRunAt),
        done: { ...state.done },
      })),
    }),
  );
};

function shopItem({ name, timeZone, dayCutHour, currency }: Shop): ShopItem {
  return { name, timeZone, dayCutHour, currency };
}

async function confirmSetUp(
  { store }: RouteContext,
  shop: OpenShop,
  { actor, at }: { actor: string; at: number },
): Promise<void> {
  if ((await store.read.document(shop.id, setUp.kind, setUp.id)) !== null) return;
  const body = { doneAt: at };
  // Two people who confirm at once have both confirmed.
  const outcome = await shop.batcher.submit({ type: "putDocument", actor, at, ...setUp, version: 0, body });
  if (outcome.code !== "version_conflict") requireDone(outcome);
}
