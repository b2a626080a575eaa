import type { HostProduct, HostView, SessionView } from "../../api/session-view.ts";
import type { HostScreen } from "../../domain/live/session.ts";

/**
 * What the host's screen and the overlay see of a view: nothing of the shop's money, and of the numbers only
 * what the pool can honour.
 */
export function hostViewOf(view: SessionView, settings: HostScreen, kind: HostView["kind"]): HostView {
  const index = view.slots.findIndex((slot) => slot.status === "current");
  const current = view.slots[index] ?? null;
  // What is shown again right after itself is no next product.
  const next =
    view.slots.slice(index + 1).find((slot) => slot.status === "coming" && slot.sku !== current?.sku) ?? null;
  const { lastUnits, showPrice, showLimit, showEta, showNext } = settings;
  const waiting = view.messages.filter((message) => message.acknowledgedAt === null);
  return {
    kind,
    session: view.session,
    title: view.title,
    at: view.at,
    life: view.life,
    currency: view.currency,
    settings: { lastUnits, showPrice, showLimit, showEta, showNext },
    number: current?.number ?? null,
    of: view.slots.length,
    current: productOf(view, current?.sku ?? null),
    next: productOf(view, next?.sku ?? null),
    // The audience sees the overlay: what the control room says to the host is not for them.
    messages: kind === "overlay" ? [] : waiting.length > 0 ? waiting : view.messages.slice(-1),
  };
}

function productOf(view: SessionView, sku: string | null): HostProduct | null {
  const product = view.skus.find((one) => one.sku === sku);
  if (product === undefined) return null;
  const { name, price, buyerLimit, sellable, etaMinutes, status, tier } = product;
  return { sku: product.sku, name, price, buyerLimit, sellable, etaMinutes, status, tier };
}
