import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportItem, ImportProblem } from "../../../api/imports.ts";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { imports } from "./client.ts";
import css from "./import.module.css";
import type { ListedAs } from "./parts.ts";

const toneOf: Readonly<Record<ListedAs, Tone>> = {
  problem: "tier3",
  refused: "tier3",
  unmatched: "tier1",
  skipped: "plain",
  warning: "tier1",
};
const order: readonly ListedAs[] = ["problem", "refused", "unmatched", "warning", "skipped"];

/** The rows that somebody should look at, line by line with the reason. */
export function Problems({ item }: { item: ImportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [only, setOnly] = useState<ListedAs | null>(null);
  const present = useMemo(
    () => order.filter((as) => item.problems.some((one) => one.as === as)),
    [item.problems],
  );
  if (item.problems.length === 0) return null;
  const rows = item.problems.filter((one) => only === null || one.as === only);
  return (
    <section className={css.problems}>
      <header className={css.problemsHead}>
        <h2 className={css.resultTitle}>
          {t("import.problems.title", { count: item.problemsTotal, n: format.number(item.problemsTotal) })}
        </h2>
        <a className={css.download} href={imports.problemsHref(item.id)} download>
          <Icon name="download" size={16} />
          {t("import.problems.download")}
        </a>
      </header>
      {present.length > 1 && (
        <div className={css.problemFilter}>
          <ChipRow label={t("import.problems.filter")}>
            <Chip on={only === null} onPick={() => setOnly(null)}>
              {t("import.problems.all")}
            </Chip>
            {present.map((as) => (
              <Chip key={as} on={only === as} onPick={() => setOnly(as)}>
                {t(`import.listed.${as}`)}
              </Chip>
            ))}
          </ChipRow>
        </div>
      )}
      <ul>
        {rows.map((row) => (
          <Problem key={`${row.line} ${row.as}`} row={row} />
        ))}
      </ul>
      {item.problemsTotal > item.problems.length && (
        <p className={css.rest}>{t("import.problems.rest", { n: format.number(item.problems.length) })}</p>
      )}
    </section>
  );
}

function Problem({ row }: { row: ImportProblem }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const texts = row.reasons.map((reason) => (i18n.language === "en" ? reason.en : reason.zh));
  return (
    <li className={css.problem}>
      <span className={css.lineNumber}>{t("import.line", { n: format.number(row.line) })}</span>
      <Tag tone={toneOf[row.as]}>{t(`import.listed.${row.as}`)}</Tag>
      <div className={css.reason}>
        {texts.join(" ")}
        <div className={css.cells}>{row.cells.filter((cell) => cell !== "").join(" | ")}</div>
      </div>
    </li>
  );
}
