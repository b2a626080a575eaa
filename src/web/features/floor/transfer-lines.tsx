import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { TransferItem } from "../../../api/floor.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Note } from "../../ui/state.tsx";
import css from "./floor.module.css";
import { Refusal } from "./refusal.tsx";
import { ScanSku } from "./scan-sku.tsx";
import { arrivedKey, useArrivals, type Arrived, type ArrivedLine } from "./use-arrivals.ts";

/** The lines of a transfer, and counting in what has arrived of them. */
export function TransferLines({ item }: { item: TransferItem }) {
  const { t } = useTranslation();
  const may = useCan("stock:write") && item.mayReceive;
  const arrivals = useArrivals(item);
  const [bin, setBin] = useState("");
  return (
    <Card>
      <div className={css.stack}>
        {item.status === "on_the_way" && !item.mayReceive && (
          <Note tone="warn">{t("floor.transfers.samePerson")}</Note>
        )}
        {may && (
          <ScanSku
            placeholder={t("floor.transfers.scan")}
            onItem={({ sku, code, name }) => arrivals.scan(sku, code, name)}
          />
        )}
        {arrivals.said !== null && <Note tone="bad">{arrivals.said}</Note>}
        <LinesTable lines={item.lines} may={may} arrivedOf={arrivals.arrivedOf} onSet={arrivals.set} />
        {may && (
          <ReceiveRow
            bin={bin}
            units={arrivals.units}
            ready={arrivals.units !== 0 && !arrivals.wrong}
            receiving={arrivals.receive.isPending}
            onBin={setBin}
            onReceive={() => arrivals.submit(bin)}
          />
        )}
        {arrivals.wrong && <Note tone="bad">{t("floor.transfers.damagedTooMany")}</Note>}
        <Refusal
          error={arrivals.receive.error}
          onPick={setBin}
          onOverride={(reason) => arrivals.submit(bin, reason)}
        />
      </div>
    </Card>
  );
}

interface LinesTableProps {
  readonly lines: readonly ArrivedLine[];
  readonly may: boolean;
  readonly arrivedOf: (line: ArrivedLine) => Arrived;
  readonly onSet: (line: ArrivedLine, part: Partial<Arrived>) => void;
}

function LinesTable({ lines, may, arrivedOf, onSet }: LinesTableProps) {
  const { t } = useTranslation();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th>{t("floor.lots.sku")}</th>
          <th>{t("floor.transfers.sent")}</th>
          <th>{t("floor.transfers.received")}</th>
          <th>{t("floor.transfers.left")}</th>
          {may && <th>{t("floor.transfers.now")}</th>}
          {may && <th>{t("floor.transfers.damaged")}</th>}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <LineRow
            key={arrivedKey(line)}
            line={line}
            may={may}
            arrived={arrivedOf(line)}
            onChange={(part) => onSet(line, part)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface ReceiveRowProps {
  readonly bin: string;
  readonly units: number;
  readonly ready: boolean;
  readonly receiving: boolean;
  readonly onBin: (bin: string) => void;
  readonly onReceive: () => void;
}

/** Into which bin, and the button that receives. */
function ReceiveRow({ bin, units, ready, receiving, onBin, onReceive }: ReceiveRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={css.moveRow}>
      <Input
        size="large"
        value={bin}
        maxLength={64}
        onChange={(event) => onBin(event.target.value)}
        placeholder={t("floor.transfers.bin")}
        aria-label={t("floor.transfers.bin")}
      />
      <Button type="primary" size="large" loading={receiving} disabled={!ready} onClick={onReceive}>
        {t("floor.transfers.receive", { n: format.number(units) })}
      </Button>
    </div>
  );
}

interface LineRowProps {
  readonly line: ArrivedLine;
  readonly may: boolean;
  readonly arrived: Arrived;
  readonly onChange: (part: Partial<Arrived>) => void;
}

function LineRow({ line, may, arrived, onChange }: LineRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = line.name === "" ? line.code : line.name;
  const about = [
    line.code,
    ...(line.lot === "" ? [] : [t("counts.lotOf", { lot: line.lot })]),
    ...(line.quality === "bad" ? [t("adjust.bad")] : []),
  ];
  return (
    <tr>
      <td aria-label={[name, ...about].join(" · ")}>
        <span className={css.two}>
          <Link to={`/stock/${encodeURIComponent(line.sku)}`}>{name}</Link>
          <small>{about.join(" · ")}</small>
        </span>
      </td>
      <td>{format.number(line.sent)}</td>
      <td>
        {format.number(line.received)}
        {line.damaged > 0 && (
          <small className="tier3">
            {t("floor.transfers.damaged")} {format.number(line.damaged)}
          </small>
        )}
      </td>
      <td>{format.number(line.open)}</td>
      {may && (
        <td>
          <InputNumber
            min={0}
            max={line.open}
            precision={0}
            value={arrived.quantity}
            onChange={(quantity) => onChange({ quantity: quantity ?? 0 })}
            aria-label={t("goods.quantityOf", { sku: line.code })}
          />
        </td>
      )}
      {may && (
        <td>
          <InputNumber
            min={0}
            max={arrived.quantity}
            precision={0}
            value={arrived.damaged}
            disabled={line.quality === "bad"}
            onChange={(damaged) => onChange({ damaged: damaged ?? 0 })}
            aria-label={`${t("floor.transfers.damaged")} ${line.code}`}
          />
        </td>
      )}
    </tr>
  );
}
