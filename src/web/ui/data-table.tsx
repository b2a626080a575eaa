import { useMemo, useRef, useState, type ReactNode } from "react";
import { cx } from "./cx.ts";
import { usePhone } from "./hooks.ts";
import { useWindow } from "./use-window.ts";
import css from "./data-table.module.css";

export interface DataColumn<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** What the column is sorted by; without it, it is not. */
  readonly by?: (row: T) => number | string;
  /** Pixels; the first column takes what is left and is never narrower than this. */
  readonly width: number;
  /** Stays on a phone, where there is room for few. */
  readonly phone?: boolean;
  readonly left?: boolean;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly columns: readonly DataColumn<T>[];
  readonly sort?: { readonly key: string; readonly desc: boolean };
  /** Every row is drawn, as for printing. */
  readonly whole?: boolean;
  readonly rowPx?: number;
}

const headPx = 40;

/** A long table that scrolls in its own frame. Only the rows on screen are drawn; its head and first column stay. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, keyOf, columns, whole = false, rowPx = 46 } = props;
  const phone = usePhone();
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [sort, setSort] = useState(props.sort ?? { key: "", desc: true });
  const shownColumns = phone ? columns.filter((column, index) => index === 0 || column.phone) : columns;
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const view = useWindow({ scroller, body, count: sorted.length, rowPx, coverPx: headPx });
  const [start, end] = whole ? [0, sorted.length] : [view.start, view.end];
  const width = shownColumns.reduce((sum, column) => sum + column.width, 0);
  const onSort = ({ key, by }: DataColumn<T>) => {
    if (by !== undefined) setSort((now) => ({ key, desc: now.key === key ? !now.desc : true }));
  };
  return (
    // Who has no mouse scrolls it by keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a frame that scrolls must be reachable by keyboard
    <section ref={scroller} className={cx(css.frame, whole && css.whole)} tabIndex={0} aria-label={label}>
      <table
        className={css.table}
        style={phone ? undefined : { minWidth: width }}
        aria-rowcount={rows.length + 1}
      >
        <colgroup>
          {shownColumns.map(({ key, width: px }, index) => (
            <col key={key} style={index === 0 ? undefined : { width: px }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {shownColumns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={() => onSort(column)} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Space px={start * rowPx} columns={shownColumns.length} />
          {sorted.slice(start, end).map((row, offset) => (
            <tr key={keyOf(row)} aria-rowindex={start + offset + 2} style={{ height: rowPx }}>
              {shownColumns.map(({ key, cell, left }) => (
                <td key={key} className={cx(left && css.left)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Space px={(sorted.length - end) * rowPx} columns={shownColumns.length} />
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps<T> {
  readonly column: DataColumn<T>;
  readonly sort: { readonly key: string; readonly desc: boolean };
  readonly onSort: () => void;
}

function Head<T>({ column, sort, onSort }: HeadProps<T>) {
  const mine = sort.key === column.key;
  const order = mine ? (sort.desc ? "descending" : "ascending") : "none";
  return (
    <th
      scope="col"
      className={cx(column.left && css.left)}
      aria-sort={column.by === undefined ? undefined : order}
    >
      {column.by === undefined ? (
        column.title
      ) : (
        <button type="button" onClick={onSort}>
          <span className={cx(mine && (sort.desc ? css.desc : css.asc))}>{column.title}</span>
        </button>
      )}
    </th>
  );
}

function Space({ px, columns }: { px: number; columns: number }) {
  if (px <= 0) return null;
  return (
    <tr aria-hidden="true" className={css.space}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- it is empty room, hidden from readers */}
      <td colSpan={columns} style={{ height: px }} />
    </tr>
  );
}

function sortRows<T>(
  rows: readonly T[],
  columns: readonly DataColumn<T>[],
  { key, desc }: { readonly key: string; readonly desc: boolean },
): readonly T[] {
  const by = columns.find((column) => column.key === key)?.by;
  if (by === undefined) return rows;
  const turn = desc ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)];
    return a === b ? 0 : turn * (a < b ? -1 : 1);
  });
}
