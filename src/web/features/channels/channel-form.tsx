import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, InputNumber, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ChannelBody, ChannelItem } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";

const platforms = [
  "douyin",
  "taobao",
  "jd",
  "pinduoduo",
  "kuaishou",
  "wechat",
  "xiaohongshu",
  "tiktok",
  "shopify",
  "manual",
] as const;

const holdMinutesDefault = 15;
/** Thirty days. */
const holdMinutesMax = 43_200;

interface Fields {
  readonly channel: string;
  readonly platform: string;
  readonly name: string;
  readonly holdMinutes: number;
  readonly warehouses: string[];
}

interface ChannelFormProps {
  /** Null: a new one. */
  readonly channel: ChannelItem | null;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** Adds a store account, or changes one. */
export function ChannelForm({ channel, taken, onClose }: ChannelFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const words = useWords();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: ({ channel: id, ...body }: Fields) => {
      const sent: ChannelBody = body.warehouses?.length > 0 ? body : { ...body, warehouses: undefined };
      return api.saveChannel(id, sent);
    },
    onSuccess: () => {
      message.success(t("channels.saved"));
      void client.invalidateQueries({ queryKey: keys.channels });
      onClose();
    },
  });
  const onPlatform = (platform: string) => {
    if (channel !== null) return;
    const count = taken.filter((one) => one.startsWith(platform)).length;
    form.setFieldsValue({
      channel: count === 0 ? platform : `${platform}-${count + 1}`,
      name: form.isFieldTouched("name") ? form.getFieldValue("name") : words.platform(platform),
    });
  };
  return (
    <Modal
      open
      title={t(channel === null ? "channels.add" : "channels.edit")}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={460}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={channel ?? { platform: "manual", holdMinutes: holdMinutesDefault }}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item name="platform" label={t("channels.platform")} rules={[{ required: true }]}>
          <Select
            onChange={onPlatform}
            options={platforms.map((one) => ({ value: one, label: words.platform(one) }))}
          />
        </Form.Item>
        <Names isNew={channel === null} taken={taken} />
        <Selling />
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}

function Names({ isNew, taken }: { isNew: boolean; taken: readonly string[] }) {
  const { t } = useTranslation();
  const notTaken = (_: unknown, value: string) =>
    isNew && taken.includes(value) ? Promise.reject(new Error(t("channels.idTaken"))) : Promise.resolve();
  return (
    <>
      <Form.Item
        name="name"
        label={t("channels.name")}
        rules={[{ required: true, whitespace: true, message: t("channels.nameNeeded") }]}
      >
        <Input maxLength={100} placeholder={t("channels.nameHint")} />
      </Form.Item>
      <Form.Item
        name="channel"
        label={t("channels.id")}
        extra={t("channels.idHelp")}
        rules={[
          { required: true, message: t("channels.idNeeded") },
          { pattern: /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, message: t("channels.idBad") },
          { validator: notTaken },
        ]}
      >
        <Input maxLength={64} disabled={!isNew} />
      </Form.Item>
    </>
  );
}

/** How long it holds, and where it ships from if there is a choice. */
function Selling() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses });
  const warehouses = data?.items ?? [];
  return (
    <>
      <Form.Item
        name="holdMinutes"
        label={t("channels.holdMinutes")}
        extra={t("channels.holdHelp")}
        rules={[{ required: true }]}
      >
        <InputNumber
          min={1}
          max={holdMinutesMax}
          precision={0}
          suffix={t("channels.minutes")}
          style={{ width: "100%" }}
        />
      </Form.Item>
      {warehouses.length > 1 && (
        <Form.Item name="warehouses" label={t("channels.warehouses")} extra={t("channels.warehousesHelp")}>
          <Select
            mode="multiple"
            options={warehouses.map((one) => ({ value: one.warehouse, label: one.name }))}
          />
        </Form.Item>
      )}
    </>
  );
}
