import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { HostProduct, HostView, ViewMessage } from "../../../api/session-view.ts";
import { ApiError } from "../../api.ts";
import { useScreenView, useServerNow } from "../../feed/session-feed.ts";
import { cx } from "../../ui/cx.ts";
import type { Format } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { live } from "./client.ts";
import { statusClass, wholeMinutes } from "./figures.ts";
import "./live.css";
import { useFullScreen, useScreenFormat, useScreenLanguage, useWakeLock } from "./screen-tools.ts";
import { useWallTheme } from "./wall-theme.ts";
import css from "./host.module.css";

/** The tablet beside the camera: one number that is read from two metres, and what the control room says. */
export function HostPage() {
  const { token = "" } = useParams();
  const { t } = useTranslation();
  useWallTheme();
  useScreenLanguage();
  const seen = useScreenView(token);
  const now = useServerNow(seen.offsetMs);
  useTitle(t("screen.title"));
  const gone = seen.error instanceof ApiError && [401, 403, 404, 410].includes(seen.error.status);
  if (gone) return <Sentence title={t("screen.gone")} text={t("screen.goneText")} />;
  if (seen.view === null) {
    if (seen.error !== null || seen.link === "lost") {
      return <Sentence title={t("screen.lost")} text={t("screen.lostText")} />;
    }
    return <Sentence title={t("screen.waiting")} text="" />;
  }
  const staleMs = seen.staleSince === null ? null : now - seen.offsetMs - seen.staleSince;
  return <Host view={seen.view} token={token} now={now} staleMs={staleMs} />;
}

function Sentence({ title, text }: { title: string; text: string }) {
  return (
    <main className={cx(css.host, css.sentence)}>
      <h1>{title}</h1>
      <p>{text}</p>
    </main>
  );
}

interface HostProps {
  readonly view: HostView;
  readonly token: string;
  readonly now: number;
  /** How old the figures are; null: they are right. */
  readonly staleMs: number | null;
}

function Host({ view, token, now, staleMs }: HostProps) {
  const { t } = useTranslation();
  const format = useScreenFormat(view.currency);
  const { current, settings } = view;
  return (
    <main className={css.host} data-testid="host">
      <Top view={view} format={format} />
      <div className={cx(css.middle, staleMs !== null && "stale")}>
        {current === null ? (
          <p className={css.idle}>
            {view.life === "live" ? t("screen.noProduct") : t(`screen.life.${view.life}`)}
          </p>
        ) : (
          <Number product={current} lastUnits={settings.lastUnits} format={format} />
        )}
      </div>
      {staleMs !== null && (
        <p className={css.stale} role="alert" data-testid="stale">
          {t("screen.stale", { n: Math.max(1, Math.round(staleMs / 1_000)) })}
        </p>
      )}
      <Messages messages={view.messages} token={token} now={now} />
      <Bottom view={view} now={now} format={format} />
    </main>
  );
}

function Top({ view, format }: { view: HostView; format: Format }) {
  const { t } = useTranslation();
  const { current, settings } = view;
  const about: string[] = [];
  if (current !== null && settings.showPrice) about.push(format.money(current.price).replace(/\D00$/, ""));
  if (current !== null && settings.showLimit && current.buyerLimit !== null)
    about.push(t("screen.perBuyer", { n: current.buyerLimit }));
  // What is gone has no time left: the big word says so already.
  const eta = current !== null && current.sellable > 0 ? current.etaMinutes : null;
  return (
    <header className={css.top}>
      <div className={css.product}>
        <h1>{current?.name ?? view.title}</h1>
        <p>{about.join(" · ")}</p>
      </div>
      <div className={css.place}>
        {view.number !== null && (
          <div>
            {String(view.number).padStart(2, "0")} / {view.of}
          </div>
        )}
        {settings.showEta && eta !== null && <div>{t("screen.eta", { n: wholeMinutes(eta) })}</div>}
      </div>
    </header>
  );
}

/** Digits share the width: the more there are, the smaller each is. */
function digitsClass(text: string): string {
  if (text.length <= 2) return "";
  if (text.length === 3) return css.digits3 ?? "";
  return text.length <= 5 ? (css.digits5 ?? "") : (css.digits7 ?? "");
}

function Number({ product, lastUnits, format }: { product: HostProduct; lastUnits: number; format: Format }) {
  const { t } = useTranslation();
  const left = product.sellable;
  if (left <= 0) return <p className={cx(css.soldOut, "tier3")}>{t("screen.soldOut")}</p>;
  const last = left <= lastUnits;
  const text = format.number(left);
  return (
    <>
      <p className={css.lead}>{last ? t("screen.last") : t("screen.left")}</p>
      <p className={css.line}>
        <b
          className={cx(css.big, digitsClass(text), last ? "tier3" : statusClass(product.status))}
          data-testid="host-number"
        >
          {text}
        </b>
        <span className={css.unit}>{t("screen.unit")}</span>
      </p>
    </>
  );
}

function Messages({
  messages,
  token,
  now,
}: {
  messages: readonly ViewMessage[];
  token: string;
  now: number;
}) {
  const { t } = useTranslation();
  const acknowledge = useMutation({ mutationFn: (message: string) => live.acknowledge(token, message) });
  const waiting = messages.filter((message) => message.acknowledgedAt === null);
  const shown = waiting.at(-1) ?? messages.at(-1);
  if (shown === undefined) return <div />;
  const seconds = Math.max(0, (now - Date.parse(shown.at)) / 1_000);
  const age = seconds < 60 ? t("screen.justNow") : t("screen.minutesAgo", { n: Math.floor(seconds / 60) });
  const said = (
    <>
      <span className={css.said}>{shown.text}</span>
      <span className={css.from}>
        {t("screen.from")} · {age}
        {waiting.length > 1 && ` · ${t("screen.more", { n: waiting.length - 1 })}`}
      </span>
    </>
  );
  if (shown.acknowledgedAt !== null) return <div className={cx(css.message, css.read)}>{said}</div>;
  return (
    <button
      key={shown.id}
      type="button"
      className={cx(css.message, css.fresh)}
      disabled={acknowledge.isPending}
      onClick={() => acknowledge.mutate(shown.id)}
    >
      {said}
      <span className={css.tap}>{acknowledge.isError ? t("screen.again") : t("screen.gotIt")}</span>
    </button>
  );
}

function Bottom({ view, now, format }: { view: HostView; now: number; format: Format }) {
  const { t } = useTranslation();
  const wake = useWakeLock();
  const { full, possible, toggle } = useFullScreen();
  const { next, settings } = view;
  return (
    <footer className={css.bottom}>
      <p className={css.next}>
        {settings.showNext && next !== null && (
          <>
            {t("screen.next")} <b>{next.name}</b> ·{" "}
            {t("screen.nextLeft", { n: format.number(next.sellable) })}
          </>
        )}
      </p>
      <button
        type="button"
        className={css.clock}
        onClick={toggle}
        disabled={!possible}
        title={full ? t("screen.leaveFull") : t("screen.goFull")}
      >
        {wake === "off" && <span className={css.sleepy}>{t("screen.maySleep")}</span>}
        {format.minute(now)}
      </button>
    </footer>
  );
}
