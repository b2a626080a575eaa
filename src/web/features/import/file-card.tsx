import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportItem } from "../../../api/imports.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tag } from "../../ui/tag.tsx";
import css from "./import.module.css";

const kilobyte = 1_024;

function sizeText(bytes: number, number: (value: number) => string): string {
  if (bytes < kilobyte) return `${number(bytes)} B`;
  if (bytes < kilobyte * kilobyte) return `${number(Math.round(bytes / kilobyte))} KB`;
  return `${number(Math.round((bytes / kilobyte / kilobyte) * 10) / 10)} MB`;
}

/** Which file this is, as what it was recognised, and how its first rows look. */
export function FileCard({ item, onRestart }: { item: ImportItem; onRestart: () => void }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  // Once there is a result, that is what matters; the rows stay a click away.
  const [chosen, setOpen] = useState<boolean | null>(null);
  const open = chosen ?? item.state === "uploaded";
  const title =
    item.profile === null ? null : i18n.language === "en" ? item.profile.title.en : item.profile.title.zh;
  return (
    <section className={css.file}>
      <div className={css.fileHead}>
        <span className={css.fileIcon}>
          <Icon name="file" size={24} />
        </span>
        <div className={css.fileNames}>
          <h2 className={css.fileName}>{item.fileName}</h2>
          <p className="muted">
            {[t(`import.kind.${item.kind}`), item.encoding.toUpperCase(), sizeText(item.bytes, format.number)]
              .filter((text) => text !== "")
              .join(" · ")}
          </p>
        </div>
        {title === null ? (
          <Tag tone="tier1">{t("import.unknown")}</Tag>
        ) : (
          <Tag tone="ok">{t("import.profile", { title })}</Tag>
        )}
      </div>
      {open && <Sample item={item} />}
      <div className={css.fileFoot}>
        <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t("import.hideSample") : t("import.showSample")}
        </Button>
        <Button type="link" size="small" onClick={onRestart}>
          {t("import.another")}
        </Button>
      </div>
    </section>
  );
}

function Sample({ item }: { item: ImportItem }) {
  const { t } = useTranslation();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key
    <section className={css.scroll} aria-label={t("import.sample")} tabIndex={0}>
      <table className={css.sample}>
        <thead>
          <tr>
            {item.headers.map((header, index) => (
              <th key={index} scope="col">
                {header === "" ? t("import.noHeader") : header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {item.sample.map((cells, row) => (
            <tr key={row}>
              {item.headers.map((_, column) => (
                <td key={column}>{cells[column] ?? ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
