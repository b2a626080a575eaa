import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { WarehouseItem } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Card } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import css from "./settings.module.css";

/** The buildings that hold the goods. */
export function Warehouses() {
  const { t } = useTranslation();
  const [form, setForm] = useState<WarehouseItem | "new" | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses });
  return (
    <Card
      title={t("warehouses.title")}
      note={t("warehouses.note")}
      actions={
        <>
          <Link to="/floor">
            <Button>{t("nav.floor")}</Button>
          </Link>
          <Button type="primary" onClick={() => setForm("new")}>
            {t("warehouses.add")}
          </Button>
        </>
      }
    >
      {data === undefined && error === null && <Skeleton lines={3} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      <ul>
        {data?.items.map((item) => (
          <li key={item.warehouse} className={css.item}>
            <div className={css.itemNames}>
              <b>{item.name === "" ? item.warehouse : item.name}</b>
              <small>{item.warehouse}</small>
            </div>
            <Button
              type="text"
              icon={<Icon name="edit" size={16} />}
              aria-label={t("warehouses.editOf", { name: item.name })}
              onClick={() => setForm(item)}
            />
          </li>
        ))}
      </ul>
      {form !== null && (
        <WarehouseForm
          item={form === "new" ? null : form}
          taken={data?.items.map((one) => one.warehouse) ?? []}
          onClose={() => setForm(null)}
        />
      )}
    </Card>
  );
}

interface WarehouseFormProps {
  readonly item: WarehouseItem | null;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

interface Fields {
  readonly warehouse: string;
  readonly name: string;
}

const nameCharsMax = 100;
const idCharsMax = 64;

function WarehouseForm({ item, taken, onClose }: WarehouseFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const first = useRef<InputRef>(null);
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: ({ warehouse, name }: Fields) => api.saveWarehouse(item?.warehouse ?? warehouse, name.trim()),
    onSuccess: () => {
      message.success(t("settings.saved"));
      void client.invalidateQueries({ queryKey: keys.warehouses });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t(item === null ? "warehouses.add" : "warehouses.rename")}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={() => first.current?.focus()}
      width={420}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={item ?? { name: "", warehouse: "" }}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("warehouses.name")}
          rules={[{ required: true, whitespace: true, message: t("warehouses.nameNeeded") }]}
        >
          <Input ref={first} maxLength={nameCharsMax} />
        </Form.Item>
        <Form.Item
          name="warehouse"
          label={t("warehouses.id")}
          extra={t("channels.idHelp")}
          rules={[
            { required: true, message: t("channels.idNeeded") },
            { pattern: /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, message: t("channels.idBad") },
            {
              validator: (_, value: string) =>
                item === null && taken.includes(value)
                  ? Promise.reject(new Error(t("warehouses.idTaken")))
                  : Promise.resolve(),
            },
          ]}
        >
          <Input maxLength={idCharsMax} disabled={item !== null} />
        </Form.Item>
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}
