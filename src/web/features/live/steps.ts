import type { ActionBody } from "../../../api/session-actions.ts";
import type { SessionView, ViewAlert } from "../../../api/session-view.ts";
import type { AlertAction } from "./alert-card.tsx";
import { currentRow } from "./figures.ts";

export const sections = [
  "host",
  "alternates",
  "supplier",
  "limits",
  "slot",
  "drip",
  "review",
  "stop",
] as const;
/** A part of the emergency panel. */
export type Section = (typeof sections)[number];

/** What the emergency panel is open for. */
export interface Focus {
  readonly sku: string;
  readonly section: Section | null;
  /** What is done is written down as the answer to this alert. */
  readonly alert: string | null;
}

/** What a button of an alert does: say something to the server, open a part of the panel, or open a page. */
export type Step =
  | { readonly kind: "send"; readonly body: ActionBody }
  | { readonly kind: "panel"; readonly focus: Focus }
  | { readonly kind: "page"; readonly to: string; readonly body: ActionBody }
  | { readonly kind: "screens"; readonly body: ActionBody };

/** What pressing a button of an alert means. An alert about no product means the one that is on. */
export function stepOf(alert: ViewAlert, action: AlertAction, view: SessionView): Step {
  const sku = alert.sku ?? currentRow(view)?.sku.sku ?? view.skus[0]?.sku ?? "";
  const panel = (section: Section): Step => ({ kind: "panel", focus: { sku, section, alert: alert.id } });
  const page = (to: string, looked: LookedAt): Step => ({
    kind: "page",
    to,
    body: { action: looked, alert: alert.id },
  });
  switch (action) {
    case "tell_host":
      return panel("host");
    case "switch_product":
      return panel("alternates");
    case "ask_supplier":
      return panel("supplier");
    case "cap_buyer":
    case "set_buffer":
    case "lower_price":
    case "shorten_holds":
      return panel("limits");
    case "extend_slot":
      return panel("slot");
    case "drip_release":
      return panel("drip");
    case "stop_sell":
      return panel("stop");
    case "show_again":
      return { kind: "send", body: { action, alert: alert.id, sku } };
    case "sample_orders":
      return { kind: "send", body: { action, alert: alert.id, on: true } };
    case "adjust_plan":
      return page(`/sessions/${encodeURIComponent(view.session)}`, action);
    case "view_holders":
      return page(`/stock/${encodeURIComponent(sku)}`, action);
    case "view_orders":
      return page("/orders", action);
    case "check_connector":
      return page(`/channels/${encodeURIComponent(alert.subject)}`, action);
    case "open_host_screen":
      return { kind: "screens", body: { action, alert: alert.id } };
    case "got_it":
      return { kind: "send", body: { action, alert: alert.id } };
  }
}

/** Actions that are done by having looked at a page. */
type LookedAt = "adjust_plan" | "view_holders" | "view_orders" | "check_connector";
