import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { AnalysisItem } from "../../../api/analysis.ts";
import { BarList } from "../../ui/bar-list.tsx";
import { Board, boardCss } from "../../ui/board.tsx";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { Chart, compact } from "../../ui/chart.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { dayAfter, percentText, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { ordersHref, type OrdersFilter } from "../../ui/orders-href.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { dailyOption, paretoOption } from "./charts.ts";
import { Accuracy } from "./accuracy.tsx";
import { analysis, analysisKey } from "./client.ts";
import { Replenish } from "./replenish.tsx";
import { SlowMovers } from "./slow-movers.tsx";

const windows = [7, 30, 90, 365] as const;

/** What turns, what stands, what rises, what to order. */
export function AnalysisPage() {
  const { t } = useTranslation();
  const [days, setDays] = useState<number>(30);
  const { data, error, refetch } = useQuery({
    queryKey: analysisKey(days),
    queryFn: ({ signal }) => analysis.read(days, signal),
    placeholderData: (before) => before,
  });
  return (
    <Page
      title={t("analysis.title")}
      subtitle={
        data?.through == null ? t("analysis.subtitle") : t("analysis.through", { date: data.through })
      }
      actions={
        <ChipRow label={t("analysis.window")}>
          {windows.map((one) => (
            <Chip key={one} on={one === days} onPick={() => setDays(one)}>
              {t("analysis.days", { n: one })}
            </Chip>
          ))}
        </ChipRow>
      }
    >
      {data === undefined && error === null && <Skeleton lines={10} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.through === null && (
        <Empty icon="file" title={t("analysis.empty.title")}>
          {t("analysis.empty.text")}
        </Empty>
      )}
      {data !== undefined && data.through !== null && <Figures item={data} />}
    </Page>
  );
}

function Figures({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { all, accuracy } = item;
  const last = accuracy.after;
  return (
    <>
      <StatRow label={t("analysis.title")}>
        <StatCard name={t("analysis.amount")} to={ordersOf(item, { state: "sold" })}>
          {wholeMoney(format, all.amount)}
        </StatCard>
        <StatCard name={t("analysis.sold")} to={ordersOf(item, { state: "sold" })}>
          {format.number(all.sold)}
        </StatCard>
        <StatCard
          name={t("analysis.activeRate")}
          to="/stock?filter=idle"
          tone={(all.activeRate ?? 100) < 30 ? "tier2" : undefined}
        >
          {percentText(all.activeRate)}
        </StatCard>
        <StatCard name={t("analysis.turnover")} to="/stock">
          {all.turnoverDays === null ? "—" : format.number(Math.round(all.turnoverDays))}
        </StatCard>
        <Gmroi all={all} />
        <StatCard name={t("analysis.sellThrough")} to="/stock">
          {percentText(all.sellThrough)}
        </StatCard>
        <StatCard name={t("analysis.oversell")} to="/orders?state=short">
          {last.oversellPer100k === null ? "—" : format.number(Math.round(last.oversellPer100k))}
        </StatCard>
        <StatCard name={t("analysis.ira")} to="/counts/accuracy">
          {percentText(last.ira, 1)}
        </StatCard>
      </StatRow>
      <Board>
        <Daily item={item} />
        <Categories item={item} />
        <Pareto item={item} />
        <Ageing item={item} />
        <Expiring item={item} />
        <Trends item={item} direction="rising" />
        <Trends item={item} direction="falling" />
        <Accuracy item={item} />
      </Board>
      <CategoryTable item={item} />
      <SlowMovers items={item.slow} />
      <Replenish items={item.replenish} />
    </>
  );
}

/** The orders of the window. */
function ordersOf({ through, days }: Pick<AnalysisItem, "through" | "days">, filter: OrdersFilter): string {
  if (through === null) return ordersHref(filter);
  return ordersHref({ fromDay: dayAfter(through, 1 - days), toDay: through, ...filter });
}

/** Margin on the money that stands on the shelves; where a cost is missing, how many and where to say it. */
function Gmroi({ all }: { all: AnalysisItem["all"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (all.gmroi !== null) return <StatCard name="GMROI">{all.gmroi.toFixed(2)}</StatCard>;
  if (all.costMissing === 0) return <StatCard name="GMROI">—</StatCard>;
  return (
    <StatCard name="GMROI" to="/import">
      <small>{t("analysis.costMissing", { n: format.number(all.costMissing) })}</small>
    </StatCard>
  );
}

function Daily({ item }: { item: AnalysisItem }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Card className={boardCss.wide} title={t("analysis.daily.title")} note={t("analysis.daily.note")}>
      <Chart
        label={t("analysis.daily.title")}
        make={() =>
          dailyOption(item.daily, format, compact(i18n.language), {
            sold: t("analysis.sold"),
            closing: t("analysis.closing"),
            amount: t("analysis.amount"),
          })
        }
        inputs={[item.daily, format]}
        onPick={(date) => void navigate(`/reports/days/${date}`)}
      />
    </Card>
  );
}

const barsMax = 8;

/** The products of a category. */
function stockOf(category: string): string {
  return category === "" ? "/stock" : `/stock?category=${encodeURIComponent(category)}`;
}

/** Turnover by category, the slowest first: that is where the money stands. */
function Categories({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const slowest = item.categories
    .flatMap((one) => (one.turnoverDays === null ? [] : [{ ...one, turns: one.turnoverDays }]))
    .toSorted((a, b) => b.turns - a.turns)
    .slice(0, barsMax);
  return (
    <Card className={boardCss.third} title={t("analysis.byTurnover")} note={t("analysis.byTurnoverNote")}>
      {slowest.length === 0 ? (
        <p className="muted">{t("analysis.noSales")}</p>
      ) : (
        <BarList
          label={t("analysis.byTurnover")}
          items={slowest.map((one) => ({
            key: one.category,
            name: one.category === "" ? t("reports.noCategory") : one.category,
            to: stockOf(one.category),
            value: one.turns,
            color: one.turns > one.limit.turnoverDays ? "var(--tier2)" : "var(--ok)",
            figure: t("analysis.days", { n: Math.round(one.turns) }),
            note: t(`analysis.limit.${one.limit.reason}`, { n: format.number(one.limit.turnoverDays) }),
          }))}
        />
      )}
    </Card>
  );
}

function Pareto({ item }: { item: AnalysisItem }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const format = useFormat();
  const sizes = (["A", "B", "C"] as const).map((of) => item.abc.filter((one) => one.class === of).length);
  const [a = 0, b = 0, c = 0] = sizes;
  return (
    <Card
      className={boardCss.wide}
      title={t("analysis.abc.title")}
      note={t("analysis.abc.note", {
        a: format.number(a),
        b: format.number(b),
        c: format.number(c),
      })}
    >
      {item.abc.some(({ amount }) => amount > 0) ? (
        <Chart
          label={t("analysis.abc.title")}
          make={() => paretoOption(item.abc, format, compact(i18n.language))}
          inputs={[item.abc, format]}
          onPick={(sku) => void navigate(ordersOf(item, { sku, state: "sold" }))}
        />
      ) : (
        <p className="muted">{t("analysis.noSales")}</p>
      )}
    </Card>
  );
}

const ageTokens = ["--ok", "--ok", "--tier1", "--tier2", "--tier3"] as const;

function Ageing({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = item.ageing.reduce((sum, { units }) => sum + units, 0);
  return (
    <Card className={boardCss.third} title={t("analysis.ageing.title")} note={t("analysis.ageing.note")}>
      <BarList
        label={t("analysis.ageing.title")}
        items={item.ageing.map((bucket, index) => ({
          key: String(bucket.from),
          name:
            bucket.to === null
              ? t("analysis.ageing.over", { from: bucket.from })
              : t("analysis.ageing.between", { from: bucket.from, to: bucket.to }),
          value: bucket.units,
          color: `var(${ageTokens[index] ?? "--tier3"})`,
          figure: format.number(bucket.units),
          note: percentText(all === 0 ? null : (100 * bucket.units) / all),
        }))}
      />
    </Card>
  );
}

/** Lots that expire before anybody would have bought them, at the pace of now. */
function Expiring({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { expiring } = item;
  if (expiring.length === 0) return null;
  const unsold = expiring.reduce((sum, one) => sum + one.unsold, 0);
  const value = expiring.reduce((sum, one) => sum + one.value, 0);
  return (
    <Card
      className={boardCss.third}
      title={t("analysis.expiring.title")}
      note={t("analysis.expiring.note", { n: format.number(unsold), value: wholeMoney(format, value) })}
    >
      <BarList
        label={t("analysis.expiring.title")}
        items={expiring.slice(0, barsMax).map((one) => ({
          key: `${one.sku} ${one.lot ?? ""} ${one.expiresAt}`,
          name: one.name === "" ? one.sku : one.name,
          to: `/stock/${encodeURIComponent(one.sku)}`,
          value: one.unsold,
          rest: one.units - one.unsold,
          color: "var(--tier3)",
          figure: t("analysis.expiring.unsold", { n: format.number(one.unsold) }),
          note: t("analysis.expiring.of", {
            lot: one.lot ?? t("analysis.expiring.delivery"),
            day: format.day(one.expiresAt),
          }),
        }))}
      />
    </Card>
  );
}

/** The last seven days against the seven before. */
const trendDays = 14;

function Trends({ item, direction }: { item: AnalysisItem; direction: "rising" | "falling" }) {
  const { t } = useTranslation();
  const trends = item.trends.filter((one) => one.direction === direction).slice(0, barsMax);
  const rate = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  return (
    <Card className={boardCss.third} title={t(`analysis.trend.${direction}`)} note={t("analysis.trend.note")}>
      {trends.length === 0 ? (
        <p className="muted">{t("analysis.trend.none")}</p>
      ) : (
        <BarList
          label={t(`analysis.trend.${direction}`)}
          items={trends.map((one) => ({
            key: one.sku,
            name: one.name,
            to: ordersOf({ through: item.through, days: trendDays }, { sku: one.sku, state: "sold" }),
            value: Math.max(one.now, one.before),
            color: direction === "rising" ? "var(--ok)" : "var(--tier2)",
            figure: t("analysis.trend.now", { n: rate(one.now) }),
            note: t("analysis.trend.before", { n: rate(one.before) }),
          }))}
        />
      )}
    </Card>
  );
}

type Category = AnalysisItem["categories"][number];

function CategoryTable({ item }: { item: AnalysisItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns = useCategoryColumns(item);
  return (
    <Card
      title={t("analysis.categories")}
      note={
        item.all.costMissing === 0
          ? undefined
          : t("analysis.noCosts", { n: format.number(item.all.costMissing) })
      }
      actions={<Link to="/stock">{t("nav.stock")}</Link>}
    >
      <DataTable
        label={t("analysis.categories")}
        rows={item.categories}
        keyOf={(row) => row.category}
        columns={columns}
        sort={{ key: "amount", desc: true }}
      />
    </Card>
  );
}

function useCategoryColumns(item: AnalysisItem): readonly DataColumn<Category>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = (
    key: "activeRate" | "sellThrough" | "returnPercent",
    phone?: true,
  ): DataColumn<Category> => ({
    key,
    title: t(`analysis.${key}`),
    width: 96,
    by: (row) => row[key] ?? -1,
    cell: (row) => percentText(row[key]),
    ...(phone === undefined ? {} : { phone }),
  });
  const soldOf = ({ category }: Category) => ordersOf(item, { category, state: "sold" });
  const number = (key: "skus" | "sold" | "stock"): DataColumn<Category> => ({
    key,
    title: t(`analysis.${key}`),
    width: 96,
    by: (row) => row[key],
    cell: (row) => format.number(row[key]),
  });
  return [
    {
      key: "category",
      title: t("analysis.category"),
      width: 160,
      by: (row) => row.category,
      cell: (row) => (
        <Link to={stockOf(row.category)}>{row.category === "" ? t("reports.noCategory") : row.category}</Link>
      ),
    },
    number("skus"),
    percent("activeRate", true),
    { ...number("sold"), cell: (row) => <Link to={soldOf(row)}>{format.number(row.sold)}</Link> },
    number("stock"),
    {
      key: "turnoverDays",
      title: t("analysis.turnover"),
      width: 110,
      phone: true,
      by: (row) => row.turnoverDays ?? -1,
      cell: (row) => (row.turnoverDays === null ? "—" : Math.round(row.turnoverDays)),
    },
    percent("sellThrough"),
    percent("returnPercent"),
    {
      key: "gmroi",
      title: "GMROI",
      width: 96,
      by: (row) => row.gmroi ?? -1,
      cell: (row) => (row.gmroi === null ? "—" : row.gmroi.toFixed(2)),
    },
    {
      key: "amount",
      title: t("analysis.amount"),
      width: 120,
      by: (row) => row.amount,
      cell: (row) => <Link to={soldOf(row)}>{format.money(row.amount)}</Link>,
    },
  ];
}
