import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { InboundItem, SignedCountBody } from "../../../api/inbound.ts";
import type { CountRecord } from "../../offline/records.ts";
import { keys } from "../../feed/apply.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import { OfflineStrip } from "./count-page.tsx";
import { useFeedback } from "./feedback.tsx";
import { caseWord, type CodeBook } from "./judge.ts";
import { Pad, usePad } from "./pad.tsx";
import css from "./phone.module.css";
import { LotForm } from "./receipt-lot.tsx";
import { readReceipt, useDelivery, useReceiptRecords, type Fresh } from "./receipt-offline.ts";
import {
  answered,
  changed,
  draftOf,
  heard,
  lineId,
  removed,
  scanned,
  type Heard,
  type ReceiveDraft,
  type ReceiveLine,
} from "./receiving.ts";
import { useScanner } from "./scanner.ts";
import { useCodeBook, useSaid, useWorld } from "./world.tsx";
import type { Burst } from "./wedge.ts";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));
const noBins: readonly string[] = [];

/** One delivery, counted by this person. */
export function ReceiptPage() {
  const { receipt: id = "" } = useParams();
  const { store, person } = useWorld();
  const { data, error, refetch } = useQuery({
    queryKey: phoneKeys.receipt(id),
    queryFn: ({ signal }) => readReceipt(store, person, id, signal),
    refetchInterval: 15_000,
    retry: false,
  });
  if (data === undefined) {
    return (
      <main className={css.page}>
        {error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </main>
    );
  }
  return <ReceiptScreen key={id} item={data.value} fresh={data.fresh} />;
}

interface TakeOptions {
  readonly hear: (burst: Burst) => Heard;
  readonly draft: ReceiveDraft;
  readonly book: CodeBook;
  readonly change: LinesProps["change"];
}

/** Does what a scan is, or says with a word and a sound why not. */
function useTake({ hear, draft, book, change }: TakeOptions) {
  const { t } = useTranslation();
  const say = useFeedback();
  const said = useSaid();
  const take = (what: Heard) => {
    if (what.kind === "bad") {
      const { why, code, words } = what;
      say("bad", words === undefined ? t(`phone.bad.${why}`, { code }) : said(words));
    } else if (what.kind === "take") {
      const { good, lot, units = 1 } = what;
      void change((before) => scanned(before, good, lot, units));
      say("good", [caseWord(good.name, units), lot?.lot ?? ""].filter(Boolean).join(" "));
    } else if (what.kind === "lot") {
      void change((before) => changed(before, 0, what.lot));
      say("good", what.lot.lot || what.lot.expiresOn);
    } else if (what.kind === "ask") void ask(what.code);
  };
  const ask = async (code: string) => {
    try {
      take(answered(await phoneApi.scan(code), { book, draft }));
    } catch {
      say("bad", t("phone.bad.unknown", { code }));
    }
  };
  return (burst: Burst) => take(hear(burst));
}

function ReceiptScreen({ item, fresh }: { item: InboundItem; fresh: boolean }) {
  const { t } = useTranslation();
  useTitle(t("phone.receive.title"));
  const { draft, change, sign } = useDelivery(item.receipt);
  const [padAt, setPadAt] = useState<number | null>(null);
  const [lotAt, setLotAt] = useState<number | null>(null);
  const [camera, setCamera] = useState(false);
  const book = useCodeBook(noBins);
  const signed = useReceiptRecords(item.receipt)
    .filter((one) => one.kind === "sign")
    .at(-1);
  const mayCount = item.mine.mayCount && signed?.state !== "waiting";
  const open = padAt !== null ? "pad" : lotAt !== null ? "lot" : "none";
  const hear = (burst: Burst): Heard => (mayCount ? heard(burst, { book, draft, open }) : { kind: "none" });
  const onBurst = useTake({ hear, draft, book, change });
  const [line, lotLine] = [padAt, lotAt].map((at) => (at === null ? undefined : draft.lines[at]));
  return (
    <div className={css.screen}>
      <ReceiptHead item={item} />
      <OfflineStrip fresh={fresh} />
      {camera && mayCount && lotLine === undefined && (
        <ReceiptCamera onBurst={onBurst} onClose={() => setCamera(false)} />
      )}
      <main id="main" className={css.cards}>
        <Standing item={item} />
        {signed !== undefined && mayCount && draft.lines.length === 0 && (
          <Refused record={signed} onAgain={(body) => void change(() => draftOf(body, book))} />
        )}
        {signed?.state === "waiting" && <Note tone="warn">{t("phone.receive.signedHere")}</Note>}
        {lotLine !== undefined && lotAt !== null && (
          <LotForm
            key={lotAt}
            line={lotLine}
            hear={hear}
            onClose={() => setLotAt(null)}
            onDone={(lot) => {
              void change((now) => changed(now, lotAt, lot));
              setLotAt(null);
            }}
          />
        )}
        {mayCount && draft.lines.length === 0 && <p className={css.ask}>{t("phone.receive.scanAll")}</p>}
        {mayCount && lotLine === undefined && (
          <Lines draft={draft} change={change} onPad={setPadAt} onLot={setLotAt} />
        )}
      </main>
      {mayCount && lotLine === undefined && (
        <ReceiptFoot
          item={item}
          draft={draft}
          camera={camera}
          onCamera={() => setCamera(!camera)}
          onSign={sign}
        />
      )}
      {line !== undefined && padAt !== null && (
        <LinePad
          line={line}
          each={book.caseUnits(line.sku)}
          onBurst={onBurst}
          onClose={() => setPadAt(null)}
          onDone={(quantity) => void change((now) => changed(now, padAt, { quantity }))}
        />
      )}
      {open === "none" && <Listener onBurst={onBurst} />}
    </div>
  );
}

interface ReceiptCameraProps {
  readonly onBurst: (burst: Burst) => void;
  readonly onClose: () => void;
}

function ReceiptCamera({ onBurst, onClose }: ReceiptCameraProps) {
  const { t } = useTranslation();
  const say = useFeedback();
  return (
    <div className={css.camera}>
      <Suspense fallback={<Skeleton lines={2} />}>
        <Camera
          onBurst={onBurst}
          onNothing={() => say("bad", t("phone.bad.unknown", { code: "" }))}
          onClose={onClose}
        />
      </Suspense>
    </div>
  );
}

interface RefusedProps {
  readonly record: Extract<CountRecord, { readonly kind: "sign" }>;
  readonly onAgain: (body: SignedCountBody) => void;
}

/** The server did not take the signature: its words, and the lines to count on from. */
function Refused({ record, onAgain }: RefusedProps) {
  const { t } = useTranslation();
  const said = useSaid();
  if (record.state !== "refused") return null;
  return (
    <>
      <Note tone="bad">{t("phone.receive.refusedHere", { words: said(record.words) })}</Note>
      <button type="button" className={css.button} onClick={() => onAgain(record.sign)}>
        {t("phone.receive.countOn")}
      </button>
    </>
  );
}

interface LinesProps {
  readonly draft: ReceiveDraft;
  readonly change: (make: (draft: ReceiveDraft) => ReceiveDraft | null) => Promise<void>;
  readonly onPad: (at: number) => void;
  readonly onLot: (at: number) => void;
}

function Lines({ draft, change, onPad, onLot }: LinesProps) {
  return (
    <ul className={css.done}>
      {draft.lines.map((one, index) => (
        <LineRow
          key={lineId(one)}
          line={one}
          onLot={() => onLot(index)}
          onPad={() => onPad(index)}
          onTurn={() =>
            void change((now) => changed(now, index, { quality: one.quality === "good" ? "bad" : "good" }))
          }
          onRemove={() => void change((now) => removed(now, index))}
        />
      ))}
    </ul>
  );
}

function Listener({ onBurst }: { onBurst: (burst: Burst) => void }) {
  useScanner(onBurst);
  return null;
}

interface LinePadProps {
  readonly line: ReceiveLine;
  /** Units in its case, where that is known. */
  readonly each: number | null;
  readonly onBurst: (burst: Burst) => void;
  readonly onDone: (quantity: number) => void;
  readonly onClose: () => void;
}

function LinePad({ line, each, onBurst, onDone, onClose }: LinePadProps) {
  const pad = usePad(each);
  useScanner((burst) => {
    if (burst.kind !== "typed") return onBurst(burst);
    for (const key of burst.keys) if (/\d/.test(key)) pad.press(key);
  });
  const done = (quantity: number) => {
    onDone(quantity);
    onClose();
  };
  return <Pad pad={pad} name={line.name} onDone={done} onClose={onClose} />;
}

function ReceiptHead({ item }: { item: InboundItem }) {
  const { t } = useTranslation();
  const said = useSaid();
  const { name } = useWorld();
  const title = [item.supplier, item.note].filter((one) => one !== "").join(" · ");
  return (
    <header className={css.head}>
      <div className={css.bar}>
        <Link to="/phone/receive" className={css.back} aria-label={t("common.back")}>
          <Icon name="back" size={24} />
        </Link>
        <div className={css.titles}>
          <h1>{title === "" ? t("phone.receive.untitled") : title}</h1>
          <small>{said(item.mine.words)}</small>
        </div>
        <small className={css.who}>{name}</small>
      </div>
    </header>
  );
}

/** What is known of the delivery: that it is booked, or where two counts differ. */
function Standing({ item }: { item: InboundItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (item.status === "booked") {
    return (
      <>
        <Note tone="good">{t("phone.receive.booked", { seq: format.number(item.seq ?? 0) })}</Note>
        {item.noteDifferences.map((row) => (
          <Note key={row.sku} tone="warn">
            {t("phone.receive.noteDiffers", { name: row.name, noted: row.noted, came: row.came })}
          </Note>
        ))}
      </>
    );
  }
  if (item.status === "differs") {
    return item.differences.map((row) => (
      <Note key={`${row.sku} ${row.lot} ${row.quality}`} tone="bad">
        {row.dates.length > 0
          ? t("phone.receive.datesDiffer", { name: row.name, dates: row.dates.join(" / ") })
          : t("phone.receive.differs", {
              name: row.name,
              counts: row.quantities.map(format.number).join(" / "),
            })}
      </Note>
    ));
  }
  return !item.mine.mayCount && item.status === "second" ? (
    <Note tone="warn">{t("phone.receive.waitSecond")}</Note>
  ) : null;
}

interface LineRowProps {
  readonly line: ReceiveLine;
  readonly onLot: () => void;
  readonly onPad: () => void;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function LineRow({ line, onLot, onPad, onTurn, onRemove }: LineRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={css.card} data-line={line.sku}>
      <span className={css.cardText}>
        <b>{line.name}</b>
        <small>{[line.code, line.lot, line.expiresOn].filter(Boolean).join(" · ")}</small>
        <span className={css.lineActions}>
          <button
            type="button"
            className={cx(css.small, line.quality === "bad" && css.danger)}
            onClick={onTurn}
          >
            {t(`counts.quality.${line.quality}`)}
          </button>
          <button type="button" className={css.small} onClick={onLot}>
            {t("phone.receive.lot")}
          </button>
          <button type="button" className={css.small} onClick={onRemove}>
            {t("common.remove")}
          </button>
        </span>
      </span>
      <button type="button" className={css.tapFigure} aria-label={t("phone.count.type")} onClick={onPad}>
        <span className={css.quantity}>{format.number(line.quantity)}</span>
      </button>
    </li>
  );
}

interface ReceiptFootProps {
  readonly item: InboundItem;
  readonly draft: ReceiveDraft;
  readonly camera: boolean;
  readonly onCamera: () => void;
  readonly onSign: () => Promise<void>;
}

function ReceiptFoot({ item, draft, camera, onCamera, onSign }: ReceiptFootProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const say = useFeedback();
  const units = draft.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const sign = useMutation({
    mutationFn: onSign,
    onSuccess: async () => {
      const queryKey = phoneKeys.receipt(item.receipt);
      await client.refetchQueries({ queryKey });
      void client.invalidateQueries({ queryKey: keys.stock });
      const next = client.getQueryData<Fresh<InboundItem>>(queryKey);
      if (next?.fresh !== true) return say("good", t("phone.receive.signedHere"));
      const { status } = next.value;
      say(status === "differs" ? "bad" : "good", t(`phone.receive.status.${status}`));
    },
  });
  return (
    <footer className={css.foot}>
      <div className={css.footNote}>
        <ErrorNote error={sign.error} />
      </div>
      <button type="button" className={cx(css.button, css.plain)} aria-pressed={camera} onClick={onCamera}>
        {t(camera ? "phone.count.stopCamera" : "phone.count.scan")}
      </button>
      <button
        type="button"
        className={css.button}
        disabled={units === 0 || sign.isPending}
        onClick={() => sign.mutate()}
      >
        {t("phone.receive.sign", { count: units, n: format.number(units) })}
      </button>
    </footer>
  );
}
