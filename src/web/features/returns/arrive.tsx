import { useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReturnBody, ReturnItem, ReturnsFound } from "../../../api/returns.ts";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { returnKeys, returns } from "./client.ts";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

type Order = ReturnsFound["orders"][number];

interface Asked {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string;
  readonly units: number;
  readonly max: number;
}

const unitsMax = 9_999;

const askedOf = (order: Order | null): readonly Asked[] =>
  (order?.lines ?? [])
    .filter((line) => line.returnable > 0)
    .map(({ lineId, sku, name, returnable }) => ({ lineId, sku, name, units: returnable, max: returnable }));

interface ArriveProps {
  /** What was scanned or typed. */
  readonly code: string;
  readonly orders: readonly Order[];
  readonly onReceived: (item: ReturnItem) => void;
  readonly onCancel: () => void;
}

/** A parcel has come: whose it is, and what is in it. */
export function Arrive({ code, orders, onReceived, onCancel }: ArriveProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Order | null>(orders[0] ?? null);
  return (
    <section className={css.arrive} aria-label={t("returns.arrive.title")}>
      {orders.length > 0 && (
        <div className={css.orders}>
          {orders.map((order) => (
            <button
              key={`${order.channel} ${order.orderId}`}
              type="button"
              className={cx(css.pick, order === chosen && css.picked)}
              onClick={() => setChosen(order)}
            >
              {order.orderId}
            </button>
          ))}
          <button
            type="button"
            className={cx(css.pick, chosen === null && css.picked)}
            onClick={() => setChosen(null)}
          >
            {t("returns.unknownOrder")}
          </button>
        </div>
      )}
      {orders.length === 0 && <Note tone="warn">{t("returns.arrive.unknown", { code })}</Note>}
      <Lines
        key={chosen === null ? "" : `${chosen.channel} ${chosen.orderId}`}
        order={chosen}
        // What was scanned is the order's number or else the parcel's.
        waybill={orders.some(({ orderId }) => orderId === code) ? "" : code}
        onReceived={onReceived}
        onCancel={onCancel}
      />
    </section>
  );
}

interface LinesProps {
  readonly order: Order | null;
  readonly waybill: string;
  readonly onReceived: (item: ReturnItem) => void;
  readonly onCancel: () => void;
}

function Lines({ order, waybill: scanned, onReceived, onCancel }: LinesProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [lines, setLines] = useState(() => askedOf(order));
  const [waybill, setWaybill] = useState(scanned);
  const [note, setNote] = useState("");
  const [adding, setAdding] = useState("");
  const receive = useKeyed((body: ReturnBody, key) => returns.receive(body, key));
  const wanted = lines.filter(({ units }) => units > 0);
  const change = (line: Asked, units: number) =>
    setLines(lines.map((one) => (one === line ? { ...one, units } : one)));
  const send = () =>
    receive.mutate(
      {
        ...(order === null ? {} : { order: { channel: order.channel, orderId: order.orderId } }),
        ...(waybill.trim() === "" ? {} : { waybill: waybill.trim() }),
        ...(note.trim() === "" ? {} : { note: note.trim() }),
        lines: wanted.map(({ lineId, sku, units }) => ({ ...(lineId === "" ? {} : { lineId }), sku, units })),
      },
      {
        onSuccess: (item) => {
          client.setQueryData(returnKeys.one(item.parcel), item);
          void client.invalidateQueries({ queryKey: returnKeys.all });
          onReceived(item);
        },
      },
    );
  return (
    <>
      {order !== null && lines.length === 0 && <Note tone="warn">{t("returns.arrive.allBack")}</Note>}
      <AskedList lines={lines} inOrder={order !== null} onChange={change} />
      <div className={css.addLine}>
        <Icon name="plus" size={16} />
        <SkuPicker
          value={adding}
          onChange={setAdding}
          placeholder={t(order === null ? "returns.arrive.add" : "returns.arrive.addOther")}
          onPick={({ sku, name }) => {
            setAdding("");
            if (lines.some((line) => line.sku === sku)) return;
            setLines([...lines, { lineId: "", sku, name, units: 1, max: unitsMax }]);
          }}
        />
      </div>
      <Texts waybill={waybill} note={note} onWaybill={setWaybill} onNote={setNote} />
      <ErrorNote error={receive.error} />
      <div className={css.buttons}>
        <Button
          type="primary"
          size="large"
          loading={receive.isPending}
          disabled={wanted.length === 0}
          onClick={send}
        >
          {t("returns.arrive.ok", { n: wanted.reduce((sum, { units }) => sum + units, 0) })}
        </Button>
        <Button size="large" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
      </div>
    </>
  );
}

interface AskedListProps {
  readonly lines: readonly Asked[];
  readonly inOrder: boolean;
  readonly onChange: (line: Asked, units: number) => void;
}

function AskedList({ lines, inOrder, onChange }: AskedListProps) {
  const { t } = useTranslation();
  return (
    <ul className={css.asked}>
      {lines.map((line) => (
        <li key={`${line.lineId} ${line.sku}`}>
          <div>
            <b>{line.name === "" ? line.sku : line.name}</b>
            <small>
              {line.sku} {line.lineId === "" && inOrder && <Tag>{t("returns.notInOrder")}</Tag>}
            </small>
          </div>
          <Stepper
            label={t("returns.arrive.unitsOf", { sku: line.sku })}
            value={line.units}
            max={line.max}
            onChange={(units) => onChange(line, units)}
          />
        </li>
      ))}
    </ul>
  );
}

interface TextsProps {
  readonly waybill: string;
  readonly note: string;
  readonly onWaybill: (text: string) => void;
  readonly onNote: (text: string) => void;
}

function Texts({ waybill, note, onWaybill, onNote }: TextsProps) {
  const { t } = useTranslation();
  return (
    <div className={css.texts}>
      <Input
        value={waybill}
        maxLength={64}
        placeholder={t("returns.waybill")}
        aria-label={t("returns.waybill")}
        onChange={(event) => onWaybill(event.target.value)}
      />
      <Input
        value={note}
        maxLength={200}
        placeholder={t("returns.arrive.note")}
        aria-label={t("returns.arrive.note")}
        onChange={(event) => onNote(event.target.value)}
      />
    </div>
  );
}
