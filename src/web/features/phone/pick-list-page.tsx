import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { WaveItem } from "../../../api/outbound.ts";
import { ApiError } from "../../api.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import { OfflineStrip } from "./count-page.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { phoneStore } from "./world.tsx";

export const stageTone: Readonly<Record<WaveItem["stage"], Tone>> = {
  picking: "accent",
  shipping: "tier1",
  back: "tier3",
  done: "ok",
  cancelled: "plain",
};

async function readWaves(signal: AbortSignal): Promise<{ items: readonly WaveItem[]; fresh: boolean }> {
  try {
    return { items: (await phoneApi.waves(signal)).items, fresh: true };
  } catch (error) {
    const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    const kept = away ? await phoneStore().keptWaves() : [];
    if (kept.length === 0) throw error;
    return { items: kept.map(({ item }) => item), fresh: false };
  }
}

/** The waves that wait for something. Without a network those that this phone has kept. */
export function PickListPage() {
  const { t } = useTranslation();
  useTitle(t("phone.tab.pick"));
  const { data, error, refetch } = useQuery({
    queryKey: phoneKeys.waves,
    queryFn: ({ signal }) => readWaves(signal),
    refetchInterval: 10_000,
    retry: false,
  });
  const open = data?.items.filter(({ stage }) => stage !== "done" && stage !== "cancelled") ?? [];
  return (
    <PhoneFrame title={t("phone.tab.pick")}>
      <OfflineStrip fresh={data?.fresh ?? true} />
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && open.length === 0 && (
        <Empty icon="orders" title={t("pick.none")}>
          {t("pick.noneText")}
        </Empty>
      )}
      <ul className={css.done}>
        {open.map((item) => (
          <WaveCard key={item.wave} item={item} />
        ))}
      </ul>
    </PhoneFrame>
  );
}

function WaveCard({ item }: { item: WaveItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stage, open, staged, back } = item;
  const figure = stage === "picking" ? open : stage === "shipping" ? staged : back;
  const where = stage === "shipping" ? "ship" : "pick";
  return (
    <li>
      <Link
        to={`/phone/${where}/${encodeURIComponent(item.wave)}`}
        className={css.card}
        data-wave={item.wave}
      >
        <span className={css.cardText}>
          <b>{item.purpose === "" ? t("pick.title") : item.purpose}</b>
          <small>
            {[
              t("pick.ordersOf", { count: item.orders, n: format.number(item.orders) }),
              t("pick.stopsOf", { count: item.tasks, n: format.number(item.tasks) }),
              format.moment(item.openedAt),
            ].join(" · ")}
          </small>
        </span>
        <span className={css.cardFigure}>
          <span className={css.quantity}>{format.number(figure)}</span>
          <Tag tone={stageTone[stage]}>{t(`pick.stage.${stage}`)}</Tag>
        </span>
      </Link>
    </li>
  );
}
