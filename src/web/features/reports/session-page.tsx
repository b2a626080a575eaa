import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { SessionReportItem } from "../../../api/after-live.ts";
import { zh } from "../../i18n/zh.ts";
import { BarList } from "../../ui/bar-list.tsx";
import { Board, boardCss } from "../../ui/board.tsx";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { Chart } from "../../ui/chart.tsx";
import { cx } from "../../ui/cx.ts";
import { percentText, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { usePhone } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { printPage, usePrinting } from "../../ui/print.ts";
import { Failure, Note, Skeleton } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";
import { reportKeys, reports } from "./client.ts";
import { timelineOption } from "./session-chart.ts";
import { ordersOf, SessionProducts } from "./session-products.tsx";
import css from "./reports.module.css";

type Product = SessionReportItem["products"][number];
const liveRefetchMs = 30_000;

/** The report of a broadcast: what it sold, how the room worked, what was foreseen and what came. */
export function SessionReportPage() {
  const { t } = useTranslation();
  const { session = "" } = useParams();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: reportKeys.session(session),
    queryFn: ({ signal }) => reports.session(session, signal),
    refetchInterval: (query) => (query.state.data?.endedAt === null ? liveRefetchMs : false),
  });
  const phone = usePhone();
  const tools = <SessionTools session={session} isReady={data !== undefined} />;
  const span =
    data === undefined || data.liveSince === null
      ? null
      : `${format.moment(data.liveSince)} – ${data.endedAt === null ? t("reports.stillOn") : format.moment(data.endedAt)}`;
  return (
    <Page
      title={data?.title ?? t("reports.sessions")}
      subtitle={
        data !== undefined && (
          <>
            {span ?? t("reports.neverOn")} ·{" "}
            {t("reports.minutesLong", { n: format.number(Math.round(data.liveMinutes)) })}
            {data.endedAt !== null && (
              <>
                {" "}
                ·{" "}
                {data.hash === null
                  ? t("reports.settling")
                  : t("reports.sealedSession", { hash: data.hash.slice(0, 8) })}
              </>
            )}
          </>
        )
      }
      actions={!phone && tools}
    >
      {phone && tools}
      {data === undefined && error === null && <Skeleton lines={10} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <SessionReport report={data} />}
    </Page>
  );
}

function SessionTools({ session, isReady }: { session: string; isReady: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <span className={cx(css.tools, css.noPrint)}>
      <Link to={`/reviews/session/${encodeURIComponent(session)}`} className={css.button}>
        {t("reports.review")}
      </Link>
      <Link to={`/live/${encodeURIComponent(session)}/replay`} className={css.button}>
        {t("sessions.toReplay")}
      </Link>
      {isReady && (
        <>
          <a
            className={css.button}
            href={reports.sessionFileHref(session, "xlsx", i18n.language)}
            data-testid="session-xlsx"
            download
          >
            <Icon name="download" size={16} />
            Excel
          </a>
          <a className={css.button} href={reports.sessionFileHref(session, "csv", i18n.language)} download>
            CSV
          </a>
          <Button onClick={() => void printPage()}>{t("reports.print")}</Button>
        </>
      )}
    </span>
  );
}

function SessionReport({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { totals } = report;
  const printing = usePrinting();
  return (
    <>
      <Oversold report={report} />
      {report.unsignedReason !== null && (
        <div className={css.gap}>
          <Note tone="warn">{t("reports.unsigned", { reason: report.unsignedReason })}</Note>
        </div>
      )}
      <StatRow label={t("reports.totals")}>
        <StatCard name={t("reports.amount")} to={ordersOf(report, { state: "sold" })}>
          {wholeMoney(format, totals.amounts.sold)}
        </StatCard>
        <StatCard name={t("reports.net")} to={ordersOf(report, { state: "sold" })}>
          {wholeMoney(format, totals.amounts.net)}
        </StatCard>
        <StatCard name={t("reports.sold")} to={ordersOf(report, { state: "sold" })}>
          {format.number(totals.sold)}
        </StatCard>
        <StatCard name={t("reports.presold")} to={ordersOf(report, { state: "presale" })}>
          {format.number(totals.presold)}
        </StatCard>
        <StatCard name={t("reports.orders")} to={ordersOf(report, {})}>
          {format.number(totals.orders)}
        </StatCard>
        <StatCard name={t("reports.cancelled")} to={ordersOf(report, { state: "closed" })}>
          {format.number(totals.cancelled)}
        </StatCard>
      </StatRow>
      <Board>
        <Timeline report={report} />
        <Answers report={report} />
        <Best report={report} />
        <Worst report={report} />
        <ChannelShares report={report} />
        <Forecasts report={report} />
        <Events report={report} />
      </Board>
      <SessionProducts report={report} printing={printing} />
    </>
  );
}

/** Oversold 0, or the list. */
function Oversold({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bad = report.oversold > 0;
  return (
    <section className={cx(css.verdict, bad && css.bad)} data-testid="oversold">
      <Icon name={bad ? "warning" : "check"} size={22} />
      <div>
        <b>
          {bad
            ? t("reports.oversold.some", { n: format.number(report.oversold) })
            : t("reports.oversold.none")}
        </b>
        {bad && (
          <ul className={css.faults}>
            {report.oversells.map(({ sku, most, open }) => (
              <li key={sku}>
                <Link to={`/stock/${encodeURIComponent(sku)}`}>{report.names[sku] ?? sku}</Link>{" "}
                {t("reports.oversold.line", { most: format.number(most), open: format.number(open) })}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Timeline({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card className={boardCss.wide} title={t("reports.timeline.title")} note={t("reports.timeline.note")}>
      <Chart
        label={t("reports.timeline.title")}
        size="high"
        make={() =>
          timelineOption(report, format, {
            sold: t("reports.unitsSold"),
            amount: t("reports.amount"),
            cancelled: t("reports.cancelled"),
          })
        }
        inputs={[report, format]}
      />
    </Card>
  );
}

function Answers({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { answers } = report;
  const seconds = (value: number | null) =>
    value === null ? "—" : t("reports.seconds", { n: Math.round(value) });
  const figures: readonly (readonly [string, string])[] = [
    [format.number(answers.raised), t("reports.answers.raised")],
    [format.number(answers.acknowledged), t("reports.answers.acknowledged")],
    [seconds(answers.medianAnswerSeconds), t("reports.answers.median")],
    [seconds(answers.slowestAnswerSeconds), t("reports.answers.slowest")],
    [`${answers.patrols.answered} / ${answers.patrols.opened}`, t("reports.answers.patrols")],
    [`${answers.messages.read} / ${answers.messages.sent}`, t("reports.answers.messages")],
  ];
  return (
    <Card className={boardCss.third} title={t("reports.answers.title")} note={t("reports.answers.note")}>
      <dl className={css.answers}>
        {figures.map(([figure, name]) => (
          <div key={name}>
            <dd>{figure}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function productsOf(report: SessionReportItem, skus: readonly string[]): readonly Product[] {
  return skus.flatMap((sku) => report.products.find((product) => product.sku === sku) ?? []);
}

function Best({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const best = productsOf(report, report.best);
  if (best.length === 0) return null;
  return (
    <Card className={boardCss.third} title={t("reports.best")}>
      <BarList
        label={t("reports.best")}
        items={best.map((product) => ({
          key: product.sku,
          name: product.name,
          to: `/stock/${encodeURIComponent(product.sku)}`,
          value: product.amount,
          figure: wholeMoney(format, product.amount),
          note: t("reports.soldUnits", { n: format.number(product.sold) }),
        }))}
      />
    </Card>
  );
}

function Worst({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const worst = productsOf(report, report.worst);
  if (worst.length === 0) return null;
  return (
    <Card className={boardCss.third} title={t("reports.worst")}>
      <BarList
        label={t("reports.worst")}
        items={worst.map((product) => ({
          key: product.sku,
          name: product.name,
          to: `/stock/${encodeURIComponent(product.sku)}`,
          value: product.sold,
          rest: Math.max(0, (product.target ?? 0) - product.sold),
          color: "var(--tier2)",
          figure: percentText(product.targetPercent),
          note: t("reports.ofTarget", {
            n: format.number(product.sold),
            target: format.number(product.target ?? 0),
          }),
        }))}
      />
    </Card>
  );
}

function ChannelShares({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  if (report.channels.length === 0) return null;
  return (
    <Card className={boardCss.third} title={t("reports.channels")}>
      <BarList
        label={t("reports.channels")}
        items={report.channels.map((channel) => ({
          key: channel.channel,
          name: nameOf(channel.channel),
          to: ordersOf(report, { channel: channel.channel, state: "sold" }),
          value: channel.units,
          figure: format.number(channel.units),
          note: `${percentText(channel.unitsPercent)} · ${wholeMoney(format, channel.amount)}`,
        }))}
      />
    </Card>
  );
}

/** What the sell-out estimates said, and what happened. */
function Forecasts({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (report.forecasts.length === 0) return null;
  return (
    <Card className={boardCss.half} title={t("reports.forecasts.title")} note={t("reports.forecasts.note")}>
      <ul className={css.events}>
        {report.forecasts.map((forecast) => (
          <li key={`${forecast.sku}/${forecast.at}`}>
            <time>{format.minute(forecast.at)}</time>
            <span>
              <b>{report.names[forecast.sku] ?? forecast.sku}</b>{" "}
              {t("reports.forecasts.said", { n: Math.round(forecast.saidMinutes) })}
            </span>
            <small>
              {forecast.happenedMinutes === null
                ? t("reports.forecasts.never")
                : t("reports.forecasts.happened", { n: Math.round(forecast.happenedMinutes) })}
            </small>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function isKind(kind: string): kind is keyof typeof zh.replay.kind {
  return Object.hasOwn(zh.replay.kind, kind);
}

function Events({ report }: { report: SessionReportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  if (report.events.length === 0) return null;
  return (
    <Card className={boardCss.half} title={t("reports.events")}>
      {/* A list that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a frame that scrolls */}
      <ul className={css.events} tabIndex={0}>
        {report.events.map((event, index) => (
          <li key={`${event.at}/${index}`}>
            <time>{format.clock(event.at)}</time>
            <span>
              <b>{isKind(event.kind) ? t(`replay.kind.${event.kind}`) : event.kind}</b>{" "}
              {event.sku === null ? "" : (report.names[event.sku] ?? event.sku)}
            </span>
            <small>{words.actor(event.actor)}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
