import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Modal, Select, type InputRef } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { SessionSummary } from "../../../api/sessions.ts";
import { useShop } from "../../session.ts";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { useNow } from "../../ui/hooks.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { instantOf, localOf } from "./plan.ts";

interface Fields {
  readonly title: string;
  readonly channels: string[];
  readonly startsAt: string;
  readonly endsAt: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hoursDefault = 4;
export const titleCharsMax = 120;

interface SessionFormProps {
  /** The past session whose products and terms the new one begins with; null: an empty one. */
  readonly copyOf: SessionSummary | null;
  readonly onClose: () => void;
}

/** A new session, empty or with the run-of-show of another. */
export function SessionForm({ copyOf, onClose }: SessionFormProps) {
  const { t } = useTranslation();
  const { timeZone } = useShop();
  const navigate = useNavigate();
  const client = useQueryClient();
  const first = useRef<InputRef>(null);
  const [form] = Form.useForm<Fields>();
  const now = useNow(60_000);
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const title = fields.title.trim();
      const startsAt = new Date(instantOf(fields.startsAt, timeZone) ?? now).toISOString();
      if (copyOf !== null) return sessions.copy(copyOf.id, { title, startsAt });
      const endsAt = new Date(instantOf(fields.endsAt, timeZone) ?? now).toISOString();
      return sessions.create({ title, channels: fields.channels, startsAt, endsAt, slots: [] });
    },
    onSuccess: (session) => {
      client.setQueryData(sessionKeys.one(session.id), session);
      void client.invalidateQueries({ queryKey: sessionKeys.list });
      void navigate(`/sessions/${encodeURIComponent(session.id)}`);
    },
  });
  return (
    <Modal
      open
      title={t(copyOf === null ? "sessions.add" : "sessions.copy")}
      okText={t("sessions.create")}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterOpenChange={() => first.current?.focus()}
      width={480}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initialOf(copyOf, now, timeZone)}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="title"
          label={t("plan.title")}
          rules={[{ required: true, whitespace: true, message: t("plan.titleNeeded") }]}
        >
          <Input ref={first} maxLength={titleCharsMax} placeholder={t("plan.titleHint")} />
        </Form.Item>
        {copyOf === null && <Channels />}
        <Times withEnd={copyOf === null} />
        <ErrorNote error={save.error} />
      </Form>
    </Modal>
  );
}

/** This evening, or tomorrow's when it is late; a copy takes the hour of the session that it comes from. */
function initialOf(copyOf: SessionSummary | null, now: number, timeZone: string): Partial<Fields> {
  const clock = copyOf === null ? "20:00" : localOf(Date.parse(copyOf.startsAt), timeZone).slice(11);
  const at = (instant: number) => `${localOf(instant, timeZone).slice(0, 10)}T${clock}`;
  const today = instantOf(at(now), timeZone) ?? now;
  const startsAt = today > now ? at(now) : at(now + dayMs);
  const start = instantOf(startsAt, timeZone) ?? now;
  const endsAt = localOf(start + hoursDefault * hourMs, timeZone);
  return { title: copyOf?.title ?? "", channels: [], startsAt, endsAt };
}

function Channels() {
  const { t } = useTranslation();
  const channels = useChannels();
  const nameOf = useChannelNames();
  return (
    <Form.Item
      name="channels"
      label={t("plan.channels")}
      extra={channels.length === 0 ? t("plan.noChannels") : undefined}
      rules={[{ required: true, type: "array", min: 1, message: t("plan.channelsNeeded") }]}
    >
      <Select
        mode="multiple"
        options={channels.map(({ channel }) => ({ value: channel, label: nameOf(channel) }))}
      />
    </Form.Item>
  );
}

function Times({ withEnd }: { withEnd: boolean }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t("plan.timeNeeded") }];
  return (
    <div style={{ display: "grid", gridTemplateColumns: withEnd ? "1fr 1fr" : "1fr", gap: "0 12px" }}>
      <Form.Item name="startsAt" label={t("plan.startsAt")} rules={needed}>
        <Input type="datetime-local" />
      </Form.Item>
      {withEnd && (
        <Form.Item
          name="endsAt"
          label={t("plan.endsAt")}
          dependencies={["startsAt"]}
          rules={[
            ...needed,
            ({ getFieldValue }) => ({
              validator: (_, value: string) =>
                value > String(getFieldValue("startsAt"))
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("plan.endBeforeStart"))),
            }),
          ]}
        >
          <Input type="datetime-local" />
        </Form.Item>
      )}
    </div>
  );
}
