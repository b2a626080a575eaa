import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { BinItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import type { DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tag } from "../../ui/tag.tsx";
import css from "./floor.module.css";

/** The columns of the table of bins. */
export function useBinColumns(onEdit: (item: BinItem) => void): readonly DataColumn<BinItem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const mayEdit = useCan("catalog:write");
  return [
    { key: "bin", title: t("floor.bin"), width: 150, by: (row) => row.bin, cell: (row) => <b>{row.bin}</b> },
    {
      key: "zone",
      title: t("floor.zone"),
      width: 130,
      left: true,
      phone: true,
      by: (row) => row.zone,
      cell: (row) => (row.zone === "" ? <span className="muted">{t("floor.noZone")}</span> : row.zone),
    },
    {
      key: "units",
      title: t("floor.unitsColumn"),
      width: 110,
      phone: true,
      by: (row) => row.units,
      cell: (row) => format.number(row.units),
    },
    {
      key: "skus",
      title: t("floor.skusColumn"),
      width: 90,
      by: (row) => row.skus,
      cell: (row) => format.number(row.skus),
    },
    {
      key: "capacity",
      title: t("floor.capacity"),
      width: 120,
      by: (row) => row.unitsMax ?? Number.MAX_SAFE_INTEGER,
      cell: (row) =>
        row.unitsMax === null ? (
          <span className="muted">{t("floor.capacityNone")}</span>
        ) : (
          format.number(row.unitsMax)
        ),
    },
    {
      key: "route",
      title: t("floor.route"),
      width: 100,
      by: (row) => row.route,
      cell: (row) => format.number(row.route),
    },
    {
      key: "active",
      title: t("floor.active"),
      width: 110,
      cell: (row) => (
        <span className={css.rowEnd}>
          {!row.active && <Tag tone="tier2">{t("floor.inactive")}</Tag>}
          {mayEdit && (
            <Button
              type="text"
              size="small"
              icon={<Icon name="edit" size={16} />}
              aria-label={t("floor.editBin", { name: row.bin })}
              onClick={() => onEdit(row)}
            />
          )}
        </span>
      ),
    },
  ];
}
