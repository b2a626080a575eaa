import type { Terms } from "../../domain/live/activity.ts";
import type { PutSkus, SkuChange } from "../../domain/command.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import type { OpenShop } from "../shops.ts";
import type { Acted } from "../sessions/sessions.ts";
import { refuse, type Refused } from "./refuse.ts";
import { valuesOf } from "./terms.ts";
import type { SkuStock } from "./stock.ts";

export interface By {
  readonly actor: string;
  readonly at: Instant;
}

/** Changes a SKU through the books. Null: it is done. */
export async function changeSku(
  shop: OpenShop,
  change: Omit<SkuChange, "code"> & { readonly sku: string },
  { actor, at }: By,
): Promise<Refused | null> {
  const { sku, ...fields } = change;
  const command: PutSkus = { type: "putSkus", actor, at, items: [{ code: sku, ...fields }] };
  const outcome = await shop.batcher.submit(command);
  if (!isRefusal(outcome)) return null;
  return refuse(outcome.code, `商品 ${sku} 没有改成`, `${sku} was not changed`);
}

/**
 * Puts terms on a SKU for the time of the session: remembers what was before, then changes it. Whoever stops in
 * between has remembered it, and changes it when they come back.
 */
export async function putTerms(
  shop: OpenShop,
  session: string,
  stock: SkuStock,
  terms: { readonly planned?: string; readonly set: Terms },
  by: By,
): Promise<Acted> {
  const { sku } = stock;
  const acted = await shop.sessions.act(session, ({ state }) =>
    state.life !== "live"
      ? []
      : [
          {
            kind: "terms_applied",
            ...by,
            sku,
            body: {
              planned: terms.planned ?? state.terms.get(sku)?.planned ?? "",
              set: terms.set,
              before: valuesOf(stock, terms.set),
            },
          },
        ],
  );
  if (!acted.ok || Object.keys(terms.set).length === 0) return acted;
  return (await changeSku(shop, { sku, ...terms.set }, by)) ?? acted;
}
