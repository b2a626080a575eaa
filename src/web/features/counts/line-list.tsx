import { Checkbox, Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SheetLine, SheetLines } from "../../../api/counts.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import css from "./counts.module.css";
import { Explanations, type Explanation } from "./explanations.tsx";
import { canApprove, statusTone, varianceText } from "./kinds.ts";
import { useShown } from "./use-shown.ts";

type Reason = SheetLines["reasons"][number]["reason"];

interface LineListProps {
  readonly lines: readonly SheetLine[];
  readonly reasons: SheetLines["reasons"];
  readonly reasonOf: (line: SheetLine) => Reason | undefined;
  readonly onReason: (line: string, reason: Reason) => void;
  readonly chosen: ReadonlySet<string>;
  /** Absent: the sheet is over. */
  readonly onChoose: ((line: string) => void) | undefined;
  readonly onChooseAll: () => void;
  readonly sheet: string;
  /** By line: what explains it. */
  readonly clues: ReadonlyMap<string, readonly Explanation[]>;
}

/** Lines with what was counted, by whom, what the books expected then, and what is to be done. */
export function LineList(props: LineListProps) {
  const { t } = useTranslation();
  const { lines, chosen, onChoose, onChooseAll } = props;
  const end = useRef<HTMLDivElement>(null);
  const shown = useShown(lines.length, end);
  const ready = lines.filter(canApprove);
  const all = ready.length > 0 && ready.every(({ line }) => chosen.has(line));
  return (
    <>
      <table className={css.lines} aria-label={t("counts.sheet.lines")}>
        <thead>
          <tr className={cx(css.line, css.lineHead)}>
            <th scope="col">
              {onChoose !== undefined && (
                <Checkbox
                  checked={all}
                  disabled={ready.length === 0}
                  aria-label={t("counts.sheet.chooseAll")}
                  onChange={onChooseAll}
                />
              )}
            </th>
            <th scope="col">{t("counts.column.what")}</th>
            <th scope="col">{t("counts.column.status")}</th>
            <th scope="col" className={css.right}>
              {t("counts.column.counted")}
            </th>
            <th scope="col" className={css.right}>
              {t("counts.column.variance")}
            </th>
            <th scope="col">{t("counts.column.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, shown).map((line) => (
            <Line key={line.line} line={line} {...props} />
          ))}
        </tbody>
      </table>
      <div ref={end} />
    </>
  );
}

function Line(props: LineListProps & { line: SheetLine }) {
  const { line, reasons, reasonOf, onReason, chosen, onChoose, sheet } = props;
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { cell, settled, status } = line;
  const differs = (settled?.variance ?? 0) !== 0;
  const clues = props.clues.get(line.line) ?? [];
  const place = [
    line.code,
    cell.bin === "" ? t("counts.noBin") : cell.bin,
    ...(cell.lot === "" ? [] : [t("counts.lotOf", { lot: cell.lot })]),
    ...(cell.quality === "bad" ? [t("counts.quality.bad")] : []),
  ];
  return (
    <tr className={css.line} data-sku={cell.sku} data-status={status}>
      <td>
        {onChoose !== undefined && status !== "approved" && (
          <Checkbox
            checked={chosen.has(line.line)}
            aria-label={t("counts.sheet.choose", { name: line.name })}
            onChange={() => onChoose(line.line)}
          />
        )}
      </td>
      <td className={css.what}>
        <Link to={`/stock/${encodeURIComponent(cell.sku)}`}>{line.name}</Link>
        <small>{place.join(" · ")}</small>
      </td>
      <td className={css.state}>
        <Tag tone={line.contradicted ? "tier3" : statusTone[status]}>
          {line.contradicted ? t("counts.sheet.contradicted") : t(`counts.status.${status}`)}
        </Tag>
      </td>
      <td className={css.right}>
        <Rounds line={line} />
      </td>
      <td className={css.right}>
        <Variance line={line} />
        {settled !== null && differs && <small>{format.money(settled.valueMinor)}</small>}
      </td>
      <td>
        {canApprove(line) && onChoose !== undefined ? (
          <Select<Reason>
            className={css.reason}
            value={reasonOf(line)}
            placeholder={t("counts.sheet.reason")}
            aria-label={t("counts.sheet.reasonOf", { name: line.name })}
            onChange={(reason) => onReason(line.line, reason)}
            options={reasons.map(({ reason, words }) => ({
              value: reason,
              label: i18n.language === "en" ? words.en : words.zh,
            }))}
          />
        ) : (
          <Signed line={line} reasons={reasons} />
        )}
      </td>
      {clues.length > 0 && (
        <td className={css.clueCell}>
          <Explanations sheet={sheet} items={clues} />
        </td>
      )}
    </tr>
  );
}

function Signed({ line, reasons }: { line: SheetLine; reasons: SheetLines["reasons"] }) {
  const { i18n } = useTranslation();
  const words = useWords();
  const said = reasons.find(({ reason }) => reason === line.reason)?.words;
  const text = said === undefined ? "" : i18n.language === "en" ? said.en : said.zh;
  return (
    <>
      {text}
      {line.approvedBy !== null && <small>{words.actor(line.approvedBy)}</small>}
    </>
  );
}

function Rounds({ line }: { line: SheetLine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  if (line.rounds.length === 0) return <span className="quiet">—</span>;
  const last = line.rounds.at(-1);
  const expected = last?.expected;
  return (
    <>
      <b>{line.rounds.map(({ quantity }) => format.number(quantity)).join(" / ")}</b>
      <small>{line.rounds.map(({ by }) => by.map(words.actor).join(t("common.comma"))).join(" / ")}</small>
      {expected !== undefined && (
        <small>
          {t("counts.sheet.expected", {
            n:
              expected.low === expected.high
                ? format.number(expected.low)
                : `${format.number(expected.low)}–${format.number(expected.high)}`,
          })}
        </small>
      )}
      {(last?.inside ?? 0) > 0 && (
        <small className="tier1">{t("counts.sheet.inside", { n: last?.inside ?? 0 })}</small>
      )}
    </>
  );
}

function Variance({ line }: { line: SheetLine }) {
  const format = useFormat();
  const { settled, variance } = line;
  const bounds = settled === null ? variance : { low: settled.variance, high: settled.variance };
  if (bounds === null) return <span className="quiet">—</span>;
  const tone =
    bounds.low === 0 && bounds.high === 0
      ? "quiet"
      : bounds.high < 0
        ? "tier3"
        : bounds.low > 0
          ? "ok"
          : "tier1";
  return <b className={cx(css.variance, tone)}>{varianceText(bounds, format.number)}</b>;
}
