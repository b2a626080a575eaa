import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LotItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import type { DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import css from "./floor.module.css";

const soonDays = 30;
const binsShown = 3;

type Columns = readonly DataColumn<LotItem>[];

/** The columns of the table of lots. */
export function useLotColumns(onEdit: (item: LotItem) => void): Columns {
  const { t } = useTranslation();
  const mayEdit = useCan("stock:write");
  return [
    ...useDateColumns(),
    ...useStockColumns(),
    ...useOriginColumns(),
    {
      key: "edit",
      title: t("common.edit"),
      width: 64,
      cell: (row) =>
        mayEdit && (
          <Button
            type="text"
            size="small"
            icon={<Icon name="edit" size={16} />}
            aria-label={t("floor.lots.edit", { lot: row.lot })}
            onClick={() => onEdit(row)}
          />
        ),
    },
  ];
}

/** Which lot it is, and how long it keeps. */
function useDateColumns(): Columns {
  const { t } = useTranslation();
  return [
    {
      key: "lot",
      title: t("floor.lots.lot"),
      width: 180,
      by: (row) => row.lot,
      cell: (row) => <b className={css.wrap}>{row.lot}</b>,
    },
    {
      key: "sku",
      title: t("floor.lots.sku"),
      width: 230,
      left: true,
      by: (row) => row.name,
      cell: (row) => (
        <span className={css.two}>
          <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name === "" ? row.code : row.name}</Link>
          <small>{row.code}</small>
        </span>
      ),
    },
    {
      key: "left",
      title: t("floor.lots.left"),
      width: 130,
      phone: true,
      by: (row) => row.daysLeft ?? Number.MAX_SAFE_INTEGER,
      cell: (row) => <Left item={row} />,
    },
    {
      key: "expires",
      title: t("floor.lots.expires"),
      width: 120,
      by: (row) => row.expiresOn ?? "9",
      cell: (row) => row.expiresOn ?? "—",
    },
  ];
}

/** How much of it there is, and where. */
function useStockColumns(): Columns {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "good",
      title: t("floor.lots.good"),
      width: 90,
      phone: true,
      by: (row) => row.good,
      cell: (row) => format.number(row.good),
    },
    {
      key: "bad",
      title: t("floor.lots.bad"),
      width: 80,
      by: (row) => row.bad,
      cell: (row) => format.number(row.bad),
    },
    {
      key: "bins",
      title: t("floor.lots.bins"),
      width: 190,
      left: true,
      cell: (row) => (
        <span className={css.wrap}>
          {row.bins
            .slice(0, binsShown)
            .map(
              ({ bin, units }) => `${bin === "" ? t("floor.move.unplaced") : bin} × ${format.number(units)}`,
            )
            .join("，")}
          {row.bins.length > binsShown && " …"}
        </span>
      ),
    },
  ];
}

/** Whom it came from, and when. */
function useOriginColumns(): Columns {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "supplier",
      title: t("floor.lots.supplier"),
      width: 130,
      left: true,
      by: (row) => row.supplier,
      cell: (row) => row.supplier,
    },
    {
      key: "received",
      title: t("floor.lots.received"),
      width: 120,
      by: (row) => row.receivedAt ?? "",
      cell: (row) => (row.receivedAt === null ? "—" : format.day(row.receivedAt)),
    },
  ];
}

function Left({ item }: { item: LotItem }) {
  const { t } = useTranslation();
  const { daysLeft } = item;
  if (daysLeft === null) return <span className="muted">—</span>;
  const tone: Tone = item.expired ? "tier3" : daysLeft <= soonDays ? "tier1" : "ok";
  const text = item.expired
    ? t("floor.lots.over", { n: Math.max(1, -daysLeft) })
    : daysLeft === 0
      ? t("floor.lots.today")
      : t("floor.lots.days", { n: daysLeft });
  return <Tag tone={tone}>{text}</Tag>;
}
