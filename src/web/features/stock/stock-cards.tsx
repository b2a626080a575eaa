import { useTranslation } from "react-i18next";
import type { StockTotals } from "../../../api/stock.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Num } from "../../ui/num.tsx";

/** The shop in five figures: what is on the shelves, and who it belongs to. */
export function StockCards({ totals }: { totals: StockTotals | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figure = (value: number | undefined) => (value === undefined ? "—" : <Num value={value} />);
  const short = totals?.counts.short ?? 0;
  const held =
    totals === null || totals.held === 0
      ? ""
      : ` · ${t("stock.card.held", { n: format.number(totals.held) })}`;
  const loaned =
    totals === null || totals.loaned === 0
      ? ""
      : ` · ${t("stock.card.loaned", { n: format.number(totals.loaned) })}`;
  return (
    <StatRow label={t("stock.summary")}>
      <StatCard name={`${t("stock.card.onHand")}${loaned}`}>{figure(totals?.onHand)}</StatCard>
      <StatCard name={`${t("stock.card.available")}${held}`}>{figure(totals?.available)}</StatCard>
      <StatCard name={t("stock.card.committed")}>{figure(totals?.committed)}</StatCard>
      <StatCard name={t("stock.card.quarantine")}>{figure(totals?.quarantine)}</StatCard>
      <StatCard
        name={
          short > 0
            ? t("stock.card.shortageOf", { count: short, n: format.number(short) })
            : t("stock.card.shortage")
        }
        tone={short > 0 ? "tier3" : ""}
      >
        {figure(totals?.shortage)}
      </StatCard>
    </StatRow>
  );
}
