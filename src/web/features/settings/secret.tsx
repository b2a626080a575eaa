import { App, Button, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { Icon } from "../../ui/icon.tsx";
import css from "./settings.module.css";

interface SecretProps {
  readonly title: string;
  readonly text: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** A password or key that is shown this once. It does not close by a click beside it. */
export function Secret({ title, text, secret, onClose }: SecretProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      message.success(t("common.copied"));
    } catch {
      // Without TLS a browser has no clipboard: the text stands there to be marked.
      message.info(t("common.copyByHand"));
    }
  };
  return (
    <Modal
      open
      title={title}
      mask={{ closable: false }}
      onCancel={onClose}
      width={480}
      footer={
        <Button type="primary" onClick={onClose}>
          {t("settings.kept")}
        </Button>
      }
    >
      <p>{text}</p>
      <div className={css.secret}>
        <code>{secret}</code>
        <Button icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
          {t("common.copy")}
        </Button>
      </div>
    </Modal>
  );
}
