import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useParams } from "react-router";
import type { SessionView, ViewAlert } from "../../../api/session-view.ts";
import { useServerNow, useSessionView } from "../../feed/session-feed.ts";
import { cx } from "../../ui/cx.ts";
import { usePhone, useTitle } from "../../ui/hooks.ts";
import { Logo } from "../../ui/logo.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { AlertCard, type AlertAction } from "./alert-card.tsx";
import { useAlarms, useSound } from "./alarms.ts";
import { OrdersPanel, SharePanel, ViewersPanel } from "./chart-panels.tsx";
import { CurrentPanel } from "./current-panel.tsx";
import { elapsedText } from "./figures.ts";
import { openPatrol, sortAlerts, useLiveWords, waitingOf } from "./live-words.ts";
import { Panel, StaleBanner } from "./parts.tsx";
import { PatrolPanel } from "./patrol-card.tsx";
import { RunPanel } from "./run-panel.tsx";
import { useWallTheme } from "./wall-theme.ts";
import css from "./wall.module.css";

/** The big screen of the control room: everything at one look, nothing to press that is not on it. */
export function WallPage() {
  const { session = "" } = useParams();
  // A phone has no room for a wall: the console's own view for phones shows the same.
  if (usePhone()) return <Navigate to={`/live/${session}`} replace />;
  return <Wall session={session} />;
}

function Wall({ session }: { session: string }) {
  const { t } = useTranslation();
  useWallTheme();
  useSound();
  const seen = useSessionView(session);
  const now = useServerNow(seen.offsetMs);
  const { pops } = useAlarms(seen.view);
  const { view } = seen;
  useTitle(view?.title ?? t("live.title"));
  if (view === null) {
    return (
      <main className={css.waiting}>
        {seen.error === null ? <Skeleton lines={6} /> : <Failure error={seen.error} onRetry={seen.retry} />}
      </main>
    );
  }
  const stale = seen.staleSince !== null;
  return (
    <main className={css.wall} data-testid="wall">
      <StaleBanner seen={seen} now={now} />
      <Header view={view} now={now} stale={stale} />
      <CurrentPanel view={view} now={now} stale={stale} className={css.current} />
      <RunPanel view={view} stale={stale} className={css.run} fitted />
      <Alerts view={view} now={now} fresh={pops.map((alert) => alert.id)} />
      <OrdersPanel view={view} className={css.orders} />
      <ViewersPanel view={view} className={css.viewers} />
      <SharePanel view={view} className={css.shares} />
    </main>
  );
}

function Header({ view, now, stale }: { view: SessionView; now: number; stale: boolean }) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const { format } = words;
  const { totals } = view;
  const hosts = view.screens.filter((screen) => screen.kind === "host");
  const host =
    hosts.length === 0 ? "" : hosts.some((one) => one.online) ? t("live.hostOnline") : t("live.hostOffline");
  const parts = [`${format.moment(view.startsAt)} – ${format.minute(view.endsAt)}`, host].filter(
    (part) => part !== "",
  );
  const since = view.liveSince === null ? null : Date.parse(view.liveSince);
  const until = view.endedAt === null ? now : Date.parse(view.endedAt);
  return (
    <header className={css.head}>
      <span className={css.logo}>
        <Logo />
      </span>
      <div className={css.titles}>
        <h1>{view.title}</h1>
        <p>{parts.join(" · ")}</p>
      </div>
      <div className={cx(css.live, view.life === "live" && css.on)}>
        <i />
        <b>
          {t(`live.life.${view.life}`)} {since !== null && elapsedText(until - since)}
        </b>
      </div>
      <dl className={cx(css.totals, stale && "stale")}>
        <Total
          name={t("live.viewers")}
          value={totals.viewers === null ? "—" : format.number(totals.viewers)}
        />
        <Total name={t("live.amount")} value={words.bigMoney(totals.amount)} />
        <Total name={t("live.ordersPerMinuteShort")} value={format.number(totals.ordersPerMinute)} />
        <Total name={t("live.sellThrough")} value={words.percent(totals.sellThroughPercent)} />
        <Total
          name={t("live.shortage")}
          value={format.number(totals.shortage)}
          tone={totals.shortage > 0 ? "tier3" : "ok"}
        />
      </dl>
    </header>
  );
}

function Total({ name, value, tone = "" }: { name: string; value: string; tone?: string }) {
  return (
    <div>
      <dd className={tone}>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

const buttonsMax = 2;
/** No wall has room for more. */
const cardsMax = 7;
/** The patrol stands among the alerts where it is seen, however many there are. */
const patrolPlace = 2;

function Alerts({ view, now, fresh }: { view: SessionView; now: number; fresh: readonly string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = view;
  const open = useCallback(
    (alert: ViewAlert, action: AlertAction) => {
      const query = `alert=${encodeURIComponent(alert.id)}&action=${action}`;
      void navigate(`/live/${encodeURIComponent(session)}?${query}`);
    },
    [navigate, session],
  );
  const alerts = sortAlerts(view.alerts);
  const waiting = waitingOf(alerts);
  const patrol = openPatrol(view);
  const cards = alerts.slice(0, cardsMax).map((alert) => (
    <div key={alert.id} className={cx(fresh.includes(alert.id) && css.fresh)}>
      <AlertCard alert={alert} now={now} actionsMax={buttonsMax} onAct={open} />
    </div>
  ));
  if (patrol !== null) {
    cards.splice(patrolPlace, 0, <PatrolPanel key="patrol" card={patrol} view={view} now={now} />);
  }
  const note = waiting === 0 ? t("live.noneWaiting") : t("live.waiting", { count: waiting, n: waiting });
  return (
    <Panel title={t("live.alerts")} note={note} className={css.alerts} label={t("live.alerts")}>
      {/* A patrol is shown even where only its beginning fits. */}
      <div className={cx(css.alertList, patrol === null && css.whole)}>
        {cards}
        {cards.length === 0 && <p className={css.calm}>{t("live.calm")}</p>}
      </div>
    </Panel>
  );
}
