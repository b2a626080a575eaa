import { useQuery } from "@tanstack/react-query";
import { Button, Input, InputNumber, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ReceiptBody } from "../../../api/goods.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ErrorNote, Note } from "../../ui/state.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import css from "./goods.module.css";
import { addScan, bodyOf, type ReceiptLine } from "./receipt.ts";
import { ScanField } from "./scan-field.tsx";

interface Booked {
  readonly seq: number;
  readonly units: number;
}

/** Books what arrived: scan or type each SKU, say how many, put them on a shelf now or later. */
export function ReceiveTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const [lines, setLines] = useState<readonly ReceiptLine[]>([]);
  const [done, setDone] = useState<Booked | null>(null);
  const [latest, setLatest] = useState<string | null>(null);
  const change = (sku: string, part: Partial<ReceiptLine>) =>
    setLines((before) => before.map((line) => (line.sku === sku ? { ...line, ...part } : line)));
  return (
    <Card>
      <ScanField
        onItem={(item) => {
          setDone(null);
          setLatest(item.sku);
          setLines((before) => addScan(before, item));
        }}
      />
      {done !== null && (
        <Note tone="good">
          {t("goods.received", {
            count: done.units,
            n: format.number(done.units),
            seq: format.number(done.seq),
          })}
        </Note>
      )}
      {lines.length === 0 && done === null && (
        <Empty icon="receive" title={t("goods.empty.title")}>
          {t("goods.empty.text")}
        </Empty>
      )}
      <ul className={css.lines}>
        {lines.map((line) => (
          <Line
            key={line.sku}
            line={line}
            latest={line.sku === latest}
            onChange={(part) => change(line.sku, part)}
            onRemove={() => setLines((before) => before.filter((one) => one.sku !== line.sku))}
          />
        ))}
      </ul>
      {lines.length > 0 && <Foot lines={lines} onBooked={setDone} onClear={() => setLines([])} />}
    </Card>
  );
}

interface FootProps {
  readonly lines: readonly ReceiptLine[];
  readonly onBooked: (booked: Booked) => void;
  readonly onClear: () => void;
}

/** What is said of the whole receipt, and the button that books it. */
function Foot({ lines, onBooked, onClear }: FootProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [note, setNote] = useState("");
  const [warehouse, setWarehouse] = useState<string | undefined>(undefined);
  const receive = useKeyed((body: ReceiptBody, key) => api.receive(body, key));
  const units = lines.reduce((sum, line) => sum + (line.quantity ?? 0), 0);
  const body = bodyOf(lines, { warehouse, note });
  const book = () => {
    if (body === null) return;
    receive.mutate(body, {
      onSuccess: ({ seq }) => {
        onBooked({ seq, units });
        onClear();
      },
    });
  };
  return (
    <>
      <div className={css.foot}>
        <WarehousePick value={warehouse} onChange={setWarehouse} />
        <Input
          value={note}
          onChange={(event) => setNote(event.target.value)}
          placeholder={t("goods.note")}
          aria-label={t("goods.note")}
          maxLength={400}
        />
      </div>
      <ErrorNote error={receive.error} />
      <div className={css.submit}>
        <Button
          type="primary"
          size="large"
          loading={receive.isPending}
          disabled={body === null}
          onClick={book}
        >
          {t("goods.book", { count: units, n: format.number(units) })}
        </Button>
        <Button size="large" onClick={onClear}>
          {t("goods.clear")}
        </Button>
      </div>
    </>
  );
}

interface LineProps {
  readonly line: ReceiptLine;
  readonly latest: boolean;
  readonly onChange: (part: Partial<ReceiptLine>) => void;
  readonly onRemove: () => void;
}

function Line({ line, latest, onChange, onRemove }: LineProps) {
  const { t } = useTranslation();
  return (
    <li className={css.line} data-latest={latest}>
      <div className={css.names}>
        <Link to={`/stock/${encodeURIComponent(line.sku)}`}>{line.name}</Link>
        <small>{line.code}</small>
      </div>
      <InputNumber
        className={css.quantity}
        size="large"
        min={1}
        precision={0}
        inputMode="numeric"
        value={line.quantity}
        onChange={(quantity) => onChange({ quantity })}
        onFocus={(event) => event.target.select()}
        aria-label={t("goods.quantityOf", { sku: line.code })}
      />
      <Input
        className={css.bin}
        value={line.bin}
        onChange={(event) => onChange({ bin: event.target.value })}
        placeholder={t("goods.bin")}
        aria-label={t("goods.binOf", { sku: line.code })}
        maxLength={64}
      />
      <Input
        className={css.lot}
        value={line.lot}
        onChange={(event) => onChange({ lot: event.target.value })}
        placeholder={t("goods.lot")}
        aria-label={t("goods.lotOf", { sku: line.code })}
        maxLength={64}
      />
      <Segmented<ReceiptLine["quality"]>
        value={line.quality}
        onChange={(quality) => onChange({ quality })}
        aria-label={t("adjust.quality")}
        options={[
          { value: "good", label: t("adjust.good") },
          { value: "bad", label: t("adjust.bad") },
        ]}
      />
      <Button
        type="text"
        icon={<Icon name="trash" size={17} />}
        aria-label={t("goods.removeOf", { sku: line.code })}
        onClick={onRemove}
      />
    </li>
  );
}

function WarehousePick({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const items = data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <Select
      value={value ?? items[0]?.warehouse}
      onChange={onChange}
      aria-label={t("adjust.warehouse")}
      options={items.map((one) => ({ value: one.warehouse, label: one.name }))}
    />
  );
}
