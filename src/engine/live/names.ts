import type { Alert } from "../../domain/live/alert.ts";
import type { Looked } from "./look.ts";

/** The product that is on, by SKU; null: none. */
export function skuOnAir({ open: { plan, state } }: Pick<Looked, "open">): string | null {
  return plan.slots.find((slot) => slot.id === state.pointer?.slot)?.sku ?? null;
}

/** How the product, channel or screen of an alert is called; null: the whole session. */
export function subjectName(
  looked: Pick<Looked, "stocks" | "channels" | "screens">,
  alert: Pick<Alert, "sku" | "subject">,
): string | null {
  if (alert.sku !== null) return looked.stocks.get(alert.sku)?.name || alert.sku;
  if (alert.subject === "") return null;
  const channel = looked.channels.find((one) => one.channel === alert.subject);
  const screen = looked.screens.find((one) => one.screen === alert.subject);
  return channel?.name ?? screen?.name ?? alert.subject;
}

/** What comes after a product, as the host says it; null: nothing is planned. */
export function nextName(
  { open: { plan, state }, stocks }: Pick<Looked, "open" | "stocks">,
  after: string | null,
): string | null {
  const index = plan.slots.findIndex((slot) => slot.id === state.pointer?.slot);
  const current = plan.slots[index]?.sku;
  const next = plan.slots.slice(index + 1).find((slot) => slot.sku !== current && slot.sku !== after);
  return next === undefined ? null : stocks.get(next.sku)?.name || next.sku;
}
