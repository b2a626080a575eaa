import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SessionSummary } from "../../../api/sessions.ts";
import { useCan } from "../../session.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { LifeTag } from "./life-tag.tsx";
import { SessionForm } from "./session-form.tsx";
import css from "./sessions.module.css";
import { spanOf } from "./times.ts";

type Group = "live" | "coming" | "past";
const groups: readonly Group[] = ["live", "coming", "past"];

function groupOf({ life }: SessionSummary): Group {
  if (life === "live") return "live";
  return life === "draft" || life === "prechecked" ? "coming" : "past";
}

/** Every broadcast: the one that is on, those to come, and those that are over. */
export function SessionsPage() {
  const { t } = useTranslation();
  const mayPlan = useCan("catalog:write");
  const [form, setForm] = useState<SessionSummary | "new" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: sessionKeys.list,
    queryFn: ({ signal }) => sessions.list(signal),
    refetchInterval: 30_000,
  });
  const add = (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setForm("new")}>
      {t("sessions.add")}
    </Button>
  );
  return (
    <Page title={t("sessions.title")} subtitle={t("sessions.subtitle")} actions={mayPlan && add}>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="calendar" title={t("sessions.empty.title")} actions={mayPlan && add}>
          {t("sessions.empty.text")}
        </Empty>
      )}
      {groups.map((group) => {
        const items = data?.items.filter((item) => groupOf(item) === group) ?? [];
        if (items.length === 0) return null;
        return (
          <section key={group} className={css.group}>
            <h2 className={css.groupTitle}>{t(`sessions.group.${group}`)}</h2>
            <ul className={css.list}>
              {items.map((item) => (
                <Row key={item.id} item={item} onCopy={mayPlan ? () => setForm(item) : undefined} />
              ))}
            </ul>
          </section>
        );
      })}
      {form !== null && <SessionForm copyOf={form === "new" ? null : form} onClose={() => setForm(null)} />}
    </Page>
  );
}

function Row({ item, onCopy }: { item: SessionSummary; onCopy: (() => void) | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  const now = useNow(30_000);
  const over = groupOf(item) === "past";
  const path = `/sessions/${encodeURIComponent(item.id)}`;
  return (
    <li className={css.row}>
      <div className={css.names}>
        <Link to={path} className={css.rowLink}>
          {item.title}
        </Link>
        <p className="muted">
          {spanOf(format, item.startsAt, item.endsAt)} · {item.channels.map(nameOf).join(t("common.comma"))}
        </p>
      </div>
      <div className={css.tags}>
        <LifeTag life={item.life} />
        <Sign item={item} now={now} />
      </div>
      <Figures item={item} over={over || item.life === "live"} />
      {onCopy !== undefined && (
        <Button
          type="text"
          className={css.above}
          icon={<Icon name="copy" size={16} />}
          aria-label={t("sessions.copyOf", { title: item.title })}
          title={t("sessions.copy")}
          onClick={onCopy}
        />
      )}
    </li>
  );
}

const soonMs = 2 * 3_600_000;

/** Before it begins: how long until then, and whether anybody has looked. */
function Sign({ item, now }: { item: SessionSummary; now: number }) {
  const { t } = useTranslation();
  if (groupOf(item) !== "coming") return null;
  const left = Date.parse(item.startsAt) - now;
  const urgent = left < soonMs && item.signatureState !== "current";
  const words =
    item.signatureState === "current" ? "signed" : item.signatureState === "stale" ? "stale" : "unsigned";
  return <span className={cx(css.small, urgent ? "tier2" : "muted")}>{t(`sessions.sign.${words}`)}</span>;
}

function Figures({ item, over }: { item: SessionSummary; over: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures: readonly (readonly [string, string, boolean])[] = over
    ? [
        [format.number(item.sold), t("sessions.sold"), false],
        [format.money(item.amount), t("sessions.amount"), false],
        [format.number(item.shortage), t("sessions.shortage"), item.shortage > 0],
      ]
    : [
        [format.number(item.slots), t("sessions.slots"), false],
        [format.number(item.skus), t("sessions.skus"), false],
      ];
  return (
    <dl className={css.figures}>
      {figures.map(([figure, name, bad]) => (
        <div key={name}>
          <dd className={bad ? "tier3" : undefined}>{figure}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}
