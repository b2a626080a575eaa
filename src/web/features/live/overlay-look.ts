/** How the overlay looks, as its address says. */
export interface OverlayLook {
  /** `size`: 12 to 400 pixels. */
  readonly px: number;
  /** `align`: where in the window it stands. */
  readonly align: "left" | "center" | "right";
  /** `name=0` hides the product's name; `price=1` shows its price. */
  readonly name: boolean;
  readonly price: boolean;
  /** `plate=0`: no dark plate behind the words. */
  readonly plate: boolean;
  /** `last=1`: only once the last units are reached. */
  readonly onlyLast: boolean;
  /** `color`, `background`: six or eight hexadecimal digits. */
  readonly color: string | null;
  readonly background: string | null;
}

const pxMin = 12;
const pxMax = 400;
const pxDefault = 44;

/** Reads the address; what makes no sense is as if it were not there. */
export function overlayLook(search: URLSearchParams): OverlayLook {
  const size = Number(search.get("size") ?? Number.NaN);
  const align = search.get("align");
  return {
    px: Number.isFinite(size) ? Math.min(pxMax, Math.max(pxMin, size)) : pxDefault,
    align: align === "center" || align === "right" ? align : "left",
    name: search.get("name") !== "0",
    price: search.get("price") === "1",
    plate: search.get("plate") !== "0",
    onlyLast: search.get("last") === "1",
    color: hexOf(search.get("color")),
    background: hexOf(search.get("background")),
  };
}

function hexOf(text: string | null): string | null {
  return text !== null && /^[0-9a-f]{6}(?:[0-9a-f]{2})?$/i.test(text) ? `#${text}` : null;
}
