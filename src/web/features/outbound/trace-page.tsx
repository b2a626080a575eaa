import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { TraceRow } from "../../../api/outbound.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { outbound, outboundKeys, traceLimits, traceWays, type TraceAsked, type TraceWay } from "./client.ts";
import css from "./outbound.module.css";

function askedOf(params: URLSearchParams): TraceAsked | null {
  for (const by of traceWays) {
    const text = params.get(by)?.trim() ?? "";
    if (text !== "") return { by, text };
  }
  return null;
}

/** Where units went, from whatever of them is known. */
export function TracePage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const asked = askedOf(params);
  const [by, setBy] = useState<TraceWay>(asked?.by ?? "order");
  const [text, setText] = useState(asked?.text ?? "");
  return (
    <Page title={t("outbound.traces.title")} subtitle={t("outbound.traces.subtitle")}>
      <form
        className={css.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") setParams({ [by]: text.trim() });
        }}
      >
        <Segmented
          value={by}
          onChange={setBy}
          options={traceWays.map((one) => ({ value: one, label: t(`outbound.traces.by.${one}`) }))}
        />
        <span>
          <Input
            value={text}
            maxLength={128}
            placeholder={t(`outbound.traces.hint.${by}`)}
            aria-label={t(`outbound.traces.by.${by}`)}
            onChange={(event) => setText(event.target.value)}
          />
        </span>
        <Button type="primary" htmlType="submit">
          {t("outbound.traces.find")}
        </Button>
      </form>
      {asked === null ? (
        <Empty icon="search" title={t("outbound.traces.start")} />
      ) : (
        <Found key={`${asked.by} ${asked.text}`} asked={asked} />
      )}
    </Page>
  );
}

function Found({ asked }: { asked: TraceAsked }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: outboundKeys.trace(asked),
    queryFn: ({ signal }) => outbound.trace(asked, signal),
  });
  if (data === undefined)
    return error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) {
    return (
      <Empty icon="search" title={t("outbound.traces.none")}>
        {t("outbound.traces.noneText", { days: traceLimits.days })}
      </Empty>
    );
  }
  return (
    <>
      <p className={css.found}>
        {t("outbound.traces.found", { count: data.units, n: format.number(data.units) })}
      </p>
      <Rows rows={data.items} />
      {data.more && <Note>{t("outbound.traces.more", { n: format.number(data.items.length) })}</Note>}
    </>
  );
}

function Rows({ rows }: { rows: readonly TraceRow[] }) {
  const { t } = useTranslation();
  const columns = [...useGoodsColumns(), ...usePeopleColumns()];
  const key = (row: TraceRow) =>
    [
      row.wave,
      row.orderId,
      row.lineId,
      row.sku,
      row.lot,
      row.bin,
      row.pickedAt,
      row.waybill,
      row.shippedAt,
    ].join(" ");
  return (
    <DataTable label={t("outbound.traces.title")} rows={rows} keyOf={key} columns={columns} rowPx={52} />
  );
}

/** What, for which order, and from which bin. */
function useGoodsColumns(): readonly DataColumn<TraceRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "goods",
      title: t("outbound.traces.column.goods"),
      cell: (row) => (
        <span className={css.two}>
          <b>{row.name === "" ? row.sku : row.name}</b>
          <small>{row.sku}</small>
        </span>
      ),
      width: 230,
    },
    {
      key: "units",
      title: t("outbound.traces.column.units"),
      cell: (row) => format.number(row.units),
      width: 64,
      phone: true,
    },
    {
      key: "order",
      title: t("outbound.traces.column.order"),
      cell: (row) => (
        <Link to={`/orders/${encodeURIComponent(row.channel)}/${encodeURIComponent(row.orderId)}`}>
          {row.orderId}
        </Link>
      ),
      width: 210,
      left: true,
    },
    {
      key: "bin",
      title: t("outbound.traces.column.bin"),
      cell: (row) => (row.bin === "" ? t("counts.noBin") : row.bin),
      width: 120,
      left: true,
    },
  ];
}

/** Which lot, by whom, and when. */
function usePeopleColumns(): readonly DataColumn<TraceRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const who = (person: string | null, at: string | null) =>
    person === null || at === null ? (
      <Tag>{t("outbound.traces.unscanned")}</Tag>
    ) : (
      <span className={css.two}>
        <b>{words.actor(person)}</b>
        <small>{format.moment(at)}</small>
      </span>
    );
  return [
    { key: "lot", title: t("outbound.traces.column.lot"), cell: (row) => row.lot, width: 140, left: true },
    {
      key: "picked",
      title: t("outbound.traces.column.picked"),
      cell: (row) => who(row.pickedBy, row.pickedAt),
      width: 150,
      left: true,
    },
    {
      key: "shipped",
      title: t("outbound.traces.column.shipped"),
      cell: (row) => who(row.shippedBy, row.shippedAt),
      width: 150,
      left: true,
      phone: true,
    },
    {
      key: "waybill",
      title: t("outbound.traces.column.waybill"),
      cell: (row) => (
        <span className={css.two}>
          <b>{row.waybill}</b>
          <small>{row.carrier}</small>
        </span>
      ),
      width: 170,
      left: true,
    },
  ];
}
