import type { ReactNode } from "react";
import { Link } from "react-router";
import css from "./work-list.module.css";

/** A group of work of one kind, such as the open sheets; nothing where there is none. */
export function WorkList({ title, children }: { title: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <section>
      <h2 className={css.title}>{title}</h2>
      <ul className={css.list}>{children}</ul>
    </section>
  );
}

interface WorkRowProps {
  readonly to: string;
  readonly title: string;
  /** What, who, when. */
  readonly facts: readonly string[];
  readonly tags: ReactNode;
  /** How far it is, in words. */
  readonly progress: ReactNode;
  /** How far it is, from 0 to 1; null: there is no end that is known. */
  readonly share: number | null;
}

/** One piece of work, how far it is, and the way to it. */
export function WorkRow({ to, title, facts, tags, progress, share }: WorkRowProps) {
  return (
    <li className={css.row}>
      <div className={css.names}>
        <Link to={to} className={css.link}>
          {title}
        </Link>
        <p className="muted">{facts.join(" · ")}</p>
      </div>
      <div className={css.tags}>{tags}</div>
      <div className={css.progress}>
        <span>{progress}</span>
        {share !== null && (
          <i className={css.bar}>
            <i style={{ width: `${share * 100}%` }} />
          </i>
        )}
      </div>
    </li>
  );
}
