import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ReturnItem } from "../../../api/returns.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { returnKeys, returns } from "./client.ts";
import { Inspect } from "./inspect.tsx";
import { Photos } from "./photos.tsx";
import css from "./returns.module.css";

interface ParcelProps {
  readonly item: ReturnItem;
  readonly onDone?: (item: ReturnItem) => void;
}

/** A parcel: whose it is, what is to be looked at, what was found. */
export function Parcel({ item, onDone }: ParcelProps) {
  const { t } = useTranslation();
  const mayWrite = useCan("stock:write");
  const open = item.lines.filter((line) => line.open > 0);
  return (
    <>
      <Order item={item} />
      {item.order === null && mayWrite && item.inspections.length === 0 && open.length > 0 && (
        <Match parcel={item.parcel} />
      )}
      {open.map((line) => (
        <article key={`${line.lineId} ${line.sku}`} className={css.line} data-line={line.sku}>
          <header>
            <b>{line.name === "" ? line.sku : line.name}</b>
            <small>
              {line.sku}
              {item.order !== null && line.lineId === "" && <> · {t("returns.notInOrder")}</>}
            </small>
            <span className={css.open}>
              {line.open}
              <small> / {line.units}</small>
            </span>
          </header>
          {mayWrite && (
            <Inspect key={line.open} parcel={item.parcel} line={line} onDone={(next) => onDone?.(next)} />
          )}
        </article>
      ))}
      {item.inspections.length > 0 && <Found item={item} />}
      {item.closed !== null && (
        <p className={css.closed}>{t("returns.closedBecause", { reason: item.closed })}</p>
      )}
      {mayWrite && open.length > 0 && <CloseRest parcel={item.parcel} />}
    </>
  );
}

const refundTone = { requested: "tier1", agreed: "tier1", refunding: "tier2", refunded: "ok" } as const;

/** The order as it stands: what was sent, what is back, and how far the money is. */
function Order({ item }: { item: ReturnItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { order, ordered } = item;
  const facts = [
    ...(item.waybill === "" ? [] : [[t("returns.waybill"), item.waybill]]),
    [t("returns.bin"), item.bin],
    [t("returns.arrived"), format.moment(item.arrivedAt)],
    ...(item.note === "" ? [] : [[t("returns.note"), item.note]]),
  ];
  return (
    <section className={css.order}>
      {order === null ? (
        <Tag tone="tier1">{t("returns.unknownOrder")}</Tag>
      ) : (
        <Link to={`/orders/${encodeURIComponent(order.channel)}/${encodeURIComponent(order.orderId)}`}>
          {order.orderId}
        </Link>
      )}
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {ordered.length > 0 && (
        <ul>
          {ordered.map((line) => (
            <li key={`${line.lineId} ${line.sku}`}>
              <span>{line.name === "" ? line.sku : line.name}</span>
              <small>
                {t("returns.sentBack", { sent: line.shipped, back: line.returnedGood + line.returnedBad })}
              </small>
              {line.refund === "none" || line.refund === "closed" ? (
                <Tag>{t("returns.noRefund")}</Tag>
              ) : (
                <Tag tone={refundTone[line.refund]}>{t(`orders.refund.${line.refund}`)}</Tag>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Found({ item }: { item: ReturnItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  return (
    <section className={css.found} aria-label={t("returns.found")}>
      <h3>{t("returns.found")}</h3>
      <ul>
        {item.inspections.map((one) => (
          <li key={one.entry}>
            <div>
              <b>{one.name === "" ? one.sku : one.name}</b>
              <small>
                {[t(`returns.reasons.${one.reason}`), words.actor(one.by), format.moment(one.at)].join(" · ")}
              </small>
            </div>
            <span>
              {one.good > 0 && <Tag tone="ok">{t("returns.goodOf", { n: one.good })}</Tag>}
              {one.bad > 0 && <Tag tone="tier3">{t("returns.badOf", { n: one.bad })}</Tag>}
            </span>
            <Photos photos={one.photos} label={one.sku} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whose a parcel is was found out. */
function Match({ parcel }: { parcel: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const match = useMutation({
    mutationFn: async (code: string) => {
      const [order] = (await returns.find(code)).orders;
      setMissing(order === undefined);
      return order === undefined
        ? null
        : returns.match(parcel, { channel: order.channel, orderId: order.orderId });
    },
    onSuccess: (item) => {
      if (item !== null) client.setQueryData(returnKeys.one(parcel), item);
      void client.invalidateQueries({ queryKey: returnKeys.all });
    },
  });
  return (
    <form
      className={css.match}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") match.mutate(text.trim());
      }}
    >
      <Input
        value={text}
        placeholder={t("returns.match.placeholder")}
        aria-label={t("returns.match.placeholder")}
        onChange={(event) => setText(event.target.value)}
      />
      <Button htmlType="submit" loading={match.isPending}>
        {t("returns.match.ok")}
      </Button>
      {missing && <p className="muted">{t("returns.match.none")}</p>}
      <ErrorNote error={match.error} />
    </form>
  );
}

function CloseRest({ parcel }: { parcel: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const close = useMutation({
    mutationFn: () => returns.close(parcel, reason.trim()),
    onSuccess: (item) => {
      client.setQueryData(returnKeys.one(parcel), item);
      void client.invalidateQueries({ queryKey: returnKeys.all });
    },
  });
  if (!asking)
    return (
      <Button type="link" className={css.quiet} onClick={() => setAsking(true)}>
        {t("returns.close.ask")}
      </Button>
    );
  return (
    <form
      className={css.match}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") close.mutate();
      }}
    >
      <Input
        value={reason}
        maxLength={200}
        placeholder={t("returns.close.reason")}
        aria-label={t("returns.close.reason")}
        onChange={(event) => setReason(event.target.value)}
      />
      <Button danger htmlType="submit" loading={close.isPending} disabled={reason.trim() === ""}>
        {t("returns.close.ok")}
      </Button>
      <ErrorNote error={close.error} />
    </form>
  );
}
