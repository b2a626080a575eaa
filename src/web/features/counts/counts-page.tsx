import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { renderSVG } from "uqr";
import type { CountItem, CountPlan } from "../../../api/counts.ts";
import { newKey } from "../../api.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { usePhone } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { WorkList, WorkRow } from "../../ui/work-list.tsx";
import { countKeys, counts, openTwinOf } from "./client.ts";
import css from "./counts.module.css";
import { NewSheet } from "./new-sheet.tsx";

/** Every count sheet, and what is to be counted today. */
export function CountsPage() {
  const { t } = useTranslation();
  const mayCount = useCan("stock:write");
  const small = usePhone();
  const [dialog, setDialog] = useState<"new" | "phone" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: countKeys.list,
    queryFn: ({ signal }) => counts.list(signal),
    refetchInterval: 15_000,
  });
  const add = (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setDialog("new")}>
      {t("counts.add")}
    </Button>
  );
  const open = data?.items.filter(({ status }) => status === "open") ?? [];
  const over = data?.items.filter(({ status }) => status !== "open") ?? [];
  return (
    <Page
      title={t("counts.title")}
      subtitle={t("counts.subtitle")}
      actions={
        small ? (
          <>
            <Link to="/phone">
              <Button>{t("counts.phone")}</Button>
            </Link>
            {mayCount && add}
          </>
        ) : (
          <>
            <Link to="/counts/labels">
              <Button>{t("counts.labels.title")}</Button>
            </Link>
            <Link to="/counts/accuracy">
              <Button>{t("counts.accuracy.title")}</Button>
            </Link>
            <Link to="/counts/policy">
              <Button>{t("counts.policy.title")}</Button>
            </Link>
            <Button onClick={() => setDialog("phone")}>{t("counts.phone")}</Button>
            {mayCount && add}
          </>
        )
      }
    >
      {small && (
        <div className={css.besides}>
          <Link to="/counts/accuracy">{t("counts.accuracy.title")}</Link>
          <Link to="/counts/labels">{t("counts.labels.title")}</Link>
          <Link to="/counts/policy">{t("counts.policy.title")}</Link>
        </div>
      )}
      {mayCount && <Plan />}
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="check" title={t("counts.empty.title")} actions={mayCount && add}>
          {t("counts.empty.text")}
        </Empty>
      )}
      <Sheets title={t("counts.groups.open")} items={open} />
      <Sheets title={t("counts.groups.over")} items={over} />
      {dialog === "new" && <NewSheet onClose={() => setDialog(null)} />}
      {dialog === "phone" && <PhoneDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}

const whyTone: Readonly<Record<CountPlan["today"][number]["why"], Tone>> = {
  negative: "tier3",
  disputed: "tier2",
  never: "tier1",
  due: "plain",
};
const chipsMax = 48;

/** Today's bins, those first that cannot be right. One press makes a sheet of them. */
function Plan() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data } = useQuery({ queryKey: countKeys.plan, queryFn: ({ signal }) => counts.plan(signal) });
  const [key] = useState(newKey);
  const open = useMutation({
    mutationFn: () =>
      counts.create({ kind: "cycle", purpose: t("counts.plan.purpose", { date: data?.date ?? "" }) }, key),
    onSuccess: ({ sheet }) => {
      void client.invalidateQueries({ queryKey: countKeys.all });
      void navigate(`/counts/${encodeURIComponent(sheet)}`);
    },
    onError: (error) => {
      // Today's plan is open already: that sheet is what was asked for.
      const twin = openTwinOf(error);
      if (twin === null) message.error(textOf(error));
      else void navigate(`/counts/${encodeURIComponent(twin)}`);
    },
  });
  if (data === undefined || data.today.length === 0) return null;
  const { today, later } = data;
  return (
    <Card
      title={t("counts.plan.title", { count: today.length, n: today.length })}
      note={later > 0 ? t("counts.plan.later", { n: later }) : t("counts.plan.all")}
      actions={
        <Button type="primary" ghost loading={open.isPending} onClick={() => open.mutate()}>
          {t("counts.plan.open")}
        </Button>
      }
    >
      <ul className={css.chips}>
        {today.slice(0, chipsMax).map((one) => (
          <li key={one.bin}>
            <b>{one.bin === "" ? t("counts.noBin") : one.bin}</b>
            <span>{one.class}</span>
            {one.why !== "due" && <Tag tone={whyTone[one.why]}>{t(`counts.why.${one.why}`)}</Tag>}
          </li>
        ))}
        {today.length > chipsMax && (
          <li className="muted">{t("counts.plan.more", { n: today.length - chipsMax })}</li>
        )}
      </ul>
    </Card>
  );
}

function Sheets({ title, items }: { title: string; items: readonly CountItem[] }) {
  return (
    <WorkList title={title}>
      {items.map((item) => (
        <Row key={item.sheet} item={item} />
      ))}
    </WorkList>
  );
}

function Row({ item }: { item: CountItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const kind = t(`counts.kind.${item.kind}`);
  const share = item.bins === 0 ? null : item.binsClosed / item.bins;
  const facts = [
    kind,
    t(item.blind ? "counts.blind" : "counts.open"),
    words.actor(item.openedBy),
    format.moment(item.openedAt),
  ];
  const tags = (
    <>
      {item.status !== "open" && (
        <Tag tone={item.status === "closed" ? "ok" : "plain"}>{t(`counts.sheetStatus.${item.status}`)}</Tag>
      )}
      {item.unscanned && <Tag tone="tier1">{t("counts.unscanned")}</Tag>}
    </>
  );
  const progress =
    share === null ? (
      t("counts.entriesOf", { count: item.entries, n: format.number(item.entries) })
    ) : (
      <>
        <b>{format.number(item.binsClosed)}</b> /{" "}
        {t("counts.binsOf", { count: item.bins, n: format.number(item.bins) })}
      </>
    );
  return (
    <WorkRow
      to={`/counts/${encodeURIComponent(item.sheet)}`}
      title={item.purpose === "" ? kind : item.purpose}
      facts={facts}
      tags={tags}
      progress={progress}
      share={share}
    />
  );
}

/** The way to the phone: its address as a code that the phone's own camera reads. */
function PhoneDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const url = `${location.origin}/phone`;
  const picture = `data:image/svg+xml,${encodeURIComponent(renderSVG(url, { border: 2 }))}`;
  return (
    <Modal open footer={null} onCancel={onClose} title={t("counts.phone")} width={380}>
      <div className={css.phone}>
        <img src={picture} alt={url} width={220} height={220} />
        <Link to="/phone">{url}</Link>
        <p className="muted">
          {t(isSecureContext && location.protocol === "https:" ? "counts.phoneText" : "counts.phoneInsecure")}
        </p>
      </div>
    </Modal>
  );
}
