import type { Scope } from "../../api/shop.ts";
import type { IconName } from "../ui/icon.tsx";

interface Entry {
  readonly to: string;
  readonly name:
    | "live"
    | "sessions"
    | "stock"
    | "counts"
    | "goods"
    | "import"
    | "orders"
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
  readonly name: "live" | "stock" | "orders" | "review";
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
      { to: "/counts", name: "counts", icon: "check", scope: "stock:read" },
      { to: "/goods", name: "goods", icon: "receive", scope: "stock:write" },
      { to: "/import", name: "import", icon: "upload", scope: "catalog:write" },
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
