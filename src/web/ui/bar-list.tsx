import type { ReactNode } from "react";
import { Link } from "react-router";
import css from "./bar-list.module.css";

export interface BarItem {
  readonly key: string;
  readonly name: string;
  readonly to?: string;
  /** The length of the bar, and of a paler one that goes on from it. */
  readonly value: number;
  readonly rest?: number;
  readonly figure: ReactNode;
  readonly note?: ReactNode;
  readonly color?: string;
}

/** Names with bars: who is longest is seen before a figure is read. */
export function BarList({ items, label }: { items: readonly BarItem[]; label: string }) {
  const longest = Math.max(1, ...items.map(({ value, rest = 0 }) => value + rest));
  return (
    <ol className={css.list} aria-label={label}>
      {items.map((item) => (
        <li key={item.key} className={css.item}>
          <span className={css.name}>
            {item.to === undefined ? item.name : <Link to={item.to}>{item.name}</Link>}
          </span>
          <span className={css.figure}>
            <b>{item.figure}</b>
            {item.note != null && <small>{item.note}</small>}
          </span>
          <span className={css.track} aria-hidden="true">
            {item.value > 0 && (
              <i
                style={{
                  width: `${(100 * item.value) / longest}%`,
                  background: item.color ?? "var(--accent)",
                }}
              />
            )}
            <i className={css.rest} style={{ width: `${(100 * (item.rest ?? 0)) / longest}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
