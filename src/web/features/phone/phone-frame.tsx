import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import { cx } from "../../ui/cx.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { useTitle } from "../../ui/hooks.ts";
import css from "./phone.module.css";
import { useWorld } from "./world.tsx";

const tabs = [
  ["/phone", "count", "check"],
  ["/phone/pick", "pick", "orders"],
  ["/phone/receive", "receive", "receive"],
  ["/phone/lookup", "lookup", "search"],
] as const satisfies readonly (readonly [string, string, IconName])[];

/** A page of the phone with the three things that a warehouse does on it. */
export function PhoneFrame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { name } = useWorld();
  useTitle(title);
  return (
    <div className={css.screen}>
      <header className={css.head}>
        <div className={css.bar}>
          <div className={css.titles}>
            <h1>{title}</h1>
            <small>{name}</small>
          </div>
          <Link to="/stock" className={css.desk}>
            {t("phone.desk")}
          </Link>
        </div>
      </header>
      <main id="main" className={css.cards}>
        {children}
      </main>
      <nav className={css.tabs} aria-label={t("shell.navigation")}>
        {tabs.map(([to, tab, icon]) => (
          <NavLink
            key={to}
            to={to}
            end={to === "/phone"}
            className={({ isActive }) => cx(isActive && css.tabOn)}
          >
            <Icon name={icon} size={23} />
            {t(`phone.tab.${tab}`)}
          </NavLink>
        ))}
      </nav>
    </div>
  );
}
