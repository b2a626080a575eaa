import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { DayListItem } from "../../../api/after-live.ts";
import type { SessionSummary } from "../../../api/sessions.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { Card } from "../../ui/card.tsx";
import { Chart, chartStyle, compact, type ChartOption } from "../../ui/chart.tsx";
import { axisDay, useDayName, wholeMoney } from "../../ui/days.ts";
import { useFormat, type Format } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Rows } from "../../ui/rows.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { tokenValue } from "../../ui/theme.ts";
import { reportKeys, reports } from "./client.ts";
import css from "./reports.module.css";

const refetchMs = 60_000;

/** Every closed day and every broadcast that was on the air, each with its report. */
export function ReportsPage() {
  const { t } = useTranslation();
  const days = useQuery({
    queryKey: reportKeys.days,
    queryFn: ({ signal }) => reports.days(signal),
    refetchInterval: refetchMs,
  });
  const { data, error } = days;
  const today = data === undefined ? null : `/reports/days/${data.today}`;
  return (
    <Page
      title={t("reports.title")}
      subtitle={t("reports.subtitle")}
      actions={
        today !== null && (
          <Link to={today} className={css.button}>
            {t("reports.today")}
          </Link>
        )
      }
    >
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void days.refetch()} />}
      {data !== undefined && <Days items={data.items} today={data.today} />}
      <Sessions />
    </Page>
  );
}

function Days({ items, today }: { items: readonly DayListItem[]; today: string }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const nameOf = useDayName();
  const navigate = useNavigate();
  if (items.length === 0) {
    return (
      <Empty
        icon="file"
        title={t("reports.empty.title")}
        actions={<Link to={`/reports/days/${today}`}>{t("reports.today")}</Link>}
      >
        {t("reports.empty.text")}
      </Empty>
    );
  }
  const oldestFirst = items.toReversed();
  return (
    <>
      {items.length > 1 && (
        <Card title={t("reports.trend.title")} note={t("reports.trend.note")}>
          <Chart
            label={t("reports.trend.title")}
            make={() => trendOption(oldestFirst, format, compact(i18n.language), t("reports.unitsSold"))}
            inputs={[items, format]}
            onPick={(date) => void navigate(`/reports/days/${date}`)}
          />
        </Card>
      )}
      <Card title={t("reports.days")}>
        <Rows
          items={items.map((item) => ({
            key: item.date,
            to: `/reports/days/${item.date}`,
            title: nameOf(item.date),
            note: `${item.date} · ${t("reports.skus", { n: format.number(item.skus) })}`,
            tag: (
              <Tag tone={item.balanced ? "ok" : "tier3"}>
                {t(item.balanced ? "reports.balanced" : "reports.unbalanced")}
              </Tag>
            ),
            figures: [
              [wholeMoney(format, item.sales.amount), t("reports.amount")],
              [format.number(item.sales.sold + item.sales.presold), t("reports.unitsSold")],
              [format.number(item.sales.orders), t("reports.orders")],
              [format.number(item.figures.closing), t("reports.closing")],
            ],
          }))}
        />
      </Card>
    </>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  const { data } = useQuery({
    queryKey: reportKeys.sessions,
    queryFn: ({ signal }) => reports.sessions(signal),
  });
  const aired = data?.items.filter(wasOn) ?? [];
  if (aired.length === 0) return null;
  return (
    <Card title={t("reports.sessions")}>
      <Rows
        items={aired.map((item) => ({
          key: item.id,
          to: `/reports/sessions/${encodeURIComponent(item.id)}`,
          title: item.title,
          note: `${format.moment(item.liveSince ?? item.startsAt)} · ${item.channels.map(nameOf).join(t("common.comma"))}`,
          tag: <Tag tone={item.life === "live" ? "tier3" : "plain"}>{t(`sessions.life.${item.life}`)}</Tag>,
          figures: [
            [wholeMoney(format, item.amount), t("reports.amount")],
            [format.number(item.sold), t("reports.unitsSold")],
            [format.number(item.shortage), t("reports.shortage")],
          ],
        }))}
      />
    </Card>
  );
}

function wasOn({ life }: SessionSummary): boolean {
  return life === "live" || life === "ended" || life === "reviewed";
}

function trendOption(
  days: readonly DayListItem[],
  format: Format,
  short: (value: number) => string,
  unitsName: string,
): ChartOption {
  const { axis, scale, tooltip } = chartStyle();
  return {
    animation: false,
    grid: { left: 56, right: 12, top: 14, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: tokenValue("--muted"), opacity: 0.08 } },
      formatter: (points: readonly { dataIndex: number }[]) => {
        const day = days[points[0]?.dataIndex ?? 0];
        if (day === undefined) return "";
        const { amount, sold, presold } = day.sales;
        return `${day.date}<br/><b>${format.money(amount)}</b><br/>${unitsName} ${format.number(sold + presold)}`;
      },
    },
    xAxis: {
      type: "category",
      data: days.map(({ date }) => date),
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: axisDay(days.map(({ date }) => date)) },
    },
    yAxis: {
      type: "value",
      ...scale,
      axisLabel: { ...scale.axisLabel, formatter: (minor: number) => short(minor / format.moneyScale) },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 46,
        itemStyle: { color: tokenValue("--accent"), borderRadius: [4, 4, 0, 0] },
        data: days.map(({ sales }) => sales.amount),
      },
    ],
  };
}
