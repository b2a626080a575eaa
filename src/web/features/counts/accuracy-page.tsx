import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { CountAccuracy } from "../../../api/counts.ts";
import { BarList } from "../../ui/bar-list.tsx";
import { Board, boardCss } from "../../ui/board.tsx";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { Chart, compact } from "../../ui/chart.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { percentText } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";
import { iraOption, lineTokens, linesOption, valuesOption, type AccuracyLine } from "./accuracy-charts.ts";
import { countKeys, counts } from "./client.ts";
import css from "./counts.module.css";

const spans = [7, 30, 90, 365] as const;
/** Below these a bar is marked: the aim of a warehouse that counts by cycles is 98 % and more. */
const iraGood = 98;
const iraFair = 90;
const planDaysMax = 14;

function toneOf(ira: number | null): string {
  if (ira === null) return "--on-hand";
  return ira >= iraGood ? "--ok" : ira >= iraFair ? "--tier1" : "--tier3";
}

/** How well shelves and books agree, over time and by zone, counter and cause. */
export function AccuracyPage() {
  const { t } = useTranslation();
  const [days, setDays] = useState<(typeof spans)[number]>(30);
  const { data, error, refetch } = useQuery({
    queryKey: countKeys.accuracy(days),
    queryFn: ({ signal }) => counts.accuracy(days, signal),
    placeholderData: (before) => before,
  });
  return (
    <Page
      title={t("counts.accuracy.title")}
      subtitle={t("counts.accuracy.subtitle")}
      actions={
        <ChipRow label={t("counts.accuracy.span")}>
          {spans.map((span) => (
            <Chip key={span} on={days === span} onPick={() => setDays(span)}>
              {t("counts.accuracy.days", { n: span })}
            </Chip>
          ))}
        </ChipRow>
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined &&
        (data.total.bins === 0 ? (
          <Empty
            icon="check"
            title={t("counts.accuracy.none")}
            actions={<Link to="/counts">{t("counts.title")}</Link>}
          >
            {t("counts.accuracy.noneText")}
          </Empty>
        ) : (
          <Charts data={data} />
        ))}
    </Page>
  );
}

function Charts({ data }: { data: CountAccuracy }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, byDay } = data;
  return (
    <>
      <StatRow label={t("counts.sheet.figures")}>
        <StatCard name={t("counts.accuracy.ira")}>
          <span style={{ color: `var(${toneOf(total.ira)})` }}>{percentText(total.ira, 1)}</span>
        </StatCard>
        <StatCard name={t("counts.accuracy.bins")}>{format.number(total.bins)}</StatCard>
        <StatCard name={t("counts.sheet.gain")}>{format.number(total.gain)}</StatCard>
        <StatCard name={t("counts.sheet.loss")} tone={total.loss > 0 ? "tier3" : "quiet"}>
          {format.number(total.loss)}
        </StatCard>
        <StatCard name={t("counts.accuracy.net")}>{format.money(total.netMinor)}</StatCard>
        <StatCard name={t("counts.accuracy.gross")}>{format.money(total.grossMinor)}</StatCard>
      </StatRow>
      <Board>
        <Card
          className={boardCss.half}
          title={t("counts.accuracy.byDay")}
          note={t("counts.accuracy.byDayNote")}
        >
          <Chart
            label={t("counts.accuracy.byDay")}
            make={() => iraOption(byDay, format, t("counts.accuracy.ira"), t("counts.accuracy.bins"))}
            inputs={[byDay, format]}
          />
        </Card>
        <Values days={byDay} />
        <Over data={data} />
        {data.plan.length > 0 && <PlanKept days={data.plan} />}
        <Shares data={data} />
        <Causes causes={data.byCause} />
      </Board>
    </>
  );
}

const measures = ["units", "money"] as const;

/** What was found and what is missing by day, in units or in money. */
function Values({ days }: { days: CountAccuracy["byDay"] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const [measure, setMeasure] = useState<(typeof measures)[number]>("units");
  const words = {
    gain: t("counts.sheet.gain"),
    loss: t("counts.sheet.loss"),
    net: t("counts.accuracy.net"),
  };
  const short = compact(i18n.language);
  return (
    <Card
      className={boardCss.half}
      title={t("counts.accuracy.values")}
      note={t("counts.accuracy.valuesNote")}
      actions={
        <ChipRow label={t("counts.accuracy.measure")}>
          {measures.map((one) => (
            <Chip key={one} on={measure === one} onPick={() => setMeasure(one)}>
              {t(`counts.accuracy.measures.${one}`)}
            </Chip>
          ))}
        </ChipRow>
      }
    >
      <Chart
        label={t("counts.accuracy.values")}
        make={() => valuesOption(days, measure, { format, words, short })}
        inputs={[days, measure, format]}
      />
    </Card>
  );
}

const parts = ["zones", "counters"] as const;

/** Whose accuracy rises and whose falls: a line for each zone, or each counter. */
function Over({ data }: { data: CountAccuracy }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const [part, setPart] = useState<(typeof parts)[number]>("zones");
  const named =
    part === "zones"
      ? data.zonesByDay.map(({ zone, days }) => ({ name: zone === "" ? t("counts.noBin") : zone, days }))
      : data.countersByDay.map(({ counter, days }) => ({ name: words.actor(counter), days }));
  const lines = named.map((line, index): AccuracyLine => {
    return { ...line, token: lineTokens[index % lineTokens.length] ?? lineTokens[0] };
  });
  return (
    <Card
      className={boardCss.half}
      title={t("counts.accuracy.over")}
      note={
        <span className={css.legend}>
          {t("counts.accuracy.overNote")}
          {lines.map(({ name, token }) => (
            <span key={token}>
              <i style={{ background: `var(${token})` }} />
              {name}
            </span>
          ))}
        </span>
      }
      actions={
        <ChipRow label={t("counts.accuracy.overBy")}>
          {parts.map((one) => (
            <Chip key={one} on={part === one} onPick={() => setPart(one)}>
              {t(`counts.accuracy.${one}`)}
            </Chip>
          ))}
        </ChipRow>
      }
    >
      <Chart
        label={t("counts.accuracy.over")}
        size="high"
        make={() => linesOption(lines, format, t("counts.accuracy.bins"))}
        inputs={[data, part, format]}
      />
    </Card>
  );
}

/** Bins that were looked at of those that each day's plan named. */
function PlanKept({ days }: { days: CountAccuracy["plan"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const planned = days.reduce((sum, day) => sum + day.planned, 0);
  const done = days.reduce((sum, day) => sum + day.done, 0);
  const latest = days.toReversed().slice(0, planDaysMax);
  const figure = (day: { done: number; planned: number }) =>
    `${format.number(day.done)} / ${format.number(day.planned)}`;
  return (
    <Card
      className={boardCss.half}
      title={t("counts.accuracy.plan")}
      note={t("counts.accuracy.planNote", { done: format.number(done), n: format.number(planned) })}
    >
      <BarList
        label={t("counts.accuracy.plan")}
        items={latest.map((day) => ({
          key: day.date,
          name: day.date.slice(5).replace("-", "/"),
          value: day.done,
          rest: day.planned - day.done,
          color: day.done >= day.planned ? "var(--ok)" : "var(--tier1)",
          figure: figure(day),
        }))}
      />
    </Card>
  );
}

/** Accuracy by zone and by counter, each bar a share of all their bins. */
function Shares({ data }: { data: CountAccuracy }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const item = (name: string, key: string, row: CountAccuracy["total"]) => ({
    key,
    name,
    value: row.ira ?? 0,
    rest: 100 - (row.ira ?? 0),
    color: `var(${toneOf(row.ira)})`,
    figure: percentText(row.ira, 1),
    note: t("counts.binsOf", { count: row.bins, n: format.number(row.bins) }),
  });
  const zoneName = (zone: string) => (zone === "" ? t("counts.noBin") : zone);
  return (
    <>
      <Card className={boardCss.third} title={t("counts.accuracy.byZone")}>
        <BarList
          label={t("counts.accuracy.byZone")}
          items={data.byZone.map((row) => item(zoneName(row.zone), row.zone, row))}
        />
      </Card>
      <Card className={boardCss.third} title={t("counts.accuracy.byCounter")}>
        <BarList
          label={t("counts.accuracy.byCounter")}
          items={data.byCounter.map((row) => item(words.actor(row.counter), row.counter, row))}
        />
      </Card>
    </>
  );
}

function Causes({ causes }: { causes: CountAccuracy["byCause"] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <Card className={boardCss.third} title={t("counts.accuracy.byCause")}>
      {causes.length === 0 ? (
        <p className="muted">{t("counts.accuracy.noCause")}</p>
      ) : (
        <BarList
          label={t("counts.accuracy.byCause")}
          items={causes.map((row) => ({
            key: row.cause,
            name: i18n.language === "en" ? row.words.en : row.words.zh,
            value: row.units,
            color: "var(--tier2)",
            figure: t("counts.accuracy.units", { count: row.units, n: format.number(row.units) }),
            note: format.money(row.grossMinor),
          }))}
        />
      )}
    </Card>
  );
}
