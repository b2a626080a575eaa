import { useTranslation } from "react-i18next";
import type { SessionView } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { burnOption, labelEms, nowPlace } from "./charts.ts";
import { useChart } from "./chart.ts";
import { currentRow, leftShare, statusClass, rangeOf, statusColor, type RunRow } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { Panel } from "./parts.tsx";
import css from "./current.module.css";

interface CurrentProps {
  readonly view: SessionView;
  readonly now: number;
  readonly stale: boolean;
  readonly className?: string | undefined;
}

/** The product that is on: how many are left, how long they last, and the curve that says so. */
export function CurrentPanel({ view, now, stale, className }: CurrentProps) {
  const { t } = useTranslation();
  const row = currentRow(view);
  if (row === null) {
    return (
      <Panel title={t("live.current")} className={className}>
        <p className={css.none}>{t("live.noCurrent")}</p>
      </Panel>
    );
  }
  const { slot } = row;
  const minutesLeft = slot.endsAt === null ? null : Math.ceil((Date.parse(slot.endsAt) - now) / 60_000);
  const place = `${String(slot.number).padStart(2, "0")} / ${view.slots.length}`;
  const time =
    minutesLeft === null
      ? ""
      : minutesLeft >= 0
        ? ` · ${t("live.slotLeft", { n: minutesLeft })}`
        : ` · ${t("live.slotOver", { n: -minutesLeft })}`;
  return (
    <Panel
      title={t("live.current")}
      note={`${place}${time}`}
      className={cx(css.current, className)}
      label={t("live.current")}
    >
      <div className={stale ? "stale" : ""}>
        <Product row={row} />
        <BigNumber row={row} />
        <LeftBar row={row} />
        <Facts row={row} />
      </div>
      <Burn view={view} row={row} />
    </Panel>
  );
}

function Product({ row: { sku } }: { row: RunRow }) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const parts = [sku.code, format.money(sku.price)];
  if (sku.buyerLimit !== null) parts.push(t("live.perBuyer", { n: sku.buyerLimit }));
  if (!sku.selling) parts.push(t("live.stopped"));
  return (
    <>
      <div className={css.name}>{sku.name}</div>
      <div className={css.code}>{parts.join(" · ")}</div>
    </>
  );
}

function BigNumber({ row: { sku } }: { row: RunRow }) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const long = format.number(sku.sellable).length > 4;
  return (
    <div className={css.bigLine}>
      <b className={cx(css.big, long && css.bigLong, statusClass(sku.status))} data-testid="current-sellable">
        {format.number(sku.sellable)}
      </b>
      <span className={css.bigUnit}>
        {sku.status === "sold_out" ? t("live.status.sold_out") : t("live.unitsSellable")}
        {sku.shortage > 0 && (
          <em className="say-tier3">{t("live.shortOf", { n: format.number(sku.shortage) })}</em>
        )}
        {sku.incoming > 0 && <em>{t("live.incomingOf", { n: format.number(sku.incoming) })}</em>}
      </span>
    </div>
  );
}

const marks = [5, 10, 20] as const;

function LeftBar({ row: { sku } }: { row: RunRow }) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const share = leftShare(sku);
  return (
    <div className={css.left}>
      <div className={css.leftBar}>
        <i style={{ width: `${(share ?? 0) * 100}%`, background: `var(${statusColor(sku.status)})` }} />
      </div>
      <div className={css.leftMarks} aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${mark}%` }}>
            {mark === 20 ? "20%" : mark}
          </span>
        ))}
        <span className={css.leftAll}>
          {t("live.openingOf", { n: format.number(sku.opening + sku.arrived) })}
        </span>
      </div>
    </div>
  );
}

function Facts({ row: { sku } }: { row: RunRow }) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const range = sku.sellable > 0 ? rangeOf(sku.forecast) : null;
  return (
    <dl className={css.facts}>
      <div>
        <dd className={statusClass(sku.status)} data-testid="current-eta">
          {words.eta(sku.sellable > 0 ? sku.etaMinutes : null)}
        </dd>
        <dt>
          {t("live.eta")} {range === null ? "" : `(${range})`}
        </dt>
      </div>
      <div>
        <dd>{t("live.perMinute", { n: words.rate(sku.recentPerMinute) })}</dd>
        <dt>{t("live.recentRate")}</dt>
      </div>
      <div>
        <dd>{words.percent(sku.sellThroughPercent)}</dd>
        <dt>{t("live.sellThrough")}</dt>
      </div>
      <div>
        <dd>{words.format.number(sku.sold)}</dd>
        <dt>{t("live.heldToo", { n: words.format.number(sku.heldUnpaid) })}</dt>
      </div>
    </dl>
  );
}

function Burn({ view, row }: { view: SessionView; row: RunRow }) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const curve = view.current;
  const box = useChart(
    (element) =>
      burnOption(
        element,
        curve ?? { sku: row.sku.sku, points: [], sellOutAt: null },
        Date.parse(view.at),
        statusColor(row.sku.status),
        { ...format, soldOut: (time) => t("live.soldOutAt", { time }) },
      ),
    [curve, row.sku.status],
  );
  const from = curve?.points[0]?.at;
  const { share, labelled } =
    curve === null ? { share: 1, labelled: false } : nowPlace(curve, Date.parse(view.at));
  return (
    <div className={css.burn}>
      <div ref={box} className={css.chart} aria-hidden="true" />
      <div className={css.axis}>
        <span>{from === undefined ? "" : format.minute(from)}</span>
        <span className={css.now} style={{ left: `calc((100% - ${labelled ? labelEms : 0}em) * ${share})` }}>
          {t("live.now", { time: format.minute(view.at) })}
        </span>
      </div>
    </div>
  );
}
