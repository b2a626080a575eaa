import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AnalysisItem } from "../../../api/analysis.ts";
import { Card } from "../../ui/card.tsx";
import { csvOf, download } from "../../ui/csv.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tag } from "../../ui/tag.tsx";

type Item = AnalysisItem["replenish"][number];

/** What to order at the supplier, the most urgent first, as a list to send. */
export function Replenish({ items }: { items: AnalysisItem["replenish"] }) {
  const { t } = useTranslation();
  const save = () => {
    const head = [t("analysis.sku"), t("analysis.product"), t("analysis.order.units")];
    download("replenish.csv", csvOf([head, ...items.map((one) => [one.sku, one.name, one.units])]));
  };
  const columns = useColumns();
  if (items.length === 0) return null;
  return (
    <Card
      title={t("analysis.order.title")}
      note={t("analysis.order.text")}
      actions={
        <Button icon={<Icon name="download" size={16} />} onClick={save}>
          CSV
        </Button>
      }
    >
      <DataTable label={t("analysis.order.title")} rows={items} keyOf={(row) => row.sku} columns={columns} />
    </Card>
  );
}

function useColumns(): readonly DataColumn<Item>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("analysis.product"),
      width: 240,
      by: (row) => row.name,
      cell: (row) => (
        <>
          <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>
          <small>{row.sku}</small>
        </>
      ),
    },
    {
      key: "units",
      title: t("analysis.order.units"),
      width: 104,
      phone: true,
      by: (row) => row.units,
      cell: (row) => <b>{format.number(row.units)}</b>,
    },
    {
      key: "urgent",
      title: t("analysis.order.out"),
      width: 130,
      phone: true,
      by: (row) => (row.urgent ? 0 : (row.coverDays ?? 1e9)),
      cell: (row) => <LastsUntil row={row} />,
    },
    {
      key: "perDay",
      title: t("analysis.order.perDay"),
      width: 96,
      by: (row) => row.perDay,
      cell: (row) => row.perDay.toFixed(1),
    },
    {
      key: "position",
      title: t("analysis.order.position"),
      width: 110,
      by: (row) => row.position,
      cell: (row) => (
        <span className={row.position < 0 ? "tier3" : undefined}>{format.number(row.position)}</span>
      ),
    },
    {
      key: "reorderPoint",
      title: t("analysis.order.point"),
      width: 96,
      by: (row) => row.reorderPoint,
      cell: (row) => format.number(row.reorderPoint),
    },
    {
      key: "cappedBy",
      title: t("analysis.order.note"),
      width: 130,
      left: true,
      cell: (row) => (row.cappedBy === null ? "" : t(`analysis.order.${row.cappedBy}`)),
    },
  ];
}

function LastsUntil({ row }: { row: Item }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (row.urgent) return <Tag tone="tier3">{t("analysis.order.urgent")}</Tag>;
  return row.outAt === null ? "—" : format.day(row.outAt);
}
