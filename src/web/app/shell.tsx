import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import { useLink } from "../feed/feed-provider.tsx";
import { useSession } from "../session.ts";
import { cx } from "../ui/cx.ts";
import { useFormat } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Logo } from "../ui/logo.tsx";
import { usePhone } from "../ui/hooks.ts";
import { groups, quickEntries } from "./nav.ts";
import css from "./shell.module.css";

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        {t("shell.skip")}
      </a>
      {!phone && <SideNav />}
      <div className={css.content}>
        <LostBanner />
        <div className={css.page}>{children}</div>
      </div>
      {phone && <BottomNav />}
    </div>
  );
}

function useGroups() {
  const scopes = useSession()?.user?.scopes ?? [];
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => scopes.includes(entry.scope)) }))
    .filter((group) => group.entries.length > 0);
}

function SideNav() {
  const { t } = useTranslation();
  return (
    <nav className={css.side} aria-label={t("shell.navigation")}>
      <NavLink to="/" className={css.logo}>
        <Logo />
      </NavLink>
      <NavGroups />
      <Foot />
    </nav>
  );
}

function NavGroups({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  return useGroups().map((group) => (
    <div key={group.name} className={css.group}>
      {group.name !== "live" && <div className={css.groupName}>{t(`nav.groups.${group.name}`)}</div>}
      {group.entries.map((entry) => (
        <NavLink
          key={entry.to}
          to={entry.to}
          onClick={onGo}
          className={({ isActive }) => cx(css.entry, isActive && css.on)}
        >
          {t(`nav.${entry.name}`)}
        </NavLink>
      ))}
    </div>
  ));
}

function Foot({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const user = useSession()?.user;
  const { state, seq } = useLink();
  return (
    <div className={css.foot}>
      <div className={css.footLine}>
        <span className={css.user}>{user?.name}</span>
        <span aria-hidden="true">·</span>
        <NavLink
          to="/settings"
          onClick={onGo}
          className={({ isActive }) => cx(css.footLink, isActive && css.on)}
        >
          {t("nav.settings")}
        </NavLink>
      </div>
      <div className={css.footLine}>
        <i className={cx(css.dot, state === "live" && css.dotLive, state === "lost" && css.dotLost)} />
        {t(`link.${state}`)}
        {seq > 0 && <span className={css.seq}>{t("link.seq", { seq: format.number(seq) })}</span>}
      </div>
    </div>
  );
}

/** Says so at once when the figures on screen may no longer be true, and again when they are. */
function LostBanner() {
  const { t } = useTranslation();
  const { state } = useLink();
  const lost = state === "lost";
  return (
    <div aria-live="assertive" className={css.live}>
      {lost && (
        <div className={css.lost}>
          <Icon name="offline" size={16} />
          {t("link.lostLong")}
        </div>
      )}
    </div>
  );
}

const bottomEntriesMax = 4;

function BottomNav() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const entries = useGroups().flatMap((group) => group.entries);
  const shown = quickEntries
    .flatMap((name) => entries.filter((entry) => entry.name === name))
    .slice(0, bottomEntriesMax);
  const elsewhere = !shown.some((entry) => pathname.startsWith(entry.to));
  const close = () => setOpen(false);
  return (
    <>
      {open && (
        <>
          <button type="button" className={css.shade} aria-label={t("common.close")} onClick={close} />
          <nav className={css.sheet} aria-label={t("shell.navigation")}>
            <NavGroups onGo={close} />
            <Foot onGo={close} />
          </nav>
        </>
      )}
      <nav className={css.bottom} aria-label={t("shell.quick")}>
        {shown.map((entry) => (
          <NavLink
            key={entry.to}
            to={entry.to}
            onClick={close}
            className={({ isActive }) => cx(css.tab, isActive && !open && css.tabOn)}
          >
            <Icon name={entry.icon} size={22} />
            {t(`nav.short.${entry.name}`)}
          </NavLink>
        ))}
        <button
          type="button"
          className={cx(css.tab, (open || elsewhere) && css.tabOn)}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" size={22} />
          {t("nav.more")}
        </button>
      </nav>
    </>
  );
}
