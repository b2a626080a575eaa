import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LateGroup, LateRow } from "../../../api/after-live.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useDayName, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import css from "./reports.module.css";

/** What happened on earlier days and came in after they were closed, day by day: it is in the sums above. */
export function DayLate({ groups, printing }: { groups: readonly LateGroup[]; printing: boolean }) {
  const { t } = useTranslation();
  const nameOf = useDayName();
  const format = useFormat();
  const columns = useColumns();
  return (
    <section className={css.late} aria-label={t("reports.lateDays.title")}>
      <h2>{t("reports.lateDays.title")}</h2>
      <p className="muted">{t("reports.lateDays.note")}</p>
      {groups.map(({ date, movements, sales, rows }) => (
        <div key={date} className={css.gap}>
          <h3>
            {t("reports.lateDays.of", { day: nameOf(date) })}{" "}
            <small className="muted">
              {t("reports.lateDays.sum", {
                n: format.number(movements),
                sold: format.number(sales.sold + sales.presold),
                cancelled: format.number(sales.cancelled),
                amount: wholeMoney(format, sales.amount),
              })}
            </small>
          </h3>
          <DataTable
            label={t("reports.lateDays.of", { day: nameOf(date) })}
            rows={rows}
            keyOf={(row) => row.sku}
            columns={columns}
            sort={{ key: "amount", desc: true }}
            whole={printing}
          />
        </div>
      ))}
    </section>
  );
}

const figures = {
  movements: (row: LateRow) => row.movements,
  onHand: (row: LateRow) => row.onHand,
  sold: (row: LateRow) => row.sales.sold + row.sales.presold,
  cancelled: (row: LateRow) => row.sales.cancelled,
} as const;
const figureNames = ["movements", "onHand", "sold", "cancelled"] as const;

function useColumns(): readonly DataColumn<LateRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("reports.column.product"),
        width: 260,
        by: (row) => row.name,
        cell: (row) => (
          <>
            <Link to={`/stock/${encodeURIComponent(row.sku)}`} title={row.name}>
              {row.name}
            </Link>
            <small>
              {row.code}
              {row.category !== "" && ` · ${row.category}`}
            </small>
          </>
        ),
      },
      ...figureNames.map((name): DataColumn<LateRow> => ({
        key: name,
        title: t(`reports.lateDays.${name}`),
        width: 110,
        by: figures[name],
        phone: name === "sold",
        cell: (row) => {
          const value = figures[name](row);
          return <span className={value === 0 ? "pale" : undefined}>{format.number(value)}</span>;
        },
      })),
      {
        key: "amount",
        title: t("reports.amount"),
        width: 126,
        by: (row) => row.sales.amount,
        cell: (row) => format.money(row.sales.amount),
      },
    ],
    [t, format],
  );
}
