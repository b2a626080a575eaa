import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Icon, type IconName } from "../../ui/icon.tsx";
import css from "./jobs.module.css";

/** What else is done by phone. */
const jobs = [
  ["/phone/move", "move", "bins"],
  ["/phone/transfers", "transfers", "receive"],
  ["/phone/returns", "returns", "giveBack"],
] as const satisfies readonly (readonly [string, string, IconName])[];

/** Ways to the other pages of the phone, beside the sheets that are open. */
export function Jobs() {
  const { t } = useTranslation();
  return (
    <nav className={css.jobs} aria-label={t("phone.jobs.title")}>
      {jobs.map(([to, name, icon]) => (
        <Link key={to} to={to}>
          <Icon name={icon} size={22} />
          {t(`phone.jobs.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
