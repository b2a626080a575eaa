import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DeliveryItems } from "../../../api/robots.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";

const tones = { delivered: "ok", failed: "tier3", waiting: "tier1" } as const;

/** What was sent to whom, the latest first, and what became of it. */
export function Deliveries() {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: liveKeys.deliveries,
    queryFn: ({ signal }) => liveSettings.deliveries(signal),
    refetchInterval: 10_000,
  });
  return (
    <Card title={t("robots.deliveries.title")} note={t("robots.deliveries.note")}>
      <ErrorNote error={data === undefined ? error : null} />
      {data?.length === 0 && <p className="muted">{t("robots.deliveries.none")}</p>}
      <ul>
        {data?.map((item) => (
          <Delivery key={`${item.message} ${item.robot}`} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Delivery({ item }: { item: DeliveryItems["items"][number] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const now = useNow(30_000);
  return (
    <li className={css.delivery}>
      <time className="muted" dateTime={item.createdAt}>
        {format.brief(item.createdAt, now)}
      </time>
      <span className={css.deliveryWhat}>
        <b>{i18n.language === "en" ? item.titleEn : item.titleZh}</b>
        <small>
          {item.robotName ?? t("robots.deliveries.gone")}
          {item.attempts > 1 && ` · ${t("robots.deliveries.attempts", { count: item.attempts })}`}
          {item.state === "waiting" &&
            item.dueAt !== null &&
            ` · ${t("robots.deliveries.due", { time: format.brief(item.dueAt, now) })}`}
          {item.error !== null && ` · ${item.error}`}
        </small>
      </span>
      <Tag tone={tones[item.state]}>{t(`robots.deliveries.state.${item.state}`)}</Tag>
    </li>
  );
}
