import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, type InputRef } from "antd";
import { useTranslation } from "react-i18next";
import { keys } from "../../feed/apply.ts";
import { useShop } from "../../session.ts";
import { useFocusAtMount } from "../../ui/focus.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { account } from "./client.ts";
import { Door } from "./door.tsx";
import css from "./door.module.css";

interface Fields {
  readonly username: string;
  readonly password: string;
}

export function SignIn() {
  const first = useFocusAtMount<InputRef>();
  const { t } = useTranslation();
  const client = useQueryClient();
  const shop = useShop();
  const signIn = useMutation({
    mutationFn: ({ username, password }: Fields) => account.signIn({ username: username.trim(), password }),
    onSuccess: async () => {
      // Nothing that another user was shown may be left.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
      await client.invalidateQueries({ queryKey: keys.me });
    },
  });
  return (
    <Door title={t("signIn.title")} text={shop.name === "" ? undefined : shop.name}>
      <Form layout="vertical" onFinish={(fields: Fields) => signIn.mutate(fields)}>
        <Form.Item
          name="username"
          label={t("signIn.username")}
          rules={[{ required: true, whitespace: true, message: t("signIn.usernameNeeded") }]}
        >
          <Input size="large" ref={first} autoComplete="username" autoCapitalize="none" maxLength={32} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("signIn.password")}
          rules={[{ required: true, message: t("signIn.passwordNeeded") }]}
        >
          <Input.Password size="large" autoComplete="current-password" maxLength={128} />
        </Form.Item>
        <div className={signIn.error == null ? "" : css.gap}>
          <ErrorNote error={signIn.error} />
        </div>
        <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
          {t("signIn.submit")}
        </Button>
      </Form>
    </Door>
  );
}
