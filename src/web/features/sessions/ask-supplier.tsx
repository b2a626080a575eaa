import { useMutation } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { PrecheckLineItem } from "../../../api/sessions.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import { sessions } from "./client.ts";
import css from "./precheck.module.css";

interface AskSupplierProps {
  readonly session: string;
  readonly line: PrecheckLineItem;
  readonly onClose: () => void;
}

interface Fields {
  readonly supplier: string;
  readonly units: number | null;
}

const supplierCharsMax = 100;

/** What the plan lacks, which is the likeliest number to ask for. */
function missingOf({ evidence }: PrecheckLineItem): number | null {
  const target = Number(evidence["target"] ?? 0);
  const missing = Math.max(target - Number(evidence["sellable"] ?? 0), Number(evidence["shortage"] ?? 0));
  return missing > 0 ? missing : null;
}

/** Makes a link on which the supplier says how many there can be and when, without a log-in. */
export function AskSupplier({ session, line, onClose }: AskSupplierProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const ask = useMutation({
    mutationFn: ({ supplier, units }: Fields) =>
      sessions.act(session, {
        action: "ask_supplier",
        sku: line.sku ?? "",
        supplier: supplier.trim(),
        units,
      }),
  });
  const url = ask.data?.url === undefined ? null : new URL(ask.data.url, location.origin).href;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url ?? "");
      message.success(t("common.copied"));
    } catch {
      // Without TLS a browser has no clipboard: the text stands there to be marked.
      message.info(t("common.copyByHand"));
    }
  };
  return (
    <Modal
      open
      title={t("precheck.supplier.title", { name: line.name ?? line.sku ?? "" })}
      okText={t("precheck.supplier.make")}
      cancelText={t(url === null ? "common.cancel" : "common.close")}
      okButtonProps={{ style: { display: url === null ? undefined : "none" } }}
      confirmLoading={ask.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={460}
    >
      {url === null ? (
        <Form
          form={form}
          layout="vertical"
          initialValues={{ supplier: "", units: missingOf(line) }}
          onFinish={(fields: Fields) => ask.mutate(fields)}
        >
          <Form.Item
            name="supplier"
            label={t("precheck.supplier.name")}
            rules={[{ required: true, whitespace: true, message: t("precheck.supplier.nameNeeded") }]}
          >
            <Input maxLength={supplierCharsMax} />
          </Form.Item>
          <Form.Item name="units" label={t("precheck.supplier.units")}>
            <InputNumber min={1} precision={0} style={{ width: "100%" }} />
          </Form.Item>
          <ErrorNote error={ask.error} />
        </Form>
      ) : (
        <>
          <p>{t("precheck.supplier.send")}</p>
          <div className={css.link}>
            <code>{url}</code>
            <Button icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
              {t("common.copy")}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
