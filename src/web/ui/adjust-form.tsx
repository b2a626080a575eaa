import { useQuery } from "@tanstack/react-query";
import { App, AutoComplete, Button, Form, Input, InputNumber, Segmented, Select } from "antd";
import type { ComponentRef } from "react";
import { useTranslation } from "react-i18next";
import type { AdjustmentBody, ReceiptBody } from "../../api/goods.ts";
import type { PlacementItem, StockItem } from "../../api/stock.ts";
import { api } from "../api.ts";
import { keys } from "../feed/apply.ts";
import css from "./adjust-form.module.css";
import { useFocusAtMount } from "./focus.ts";
import { useFormat } from "./format.ts";
import { ErrorNote } from "./state.tsx";
import { useKeyed } from "./use-keyed.ts";

/** What a person can do with units. `receive` is a receipt of one line; the others are adjustments. */
export type GoodsAction = AdjustmentBody["action"] | "receive";

interface Fields {
  readonly quantity: number;
  readonly warehouse?: string;
  readonly bin?: string;
  readonly toBin?: string;
  readonly lot?: string;
  readonly quality?: "good" | "bad";
  readonly note?: string;
}

/** Units that are gone need a reason: somebody will ask for it. */
const needsReason: ReadonlySet<GoodsAction> = new Set([
  "write_off",
  "destroy",
  "loan_lost",
  "count_gain",
  "count_loss",
]);
const needsQuality: ReadonlySet<GoodsAction> = new Set([
  "receive",
  "supplier_return",
  "put_away",
  "count_gain",
  "count_loss",
]);
const needsTarget: ReadonlySet<GoodsAction> = new Set([
  "put_away",
  "loan_return",
  "loan_return_bad",
  "release",
]);
/** What comes from outside the shelves has no shelf to be taken from. */
const noSource: ReadonlySet<GoodsAction> = new Set([
  "receive",
  "loan_return",
  "loan_return_bad",
  "loan_lost",
]);

type Units = Record<"available" | "quarantine" | "loaned" | "onHand", number>;

/** The most that this could move, so that a slip is seen before the server refuses it. */
export function mostOf(action: GoodsAction, item: Units, quality: "good" | "bad"): number | null {
  switch (action) {
    case "receive":
    case "count_gain":
      return null;
    case "release":
    case "destroy":
      return item.quarantine;
    case "loan_return":
    case "loan_return_bad":
    case "loan_lost":
      return item.loaned;
    case "put_away":
    case "count_loss":
      return quality === "bad" ? item.quarantine : item.onHand - item.quarantine;
    case "supplier_return":
      return quality === "bad" ? item.quarantine : item.available;
    case "write_off":
    case "quarantine":
    case "loan":
      return item.available;
  }
}

function trimmed(text: string | undefined): string | undefined {
  const short = text?.trim();
  return short === "" ? undefined : short;
}

function send(action: GoodsAction, sku: string, fields: Fields, key: string) {
  const { quantity, warehouse, quality } = fields;
  const bin = trimmed(fields.bin);
  const lot = trimmed(fields.lot);
  const note = trimmed(fields.note);
  if (action === "receive") {
    const body: ReceiptBody = { warehouse, note, lines: [{ sku, quantity, quality, bin, lot }] };
    return api.receive(body, key);
  }
  const body: AdjustmentBody = {
    action,
    sku,
    quantity,
    warehouse,
    quality,
    bin,
    toBin: trimmed(fields.toBin),
    lot,
    note,
  };
  return api.adjust(body, key);
}

interface AdjustFormProps {
  readonly action: GoodsAction;
  readonly item: StockItem;
  readonly placements: readonly PlacementItem[];
  readonly onDone: () => void;
  readonly onCancel?: () => void;
}

/** Moves units of one SKU: how many, from which shelf, why. */
export function AdjustForm({ action, item, placements, onDone, onCancel }: AdjustFormProps) {
  const first = useFocusAtMount<ComponentRef<typeof InputNumber>>();
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const quality = Form.useWatch("quality", form) ?? "good";
  const most = mostOf(action, item, quality);
  const move = useKeyed((fields: Fields, key) => send(action, item.sku, fields, key));
  const submit = (fields: Fields) =>
    move.mutate(fields, {
      onSuccess: ({ seq }) => {
        message.success(t("adjust.done", { action: t(`adjust.action.${action}`), seq: format.number(seq) }));
        form.resetFields();
        onDone();
      },
    });
  return (
    <Form
      form={form}
      layout="vertical"
      onFinish={submit}
      initialValues={{ quality: "good" }}
      className={css.form}
    >
      <div className={css.title}>{t(`adjust.action.${action}`)}</div>
      <p className={css.help}>{t(`adjust.help.${action}`)}</p>
      {needsQuality.has(action) && (
        <Form.Item name="quality" label={t("adjust.quality")}>
          <Segmented
            options={[
              { value: "good", label: t("adjust.good") },
              { value: "bad", label: t("adjust.bad") },
            ]}
          />
        </Form.Item>
      )}
      <div className={css.pair}>
        <Form.Item
          name="quantity"
          label={most === null ? t("adjust.quantity") : t("adjust.quantityOf", { n: format.number(most) })}
          rules={[{ required: true, message: t("adjust.quantityNeeded") }]}
        >
          <InputNumber min={1} precision={0} ref={first} inputMode="numeric" className={css.wide} />
        </Form.Item>
        <Shelf action={action} placements={placements} quality={quality} />
      </div>
      <Warehouse />
      <Form.Item
        name="note"
        label={t("adjust.reason")}
        rules={
          needsReason.has(action)
            ? [{ required: true, whitespace: true, message: t("adjust.reasonNeeded") }]
            : []
        }
      >
        <Input placeholder={t("adjust.reasonHint")} maxLength={400} />
      </Form.Item>
      <ErrorNote error={move.error} />
      <div className={css.buttons}>
        <Button type="primary" htmlType="submit" loading={move.isPending}>
          {t(`adjust.action.${action}`)}
        </Button>
        {onCancel !== undefined && <Button onClick={onCancel}>{t("common.cancel")}</Button>}
      </div>
    </Form>
  );
}

interface ShelfProps {
  readonly action: GoodsAction;
  readonly placements: readonly PlacementItem[];
  readonly quality: "good" | "bad";
}

function Shelf({ action, placements, quality }: ShelfProps) {
  const { t } = useTranslation();
  const fromBad = action === "release" || action === "destroy" || quality === "bad";
  const bins = placements
    .filter((one) => one.quantity > 0 && one.bin !== "" && (one.quality === "bad") === fromBad)
    .map((one) => one.bin);
  const options = [...new Set(bins)].map((bin) => ({ value: bin }));
  return (
    <>
      {!noSource.has(action) && (
        <Form.Item name="bin" label={t("adjust.bin")}>
          <AutoComplete options={options} placeholder={t("adjust.anyBin")} />
        </Form.Item>
      )}
      {action === "receive" && (
        <>
          <Form.Item name="bin" label={t("adjust.toBin")}>
            <AutoComplete options={options} placeholder={t("adjust.binLater")} />
          </Form.Item>
          <Form.Item name="lot" label={t("adjust.lot")}>
            <Input maxLength={64} placeholder={t("adjust.optional")} />
          </Form.Item>
        </>
      )}
      {needsTarget.has(action) && (
        <Form.Item
          name="toBin"
          label={t("adjust.toBin")}
          rules={action === "put_away" ? [{ required: true, message: t("adjust.toBinNeeded") }] : []}
        >
          <Input maxLength={64} placeholder={action === "put_away" ? "" : t("adjust.binLater")} />
        </Form.Item>
      )}
    </>
  );
}

/** A shop with one warehouse is not asked which. */
function Warehouse() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const items = data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <Form.Item name="warehouse" label={t("adjust.warehouse")} initialValue={items[0]?.warehouse}>
      <Select options={items.map((one) => ({ value: one.warehouse, label: one.name }))} />
    </Form.Item>
  );
}
