import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { ordersOption, viewersOption } from "./charts.ts";
import { useChart } from "./chart.ts";
import { channelColors, currentRow } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { Meter, Panel } from "./parts.tsx";
import { useTheme } from "../../ui/theme.ts";
import css from "./chart-panels.module.css";

interface PanelProps {
  readonly view: SessionView;
  readonly className?: string | undefined;
}

function Axis({ view }: { view: SessionView }) {
  const { format } = useLiveWords();
  const { minutes } = view;
  const first = minutes[0];
  const last = minutes.at(-1);
  return (
    <div className={css.axis}>
      <span>{first === undefined ? "" : format.minute(first.at)}</span>
      <span>{last === undefined ? "" : format.minute(last.at)}</span>
    </div>
  );
}

export function OrdersPanel({ view, className }: PanelProps) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const theme = useTheme();
  const colors = useMemo(() => channelColors(view.channels), [view.channels]);
  const box = useChart(
    (element) => ordersOption(element, view.minutes, colors, format),
    [view.minutes, colors, theme],
  );
  const legend = colors.map(({ channel, name, token }) => (
    <span key={channel} className={css.key}>
      <i style={{ background: `var(${token})` }} />
      {name}
    </span>
  ));
  return (
    <Panel
      title={t("live.ordersPerMinute")}
      note={<span className={css.legend}>{legend}</span>}
      className={className}
      label={t("live.ordersPerMinute")}
    >
      <span className="only-read">
        {t("live.ordersNow", { n: format.number(view.totals.ordersPerMinute) })}
      </span>
      <div ref={box} className={css.chart} aria-hidden="true" />
      <Axis view={view} />
    </Panel>
  );
}

export function ViewersPanel({ view, className }: PanelProps) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const theme = useTheme();
  const box = useChart((element) => viewersOption(element, view.minutes, format), [view.minutes, theme]);
  const legend = (
    <span className={css.legend}>
      <span className={css.key}>
        <i style={{ background: "var(--muted)" }} />
        {t("live.viewers")}
      </span>
      <span className={css.key}>
        <i style={{ background: "var(--accent)" }} />
        {t("live.amountPerMinute")}
      </span>
    </span>
  );
  const nobody = view.minutes.every((minute) => minute.viewers === null);
  return (
    <Panel
      title={t("live.viewersAmount")}
      note={legend}
      className={className}
      label={t("live.viewersAmount")}
    >
      <div className={css.holder}>
        <div ref={box} className={css.chart} aria-hidden="true" />
        {nobody && <p className={css.nobody}>{t("live.noViewers")}</p>}
      </div>
      <Axis view={view} />
    </Panel>
  );
}

/** A channel that says nothing for so long is worth a word. */
const silentSecondsMin = 60;

/** Each channel's share of what is sold, and what it may still promise of the product that is on. */
export function SharePanel({ view, className }: PanelProps) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const row = currentRow(view);
  const colors = channelColors(view.channels);
  const left = row === null ? "" : t("live.currentLeft", { n: format.number(row.sku.sellable) });
  return (
    <Panel title={t("live.channels")} note={left} className={className} label={t("live.channels")}>
      <ul className={css.shares}>
        {view.channels.map((channel, index) => (
          <li key={channel.channel} className={css.share}>
            <span className={css.shareName}>{channel.name}</span>
            <Meter
              share={(channel.unitsPercent ?? 0) / 100}
              color={`var(${colors[index]?.token ?? "--faint"})`}
            />
            <span className={css.shareSold}>
              {channel.unitsPercent === null ? "—" : `${Math.round(channel.unitsPercent)}%`}
            </span>
            <b className={css.shareLeft}>
              {t("live.units", { n: format.number(Math.min(channel.currentLeft, row?.sku.sellable ?? 0)) })}
            </b>
            {channel.silentSeconds !== null && channel.silentSeconds >= silentSecondsMin && (
              <span className={cx(css.silent, "say-tier2")}>
                {t("live.silent", { n: Math.floor(channel.silentSeconds / 60) })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
