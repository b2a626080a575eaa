import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Form, Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveSourceItems } from "../../../api/policies.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ErrorNote, Failure, Note, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { faultOf, liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";

type Source = LiveSourceItems["items"][number];
type Kind = Source["kind"];
const kinds = ["push", "agora"] as const satisfies readonly Kind[];

/** Where viewers, likes and amount of the rooms come from. */
export function LiveSources() {
  const { t } = useTranslation();
  const mayChange = useCan("catalog:write");
  const [form, setForm] = useState<Source | Kind | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.sources,
    queryFn: ({ signal }) => liveSettings.sources(signal),
  });
  return (
    <Card
      title={t("sources.title")}
      note={t("sources.note")}
      actions={
        mayChange && (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: kinds.map((key) => ({ key, label: t(`sources.kind.${key}`) })),
              onClick: ({ key }) => setForm(kinds.find((kind) => kind === key) ?? null),
            }}
          >
            <Button type="primary">{t("sources.add")}</Button>
          </Dropdown>
        )
      }
    >
      {data === undefined && error === null && <Skeleton lines={3} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon="channels" title={t("sources.empty.title")}>
          {t("sources.empty.text")}
        </Empty>
      )}
      <ul>
        {data?.map((source) => (
          <SourceRow key={source.id} source={source} mayChange={mayChange} onEdit={() => setForm(source)} />
        ))}
      </ul>
      {form !== null && (
        <SourceForm
          source={typeof form === "string" ? null : form}
          kind={typeof form === "string" ? form : form.kind}
          onClose={() => setForm(null)}
        />
      )}
    </Card>
  );
}

interface SourceRowProps {
  readonly source: Source;
  readonly mayChange: boolean;
  readonly onEdit: () => void;
}

function useSourceChanges(source: Source) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const onError = (error: unknown) => void message.error(textOf(error));
  const onSuccess = () => client.invalidateQueries({ queryKey: liveKeys.sources });
  const save = useMutation({
    mutationFn: (active: boolean) =>
      liveSettings.saveSource(source.id, { version: source.version, name: source.name, active }),
    onSuccess,
    onError,
  });
  const remove = useMutation({
    mutationFn: () => liveSettings.removeSource(source.id),
    onSuccess,
    onError,
  });
  const askRemove = () =>
    void modal.confirm({
      title: t("sources.removeAsk", { name: source.name }),
      okText: t("common.remove"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  return { save, askRemove };
}

function SourceRow({ source, mayChange, onEdit }: SourceRowProps) {
  const { t } = useTranslation();
  const { save, askRemove } = useSourceChanges(source);
  return (
    <li className={css.item}>
      <div className={css.names}>
        <b>{source.name}</b> <Tag>{t(`sources.kind.${source.kind}`)}</Tag>
        <small>
          {source.description === null ? (
            <span className="tier3">{t("robots.reenter")}</span>
          ) : (
            Object.values(source.description).join(" · ")
          )}
        </small>
        {source.noticePath !== null && (
          <small>
            {t("sources.notices")} <code>{location.origin + source.noticePath}</code>
          </small>
        )}
      </div>
      {mayChange && (
        <div className={css.itemActions}>
          <Switch
            size="small"
            checked={source.active}
            loading={save.isPending}
            aria-label={t("robots.activeOf", { name: source.name })}
            onChange={(active) => save.mutate(active)}
          />
          <Button
            size="small"
            type="text"
            icon={<Icon name="edit" size={16} />}
            aria-label={`${t("common.edit")} ${source.name}`}
            onClick={onEdit}
          />
          <Button
            size="small"
            type="text"
            icon={<Icon name="trash" size={16} />}
            aria-label={`${t("common.remove")} ${source.name}`}
            onClick={askRemove}
          />
        </div>
      )}
    </li>
  );
}

interface Fields {
  readonly name: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
}

interface SourceFormProps {
  readonly source: Source | null;
  readonly kind: Kind;
  readonly onClose: () => void;
}

const nameCharsMax = 60;

function SourceForm({ source, kind, onClose }: SourceFormProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [anew, setAnew] = useState(source === null || source.description === null);
  const save = useMutation({
    mutationFn: ({ name, configuration = {} }: Fields) => {
      const sent = Object.fromEntries(
        Object.entries(configuration).filter(
          ([, value]) => value != null && value !== "" && !(Array.isArray(value) && value.length === 0),
        ),
      );
      if (source === null) return liveSettings.addSource({ name: name.trim(), kind, configuration: sent });
      const { id, version, active } = source;
      const body = { name: name.trim(), version, active };
      return liveSettings.saveSource(id, anew ? { ...body, configuration: sent } : body);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: liveKeys.sources });
      onClose();
    },
    onError: (error) => {
      const fault = faultOf(error);
      if (fault === null) return;
      const text = i18n.language === "en" ? fault.en : fault.zh;
      form.setFields([{ name: ["configuration", fault.field] as never, errors: [text] }]);
    },
  });
  return (
    <Modal
      open
      title={t(`sources.kind.${kind}`)}
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
        initialValues={{
          name: source?.name ?? t(`sources.kind.${kind}`),
          configuration: { rooms: kind === "agora" ? [{}] : [] },
        }}
        onFinish={(fields: Fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("robots.name")}
          rules={[{ required: true, whitespace: true, message: t("robots.nameNeeded") }]}
        >
          <Input maxLength={nameCharsMax} />
        </Form.Item>
        {source !== null && (
          <Form.Item>
            <label className={css.inline}>
              <Switch size="small" checked={anew} onChange={setAnew} /> {t("sources.anew")}
            </label>
          </Form.Item>
        )}
        {anew && (kind === "agora" ? <Agora /> : <Push />)}
        {faultOf(save.error) === null && <ErrorNote error={save.error} />}
      </Form>
    </Modal>
  );
}

function Push() {
  const { t } = useTranslation();
  return (
    <>
      <Note>{t("sources.pushHelp")}</Note>
      <div className={css.gap} />
      <Form.Item name={["configuration", "rooms"]} label={t("sources.pushRooms")}>
        <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " "]} />
      </Form.Item>
    </>
  );
}

function Agora() {
  const { t } = useTranslation();
  const needed = [{ required: true, whitespace: true, message: t("robots.needed") }];
  return (
    <>
      <Form.Item name={["configuration", "appId"]} label="App ID" rules={needed}>
        <Input autoComplete="off" maxLength={32} />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name={["configuration", "customerId"]} label={t("sources.customerId")} rules={needed}>
          <Input autoComplete="off" maxLength={100} />
        </Form.Item>
        <Form.Item
          name={["configuration", "customerSecret"]}
          label={t("sources.customerSecret")}
          rules={needed}
        >
          <Input.Password autoComplete="off" maxLength={200} />
        </Form.Item>
      </div>
      <Form.Item
        name={["configuration", "noticeSecret"]}
        label={t("sources.noticeSecret")}
        extra={t("sources.noticeHelp")}
      >
        <Input.Password autoComplete="off" maxLength={200} />
      </Form.Item>
      <Form.Item label={t("sources.rooms")} required>
        <Form.List name={["configuration", "rooms"]}>
          {(rooms, { add, remove }) => (
            <>
              {rooms.map(({ key, name }) => (
                <div key={key} className={css.sourceRoom}>
                  <Form.Item name={[name, "room"]} rules={needed} noStyle>
                    <Input placeholder={t("sources.room")} aria-label={t("sources.room")} maxLength={64} />
                  </Form.Item>
                  <Form.Item name={[name, "channelName"]} rules={needed} noStyle>
                    <Input
                      placeholder={t("sources.channelName")}
                      aria-label={t("sources.channelName")}
                      maxLength={64}
                    />
                  </Form.Item>
                  <Button
                    type="text"
                    icon={<Icon name="trash" size={16} />}
                    aria-label={t("common.remove")}
                    disabled={rooms.length === 1}
                    onClick={() => remove(name)}
                  />
                </div>
              ))}
              <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => add({})}>
                {t("plan.roomAdd")}
              </Button>
            </>
          )}
        </Form.List>
      </Form.Item>
    </>
  );
}
