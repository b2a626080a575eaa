import { useTranslation } from "react-i18next";
import { Logo } from "../ui/logo.tsx";
import css from "./splash.module.css";

/** The moment before the server has answered. */
export function Splash() {
  const { t } = useTranslation();
  return (
    <main className={css.splash} aria-busy="true">
      <Logo />
      <output className={css.bar} aria-label={t("common.loading")} />
    </main>
  );
}
