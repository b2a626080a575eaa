import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import type { ViewAlert } from "../../../api/session-view.ts";
import { useServerNow, useSessionView } from "../../feed/session-feed.ts";
import { usePhone, useTitle } from "../../ui/hooks.ts";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { isAction, type AlertAction } from "./alert-card.tsx";
import { useAlarms } from "./alarms.ts";
import { OrdersPanel, SharePanel, ViewersPanel } from "./chart-panels.tsx";
import { Alerts, Pops, QuickActs, Tabs, type ActOn, type Tab } from "./console-parts.tsx";
import { ConsoleHead } from "./console-head.tsx";
import { CurrentPanel } from "./current-panel.tsx";
import { DeskProvider, useDesk, useMakeDesk, type Desk } from "./desk.ts";
import { stepOf, type Focus } from "./steps.ts";
import { MuteDialog, ScreensDialog } from "./dialogs.tsx";
import { Emergency } from "./emergency.tsx";
import { sortAlerts } from "./live-words.ts";
import { MessagesPanel } from "./messages-panel.tsx";
import { StaleBanner } from "./parts.tsx";
import { RunPanel } from "./run-panel.tsx";
import { TodoPanel } from "./todo-panel.tsx";
import css from "./console.module.css";

/** The desk of the control room: the wall's figures, and everything that can be done about them. */
export function ConsolePage() {
  const { session = "" } = useParams();
  const { t } = useTranslation();
  const seen = useSessionView(session);
  const now = useServerNow(seen.offsetMs);
  const desk = useMakeDesk(seen.view, now);
  useTitle(seen.view?.title ?? t("live.title"));
  if (desk === null) {
    return (
      <main className={css.waiting}>
        {seen.error === null ? <Skeleton lines={6} /> : <Failure error={seen.error} onRetry={seen.retry} />}
      </main>
    );
  }
  const stale = seen.staleSince !== null;
  return (
    <DeskProvider value={desk}>
      <div className={css.console} data-testid="console">
        <StaleBanner seen={seen} now={now} />
        <Work desk={desk} stale={stale} />
      </div>
    </DeskProvider>
  );
}

/** What lies over the page. */
type Cover =
  | { readonly kind: "emergency"; readonly focus: Focus }
  | { readonly kind: "mute"; readonly alert: ViewAlert }
  | { readonly kind: "screens" };

function Work({ desk, stale }: { desk: Desk; stale: boolean }) {
  const phone = usePhone();
  const { view, now } = desk;
  const [cover, setCover] = useState<Cover | null>(null);
  const [tab, setTab] = useState<Tab>("now");
  const onAct = useAlertActs(desk, setCover);
  const { pops, dismiss } = useAlarms(view);
  const close = () => setCover(null);
  const act = desk.canAct ? onAct : undefined;
  const mute = desk.canAct ? (alert: ViewAlert) => setCover({ kind: "mute", alert }) : undefined;
  useDigits(cover !== null, onAct, view.alerts);
  const openSku = (sku: string) =>
    setCover({ kind: "emergency", focus: { sku, section: null, alert: null } });
  const areas = useAreas({ desk, stale, act, mute, openSku, open: setCover });
  return (
    <>
      <ConsoleHead stale={stale} covered={cover !== null} onScreens={() => setCover({ kind: "screens" })} />
      {phone ? (
        <>
          <main className={css.phone} id="main">
            {tab === "now" && [areas.current, areas.quick, areas.messages]}
            {tab === "goods" && areas.run}
            {tab === "alerts" && areas.alerts}
            {tab === "more" && [areas.todo, areas.shares, areas.orders, areas.viewers]}
          </main>
          <Tabs tab={tab} onTab={setTab} />
        </>
      ) : (
        <main className={css.desk} id="main">
          <div className={css.left}>{[areas.current, areas.quick, areas.messages]}</div>
          <div className={css.middle}>
            {areas.run}
            <div className={css.charts}>{[areas.orders, areas.viewers]}</div>
          </div>
          <div className={css.right}>{[areas.alerts, areas.todo, areas.shares]}</div>
        </main>
      )}
      <Pops pops={tab === "alerts" && phone ? [] : pops} onAct={act} onDismiss={dismiss} now={now} />
      <Emergency focus={cover?.kind === "emergency" ? cover.focus : null} onClose={close} />
      {cover?.kind === "mute" && <MuteDialog alert={cover.alert} onClose={close} />}
      {cover?.kind === "screens" && <ScreensDialog onClose={close} />}
    </>
  );
}

interface AreasOf {
  readonly desk: Desk;
  readonly stale: boolean;
  readonly act: ActOn | undefined;
  readonly mute: ((alert: ViewAlert) => void) | undefined;
  readonly openSku: (sku: string) => void;
  readonly open: (cover: Cover) => void;
}

/** The parts of the console; a desk shows them side by side, a phone behind its tabs. */
function useAreas({ desk: { view, now }, stale, act, mute, openSku, open }: AreasOf) {
  const { slots } = view;
  const pick = useCallback(
    (slot: string) => {
      const sku = slots.find((one) => one.id === slot)?.sku;
      if (sku !== undefined) open({ kind: "emergency", focus: { sku, section: null, alert: null } });
    },
    [slots, open],
  );
  const quick = (focus: Focus) => open({ kind: "emergency", focus });
  return {
    current: <CurrentPanel key="current" view={view} now={now} stale={stale} className={css.current} />,
    quick: <QuickActs key="quick" open={quick} />,
    messages: <MessagesPanel key="messages" className={css.messages} />,
    run: <RunPanel key="run" view={view} stale={stale} className={css.run} onPick={pick} />,
    alerts: <Alerts key="alerts" onAct={act} onMute={mute} />,
    todo: <TodoPanel key="todo" className={css.todo} onSku={openSku} />,
    shares: <SharePanel key="shares" view={view} className={css.shares} />,
    orders: <OrdersPanel key="orders" view={view} className={css.chart} />,
    viewers: <ViewersPanel key="viewers" view={view} className={css.chart} />,
  };
}

/** What the buttons of alerts do here; and what an address such as `?alert=…&action=…` asks for. */
function useAlertActs(desk: Desk, setCover: (cover: Cover) => void) {
  const latest = useRef(desk);
  useEffect(() => {
    latest.current = desk;
  });
  const onAct = useCallback(
    (alert: ViewAlert, action: AlertAction) => {
      const { view, act } = latest.current;
      const step = stepOf(alert, action, view);
      if (step.kind === "panel") {
        setCover({ kind: "emergency", focus: step.focus });
        return;
      }
      if (step.kind === "page") window.open(step.to, "_blank", "noopener");
      if (step.kind === "screens") setCover({ kind: "screens" });
      void act(step.body);
    },
    [setCover],
  );
  const [search, setSearch] = useSearchParams();
  const asked = search.get("alert");
  const action = search.get("action");
  const alert = desk.view.alerts.find((one) => one.id === asked);
  useEffect(() => {
    if (asked === null) return;
    setSearch({}, { replace: true });
    // Only what opens a panel: an address that somebody was sent must not do anything by being opened.
    if (alert === undefined || action === null || !isAction(action)) return;
    const step = stepOf(alert, action, latest.current.view);
    if (step.kind === "panel") setCover({ kind: "emergency", focus: step.focus });
  }, [asked, action, alert, setCover, setSearch]);
  return onAct;
}

/** Keys 1–9 press the buttons of the alert on top. */
function useDigits(
  covered: boolean,
  onAct: (alert: ViewAlert, action: AlertAction) => void,
  alerts: readonly ViewAlert[],
): void {
  const { canAct } = useDesk();
  const top = useMemo(() => sortAlerts(alerts)[0], [alerts]);
  useEffect(() => {
    if (covered || !canAct || top === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (
        target?.closest("input, textarea, select, [contenteditable=true], .ant-modal, .ant-dropdown") != null
      )
        return;
      const action = /^[1-9]$/.test(event.key) ? top.actions[Number(event.key) - 1] : undefined;
      if (action !== undefined && top.acknowledged === null) onAct(top, action);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [covered, canAct, top, onAct]);
}
