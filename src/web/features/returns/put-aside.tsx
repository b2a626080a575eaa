import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { QuarantineBody } from "../../../api/quarantine.ts";
import type { StockDetail } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { quarantine, returnKeys } from "./client.ts";
import { PhotoField } from "./photos.tsx";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

const shelfKey = ({ warehouse, bin, lot }: StockDetail["placements"][number]) =>
  JSON.stringify([warehouse, bin, lot]);

type Shelf = StockDetail["placements"][number];

function usePut() {
  const client = useQueryClient();
  return useKeyed(async (body: QuarantineBody, key) => {
    const done = await quarantine.put(body, key);
    void client.invalidateQueries({ queryKey: returnKeys.quarantine });
    return done;
  });
}

/** Where good units of a product stand; none before one is chosen. */
function useShelves(sku: string | null): readonly Shelf[] {
  const { data } = useQuery({
    queryKey: keys.sku(sku ?? ""),
    queryFn: ({ signal }) => api.sku(sku ?? "", signal),
    enabled: sku !== null,
  });
  return data?.placements.filter((one) => one.quality === "good" && one.quantity > 0) ?? [];
}

/** Good units turn out not to be: from which shelf, how many, why, and a picture. */
export function PutAside({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [sku, setSku] = useState<string | null>(null);
  const [shelf, setShelf] = useState<string | undefined>(undefined);
  const [units, setUnits] = useState(1);
  const [reason, setReason] = useState("");
  const [photos, setPhotos] = useState<readonly string[]>([]);
  const put = usePut();
  const shelves = useShelves(sku);
  const from = shelves.find((one) => shelfKey(one) === shelf) ?? shelves[0];
  const send = () => {
    if (from === undefined || sku === null) return;
    const { warehouse, bin, lot, quantity } = from;
    const taken = Math.min(units, quantity);
    put.mutate(
      { sku, units: taken, warehouse, bin, lot, reason: reason.trim(), photos: [...photos] },
      { onSuccess: onClose },
    );
  };
  return (
    <Modal
      open
      title={t("quarantine.put")}
      okText={t("quarantine.putOk")}
      okButtonProps={{ disabled: from === undefined || reason.trim() === "" }}
      cancelText={t("common.cancel")}
      confirmLoading={put.isPending}
      onOk={send}
      onCancel={onClose}
      width={480}
    >
      <div className={css.form}>
        <label>
          <span>{t("samples.sku")}</span>
          <SkuPicker
            value={text}
            onChange={(now) => {
              setText(now);
              setSku(null);
            }}
            onPick={(item) => setSku(item.sku)}
            placeholder={t("samples.skuHint")}
          />
        </label>
        {from !== undefined && (
          <>
            <ShelfPick shelves={shelves} from={from} onChange={setShelf} />
            <div>
              <span>{t("samples.units")}</span>
              <Stepper
                label={t("samples.units")}
                value={Math.min(units, from.quantity)}
                min={1}
                max={from.quantity}
                onChange={setUnits}
              />
            </div>
          </>
        )}
        <label>
          <span>{t("quarantine.reason")}</span>
          <Input value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
        </label>
        <PhotoField photos={photos} onChange={setPhotos} />
        <ErrorNote error={put.error} />
      </div>
    </Modal>
  );
}

interface ShelfPickProps {
  readonly shelves: readonly Shelf[];
  readonly from: Shelf;
  readonly onChange: (shelf: string) => void;
}

function ShelfPick({ shelves, from, onChange }: ShelfPickProps) {
  const { t } = useTranslation();
  return (
    <label>
      <span>{t("quarantine.shelf")}</span>
      <Select
        value={shelfKey(from)}
        onChange={onChange}
        options={shelves.map((one) => ({
          value: shelfKey(one),
          label: t("quarantine.shelfOf", {
            bin: one.bin === "" ? t("counts.noBin") : one.bin,
            n: one.quantity,
          }),
        }))}
      />
    </label>
  );
}
