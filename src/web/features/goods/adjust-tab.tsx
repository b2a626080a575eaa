import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { AdjustForm, type GoodsAction } from "../../ui/adjust-form.tsx";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Failure, Skeleton } from "../../ui/state.tsx";
import css from "./goods.module.css";
import { ScanField } from "./scan-field.tsx";

const groups = [
  { name: "bad", actions: ["quarantine", "release", "destroy", "write_off"] },
  { name: "loan", actions: ["loan", "loan_return", "loan_return_bad", "loan_lost"] },
  { name: "shelf", actions: ["put_away", "supplier_return", "count_gain", "count_loss"] },
] as const;

/** Moves units of one SKU by hand, with a reason. */
export function AdjustTab() {
  const { t } = useTranslation();
  const [sku, setSku] = useState<string | null>(null);
  const [action, setAction] = useState<GoodsAction>("quarantine");
  return (
    <Card>
      <ScanField onItem={(item) => setSku(item.sku)} />
      {sku === null ? (
        <p className={css.hint}>{t("goods.adjustHint")}</p>
      ) : (
        <>
          <div className={css.what}>
            <span className="muted">{t("goods.action")}</span>
            <Select
              value={action}
              onChange={setAction}
              aria-label={t("goods.action")}
              options={groups.map((group) => ({
                label: t(`goods.group.${group.name}`),
                options: group.actions.map((one) => ({ value: one, label: t(`adjust.action.${one}`) })),
              }))}
            />
          </div>
          <Chosen key={`${sku} ${action}`} sku={sku} action={action} onClear={() => setSku(null)} />
        </>
      )}
    </Card>
  );
}

function Chosen({ sku, action, onClear }: { sku: string; action: GoodsAction; onClear: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery({
    queryKey: keys.sku(sku),
    queryFn: ({ signal }) => api.sku(sku, signal),
  });
  if (data === undefined) {
    return error === null ? <Skeleton lines={4} /> : <Failure error={error} onRetry={() => void refetch()} />;
  }
  const { item } = data;
  const figures = [
    [t("place.available"), item.available],
    [t("place.quarantine"), item.quarantine],
    [t("place.loaned"), item.loaned],
    [t("stock.column.onHand"), item.onHand],
  ] as const;
  return (
    <>
      <div className={css.chosen}>
        <div className={css.names}>
          <b>{item.name}</b>
          <small>{item.code}</small>
        </div>
        {figures.map(([name, value]) => (
          <div key={name} className={css.figure}>
            <b>{format.number(value)}</b>
            <small>{name}</small>
          </div>
        ))}
        <Button type="text" onClick={onClear}>
          {t("goods.change")}
        </Button>
      </div>
      <AdjustForm action={action} item={item} placements={data.placements} onDone={() => undefined} />
    </>
  );
}
