import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, InputNumber, Segmented, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { SkuPatch } from "../../../api/catalog.ts";
import type { StockItem } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import css from "./policy-form.module.css";

type Policy = Required<
  Pick<
    SkuPatch,
    | "bufferUnits"
    | "bufferPercent"
    | "limitPerOrder"
    | "limitPerBuyer"
    | "limitHours"
    | "deductAt"
    | "presaleQuota"
    | "selling"
  >
>;

function policyOf(item: StockItem): Policy {
  const { bufferUnits, bufferPercent, limitPerOrder, limitPerBuyer, limitHours, presaleQuota, selling } =
    item;
  const deductAt = item.deductAt === "payment" ? "payment" : "order";
  return {
    bufferUnits,
    bufferPercent,
    limitPerOrder,
    limitPerBuyer,
    limitHours,
    presaleQuota,
    selling,
    deductAt,
  };
}

/** Only what was changed is sent, so that two people who edit different fields do not undo each other. */
export function changesOf(before: Policy, after: Policy): SkuPatch {
  const changed = Object.entries(after).filter(([name, value]) => before[name as keyof Policy] !== value);
  return Object.fromEntries(changed);
}

/** How a SKU is sold: what strict selling leaves alone, how many one buyer may have, when units are set aside. */
export function PolicyForm({ item }: { item: StockItem }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Policy>();
  const before = policyOf(item);
  const save = useMutation({
    mutationFn: (patch: SkuPatch) => api.savePolicy(item.sku, patch),
    onSuccess: () => {
      message.success(t("policy.saved"));
      void client.invalidateQueries({ queryKey: keys.stock });
    },
  });
  const submit = (values: Policy) => {
    // A field that was emptied is no limit; a buffer that was emptied is none.
    const after = {
      ...values,
      bufferUnits: values.bufferUnits ?? 0,
      bufferPercent: values.bufferPercent ?? 0,
    };
    const patch = changesOf(before, { ...after, limitHours: after.limitHours ?? before.limitHours });
    if (Object.keys(patch).length === 0) message.info(t("policy.unchanged"));
    else save.mutate(patch);
  };
  return (
    <Form form={form} layout="vertical" initialValues={before} onFinish={submit} className={css.form}>
      <Form.Item name="selling" label={t("policy.selling")} valuePropName="checked" className={css.switch}>
        <Switch checkedChildren={t("policy.on")} unCheckedChildren={t("policy.off")} />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name="bufferUnits" label={t("policy.bufferUnits")} tooltip={t("policy.bufferHelp")}>
          <InputNumber min={0} precision={0} suffix={t("policy.unit")} />
        </Form.Item>
        <Form.Item name="bufferPercent" label={t("policy.bufferPercent")}>
          <InputNumber min={0} max={100} suffix="%" />
        </Form.Item>
        <Form.Item name="limitPerOrder" label={t("policy.limitPerOrder")}>
          <InputNumber min={1} precision={0} placeholder={t("policy.noLimit")} suffix={t("policy.unit")} />
        </Form.Item>
        <Form.Item name="limitPerBuyer" label={t("policy.limitPerBuyer")}>
          <InputNumber min={1} precision={0} placeholder={t("policy.noLimit")} suffix={t("policy.unit")} />
        </Form.Item>
        <Form.Item name="limitHours" label={t("policy.limitHours")}>
          <InputNumber min={1} precision={0} suffix={t("policy.hour")} />
        </Form.Item>
        <Form.Item name="presaleQuota" label={t("policy.presaleQuota")}>
          <InputNumber min={0} precision={0} placeholder={t("policy.noLimit")} suffix={t("policy.unit")} />
        </Form.Item>
      </div>
      <Form.Item name="deductAt" label={t("policy.deductAt")}>
        <Segmented
          block
          options={[
            { value: "order", label: t("policy.atOrder") },
            { value: "payment", label: t("policy.atPayment") },
          ]}
        />
      </Form.Item>
      <ErrorNote error={save.error} />
      <Button type="primary" htmlType="submit" loading={save.isPending} block>
        {t("common.save")}
      </Button>
    </Form>
  );
}
