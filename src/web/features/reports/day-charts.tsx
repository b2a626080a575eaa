import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { DayReportItem, DayRow } from "../../../api/after-live.ts";
import { BarList } from "../../ui/bar-list.tsx";
import { Board, boardCss } from "../../ui/board.tsx";
import { Card } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { Chart, chartStyle, type ChartOption } from "../../ui/chart.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { percentText, wholeMoney } from "../../ui/days.ts";
import { useFormat, type Format } from "../../ui/format.ts";
import { ordersHref } from "../../ui/orders-href.ts";
import { StackBar } from "../../ui/stack-bar.tsx";
import { Empty } from "../../ui/state.tsx";
import { tokenValue } from "../../ui/theme.ts";
import { useWords } from "../../ui/words.ts";
import { leftShare, leftToken, measureOf, scarceRows, topRows, type Measure } from "./day.ts";
import css from "./reports.module.css";

const tilesMax = 70;
const barsMax = 10;

/** What the day was, to look at: what sold and what is left of it, who sold it, where the units are. */
export function DayCharts({ report }: { report: DayReportItem }) {
  const { t } = useTranslation();
  const [measure, setMeasure] = useState<Measure>("sold");
  const { rows } = report;
  const sold = rows.some((row) => measureOf(row, "sold") > 0);
  if (!sold) {
    return (
      <Board>
        <Card className={boardCss.half}>
          <Empty icon="orders" title={t("reports.nothingSold")} />
        </Card>
        <Stand report={report} />
      </Board>
    );
  }
  return (
    <Board>
      <Tiles rows={rows} measure={measure} onMeasure={setMeasure} />
      <Top rows={rows} measure={measure} />
      <Scarce rows={rows} />
      <Categories report={report} measure={measure} />
      <div className={boardCss.third}>
        <Stand report={report} />
        <Channels report={report} measure={measure} />
        <Zones report={report} />
      </div>
    </Board>
  );
}

interface MeasuredProps {
  readonly rows: readonly DayRow[];
  readonly measure: Measure;
}

function figureText(format: Format, measure: Measure, value: number): string {
  return measure === "sold" ? format.number(value) : wholeMoney(format, value);
}

/** Each product an area: as large as what it sold, in the colour of what is left of it. */
function Tiles({ rows, measure, onMeasure }: MeasuredProps & { onMeasure: (measure: Measure) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const shown = useMemo(() => topRows(rows, measure, tilesMax), [rows, measure]);
  const legend = [
    ["--ok", t("reports.left.plenty")],
    ["--tier1", t("reports.left.watch")],
    ["--tier2", t("reports.left.few")],
    ["--tier3", t("reports.left.gone")],
  ] as const;
  const open = (name: string) => {
    const row = shown.find((one) => one.name === name);
    if (row !== undefined) void navigate(`/stock/${encodeURIComponent(row.sku)}`);
  };
  return (
    <Card
      className={boardCss.wide}
      title={t("reports.tiles.title")}
      note={
        <span className={css.legend}>
          {t("reports.tiles.note")}
          {legend.map(([token, name]) => (
            <span key={token}>
              <i style={{ background: `var(${token})` }} />
              {name}
            </span>
          ))}
        </span>
      }
      actions={
        <ChipRow label={t("reports.measure")}>
          <Chip on={measure === "sold"} onPick={() => onMeasure("sold")}>
            {t("reports.unitsSold")}
          </Chip>
          <Chip on={measure === "amount"} onPick={() => onMeasure("amount")}>
            {t("reports.amount")}
          </Chip>
        </ChipRow>
      }
    >
      <Chart
        size="high"
        label={t("reports.tiles.title")}
        make={() =>
          tilesOption(shown, measure, format, (left) => t("reports.leftUnits", { n: format.number(left) }))
        }
        inputs={[shown, measure, format]}
        onPick={open}
      />
    </Card>
  );
}

function tilesOption(
  rows: readonly DayRow[],
  measure: Measure,
  format: Format,
  leftText: (units: number) => string,
): ChartOption {
  const { tooltip } = chartStyle();
  const surface = tokenValue("--surface");
  return {
    animation: false,
    tooltip: {
      ...tooltip,
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        // The root of the tree is 0.
        const row = rows[dataIndex - 1];
        if (row === undefined) return "";
        const name = document.createElement("b");
        name.textContent = row.name;
        const left = leftText(Math.max(0, row.closingBalance.available));
        return `${name.outerHTML}<br/>${format.number(row.sold)} · ${format.money(row.sales.amount)}<br/>${left}`;
      },
    },
    series: [
      {
        type: "treemap",
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        top: 0,
        left: 0,
        right: 0,
        bottom: 0,
        itemStyle: { borderColor: surface, borderWidth: 1, gapWidth: 1 },
        label: {
          fontSize: 12,
          lineHeight: 16,
          overflow: "truncate",
          color: tokenValue("--text"),
          formatter: ({ name, value }: { name: string; value: unknown }) =>
            `${name}\n${figureText(format, measure, Number(value))}`,
        },
        data: rows.map((row) => ({
          name: row.name,
          value: measureOf(row, measure),
          itemStyle: { color: mixed(tokenValue(leftToken(leftShare(row))), surface) },
        })),
      },
    ],
  };
}

/** A colour pale enough for small print on it: three parts of the ground to one of the colour. */
function mixed(color: string, ground: string): string {
  const parts = (text: string) => {
    // The build writes `#ffffff` as `#fff`.
    const hex = text.length === 4 ? text.replaceAll(/[\da-f]/gi, "$&$&") : text;
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  };
  const [front, back] = [parts(color), parts(ground)];
  const mix = front.map((part, index) => Math.round(part * 0.42 + (back[index] ?? 0) * 0.58));
  return `rgb(${mix.join(",")})`;
}

function Top({ rows, measure }: MeasuredProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const top = topRows(rows, measure, barsMax);
  return (
    <Card className={boardCss.third} title={t("reports.top")}>
      <BarList
        label={t("reports.top")}
        items={top.map((row) => ({
          key: row.sku,
          name: row.name,
          to: `/stock/${encodeURIComponent(row.sku)}`,
          value: measureOf(row, measure),
          figure: figureText(format, measure, measureOf(row, measure)),
        }))}
      />
    </Card>
  );
}

/** What sold well and is nearly gone. */
function Scarce({ rows }: { rows: readonly DayRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const scarce = scarceRows(rows, barsMax);
  return (
    <Card className={boardCss.third} title={t("reports.scarce.title")} note={t("reports.scarce.note")}>
      {scarce.length === 0 ? (
        <p className="muted">{t("reports.scarce.none")}</p>
      ) : (
        <BarList
          label={t("reports.scarce.title")}
          items={scarce.map((row) => {
            const left = Math.max(0, row.closingBalance.available);
            return {
              key: row.sku,
              name: row.name,
              to: `/stock/${encodeURIComponent(row.sku)}`,
              value: left,
              rest: row.sold,
              color: `var(${leftToken(leftShare(row))})`,
              figure: t("reports.leftUnits", { n: format.number(left) }),
              note: t("reports.soldUnits", { n: format.number(row.sold) }),
            };
          })}
        />
      )}
    </Card>
  );
}

const standParts = [
  ["available", "--ok"],
  ["held", "--tier1"],
  ["committed", "--committed"],
  ["quarantine", "--tier2"],
] as const;

/** Where the units on the shelves stood in the morning and at night. */
function Stand({ report }: { report: DayReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const { openingBalance, closingBalance, opening, closing } = report.totals;
  const sides = [
    ["opening", openingBalance, opening],
    ["closing", closingBalance, closing],
  ] as const;
  return (
    <Card title={t("reports.stand.title")} note={t("reports.stand.note")}>
      {sides.map(([side, balance, units]) => (
        <div key={side} className={css.stand}>
          <div className={css.standHead}>
            <span>{t(`reports.${side}`)}</span>
            <b>{format.number(units)}</b>
          </div>
          <StackBar
            parts={standParts.map(([part, token]) => ({
              name: words.place(part),
              value: balance[part],
              color: `var(${token})`,
            }))}
          />
        </div>
      ))}
      <ul className={css.keys}>
        {standParts.map(([part, token]) => (
          <li key={part}>
            <i style={{ background: `var(${token})` }} />
            <span>{words.place(part)}</span>
            <b>{format.number(closingBalance[part])}</b>
          </li>
        ))}
        {(["loaned", "shortage", "presale"] as const)
          .filter((part) => closingBalance[part] !== 0)
          .map((part) => (
            <li key={part}>
              <i />
              <span>{words.place(part)}</span>
              <b>{format.number(closingBalance[part])}</b>
            </li>
          ))}
      </ul>
    </Card>
  );
}

const seriesTokens = ["--accent", "--series-2", "--ok", "--tier1", "--series-5", "--committed"] as const;

function Channels({ report, measure }: { report: DayReportItem; measure: Measure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  const valueOf = ({ sales }: DayReportItem["channels"][number]) =>
    measure === "sold" ? sales.sold + sales.presold : sales.amount;
  const channels = report.channels.toSorted((a, b) => valueOf(b) - valueOf(a));
  const all = channels.reduce((sum, channel) => sum + valueOf(channel), 0);
  return (
    <Card title={t("reports.channels")}>
      <BarList
        label={t("reports.channels")}
        items={channels.map((channel, index) => ({
          key: channel.channel,
          name: nameOf(channel.channel),
          to: ordersHref({
            channel: channel.channel,
            fromDay: report.date,
            toDay: report.date,
            state: "sold",
          }),
          value: valueOf(channel),
          color: `var(${seriesTokens[index % seriesTokens.length] ?? "--accent"})`,
          figure: figureText(format, measure, valueOf(channel)),
          note: `${percentText(all === 0 ? null : (100 * valueOf(channel)) / all)} · ${t("reports.ordersCount", { n: format.number(channel.sales.orders) })}`,
        }))}
      />
    </Card>
  );
}

function Categories({ report, measure }: { report: DayReportItem; measure: Measure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const valueOf = ({ sales, sold, presale }: DayReportItem["categories"][number]) =>
    measure === "sold" ? sold + presale.sold : sales.amount;
  const categories = report.categories
    .filter((category) => valueOf(category) > 0)
    .toSorted((a, b) => valueOf(b) - valueOf(a))
    .slice(0, barsMax);
  return (
    <Card className={boardCss.third} title={t("reports.categories")}>
      <BarList
        label={t("reports.categories")}
        items={categories.map((category) => ({
          key: category.category,
          name: category.category === "" ? t("reports.noCategory") : category.category,
          to: ordersHref({
            category: category.category,
            fromDay: report.date,
            toDay: report.date,
            state: "sold",
          }),
          value: valueOf(category),
          figure: figureText(format, measure, valueOf(category)),
          note: t("reports.leftUnits", { n: format.number(Math.max(0, category.closingBalance.available)) }),
        }))}
      />
    </Card>
  );
}

function Zones({ report }: { report: DayReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const zones = report.zones.filter(({ closing }) => closing > 0);
  if (zones.length === 0) return null;
  return (
    <Card title={t("reports.zones")}>
      <BarList
        label={t("reports.zones")}
        items={zones
          .toSorted((a, b) => b.closing - a.closing)
          .slice(0, barsMax)
          .map((zone) => ({
            key: zone.zone,
            name: zone.zone,
            value: zone.closing,
            color: "var(--committed)",
            figure: format.number(zone.closing),
            note: `+${format.number(zone.in)} −${format.number(zone.out)}`,
          }))}
      />
    </Card>
  );
}
