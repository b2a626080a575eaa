import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  App,
  Checkbox,
  Form,
  Input,
  InputNumber,
  Modal,
  Segmented,
  Select,
  Switch,
  type FormInstance,
} from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RobotBody, RobotItem } from "../../../api/robots.ts";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { faultOf, liveKeys, liveSettings, type RobotKind } from "./client.ts";
import css from "./live-settings.module.css";

const topics = ["alert", "patrol", "reminder", "stop_sell", "shortage"] as const;
type Topic = (typeof topics)[number];

interface Fields {
  readonly name: string;
  readonly severityMin: 1 | 2 | 3;
  readonly topics: Topic[];
  readonly language: "zh" | "en";
  readonly configuration?: Readonly<Record<string, unknown>>;
}

interface RobotFormProps {
  /** Null: a new one. */
  readonly robot: RobotItem | null;
  readonly kind: RobotKind;
  readonly onClose: () => void;
}

const nameCharsMax = 60;

/** What is left empty was not said. */
function filled(configuration: Fields["configuration"]): Readonly<Record<string, unknown>> {
  const entries = Object.entries(configuration ?? {});
  return Object.fromEntries(
    entries
      .map(([name, value]) => [name, typeof value === "string" ? value.trim() : value] as const)
      .filter(([, value]) => value !== "" && value != null && !(Array.isArray(value) && value.length === 0)),
  );
}

/** Adds a receiver or changes one. Its secrets are never shown again: they are entered anew or left as they are. */
export function RobotForm({ robot, kind, onClose }: RobotFormProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const [anew, setAnew] = useState(robot === null || robot.description === null);
  const save = useSave(robot, kind, anew, form, onClose);
  const fault = faultOf(save.error);
  return (
    <Modal
      open
      title={t("robots.formTitle", { kind: t(`robots.kind.${kind}`) })}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={500}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initialOf(robot, kind, t(`robots.kind.${kind}`))}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("robots.name")}
          rules={[{ required: true, whitespace: true, message: t("robots.nameNeeded") }]}
        >
          <Input maxLength={nameCharsMax} placeholder={t("robots.nameHint")} />
        </Form.Item>
        {robot !== null && kind !== "web_push" && (
          <Form.Item>
            <label className={css.inline}>
              <Switch size="small" checked={anew} onChange={setAnew} /> {t("robots.anew")}
            </label>
          </Form.Item>
        )}
        {anew && kind !== "web_push" && (
          <>
            <Note>{t(`robots.help.${kind}`)}</Note>
            <div className={css.gap} />
            {kind === "email" ? <Mail /> : <Address kind={kind} />}
          </>
        )}
        <What />
        {fault === null || !anew ? <ErrorNote error={save.error} /> : null}
      </Form>
    </Modal>
  );
}

function initialOf(robot: RobotItem | null, kind: RobotKind, name: string): Partial<Fields> {
  const configuration = kind === "email" ? { port: 465, security: "tls" } : {};
  if (robot === null) return { name, severityMin: 1, topics: [...topics], language: "zh", configuration };
  const chosen = topics.filter((topic) => robot.topics.length === 0 || robot.topics.includes(topic));
  const severityMin = robot.severityMin as Fields["severityMin"];
  return { name: robot.name, severityMin, topics: chosen, language: robot.language, configuration };
}

function useSave(
  robot: RobotItem | null,
  kind: RobotKind,
  anew: boolean,
  form: FormInstance<Fields>,
  onClose: () => void,
) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ configuration, ...fields }: Fields) => {
      const name = fields.name.trim();
      const sent = anew && kind !== "web_push" ? { configuration: filled(configuration) } : {};
      if (robot === null)
        return liveSettings.addRobot({ ...fields, name, kind, configuration: {}, ...sent } as RobotBody);
      const { version, active } = robot;
      return liveSettings.saveRobot(robot.id, { ...fields, name, version, active, ...sent });
    },
    onSuccess: () => {
      message.success(t("settings.saved"));
      void client.invalidateQueries({ queryKey: liveKeys.robots });
      onClose();
    },
    onError: (error) => {
      const fault = faultOf(error);
      if (fault === null) return;
      const text = i18n.language === "en" ? fault.en : fault.zh;
      form.setFields([{ name: ["configuration", fault.field] as never, errors: [text] }]);
    },
  });
}

const signed: ReadonlySet<RobotKind> = new Set(["dingtalk", "feishu", "webhook"]);

/** A chat's robot or a program: its address, and what its messages are signed with. */
function Address({ kind }: { kind: RobotKind }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name={["configuration", "url"]}
        label={t("robots.url")}
        rules={[{ required: true, whitespace: true, message: t("robots.urlNeeded") }]}
      >
        <Input inputMode="url" autoComplete="off" placeholder="https://" />
      </Form.Item>
      {signed.has(kind) && (
        <Form.Item
          name={["configuration", "secret"]}
          label={t("robots.secret")}
          rules={kind === "webhook" ? [{ required: true, message: t("robots.secretNeeded") }] : []}
        >
          <Input.Password autoComplete="off" maxLength={200} />
        </Form.Item>
      )}
      {(kind === "dingtalk" || kind === "feishu") && (
        <Form.Item name={["configuration", "keywords"]} label={t("robots.keywords")}>
          <Select mode="tags" open={false} suffixIcon={null} maxCount={10} tokenSeparators={[",", " "]} />
        </Form.Item>
      )}
    </>
  );
}

function Mail() {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t("robots.needed") }];
  return (
    <>
      <div className={css.pair}>
        <Form.Item name={["configuration", "host"]} label={t("robots.mail.host")} rules={needed}>
          <Input autoComplete="off" placeholder="smtp.exmail.qq.com" />
        </Form.Item>
        <Form.Item name={["configuration", "port"]} label={t("robots.mail.port")} rules={needed}>
          <InputNumber min={1} max={65_535} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name={["configuration", "security"]} label={t("robots.mail.security")}>
        <Segmented
          options={[
            { value: "tls", label: "TLS" },
            { value: "starttls", label: "STARTTLS" },
            { value: "none", label: t("robots.mail.plain") },
          ]}
        />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name={["configuration", "user"]} label={t("robots.mail.user")}>
          <Input autoComplete="off" maxLength={254} />
        </Form.Item>
        <Form.Item name={["configuration", "password"]} label={t("robots.mail.password")}>
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
      </div>
      <Form.Item name={["configuration", "from"]} label={t("robots.mail.from")} rules={needed}>
        <Input inputMode="email" autoComplete="off" maxLength={254} />
      </Form.Item>
      <Form.Item name={["configuration", "to"]} label={t("robots.mail.to")} rules={needed}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", ";", " "]} />
      </Form.Item>
    </>
  );
}

/** What a receiver is told. */
function What() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name="severityMin" label={t("robots.severityMin")}>
        <Segmented
          block
          options={[
            { value: 1, label: t("robots.severity.all") },
            { value: 2, label: t("robots.severity.ready") },
            { value: 3, label: t("robots.severity.urgent") },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="topics"
        label={t("robots.topics")}
        rules={[{ required: true, type: "array", min: 1, message: t("robots.topicsNeeded") }]}
      >
        <Checkbox.Group options={topics.map((value) => ({ value, label: t(`robots.topic.${value}`) }))} />
      </Form.Item>
      <Form.Item name="language" label={t("robots.language")}>
        <Segmented
          options={[
            { value: "zh", label: t("settings.chinese") },
            { value: "en", label: t("settings.english") },
          ]}
        />
      </Form.Item>
    </>
  );
}
