import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LineItem, OrderDetail } from "../../../api/orders.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { JournalList } from "../../ui/journal-list.tsx";
import { Tag } from "../../ui/tag.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";
import { LineState } from "./line-state.tsx";
import css from "./orders.module.css";

interface OrderPanelProps {
  readonly channel: string;
  readonly orderId: string;
  readonly onClose: () => void;
}

/** One order: its lines, what is known of each, where their units are, and how that came. */
export function OrderPanel({ channel, orderId, onClose }: OrderPanelProps) {
  const { t } = useTranslation();
  const nameOf = useChannelNames();
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.orders, "one", channel, orderId],
    queryFn: ({ signal }) => api.order(channel, orderId, signal),
  });
  return (
    <SidePanel title={orderId} subtitle={nameOf(channel)} label={t("orders.panel")} onClose={onClose}>
      {data === undefined && error === null && <Skeleton lines={7} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Content order={data} />}
    </SidePanel>
  );
}

function Content({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const amount = order.lines.reduce((sum, line) => sum + line.amount, 0);
  const units = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const first = order.lines[0];
  const facts: [string, string][] = [
    [t("orders.fact.units"), format.number(units)],
    [t("orders.fact.amount"), format.money(amount)],
  ];
  if (first !== undefined) facts.push([t("orders.fact.placedAt"), format.moment(first.placedAt)]);
  if (first?.expiresAt != null && first.stage === "created") {
    facts.push([t("orders.fact.expiresAt"), format.moment(first.expiresAt)]);
  }
  if (first?.region != null && first.region !== "") facts.push([t("orders.fact.region"), first.region]);
  return (
    <>
      {order.hold !== null && (
        <p className={css.hold}>
          <output>
            <Tag tone="tier3">{t("orders.hold.tag")}</Tag>{" "}
            {t("orders.hold.text", { who: words.actor(order.hold.by), when: format.moment(order.hold.at) })}{" "}
            <Link to={`/odd/cases/${encodeURIComponent(order.hold.case)}`}>{t("orders.hold.open")}</Link>
          </output>
        </p>
      )}
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <section>
        <h3 className={css.heading}>{t("orders.lines", { count: order.lines.length })}</h3>
        <ul>
          {order.lines.map((line) => (
            <Line key={`${line.lineId} ${line.sku}`} line={line} />
          ))}
        </ul>
      </section>
      <Cancel order={order} />
      <section>
        <h3 className={css.heading}>{t("journal.title")}</h3>
        {order.journal.length === 0 ? (
          <p className="muted">{t("journal.empty")}</p>
        ) : (
          <JournalList items={order.journal.toReversed()} withSku />
        )}
      </section>
    </>
  );
}

/** Takes back what is not shipped. The platform is not told: that is said before anything happens. */
function Cancel({ order: { channel, orderId, lines } }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const format = useFormat();
  const textOf = useProblemText();
  const client = useQueryClient();
  const mayCancel = useCan("orders:write");
  const open = lines.reduce((units, line) => units + line.quantity - line.closed - line.shipped, 0);
  const cancel = useMutation({
    mutationFn: () => api.cancelOrder(channel, orderId),
    onSuccess: () => {
      message.success(t("orders.cancel.done"));
      void client.invalidateQueries({ queryKey: keys.orders });
      void client.invalidateQueries({ queryKey: keys.stock });
    },
    onError: (error) => message.error(textOf(error)),
  });
  if (!mayCancel || open <= 0) return null;
  const ask = () =>
    void modal.confirm({
      title: t("orders.cancel.ask", { n: format.number(open) }),
      content: t("orders.cancel.text"),
      okText: t("orders.cancel.do"),
      okButtonProps: { danger: true },
      cancelText: t("common.back"),
      onOk: () => cancel.mutateAsync().catch(() => undefined),
    });
  return (
    <Button danger loading={cancel.isPending} onClick={ask}>
      {t("orders.cancel.do")}
    </Button>
  );
}

function Line({ line }: { line: LineItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  // Where every unit of the line is. What is closed went back to be sold.
  const rows: [string, number][] = [
    [words.place(line.place), line.covered],
    [t(line.kind === "presale" ? "why.presale" : "why.shortage"), line.backlog],
    [t("orders.where.shipped"), line.shipped],
    [t("orders.where.returned"), line.returnedGood + line.returnedBad],
    [t("orders.where.closed"), line.closed],
  ];
  const shown = rows.filter(([, units]) => units > 0);
  return (
    <li className={css.line}>
      <div className={css.lineHead}>
        <Link to={`/stock/${encodeURIComponent(line.sku)}`}>{line.name === "" ? line.sku : line.name}</Link>
        <b>× {format.number(line.quantity)}</b>
        <LineState line={line} />
        <span className={css.lineAmount}>{format.money(line.amount)}</span>
      </div>
      <p className={css.where}>
        {shown.length === 0
          ? t("orders.where.nothing")
          : shown.map(([name, units]) => `${name} ${format.number(units)}`).join(" · ")}
        {line.name !== "" && ` · ${line.sku}`}
      </p>
    </li>
  );
}
