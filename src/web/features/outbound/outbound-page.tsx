import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { WaveItem } from "../../../api/outbound.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { isLive, outbound, outboundKeys, progressOf, stageTone } from "./client.ts";
import { NewWave } from "./new-wave.tsx";
import css from "./outbound.module.css";

/** Every wave, those that wait for somebody first. */
export function OutboundPage() {
  const { t } = useTranslation();
  const mayPick = useCan("stock:write");
  const [dialog, setDialog] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: outboundKeys.list,
    queryFn: ({ signal }) => outbound.list(signal),
    refetchInterval: 10_000,
  });
  const add = (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setDialog(true)}>
      {t("outbound.add")}
    </Button>
  );
  const open = data?.items.filter(isLive) ?? [];
  const over = data?.items.filter((item) => !isLive(item)) ?? [];
  return (
    <Page
      title={t("outbound.title")}
      subtitle={t("outbound.subtitle")}
      actions={
        <>
          <Link to="/outbound/trace">
            <Button>{t("outbound.trace")}</Button>
          </Link>
          {mayPick && add}
        </>
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="orders" title={t("outbound.empty.title")} actions={mayPick && add}>
          {t("outbound.empty.text")}
        </Empty>
      )}
      <Waves title={t("outbound.groups.open")} items={open} />
      <Waves title={t("outbound.groups.over")} items={over} />
      {dialog && <NewWave onClose={() => setDialog(false)} />}
    </Page>
  );
}

function Waves({ title, items }: { title: string; items: readonly WaveItem[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <h2 className={css.groupTitle}>{title}</h2>
      <ul className={css.list}>
        {items.map((item) => (
          <Row key={item.wave} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: WaveItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { open, staged, back, short, sent, parcels, stage } = item;
  const share = progressOf(item);
  const facts = [
    t("pick.ordersOf", { count: item.orders, n: format.number(item.orders) }),
    t("pick.stopsOf", { count: item.tasks, n: format.number(item.tasks) }),
    words.actor(item.openedBy),
    format.moment(item.openedAt),
  ];
  return (
    <li className={css.row} data-wave={item.wave}>
      <div className={css.names}>
        <Link to={`/outbound/${encodeURIComponent(item.wave)}`} className={css.rowLink}>
          {item.purpose === "" ? t("outbound.title") : item.purpose}
        </Link>
        <p className="muted">{facts.join(" · ")}</p>
      </div>
      <div className={css.tags}>
        {short > 0 && <Tag tone="tier2">{t("outbound.short", { n: format.number(short) })}</Tag>}
        {back > 0 && stage !== "back" && (
          <Tag tone="tier3">{t("outbound.back", { n: format.number(back) })}</Tag>
        )}
        <Tag tone={stageTone[stage]}>{t(`pick.stage.${stage}`)}</Tag>
      </div>
      <div className={css.progress}>
        <span>
          {open > 0 && t("outbound.left", { n: format.number(open) })}
          {open === 0 && staged > 0 && t("outbound.staged", { n: format.number(staged) })}
          {open === 0 && staged === 0 && back > 0 && t("outbound.back", { n: format.number(back) })}
          {open === 0 && staged === 0 && back === 0 && (
            <>
              <b>{format.number(sent)}</b> /{" "}
              {t("outbound.parcelsOf", { count: parcels, n: format.number(parcels) })}
            </>
          )}
        </span>
        <i>
          <i style={{ width: `${(share ?? 0) * 100}%` }} />
        </i>
      </div>
    </li>
  );
}
