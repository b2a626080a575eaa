import { memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView, ViewSku, ViewSlot } from "../../../api/session-view.ts";
import { cx } from "../../ui/cx.ts";
import { rowsOf, statusClass, windowOf } from "./figures.ts";
import { useLiveWords } from "./live-words.ts";
import { Meter, Panel, Spark, StatusPill } from "./parts.tsx";
import css from "./run-panel.module.css";

interface RunPanelProps {
  readonly view: SessionView;
  readonly stale: boolean;
  readonly className?: string | undefined;
  /** Whether only the rows that fit are drawn, around the current one; otherwise the list scrolls. */
  readonly fitted?: boolean;
  readonly picked?: string | null;
  readonly onPick?: ((slot: string) => void) | undefined;
}

/** The run-of-show, each product with its figures. */
export function RunPanel({ view, stale, className, fitted = false, picked = null, onPick }: RunPanelProps) {
  const { t } = useTranslation();
  const { format } = useLiveWords();
  const body = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(view), [view]);
  const fit = useFit(body, fitted);
  const current = rows.findIndex((row) => row.slot.status === "current");
  const { from, to } = fitted ? windowOf(rows.length, current, fit) : { from: 0, to: rows.length };
  const { totals } = view;
  const note = t("live.runNote", {
    skus: totals.skus,
    sellable: format.number(totals.sellable),
    held: format.number(totals.held),
  });
  useCurrentInView(body, fitted ? -1 : current);
  return (
    <Panel title={t("live.run")} note={note} className={className} label={t("live.run")}>
      <div className={cx(css.row, css.headRow)} aria-hidden="true">
        <span />
        <span>{t("live.column.product")}</span>
        <span className={css.figure}>{t("live.column.sellable")}</span>
        <span className={css.figure}>{t("live.column.held")}</span>
        <span className={css.figure}>{t("live.column.sold")}</span>
        <span className={css.figure}>{t("live.column.eta")}</span>
        <span className={css.through}>{t("live.column.through")}</span>
        <span className={css.sparkHead}>{t("live.column.spark")}</span>
        <span className={css.statusHead}>{t("live.column.status")}</span>
      </div>
      <div ref={body} className={cx(css.body, !fitted && css.scroll, stale && "stale")}>
        {rows.slice(from, to).map(({ slot, sku }) => (
          <Row
            key={slot.id}
            slot={slot}
            sku={sku}
            picked={slot.id === picked}
            dense={!fitted}
            onPick={onPick}
          />
        ))}
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly slot: ViewSlot;
  readonly sku: ViewSku;
  readonly picked: boolean;
  /** A desk has room for more than a wall. */
  readonly dense: boolean;
  readonly onPick?: ((slot: string) => void) | undefined;
}

const Row = memo(function Row({ slot, sku, picked, dense, onPick }: RowProps) {
  const { t } = useTranslation();
  const words = useLiveWords();
  const { format } = words;
  const on = slot.status === "current";
  const content = (
    <>
      <span className={css.number}>{String(slot.number).padStart(2, "0")}</span>
      <span className={css.product}>
        <span className={css.name}>{sku.name}</span>
        <span className={css.code}>
          {sku.code}
          {dense && slot.target !== null && on && (
            <span className={css.target}>
              {" · "}
              {t("live.targetOf", { sold: format.number(slot.sold), target: format.number(slot.target) })}
            </span>
          )}
          {sku.presale > 0 && ` · ${t("live.presaleOf", { n: format.number(sku.presale) })}`}
          {!sku.selling && <em className="say-tier3"> {t("live.stopped")}</em>}
        </span>
      </span>
      <b className={cx(css.figure, css.sellable, statusClass(sku.status))}>
        {format.number(sku.sellable)}
        {sku.shortage > 0 && <em className={css.short}>−{format.number(sku.shortage)}</em>}
      </b>
      <span className={cx(css.figure, css.minor)}>{format.number(sku.heldUnpaid)}</span>
      <span className={css.figure}>{format.number(sku.sold)}</span>
      <span className={css.figure}>{words.eta(sku.sellable > 0 ? sku.etaMinutes : null)}</span>
      <span className={css.through}>
        <span>{words.percent(sku.sellThroughPercent)}</span>
        <Meter share={(sku.sellThroughPercent ?? 0) / 100} />
      </span>
      <span className={css.spark}>
        <Spark values={sku.spark} />
      </span>
      <span className={css.status}>
        <StatusPill status={sku.status} />
      </span>
    </>
  );
  const className = cx(css.row, css[slot.status], picked && css.picked);
  if (onPick === undefined) {
    return (
      <div className={className} data-slot={slot.id} data-sku={sku.sku}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      className={cx(className, css.pickable)}
      data-slot={slot.id}
      data-sku={sku.sku}
      onClick={() => onPick(slot.id)}
    >
      {content}
    </button>
  );
});

/** How many rows have room; what the rows are high is said by the first of them. */
function useFit(body: React.RefObject<HTMLDivElement | null>, fitted: boolean): number {
  const [fit, setFit] = useState(10);
  useEffect(() => {
    const box = body.current;
    if (box === null || !fitted) return;
    const measure = () => {
      const row = box.firstElementChild?.getBoundingClientRect().height ?? 0;
      if (row > 0) setFit(Math.max(1, Math.floor((box.clientHeight + 1) / row)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [body, fitted]);
  return fit;
}

/** Brings the row that is on into view when the pointer moves, and leaves the list alone otherwise. */
function useCurrentInView(body: React.RefObject<HTMLDivElement | null>, index: number): void {
  useEffect(() => {
    if (index < 0) return;
    const row = body.current?.children.item(index);
    row?.scrollIntoView({ block: "nearest" });
  }, [body, index]);
}
