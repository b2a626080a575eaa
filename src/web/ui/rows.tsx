import type { ReactNode } from "react";
import { Link } from "react-router";
import css from "./rows.module.css";

interface RowItem {
  readonly key: string;
  readonly title: ReactNode;
  readonly to?: string;
  readonly note?: ReactNode;
  readonly tag?: ReactNode;
  readonly figures?: readonly (readonly [figure: ReactNode, name: string])[];
  readonly action?: ReactNode;
}

/** Lines of a list: what it is, its figures, and what can be done. The whole line leads where its title leads. */
export function Rows({ items }: { items: readonly RowItem[] }) {
  return (
    <ul className={css.list}>
      {items.map(({ key, title, to, note, tag, figures = [], action }) => (
        <li key={key} className={css.row}>
          <div className={css.names}>
            {to === undefined ? (
              <b>{title}</b>
            ) : (
              <Link to={to} className={css.link}>
                {title}
              </Link>
            )}
            {note != null && <small>{note}</small>}
          </div>
          {tag}
          {figures.length > 0 && (
            <dl className={css.figures}>
              {figures.map(([figure, name]) => (
                <div key={name}>
                  <dd>{figure}</dd>
                  <dt>{name}</dt>
                </div>
              ))}
            </dl>
          )}
          {action != null && <div className={css.action}>{action}</div>}
        </li>
      ))}
    </ul>
  );
}
