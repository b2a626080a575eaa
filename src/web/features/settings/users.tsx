import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Form, Input, Modal, Select, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "../../feed/apply.ts";
import { useSession } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { roles, settings, type IssuedUser, type Role, type UserBody, type UserItem } from "./client.ts";
import { Secret } from "./secret.tsx";
import css from "./settings.module.css";

/** Who may do what. A new user gets a password that is shown once and must be replaced. */
export function Users() {
  const { t } = useTranslation();
  const [form, setForm] = useState(false);
  const [issued, setIssued] = useState<IssuedUser | null>(null);
  const { data, error, refetch } = useQuery({ queryKey: keys.users, queryFn: settings.users });
  return (
    <Card
      title={t("users.title")}
      note={t("users.note")}
      actions={
        <Button type="primary" onClick={() => setForm(true)}>
          {t("users.add")}
        </Button>
      }
    >
      {data === undefined && error === null && <Skeleton lines={4} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      <ul>
        {data?.map((user) => (
          <User key={user.id} user={user} onIssued={setIssued} />
        ))}
      </ul>
      {form && <UserForm onClose={() => setForm(false)} onIssued={setIssued} />}
      {issued?.oneTimePassword !== undefined && (
        <Secret
          title={t("users.issued", { name: issued.user.name })}
          text={t("users.issuedText", { username: issued.user.username })}
          secret={issued.oneTimePassword}
          onClose={() => setIssued(null)}
        />
      )}
    </Card>
  );
}

/** What can be done to a user, and the question that is asked before what cannot be undone. */
function useUserChanges(user: UserItem, onIssued: (issued: IssuedUser) => void) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const done = () => client.invalidateQueries({ queryKey: keys.users });
  const failed = (error: unknown) => void message.error(textOf(error));
  const change = useMutation({
    mutationFn: (body: { role?: Role; resetPassword?: boolean }) => settings.changeUser(user.id, body),
    onSuccess: (issued) => {
      if (issued.oneTimePassword !== undefined) onIssued(issued);
      void done();
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => settings.removeUser(user.id),
    onSuccess: done,
    onError: failed,
  });
  const ask = (what: "reset" | "remove") =>
    void modal.confirm({
      title: t(`users.${what}Ask`, { name: user.name }),
      content: t(`users.${what}Text`),
      okText: t(`users.${what}`),
      okButtonProps: { danger: what === "remove" },
      cancelText: t("common.cancel"),
      onOk: () =>
        (what === "reset" ? change.mutateAsync({ resetPassword: true }) : remove.mutateAsync()).catch(
          () => undefined,
        ),
    });
  return { change, ask };
}

function User({ user, onIssued }: { user: UserItem; onIssued: (issued: IssuedUser) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  const words = useWords();
  const me = useSession()?.user?.id === user.id;
  const { change, ask } = useUserChanges(user, onIssued);
  return (
    <li className={css.item}>
      <div className={css.itemNames}>
        <b>{user.name}</b> {me && <Tag tone="accent">{t("users.you")}</Tag>}{" "}
        {user.mustChangePassword && <Tag tone="tier1">{t("users.oneTime")}</Tag>}
        <small>
          {user.username} ·{" "}
          {user.lastSignInAt === null
            ? t("users.never")
            : t("users.lastSignIn", { time: format.brief(user.lastSignInAt, now) })}
        </small>
      </div>
      <Select
        className={css.role}
        value={user.role}
        loading={change.isPending}
        onChange={(role) => change.mutate({ role })}
        aria-label={t("users.roleOf", { name: user.name })}
        options={roles.map((role) => ({ value: role, label: words.role(role) }))}
      />
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "reset", label: t("users.reset") },
            { key: "remove", label: t("users.remove"), danger: true, disabled: me },
          ],
          onClick: ({ key }) => ask(key === "remove" ? "remove" : "reset"),
        }}
      >
        <Button type="text" icon={<Icon name="more" />} aria-label={t("users.moreOf", { name: user.name })} />
      </Dropdown>
    </li>
  );
}

function UserForm({ onClose, onIssued }: { onClose: () => void; onIssued: (issued: IssuedUser) => void }) {
  const first = useRef<InputRef>(null);
  const { t } = useTranslation();
  const words = useWords();
  const client = useQueryClient();
  const [form] = Form.useForm<UserBody>();
  const role = Form.useWatch("role", form) ?? "operator";
  const add = useMutation({
    mutationFn: settings.addUser,
    onSuccess: (issued) => {
      void client.invalidateQueries({ queryKey: keys.users });
      onIssued(issued);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("users.add")}
      okText={t("users.create")}
      cancelText={t("common.cancel")}
      confirmLoading={add.isPending}
      onOk={() => form.submit()}
      afterOpenChange={() => first.current?.focus()}
      onCancel={onClose}
      width={440}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: "operator" }}
        onFinish={(fields: UserBody) => add.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t("users.name")}
          rules={[{ required: true, whitespace: true, message: t("setup.nameNeeded") }]}
        >
          <Input maxLength={100} ref={first} placeholder={t("users.nameHint")} />
        </Form.Item>
        <Form.Item
          name="username"
          label={t("signIn.username")}
          rules={[{ required: true, whitespace: true, message: t("signIn.usernameNeeded") }]}
        >
          <Input maxLength={32} autoCapitalize="none" autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t("users.role")} extra={t(`users.roleHelp.${role}`)}>
          <Select options={roles.map((one) => ({ value: one, label: words.role(one) }))} />
        </Form.Item>
        <ErrorNote error={add.error} />
      </Form>
    </Modal>
  );
}
