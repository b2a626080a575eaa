import type { SupplierRequest } from "../../domain/live/fold.ts";
import { hourMs } from "../../domain/live/time.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Acted } from "../sessions/sessions.ts";
import type { By } from "./commands.ts";
import type { LiveOptions } from "./live.ts";
import { refuse, type Refused } from "./refuse.ts";
import { hashOf, newToken } from "./tokens.ts";

export const supplierLinkKind = "supplier-link";
const linkHours = 72;

/** A link's document; its id is the hash of the token. */
interface LinkRecord {
  readonly session: string;
  readonly request: string;
  readonly sku: string;
  readonly supplier: string;
  readonly units: number | null;
  readonly askedAt: Instant;
  readonly expiresAt: Instant;
}

/** Asks a supplier: a request in the timeline and a link on which they answer without log-in. */
export async function askSupplier(
  { shop, clock }: LiveOptions,
  session: string,
  asked: { readonly sku: string; readonly supplier: string; readonly units: number | null },
  { actor, at }: By,
): Promise<{ readonly url: string; readonly request: string; readonly expiresAt: Instant } | Refused> {
  const token = newToken(shop.id, clock);
  const request = clock.random(8);
  const expiresAt = at + linkHours * hourMs;
  const body: LinkRecord = { session, request, ...asked, askedAt: at, expiresAt };
  const outcome = await shop.batcher.submit({
    type: "putDocument",
    actor,
    at,
    kind: supplierLinkKind,
    id: hashOf(token),
    version: 0,
    body,
  });
  if (isRefusal(outcome)) return refuse(outcome.code, "链接没有建成", "The link was not made");
  return { url: `/supplier/${token}`, request, expiresAt };
}

/** What the supplier's page shows. */
export interface SupplierRequestSeen extends Pick<
  LinkRecord,
  "request" | "sku" | "supplier" | "askedAt" | "expiresAt"
> {
  readonly shop: string;
  readonly product: string;
  readonly code: string;
  readonly asked: number | null;
  readonly expired: boolean;
  readonly answer: SupplierRequest["answer"];
}

async function linkOf({ store, shop }: LiveOptions, token: string): Promise<LinkRecord | null> {
  const document = await store.read.document(shop.id, supplierLinkKind, hashOf(token));
  return document === null ? null : (document.body as LinkRecord);
}

/** What the supplier sees; null: there is no such link. */
export async function supplierView(options: LiveOptions, token: string): Promise<SupplierRequestSeen | null> {
  const link = await linkOf(options, token);
  if (link === null) return null;
  const { shop, store, clock } = options;
  const [open, row] = await Promise.all([shop.sessions.get(link.session), store.read.sku(shop.id, link.sku)]);
  const request = open?.state.requests.get(link.request);
  return {
    shop: shop.shop.name,
    request: link.request,
    sku: link.sku,
    supplier: link.supplier,
    product: row?.sku.name ?? link.sku,
    code: row?.sku.code ?? link.sku,
    asked: link.units,
    askedAt: link.askedAt,
    expiresAt: link.expiresAt,
    // Closed by the shop, it takes no answer any more.
    expired: request === undefined || clock.now() >= link.expiresAt,
    answer: request?.answer ?? null,
  };
}

/** The supplier's answer; a later one takes the place of the first. Null: there is no such link. */
export async function answerSupplier(
  options: LiveOptions,
  token: string,
  answer: { readonly units: number; readonly arrivesAt: Instant | null; readonly note: string },
): Promise<Acted | null> {
  const link = await linkOf(options, token);
  if (link === null) return null;
  const at = options.clock.now();
  return options.shop.sessions.act(link.session, ({ state }) => {
    const request = state.requests.get(link.request);
    if (request === undefined || at >= link.expiresAt)
      return refuse(
        "conflict",
        "这个链接已经结束，请联系店铺要新的",
        "This link is over: ask the shop for a new one",
      );
    const known = request.answer;
    if (
      known !== null &&
      known.units === answer.units &&
      known.arrivesAt === answer.arrivesAt &&
      known.note === answer.note
    )
      return [];
    return [
      {
        kind: "supplier_answered",
        at,
        actor: `supplier:${link.supplier}`,
        sku: link.sku,
        body: { request: link.request, ...answer },
      },
    ];
  });
}
