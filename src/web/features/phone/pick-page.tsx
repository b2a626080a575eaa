import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { WaveSheet } from "../../../api/outbound.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Failure, Note, Skeleton } from "../../ui/state.tsx";
import { OfflineStrip } from "./count-page.tsx";
import { Pad, usePad } from "./pad.tsx";
import css from "./phone.module.css";
import { BackList, StopCard, StopList } from "./pick-cards.tsx";
import { isAtBin, type Stop } from "./picking.ts";
import { useScanner } from "./scanner.ts";
import { usePicking, useWave, type Picking } from "./use-picking.ts";
import type { Burst } from "./wedge.ts";
import { useSaid, useWorld } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));

/** One wave on the phone. */
export function PickPage() {
  const { wave: id = "" } = useParams();
  const { data, error, refetch } = useWave(id);
  if (data === undefined) {
    return (
      <main className={css.page}>
        {error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </main>
    );
  }
  return <PickScreen key={id} sheet={data.sheet} fresh={data.fresh} />;
}

function PickScreen({ sheet, fresh }: { sheet: WaveSheet; fresh: boolean }) {
  const { t } = useTranslation();
  const picking = usePicking(sheet);
  const [padOpen, setPadOpen] = useState(false);
  const [cameraOpen, setCameraOpen] = useState(false);
  useTitle(t("pick.title"));
  const { stop, draft } = picking;
  const onBurst = (burst: Burst) => {
    if (burst.kind !== "typed" && padOpen) picking.bad("finish_pad");
    else picking.burst(burst);
  };
  return (
    <div className={css.screen} data-ready={picking.ready}>
      <Head sheet={sheet} picking={picking} />
      <OfflineStrip fresh={fresh} />
      {cameraOpen && (
        <div className={css.camera}>
          <Suspense fallback={<Skeleton lines={2} />}>
            <Camera
              onBurst={onBurst}
              onNothing={() => picking.bad("unknown")}
              onClose={() => setCameraOpen(false)}
            />
          </Suspense>
        </div>
      )}
      <main id="main" className={css.cards}>
        {sheet.item.stage === "cancelled" && <p className={css.over}>{t("pick.over")}</p>}
        {stop !== null && <StopCard stop={stop} picking={picking} onPad={() => setPadOpen(true)} />}
        {stop === null && <AllPicked sheet={sheet} />}
        <Refused picking={picking} />
        <BackList picking={picking} />
        <StopList picking={picking} />
      </main>
      <Foot
        picking={picking}
        wave={sheet.item.wave}
        cameraOpen={cameraOpen}
        onCamera={() => setCameraOpen(!cameraOpen)}
      />
      {padOpen && stop !== null ? (
        <StopPad stop={stop} picking={picking} onBurst={onBurst} onClose={() => setPadOpen(false)} />
      ) : (
        <Listener onBurst={onBurst} />
      )}
      <span hidden data-draft={draft.units} />
    </div>
  );
}

function Listener({ onBurst }: { onBurst: (burst: Burst) => void }) {
  useScanner(onBurst);
  return null;
}

interface StopPadProps {
  readonly stop: Stop;
  readonly picking: Picking;
  readonly onBurst: (burst: Burst) => void;
  readonly onClose: () => void;
}

function StopPad({ stop, picking, onBurst, onClose }: StopPadProps) {
  const pad = usePad(picking.caseUnits(stop.sku));
  useScanner((burst) => {
    if (burst.kind !== "typed") return onBurst(burst);
    for (const key of burst.keys) if (/\d/.test(key)) pad.press(key);
  });
  const done = (units: number) => {
    if (units > stop.left) return picking.bad("too_many");
    void picking.do({ kind: "units", stop, units });
    onClose();
  };
  return <Pad pad={pad} name={picking.nameOf(stop.sku)} onDone={done} onClose={onClose} />;
}

function Head({ sheet, picking }: { sheet: WaveSheet; picking: Picking }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name } = useWorld();
  const { item } = sheet;
  const picked = picking.stops.reduce((sum, one) => sum + one.picked, 0);
  const left = picking.stops.reduce((sum, one) => sum + one.left, 0);
  const facts = [
    t("pick.progress", { n: format.number(picked), all: format.number(picked + left) }),
    t("pick.ordersOf", { count: item.orders, n: format.number(item.orders) }),
  ];
  return (
    <header className={css.head}>
      <div className={css.bar}>
        <Link to="/phone/pick" className={css.back} aria-label={t("common.back")}>
          <Icon name="back" size={24} />
        </Link>
        <div className={css.titles}>
          <h1>{item.purpose === "" ? t("pick.title") : item.purpose}</h1>
          <small>{facts.join(" · ")}</small>
        </div>
        <small className={css.who}>{name}</small>
      </div>
      <progress
        className={css.progress}
        aria-label={t("pick.progressName")}
        value={picked}
        max={Math.max(1, picked + left)}
      />
    </header>
  );
}

function AllPicked({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { short } = sheet.item;
  return (
    <>
      <div className={css.all}>
        <Icon name="check" size={30} />
        <b>{t("pick.allDone")}</b>
      </div>
      {short > 0 && <Note tone="warn">{t("pick.shortOf", { count: short, n: format.number(short) })}</Note>}
    </>
  );
}

/** What the server did not take: the goods are in the hands and must go back. */
function Refused({ picking }: { picking: Picking }) {
  const { t } = useTranslation();
  const said = useSaid();
  const refused = picking.records.filter((one) => one.kind === "pick" && one.state === "refused");
  return refused.slice(-3).map((one) => (
    <Note key={one.number} tone="bad">
      {one.kind === "pick" && t("pick.refused", { name: one.name, why: said(one.words) })}
    </Note>
  ));
}

interface FootProps {
  readonly picking: Picking;
  readonly wave: string;
  readonly cameraOpen: boolean;
  readonly onCamera: () => void;
}

function Foot({ picking, wave, cameraOpen, onCamera }: FootProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stop, draft } = picking;
  const inHand = stop !== null && draft.task === stop.task && isAtBin(draft, stop) ? draft.units : 0;
  return (
    <footer className={css.foot}>
      {inHand > 0 ? (
        <button
          type="button"
          className={cx(css.button, css.plain)}
          onClick={() => void picking.do({ kind: "keep" })}
        >
          {t("pick.keep", { count: inHand, n: format.number(inHand) })}
        </button>
      ) : (
        <Link
          to={`/phone/ship/${encodeURIComponent(wave)}`}
          className={cx(css.button, css.plain, css.linkButton)}
        >
          {t("pick.toShip")}
        </Link>
      )}
      <button type="button" className={css.button} aria-pressed={cameraOpen} onClick={onCamera}>
        {t(cameraOpen ? "phone.count.stopCamera" : "phone.count.scan")}
      </button>
    </footer>
  );
}
