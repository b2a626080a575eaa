import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { languageOf, switchLanguage, type Language } from "../../i18n/i18n.ts";
import { Logo } from "../../ui/logo.tsx";
import { useTitle } from "../../ui/hooks.ts";
import css from "./door.module.css";

interface DoorProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
}

/** What stands before the shop: one form in the middle of the page. */
export function Door({ title, text, children }: DoorProps) {
  const { t, i18n } = useTranslation();
  useTitle(title);
  return (
    <div className={css.door}>
      <header className={css.head}>
        <Logo />
        <Segmented<Language>
          size="small"
          value={languageOf(i18n.language)}
          onChange={(language) => void switchLanguage(language)}
          aria-label={t("settings.language")}
          options={[
            { value: "zh-CN", label: t("settings.chinese") },
            { value: "en", label: t("settings.english") },
          ]}
        />
      </header>
      <main className={css.main} id="main">
        <div className={css.card}>
          <h1 className={css.title}>{title}</h1>
          {text != null && <p className={css.text}>{text}</p>}
          {children}
        </div>
        <p className={css.motto}>{t("door.motto")}</p>
      </main>
    </div>
  );
}
