import { useTranslation } from "react-i18next";
import type { SessionView, ViewAlert } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { AlertCard, type AlertAction } from "./alert-card.tsx";
import { live } from "./client.ts";
import { useDesk } from "./desk.ts";
import { currentRow } from "./figures.ts";
import { openPatrol, sortAlerts, waitingOf } from "./live-words.ts";
import { Panel } from "./parts.tsx";
import { PatrolPanel, type PatrolReply } from "./patrol-card.tsx";
import type { Focus } from "./steps.ts";
import { todoCount } from "./todo-panel.tsx";
import css from "./console.module.css";

const tabs = ["now", "goods", "alerts", "more"] as const;
export type Tab = (typeof tabs)[number];

export type ActOn = (alert: ViewAlert, action: AlertAction) => void;

interface AlertsProps {
  readonly onAct: ActOn | undefined;
  readonly onMute: ((alert: ViewAlert) => void) | undefined;
}

const buttonsMax = 6;

type Patrol = SessionView["patrols"][number];

export function Alerts({ onAct, onMute }: AlertsProps) {
  const { t } = useTranslation();
  const { view, now, run, canAct } = useDesk();
  const alerts = sortAlerts(view.alerts);
  const waiting = waitingOf(alerts);
  const patrol = openPatrol(view);
  const answer = (card: Patrol, answers: readonly PatrolReply[]) =>
    void run(
      () => live.answerPatrol(view.session, { patrol: card.id, answers: [...answers] }),
      t("live.patrol.done"),
    );
  const cards = alerts.map((alert, index) => (
    <AlertCard
      key={alert.id}
      alert={alert}
      now={now}
      actionsMax={buttonsMax}
      onAct={onAct}
      onMute={onMute}
      keyed={index === 0 && alert.acknowledged === null}
    />
  ));
  if (patrol !== null) {
    // What must be done now stands before what must be looked at.
    const urgent = alerts.filter((alert) => alert.severity === 3 && alert.acknowledged === null).length;
    const reply = canAct ? (answers: readonly PatrolReply[]) => answer(patrol, answers) : undefined;
    cards.splice(
      urgent,
      0,
      <PatrolPanel key="patrol" card={patrol} view={view} now={now} onAnswer={reply} />,
    );
  }
  return (
    <Panel
      title={t("live.alerts")}
      note={waiting === 0 ? t("live.noneWaiting") : t("live.waiting", { count: waiting, n: waiting })}
      className={css.alerts}
      label={t("live.alerts")}
    >
      <div className={css.alertList}>
        {cards}
        {alerts.length === 0 && patrol === null && (
          <p className={css.calm}>
            {t("live.calm")}
            {view.nextPatrolAt !== null && <NextPatrol at={view.nextPatrolAt} now={now} />}
          </p>
        )}
      </div>
    </Panel>
  );
}

function NextPatrol({ at, now }: { at: string; now: number }) {
  const { t } = useTranslation();
  const minutes = Math.max(0, Math.ceil((Date.parse(at) - now) / 60_000));
  return <span>{t("live.patrol.next", { n: minutes })}</span>;
}

/** The four things that are done most about the product that is on. */
export function QuickActs({ open }: { open: (focus: Focus) => void }) {
  const { t } = useTranslation();
  const { view, canAct } = useDesk();
  const sku = currentRow(view)?.sku.sku;
  if (sku === undefined || !canAct) return null;
  const go = (section: Focus["section"]) => open({ sku, section, alert: null });
  return (
    <div className={css.quick}>
      <button type="button" onClick={() => go("alternates")}>
        {t("live.action.switch_product")}
      </button>
      <button type="button" onClick={() => go("supplier")}>
        {t("live.action.ask_supplier")}
      </button>
      <button type="button" onClick={() => go("limits")}>
        {t("live.action.cap_buyer")}
      </button>
      <button type="button" className={css.danger} onClick={() => go("stop")}>
        {t("live.action.stop_sell")}
      </button>
      <button type="button" className={css.wide} onClick={() => go(null)}>
        {t("live.emergency.title")}
      </button>
    </div>
  );
}

interface PopsProps {
  readonly pops: readonly ViewAlert[];
  readonly onAct: AlertsProps["onAct"];
  readonly onDismiss: (alert: string) => void;
  readonly now: number;
}

const popButtonsMax = 2;

/** New alerts over whatever is on the screen, until they are taken, dismissed, or a quarter of a minute old. */
export function Pops({ pops, onAct, onDismiss, now }: PopsProps) {
  const { t } = useTranslation();
  return (
    <div className={css.pops} aria-live="assertive" data-testid="pops">
      {pops.map((alert) => (
        <div key={alert.id} className={css.pop}>
          <AlertCard alert={alert} now={now} actionsMax={popButtonsMax} onAct={onAct} />
          <button
            type="button"
            className={css.popClose}
            onClick={() => onDismiss(alert.id)}
            aria-label={t("common.close")}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

export function Tabs({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const { t } = useTranslation();
  const { view } = useDesk();
  const counts: Readonly<Record<Tab, number>> = {
    now: 0,
    goods: 0,
    alerts: waitingOf(view.alerts) + (openPatrol(view) === null ? 0 : 1),
    more: todoCount(view),
  };
  return (
    <nav className={css.tabs} aria-label={t("live.tabs")}>
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          className={cx(css.tab, one === tab && css.tabOn)}
          aria-current={one === tab ? "page" : undefined}
          onClick={() => onTab(one)}
        >
          {t(`live.tab.${one}`)}
          {counts[one] > 0 && <b>{counts[one]}</b>}
        </button>
      ))}
    </nav>
  );
}
