import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { CounterSheet } from "../../../api/counts.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import { CardView, DoneList } from "./count-cards.tsx";
import { binsOf, closedBins } from "./counting.ts";
import { useFeedback } from "./feedback.tsx";
import { Pad, usePad } from "./pad.tsx";
import css from "./phone.module.css";
import { useScanner } from "./scanner.ts";
import { useCounting, useSheet, type Counting } from "./use-counting.ts";
import type { Burst } from "./wedge.ts";
import { useOutboxState, useSaid, useWaiting, useWorld } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));

/** One sheet on the phone. */
export function CountPage() {
  const { sheet: id = "" } = useParams();
  const { data, error, refetch } = useSheet(id);
  if (data === undefined) {
    return (
      <main className={css.page}>
        {error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </main>
    );
  }
  return <CountScreen key={id} sheet={data.sheet} fresh={data.fresh} />;
}

function CountScreen({ sheet, fresh }: { sheet: CounterSheet; fresh: boolean }) {
  const { t } = useTranslation();
  const counting = useCounting(sheet);
  const [padOpen, setPadOpen] = useState(false);
  const [cameraOpen, setCameraOpen] = useState(false);
  const { draft } = counting;
  useTitle(t("phone.count.title"));
  const onBurst = (burst: Burst) => {
    if (burst.kind !== "typed" && padOpen) counting.bad("finish_pad");
    else counting.burst(burst);
  };
  return (
    <div className={css.screen} data-ready={counting.ready}>
      <Head sheet={sheet} counting={counting} />
      <OfflineStrip fresh={fresh} />
      {sheet.item.notice !== null && draft.bin === null && <Notice sheet={sheet} />}
      {cameraOpen && (
        <div className={css.camera}>
          <Suspense fallback={<Skeleton lines={2} />}>
            <Camera
              onBurst={onBurst}
              onNothing={() => counting.bad("unknown")}
              onClose={() => setCameraOpen(false)}
            />
          </Suspense>
        </div>
      )}
      <main id="main" className={css.cards}>
        {sheet.item.status !== "open" && <p className={css.over}>{t("phone.count.over")}</p>}
        {draft.bin === null ? (
          <BinPicker sheet={sheet} counting={counting} />
        ) : (
          <OpenBin counting={counting} onPad={() => setPadOpen(true)} />
        )}
        <Unclear sheet={sheet} />
        <DoneList counting={counting} />
      </main>
      <Foot counting={counting} cameraOpen={cameraOpen} onCamera={() => setCameraOpen(!cameraOpen)} />
      {padOpen && draft.card !== null ? (
        <CountPad counting={counting} onBurst={onBurst} onClose={() => setPadOpen(false)} />
      ) : (
        <Listener onBurst={onBurst} />
      )}
    </div>
  );
}

function Listener({ onBurst }: { onBurst: (burst: Burst) => void }) {
  useScanner(onBurst);
  return null;
}

interface CountPadProps {
  readonly counting: Counting;
  readonly onBurst: (burst: Burst) => void;
  readonly onClose: () => void;
}

function CountPad({ counting, onBurst, onClose }: CountPadProps) {
  const { card } = counting.draft;
  const pad = usePad(card === null ? null : counting.book.caseUnits(card.sku));
  useScanner((burst) => {
    if (burst.kind !== "typed") return onBurst(burst);
    for (const key of burst.keys) if (/\d/.test(key)) pad.press(key);
  });
  const done = (total: number) => {
    void counting.do({ kind: "total", total });
    onClose();
  };
  return <Pad pad={pad} name={card?.name ?? ""} onDone={done} onClose={onClose} />;
}

function Head({ sheet, counting }: { sheet: CounterSheet; counting: Counting }) {
  const { t } = useTranslation();
  const { name } = useWorld();
  const { item } = sheet;
  const bins = binsOf(sheet);
  const closed = closedBins(sheet, counting.records);
  const facts = [
    t("phone.count.bins", { done: closed.size, all: bins.length }),
    t(item.blind ? "counts.blind" : "counts.open"),
    t("counts.whileSelling"),
  ];
  return (
    <header className={css.head}>
      <div className={css.bar}>
        <Link to="/phone" className={css.back} aria-label={t("common.back")}>
          <Icon name="back" size={24} />
        </Link>
        <div className={css.titles}>
          <h1>{item.purpose === "" ? t(`counts.kind.${item.kind}`) : item.purpose}</h1>
          <small>{facts.join(" · ")}</small>
        </div>
        <small className={css.who}>{name}</small>
      </div>
      <progress
        className={css.progress}
        aria-label={t("phone.count.progress")}
        value={closed.size}
        max={Math.max(1, bins.length)}
      />
    </header>
  );
}

/** Says where what was counted is: on the phone alone, or on its way. */
export function OfflineStrip({ fresh }: { fresh: boolean }) {
  const { t } = useTranslation();
  const state = useOutboxState();
  const { mine, others } = useWaiting();
  const offline = state === "offline" || !fresh;
  return (
    <div aria-live="polite" data-waiting={mine}>
      {state === "signed_out" && (
        <div className={css.strip}>
          {t("phone.offline.signedOut", { count: mine, n: mine })}{" "}
          <Link to="/sign-in?next=/phone">{t("phone.signIn")}</Link>
        </div>
      )}
      {state !== "signed_out" && offline && (
        <div className={css.strip}>
          {mine > 0 ? t("phone.offline.waiting", { count: mine, n: mine }) : t("phone.offline.nothing")}
        </div>
      )}
      {others > 0 && (
        <div className={css.strip}>{t("phone.offline.others", { count: others, n: others })}</div>
      )}
    </div>
  );
}

function Notice({ sheet }: { sheet: CounterSheet }) {
  const said = useSaid();
  return <p className={css.unscanned}>{said(sheet.item.notice)}</p>;
}

/** Which bin comes next: scanned, or tapped. */
function BinPicker({ sheet, counting }: { sheet: CounterSheet; counting: Counting }) {
  const { t } = useTranslation();
  const closed = closedBins(sheet, counting.records);
  const left = binsOf(sheet).filter(({ bin }) => !closed.has(bin));
  const shownMax = 60;
  if (left.length === 0) {
    return (
      <div className={css.all}>
        <Icon name="check" size={30} />
        <b>{t("phone.count.allDone")}</b>
      </div>
    );
  }
  return (
    <section className={css.picker} aria-label={t("phone.count.pickBin")}>
      <p className={css.ask}>{t("phone.count.pickBin")}</p>
      <ul className={css.bins}>
        {left.slice(0, shownMax).map(({ bin }) => (
          <li key={bin}>
            <button type="button" onClick={() => counting.open(bin)}>
              {bin === "" ? t("counts.noBin") : bin}
            </button>
          </li>
        ))}
      </ul>
      {left.length > shownMax && (
        <p className="muted">{t("phone.count.moreBins", { n: left.length - shownMax })}</p>
      )}
    </section>
  );
}

function OpenBin({ counting, onPad }: { counting: Counting; onPad: () => void }) {
  const { t } = useTranslation();
  const { draft } = counting;
  const bin = draft.bin === "" ? t("counts.noBin") : draft.bin;
  return (
    <>
      <div className={css.openBin}>
        <div>
          <small>{t("phone.count.openBin")}</small>
          <b>{bin}</b>
        </div>
        <button
          type="button"
          className={css.small}
          onClick={() => void counting.do({ kind: "leave", newId: counting.newId() })}
        >
          {t("phone.count.leave")}
        </button>
        <button
          type="button"
          className={cx(css.small, css.strong)}
          onClick={() => void counting.do({ kind: "close", newId: counting.newId() })}
        >
          {t("phone.count.closeBin")}
        </button>
      </div>
      {draft.card === null ? (
        <p className={css.ask}>{t("phone.count.scanSku")}</p>
      ) : (
        <CardView card={draft.card} counting={counting} onPad={onPad} />
      )}
    </>
  );
}

/** Two entries of one person that do not say whether they add up: this person says it. */
function Unclear({ sheet }: { sheet: CounterSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const say = useFeedback();
  const id = sheet.item.sheet;
  const resolve = useMutation({
    mutationFn: (body: Parameters<typeof phoneApi.resolve>[1]) => phoneApi.resolve(id, body),
    onSuccess: () => client.invalidateQueries({ queryKey: phoneKeys.sheet(id) }),
    onError: () => say("bad", t("phone.offline.needed")),
  });
  return sheet.unclear.map(({ entry, cell, quantity }) => (
    <section key={entry} className={cx(css.card, css.unclear)}>
      <b>{t("phone.unclear.title", { name: sheet.goods[cell.sku]?.name ?? cell.sku, bin: cell.bin })}</b>
      <p>{t("phone.unclear.text", { n: format.number(quantity) })}</p>
      <div className={css.choices}>
        {(["add", "replace", "drop"] as const).map((as) => (
          <button key={as} type="button" className={css.small} onClick={() => resolve.mutate({ entry, as })}>
            {t(`phone.unclear.${as}`)}
          </button>
        ))}
      </div>
    </section>
  ));
}

interface FootProps {
  readonly counting: Counting;
  readonly cameraOpen: boolean;
  readonly onCamera: () => void;
}

function Foot({ counting, cameraOpen, onCamera }: FootProps) {
  const { t } = useTranslation();
  const { card } = counting.draft;
  const turn = () => {
    if (card === null) return;
    void counting.do({ kind: "quality", before: (quality) => counting.beforeOf(card.sku, quality) });
  };
  return (
    <footer className={css.foot}>
      <button type="button" className={cx(css.button, css.plain)} disabled={card === null} onClick={turn}>
        {t(card?.quality === "bad" ? "phone.count.asGood" : "phone.count.asBad")}
      </button>
      <button type="button" className={css.button} aria-pressed={cameraOpen} onClick={onCamera}>
        {t(cameraOpen ? "phone.count.stopCamera" : "phone.count.scan")}
      </button>
    </footer>
  );
}
