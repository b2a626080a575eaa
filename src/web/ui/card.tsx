import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "./cx.ts";
import css from "./card.module.css";

/** A figure with its name. */
interface StatCardProps {
  readonly name: ReactNode;
  readonly children: ReactNode;
  readonly tone?: string;
  /** Where the figure comes from. */
  readonly to?: string;
}

export function StatCard({ name, children, tone, to }: StatCardProps) {
  const inside = (
    <>
      <div className={cx(css.figure, tone)}>{children}</div>
      <div className={css.name}>{name}</div>
    </>
  );
  if (to === undefined) return <div className={css.stat}>{inside}</div>;
  return (
    <Link to={to} className={cx(css.stat, css.open)}>
      {inside}
    </Link>
  );
}

/** Cards in one row; on a phone they wrap. */
export function StatRow({ children, label }: { children: ReactNode; label: string }) {
  return (
    <section className={css.row} aria-label={label}>
      {children}
    </section>
  );
}

interface CardProps {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A framed part of a page. */
export function Card({ title, note, actions, children, className }: CardProps) {
  return (
    <section className={cx(css.card, className)}>
      {(title != null || actions != null) && (
        <header className={css.cardHead}>
          <div>
            {title != null && <h2 className={css.cardTitle}>{title}</h2>}
            {note != null && <p className={css.cardNote}>{note}</p>}
          </div>
          {actions != null && <div className={css.cardActions}>{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
