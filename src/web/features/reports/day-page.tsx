import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { DayReportItem } from "../../../api/after-live.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { dayAfter, useDayName, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { usePhone } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { ordersHref } from "../../ui/orders-href.ts";
import { Page } from "../../ui/page.tsx";
import { printPage, usePrinting } from "../../ui/print.ts";
import { Failure, Note, Skeleton } from "../../ui/state.tsx";
import { reportKeys, reports } from "./client.ts";
import { balanceSteps, belowZero } from "./day.ts";
import { DayCharts } from "./day-charts.tsx";
import { DayLate } from "./day-late.tsx";
import { DayRows } from "./day-rows.tsx";
import css from "./reports.module.css";

/** A day under way is read again so often. */
const openRefetchMs = 30_000;

/** The report of a business day. */
export function DayPage() {
  const { t } = useTranslation();
  const { date = "" } = useParams();
  const nameOf = useDayName();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: reportKeys.day(date),
    queryFn: ({ signal }) => reports.day(date, signal),
    refetchInterval: (query) => (query.state.data?.closed === false ? openRefetchMs : false),
  });
  const known = /^\d{4}-\d{2}-\d{2}$/.test(date);
  const phone = usePhone();
  const tools = <DayTools date={date} isReady={data !== undefined} />;
  const title = known ? t("reports.dayTitle", { day: nameOf(date) }) : t("reports.title");
  return (
    <Page
      title={title}
      subtitle={
        data !== undefined && (
          <>
            {t("reports.span", { from: format.moment(data.from), to: format.moment(data.to) })} ·{" "}
            {data.closed && data.hash !== null
              ? t("reports.sealed", { hash: data.hash.slice(0, 8) })
              : t("reports.open")}
          </>
        )
      }
      actions={known && !phone && tools}
    >
      {known && phone && tools}
      {data === undefined && error === null && <Skeleton lines={10} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <DayReport report={data} />}
    </Page>
  );
}

function DayTools({ date, isReady }: { date: string; isReady: boolean }) {
  const { t, i18n } = useTranslation();
  const today = useQuery({ queryKey: reportKeys.days, queryFn: ({ signal }) => reports.days(signal) }).data
    ?.today;
  const isLast = today !== undefined && date >= today;
  return (
    <span className={cx(css.tools, css.noPrint)}>
      <Link
        to={`/reports/days/${dayAfter(date, -1)}`}
        className={css.button}
        aria-label={t("reports.before")}
      >
        <Icon name="back" size={16} />
      </Link>
      <Link
        to={`/reports/days/${dayAfter(date, 1)}`}
        className={css.button}
        aria-label={t("reports.after")}
        aria-disabled={isLast}
        tabIndex={isLast ? -1 : 0}
      >
        <Icon name="next" size={16} />
      </Link>
      {isReady && (
        <>
          <Link to={`/reviews/day/${date}`} className={css.button}>
            {t("reports.review")}
          </Link>
          <a className={css.button} href={reports.fileHref(date, "xlsx", i18n.language)} download>
            <Icon name="download" size={16} />
            Excel
          </a>
          <a className={css.button} href={reports.fileHref(date, "csv", i18n.language)} download>
            CSV
          </a>
          <Button onClick={() => void printPage()}>{t("reports.print")}</Button>
        </>
      )}
    </span>
  );
}

function DayReport({ report }: { report: DayReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const printing = usePrinting();
  const { totals } = report;
  const { sales } = totals;
  const below = belowZero(report.rows);
  const ofDay = { fromDay: report.date, toDay: report.date };
  return (
    <>
      <Verdict report={report} />
      {below > 0 && (
        <div className={css.gap}>
          <Note tone="warn">{t("reports.belowZero", { n: format.number(below) })}</Note>
        </div>
      )}
      <StatRow label={t("reports.totals")}>
        <StatCard name={t("reports.amount")} to={ordersHref({ ...ofDay, state: "sold" })}>
          {wholeMoney(format, sales.amount)}
        </StatCard>
        <StatCard name={t("reports.sold")} to={ordersHref({ ...ofDay, state: "sold" })}>
          {format.number(totals.sold)}
        </StatCard>
        <StatCard name={t("reports.orders")} to={ordersHref(ofDay)}>
          {format.number(sales.orders)}
        </StatCard>
        <StatCard name={t("reports.cancelledRefunded")} to={ordersHref({ ...ofDay, state: "closed" })}>
          {format.number(totals.cancelled)} / {format.number(totals.refunded)}
        </StatCard>
        <StatCard name={t("reports.shipped")}>{format.number(totals.shipped)}</StatCard>
        <StatCard name={t("reports.closing")}>{format.number(totals.closing)}</StatCard>
        <StatCard
          name={t("reports.shortage")}
          tone={totals.closingBalance.shortage > 0 ? "tier3" : "ok"}
          to={ordersHref({ state: "short" })}
        >
          {format.number(totals.closingBalance.shortage)}
        </StatCard>
      </StatRow>
      <DayCharts report={report} />
      <DayRows date={report.date} rows={report.rows} printing={printing} />
      {report.late !== undefined && <DayLate groups={report.late} printing={printing} />}
    </>
  );
}

/** The first thing that one wants to know of a day: does it add up. Said in words, with the sum. */
function Verdict({ report }: { report: DayReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { totals, balanced, rows } = report;
  const faulty = rows.filter((row) => !row.balanced);
  const steps = balanceSteps(totals);
  return (
    <section className={cx(css.verdict, !balanced && css.bad)} data-testid="verdict">
      <Icon name={balanced ? "check" : "warning"} size={22} />
      <div>
        <b>
          {balanced
            ? t("reports.verdict.balanced", { n: format.number(rows.length) })
            : t("reports.verdict.off", { n: format.number(faulty.length) })}
        </b>
        <p className={css.sum}>
          <span>
            {t("reports.opening")} <strong>{format.number(totals.opening)}</strong>
          </span>
          {steps.map(({ name, units }) => (
            <span key={name}>
              {units < 0 ? "−" : "+"} {t(`reports.step.${name}`)}{" "}
              <strong>{format.number(Math.abs(units))}</strong>
            </span>
          ))}
          <span>
            = {t("reports.closing")} <strong>{format.number(totals.closing)}</strong>
          </span>
        </p>
        {faulty.length > 0 && (
          <ul className={css.faults}>
            {faulty.slice(0, faultsShown).map((row) => (
              <li key={row.sku}>
                <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>{" "}
                {row.faults
                  .map(({ equation, off }) =>
                    t("reports.off", { what: t(`reports.equation.${equation}`), n: off }),
                  )
                  .join(t("common.comma"))}
              </li>
            ))}
          </ul>
        )}
        {totals.late > 0 && <p className="muted">{t("reports.late", { n: format.number(totals.late) })}</p>}
      </div>
    </section>
  );
}

const faultsShown = 8;
