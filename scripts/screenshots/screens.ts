/** Every screen of the product, as `npm run screenshots` takes it. A new page is a new line here. */

export interface Screen {
  /** Of the file: `<name>-<theme>-<viewport>.png`. */
  readonly name: string;
  /** `{session}`, `{sku}`, `{host}`, `{overlay}` are filled in. */
  readonly path: string;
  /** Absent: both. */
  readonly viewports?: readonly Viewport[];
  readonly themes?: readonly Theme[];
  /** Nobody is signed in on it. */
  readonly open?: boolean;
  /** There when the page has something to show; absent: when the network is quiet. */
  readonly shows?: string;
  /** Pixels that nothing covers stay transparent. */
  readonly transparent?: boolean;
}

export type Viewport = "wall" | "phone";
export type Theme = "dark" | "light";

export const viewports: Readonly<Record<Viewport, { readonly width: number; readonly height: number }>> = {
  wall: { width: 1_920, height: 1_080 },
  phone: { width: 390, height: 844 },
};

export const screens: readonly Screen[] = [
  { name: "wall", path: "/live/{session}/wall", viewports: ["wall"] },
  { name: "console", path: "/live/{session}" },
  { name: "host", path: "{host}", open: true },
  {
    name: "overlay",
    path: "{overlay}",
    open: true,
    viewports: ["wall"],
    themes: ["dark"],
    transparent: true,
  },
  { name: "replay", path: "/live/{session}/replay" },
  { name: "sessions", path: "/sessions" },
  { name: "plan", path: "/sessions/{session}" },
  { name: "precheck", path: "/sessions/{session}/precheck" },
  { name: "thresholds", path: "/settings/alerts" },
  { name: "robots", path: "/settings/robots" },
  { name: "host-words", path: "/settings/words" },
  { name: "live-sources", path: "/settings/sources" },
  { name: "precheck-settings", path: "/settings/precheck" },
  { name: "stock", path: "/stock" },
  { name: "stock-why", path: "/stock/{sku}" },
  { name: "goods", path: "/goods" },
  { name: "inbound", path: "/inbound" },
  { name: "outbound", path: "/outbound" },
  { name: "counts", path: "/counts" },
  { name: "count-rules", path: "/counts/policy" },
  { name: "floor", path: "/floor" },
  { name: "returns", path: "/returns" },
  { name: "samples", path: "/samples" },
  { name: "quarantine", path: "/quarantine" },
  { name: "phone-count", path: "/phone", viewports: ["phone"] },
  { name: "import", path: "/import" },
  { name: "orders", path: "/orders" },
  { name: "channels", path: "/channels" },
  { name: "reconcile", path: "/reconcile" },
  { name: "odd", path: "/odd" },
  { name: "reviews", path: "/reviews" },
  { name: "reports", path: "/reports" },
  { name: "analysis", path: "/analysis" },
];
