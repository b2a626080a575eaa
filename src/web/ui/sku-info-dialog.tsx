import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, AutoComplete, Form, Input, InputNumber, Modal, Select, type InputRef } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StockItem } from "../../api/stock.ts";
import { api } from "../api.ts";
import { keys } from "../feed/apply.ts";
import { useFormat } from "./format.ts";
import { ErrorNote } from "./state.tsx";

interface Fields {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  /** In the currency's own unit, as people write it. */
  readonly price: number | null;
  readonly barcodes: string[];
}

interface SkuInfoDialogProps {
  /** Null: a new SKU. */
  readonly item: Pick<StockItem, "sku" | "code" | "name" | "category" | "price" | "barcodes"> | null;
  /** The code of a new one, where it is known already. */
  readonly code?: string;
  readonly onClose: () => void;
  readonly onSaved?: () => void;
}

const nameCharsMax = 400;
const codeCharsMax = 64;
const barcodesMax = 20;

/** What a SKU is: its name, category, price and barcodes. How it is sold is the policy's. */
export function SkuInfoDialog({ item, code = "", onClose, onSaved }: SkuInfoDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  const client = useQueryClient();
  const first = useRef<InputRef>(null);
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const price = Math.round((fields.price ?? 0) * format.moneyScale);
      const body = {
        name: fields.name.trim(),
        category: (fields.category ?? "").trim(),
        barcodes: fields.barcodes,
        price,
      };
      return item === null
        ? api.saveSkus({ items: [{ code: fields.code.trim(), ...body }] })
        : api.savePolicy(item.sku, body);
    },
    onSuccess: () => {
      message.success(t("skuInfo.saved"));
      void client.invalidateQueries({ queryKey: keys.stock });
      void client.invalidateQueries({ queryKey: keys.categories });
      onSaved?.();
      onClose();
    },
  });
  const price = item === null ? null : item.price / format.moneyScale;
  const initial = item === null ? { code, name: "", category: "", price, barcodes: [] } : { ...item, price };
  return (
    <Modal
      open
      title={t(item === null ? "skuInfo.add" : "skuInfo.edit")}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={() => first.current?.focus()}
      width={460}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="code"
          label={t("skuInfo.code")}
          rules={[{ required: true, whitespace: true, message: t("skuInfo.codeNeeded") }]}
        >
          <Input maxLength={codeCharsMax} disabled={item !== null} />
        </Form.Item>
        <Form.Item
          name="name"
          label={t("skuInfo.name")}
          rules={[{ required: true, whitespace: true, message: t("skuInfo.nameNeeded") }]}
        >
          <Input ref={first} maxLength={nameCharsMax} />
        </Form.Item>
        <MoreFields decimals={Math.round(Math.log10(format.moneyScale))} />
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}

function MoreFields({ decimals }: { decimals: number }) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.categories, queryFn: api.categories });
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: "0 12px" }}>
        <Form.Item name="price" label={t("skuInfo.price")}>
          <InputNumber min={0} precision={decimals} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="category" label={t("skuInfo.category")}>
          <AutoComplete
            options={(data?.items ?? []).map((value) => ({ value }))}
            showSearch={{ filterOption: (text, option) => option?.value.includes(text) ?? false }}
          />
        </Form.Item>
      </div>
      <Form.Item name="barcodes" label={t("skuInfo.barcodes")} extra={t("skuInfo.barcodesHelp")}>
        <Select
          mode="tags"
          open={false}
          suffixIcon={null}
          maxCount={barcodesMax}
          tokenSeparators={[",", " "]}
        />
      </Form.Item>
    </>
  );
}
