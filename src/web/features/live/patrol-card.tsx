import { useTranslation } from "react-i18next";
import type { SessionView } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { useLiveWords } from "./live-words.ts";
import alertCss from "./alert-card.module.css";
import css from "./patrol.module.css";

type Card = SessionView["patrols"][number];
type Item = Card["items"][number];
export type PatrolReply = Pick<Item, "sku" | "group"> & { readonly answer: Item["answers"][number] };

const wallItemsMax = 3;

interface PatrolProps {
  readonly card: Card;
  readonly view: SessionView;
  readonly now: number;
  /** Absent: the card is shown, not answered. */
  readonly onAnswer?: ((answers: readonly PatrolReply[]) => void) | undefined;
}

/** The quarter-hourly look at the products that matter: one tap when all is well, one tap for each that is not. */
export function PatrolPanel({ card, view, now, onAnswer }: PatrolProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const names = new Map(view.skus.map((sku) => [sku.sku, sku.name]));
  const answered = new Set(card.answers.map(keyOf));
  const open = card.items.filter((item) => !answered.has(keyOf(item)));
  // A wall has room for what needs somebody; who answers sees all of it.
  const shown = onAnswer === undefined ? open.filter((item) => item.warns).slice(0, wallItemsMax) : open;
  const quiet = open.flatMap((item) => {
    const [answer] = item.answers;
    return answer === undefined ? [] : [{ sku: item.sku, group: item.group, answer }];
  });
  return (
    <article className={cx(alertCss.alert, alertCss.severity1)} data-patrol={card.id}>
      <header className={alertCss.head}>
        <b className={alertCss.title}>{t("live.patrol.title")}</b>
        {card.level > 0 && <span className={alertCss.level}>{t("live.escalated", { n: card.level })}</span>}
        <time className={alertCss.age}>{words.ago(now - card.openedAt)}</time>
      </header>
      <ul className={css.items}>
        {shown.map((item) => (
          <li key={keyOf(item)} className={cx(css.item, item.warns && css.warns)}>
            <div>
              <span className={css.group}>{t(`live.patrol.${item.group}`)}</span>
              <b>{names.get(item.sku) ?? item.sku}</b>
              <p>
                <Says item={item} />
              </p>
            </div>
            {onAnswer !== undefined && (
              <div className={css.answers}>
                {item.answers.map((answer, index) => (
                  <button
                    key={answer}
                    type="button"
                    className={cx(alertCss.button, index === 0 && !item.warns && css.soft)}
                    onClick={() => onAnswer([{ sku: item.sku, group: item.group, answer }])}
                  >
                    {t(`live.answer.${answer}`)}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
      {onAnswer !== undefined && (
        <div className={alertCss.buttons}>
          <button
            type="button"
            className={cx(alertCss.button, alertCss.primary)}
            onClick={() => onAnswer(quiet)}
          >
            {open.length === 0
              ? t("live.patrol.seen")
              : t(answered.size === 0 ? "live.patrol.allFine" : "live.patrol.restFine", { n: open.length })}
          </button>
        </div>
      )}
    </article>
  );
}

function keyOf({ sku, group }: Pick<Item, "sku" | "group">): string {
  return `${group}/${sku}`;
}

function Says({ item }: { item: Item }): string {
  const { t } = useTranslation();
  const words = useLiveWords();
  const left = words.format.number(item.left);
  if (item.group === "current")
    return t("live.patrol.currentSays", { left, eta: words.eta(item.etaMinutes) });
  if (item.group === "cooling") {
    return t("live.patrol.coolingSays", { peak: item.peak10 ?? 0, last: item.last10 ?? 0, left });
  }
  const later = words.format.number(Math.floor(item.leftThen ?? item.left));
  const minutes = Math.round(item.minutesUntil ?? 0);
  if (item.target === null) return t("live.patrol.comingSays", { minutes, later });
  return t("live.patrol.comingTarget", { minutes, later, target: words.format.number(item.target) });
}
