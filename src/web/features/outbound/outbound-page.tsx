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
import { WorkList, WorkRow } from "../../ui/work-list.tsx";
import { isLive, outbound, outboundKeys, progressOf, stageTone } from "./client.ts";
import { NewWave } from "./new-wave.tsx";

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
  return (
    <WorkList title={title}>
      {items.map((item) => (
        <Row key={item.wave} item={item} />
      ))}
    </WorkList>
  );
}

function Row({ item }: { item: WaveItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { back, short, stage } = item;
  const facts = [
    t("pick.ordersOf", { count: item.orders, n: format.number(item.orders) }),
    t("pick.stopsOf", { count: item.tasks, n: format.number(item.tasks) }),
    words.actor(item.openedBy),
    format.moment(item.openedAt),
  ];
  const tags = (
    <>
      {short > 0 && <Tag tone="tier2">{t("outbound.short", { n: format.number(short) })}</Tag>}
      {back > 0 && stage !== "back" && (
        <Tag tone="tier3">{t("outbound.back", { n: format.number(back) })}</Tag>
      )}
      <Tag tone={stageTone[stage]}>{t(`pick.stage.${stage}`)}</Tag>
    </>
  );
  return (
    <WorkRow
      to={`/outbound/${encodeURIComponent(item.wave)}`}
      title={item.purpose === "" ? t("outbound.title") : item.purpose}
      facts={facts}
      tags={tags}
      progress={<HowFar item={item} />}
      share={progressOf(item) ?? 0}
    />
  );
}

function HowFar({ item: { open, staged, back, sent, parcels } }: { item: WaveItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (open > 0) return t("outbound.left", { n: format.number(open) });
  if (staged > 0) return t("outbound.staged", { n: format.number(staged) });
  if (back > 0) return t("outbound.back", { n: format.number(back) });
  return (
    <>
      <b>{format.number(sent)}</b> / {t("outbound.parcelsOf", { count: parcels, n: format.number(parcels) })}
    </>
  );
}
