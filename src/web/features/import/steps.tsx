import { useTranslation } from "react-i18next";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import css from "./import.module.css";

const names = ["choose", "check", "look", "apply"] as const;

/** Where in the import somebody is. */
export function Steps({ at }: { at: number }) {
  const { t } = useTranslation();
  return (
    <ol className={css.steps} aria-label={t("import.steps.label")}>
      {names.map((name, index) => (
        <li
          key={name}
          className={cx(css.step, index < at && css.past, index === at && css.now)}
          aria-current={index === at ? "step" : undefined}
        >
          <i>{index < at ? <Icon name="check" size={14} /> : index + 1}</i>
          <span>{t(`import.steps.${name}`)}</span>
        </li>
      ))}
    </ol>
  );
}
