import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SessionReportItem } from "../../../api/after-live.ts";
import { cx } from "../../ui/cx.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { percentText } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { ordersHref, type OrdersFilter } from "../../ui/orders-href.ts";
import { Tag } from "../../ui/tag.tsx";

type Product = SessionReportItem["products"][number];

/** The orders that were placed while it was on, on its channel where it had one. */
export function ordersOf(
  { liveSince, endedAt, channels }: Pick<SessionReportItem, "liveSince" | "endedAt" | "channels">,
  filter: OrdersFilter,
): string | undefined {
  if (liveSince === null) return undefined;
  const [only, ...others] = channels;
  return ordersHref({
    from: liveSince,
    ...(endedAt === null ? {} : { to: endedAt }),
    ...(only !== undefined && others.length === 0 ? { channel: only.channel } : {}),
    ...filter,
  });
}

/** The session, product by product: what it had, what it sold, when it was sold out. */
export function SessionProducts({ report, printing }: { report: SessionReportItem; printing: boolean }) {
  const { t } = useTranslation();
  const columns = useProductColumns(report);
  return (
    <DataTable
      label={t("reports.table")}
      rows={report.products}
      keyOf={(row) => row.sku}
      columns={columns}
      sort={{ key: "amount", desc: true }}
      whole={printing || report.products.length < wholeRowsMax}
    />
  );
}

function useProductColumns(report: SessionReportItem): readonly DataColumn<Product>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const measures = useMeasures();
  const number = (name: keyof Product & NumberName, phone?: true): DataColumn<Product> => ({
    key: name,
    title: t(`reports.column.${name}`),
    width: 84,
    by: (row) => row[name] ?? 0,
    ...(phone === undefined ? {} : { phone }),
    cell: (row) => {
      const figure = <span className={cx(row[name] === 0 && "pale")}>{format.number(row[name] ?? 0)}</span>;
      const state = orderStates[name];
      const orders =
        state === undefined || row[name] === 0 ? undefined : ordersOf(report, { sku: row.sku, state });
      return orders === undefined ? figure : <Link to={orders}>{figure}</Link>;
    },
  });
  return [
    {
      key: "name",
      title: t("reports.column.product"),
      width: 240,
      by: (row) => row.name,
      cell: (row) => (
        <>
          <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>
          <small>{row.sku}</small>
        </>
      ),
    },
    number("target"),
    number("opening"),
    number("arrived"),
    number("sold", true),
    number("presold"),
    number("cancelled"),
    number("closing", true),
    ...measures,
  ];
}

/** So few rows are drawn at once. */
const wholeRowsMax = 120;
/** In which state the orders are that a figure is made of. */
const orderStates: Readonly<Partial<Record<NumberName, OrdersFilter["state"]>>> = {
  sold: "sold",
  presold: "presale",
  cancelled: "closed",
};
type NumberName = "target" | "opening" | "arrived" | "sold" | "presold" | "cancelled" | "closing";

/** How well a product sold for what there was of it and for how long it was on. */
function useMeasures(): readonly DataColumn<Product>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "sellThrough",
      title: t("reports.column.sellThrough"),
      width: 84,
      by: (row) => row.sellThrough ?? -1,
      cell: (row) => percentText(row.sellThrough),
    },
    {
      key: "soldOutAt",
      title: t("reports.column.soldOutAt"),
      width: 96,
      by: (row) => row.soldOutAt ?? "",
      cell: (row) =>
        row.soldOutAt === null ? (
          <span className="pale">—</span>
        ) : (
          <Tag tone="tier3">{format.minute(row.soldOutAt)}</Tag>
        ),
    },
    {
      key: "perShownMinute",
      title: t("reports.column.perShownMinute"),
      width: 104,
      by: (row) => row.perShownMinute ?? -1,
      cell: (row) => (row.perShownMinute === null ? "—" : row.perShownMinute.toFixed(1)),
    },
    {
      key: "amount",
      title: t("reports.amount"),
      width: 130,
      by: (row) => row.amount,
      cell: (row) => format.money(row.amount),
    },
  ];
}
