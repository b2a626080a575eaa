import { Input } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DayRow } from "../../../api/after-live.ts";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { cx } from "../../ui/cx.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { ordersHref } from "../../ui/orders-href.ts";
import { findRows, rowFilters, type RowFilter } from "./day.ts";
import css from "./reports.module.css";

const numberPx = 82;

/** The day, product by product: every row adds up. */
interface DayRowsProps {
  readonly date: string;
  readonly rows: readonly DayRow[];
  readonly printing: boolean;
}

export function DayRows({ date, rows, printing }: DayRowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useColumns(date);
  const [filter, setFilter] = useState<RowFilter>("moved");
  const [text, setText] = useState("");
  const search = useDebounced(text);
  const shown = useMemo(() => findRows(rows, filter, search), [rows, filter, search]);
  const counts = useMemo(
    () => filterNames.map((name) => [name, rows.filter(rowFilters[name]).length] as const),
    [rows],
  );
  return (
    <div>
      <div className={css.tools}>
        <Input
          className={cx(css.search, css.noPrint)}
          allowClear
          value={text}
          placeholder={t("reports.search")}
          aria-label={t("reports.search")}
          onChange={(event) => setText(event.target.value)}
        />
        <ChipRow label={t("reports.table")}>
          {counts
            .filter(([name, count]) => count > 0 || name === filter)
            .map(([name, count]) => (
              <Chip key={name} on={filter === name} onPick={() => setFilter(name)}>
                {t(`reports.filter.${name}`)} {format.number(count)}
              </Chip>
            ))}
        </ChipRow>
      </div>
      <DataTable
        label={t("reports.table")}
        rows={shown}
        keyOf={(row) => row.sku}
        columns={columns}
        sort={{ key: "sold", desc: true }}
        whole={printing}
      />
    </div>
  );
}

const filterNames = ["all", "moved", "counted", "short", "faults"] as const satisfies readonly RowFilter[];

type Figure = (row: DayRow) => number | null;

/** The columns in the order of the sum: opening, what came and went, closing; then what stands beside it. */
const figures: readonly (readonly [name: ColumnName, figure: Figure, onPhone?: true])[] = [
  ["opening", (row) => row.opening],
  ["received", (row) => row.openingStock + row.received],
  ["returned", (row) => row.returned],
  ["adjusted", (row) => row.adjusted],
  ["loaned", (row) => row.loaned],
  ["shipped", (row) => row.shipped],
  ["closing", (row) => row.closing, true],
  ["available", (row) => row.closingBalance.available],
  ["sold", (row) => row.sold, true],
  ["presold", (row) => row.presale.sold],
  ["cancelled", (row) => row.cancelled],
  ["refunded", (row) => row.refunded],
  ["shortage", (row) => row.closingBalance.shortage],
  ["counted", (row) => row.counted],
  ["variance", (row) => row.variance],
];
type ColumnName =
  | "opening"
  | "received"
  | "returned"
  | "adjusted"
  | "loaned"
  | "shipped"
  | "closing"
  | "available"
  | "sold"
  | "presold"
  | "cancelled"
  | "refunded"
  | "shortage"
  | "counted"
  | "variance";

const warned: readonly ColumnName[] = ["shortage", "variance"];

/** Which orders a figure is made of; the others are made of movements. */
function ordersOf(name: ColumnName, sku: string, date: string): string | null {
  const ofDay = { sku, fromDay: date, toDay: date };
  if (name === "sold") return ordersHref({ ...ofDay, state: "sold" });
  if (name === "presold") return ordersHref({ ...ofDay, state: "presale" });
  if (name === "cancelled" || name === "refunded") return ordersHref({ ...ofDay, state: "closed" });
  return name === "shortage" ? ordersHref({ sku, state: "short" }) : null;
}

function useColumns(date: string): readonly DataColumn<DayRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const numbers = figures.map(([name, figureOf, phone]): DataColumn<DayRow> => ({
      key: name,
      title: t(`reports.column.${name}`),
      width: numberPx,
      by: (row) => figureOf(row) ?? 0,
      ...(phone === undefined ? {} : { phone }),
      cell: (row) => {
        const value = figureOf(row);
        if (value === null) return <span className="pale">—</span>;
        const bad = value !== 0 && warned.includes(name);
        const orders = value === 0 ? null : ordersOf(name, row.sku, date);
        const figure = (
          <span className={cx(value === 0 && "pale", bad && "tier3")}>{format.number(value)}</span>
        );
        return orders === null ? figure : <Link to={orders}>{figure}</Link>;
      },
    }));
    const product: DataColumn<DayRow> = {
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
    };
    const amount: DataColumn<DayRow> = {
      key: "amount",
      title: t("reports.amount"),
      width: 126,
      by: (row) => row.sales.amount,
      cell: (row) => format.money(row.sales.amount),
    };
    return [product, ...numbers, amount];
  }, [t, format, date]);
}
