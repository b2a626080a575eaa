import { lazy, Suspense, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { WaveSheet } from "../../../api/outbound.ts";
import { newKey } from "../../api.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Failure, Note, Skeleton } from "../../ui/state.tsx";
import { recall, remember } from "../../ui/storage.ts";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { OfflineStrip } from "./count-page.tsx";
import { useFeedback } from "./feedback.tsx";
import { plainCode } from "./judge.ts";
import css from "./phone.module.css";
import pickCss from "./pick.module.css";
import {
  packOrders,
  parcelRecord,
  parcelsOf,
  waybillProblem,
  type BadWaybill,
  type PackedParcel,
  type PackOrder,
} from "./picking.ts";
import { useScanner } from "./scanner.ts";
import { useWave, useWaveRecords } from "./use-picking.ts";
import type { Burst } from "./wedge.ts";
import { useCodeBook, useSaid, useWorld } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));
const noBins: readonly string[] = [];
const carrierKey = "zaiku.carrier";
const parcelsShownMax = 30;

/** The parcels of one wave: a scanned waybill sends the order at hand. */
export function ShipPage() {
  const { wave: id = "" } = useParams();
  const { data, error, refetch } = useWave(id);
  if (data === undefined) {
    return (
      <main className={css.page}>
        {error === null ? <Skeleton lines={6} /> : <Failure error={error} onRetry={() => void refetch()} />}
      </main>
    );
  }
  return <ShipScreen key={id} sheet={data.sheet} fresh={data.fresh} />;
}

function orderName({ channel, orderId }: Pick<PackOrder, "channel" | "orderId">): string {
  return JSON.stringify([channel, orderId]);
}

/** What this person packs: each parcel is on the disk before it is on the screen. */
function usePacking(sheet: WaveSheet) {
  const { t } = useTranslation();
  const { store, person, changed, outbox } = useWorld();
  const say = useFeedback();
  const id = sheet.item.wave;
  const records = useWaveRecords(id);
  const book = useCodeBook(noBins);
  const [chosen, setChosen] = useState<string | null>(null);
  const chosenNow = useRef<string | null>(null);
  const choose = (name: string | null) => {
    chosenNow.current = name;
    setChosen(name);
  };
  const [carrier, setCarrier] = useState(recall(carrierKey) ?? "");
  const orders = packOrders(sheet, records);
  const parcels = parcelsOf(sheet, records);
  const order = orders.find((one) => orderName(one) === chosen) ?? orders[0] ?? null;
  const said = useSaid();
  const nameOf = (sku: string) => sheet.goods[sku]?.name ?? sku;
  const bad = (why: BadWaybill | "no_order" | "not_whole", code: string) =>
    say("bad", t(`pick.badShip.${why}`, { code }));
  const send = async (waybill: string) => {
    const now = await store.ofSheet(id, person);
    const at = packOrders(sheet, now);
    const target = at.find((one) => orderName(one) === chosenNow.current) ?? at[0];
    if (target === undefined) return bad("no_order", waybill);
    const problem = waybillProblem(waybill, { book, parcels: parcelsOf(sheet, now) });
    if (problem !== null) return bad(problem, waybill);
    if (target.hold !== null) return say("bad", said(target.hold));
    // A part of an order leaves because somebody chose it, never by a scan that meant another.
    if (target.open > 0 && orderName(target) !== chosenNow.current) return bad("not_whole", target.orderId);
    remember(carrierKey, carrier);
    await store.step(`ship/${person}/${id}`, (number) => ({
      draft: null,
      records: [
        parcelRecord(
          target,
          { id: newKey(), waybill, carrier },
          { person, sheet: id },
          { at: Date.now(), number },
        ),
      ],
    }));
    changed.set(changed.get() + 1);
    void outbox.kick();
    choose(null);
    say("good", t("pick.ship.sentOne", { order: target.orderId }));
  };
  return {
    ...useWaybills({ orders, choose, send, bad }),
    send,
    bad,
    orders,
    parcels,
    order,
    chosen,
    carrier,
    setCarrier,
    choose,
    nameOf,
  };
}

interface WaybillsOptions {
  readonly orders: readonly PackOrder[];
  readonly choose: (name: string) => void;
  readonly send: (waybill: string) => Promise<void>;
  readonly bad: (why: "two_codes", code: string) => void;
}

/** What a scanned code does: it chooses an order, or it is a waybill. One after the other. */
function useWaybills({ orders, choose, send, bad }: WaybillsOptions) {
  const say = useFeedback();
  const line = useRef<Promise<void>>(Promise.resolve());
  const take = async (code: string) => {
    // An order's own number chooses it.
    const named = orders.find(({ orderId }) => plainCode(orderId) === plainCode(code));
    if (named === undefined) return send(code);
    choose(orderName(named));
    say("good", named.orderId);
  };
  const queue = (task: () => Promise<void>) => {
    line.current = line.current.then(task, task);
  };
  const burst = (what: Burst) => {
    if (what.kind === "several") bad("two_codes", what.codes.join(" "));
    else if (what.kind === "code") queue(() => take(what.code));
  };
  return { burst, sendNow: (waybill: string) => queue(() => send(waybill)) };
}

type Packing = ReturnType<typeof usePacking>;

function ShipScreen({ sheet, fresh }: { sheet: WaveSheet; fresh: boolean }) {
  const { t } = useTranslation();
  const packing = usePacking(sheet);
  const [camera, setCamera] = useState(false);
  useTitle(t("pick.ship.title"));
  const burst = useCallback((what: Burst) => packing.burst(what), [packing]);
  useScanner(burst);
  const { order } = packing;
  return (
    <div className={css.screen} data-ready="true">
      <ShipHead sheet={sheet} packing={packing} />
      <OfflineStrip fresh={fresh} />
      {camera && (
        <div className={css.camera}>
          <Suspense fallback={<Skeleton lines={2} />}>
            <Camera
              onBurst={packing.burst}
              onNothing={() => packing.bad("waybill_short", "")}
              onClose={() => setCamera(false)}
            />
          </Suspense>
        </div>
      )}
      <main id="main" className={css.cards}>
        {order === null ? <NothingToShip sheet={sheet} /> : <OrderCard order={order} packing={packing} />}
        <Others packing={packing} />
        <Parcels parcels={packing.parcels} />
      </main>
      <footer className={css.foot}>
        <Link
          to={`/phone/pick/${encodeURIComponent(sheet.item.wave)}`}
          className={cx(css.button, css.plain, css.linkButton)}
        >
          {t("pick.toPick")}
        </Link>
        <button type="button" className={css.button} aria-pressed={camera} onClick={() => setCamera(!camera)}>
          {t(camera ? "phone.count.stopCamera" : "phone.count.scan")}
        </button>
      </footer>
    </div>
  );
}

function ShipHead({ sheet, packing }: { sheet: WaveSheet; packing: Packing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name } = useWorld();
  const done = packing.parcels.filter(({ state }) => state !== "refused").length;
  const all = done + packing.orders.length;
  const { purpose } = sheet.item;
  return (
    <header className={css.head}>
      <div className={css.bar}>
        <Link to="/phone/pick" className={css.back} aria-label={t("common.back")}>
          <Icon name="back" size={24} />
        </Link>
        <div className={css.titles}>
          <h1>{purpose === "" ? t("pick.ship.title") : purpose}</h1>
          <small>
            {t("pick.ship.progress", { n: format.number(done), left: format.number(packing.orders.length) })}
          </small>
        </div>
        <small className={css.who}>{name}</small>
      </div>
      <progress
        className={css.progress}
        aria-label={t("pick.ship.progressName")}
        value={done}
        max={Math.max(1, all)}
      />
    </header>
  );
}

function NothingToShip({ sheet }: { sheet: WaveSheet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { open } = sheet.item;
  return (
    <div className={css.all}>
      <Icon name="check" size={30} />
      <b>
        {open > 0 ? t("pick.ship.pickFirst", { count: open, n: format.number(open) }) : t("pick.ship.none")}
      </b>
    </div>
  );
}

function OrderCard({ order, packing }: { order: PackOrder; packing: Packing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const said = useSaid();
  const [typed, setTyped] = useState("");
  return (
    <section className={css.current} aria-label={t("pick.ship.now")} data-order={order.orderId}>
      <div className={css.cardHead}>
        <div>
          <b>{order.orderId}</b>
          <small>{words.platform(order.channel)}</small>
        </div>
        {order.open > 0 && (
          <Tag tone="tier1">{t("pick.ship.part", { count: order.open, n: format.number(order.open) })}</Tag>
        )}
      </div>
      {order.hold !== null && <Note tone="bad">{said(order.hold)}</Note>}
      <ul className={pickCss.lines}>
        {order.lines.map((line) => (
          <li key={`${line.lineId} ${line.sku}`}>
            <span>{packing.nameOf(line.sku)}</span>
            <b>{format.number(line.units)}</b>
          </li>
        ))}
      </ul>
      {order.hold === null && order.open > 0 && packing.chosen !== orderName(order) && (
        <button
          type="button"
          className={cx(css.small, pickCss.whole)}
          onClick={() => packing.choose(orderName(order))}
        >
          {t("pick.ship.sendPart", { count: order.units, n: format.number(order.units) })}
        </button>
      )}
      <label className={pickCss.carrier}>
        {t("pick.ship.carrier")}
        <input
          value={packing.carrier}
          maxLength={64}
          placeholder={t("pick.ship.carrierHint")}
          onChange={(event) => packing.setCarrier(event.target.value)}
        />
      </label>
      <form
        className={pickCss.waybill}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") packing.sendNow(typed);
          setTyped("");
        }}
      >
        <input
          value={typed}
          maxLength={64}
          inputMode="text"
          autoComplete="off"
          placeholder={t("pick.ship.scanWaybill")}
          aria-label={t("pick.ship.waybill")}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit" className={cx(css.small, css.strong)} disabled={typed.trim() === ""}>
          {t("pick.ship.send")}
        </button>
      </form>
    </section>
  );
}

function Others({ packing }: { packing: Packing }) {
  const { t } = useTranslation();
  const format = useFormat();
  const others = packing.orders.filter(
    (one) => packing.order === null || orderName(one) !== orderName(packing.order),
  );
  if (others.length === 0) return null;
  return (
    <ul className={css.done} aria-label={t("pick.ship.waiting")}>
      {others.map((one) => (
        <li key={orderName(one)}>
          <button type="button" className={css.card} onClick={() => packing.choose(orderName(one))}>
            <span className={css.cardText}>
              <b>{one.orderId}</b>
              <small>{one.lines.map(({ sku }) => packing.nameOf(sku)).join("，")}</small>
            </span>
            <span className={css.cardFigure}>
              <span className={css.quantity}>{format.number(one.units)}</span>
              {one.hold !== null && <Tag tone="tier3">{t("pick.ship.held")}</Tag>}
              {one.hold === null && one.open > 0 && (
                <Tag tone="tier1">{t("pick.ship.part", { count: one.open, n: format.number(one.open) })}</Tag>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Parcels({ parcels }: { parcels: readonly PackedParcel[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useSaid();
  if (parcels.length === 0) return null;
  return (
    <ul className={css.done} aria-label={t("pick.ship.parcels")}>
      {parcels.slice(0, parcelsShownMax).map((one) => (
        <li key={one.id} className={css.card} data-parcel={one.waybill}>
          <span className={css.cardText}>
            <b>{one.waybill === "" ? t("pick.ship.byPlatform") : one.waybill}</b>
            <small>{[one.orderId, format.clock(one.at)].join(" · ")}</small>
            {one.state === "refused" && <small className="tier3">{said(one.words)}</small>}
          </span>
          <span className={css.cardFigure}>
            {one.units !== null && <span className={css.quantity}>{format.number(one.units)}</span>}
            <Tag tone={one.state === "sent" ? "ok" : one.state === "refused" ? "tier3" : "tier1"}>
              {t(`pick.parcel.${one.state}`)}
            </Tag>
          </span>
        </li>
      ))}
    </ul>
  );
}
