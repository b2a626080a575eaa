import type { ReactNode, Ref } from "react";
import { cx } from "./cx.ts";
import { useTitle } from "./hooks.ts";
import css from "./page.module.css";

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** A panel beside the page. */
  readonly aside?: ReactNode;
  /** Forms and texts are easier to read when they are not wide. */
  readonly narrow?: boolean;
  readonly scrollRef?: Ref<HTMLElement>;
}

/** A page of the shell: its title, what can be done, and its content, which scrolls. */
export function Page({ title, subtitle, actions, children, aside, narrow = false, scrollRef }: PageProps) {
  useTitle(title);
  return (
    <div className={cx(css.split, aside != null && css.withAside)}>
      <main id="main" ref={scrollRef} className={css.main} tabIndex={-1}>
        <div className={cx(css.width, narrow && css.narrow)}>
          <header className={css.head}>
            <h1 className={css.title}>{title}</h1>
            {actions != null && <div className={css.actions}>{actions}</div>}
            {subtitle != null && <div className={css.subtitle}>{subtitle}</div>}
          </header>
          {children}
        </div>
      </main>
      {aside}
    </div>
  );
}
