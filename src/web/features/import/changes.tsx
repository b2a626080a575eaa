import { useTranslation } from "react-i18next";
import type { ImportChange, ImportItem } from "../../../api/imports.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Tag } from "../../ui/tag.tsx";
import css from "./import.module.css";

const shownMax = 12;
const columns = ["onHand", "available", "committed", "shortage"] as const;

/** The SKUs that an import would change most: their figures before and after. */
export function Changes({ item }: { item: ImportItem }) {
  const { t } = useTranslation();
  const rows = item.changes.slice(0, shownMax);
  if (rows.length === 0) return null;
  return (
    <section className={css.problems}>
      <header className={css.problemsHead}>
        <h2 className={css.resultTitle}>{t("import.changes.title")}</h2>
        <p className="muted">{t("import.changes.note", { n: rows.length })}</p>
      </header>
      <div className={css.scroll}>
        <table className={cx(css.sample, css.changes)}>
          <thead>
            <tr>
              <th scope="col">{t("import.changes.sku")}</th>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {t(`import.changes.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Change key={row.sku} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Change({ row }: { row: ImportChange }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tr>
      <td>
        {row.name} {row.before === null && <Tag tone="accent">{t("import.changes.new")}</Tag>}
        <small className={css.code}>{row.sku}</small>
      </td>
      {columns.map((column) => {
        const before = row.before?.[column] ?? 0;
        const after = row.after[column];
        return (
          <td key={column} className={cx(column === "shortage" && after > 0 && "tier3")}>
            {before === after ? (
              <span className="quiet">{format.number(after)}</span>
            ) : (
              <>
                {row.before !== null && <span className="muted">{format.number(before)} → </span>}
                <b>{format.number(after)}</b>
              </>
            )}
          </td>
        );
      })}
    </tr>
  );
}
