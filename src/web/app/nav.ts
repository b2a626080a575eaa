import type { Scope } from "../../api/shop.ts";
import type { IconName } from "../ui/icon.tsx";

interface Entry {
  readonly to: string;
  readonly name:
    | "live"
    | "sessions"
    | "stock"
    | "counts"
    | "floor"
    | "inbound"
    | "goods"
    | "returns"
    | "samples"
    | "quarantine"
    | "import"
    | "orders"
    | "outbound"
    | "channels"
    | "reviews"
    | "reports"
    | "analysis"
    | "reconcile"
    | "odd"
    | "settings";
  readonly icon: IconName;
  /** Who has no use for the page does not see it. */
  readonly scope: Scope;
}

interface Group {
  /** The live screens come first and need no heading. */
  readonly name: "live" | "stock" | "warehouse" | "orders" | "review";
  readonly entries: readonly Entry[];
}

/** The map of the product, as far as its pages exist. */
export const groups: readonly Group[] = [
  {
    name: "live",
    entries: [
      { to: "/live", name: "live", icon: "play", scope: "stock:read" },
      { to: "/sessions", name: "sessions", icon: "calendar", scope: "stock:read" },
    ],
  },
  {
    name: "stock",
    entries: [
      { to: "/stock", name: "stock", icon: "stock", scope: "stock:read" },
      { to: "/import", name: "import", icon: "upload", scope: "catalog:write" },
    ],
  },
  {
    name: "warehouse",
    entries: [
      { to: "/inbound", name: "inbound", icon: "calendar", scope: "stock:write" },
      { to: "/goods", name: "goods", icon: "receive", scope: "stock:write" },
      { to: "/outbound", name: "outbound", icon: "send", scope: "stock:read" },
      { to: "/counts", name: "counts", icon: "check", scope: "stock:read" },
      { to: "/floor", name: "floor", icon: "bins", scope: "stock:read" },
      { to: "/returns", name: "returns", icon: "giveBack", scope: "stock:read" },
      { to: "/samples", name: "samples", icon: "sample", scope: "stock:read" },
      { to: "/quarantine", name: "quarantine", icon: "broken", scope: "stock:read" },
    ],
  },
  {
    name: "orders",
    entries: [
      { to: "/orders", name: "orders", icon: "orders", scope: "stock:read" },
      { to: "/reconcile", name: "reconcile", icon: "copy", scope: "stock:read" },
      { to: "/odd", name: "odd", icon: "warning", scope: "stock:read" },
      { to: "/channels", name: "channels", icon: "channels", scope: "stock:read" },
    ],
  },
  {
    name: "review",
    entries: [
      { to: "/reviews", name: "reviews", icon: "check", scope: "stock:read" },
      { to: "/reports", name: "reports", icon: "file", scope: "stock:read" },
      { to: "/analysis", name: "analysis", icon: "search", scope: "stock:read" },
    ],
  },
];

/** What a phone's bottom bar offers, as far as there is room: what is done on foot. */
export const quickEntries: readonly Entry["name"][] = [
  "live",
  "stock",
  "counts",
  "outbound",
  "sessions",
  "orders",
];
