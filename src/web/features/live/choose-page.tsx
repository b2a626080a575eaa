import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, Navigate } from "react-router";
import type { SessionSummary } from "../../../api/sessions.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Logo } from "../../ui/logo.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { live, liveKeys } from "./client.ts";
import css from "./choose.module.css";

/** The session to show without being asked: the one that is live, the last to begin if several are. */
export function liveOne(items: readonly SessionSummary[]): SessionSummary | null {
  const on = items.filter((one) => one.life === "live");
  return on.toSorted((a, b) => (b.liveSince ?? "").localeCompare(a.liveSince ?? ""))[0] ?? null;
}

/** `/live`: goes to what is on the air; where nothing is, the next ones and the last ones stand to be chosen. */
export function ChoosePage() {
  const { t } = useTranslation();
  useTitle(t("live.title"));
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.sessions,
    queryFn: ({ signal }) => live.sessions(signal),
    staleTime: 0,
    refetchInterval: 15_000,
  });
  const on = data === undefined ? null : liveOne(data.items);
  if (on !== null) return <Navigate to={`/live/${encodeURIComponent(on.id)}`} replace />;
  return (
    <main id="main" className={css.page}>
      <header className={css.head}>
        <Link to="/" className={css.logo}>
          <Logo />
        </Link>
        <h1>{t("live.title")}</h1>
      </header>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton lines={5} />}
      {data !== undefined && data.items.length === 0 && (
        <Empty
          icon="play"
          title={t("live.choose.none")}
          actions={
            <>
              <Link to="/sessions">
                <Button type="primary">{t("live.choose.plan")}</Button>
              </Link>
              <Link to="/">
                <Button>{t("live.choose.back")}</Button>
              </Link>
            </>
          }
        >
          {t("live.choose.noneText")}
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <>
          <p className={css.lead}>{t("live.choose.lead")}</p>
          <ul className={css.list}>
            {data.items.map((one) => (
              <Session key={one.id} one={one} />
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

function Session({ one }: { one: SessionSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li>
      <Link className={css.session} to={`/live/${encodeURIComponent(one.id)}`}>
        <b>{one.title}</b>
        <Tag tone={one.life === "ended" || one.life === "reviewed" ? "plain" : "accent"}>
          {t(`live.life.${one.life}`)}
        </Tag>
        <span className={css.when}>
          {format.moment(one.startsAt)} – {format.minute(one.endsAt)}
        </span>
        <span className={css.when}>{t("live.choose.skus", { n: one.skus })}</span>
      </Link>
    </li>
  );
}
