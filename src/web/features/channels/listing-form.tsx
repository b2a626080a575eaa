import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { ListingItem } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Icon } from "../../ui/icon.tsx";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import css from "./channels.module.css";

const unitsPerPartMax = 10_000;

interface Fields {
  readonly listing: string;
  readonly title?: string;
  readonly parts?: readonly { readonly sku?: string; readonly units?: number; readonly gift?: boolean }[];
}

interface ListingFormProps {
  readonly channel: string;
  /** Null: a new one. */
  readonly listing: ListingItem | null;
  readonly onClose: () => void;
}

/** Rows without a SKU are rows that nobody filled. */
function partsOf({ parts = [] }: Fields) {
  return parts.flatMap(({ sku = "", units, gift }) =>
    sku.trim() === "" ? [] : [{ sku: sku.trim(), units: units ?? 1, gift: gift === true }],
  );
}

/** Says which goods one piece of a listing is. Without goods the listing is unmapped. */
export function ListingForm({ channel, listing, onClose }: ListingFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const { listing: id, title } = fields;
      const item = { listing: id.trim(), title: title?.trim(), parts: partsOf(fields) };
      return api.saveListings(channel, { items: [item] });
    },
    onSuccess: () => {
      message.success(t("listings.saved"));
      void client.invalidateQueries({ queryKey: keys.listings });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t(listing === null ? "listings.add" : "listings.edit")}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={620}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={listing ?? { parts: [{ units: 1 }] }}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="listing"
          label={t("listings.id")}
          rules={[{ required: true, whitespace: true, message: t("listings.idNeeded") }]}
        >
          <Input maxLength={128} disabled={listing !== null} placeholder={t("listings.idHint")} />
        </Form.Item>
        <Form.Item name="title" label={t("listings.name")}>
          <Input maxLength={400} />
        </Form.Item>
        <div className={css.partsTitle}>{t("listings.parts")}</div>
        <Parts />
        <div className={css.formError}>
          <ErrorNote error={save.error} />
        </div>
      </Form>
    </Modal>
  );
}

function Parts() {
  const { t } = useTranslation();
  return (
    <Form.List name="parts">
      {(rows, { add, remove }) => (
        <>
          {rows.map((row) => (
            <div key={row.key} className={css.partRow}>
              <Form.Item name={[row.name, "sku"]} noStyle>
                <SkuPicker placeholder={t("listings.sku")} />
              </Form.Item>
              <Form.Item name={[row.name, "units"]} noStyle initialValue={1}>
                <InputNumber
                  min={1}
                  max={unitsPerPartMax}
                  precision={0}
                  prefix="×"
                  aria-label={t("listings.units")}
                />
              </Form.Item>
              <Form.Item name={[row.name, "gift"]} noStyle valuePropName="checked">
                <Checkbox>{t("listings.gift")}</Checkbox>
              </Form.Item>
              <Button
                type="text"
                icon={<Icon name="trash" size={17} />}
                aria-label={t("common.remove")}
                onClick={() => remove(row.name)}
              />
            </div>
          ))}
          <Button icon={<Icon name="plus" size={16} />} onClick={() => add({ units: 1 })}>
            {t("listings.addPart")}
          </Button>
        </>
      )}
    </Form.List>
  );
}
