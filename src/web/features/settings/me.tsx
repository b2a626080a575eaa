import { useMutation } from "@tanstack/react-query";
import { App, Button, Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { languageOf, switchLanguage, type Language } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorNote, useProblemText } from "../../ui/state.tsx";
import { chooseTheme, themeChoices, useThemeChoice } from "../../ui/theme.ts";
import { useWords } from "../../ui/words.ts";
import { settings } from "./client.ts";
import css from "./settings.module.css";

/** What belongs to the one who is signed in, and to this browser. */
export function Me() {
  const { t, i18n } = useTranslation();
  const theme = useThemeChoice();
  return (
    <>
      <Account />
      <Card title={t("settings.look")} note={t("settings.lookNote")}>
        <div className={css.choice}>
          <span>{t("settings.language")}</span>
          <Segmented<Language>
            value={languageOf(i18n.language)}
            onChange={(language) => void switchLanguage(language)}
            aria-label={t("settings.language")}
            options={[
              { value: "zh-CN", label: t("settings.chinese") },
              { value: "en", label: t("settings.english") },
            ]}
          />
        </div>
        <div className={css.choice}>
          <span>{t("settings.theme")}</span>
          <Segmented
            value={theme}
            onChange={chooseTheme}
            aria-label={t("settings.theme")}
            options={themeChoices.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
          />
        </div>
      </Card>
      <Password />
      <About />
    </>
  );
}

function Account() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const words = useWords();
  const user = useSession()?.user;
  const signOut = useMutation({
    mutationFn: settings.signOut,
    // A fresh start: nothing of this user stays in the page's memory.
    onSuccess: () => location.assign("/sign-in"),
    onError: (error) => message.error(textOf(error)),
  });
  return (
    <Card>
      <div className={css.account}>
        <span className={css.face} aria-hidden="true">
          {user?.name.slice(0, 1)}
        </span>
        <div className={css.who}>
          <h2>{user?.name}</h2>
          <p className="muted">{words.role(user?.role ?? "")}</p>
        </div>
        <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t("settings.signOut")}
        </Button>
      </div>
    </Card>
  );
}

interface PasswordFields {
  readonly currentPassword: string;
  readonly newPassword: string;
}

const passwordCharsMin = 8;

function Password() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordFields>();
  const change = useMutation({
    mutationFn: ({ currentPassword, newPassword }: PasswordFields) =>
      settings.changePassword({ currentPassword, newPassword }),
    onSuccess: () => {
      form.resetFields();
      message.success(t("settings.passwordSaved"));
    },
  });
  return (
    <Card title={t("settings.password")} note={t("settings.passwordNote")}>
      <Form
        form={form}
        layout="vertical"
        className={css.password}
        onFinish={(fields: PasswordFields) => change.mutate(fields)}
      >
        <Form.Item
          name="currentPassword"
          label={t("password.current")}
          rules={[{ required: true, message: t("signIn.passwordNeeded") }]}
        >
          <Input.Password autoComplete="current-password" maxLength={128} />
        </Form.Item>
        <Form.Item
          name="newPassword"
          label={t("password.new")}
          rules={[
            { required: true, message: t("password.needed") },
            { min: passwordCharsMin, message: t("password.short", { n: passwordCharsMin }) },
          ]}
        >
          <Input.Password
            autoComplete="new-password"
            maxLength={128}
            placeholder={t("password.hint", { n: passwordCharsMin })}
          />
        </Form.Item>
        <ErrorNote error={change.error} />
        <Button htmlType="submit" loading={change.isPending} className={css.save}>
          {t("password.change")}
        </Button>
      </Form>
    </Card>
  );
}

function About() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <footer className={css.about}>
      <span>{t("settings.version", { version: session?.version ?? "" })}</span>
      <a href="/api/docs/">{t("settings.apiDocs")}</a>
    </footer>
  );
}
