import {
  memo,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StockItem } from "../../../api/stock.ts";
import { cx } from "../../ui/cx.ts";
import { useKey, usePhone } from "../../ui/hooks.ts";
import { Num } from "../../ui/num.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWindow } from "../../ui/use-window.ts";
import type { ListState, Sort } from "./list-query.ts";
import { tierOf } from "./tiers.ts";
import css from "./stock-table.module.css";

const rowPx = 50;
const phoneRowPx = 66;
/** The filters and the table's head stick to the top and hide what is under them. */
const coverPx = 140;
/** How near to the last loaded row the next page is asked for. */
const loadAheadRows = 60;

const columns = [
  { sort: "sellable", className: css.cSellable },
  { sort: "held", className: css.cHeld },
  { sort: "committed", className: css.cCommitted },
  { sort: "quarantine", className: css.cQuarantine },
  { sort: "onHand", className: css.cOnHand },
  { sort: "shortage", className: css.cShortage },
  { sort: "sold", className: css.cSold },
] as const;

interface StockTableProps {
  readonly items: readonly StockItem[];
  /** Rows in all, as far as that is known. */
  readonly total: number;
  readonly state: ListState;
  readonly onSort: (sort: Sort) => void;
  readonly selected: string | null;
  readonly hrefOf: (sku: string) => string;
  readonly onOpen: (sku: string) => void;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly onNearEnd: () => void;
}

/** The stock list. Arrow keys move along its rows, Enter opens one. Only the rows on screen are drawn. */
export function StockTable(props: StockTableProps) {
  const { items, selected, scroller, onNearEnd } = props;
  const { t } = useTranslation();
  const phone = usePhone();
  const body = useRef<HTMLTableSectionElement>(null);
  const height = phone ? phoneRowPx : rowPx;
  const shown = useWindow({ scroller, body, count: items.length, rowPx: height, coverPx });
  const { current, onKeyDown, onClick } = useRows(props, body, shown.reveal);
  // Tab always finds a row, also when the one that was left is scrolled away.
  const reachable = Math.max(shown.start, Math.min(current, shown.end - 1));

  useEffect(() => {
    if (shown.end > items.length - loadAheadRows) onNearEnd();
  }, [shown.end, items.length, onNearEnd]);

  return (
    <div className={css.frame}>
      <table
        className={css.table}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid is a table whose rows are moved along by key
        role="grid"
        aria-label={t("stock.table")}
        aria-rowcount={props.total + 1}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <Head state={props.state} onSort={props.onSort} />
        <tbody ref={body}>
          <Space rows={shown.start} rowPx={height} />
          {items.slice(shown.start, shown.end).map((item, offset) => (
            <Row
              key={item.sku}
              item={item}
              index={shown.start + offset}
              phone={phone}
              href={props.hrefOf(item.sku)}
              selected={item.sku === selected}
              reachable={shown.start + offset === reachable}
            />
          ))}
          <Space rows={items.length - shown.end} rowPx={height} />
        </tbody>
      </table>
    </div>
  );
}

/** What keys and clicks do to the rows, and which row the keys are at. */
function useRows(
  { items, selected, onOpen }: StockTableProps,
  body: RefObject<HTMLElement | null>,
  reveal: (index: number) => void,
) {
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(0, items.length - 1));
  const opened = useRef(selected);
  useEffect(() => {
    // Closing the panel leads back to where it was opened from.
    if (opened.current !== null && selected === null) focusRow(body.current, current);
    opened.current = selected;
  }, [body, selected, current]);

  // A row that is far away is drawn only after the list has scrolled to it: it is focused when it is there.
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    if (wanted.current !== null && focusRow(body.current, wanted.current)) wanted.current = null;
  });

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(items.length - 1, index));
    const item = items[next];
    if (item === undefined) return;
    wanted.current = next;
    setActive(next);
    reveal(next);
    // With the panel open the list leads it, as in a mail program.
    if (selected !== null) onOpen(item.sku);
    if (next === current && focusRow(body.current, next)) wanted.current = null;
  };
  const openRow = (index: number) => {
    const item = items[index];
    if (item === undefined) return;
    setActive(index);
    onOpen(item.sku);
  };
  useKey("ArrowDown", (event) => {
    if (document.activeElement !== document.body && document.activeElement?.id !== "main") return;
    event.preventDefault();
    goTo(current);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      goTo(Number.isFinite(step) ? current + step : step > 0 ? items.length - 1 : 0);
    } else if (event.key === "Enter" && event.target instanceof HTMLTableRowElement) {
      openRow(current);
    }
  };
  const onClick = (event: MouseEvent) => {
    // A link that is opened in another tab opens nothing here.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (row === null) return;
    event.preventDefault();
    openRow(Number(row.dataset.index));
  };
  return { current, onKeyDown, onClick };
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Whether there was such a row. */
function focusRow(body: HTMLElement | null, index: number): boolean {
  const row = body?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  row?.focus({ preventScroll: true });
  return row != null;
}

/** Stands for the rows that are not drawn. */
function Space({ rows, rowPx: height }: { rows: number; rowPx: number }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden="true" className={css.space}>
      <td style={{ height: rows * height }}>{"\u00A0"}</td>
    </tr>
  );
}

function Head({ state, onSort }: { state: ListState; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation();
  const order = state.desc ? "descending" : "ascending";
  const by = (sort: Sort) => (state.sort === sort ? order : "none");
  const button = (sort: Sort) => (
    <button type="button" className={css.sort} onClick={() => onSort(sort)}>
      <span className={cx(css.label, state.sort === sort && (state.desc ? css.desc : css.asc))}>
        {t(`stock.column.${sort}`)}
      </span>
    </button>
  );
  return (
    <thead>
      <tr>
        <th scope="col" className={css.cName} aria-sort={by(state.sort === "name" ? "name" : "code")}>
          {button(state.sort === "name" ? "name" : "code")}
        </th>
        {columns.map((column) => (
          <th key={column.sort} scope="col" className={column.className} aria-sort={by(column.sort)}>
            {button(column.sort)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly item: StockItem;
  readonly index: number;
  readonly phone: boolean;
  readonly href: string;
  readonly selected: boolean;
  readonly reachable: boolean;
}

function sameRow(before: RowProps, after: RowProps): boolean {
  return (
    before.item === after.item &&
    before.index === after.index &&
    before.phone === after.phone &&
    before.href === after.href &&
    before.selected === after.selected &&
    before.reachable === after.reachable
  );
}

const Row = memo(function Row({ item, index, phone, href, selected, reachable }: RowProps) {
  const { t } = useTranslation();
  const tier = tierOf(item);
  const bin = item.bins[0];
  return (
    <tr
      className={cx(css.row, selected && css.on)}
      data-index={index}
      data-sku={item.sku}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
    >
      <td className={css.cName}>
        <Link to={href} tabIndex={-1} className={css.name} title={item.name}>
          <span>{item.name}</span>
          {!item.selling && <Tag tone="tier3">{t("stock.stopped")}</Tag>}
        </Link>
        <small className={css.code}>
          {item.code}
          {bin !== undefined && bin !== "" && ` · ${bin}`}
        </small>
        {phone && <PhoneLine item={item} />}
      </td>
      <td className={css.cSellable}>
        <Num value={item.sellable} className={cx(css.big, tier)} />
      </td>
      <td className={css.cHeld}>
        <Num value={item.held} paleZero />
      </td>
      <td className={css.cCommitted}>
        <Num value={item.committed} paleZero />
      </td>
      <td className={css.cQuarantine}>
        <Num value={item.quarantine} paleZero />
      </td>
      <td className={css.cOnHand}>
        <Num value={item.onHand} paleZero />
      </td>
      <td className={css.cShortage}>
        <Num value={item.shortage} paleZero className={cx(item.shortage > 0 && css.short)} />
      </td>
      <td className={css.cSold}>
        <Num value={item.sold} paleZero />
      </td>
    </tr>
  );
}, sameRow);

/** On a phone the other figures stand under the name, as far as there are any. */
function PhoneLine({ item }: { item: StockItem }) {
  const { t } = useTranslation();
  const shown = (["committed", "held", "quarantine"] as const).filter((name) => item[name] > 0);
  return (
    <small className={css.phoneLine}>
      {item.shortage > 0 && (
        <b className={css.shortText}>
          {t("stock.column.shortage")} <Num value={item.shortage} />
        </b>
      )}
      <span>
        {t("stock.column.onHand")} <Num value={item.onHand} />
      </span>
      {shown.map((name) => (
        <span key={name}>
          {t(`stock.column.${name}`)} <Num value={item[name]} />
        </span>
      ))}
    </small>
  );
}
