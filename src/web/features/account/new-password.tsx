import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, type InputRef } from "antd";
import { useTranslation } from "react-i18next";
import { keys } from "../../feed/apply.ts";
import { useFocusAtMount } from "../../ui/focus.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { account } from "./client.ts";
import { Door } from "./door.tsx";
import css from "./door.module.css";
import { NewPasswordFields } from "./password-fields.tsx";

interface Fields {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Somebody who signed in with a password that was handed over chooses their own first. */
export function NewPassword() {
  const first = useFocusAtMount<InputRef>();
  const { t } = useTranslation();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ currentPassword, newPassword }: Fields) =>
      account.changePassword({ currentPassword, newPassword }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
  return (
    <Door title={t("password.title")} text={t("password.text")}>
      <Form layout="vertical" onFinish={(fields: Fields) => change.mutate(fields)}>
        <Form.Item
          name="currentPassword"
          label={t("password.oneTime")}
          rules={[{ required: true, message: t("password.oneTimeNeeded") }]}
        >
          <Input.Password size="large" ref={first} autoComplete="current-password" maxLength={128} />
        </Form.Item>
        <NewPasswordFields name="newPassword" />
        <div className={change.error == null ? "" : css.gap}>
          <ErrorNote error={change.error} />
        </div>
        <Button type="primary" size="large" htmlType="submit" block loading={change.isPending}>
          {t("password.save")}
        </Button>
      </Form>
    </Door>
  );
}
