import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { ParcelItem, WaveItem, WaveOrder, WaveSheet, WaveTask } from "../../../api/outbound.ts";
import { useCan } from "../../session.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Note, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { outbound, outboundKeys } from "./client.ts";
import css from "./outbound.module.css";

const tabs = ["tasks", "orders", "parcels"] as const;
type Tab = (typeof tabs)[number];

/** One wave as it goes on. */
export function WavePage() {
  const { t } = useTranslation();
  const { wave: id = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: outboundKeys.wave(id),
    queryFn: ({ signal }) => outbound.wave(id, signal),
    refetchInterval: 5_000,
  });
  if (data === undefined) {
    return (
      <Page title={t("outbound.title")}>
        {error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  return <WaveView key={id} sheet={data} />;
}

function WaveView({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const [tab, setTab] = useState<Tab>("tasks");
  const { item } = sheet;
  const sizes = { tasks: sheet.tasks.length, orders: sheet.orders.length, parcels: sheet.parcels.length };
  return (
    <Page
      title={item.purpose === "" ? t("outbound.title") : item.purpose}
      subtitle={[
        t(`pick.stage.${item.stage}`),
        words.actor(item.openedBy),
        format.moment(item.openedAt),
        item.stagingBin,
      ].join(" · ")}
      actions={<Actions item={item} />}
    >
      <Figures item={item} />
      <Notes sheet={sheet} />
      <div className={css.tabs}>
        <ChipRow label={t("outbound.title")}>
          {tabs.map((one) => (
            <Chip key={one} on={tab === one} onPick={() => setTab(one)}>
              {t(`outbound.wave.tabs.${one}`)} {format.number(sizes[one])}
            </Chip>
          ))}
        </ChipRow>
      </div>
      {tab === "tasks" && <Tasks sheet={sheet} />}
      {tab === "orders" && <Orders sheet={sheet} />}
      {tab === "parcels" && <Parcels sheet={sheet} />}
    </Page>
  );
}

function Actions({ item }: { item: WaveItem }) {
  const { t } = useTranslation();
  const mayPick = useCan("stock:write");
  const [asking, setAsking] = useState(false);
  if (!mayPick) return null;
  const live = item.stage !== "done" && item.stage !== "cancelled";
  return (
    <>
      {item.open > 0 && <Button onClick={() => setAsking(true)}>{t("outbound.wave.cancel")}</Button>}
      {live && (
        <>
          <Link to={`/phone/pick/${encodeURIComponent(item.wave)}`}>
            <Button type={item.stage === "picking" ? "primary" : "default"}>
              {t("outbound.wave.onPhone")}
            </Button>
          </Link>
          <Link to={`/phone/ship/${encodeURIComponent(item.wave)}`}>
            <Button type={item.stage === "shipping" ? "primary" : "default"}>
              {t("outbound.wave.pack")}
            </Button>
          </Link>
        </>
      )}
      {asking && <CancelDialog item={item} onClose={() => setAsking(false)} />}
    </>
  );
}

function CancelDialog({ item, onClose }: { item: WaveItem; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const cancel = useMutation({
    mutationFn: () => outbound.cancel(item.wave, reason.trim()),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: outboundKeys.all });
      onClose();
    },
    onError: (error) => message.error(textOf(error)),
  });
  return (
    <Modal
      open
      title={t("outbound.wave.cancelTitle")}
      okText={t("outbound.wave.cancel")}
      cancelText={t("common.cancel")}
      okButtonProps={{ danger: true }}
      confirmLoading={cancel.isPending}
      onOk={() => cancel.mutate()}
      onCancel={onClose}
      width={460}
    >
      <p>{t("outbound.wave.cancelText")}</p>
      <Input
        value={reason}
        maxLength={200}
        placeholder={t("outbound.wave.reason")}
        aria-label={t("outbound.wave.reason")}
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  );
}

function Figures({ item }: { item: WaveItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = [
    ["open", item.open, undefined],
    ["picked", item.picked, undefined],
    ["staged", item.staged, undefined],
    ["sent", item.sent, undefined],
    ["back", item.back, item.back > 0 ? "tier3" : undefined],
    ["short", item.short, item.short > 0 ? "tier2" : undefined],
  ] as const;
  return (
    <StatRow label={t("outbound.wave.figures")}>
      {figures.map(([name, value, tone]) => (
        <StatCard key={name} name={t(`outbound.wave.${name}`)} {...(tone === undefined ? {} : { tone })}>
          {format.number(value)}
        </StatCard>
      ))}
    </StatRow>
  );
}

function Notes({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { item, counts } = sheet;
  if (item.waiting === 0 && counts.length === 0 && item.back === 0) return null;
  return (
    <div className={css.notes}>
      {item.back > 0 && (
        <Note tone="bad">
          {t("outbound.wave.backNote", { count: item.back, n: format.number(item.back) })}
        </Note>
      )}
      {item.waiting > 0 && (
        <Note tone="warn">
          {t("outbound.wave.waiting", { count: item.waiting, n: format.number(item.waiting) })}
        </Note>
      )}
      {counts.length > 0 && (
        <Note>
          {t("outbound.wave.counts")}
          {counts.map(({ cell, sheet: id }) => (
            <span key={id}>
              {" "}
              <Link to={`/counts/${encodeURIComponent(id)}`}>
                {cell.bin === "" ? t("counts.noBin") : cell.bin}
              </Link>
            </span>
          ))}
        </Note>
      )}
    </div>
  );
}

function Good({ sheet, sku }: { sheet: WaveSheet; sku: string }) {
  const { code = sku, name = "" } = sheet.goods[sku] ?? {};
  return (
    <span className={css.two}>
      <b>{name === "" ? code : name}</b>
      <small>{code}</small>
    </span>
  );
}

function Tasks({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (value: number) => (value === 0 ? "" : format.number(value));
  const columns: readonly DataColumn<WaveTask>[] = [
    {
      key: "goods",
      title: t("outbound.wave.column.goods"),
      cell: (row) => <Good sheet={sheet} sku={row.sku} />,
      width: 240,
    },
    {
      key: "bin",
      title: t("outbound.wave.column.bin"),
      cell: (row) => <b>{row.bin === "" ? t("counts.noBin") : row.bin}</b>,
      width: 130,
      left: true,
      phone: true,
    },
    { key: "lot", title: t("outbound.wave.column.lot"), cell: (row) => row.lot, width: 150, left: true },
    { key: "units", title: t("outbound.wave.column.units"), cell: (row) => number(row.units), width: 90 },
    { key: "picked", title: t("outbound.wave.column.picked"), cell: (row) => number(row.picked), width: 90 },
    {
      key: "missing",
      title: t("outbound.wave.column.missing"),
      cell: (row) => row.missing > 0 && <span className="tier3">{format.number(row.missing)}</span>,
      width: 80,
    },
    {
      key: "left",
      title: t("outbound.wave.column.left"),
      cell: (row) =>
        row.left > 0 ? (
          <b>{format.number(row.left)}</b>
        ) : (
          <Tag tone={row.picked > 0 ? "ok" : "plain"}>
            {t(`pick.row.${row.picked > 0 ? "picked" : "nothing"}`)}
          </Tag>
        ),
      width: 100,
      phone: true,
    },
  ];
  return (
    <DataTable
      label={t("outbound.wave.tabs.tasks")}
      rows={sheet.tasks}
      keyOf={(row) => row.task}
      columns={columns}
      rowPx={52}
    />
  );
}

function Orders({ sheet }: { sheet: WaveSheet }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const total = (row: WaveOrder, part: "open" | "staged" | "sent" | "back" | "short") =>
    row.lines.reduce((sum, line) => sum + line[part], 0);
  const figure = (
    part: "open" | "staged" | "sent" | "back" | "short",
    name: string,
  ): DataColumn<WaveOrder> => ({
    key: part,
    title: name,
    cell: (row) => {
      const value = total(row, part);
      return value === 0 ? "" : format.number(value);
    },
    by: (row) => total(row, part),
    width: 90,
    phone: part === "open" || part === "staged",
  });
  const columns: readonly DataColumn<WaveOrder>[] = [
    {
      key: "order",
      title: t("outbound.wave.column.order"),
      cell: (row) => (
        <span className={css.two}>
          <b>
            <Link to={`/orders/${encodeURIComponent(row.channel)}/${encodeURIComponent(row.orderId)}`}>
              {row.orderId}
            </Link>
          </b>
          <small className={row.hold === null ? undefined : "tier3"}>
            {row.hold === null
              ? row.lines.map(({ sku }) => sheet.goods[sku]?.name ?? sku).join("，")
              : i18n.language === "en"
                ? row.hold.en
                : row.hold.zh}
          </small>
        </span>
      ),
      width: 320,
    },
    figure("open", t("outbound.wave.column.open")),
    figure("staged", t("outbound.wave.column.staged")),
    figure("sent", t("outbound.wave.column.sent")),
    figure("back", t("outbound.wave.column.back")),
    figure("short", t("outbound.wave.short")),
  ];
  return (
    <DataTable
      label={t("outbound.wave.tabs.orders")}
      rows={sheet.orders}
      keyOf={(row) => `${row.channel} ${row.orderId}`}
      columns={columns}
      rowPx={52}
    />
  );
}

function Parcels({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  if (sheet.parcels.length === 0) return <Empty icon="orders" title={t("outbound.wave.noParcels")} />;
  const columns: readonly DataColumn<ParcelItem>[] = [
    {
      key: "waybill",
      title: t("outbound.wave.column.waybill"),
      cell: (row) => (
        <span className={css.two}>
          <b>{row.waybill === "" ? t("outbound.wave.byPlatform") : row.waybill}</b>
          <small>{row.carrier}</small>
        </span>
      ),
      width: 260,
    },
    {
      key: "order",
      title: t("outbound.wave.column.order"),
      cell: (row) => row.orderId,
      width: 240,
      left: true,
    },
    {
      key: "units",
      title: t("outbound.wave.column.units"),
      cell: (row) => format.number(row.units),
      width: 80,
      phone: true,
    },
    {
      key: "by",
      title: t("outbound.wave.column.by"),
      cell: (row) => words.actor(row.by),
      width: 130,
      left: true,
    },
    {
      key: "at",
      title: t("outbound.wave.column.at"),
      cell: (row) => format.moment(row.at),
      width: 160,
      left: true,
      phone: true,
    },
  ];
  return (
    <DataTable
      label={t("outbound.wave.tabs.parcels")}
      rows={sheet.parcels}
      keyOf={(row) => row.shipment}
      columns={columns}
      rowPx={52}
    />
  );
}
