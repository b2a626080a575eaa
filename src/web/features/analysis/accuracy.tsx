import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { AnalysisItem } from "../../../api/analysis.ts";
import { boardCss } from "../../ui/board.tsx";
import { Card } from "../../ui/card.tsx";
import { Chart } from "../../ui/chart.tsx";
import { wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { accuracyOption } from "./accuracy-chart.ts";
import css from "./analysis.module.css";

/** Oversells and the truth of the shelves, day by day and the first half of the time against the last. */
export function Accuracy({ item }: { item: AnalysisItem }) {
  return (
    <>
      <EveryDay item={item} />
      <Halves item={item} />
    </>
  );
}

function EveryDay({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { points } = item.accuracy;
  const units = points.reduce((sum, { oversold }) => sum + oversold, 0);
  const cost = points.reduce((sum, { oversellCost }) => sum + oversellCost, 0);
  return (
    <Card
      className={boardCss.wide}
      title={t("analysis.accuracy.daily")}
      note={
        <>
          {t("analysis.accuracy.dailyNote", { n: format.number(units), cost: format.money(cost) })}{" "}
          {units > 0 && cost === 0 && <Link to="/reviews">{t("analysis.accuracy.setCost")}</Link>}
        </>
      }
    >
      <Chart
        label={t("analysis.accuracy.daily")}
        make={() =>
          accuracyOption(points, format, {
            oversold: t("analysis.accuracy.oversold"),
            cost: t("analysis.accuracy.cost"),
            ordered: t("analysis.accuracy.ordered"),
            ira: t("analysis.accuracy.ira"),
            unitAccuracy: t("analysis.accuracy.unitAccuracy"),
          })
        }
        inputs={[points, format]}
        onPick={(date) => void navigate(`/reports/days/${date}`)}
      />
    </Card>
  );
}

/** The first half of the time against the last, and what the better half saved. */
function Halves({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { before, after, savedUnits, savedAmount, saving } = item.accuracy;
  const rows = [
    ["oversellPer100k", before.oversellPer100k, after.oversellPer100k, ""],
    ["ira", before.ira, after.ira, "%"],
    ["unitAccuracy", before.unitAccuracy, after.unitAccuracy, "%"],
  ] as const;
  const text = (value: number | null, unit: string) =>
    value === null ? "—" : `${value.toFixed(unit === "" ? 0 : 1)}${unit}`;
  return (
    <Card className={boardCss.third} title={t("analysis.accuracy.title")} note={t("analysis.accuracy.note")}>
      <table className={css.compare}>
        <thead>
          <tr>
            <th scope="col">{t("analysis.accuracy.what")}</th>
            <th scope="col">{t("analysis.accuracy.before")}</th>
            <th scope="col">{t("analysis.accuracy.after")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, first, last, unit]) => (
            <tr key={name}>
              <th scope="row">{t(`analysis.accuracy.${name}`)}</th>
              <td>{text(first, unit)}</td>
              <td>
                <b>{text(last, unit)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {savedUnits !== null && savedUnits > 0 && (
        <p className={css.saved}>
          {t("analysis.accuracy.saved", { n: format.number(savedUnits) })}
          {savedAmount !== null && savedAmount > 0 && ` · ${wholeMoney(format, savedAmount)}`}
        </p>
      )}
      {saving !== null && (saving.expectedUnits > 0 || saving.units > 0) && (
        <p className="muted" data-testid="saving">
          {t("analysis.accuracy.explained", {
            ordered: format.number(saving.ordered),
            expected: format.number(saving.expectedUnits),
            units: format.number(saving.units),
          })}{" "}
          {(saving.expectedCost > 0 || saving.cost > 0) &&
            t("analysis.accuracy.explainedCost", {
              expected: format.money(saving.expectedCost),
              cost: format.money(saving.cost),
            })}
        </p>
      )}
    </Card>
  );
}
