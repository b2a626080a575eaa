import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber, Modal, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ZoneBody, ZoneItem } from "../../../api/floor.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";

export const purposes = [
  "storage",
  "picking",
  "receiving",
  "staging",
  "returns",
  "quarantine",
  "studio",
] as const satisfies readonly ZoneItem["purpose"][];

interface ZoneFormProps {
  readonly warehouse: string;
  /** Null: a new one. */
  readonly item: ZoneItem | null;
  /** The place on the way behind the last one. */
  readonly next: number;
  readonly onClose: () => void;
}

interface Fields {
  readonly zone: string;
  readonly name: string;
  readonly purpose: ZoneItem["purpose"];
  readonly categories: readonly string[];
  readonly exclusive: boolean;
  readonly sharing: ZoneItem["sharing"];
  readonly route: number | null;
}

const codeCharsMax = 64;

/** A zone's rules: what may stand there, and what may share a bin. */
export function ZoneForm({ warehouse, item, next, onClose }: ZoneFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const { save, remove, askRemove } = useZoneActions(warehouse, item, onClose);
  const chosen = Form.useWatch("categories", form) ?? item?.categories ?? [];
  return (
    <Modal
      open
      title={item === null ? t("floor.addZone") : t("floor.editZone", { name: item.zone })}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={520}
      footer={(buttons) => (
        <div className={css.formFoot}>
          {item !== null && (
            <Button danger type="text" loading={remove.isPending} onClick={() => void askRemove()}>
              {t("floor.removeZone")}
            </Button>
          )}
          <span>{buttons}</span>
        </div>
      )}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={
          item ?? {
            zone: "",
            name: "",
            purpose: "storage",
            categories: [],
            exclusive: false,
            sharing: "any",
            route: next,
          }
        }
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <ZoneFields fresh={item === null} exclusiveOff={chosen.length === 0} />
        <ErrorNote error={save.error ?? remove.error} />
      </Form>
    </Modal>
  );
}

interface ZoneFieldsProps {
  /** A new zone: its code is still open. */
  readonly fresh: boolean;
  readonly exclusiveOff: boolean;
}

function ZoneFields({ fresh, exclusiveOff }: ZoneFieldsProps) {
  const { t } = useTranslation();
  const categories = useQuery({ queryKey: keys.categories, queryFn: api.categories });
  return (
    <>
      <Form.Item
        name="zone"
        label={t("floor.zoneCode")}
        extra={t("floor.zoneCodeHelp")}
        rules={[{ required: true, whitespace: true, message: t("floor.zoneCodeNeeded") }]}
      >
        <Input maxLength={codeCharsMax} disabled={!fresh} />
      </Form.Item>
      <Form.Item name="name" label={t("floor.zoneName")}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="purpose" label={t("floor.purpose")}>
        <Select options={purposes.map((value) => ({ value, label: t(`floor.purposes.${value}`) }))} />
      </Form.Item>
      <Form.Item name="categories" label={t("floor.categories")}>
        <Select
          mode="tags"
          placeholder={t("floor.categoriesAny")}
          options={(categories.data?.items ?? [])
            .filter((one) => one !== "")
            .map((value) => ({ value, label: value }))}
        />
      </Form.Item>
      <Form.Item name="exclusive" valuePropName="checked">
        <Checkbox disabled={exclusiveOff}>{t("floor.exclusive")}</Checkbox>
      </Form.Item>
      <Form.Item name="sharing" label={t("floor.sharing")}>
        <Segmented
          options={(["any", "one_sku", "one_lot"] as const).map((value) => ({
            value,
            label: t(`floor.sharings.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="route" label={t("floor.route")}>
        <InputNumber min={0} max={1_000_000} precision={0} />
      </Form.Item>
    </>
  );
}

/** Saving a zone, and removing it after a question. */
function useZoneActions(warehouse: string, item: ZoneItem | null, onDone: () => void) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const saved = () => {
    message.success(t("settings.saved"));
    void client.invalidateQueries({ queryKey: floorKeys.all });
    onDone();
  };
  const save = useMutation({
    mutationFn: ({ zone, name, purpose, sharing, exclusive, route, ...fields }: Fields) => {
      const body: ZoneBody = {
        name: name.trim(),
        purpose,
        sharing,
        categories: [...fields.categories],
        exclusive: exclusive && fields.categories.length > 0,
        ...(route === null ? {} : { route }),
      };
      return floorApi.saveZone(warehouse, (item?.zone ?? zone).trim(), body);
    },
    onSuccess: saved,
  });
  const remove = useMutation({
    mutationFn: () => floorApi.removeZone(warehouse, item?.zone ?? ""),
    onSuccess: saved,
  });
  const askRemove = () =>
    modal.confirm({
      title: t("floor.removeZone"),
      content: t("floor.removeZoneAsk"),
      okText: t("floor.removeZone"),
      cancelText: t("common.cancel"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(),
    });
  return { save, remove, askRemove };
}
