import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { AnalysisItem } from "../../../api/analysis.ts";
import { Card } from "../../ui/card.tsx";
import { csvOf, download } from "../../ui/csv.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useCan } from "../../session.ts";
import { analysis } from "./client.ts";

type Item = AnalysisItem["replenish"][number];

/** What to order at the supplier, the most urgent first, as a list to send. */
export function Replenish({ items }: { items: AnalysisItem["replenish"] }) {
  const { t } = useTranslation();
  const save = () => {
    const head = [t("analysis.sku"), t("analysis.product"), t("analysis.order.units")];
    download("replenish.csv", csvOf([head, ...chosen.map((one) => [one.sku, one.name, one.units])]));
  };
  const mayOrder = useCan("stock:write");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = items.filter(({ sku }) => !left.has(sku));
  const columns = useColumns(
    mayOrder
      ? {
          has: (sku) => !left.has(sku),
          set: (sku, on) => {
            const next = new Set(left);
            if (on) next.delete(sku);
            else next.add(sku);
            setLeft(next);
          },
        }
      : null,
  );
  if (items.length === 0) return null;
  return (
    <Card
      title={t("analysis.order.title")}
      note={t("analysis.order.text")}
      actions={
        <>
          <Button icon={<Icon name="download" size={16} />} onClick={save}>
            CSV
          </Button>
          {mayOrder && <Order items={chosen} />}
        </>
      }
    >
      <DataTable label={t("analysis.order.title")} rows={items} keyOf={(row) => row.sku} columns={columns} />
    </Card>
  );
}

const ordersMax = 500;

/** What was ordered is expected from now on, and is asked for no more. */
function Order({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  const textOf = useProblemText();
  const client = useQueryClient();
  const order = useMutation({
    mutationFn: () =>
      analysis.order({ items: items.slice(0, ordersMax).map(({ sku, units }) => ({ sku, units })) }),
    onSuccess: ({ expected, known }) => {
      const done = t("analysis.order.done", { n: format.number(expected) });
      const more = known === 0 ? "" : t("analysis.order.known", { n: format.number(known) });
      message.success([done, more].filter((one) => one !== "").join(t("common.comma")));
      void client.invalidateQueries({ queryKey: ["analysis"] });
    },
    onError: (error) => message.error(textOf(error)),
  });
  return (
    <Button
      type="primary"
      disabled={items.length === 0}
      loading={order.isPending}
      onClick={() => order.mutate()}
    >
      {t("analysis.order.do", { n: format.number(Math.min(items.length, ordersMax)) })}
    </Button>
  );
}

/** Which rows are ordered; null: nobody here may order. */
interface Chosen {
  has(sku: string): boolean;
  set(sku: string, on: boolean): void;
}

function Product({ row, chosen }: { row: Item; chosen: Chosen | null }) {
  const { t } = useTranslation();
  return (
    <>
      {chosen !== null && (
        <Checkbox
          checked={chosen.has(row.sku)}
          aria-label={t("analysis.order.choose", { name: row.name })}
          onChange={({ target }) => chosen.set(row.sku, target.checked)}
        />
      )}{" "}
      <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>
      <small>{row.sku}</small>
    </>
  );
}

function useColumns(chosen: Chosen | null): readonly DataColumn<Item>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("analysis.product"),
      width: 240,
      by: (row) => row.name,
      cell: (row) => <Product row={row} chosen={chosen} />,
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
      cell: (row) => <Link to={`/orders?sku=${encodeURIComponent(row.sku)}`}>{row.perDay.toFixed(1)}</Link>,
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
      key: "cost",
      title: t("analysis.order.cost"),
      width: 104,
      by: (row) => row.cost ?? -1,
      cell: (row) => (row.cost === null ? "—" : wholeMoney(format, row.cost)),
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
