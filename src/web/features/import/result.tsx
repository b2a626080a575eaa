import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportItem, ImportSummary } from "../../../api/imports.ts";
import { StatCard } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import css from "./import.module.css";
import { Changes } from "./changes.tsx";
import { Problems } from "./problems.tsx";
import type { TallyName } from "./parts.ts";

/** What is shown of a file of each kind, in this order; what is zero is left out unless it is named here as always. */
const shown: Readonly<
  Record<ImportItem["kind"], readonly { name: TallyName; always?: boolean; tone?: string }[]>
> = {
  stock: [
    { name: "received", always: true },
    { name: "skus", always: true },
    { name: "duplicates" },
    { name: "skipped" },
    { name: "refused", tone: "tier3" },
    { name: "problems", always: true, tone: "tier3" },
    { name: "warnings", tone: "tier1" },
  ],
  orders: [
    { name: "lines", always: true },
    { name: "committed" },
    { name: "held" },
    { name: "shipped" },
    { name: "presale" },
    { name: "closed" },
    { name: "lost" },
    { name: "shortage", tone: "tier3" },
    { name: "unmatched", tone: "tier1" },
    { name: "refused", tone: "tier3" },
    { name: "skipped" },
    { name: "duplicates" },
    { name: "problems", always: true, tone: "tier3" },
    { name: "warnings", tone: "tier1" },
  ],
};

/** What is said of rows, whatever units they speak of. */
const countedInRows: ReadonlySet<TallyName> = new Set([
  "skus",
  "skipped",
  "duplicates",
  "problems",
  "warnings",
]);

const moving: readonly TallyName[] = ["skus", "received", "lines", "closed", "lost"];

/** Whether a file says anything that is not known yet. */
export function changesSomething(summary: ImportSummary): boolean {
  return moving.some((name) => summary.tallies[name].rows > 0);
}

interface ImportResultProps {
  readonly item: ImportItem;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onApply: () => void;
  readonly onRestart: () => void;
  readonly onDone: () => void;
  readonly doneText: string | undefined;
}

/** What a file would change, or has changed. */
export function ImportResult({ item, busy, error, onApply, onRestart, onDone, doneText }: ImportResultProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { summary } = item;
  if (summary === null) return null;
  const applied = item.state === "applied";
  const news = changesSomething(summary);
  const rows = format.number(summary.rows);
  return (
    <>
      <section className={css.result} aria-live="polite">
        <header className={css.resultHead}>
          <h2 className={css.resultTitle}>
            {applied && news && (
              <span className={css.done}>
                <Icon name="check" size={18} />
              </span>
            )}
            {t(applied ? "import.result.applied" : "import.result.checked")}
          </h2>
          <p className="muted">
            {t("import.result.rows", {
              rows,
              seconds: format.number(Math.max(0.1, Math.round(summary.seconds * 10) / 10)),
            })}
          </p>
        </header>
        {!news && <Note tone="good">{t("import.result.nothing")}</Note>}
        <Tallies item={item} summary={summary} />
        <ErrorNote error={error} />
        <div className={css.resultActions}>
          {!applied && (
            <Button type="primary" size="large" loading={busy} disabled={!news} onClick={onApply}>
              {t("import.apply")}
            </Button>
          )}
          {applied && (
            <Button type="primary" size="large" onClick={onDone}>
              {doneText ?? t(`import.done.${item.kind}`)}
            </Button>
          )}
          <Button size="large" onClick={onRestart}>
            {t("import.another")}
          </Button>
        </div>
      </section>
      {!applied && <Changes item={item} />}
      <Problems item={item} />
    </>
  );
}

function Tallies({ item, summary }: { item: ImportItem; summary: ImportSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cards = shown[item.kind].filter(
    ({ name, always }) => always === true || summary.tallies[name].rows > 0,
  );
  return (
    <div className={css.tallies}>
      {cards.map(({ name, tone }) => {
        const { rows, units } = summary.tallies[name];
        const inUnits = units > 0 && !countedInRows.has(name);
        const figure = inUnits ? units : rows;
        return (
          <StatCard
            key={name}
            name={
              inUnits
                ? t("import.tally.units", { name: t(`import.tally.${name}`), rows: format.number(rows) })
                : t(`import.tally.${name}`)
            }
            tone={figure > 0 ? (tone ?? "") : "quiet"}
          >
            {format.number(figure)}
          </StatCard>
        );
      })}
    </div>
  );
}
