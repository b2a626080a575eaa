import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import css from "./card.module.css";

/** A figure with its name. */
export function StatCard({ name, children, tone }: { name: ReactNode; children: ReactNode; tone?: string }) {
  return (
    <div className={css.stat}>
      <div className={cx(css.figure, tone)}>{children}</div>
      <div className={css.name}>{name}</div>
    </div>
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
