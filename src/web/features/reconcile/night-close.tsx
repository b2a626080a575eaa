import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { NightCloseItem } from "../../../api/after-live.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { useSay } from "../../ui/say.ts";
import { Note } from "../../ui/state.tsx";
import { reconcile, reconcileKeys } from "./client.ts";
import css from "./reconcile.module.css";

type Row = NightCloseItem["rows"][number];

/** Shelves, books and channels side by side: every unit of difference has a cause, or is looked for. */
export function NightClose({ date }: { date: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSay();
  const nameOf = useChannelNames();
  const { data } = useQuery({
    queryKey: reconcileKeys.close(date),
    queryFn: ({ signal }) => reconcile.close(date, signal),
  });
  if (data === undefined) return null;
  const missing = data.missingChannels.map(nameOf).join(t("common.comma"));
  return (
    <Card title={t("reconcile.close.title", { date })} note={t("reconcile.close.note")}>
      <div className={css.compare}>
        <Note tone={data.clean ? "good" : "warn"}>
          {data.clean
            ? t("reconcile.close.clean", { n: format.number(data.skus) })
            : t("reconcile.close.unexplained", { n: format.number(data.unexplained) })}{" "}
          {data.counted === 0
            ? t("reconcile.close.noCount")
            : t("reconcile.close.counted", { n: format.number(data.counted) })}
        </Note>
        {missing !== "" && <Note tone="warn">{t("reconcile.close.missing", { channels: missing })}</Note>}
        {data.differences.length > 0 && (
          <ul className={css.causes}>
            {data.differences.map((one) => (
              <li key={`${one.side}/${one.cause}`}>
                <span>
                  {t(`reconcile.close.side.${one.side}`)} · {say(one.words)}
                </span>
                <b>{t("reconcile.units", { n: format.number(one.units) })}</b>
              </li>
            ))}
          </ul>
        )}
        {data.rows.length > 0 && <CloseRows rows={data.rows} />}
      </div>
    </Card>
  );
}

function CloseRows({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSay();
  const signed = (units: number) => (units > 0 ? `+${format.number(units)}` : format.number(units));
  const columns: readonly DataColumn<Row>[] = [
    {
      key: "name",
      title: t("reconcile.column.product"),
      width: 220,
      by: (row) => row.name,
      cell: (row) => (
        <>
          <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>
          <small>{row.sku}</small>
        </>
      ),
    },
    {
      key: "why",
      title: t("reconcile.column.why"),
      width: 260,
      left: true,
      cell: (row) => row.differences.map(({ words, units }) => `${say(words)} ${signed(units)}`).join(" · "),
    },
    {
      key: "onHand",
      title: t("reconcile.column.onHand"),
      width: 96,
      by: (row) => row.onHand,
      cell: (row) => format.number(row.onHand),
    },
    {
      key: "counted",
      title: t("reconcile.column.counted"),
      width: 96,
      by: (row) => row.counted ?? -1,
      cell: (row) => (row.counted === null ? "—" : format.number(row.counted)),
    },
    {
      key: "owed",
      title: t("reconcile.column.owed"),
      width: 96,
      by: (row) => row.owed,
      cell: (row) => format.number(row.owed),
    },
    {
      key: "owedThere",
      title: t("reconcile.column.owedThere"),
      width: 110,
      by: (row) => row.owedThere,
      cell: (row) => format.number(row.owedThere),
    },
    {
      key: "unexplained",
      title: t("reconcile.column.unexplained"),
      width: 96,
      phone: true,
      by: (row) => Math.abs(row.unexplained),
      cell: (row) => <b className={row.unexplained === 0 ? "pale" : "tier3"}>{signed(row.unexplained)}</b>,
    },
  ];
  return (
    <DataTable label={t("reconcile.close.rows")} rows={rows} keyOf={(row) => row.sku} columns={columns} />
  );
}
