import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useKey, usePhone } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import css from "./side-panel.module.css";

interface SidePanelProps {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  /** What a screen reader calls the panel. */
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The column to the right of a list; on a phone a sheet over the whole page. Esc closes it. */
export function SidePanel({ title, subtitle, label, onClose, children }: SidePanelProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const panel = useRef<HTMLElement & HTMLDivElement>(null);
  useKey("Escape", onClose);
  useEffect(() => {
    if (phone) panel.current?.focus();
  }, [phone]);
  const Frame = phone ? "div" : "aside";
  const sheet = phone ? ({ role: "dialog", "aria-modal": true } as const) : {};
  return (
    <Frame ref={panel} className={css.panel} aria-label={label} tabIndex={-1} {...sheet}>
      <div className={css.head}>
        {phone && (
          <button type="button" className={css.round} onClick={onClose} aria-label={t("common.back")}>
            <Icon name="back" size={22} />
          </button>
        )}
        <div className={css.titles}>
          <h2 className={css.title}>{title}</h2>
          {subtitle != null && <div className={css.subtitle}>{subtitle}</div>}
        </div>
        {!phone && (
          <button type="button" className={css.round} onClick={onClose} aria-label={t("common.close")}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <div className={css.body}>{children}</div>
    </Frame>
  );
}
