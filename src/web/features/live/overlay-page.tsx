import { useLayoutEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { useScreenView } from "../../feed/session-feed.ts";
import { cx } from "../../ui/cx.ts";
import { statusClass } from "./figures.ts";
import { overlayLook } from "./overlay-look.ts";
import { useScreenFormat, useScreenLanguage } from "./screen-tools.ts";
import { useWallTheme } from "./wall-theme.ts";
import css from "./overlay.module.css";

/**
 * The number over the picture, for OBS and its kind: transparent, nothing but the product and what is left. A
 * figure that may no longer be true is not shown at all: a hundred thousand people would read it.
 */
export function OverlayPage() {
  const { token = "" } = useParams();
  const [search] = useSearchParams();
  const { t } = useTranslation();
  useWallTheme();
  useScreenLanguage();
  useTransparent();
  const { view, staleSince } = useScreenView(token);
  const format = useScreenFormat(view?.currency ?? "CNY");
  const look = overlayLook(search);
  const product = view?.current ?? null;
  if (view === null || product === null || view.life !== "live") return null;
  const last = product.sellable > 0 && product.sellable <= view.settings.lastUnits;
  const shown = staleSince === null && (!look.onlyLast || last || product.sellable === 0);
  if (!shown) return null;
  const price = look.price ? format.money(product.price).replace(/\D00$/, "") : "";
  const style = {
    fontSize: `${look.px}px`,
    ...(look.color === null ? {} : { color: look.color }),
    ...(look.background === null ? {} : { background: look.background }),
  };
  return (
    <main className={cx(css.place, css[look.align])}>
      <div className={cx(css.box, look.plate && css.plate)} style={style} data-testid="overlay">
        {look.name && (
          <span className={css.name}>
            {product.name}
            {price !== "" && <em>{price}</em>}
          </span>
        )}
        {product.sellable <= 0 ? (
          <b className="tier3">{t("screen.soldOut")}</b>
        ) : (
          <span className={css.line}>
            {last ? t("screen.last") : t("screen.left")}
            <b className={look.color === null ? (last ? "tier3" : statusClass(product.status)) : ""}>
              {format.number(product.sellable)}
            </b>
            {t("screen.unit")}
          </span>
        )}
      </div>
    </main>
  );
}

/** The picture behind must show through the whole page. */
function useTransparent(): void {
  useLayoutEffect(() => {
    const { style } = document.body;
    const before = style.background;
    style.background = "transparent";
    document.documentElement.style.background = "transparent";
    document.documentElement.style.colorScheme = "normal";
    return () => {
      style.background = before;
    };
  }, []);
}
