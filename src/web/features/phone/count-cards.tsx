import { useTranslation } from "react-i18next";
import { useFormat } from "../../ui/format.ts";
import { Tag } from "../../ui/tag.tsx";
import type { Card, Done } from "./counting.ts";
import css from "./phone.module.css";
import type { Counting } from "./use-counting.ts";
import { useSaid } from "./world.tsx";

function useBinName(): (bin: string) => string {
  const { t } = useTranslation();
  return (bin) => (bin === "" ? t("counts.noBin") : bin);
}

interface CardViewProps {
  readonly card: Card;
  readonly counting: Counting;
  readonly onPad: () => void;
}

/** What is being counted: its number as big as the screen allows. */
export function CardView({ card, counting, onPad }: CardViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const binName = useBinName();
  const facts = [
    binName(card.bin),
    ...(card.lot === "" ? [] : [t("counts.lotOf", { lot: card.lot })]),
    card.barcode === "" ? card.code : card.barcode,
  ];
  return (
    <section className={css.current} aria-label={t("phone.count.now")}>
      <div className={css.cardHead}>
        <div>
          <b>{card.name}</b>
          <small>{facts.join(" · ")}</small>
        </div>
        <Tag tone={card.quality === "good" ? "ok" : "tier3"}>{t(`counts.quality.${card.quality}`)}</Tag>
      </div>
      <div className={css.stepper}>
        <button
          type="button"
          aria-label={t("phone.count.less")}
          onClick={() => void counting.do({ kind: "step", by: -1 })}
        >
          −
        </button>
        <button type="button" className={css.big} aria-label={t("phone.count.type")} onClick={onPad}>
          <output data-total>{format.number(card.total)}</output>
        </button>
        <button
          type="button"
          aria-label={t("phone.count.more")}
          onClick={() => void counting.do({ kind: "step", by: 1 })}
        >
          +
        </button>
      </div>
      <div className={css.cardFoot}>
        <span>{card.mode === "add" && t("phone.count.goesOn", { n: format.number(card.base) })}</span>
        {card.mode === "add" && (
          <button type="button" onClick={() => void counting.do({ kind: "recount" })}>
            {t("phone.count.recount")}
          </button>
        )}
        <button type="button" onClick={() => void counting.do({ kind: "drop" })}>
          {t("phone.count.drop")}
        </button>
        <button type="button" onClick={() => void counting.do({ kind: "keep", newId: counting.newId() })}>
          {t("phone.count.keep")}
        </button>
      </div>
    </section>
  );
}

/** What was counted, what is to be counted again first. A tap goes on with it. */
export function DoneList({ counting }: { counting: Counting }) {
  const { t } = useTranslation();
  const { card } = counting.draft;
  const others = counting.done.filter((one) => card === null || one.sku !== card.sku || one.bin !== card.bin);
  if (others.length === 0) return null;
  return (
    <ul className={css.done} aria-label={t("phone.count.done")}>
      {others.map((cell) => (
        <DoneRow key={cell.key} cell={cell} onOpen={() => counting.reopen(cell)} />
      ))}
    </ul>
  );
}

function DoneRow({ cell, onOpen }: { cell: Done; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useSaid();
  const binName = useBinName();
  const { at, quality, quantity, state, words, again } = cell;
  const facts = [
    binName(cell.bin),
    ...(cell.lot === "" ? [] : [t("counts.lotOf", { lot: cell.lot })]),
    ...(quality === "bad" ? [t("counts.quality.bad")] : []),
    ...(at === null ? [] : [t("phone.count.scannedAt", { time: format.clock(at) })]),
  ];
  const tone = again !== null || state === "refused" ? "tier3" : state === "waiting" ? "tier1" : "ok";
  const word = again === null ? state : "again";
  return (
    <li>
      <button type="button" className={css.card} data-cell={`${cell.bin} ${cell.sku}`} onClick={onOpen}>
        <span className={css.cardText}>
          <b>{cell.name}</b>
          <small>{facts.join(" · ")}</small>
          {again !== null && <small className="tier3">{said(again)}</small>}
          {state === "refused" && <small className="tier3">{said(words)}</small>}
        </span>
        <span className={css.cardFigure}>
          {quantity !== null && <span className={css.quantity}>{format.number(quantity)}</span>}
          <Tag tone={tone}>{t(`phone.state.${word}`)}</Tag>
        </span>
      </button>
    </li>
  );
}
