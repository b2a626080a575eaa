import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportItem } from "../../../api/imports.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import css from "./import.module.css";

/** How far a check or an import is, how fast it goes, and how long it still takes. */
export function ImportProgressCard({ item }: { item: ImportItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { progress } = item;
  const share = progress === null || progress.bytesTotal === 0 ? 0 : progress.bytes / progress.bytesTotal;
  const left = progress?.secondsLeft ?? null;
  return (
    <Card title={t(item.state === "applying" ? "import.applying" : "import.checking")}>
      <div aria-live="polite">
        <Progress
          percent={Math.min(99, Math.floor(share * 100))}
          status="active"
          aria-label={t(item.state === "applying" ? "import.applying" : "import.checking")}
        />
        <p className={css.pace}>
          <span>{t("import.rowsDone", { n: format.number(progress?.rows ?? 0) })}</span>
          {progress !== null && progress.perSecond > 0 && (
            <span>{t("import.perSecond", { n: format.number(Math.round(progress.perSecond)) })}</span>
          )}
          {left !== null && (
            <span>{t("import.left", { minutes: Math.floor(left / 60), seconds: Math.ceil(left % 60) })}</span>
          )}
        </p>
      </div>
    </Card>
  );
}
