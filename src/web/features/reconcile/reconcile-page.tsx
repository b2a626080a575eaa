import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { ReconciliationItem } from "../../../api/after-live.ts";
import { ApiError } from "../../api.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { useDayName } from "../../ui/days.ts";
import { FilePick } from "../../ui/file-pick.tsx";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Rows } from "../../ui/rows.tsx";
import { Empty, ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { reconcile, reconcileKeys } from "./client.ts";
import { NightClose } from "./night-close.tsx";
import css from "./reconcile.module.css";

const accept = ".csv,.tsv,.txt,.xlsx";

/** A channel's own list of orders against the books: send one, and see those that were sent before. */
export function ReconcilePage() {
  const { t } = useTranslation();
  const mayCompare = useCan("orders:write");
  const [query] = useSearchParams();
  const { data, error, refetch } = useQuery({
    queryKey: reconcileKeys.list,
    queryFn: ({ signal }) => reconcile.list(signal),
  });
  const lastDay = query.get("day") ?? data?.items[0]?.day ?? null;
  return (
    <Page title={t("reconcile.title")} subtitle={t("reconcile.subtitle")}>
      {mayCompare && <Compare />}
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Past items={data.items} />}
      {data !== undefined && data.items.length > 0 && lastDay !== null && <NightClose date={lastDay} />}
    </Page>
  );
}

/** The review that asked for it says which day or session it is about; by itself it is today. */
function Compare() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const channels = useChannels();
  const nameOf = useChannelNames();
  const [query] = useSearchParams();
  const [picked, setPicked] = useState<string | null>(null);
  const dayName = useDayName();
  const [day, session] = [query.get("day"), query.get("session")];
  const channel = picked ?? query.get("channel") ?? channels[0]?.channel ?? null;
  const send = useMutation({
    mutationFn: (file: File) =>
      reconcile.compare(file, { channel: channel ?? "", day: session === null ? day : null, session }),
    onSuccess: (item) => {
      client.setQueryData(reconcileKeys.one(item.id), item);
      void client.invalidateQueries({ queryKey: reconcileKeys.all });
      void navigate(`/reconcile/${encodeURIComponent(item.id)}`);
    },
  });
  const unknown = send.error instanceof ApiError && send.error.code === "import_profile";
  return (
    <Card
      title={t("reconcile.compare.title")}
      note={
        session !== null
          ? t("reconcile.compare.session")
          : day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day)
            ? t("reconcile.compare.day", { day: dayName(day) })
            : t("reconcile.compare.today")
      }
    >
      <div className={css.compare}>
        <label className={css.field}>
          <span>{t("reconcile.compare.channel")}</span>
          <Select
            className={css.channel}
            value={channel}
            aria-label={t("reconcile.compare.channel")}
            options={channels.map((one) => ({ value: one.channel, label: nameOf(one.channel) }))}
            onChange={setPicked}
          />
        </label>
        <FilePick
          title={t("reconcile.compare.drop")}
          text={t("reconcile.compare.formats")}
          button={t("reconcile.compare.choose")}
          accept={accept}
          busy={send.isPending}
          disabled={channel === null}
          onFile={(file) => send.mutate(file)}
        />
        {channels.length === 0 && <Note tone="warn">{t("reconcile.compare.noChannels")}</Note>}
        {unknown ? (
          <Note tone="warn">
            {t("reconcile.compare.unknown")} <Link to="/import">{t("reconcile.compare.map")}</Link>
          </Note>
        ) : (
          <ErrorNote error={send.error} />
        )}
      </div>
    </Card>
  );
}

function Past({ items }: { items: readonly ReconciliationItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  if (items.length === 0) {
    return (
      <Empty icon="orders" title={t("reconcile.empty.title")}>
        {t("reconcile.empty.text")}
      </Empty>
    );
  }
  return (
    <Card title={t("reconcile.past")}>
      <Rows
        items={items.map((item) => ({
          key: item.id,
          to: `/reconcile/${encodeURIComponent(item.id)}`,
          title: t("reconcile.of", { channel: nameOf(item.channel), day: item.day }),
          note: `${item.fileName} · ${format.moment(item.at)}`,
          tag: (
            <Tag tone={item.open === 0 ? "ok" : "tier2"}>
              {item.open === 0 ? t("reconcile.done") : t("reconcile.open", { n: format.number(item.open) })}
            </Tag>
          ),
          figures: [
            [format.number(item.lines), t("reconcile.lines")],
            [format.number(item.matched), t("reconcile.matched")],
            [format.number(item.differing), t("reconcile.differing")],
          ],
        }))}
      />
    </Card>
  );
}
