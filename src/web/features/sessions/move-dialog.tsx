import { Form, Input, InputNumber, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { FixItem, PrecheckLineItem } from "../../../api/sessions.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { useFixName } from "./evidence.ts";

interface MoveDialogProps {
  readonly line: PrecheckLineItem;
  readonly fix: FixItem;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onMove: (change: { readonly units: number; readonly toBin?: string }) => void;
  readonly onClose: () => void;
}

interface Fields {
  readonly units: number;
  readonly toBin?: string;
}

const binCharsMax = 64;

/** Asks before units move, because nothing takes it back: how many, from where, and to which shelf. */
export function MoveDialog({ line, fix, busy, error, onMove, onClose }: MoveDialogProps) {
  const { t } = useTranslation();
  const fixName = useFixName();
  const [form] = Form.useForm<Fields>();
  const place = [fix.warehouse, fix.bin, fix.lot].filter((text) => text !== undefined && text !== "");
  const from =
    fix.action === "set_aside"
      ? t("precheck.move.fullest")
      : place.length === 0
        ? t("sku.noBin")
        : place.join(" · ");
  const submit = ({ units, toBin = "" }: Fields) =>
    onMove(toBin.trim() === "" ? { units } : { units, toBin: toBin.trim() });
  return (
    <Modal
      open
      title={t("precheck.move.title", { action: fixName(fix.action), name: line.name ?? line.sku ?? "" })}
      okText={fixName(fix.action)}
      cancelText={t("common.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={420}
    >
      <p style={{ marginBottom: 14 }}>{t("precheck.move.text", { place: from })}</p>
      <Form form={form} layout="vertical" initialValues={{ units: fix.units ?? 0 }} onFinish={submit}>
        <Form.Item name="units" label={t("precheck.move.units")} rules={[{ required: true }]}>
          <InputNumber min={1} max={fix.units} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        {fix.action !== "move_to_quarantine" && (
          <Form.Item name="toBin" label={t("precheck.move.toBin")}>
            <Input
              maxLength={binCharsMax}
              placeholder={t(`precheck.move.${fix.action === "set_aside" ? "asideBin" : "usualBin"}`)}
            />
          </Form.Item>
        )}
        <ErrorNote error={error} />
      </Form>
    </Modal>
  );
}
