import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ExpectedPage, InboundItem } from "../../../api/inbound.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { inbound, inboundKeys } from "./client.ts";
import css from "./inbound.module.css";

type Delivery = ExpectedPage["items"][number];

const refetchMs = 20_000;

/** What is to come, and what came: each receipt with what it differs from its note by. */
export function InboundPage() {
  const { t } = useTranslation();
  const expected = useQuery({
    queryKey: inboundKeys.expected,
    queryFn: ({ signal }) => inbound.expected(signal),
    refetchInterval: refetchMs,
  });
  const receipts = useQuery({
    queryKey: inboundKeys.receipts,
    queryFn: ({ signal }) => inbound.receipts(signal),
    refetchInterval: refetchMs,
  });
  const { data, error } = expected;
  const open = data?.items.filter(({ closedAt }) => closedAt === null) ?? [];
  const over = data?.items.filter(({ closedAt }) => closedAt !== null) ?? [];
  return (
    <Page
      title={t("inbound.title")}
      subtitle={t("inbound.subtitle")}
      actions={
        <Link to="/phone/receive">
          <Button type="primary">{t("inbound.receive")}</Button>
        </Link>
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && (
        <Failure error={error} onRetry={() => void expected.refetch()} />
      )}
      {data !== undefined && open.length === 0 && (
        <Empty
          icon="receive"
          title={t("inbound.none")}
          actions={
            <>
              <Link to="/analysis">
                <Button type="primary">{t("inbound.toPlan")}</Button>
              </Link>
              <Link to="/goods">
                <Button>{t("nav.goods")}</Button>
              </Link>
            </>
          }
        >
          {t("inbound.noneText")}
        </Empty>
      )}
      <Deliveries title={t("inbound.expected")} items={open} />
      <Receipts items={receipts.data?.items ?? []} />
      <Deliveries title={t("inbound.over")} items={over} />
    </Page>
  );
}

function Deliveries({ title, items }: { title: string; items: readonly Delivery[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <h2 className={css.title}>{title}</h2>
      <ul className={css.list} aria-label={title}>
        {items.map((item) => (
          <DeliveryRow key={item.delivery} item={item} />
        ))}
      </ul>
    </section>
  );
}

function DeliveryRow({ item }: { item: Delivery }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { units, received, supplier, expectedAt, source, closedAt } = item;
  const late = closedAt === null && expectedAt !== null && Date.parse(expectedAt) < now;
  return (
    <li className={css.row} data-delivery={item.sku}>
      <div className={css.names}>
        <Link to={`/stock/${encodeURIComponent(item.sku)}`}>{item.name === "" ? item.sku : item.name}</Link>
        <small>
          {[
            item.sku,
            ...(supplier === "" ? [] : [supplier]),
            t(`inbound.source.${source}`),
            expectedAt === null ? t("inbound.noDate") : t("inbound.due", { time: format.moment(expectedAt) }),
          ].join(" · ")}
        </small>
      </div>
      <div className={css.tags}>
        {item.presale === true && <Tag tone="accent">{t("inbound.presale")}</Tag>}
        {late && <Tag tone="tier2">{t("inbound.late")}</Tag>}
        {received < units && (received > 0 || closedAt !== null) && (
          <Tag tone="tier3">{t("inbound.missing", { n: format.number(units - received) })}</Tag>
        )}
        {received > units && (
          <Tag tone="tier1">{t("inbound.more", { n: format.number(received - units) })}</Tag>
        )}
      </div>
      <b className={css.units}>
        {t("inbound.units", { received: format.number(received), n: format.number(units) })}
      </b>
      <CloseDelivery item={item} />
    </li>
  );
}

function CloseDelivery({ item }: { item: Delivery }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const textOf = useProblemText();
  const mayClose = useCan("catalog:write");
  const close = useMutation({
    mutationFn: () => inbound.close(item.delivery),
    onSuccess: (page) => client.setQueryData(inboundKeys.expected, page),
    onError: (error) => message.error(textOf(error)),
  });
  const mark = useMutation({
    mutationFn: () => inbound.presale(item.delivery, item.presale !== true),
    onSuccess: (page) => client.setQueryData(inboundKeys.expected, page),
    onError: (error) => message.error(textOf(error)),
  });
  if (!mayClose || item.closedAt !== null) return <span />;
  return (
    <span>
      <Button type="text" loading={mark.isPending} onClick={() => mark.mutate()}>
        {t(item.presale === true ? "inbound.notPresale" : "inbound.forPresale")}
      </Button>
      <Popconfirm
        title={t("inbound.close")}
        okText={t("inbound.close")}
        cancelText={t("common.back")}
        onConfirm={() => close.mutate()}
      >
        <Button loading={close.isPending}>{t("inbound.close")}</Button>
      </Popconfirm>
    </span>
  );
}

function Receipts({ items }: { items: readonly InboundItem[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section>
      <h2 className={css.title}>{t("inbound.receipts")}</h2>
      <ul className={css.list} aria-label={t("inbound.receipts")}>
        {items.map((item) => (
          <ReceiptRow key={item.receipt} item={item} />
        ))}
      </ul>
    </section>
  );
}

const toneOf = {
  counting: "accent",
  second: "tier1",
  differs: "tier3",
  booked: "ok",
  cancelled: "plain",
} as const;

function ReceiptRow({ item }: { item: InboundItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const title = [item.supplier, item.note].filter((one) => one !== "").join(" · ");
  const signed = item.signedBy.map(words.actor).join(t("common.comma"));
  return (
    <li className={css.row}>
      <div className={css.names}>
        <Link to={`/phone/receive/${encodeURIComponent(item.receipt)}`}>
          {title === "" ? t("phone.receive.untitled") : title}
        </Link>
        {signed !== "" && <small>{t("inbound.signedBy", { names: signed })}</small>}
        {item.noteDifferences.map((row) => (
          <small key={row.sku} className="tier3">
            {t("inbound.differs", {
              name: row.name === "" ? row.sku : row.name,
              noted: format.number(row.noted),
              came: format.number(row.came),
            })}
            {row.bad > 0 && ` · ${t("inbound.bad", { n: format.number(row.bad) })}`}
          </small>
        ))}
      </div>
      <div className={css.tags}>
        <Tag tone={toneOf[item.status]}>{t(`phone.receive.status.${item.status}`)}</Tag>
      </div>
    </li>
  );
}
