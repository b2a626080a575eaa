import { useTranslation } from "react-i18next";
import type { StockDetail } from "../../../api/stock.ts";
import { Num } from "../../ui/num.tsx";
import { Tag } from "../../ui/tag.tsx";
import panel from "./sku-panel.module.css";
import css from "./sku-journal.module.css";

/** Where the units stand, shelf by shelf. */
export function Shelves({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const shelves = detail.placements.filter((one) => one.quantity > 0);
  const several = new Set(shelves.map((one) => one.warehouse)).size > 1;
  if (shelves.length === 0) return null;
  return (
    <section>
      <h3 className={panel.heading}>{t("sku.shelves")}</h3>
      <ul className={css.list}>
        {shelves.map((one) => (
          <li key={`${one.warehouse} ${one.bin} ${one.lot} ${one.quality}`} className={css.shelf}>
            <span>
              {several && `${one.warehouse} · `}
              {one.bin === "" ? t("sku.noBin") : one.bin}
              {one.lot !== "" && <span className={css.when}> · {t("sku.lot", { lot: one.lot })}</span>}
            </span>
            {one.quality === "bad" ? <Tag tone="tier1">{t("sku.bad")}</Tag> : <span />}
            <b>
              <Num value={one.quantity} />
            </b>
          </li>
        ))}
      </ul>
    </section>
  );
}
