import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ShopItem } from "../../api/shop.ts";
import { api } from "../api.ts";
import { keys } from "../feed/apply.ts";
import css from "./shop-form.module.css";
import { ErrorNote } from "./state.tsx";
import { currencies, timeZones } from "./time-zones.ts";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

interface ShopFormProps {
  readonly shop: ShopItem;
  readonly submitText: string;
  readonly onSaved: () => void;
}

/** The shop's name, and how it counts its days and its money. */
export function ShopForm({ shop, submitText, onSaved }: ShopFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<ShopItem>();
  const zones = useMemo(
    () => timeZones().map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") })),
    [],
  );
  const save = useMutation({
    mutationFn: (body: ShopItem) => api.saveShop({ ...body, name: body.name.trim() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.me });
      onSaved();
    },
  });
  const clockOf = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={shop}
      onFinish={(fields: ShopItem) => save.mutate(fields)}
    >
      <Form.Item
        name="name"
        label={t("shop.name")}
        rules={[{ required: true, whitespace: true, message: t("shop.nameNeeded") }]}
      >
        <Input maxLength={100} size="large" autoComplete="organization" placeholder={t("shop.nameHint")} />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name="timeZone" label={t("shop.timeZone")} rules={[{ required: true }]}>
          <Select showSearch options={zones} />
        </Form.Item>
        <Form.Item name="currency" label={t("shop.currency")} rules={[{ required: true }]}>
          <Select
            showSearch
            options={[...new Set([shop.currency, ...currencies])].map((value) => ({ value, label: value }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="dayCutHour" label={t("shop.dayCut")} extra={t("shop.dayCutHelp")}>
        <Select
          className={css.hour}
          aria-label={t("shop.dayCut")}
          options={hours.map((hour) => ({ value: hour, label: clockOf(hour) }))}
        />
      </Form.Item>
      <ErrorNote error={save.error} />
      <Button type="primary" size="large" htmlType="submit" loading={save.isPending}>
        {submitText}
      </Button>
    </Form>
  );
}
