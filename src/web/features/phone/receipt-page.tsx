import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { InboundItem } from "../../../api/inbound.ts";
import type { KeptGood } from "../../offline/database.ts";
import { keys } from "../../feed/apply.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Failure, Note, Skeleton, useProblemText } from "../../ui/state.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import { useFeedback } from "./feedback.tsx";
import { Pad, usePad } from "./pad.tsx";
import css from "./phone.module.css";
import {
  changed,
  emptyDelivery,
  removed,
  scanned,
  signedBody,
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
  const { data, error, refetch } = useQuery({
    queryKey: phoneKeys.receipt(id),
    queryFn: ({ signal }) => phoneApi.receipt(id, signal),
    refetchInterval: 15_000,
  });
  if (data === undefined) {
    return (
      <main className={css.page}>
        {error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </main>
    );
  }
  return <ReceiptScreen key={id} item={data} />;
}

/** What this person has counted: kept on the phone with every scan. */
function useDelivery(receipt: string) {
  const { store, person } = useWorld();
  const draftKey = `receive/${person}/${receipt}`;
  const [draft, setDraft] = useState<ReceiveDraft>(emptyDelivery);
  useEffect(() => {
    void store.draft<ReceiveDraft>(draftKey).then((kept) => kept !== null && setDraft(kept));
  }, [store, draftKey]);
  const change = async (make: (draft: ReceiveDraft) => ReceiveDraft | null) => {
    const next = await store.step<ReceiveDraft>(draftKey, (_number, before) => ({
      draft: make(before ?? emptyDelivery),
      records: [],
    }));
    setDraft(next ?? emptyDelivery);
  };
  return { draft, change };
}

/** Turns what was scanned into a product, or into a word about why not. */
function useProductScan(onGood: (good: KeptGood) => void) {
  const { t } = useTranslation();
  const say = useFeedback();
  const said = useSaid();
  const book = useCodeBook(noBins);
  const ask = async (code: string) => {
    try {
      const answer = await phoneApi.scan(code);
      if (answer.kind === "sku" && answer.sku !== undefined) {
        const name = answer.name ?? answer.sku;
        onGood(book.goodOf(answer.sku) ?? { sku: answer.sku, code: answer.sku, name, barcodes: [] });
        say("good", name);
      } else if (answer.kind === "bin") say("bad", t("phone.bad.bin_here", { code }));
      else say("bad", answer.words === undefined ? t("phone.bad.unknown", { code }) : said(answer.words));
    } catch {
      say("bad", t("phone.bad.unknown", { code }));
    }
  };
  return (burst: Burst) => {
    if (burst.kind === "several") say("bad", t("phone.bad.two_codes", { code: burst.codes.join(" ") }));
    if (burst.kind !== "code") return;
    const scan = book.judge(burst.code, "sku");
    if (scan.kind === "ask") void ask(scan.code);
    else if (scan.kind === "bad") say("bad", t(`phone.bad.${scan.why}`, { code: scan.code }));
    else if (scan.kind === "sku") {
      onGood(scan.good);
      say("good", scan.good.name);
    }
  };
}

function ReceiptScreen({ item }: { item: InboundItem }) {
  const { t } = useTranslation();
  useTitle(t("phone.receive.title"));
  const { draft, change } = useDelivery(item.receipt);
  const [padAt, setPadAt] = useState<number | null>(null);
  const [camera, setCamera] = useState(false);
  const say = useFeedback();
  const { mayCount } = item.mine;
  const onScan = useProductScan((good) => void change((before) => scanned(before, good)));
  const onBurst = (burst: Burst) => {
    if (!mayCount) return;
    if (padAt !== null && burst.kind !== "typed") say("bad", t("phone.bad.finish_pad"));
    else onScan(burst);
  };
  const line = padAt === null ? undefined : draft.lines[padAt];
  return (
    <div className={css.screen}>
      <ReceiptHead item={item} />
      {camera && mayCount && (
        <div className={css.camera}>
          <Suspense fallback={<Skeleton lines={2} />}>
            <Camera
              onBurst={onBurst}
              onNothing={() => say("bad", t("phone.bad.unknown", { code: "" }))}
              onClose={() => setCamera(false)}
            />
          </Suspense>
        </div>
      )}
      <main id="main" className={css.cards}>
        <Standing item={item} />
        {mayCount && draft.lines.length === 0 && <p className={css.ask}>{t("phone.receive.scanAll")}</p>}
        {mayCount && <Lines draft={draft} change={change} onPad={setPadAt} />}
      </main>
      {mayCount && (
        <ReceiptFoot
          item={item}
          draft={draft}
          camera={camera}
          onCamera={() => setCamera(!camera)}
          onSigned={() => void change(() => null)}
        />
      )}
      {line !== undefined && padAt !== null ? (
        <LinePad
          line={line}
          onBurst={onBurst}
          onClose={() => setPadAt(null)}
          onDone={(quantity) => void change((now) => changed(now, padAt, { quantity }))}
        />
      ) : (
        <Listener onBurst={onBurst} />
      )}
    </div>
  );
}

interface LinesProps {
  readonly draft: ReceiveDraft;
  readonly change: (make: (draft: ReceiveDraft) => ReceiveDraft | null) => Promise<void>;
  readonly onPad: (at: number) => void;
}

function Lines({ draft, change, onPad }: LinesProps) {
  return (
    <ul className={css.done}>
      {draft.lines.map((one, index) => (
        <LineRow
          key={`${one.sku} ${one.quality}`}
          line={one}
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
  readonly onBurst: (burst: Burst) => void;
  readonly onDone: (quantity: number) => void;
  readonly onClose: () => void;
}

function LinePad({ line, onBurst, onDone, onClose }: LinePadProps) {
  const pad = usePad();
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
        {t("phone.receive.differs", {
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
  readonly onPad: () => void;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function LineRow({ line, onPad, onTurn, onRemove }: LineRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={css.card} data-line={line.sku}>
      <span className={css.cardText}>
        <b>{line.name}</b>
        <small>{line.code}</small>
        <span className={css.lineActions}>
          <button
            type="button"
            className={cx(css.small, line.quality === "bad" && css.danger)}
            onClick={onTurn}
          >
            {t(`counts.quality.${line.quality}`)}
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
  readonly onSigned: () => void;
}

function ReceiptFoot({ item, draft, camera, onCamera, onSigned }: ReceiptFootProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const say = useFeedback();
  const textOf = useProblemText();
  const units = draft.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const sign = useMutation({
    mutationFn: () => phoneApi.sign(item.receipt, signedBody(draft)),
    onSuccess: (next) => {
      client.setQueryData(phoneKeys.receipt(item.receipt), next);
      void client.invalidateQueries({ queryKey: keys.stock });
      say(next.status === "differs" ? "bad" : "good", t(`phone.receive.status.${next.status}`));
      onSigned();
    },
    onError: (error) => say("bad", textOf(error)),
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
