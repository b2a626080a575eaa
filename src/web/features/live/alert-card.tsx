import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { ViewAlert } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { useWords } from "../../ui/words.ts";
import { useLiveWords } from "./live-words.ts";
import css from "./alert-card.module.css";

export type AlertAction = ViewAlert["actions"][number];

interface AlertCardProps {
  readonly alert: ViewAlert;
  readonly now: number;
  /** How many buttons; the first is the recommended one. */
  readonly actionsMax: number;
  /** Absent: the one who looks may not act. */
  readonly onAct?: ((alert: ViewAlert, action: AlertAction) => void) | undefined;
  readonly onMute?: ((alert: ViewAlert) => void) | undefined;
  /** Keys 1–9 press its buttons. */
  readonly keyed?: boolean;
  readonly compact?: boolean;
}

/** One alert: what it is, in a sentence with the numbers, and the buttons of its playbook. */
export const AlertCard = memo(function AlertCard({
  alert,
  now,
  actionsMax,
  onAct,
  onMute,
  keyed = false,
  compact = false,
}: AlertCardProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const { actor } = useWords();
  const actionName = useActionName();
  const { acknowledged } = alert;
  const taken = acknowledged !== null;
  const tone = css[`severity${alert.severity}`];
  return (
    <article
      className={cx(css.alert, tone, taken && css.taken, compact && css.compact)}
      data-alert={alert.rule}
    >
      <header className={css.head}>
        <b className={css.title}>{words.say(alert.title)}</b>
        {alert.level > 0 && !taken && (
          <span className={css.level}>{t("live.escalated", { n: alert.level })}</span>
        )}
        <time className={css.age}>{words.ago(now - Date.parse(alert.raisedAt))}</time>
        {onAct !== undefined && onMute !== undefined && (
          <button type="button" className={css.mute} onClick={() => onMute(alert)}>
            {t("live.mute")}
          </button>
        )}
      </header>
      <p className={css.text}>{words.say(alert.text)}</p>
      {taken && (
        <p className={css.ack}>
          {t("live.takenBy", { who: actor(acknowledged.by), action: actionName(acknowledged.action) })}
        </p>
      )}
      {onAct !== undefined && (
        <div className={css.buttons}>
          {alert.actions.slice(0, actionsMax).map((action, index) => (
            <button
              key={action}
              type="button"
              className={cx(css.button, index === 0 && !taken && css.primary)}
              onClick={() => onAct(alert, action)}
            >
              {keyed && <kbd className={css.key}>{index + 1}</kbd>}
              {t(`live.action.${action}`)}
            </button>
          ))}
        </div>
      )}
    </article>
  );
});

/** What was done: a button's name, or what somebody wrote. */
function useActionName(): (action: string) => string {
  const { t } = useTranslation();
  return (action) => (isAction(action) ? t(`live.action.${action}`) : action);
}

const actions: ReadonlySet<string> = new Set<AlertAction>([
  "tell_host",
  "switch_product",
  "extend_slot",
  "adjust_plan",
  "show_again",
  "ask_supplier",
  "cap_buyer",
  "set_buffer",
  "sample_orders",
  "drip_release",
  "stop_sell",
  "shorten_holds",
  "view_holders",
  "view_orders",
  "lower_price",
  "check_connector",
  "open_host_screen",
  "got_it",
]);

export function isAction(text: string): text is AlertAction {
  return actions.has(text);
}
