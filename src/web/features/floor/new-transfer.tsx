import { Button, Input, InputNumber, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { WarehouseItem } from "../../../api/catalog.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Note } from "../../ui/state.tsx";
import css from "./floor.module.css";
import { ScanSku } from "./scan-sku.tsx";
import { useNewTransfer, type SentLine } from "./use-new-transfer.ts";

interface NewTransferProps {
  readonly warehouses: readonly WarehouseItem[];
  readonly onClose: () => void;
}

/** What is sent, from where to where. */
export function NewTransfer({ warehouses, onClose }: NewTransferProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const draft = useNewTransfer(warehouses);
  return (
    <Modal
      open
      title={t("floor.transfers.add")}
      okText={t("floor.transfers.send", { n: format.number(draft.units) })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: !draft.ready }}
      confirmLoading={draft.send.isPending}
      onOk={draft.submit}
      onCancel={onClose}
      width={640}
    >
      <div className={css.stack}>
        <Ends
          warehouses={warehouses}
          from={draft.from}
          to={draft.to}
          onFrom={draft.setFrom}
          onTo={draft.setTo}
        />
        <ScanSku placeholder={t("floor.transfers.linesHint")} onItem={draft.add} />
        <SentLines lines={draft.lines} onChange={draft.change} onRemove={draft.remove} />
        <Input
          value={draft.note}
          maxLength={400}
          onChange={(event) => draft.setNote(event.target.value)}
          placeholder={t("floor.transfers.note")}
          aria-label={t("floor.transfers.note")}
        />
        <Note>{t("floor.transfers.sendNote")}</Note>
        <ErrorNote error={draft.send.error} />
      </div>
    </Modal>
  );
}

interface EndsProps {
  readonly warehouses: readonly WarehouseItem[];
  readonly from: string;
  readonly to: string;
  readonly onFrom: (warehouse: string) => void;
  readonly onTo: (warehouse: string) => void;
}

/** The warehouse that sends and the one that receives. */
function Ends({ warehouses, from, to, onFrom, onTo }: EndsProps) {
  const { t } = useTranslation();
  const options = warehouses.map((one) => ({ value: one.warehouse, label: one.name }));
  return (
    <div className={css.ends}>
      <label>
        <span className={css.label}>{t("floor.transfers.from")}</span>
        <Select value={from} onChange={onFrom} options={options} aria-label={t("floor.transfers.from")} />
      </label>
      <Icon name="next" size={20} />
      <label>
        <span className={css.label}>{t("floor.transfers.to")}</span>
        <Select
          value={to}
          onChange={onTo}
          options={options.filter((one) => one.value !== from)}
          aria-label={t("floor.transfers.to")}
        />
      </label>
    </div>
  );
}

interface SentLinesProps {
  readonly lines: readonly SentLine[];
  readonly onChange: (at: number, part: Partial<SentLine>) => void;
  readonly onRemove: (at: number) => void;
}

function SentLines({ lines, onChange, onRemove }: SentLinesProps) {
  const { t } = useTranslation();
  return (
    <ul className={css.lines} aria-label={t("floor.transfers.lines")}>
      {lines.map((line, index) => (
        <li key={line.sku}>
          <span className={css.two}>
            <b>{line.name}</b>
            <small>{line.code}</small>
          </span>
          <InputNumber
            min={1}
            precision={0}
            value={line.quantity}
            onChange={(quantity) => onChange(index, { quantity })}
            aria-label={t("goods.quantityOf", { sku: line.code })}
          />
          <Input
            value={line.bin}
            maxLength={64}
            onChange={(event) => onChange(index, { bin: event.target.value })}
            placeholder={t("floor.transfers.fromBin")}
            aria-label={t("goods.binOf", { sku: line.code })}
          />
          <Button
            type="text"
            icon={<Icon name="trash" size={16} />}
            aria-label={t("goods.removeOf", { sku: line.code })}
            onClick={() => onRemove(index)}
          />
        </li>
      ))}
    </ul>
  );
}
