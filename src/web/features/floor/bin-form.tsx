import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, InputNumber, Modal, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { BinItem, ZoneItem } from "../../../api/floor.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { floorApi, floorKeys } from "./client.ts";

interface BinFormProps {
  readonly warehouse: string;
  /** Null: a new one. */
  readonly item: BinItem | null;
  readonly zone: string | null;
  readonly zones: readonly ZoneItem[];
  readonly onClose: () => void;
}

interface Fields {
  readonly bin: string;
  readonly zone: string | undefined;
  readonly route: number | null;
  readonly unitsMax: number | null;
  readonly active: boolean;
}

const codeCharsMax = 64;

/** One bin: which zone it is in, where it lies on the way, how much fits in. */
export function BinForm({ warehouse, item, zone, zones, onClose }: BinFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) =>
      floorApi.saveBin(warehouse, (item?.bin ?? fields.bin).trim(), {
        ...(fields.zone === undefined ? {} : { zone: fields.zone }),
        ...(fields.route === null || fields.route === item?.route ? {} : { route: fields.route }),
        unitsMax: fields.unitsMax,
        active: fields.active,
      }),
    onSuccess: () => {
      message.success(t("settings.saved"));
      void client.invalidateQueries({ queryKey: floorKeys.all });
      onClose();
    },
  });
  const initial: Fields = {
    bin: item?.bin ?? "",
    zone: item?.zone ?? zone ?? undefined,
    route: item?.route ?? null,
    unitsMax: item?.unitsMax ?? null,
    active: item?.active ?? true,
  };
  return (
    <Modal
      open
      title={item === null ? t("floor.addBin") : t("floor.editBin", { name: item.bin })}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={420}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <BinFields item={item} zones={zones} />
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}

function BinFields({ item, zones }: Pick<BinFormProps, "item" | "zones">) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="bin"
        label={t("floor.binCode")}
        rules={[{ required: true, whitespace: true, message: t("floor.binNeeded") }]}
      >
        <Input maxLength={codeCharsMax} disabled={item !== null} />
      </Form.Item>
      <Form.Item
        name="zone"
        label={t("floor.zone")}
        extra={item === null ? t("floor.zoneCodeHelp") : undefined}
      >
        <Select
          allowClear={item === null}
          options={[
            { value: "", label: t("floor.noZone") },
            ...zones.map((one) => ({ value: one.zone, label: one.zone })),
          ]}
        />
      </Form.Item>
      <Form.Item name="unitsMax" label={t("floor.capacity")}>
        <InputNumber
          min={1}
          max={1_000_000_000}
          precision={0}
          placeholder={t("floor.capacityNone")}
          style={{ width: "100%" }}
        />
      </Form.Item>
      <Form.Item name="route" label={t("floor.route")}>
        <InputNumber min={0} max={1_000_000} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="active" label={t("floor.active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  );
}
