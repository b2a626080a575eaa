import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Back } from "../../../api/outbound.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Tag } from "../../ui/tag.tsx";
import css from "./phone.module.css";
import pickCss from "./pick.module.css";
import { backName, isAtBin, type Stop } from "./picking.ts";
import type { Picking } from "./use-picking.ts";
import { useWorld } from "./world.tsx";

function useBinName(): (bin: string) => string {
  const { t } = useTranslation();
  return (bin) => (bin === "" ? t("counts.noBin") : bin);
}

interface StopCardProps {
  readonly stop: Stop;
  readonly picking: Picking;
  readonly onPad: () => void;
}

/** Where to go now and how many to take, as big as the screen allows. */
export function StopCard({ stop, picking, onPad }: StopCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const binName = useBinName();
  const { goods } = useWorld();
  const { draft } = picking;
  const there = isAtBin(draft, stop);
  const units = draft.task === stop.task ? draft.units : 0;
  const good = goods.find(({ sku }) => sku === stop.sku);
  const facts = [good?.barcodes[0] ?? good?.code ?? stop.sku];
  const asked = !there ? "pick.scanBin" : stop.lot !== "" && !draft.lotOk ? "pick.scanLot" : "pick.scanSku";
  return (
    <section className={css.current} aria-label={t("pick.now")} data-stop={stop.task} data-at-bin={there}>
      <div className={cx(pickCss.place, there && pickCss.there)}>
        <b>{binName(stop.bin)}</b>
        <span>{t(asked)}</span>
      </div>
      <div className={css.cardHead}>
        <div>
          <b>{picking.nameOf(stop.sku)}</b>
          <small>{facts.join(" · ")}</small>
        </div>
        {stop.lot !== "" && <Tag tone="tier1">{t("counts.lotOf", { lot: stop.lot })}</Tag>}
      </div>
      <div className={css.stepper}>
        <button
          type="button"
          aria-label={t("phone.count.less")}
          disabled={!there || units === 0}
          onClick={() => void picking.do({ kind: "units", stop, units: units - 1 })}
        >
          −
        </button>
        <button
          type="button"
          className={css.big}
          aria-label={`${format.number(units)} / ${format.number(stop.left)} ${t("phone.count.type")}`}
          disabled={!there}
          onClick={onPad}
        >
          <output data-total>{format.number(units)}</output>
          <small className={pickCss.of}> / {format.number(stop.left)}</small>
        </button>
        <button
          type="button"
          aria-label={t("phone.count.more")}
          disabled={!there || units >= stop.left}
          onClick={() => void picking.do({ kind: "units", stop, units: units + 1 })}
        >
          +
        </button>
      </div>
      <div className={css.cardFoot}>
        <span>{t("pick.forOrders", { count: stop.orders, n: format.number(stop.orders) })}</span>
        {there ? (
          <Missing key={stop.task} stop={stop} units={units} picking={picking} />
        ) : (
          <button type="button" onClick={() => void picking.do({ kind: "bin", stop })}>
            {t("pick.atBin")}
          </button>
        )}
      </div>
    </section>
  );
}

/** It takes two presses: what is missing is counted and planned anew. */
function Missing({ stop, units, picking }: { stop: Stop; units: number; picking: Picking }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState(false);
  const missing = stop.left - units;
  if (missing <= 0) return null;
  if (!asked) {
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {t("pick.missing")}
      </button>
    );
  }
  return (
    <button
      type="button"
      className={pickCss.danger}
      onClick={() => void picking.do({ kind: "missing", stop }).then(() => setAsked(false))}
    >
      {t("pick.missingSure", { count: missing, n: format.number(missing) })}
    </button>
  );
}

/** The stops that come next, and those that are done. A tap goes to another one. */
export function StopList({ picking }: { picking: Picking }) {
  const { t } = useTranslation();
  const { stops, stop } = picking;
  const next = stops.filter((one) => one.left > 0 && one.task !== stop?.task);
  const done = stops.filter((one) => one.left === 0);
  return (
    <>
      {next.length > 0 && (
        <ul className={css.done} aria-label={t("pick.next")}>
          {next.map((one) => (
            <StopRow key={one.task} stop={one} picking={picking} />
          ))}
        </ul>
      )}
      {done.length > 0 && (
        <ul className={cx(css.done, pickCss.over)} aria-label={t("pick.done")}>
          {done.map((one) => (
            <StopRow key={one.task} stop={one} picking={picking} />
          ))}
        </ul>
      )}
    </>
  );
}

function StopRow({ stop, picking }: { stop: Stop; picking: Picking }) {
  const { t } = useTranslation();
  const format = useFormat();
  const binName = useBinName();
  const { bin, lot, left, picked, missing, dropped, waiting } = stop;
  const facts = [
    binName(bin),
    ...(lot === "" ? [] : [t("counts.lotOf", { lot })]),
    ...(missing === 0 ? [] : [t("pick.missingOf", { count: missing, n: format.number(missing) })]),
    ...(dropped === 0 ? [] : [t("pick.droppedOf", { count: dropped, n: format.number(dropped) })]),
  ];
  const name = picking.nameOf(stop.sku);
  const state = left > 0 ? "next" : waiting > 0 ? "waiting" : picked > 0 ? "picked" : "nothing";
  const tone = { next: "plain", waiting: "tier1", picked: "ok", nothing: "plain" } as const;
  return (
    <li>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text names it */}
      <button
        type="button"
        className={css.card}
        data-row={stop.task}
        disabled={left === 0}
        onClick={() => void picking.do({ kind: "bin", stop })}
      >
        <span className={css.cardText}>
          <b>{name}</b>
          <small>{facts.join(" · ")}</small>
        </span>
        <span className={css.cardFigure}>
          <span className={css.quantity}>{format.number(left > 0 ? left : picked)}</span>
          <Tag tone={tone[state]}>{t(`pick.row.${state}`)}</Tag>
        </span>
      </button>
    </li>
  );
}

/** What was picked for orders that are not sent any more. */
export function BackList({ picking }: { picking: Picking }) {
  const { t } = useTranslation();
  const { back } = picking;
  if (back.length === 0) return null;
  return (
    <section className={pickCss.backs} aria-label={t("pick.back.title")}>
      <p>{t("pick.back.text")}</p>
      {back.map((one) => (
        <BackCard key={`${backName(one)} ${one.bin}`} back={one} picking={picking} />
      ))}
    </section>
  );
}

function BackCard({ back, picking }: { back: Back; picking: Picking }) {
  const { t } = useTranslation();
  const format = useFormat();
  const binName = useBinName();
  const facts = [
    t(`pick.back.why.${back.why}`),
    back.orderId,
    ...(back.lot === "" ? [] : [t("counts.lotOf", { lot: back.lot })]),
  ];
  return (
    <div className={cx(css.card, pickCss.backCard)} data-back={back.sku}>
      <span className={css.cardText}>
        <b>{picking.nameOf(back.sku)}</b>
        <small>{facts.join(" · ")}</small>
      </span>
      <span className={css.cardFigure}>
        <span className={css.quantity}>{format.number(back.units)}</span>
      </span>
      <button
        type="button"
        className={cx(css.small, css.strong)}
        onClick={() => void picking.do({ kind: "put_back", back, bin: back.bin })}
      >
        {t("pick.back.to", { bin: binName(back.bin) })}
      </button>
    </div>
  );
}
