import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { StockStatus } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Watched } from "../../feed/session-feed.ts";
import { sparkPath, statusTones } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import css from "./parts.module.css";

/** One of the five states of a product's stock. */
export function StatusPill({ status }: { status: StockStatus }) {
  const { t } = useTranslation();
  return <span className={cx(css.pill, css[statusTones[status]])}>{t(`live.status.${status}`)}</span>;
}

const sparkWidth = 100;
const sparkHeight = 20;

/** Half an hour of sales in a line. Drawn again only when the minute turns. */
export const Spark = memo(function Spark({ values }: { values: readonly number[] }) {
  return (
    <svg
      className={css.spark}
      viewBox={`-1 -2 ${sparkWidth + 2} ${sparkHeight + 4}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={sparkPath(values, sparkWidth, sparkHeight)} vectorEffect="non-scaling-stroke" />
    </svg>
  );
});

/** A bar that is filled to a share of one. */
export function Meter({ share, color }: { share: number; color?: string }) {
  const percent = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span className={css.meter} aria-hidden="true">
      <i style={{ width: `${percent}%`, ...(color === undefined ? {} : { background: color }) }} />
    </span>
  );
}

interface PanelProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly label?: string;
}

/** A framed part of a live screen. */
export function Panel({ title, note, children, className, label }: PanelProps) {
  return (
    <section
      className={cx(css.panel, className)}
      aria-label={label ?? (typeof title === "string" ? title : undefined)}
    >
      <header className={css.panelHead}>
        <h2>{title}</h2>
        {note != null && <div className={css.panelNote}>{note}</div>}
      </header>
      {children}
    </section>
  );
}

/** Says at once that the figures may be behind, and by how long; gone when they are right again. */
export function StaleBanner({
  seen,
  now,
}: {
  seen: Pick<Watched<unknown>, "staleSince" | "offsetMs">;
  now: number;
}) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const stale = seen.staleSince !== null;
  return (
    <div aria-live="assertive" className={css.bannerPlace}>
      {stale && (
        <div className={css.banner} data-testid="stale">
          <Icon name="offline" size={18} />
          <b>{t("live.lost")}</b>
          <span>{t("live.lostAge", { age: words.ago(now - seen.offsetMs - (seen.staleSince ?? 0)) })}</span>
        </div>
      )}
    </div>
  );
}
