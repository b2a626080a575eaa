import { Button, Dropdown, Popconfirm, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { cx } from "../../ui/cx.ts";
import { useKey, usePhone } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Logo } from "../../ui/logo.tsx";
import { useSound } from "./alarms.ts";
import { live } from "./client.ts";
import { useDesk } from "./desk.ts";
import { elapsedText } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { voice } from "./sound.ts";
import css from "./console.module.css";

interface HeadProps {
  readonly stale: boolean;
  readonly onScreens: () => void;
  /** Something lies over the page and takes the keys. */
  readonly covered: boolean;
}

/** The bar on top of the console: which session, how it goes, and what moves it on. */
export function ConsoleHead({ stale, onScreens, covered }: HeadProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { view, now } = useDesk();
  const since = view.liveSince === null ? null : Date.parse(view.liveSince);
  const until = view.endedAt === null ? now : Date.parse(view.endedAt);
  return (
    <header className={css.head}>
      {!phone && (
        <Link to="/sessions" className={css.logo} title={t("live.back")}>
          <Logo />
        </Link>
      )}
      <div className={css.title}>
        <h1>{view.title}</h1>
        <span className={cx(css.life, view.life === "live" && css.on)}>
          <i />
          {t(`live.life.${view.life}`)} {since !== null && elapsedText(until - since)}
        </span>
      </div>
      <Totals stale={stale} />
      <Pointer covered={covered} />
      <SoundSwitch covered={covered} />
      <More onScreens={onScreens} />
    </header>
  );
}

function Totals({ stale }: { stale: boolean }) {
  const { t } = useTranslation();
  const { view } = useDesk();
  const words = useLiveWords();
  const { format } = words;
  const { totals } = view;
  const facts: readonly (readonly [string, string, string])[] = [
    [t("live.viewers"), totals.viewers === null ? "—" : format.number(totals.viewers), ""],
    [t("live.amount"), words.bigMoney(totals.amount), ""],
    [t("live.ordersPerMinuteShort"), format.number(totals.ordersPerMinute), ""],
    [t("live.sellThrough"), words.percent(totals.sellThroughPercent), ""],
    [t("live.activeRate"), words.percent(totals.activeSkuPercent), ""],
    [t("live.shortage"), format.number(totals.shortage), totals.shortage > 0 ? "tier3" : "ok"],
  ];
  return (
    <dl className={cx(css.totals, stale && "stale")}>
      {facts.map(([name, value, tone]) => (
        <div key={name}>
          <dd className={tone}>{value}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}

function Pointer({ covered }: { covered: boolean }) {
  const { t } = useTranslation();
  const { view, run, canAct } = useDesk();
  const may = canAct && view.life === "live";
  const go = (by: "next" | "previous") => {
    if (may) void run(() => live.point(view.session, { by }));
  };
  useKey("n", () => !covered && go("next"));
  useKey("p", () => !covered && go("previous"));
  if (!may) return null;
  return (
    <div className={css.pointer}>
      <Button onClick={() => go("previous")} title={t("live.keyP")}>
        {t("live.previous")}
      </Button>
      <Button type="primary" onClick={() => go("next")} title={t("live.keyN")}>
        {t("live.next")}
      </Button>
    </div>
  );
}

function SoundSwitch({ covered }: { covered: boolean }) {
  const { t } = useTranslation();
  const choice = useSound();
  const toggle = () => voice.choose({ ...choice, sound: !choice.sound });
  useKey("m", () => !covered && toggle());
  return (
    <Button
      className={cx(css.sound, !choice.sound && css.muted)}
      aria-pressed={choice.sound}
      title={t("live.keyM")}
      onClick={toggle}
    >
      {choice.sound ? t("live.soundOn") : t("live.soundOff")}
    </Button>
  );
}

function More({ onScreens }: { onScreens: () => void }) {
  const { t } = useTranslation();
  const { view, run, canAct } = useDesk();
  const choice = useSound();
  const session = encodeURIComponent(view.session);
  const items = [
    {
      key: "wall",
      label: (
        <Link to={`/live/${session}/wall`} target="_blank">
          {t("live.wall")}
        </Link>
      ),
    },
    { key: "screens", label: t("live.screens.title"), onClick: onScreens },
    { key: "replay", label: <Link to={`/live/${session}/replay`}>{t("replay.title")}</Link> },
    { key: "plan", label: <Link to={`/sessions/${session}`}>{t("live.plan")}</Link> },
    { type: "divider" as const },
    {
      key: "speech",
      label: (
        <SwitchLine
          label={t("live.speech")}
          on={choice.speech}
          onChange={(speech) => voice.choose({ sound: choice.sound || speech, speech })}
        />
      ),
    },
    ...(canAct
      ? [
          {
            key: "clock",
            label: (
              <SwitchLine
                label={t("live.followClock")}
                on={view.followsClock}
                onChange={(on) => void run(() => live.followClock(view.session, on))}
              />
            ),
          },
        ]
      : []),
    ...(canAct && view.life === "live"
      ? [
          { type: "divider" as const },
          {
            key: "end",
            danger: true,
            label: (
              <Popconfirm
                title={t("live.endSure")}
                okText={t("live.end")}
                cancelText={t("common.cancel")}
                onConfirm={() => void run(() => live.step(view.session, { step: "end" }), t("live.ended"))}
              >
                <span>{t("live.end")}</span>
              </Popconfirm>
            ),
          },
        ]
      : []),
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button icon={<Icon name="more" />} aria-label={t("nav.more")} />
    </Dropdown>
  );
}

function SwitchLine({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className={css.switchLine}>
      <span>{label}</span>
      <Switch size="small" checked={on} onChange={onChange} aria-label={label} />
    </label>
  );
}
