import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PutAwayAnswer } from "../../../api/floor.ts";
import { api, apiBase, newKey, request } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { phoneApi } from "./client.ts";
import { useFeedback } from "./feedback.tsx";
import { caseWord, type CodeBook } from "./judge.ts";
import {
  answeredMove,
  changedHand,
  forgotten,
  heardMove,
  pickedUp,
  scannedBin,
  type InHand,
  type MadeMove,
  type MoveBook,
  type MoveHeard,
  type MoveStep,
  typedBin,
} from "./moves.ts";
import { useBinNames, useMoves } from "./moves-world.tsx";
import { Pad, usePad } from "./pad.tsx";
import css from "./phone.module.css";
import { useScanner } from "./scanner.ts";
import type { Burst } from "./wedge.ts";
import { useCodeBook, useSaid, useWorld } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));
const warehouseKept = "zaiku.phone.warehouse";

/** Goods to another bin: scan where they are, what they are, where they go. */
export function MovePage() {
  const { t } = useTranslation();
  useTitle(t("phone.move.title"));
  const [warehouse, setWarehouse] = useState(() => localStorage.getItem(warehouseKept) ?? "main");
  const [padOpen, setPadOpen] = useState(false);
  const moving = useMoving(warehouse, padOpen);
  const { book, onBurst } = moving;
  const [camera, setCamera] = useState(false);
  const say = useFeedback();
  const choose = (next: string) => {
    localStorage.setItem(warehouseKept, next);
    setWarehouse(next);
  };
  return (
    <div className={css.screen}>
      <MoveHead warehouse={warehouse} onChoose={choose} />
      {camera && (
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
        <Hand moving={moving} warehouse={warehouse} onPad={() => setPadOpen(true)} />
        <Made moving={moving} />
      </main>
      <footer className={css.foot}>
        <button
          type="button"
          className={cx(css.button, css.plain)}
          disabled={book.hand.good === null}
          onClick={() => moving.set({ quality: book.hand.quality === "good" ? "bad" : "good" })}
        >
          {t(book.hand.quality === "bad" ? "phone.count.asGood" : "phone.count.asBad")}
        </button>
        <button type="button" className={css.button} aria-pressed={camera} onClick={() => setCamera(!camera)}>
          {t(camera ? "phone.count.stopCamera" : "phone.count.scan")}
        </button>
      </footer>
      {padOpen && book.hand.good !== null ? (
        <HandPad
          name={book.hand.good.name}
          each={moving.codes.caseUnits(book.hand.good.sku)}
          onBurst={onBurst}
          onClose={() => setPadOpen(false)}
          onDone={(quantity) => moving.set({ quantity })}
        />
      ) : (
        <Listener onBurst={onBurst} />
      )}
    </div>
  );
}

interface Moving {
  readonly book: MoveBook;
  readonly codes: CodeBook;
  readonly onBurst: (burst: Burst) => void;
  readonly set: (part: Partial<InHand>) => void;
  /** @param typed by hand: it may be no bin at all */
  readonly putInto: (bin: string, typed: boolean) => void;
  readonly forget: (key: string) => void;
}

/** What a scan means with what is in hand, and what becomes of it. */
function useMoving(warehouse: string, padOpen: boolean): Moving {
  const { t } = useTranslation();
  const say = useFeedback();
  const said = useSaid();
  const { book, change } = useMoves();
  const codes = useCodeBook(useBinNames(warehouse));
  const take = (make: (book: MoveBook) => MoveStep, good: string) => {
    const step = make(book);
    if (step.kind === "bad") return say("bad", t(`phone.move.bad.${step.why}`));
    say("good", good);
    void change((now) => {
      const again = make(now);
      return again.kind === "book" ? again.book : now;
    });
  };
  const onBin = (bin: string) => {
    const made = { key: newKey(), warehouse, at: Date.now() };
    const { from, good } = book.hand;
    const word = from !== null && good !== null ? t("phone.move.put", { bin }) : bin;
    take((now) => scannedBin(now, bin, made), word);
  };
  const { hand } = book;
  const does = (what: MoveHeard): void => {
    if (what.kind === "bin") onBin(what.bin);
    else if (what.kind === "good") {
      const { good, lot, units } = what;
      take((now) => pickedUp(now, good, lot, units), caseWord(good.name, units));
    } else if (what.kind === "bad") {
      const { why, code, words } = what;
      say("bad", words === undefined ? t(`phone.bad.${why}`, { code }) : said(words));
    } else if (what.kind === "ask") void ask(what.code);
  };
  const ask = async (code: string) => {
    try {
      does(answeredMove(await phoneApi.scan(code, warehouse), { codes, hand }));
    } catch {
      say("bad", t("phone.bad.unknown", { code }));
    }
  };
  return {
    book,
    codes,
    set: (part) => void change((now) => changedHand(now, part)),
    putInto: (bin, typed) => (typed ? does(typedBin(bin, codes)) : onBin(bin)),
    forget: (key) => void change((now) => forgotten(now, key)),
    onBurst: (burst) => does(heardMove(burst, { codes, hand, padOpen })),
  };
}

function Listener({ onBurst }: { onBurst: (burst: Burst) => void }) {
  useScanner(onBurst);
  return null;
}

function MoveHead({ warehouse, onChoose }: { warehouse: string; onChoose: (warehouse: string) => void }) {
  const { t } = useTranslation();
  const { name } = useWorld();
  const { state, waiting } = useMoves();
  const { data } = useQuery({
    queryKey: keys.warehouses,
    queryFn: api.warehouses,
    staleTime: 60_000,
    retry: false,
  });
  const warehouses = data?.items ?? [];
  return (
    <header className={css.head}>
      <div className={css.bar}>
        <Link to="/phone" className={css.back} aria-label={t("common.back")}>
          <Icon name="back" size={24} />
        </Link>
        <div className={css.titles}>
          <h1>{t("phone.move.title")}</h1>
          {warehouses.length > 1 ? (
            <select
              className={css.pick}
              value={warehouse}
              aria-label={t("floor.warehouse")}
              onChange={(event) => onChoose(event.target.value)}
            >
              {warehouses.map((one) => (
                <option key={one.warehouse} value={one.warehouse}>
                  {one.name}
                </option>
              ))}
            </select>
          ) : (
            <small>{t("phone.move.note")}</small>
          )}
        </div>
        <small className={css.who}>{name}</small>
      </div>
      <div aria-live="polite" data-waiting={waiting}>
        {state === "offline" && (
          <div className={css.strip}>{t("phone.offline.waiting", { count: waiting, n: waiting })}</div>
        )}
        {state === "signed_out" && (
          <div className={css.strip}>
            {t("phone.offline.signedOut", { count: waiting, n: waiting })}{" "}
            <Link to="/sign-in?next=/phone/move">{t("phone.signIn")}</Link>
          </div>
        )}
      </div>
    </header>
  );
}

interface HandProps {
  readonly moving: Moving;
  readonly warehouse: string;
  readonly onPad: () => void;
}

function Hand({ moving, warehouse, onPad }: HandProps) {
  const { t } = useTranslation();
  const { hand } = moving.book;
  if (hand.from === null) {
    return (
      <section className={css.picker}>
        <p className={css.ask}>{t("phone.move.scanFrom")}</p>
        <button type="button" className={cx(css.button, css.plain)} onClick={() => moving.set({ from: "" })}>
          {t("phone.move.unplaced")}
        </button>
      </section>
    );
  }
  return (
    <>
      <div className={css.openBin}>
        <div>
          <small>{t("phone.move.from")}</small>
          <b data-from={hand.from}>{hand.from === "" ? t("counts.noBin") : hand.from}</b>
        </div>
        <button
          type="button"
          className={css.small}
          onClick={() => moving.set({ from: null, good: null, lot: null, quantity: 0, quality: "good" })}
        >
          {t("phone.move.otherBin")}
        </button>
      </div>
      {hand.good === null ? (
        <p className={css.ask}>{t("phone.move.scanSku")}</p>
      ) : (
        <HandCard moving={moving} good={hand.good} warehouse={warehouse} onPad={onPad} />
      )}
    </>
  );
}

interface HandCardProps extends HandProps {
  readonly good: NonNullable<InHand["good"]>;
}

function HandCard({ moving, good, warehouse, onPad }: HandCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { hand } = moving.book;
  const step = (by: number) => moving.set({ quantity: Math.max(0, hand.quantity + by) });
  const facts = [good.code, ...(hand.lot === null ? [] : [t("counts.lotOf", { lot: hand.lot })])];
  return (
    <>
      <section className={css.current} aria-label={t("phone.move.inHand")}>
        <div className={css.cardHead}>
          <div>
            <b>{good.name}</b>
            <small>{facts.join(" · ")}</small>
          </div>
          <Tag tone={hand.quality === "good" ? "ok" : "tier3"}>{t(`counts.quality.${hand.quality}`)}</Tag>
        </div>
        <div className={css.stepper}>
          <button type="button" aria-label={t("phone.count.less")} onClick={() => step(-1)}>
            −
          </button>
          <button type="button" className={css.big} aria-label={t("phone.count.type")} onClick={onPad}>
            <output data-total>{format.number(hand.quantity)}</output>
          </button>
          <button type="button" aria-label={t("phone.count.more")} onClick={() => step(1)}>
            +
          </button>
        </div>
        <div className={css.cardFoot}>
          <span />
          <button
            type="button"
            onClick={() => moving.set({ good: null, lot: null, quantity: 0, quality: "good" })}
          >
            {t("phone.move.putBack")}
          </button>
        </div>
      </section>
      <Target moving={moving} good={good.sku} warehouse={warehouse} />
    </>
  );
}

interface TargetProps {
  readonly moving: Moving;
  readonly good: string;
  readonly warehouse: string;
}

const proposedShown = 4;

/** Where it goes: scanned, one of those that fit, or typed. */
function Target({ moving, good, warehouse }: TargetProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const { from, lot, quality } = moving.book.hand;
  const { data } = useQuery({
    queryKey: ["floor", "put-away", warehouse, good, lot, quality],
    queryFn: ({ signal }) =>
      request<PutAwayAnswer>(`${apiBase}/put-away`, {
        query: { warehouse, sku: good, lot, quality },
        signal,
      }),
    retry: false,
  });
  const proposed = (data?.items ?? []).filter(({ bin }) => bin !== from).slice(0, proposedShown);
  return (
    <section className={css.picker} aria-label={t("phone.move.scanTo")}>
      <p className={css.ask}>{t("phone.move.scanTo")}</p>
      {proposed.length > 0 && (
        <ul className={css.bins}>
          {proposed.map(({ bin, why }) => (
            <li key={bin}>
              <button type="button" onClick={() => moving.putInto(bin, false)}>
                {bin}
                <small className={css.binWhy}>{t(`floor.move.why.${why}`)}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        className={css.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") moving.putInto(text.trim(), true);
        }}
      >
        <input
          value={text}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          placeholder={t("phone.move.typeBin")}
          aria-label={t("phone.move.typeBin")}
        />
        <button type="submit" className={css.small} disabled={text.trim() === ""}>
          {t("phone.move.putHere")}
        </button>
      </form>
    </section>
  );
}

interface HandPadProps {
  readonly name: string;
  /** Units in its case, where that is known. */
  readonly each: number | null;
  readonly onBurst: (burst: Burst) => void;
  readonly onDone: (quantity: number) => void;
  readonly onClose: () => void;
}

function HandPad({ name, each, onBurst, onDone, onClose }: HandPadProps) {
  const pad = usePad(each);
  useScanner((burst) => {
    if (burst.kind !== "typed") return onBurst(burst);
    for (const key of burst.keys) if (/\d/.test(key)) pad.press(key);
  });
  const done = (quantity: number) => {
    onDone(quantity);
    onClose();
  };
  return <Pad pad={pad} name={name} onDone={done} onClose={onClose} />;
}

/** What was moved, the latest first. */
function Made({ moving }: { moving: Moving }) {
  const { t } = useTranslation();
  const { made } = moving.book;
  if (made.length === 0) return null;
  return (
    <ul className={css.done} aria-label={t("phone.move.made")}>
      {made.toReversed().map((move) => (
        <MadeRow key={move.key} move={move} onForget={() => moving.forget(move.key)} />
      ))}
    </ul>
  );
}

function MadeRow({ move, onForget }: { move: MadeMove; onForget: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useSaid();
  const { body, name, state, words } = move;
  const from = body.bin === undefined || body.bin === "" ? t("counts.noBin") : body.bin;
  return (
    <li className={css.card} data-move={state}>
      <span className={css.cardText}>
        <b>{name}</b>
        <small>{t("floor.transfers.way", { from, to: body.toBin })}</small>
        {state === "refused" && (
          <>
            <small className="tier3">{said(words)}</small>
            <span className={css.lineActions}>
              <button type="button" className={css.small} onClick={onForget}>
                {t("phone.move.seen")}
              </button>
            </span>
          </>
        )}
      </span>
      <span className={css.cardFigure}>
        <span className={css.quantity}>{format.number(body.quantity)}</span>
        <Tag tone={state === "refused" ? "tier3" : state === "waiting" ? "tier1" : "ok"}>
          {t(state === "sent" ? "phone.move.done" : `phone.state.${state}`)}
        </Tag>
      </span>
    </li>
  );
}
