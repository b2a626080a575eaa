import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, Modal, Select, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { zh } from "../../i18n/zh.ts";
import { keys as names } from "../../feed/apply.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Empty, ErrorNote, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { keyScopes, settings, type KeyItem } from "./client.ts";
import { Secret } from "./secret.tsx";
import css from "./settings.module.css";

type ScopeWord = keyof typeof zh.scope;

function scopeWord(scope: string): ScopeWord {
  return scope.replace(":", "_") as ScopeWord;
}

/** Keys for machines: each with a name, its rights, and an end if it is to have one. */
export function Keys() {
  const { t } = useTranslation();
  const [form, setForm] = useState(false);
  const [issued, setIssued] = useState<{ key: string; item: KeyItem } | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: names.apiKeys, queryFn: settings.keys });
  return (
    <Card
      title={t("apiKeys.title")}
      note={t("apiKeys.note")}
      actions={
        <Button type="primary" onClick={() => setForm(true)}>
          {t("apiKeys.add")}
        </Button>
      }
    >
      {data === undefined && error === null && <Skeleton lines={3} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon="settings" title={t("apiKeys.empty.title")}>
          {t("apiKeys.empty.text")}
        </Empty>
      )}
      <ul>
        {data?.map((item) => (
          <Key key={item.id} item={item} />
        ))}
      </ul>
      {form && <KeyForm onClose={() => setForm(false)} onIssued={setIssued} />}
      {issued !== null && (
        <Secret
          title={t("apiKeys.issued", { name: issued.item.name })}
          text={t("apiKeys.issuedText")}
          secret={issued.key}
          onClose={() => setIssued(null)}
        />
      )}
    </Card>
  );
}

function Key({ item }: { item: KeyItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  const { modal, message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => settings.removeKey(item.id),
    onSuccess: () => client.invalidateQueries({ queryKey: names.apiKeys }),
    onError: (error) => message.error(textOf(error)),
  });
  const ask = () =>
    void modal.confirm({
      title: t("apiKeys.removeAsk", { name: item.name }),
      content: t("apiKeys.removeText"),
      okText: t("apiKeys.remove"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  const facts = [
    `${item.start}…`,
    item.lastUsedAt === null
      ? t("apiKeys.unused")
      : t("apiKeys.used", { time: format.brief(item.lastUsedAt, now) }),
    item.expiresAt === null ? t("apiKeys.endless") : t("apiKeys.until", { day: format.day(item.expiresAt) }),
  ];
  return (
    <li className={css.item}>
      <div className={css.itemNames}>
        <b>{item.name}</b>
        <small>{facts.join(" · ")}</small>
        <span className={css.scopes}>
          {item.scopes.map((scope) => (
            <Tag key={scope}>{t(`scope.${scopeWord(scope)}`)}</Tag>
          ))}
        </span>
      </div>
      <Button danger type="text" onClick={ask}>
        {t("apiKeys.remove")}
      </Button>
    </li>
  );
}

interface Fields {
  readonly name: string;
  readonly scopes: KeyItem["scopes"];
  readonly days: number;
}

const dayChoices = [0, 30, 90, 365] as const;

interface KeyFormProps {
  readonly onClose: () => void;
  readonly onIssued: (issued: { key: string; item: KeyItem }) => void;
}

function KeyForm({ onClose, onIssued }: KeyFormProps) {
  const first = useRef<InputRef>(null);
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const add = useMutation({
    mutationFn: ({ name, scopes, days }: Fields) =>
      settings.addKey({ name: name.trim(), scopes, ...(days > 0 ? { expiresInDays: days } : {}) }),
    onSuccess: (issued) => {
      void client.invalidateQueries({ queryKey: names.apiKeys });
      onIssued(issued);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("apiKeys.add")}
      okText={t("apiKeys.create")}
      cancelText={t("common.cancel")}
      confirmLoading={add.isPending}
      onOk={() => form.submit()}
      afterOpenChange={() => first.current?.focus()}
      onCancel={onClose}
      width={460}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ scopes: ["stock:read"], days: 0 }}
        onFinish={(fields: Fields) => add.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("apiKeys.name")}
          rules={[{ required: true, whitespace: true, message: t("apiKeys.nameNeeded") }]}
        >
          <Input maxLength={100} ref={first} placeholder={t("apiKeys.nameHint")} />
        </Form.Item>
        <Form.Item
          name="scopes"
          label={t("apiKeys.scopes")}
          rules={[{ required: true, message: t("apiKeys.scopesNeeded") }]}
        >
          <Checkbox.Group
            className={css.checks}
            options={keyScopes.map((scope) => ({ value: scope, label: t(`scope.${scopeWord(scope)}`) }))}
          />
        </Form.Item>
        <Form.Item name="days" label={t("apiKeys.expiry")}>
          <Select
            options={dayChoices.map((days) => ({
              value: days,
              label: days === 0 ? t("apiKeys.endless") : t("apiKeys.days", { count: days }),
            }))}
          />
        </Form.Item>
        <ErrorNote error={add.error} />
      </Form>
    </Modal>
  );
}
