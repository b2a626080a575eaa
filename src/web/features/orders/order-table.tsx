import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LineItem } from "../../../api/orders.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { LineState } from "./line-state.tsx";
import css from "./orders.module.css";

interface OrderRef {
  readonly channel: string;
  readonly orderId: string;
}

interface OrderTableProps {
  readonly lines: readonly LineItem[];
  readonly selected: OrderRef | null;
  readonly hrefOf: (order: OrderRef) => string;
  readonly onOpen: (order: OrderRef) => void;
}

/** Order lines, the latest first. Lines of one order stand together under its number. */
export function OrderTable({ lines, selected, hrefOf, onOpen }: OrderTableProps) {
  const { t } = useTranslation();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t("orders.column.order")}</th>
          <th scope="col">{t("orders.column.goods")}</th>
          <th scope="col" className={css.number}>
            {t("orders.column.quantity")}
          </th>
          <th scope="col">{t("orders.column.state")}</th>
          <th scope="col" className={cx(css.number, css.wide)}>
            {t("orders.column.amount")}
          </th>
          <th scope="col" className={cx(css.number, css.wide)}>
            {t("orders.column.placedAt")}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => {
          const before = lines[index - 1];
          const first = before?.channel !== line.channel || before.orderId !== line.orderId;
          const on = selected?.channel === line.channel && selected.orderId === line.orderId;
          return (
            <Row
              key={`${line.channel} ${line.orderId} ${line.lineId} ${line.sku}`}
              line={line}
              first={first}
              on={on}
              href={hrefOf(line)}
              onOpen={() => onOpen(line)}
            />
          );
        })}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly line: LineItem;
  /** The first line of its order in this list. */
  readonly first: boolean;
  readonly on: boolean;
  readonly href: string;
  readonly onOpen: () => void;
}

function Row({ line, first, on, href, onOpen }: RowProps) {
  const format = useFormat();
  const nameOf = useChannelNames();
  const now = useNow(60_000);
  return (
    <tr
      className={cx(css.row, on && css.on, !first && css.follows)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
    >
      <td>
        {first && (
          <>
            <Link to={href} className={css.order}>
              {line.orderId}
            </Link>
            <small className={css.small}>{nameOf(line.channel)}</small>
          </>
        )}
      </td>
      <td className={css.goods}>
        {line.name === "" ? line.sku : line.name}
        <small className={css.small}>
          {[line.name === "" ? "" : line.sku, line.listing ?? ""].filter((text) => text !== "").join(" · ")}
        </small>
      </td>
      <td className={css.number}>{format.number(line.quantity)}</td>
      <td>
        <LineState line={line} />
      </td>
      <td className={cx(css.number, css.wide)}>{format.money(line.amount)}</td>
      <td className={cx(css.number, css.wide, css.small)}>{format.brief(line.placedAt, now)}</td>
    </tr>
  );
}
