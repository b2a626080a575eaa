import { useQuery } from "@tanstack/react-query";
import { Button, Segmented, Select } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { ReplayData, SessionView } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { useKey, useTitle } from "../../ui/hooks.ts";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { useTheme } from "../../ui/theme.ts";
import { useChart } from "./chart.ts";
import { live, liveKeys, readTimeline } from "./client.ts";
import { elapsedText } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { laneOfKind, lanes, momentAt, shareOf, type Event, type Moment } from "./replay.ts";
import { replayOption } from "./replay-chart.ts";
import { EventLine } from "./replay-events.tsx";
import css from "./replay.module.css";

/** The whole session on one axis, to be walked through or played back. */
export function ReplayPage() {
  const { session = "" } = useParams();
  const { t } = useTranslation();
  useTitle(t("replay.title"));
  const replay = useQuery({
    queryKey: liveKeys.replay(session),
    queryFn: ({ signal }) => live.replay(session, signal),
  });
  const timeline = useQuery({
    queryKey: liveKeys.timeline(session),
    queryFn: ({ signal }) => readTimeline(session, signal),
  });
  const view = useQuery({
    queryKey: ["view", "replay", session],
    queryFn: ({ signal }) => live.view(session, signal),
  });
  const failed = replay.error ?? timeline.error ?? view.error;
  if (failed !== null) {
    const again = () => void Promise.all([replay.refetch(), timeline.refetch(), view.refetch()]);
    return (
      <main className={css.waiting}>
        <Failure error={failed} onRetry={again} />
      </main>
    );
  }
  if (replay.data === undefined || timeline.data === undefined || view.data === undefined) {
    return (
      <main className={css.waiting}>
        <Skeleton lines={8} />
      </main>
    );
  }
  return <Player data={replay.data} events={timeline.data} view={view.data} />;
}

const speeds = [1, 5, 10, 30, 60] as const;
const drawMs = 100;
const stepMs = 60_000;

/** Time that runs `speed` times as fast, from one end of the session to the other. */
function usePlay(from: number, to: number) {
  const [at, setAt] = useState(from);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(30);
  const exact = useRef(from);
  const seek = useCallback(
    (moment: number) => {
      exact.current = Math.min(to, Math.max(from, moment));
      setAt(exact.current);
    },
    [from, to],
  );
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      seek(exact.current + (now - before) * speed);
      before = now;
      if (exact.current >= to) setPlaying(false);
    }, drawMs);
    return () => clearInterval(timer);
  }, [playing, speed, to, seek]);
  const toggle = () => {
    if (!playing && exact.current >= to) seek(from);
    setPlaying(!playing);
  };
  return { at, seek, playing, toggle, speed, setSpeed };
}

interface PlayerProps {
  readonly data: ReplayData;
  readonly events: readonly Event[];
  readonly view: SessionView;
}

function Player({ data, events, view }: PlayerProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const from = Date.parse(data.from);
  const to = Date.parse(data.to);
  const play = usePlay(from, to);
  const [picked, setPicked] = useState<string | null>(null);
  useKey(" ", (event) => {
    event.preventDefault();
    play.toggle();
  });
  useKey("ArrowRight", () => play.seek(play.at + stepMs));
  useKey("ArrowLeft", () => play.seek(play.at - stepMs));
  const skuOf = useMemo(() => new Map(view.slots.map((slot) => [slot.id, slot.sku])), [view.slots]);
  const moment = momentAt(data, events, play.at, skuOf);
  const sku = picked ?? moment.sku ?? data.skus[0]?.sku ?? null;
  return (
    <main className={css.page} data-testid="replay">
      <header className={css.head}>
        <Link to={`/live/${encodeURIComponent(data.session)}`}>{t("common.back")}</Link>
        <h1>
          {view.title} · {t("replay.title")}
        </h1>
        <Button type="primary" onClick={play.toggle} className={css.play}>
          {play.playing ? t("replay.pause") : t("replay.play")}
        </Button>
        <Segmented
          value={play.speed}
          options={speeds.map((speed) => ({ value: speed, label: `×${speed}` }))}
          onChange={(speed) => play.setSpeed(speed)}
        />
        <b className={css.clock} data-testid="replay-clock">
          {words.format.clock(play.at)}
        </b>
        <span className={css.elapsed}>{elapsedText(play.at - from)}</span>
      </header>
      <Facts data={data} moment={moment} sku={sku} view={view} />
      <section className={css.axisCard}>
        <div className={css.axisHead}>
          <Select
            className={css.pick}
            value={picked ?? ""}
            aria-label={t("replay.stockOf")}
            options={[
              { value: "", label: t("replay.follow") },
              ...data.skus.map((one) => ({ value: one.sku, label: one.name })),
            ]}
            onChange={(value) => setPicked(value === "" ? null : value)}
          />
        </div>
        <Axis data={data} events={events} at={play.at} sku={sku} onSeek={play.seek} />
      </section>
      <div className={css.lower}>
        <Stock data={data} minute={moment.minute} on={moment.sku} />
        <Events data={data} events={events} at={play.at} view={view} onSeek={play.seek} />
      </div>
    </main>
  );
}

function Facts({
  data,
  moment,
  sku,
  view,
}: {
  data: ReplayData;
  moment: Moment;
  sku: string | null;
  view: SessionView;
}) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const { format } = words;
  const on = view.skus.find((one) => one.sku === moment.sku)?.name ?? "—";
  const left = data.skus.find((one) => one.sku === sku)?.sellable[Math.max(0, moment.minute)];
  const facts: readonly (readonly [string, string])[] = [
    [t("live.current"), on],
    [t("live.column.sellable"), left === undefined ? "—" : format.number(left)],
    [t("live.viewers"), moment.viewers === null ? "—" : format.number(moment.viewers)],
    [t("live.ordersPerMinuteShort"), format.number(moment.orders)],
    [t("live.column.sold"), format.number(moment.sold)],
    [t("live.amount"), words.bigMoney(moment.amount)],
    [t("replay.openAlerts"), format.number(moment.openAlerts)],
  ];
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dd>{value}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}

interface AxisProps {
  readonly data: ReplayData;
  readonly events: readonly Event[];
  readonly at: number;
  readonly sku: string | null;
  readonly onSeek: (at: number) => void;
}

function Axis({ data, events, at, sku, onSeek }: AxisProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const theme = useTheme();
  const box = useChart(() => replayOption(data, sku), [data, sku, theme]);
  const from = Date.parse(data.from);
  const to = Date.parse(data.to);
  const marks = useMemo(
    () =>
      events.map((event) => ({ event, lane: laneOfKind(event.kind) })).filter(({ lane }) => lane !== null),
    [events],
  );
  return (
    <div className={css.axis}>
      <ul className={css.names} aria-hidden="true">
        <li className={css.nameStock}>{t("replay.stock")}</li>
        <li className={css.nameViewers}>{t("live.viewers")}</li>
        <li className={css.nameOrders}>{t("live.ordersPerMinute")}</li>
        {lanes.map((lane) => (
          <li key={lane} className={css.laneName}>
            {t(`replay.lane.${lane}`)}
          </li>
        ))}
      </ul>
      <div className={css.plot}>
        <div ref={box} className={css.chart} aria-hidden="true" />
        {lanes.map((lane) => (
          <div key={lane} className={css.lane}>
            {marks
              .filter((mark) => mark.lane === lane)
              .map(({ event }) => (
                <i
                  key={event.seq}
                  className={css[lane]}
                  style={{ left: `${shareOf(data, Date.parse(event.at)) * 100}%` }}
                />
              ))}
          </div>
        ))}
        <div className={css.playhead} style={{ left: `${shareOf(data, at) * 100}%` }} aria-hidden="true" />
        <input
          className={css.scrub}
          type="range"
          min={from}
          max={to}
          step={1_000}
          value={at}
          aria-label={t("replay.scrub")}
          aria-valuetext={words.format.clock(at)}
          onChange={(event) => onSeek(event.target.valueAsNumber)}
        />
        <div className={css.times}>
          <span>{words.format.minute(from)}</span>
          <span>{words.format.minute((from + to) / 2)}</span>
          <span>{words.format.minute(to)}</span>
        </div>
      </div>
    </div>
  );
}

function Stock({ data, minute, on }: { data: ReplayData; minute: number; on: string | null }) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const index = Math.max(0, minute);
  return (
    <section className={css.card} aria-label={t("replay.stockThen")}>
      <h2>{t("replay.stockThen")}</h2>
      <ul className={css.scroll}>
        {data.skus.map((one) => {
          const most = Math.max(1, ...one.sellable);
          const left = one.sellable[index] ?? 0;
          return (
            <li key={one.sku} className={cx(css.stock, one.sku === on && css.stockOn)}>
              <span>{one.name}</span>
              <span className={css.bar}>
                <i style={{ width: `${Math.max(0, (left / most) * 100)}%` }} />
              </span>
              <b>{format.number(left)}</b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** How many lines of the timeline stand around the moment. */
const linesMax = 60;

function Events({ events, at, view, onSeek }: Omit<AxisProps, "sku"> & { view: SessionView }) {
  const { t } = useTranslation();
  const names = useMemo(() => new Map(view.skus.map((sku) => [sku.sku, sku.name])), [view.skus]);
  const past = events.filter((event) => Date.parse(event.at) <= at);
  const shown = past.slice(-linesMax).toReversed();
  return (
    <section className={css.card} aria-label={t("replay.events")}>
      <h2>
        {t("replay.events")} · {past.length} / {events.length}
      </h2>
      <ul className={css.scroll}>
        {shown.map((event) => (
          <li key={event.seq}>
            <button type="button" className={css.event} onClick={() => onSeek(Date.parse(event.at))}>
              <EventLine event={event} names={names} slots={view.slots} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
