import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { CountItem } from "../../../api/counts.ts";
import { ApiError, newKey } from "../../api.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import { OfflineStrip } from "./count-page.tsx";
import { Jobs } from "./jobs.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { phoneStore } from "./world.tsx";

async function readSheets(signal: AbortSignal): Promise<{ items: readonly CountItem[]; fresh: boolean }> {
  try {
    return { items: (await phoneApi.sheets(signal)).items, fresh: true };
  } catch (error) {
    const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    const kept = away ? await phoneStore().keptSheets() : [];
    if (kept.length === 0) throw error;
    return { items: kept.map(({ item }) => item), fresh: false };
  }
}

/** The sheets that are open, to be counted. Without a network those that this phone has kept. */
export function HomePage() {
  const { t } = useTranslation();
  useTitle(t("phone.title"));
  const { data, error, refetch } = useQuery({
    queryKey: phoneKeys.sheets,
    queryFn: ({ signal }) => readSheets(signal),
    refetchInterval: 20_000,
    retry: false,
  });
  const open = data?.items.filter(({ status }) => status === "open") ?? [];
  return (
    <PhoneFrame title={t("phone.tab.count")}>
      <OfflineStrip fresh={data?.fresh ?? true} />
      <Jobs />
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && open.length === 0 && <NothingOpen />}
      <ul className={css.done}>
        {open.map((item) => (
          <SheetCard key={item.sheet} item={item} />
        ))}
      </ul>
    </PhoneFrame>
  );
}

/** No sheet is open: those bins that are due today are a tap away. */
function NothingOpen() {
  const { t } = useTranslation();
  const mayCount = useCan("stock:write");
  const navigate = useNavigate();
  const client = useQueryClient();
  const textOf = useProblemText();
  const [key] = useState(newKey);
  const { data } = useQuery({
    queryKey: phoneKeys.plan,
    queryFn: ({ signal }) => phoneApi.plan(signal),
    retry: false,
  });
  const due = data?.today.length ?? 0;
  const open = useMutation({
    mutationFn: () =>
      phoneApi.openSheet(
        { kind: "cycle", purpose: t("counts.plan.purpose", { date: data?.date ?? "" }) },
        key,
      ),
    onSuccess: ({ sheet }) => {
      void client.invalidateQueries({ queryKey: phoneKeys.sheets });
      void navigate(`/phone/counts/${encodeURIComponent(sheet)}`);
    },
  });
  if (due === 0 || !mayCount)
    return (
      <Empty icon="check" title={t("phone.home.none")}>
        {t("phone.home.noneText")}
      </Empty>
    );
  return (
    <Empty
      icon="check"
      title={t("counts.plan.title", { count: due, n: due })}
      actions={
        <button type="button" className={css.button} disabled={open.isPending} onClick={() => open.mutate()}>
          {t("counts.plan.open")}
        </button>
      }
    >
      {open.error === null ? t("counts.plan.all") : textOf(open.error)}
    </Empty>
  );
}

function SheetCard({ item }: { item: CountItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const kind = t(`counts.kind.${item.kind}`);
  return (
    <li>
      <Link to={`/phone/counts/${encodeURIComponent(item.sheet)}`} className={css.card}>
        <span className={css.cardText}>
          <b>{item.purpose === "" ? kind : item.purpose}</b>
          <small>
            {[kind, t(item.blind ? "counts.blind" : "counts.open"), format.moment(item.openedAt)].join(" · ")}
          </small>
        </span>
        <span className={css.cardFigure}>
          <span className={css.quantity}>
            {item.binsClosed}
            <small> / {item.bins}</small>
          </span>
          <Tag tone={item.binsClosed === item.bins && item.bins > 0 ? "ok" : "accent"}>
            {t("counts.binsWord")}
          </Tag>
        </span>
      </Link>
    </li>
  );
}
