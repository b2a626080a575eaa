import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { passwordCharsMin } from "./client.ts";

/** A new password, and once more, so that a slip does not lock anybody out. */
export function NewPasswordFields({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name={name}
        label={t("password.new")}
        rules={[
          { required: true, message: t("password.needed") },
          { min: passwordCharsMin, message: t("password.short", { n: passwordCharsMin }) },
        ]}
      >
        <Input.Password
          size="large"
          autoComplete="new-password"
          maxLength={128}
          placeholder={t("password.hint", { n: passwordCharsMin })}
        />
      </Form.Item>
      <Form.Item
        name={`${name}Again`}
        label={t("password.again")}
        dependencies={[name]}
        rules={[
          { required: true, message: t("password.againNeeded") },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === undefined || value === "" || value === getFieldValue(name)
                ? Promise.resolve()
                : Promise.reject(new Error(t("password.differs"))),
          }),
        ]}
      >
        <Input.Password size="large" autoComplete="new-password" maxLength={128} />
      </Form.Item>
    </>
  );
}
