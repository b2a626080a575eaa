import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, type InputRef } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { keys } from "../../feed/apply.ts";
import { useFocusAtMount } from "../../ui/focus.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { account } from "./client.ts";
import { Door } from "./door.tsx";
import css from "./door.module.css";
import { NewPasswordFields } from "./password-fields.tsx";

interface Fields {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** The first start: the link from the terminal makes its holder the owner. */
export function Setup() {
  const first = useFocusAtMount<InputRef>();
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const client = useQueryClient();
  const token = params.get("token") ?? "";
  const create = useMutation({
    mutationFn: ({ name, username, password }: Fields) =>
      account.createOwner({ token, name: name.trim(), username: username.trim(), password }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
  if (token === "") {
    return (
      <Door title={t("setup.needLink.title")} text={t("setup.needLink.text")}>
        <code className={css.code}>http://…/setup?token=…</code>
      </Door>
    );
  }
  return (
    <Door title={t("setup.title")} text={t("setup.text")}>
      <Form layout="vertical" onFinish={(fields: Fields) => create.mutate(fields)}>
        <Form.Item
          name="name"
          label={t("setup.name")}
          rules={[{ required: true, whitespace: true, message: t("setup.nameNeeded") }]}
        >
          <Input
            size="large"
            ref={first}
            autoComplete="name"
            maxLength={100}
            placeholder={t("setup.nameHint")}
          />
        </Form.Item>
        <Form.Item
          name="username"
          label={t("signIn.username")}
          rules={[{ required: true, whitespace: true, message: t("signIn.usernameNeeded") }]}
        >
          <Input size="large" autoComplete="username" autoCapitalize="none" maxLength={32} />
        </Form.Item>
        <NewPasswordFields name="password" />
        <div className={create.error == null ? "" : css.gap}>
          <ErrorNote error={create.error} />
        </div>
        <Button type="primary" size="large" htmlType="submit" block loading={create.isPending}>
          {t("setup.create")}
        </Button>
      </Form>
    </Door>
  );
}
