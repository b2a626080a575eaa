import type { Scope } from "../../api/shop.ts";
import type { IconName } from "../ui/icon.tsx";

interface Entry {
  readonly to: string;
  readonly name: "stock" | "goods" | "import" | "orders" | "channels" | "settings";
  readonly icon: IconName;
  /** Who has no use for the page does not see it. */
  readonly scope: Scope;
}

interface Group {
  readonly name: "stock" | "orders";
  readonly entries: readonly Entry[];
}

/** The map of the product, as far as its pages exist. */
export const groups: readonly Group[] = [
  {
    name: "stock",
    entries: [
      { to: "/stock", name: "stock", icon: "stock", scope: "stock:read" },
      { to: "/goods", name: "goods", icon: "receive", scope: "stock:write" },
      { to: "/import", name: "import", icon: "upload", scope: "catalog:write" },
    ],
  },
  {
    name: "orders",
    entries: [
      { to: "/orders", name: "orders", icon: "orders", scope: "stock:read" },
      { to: "/channels", name: "channels", icon: "channels", scope: "stock:read" },
    ],
  },
];
