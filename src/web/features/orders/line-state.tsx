import { useTranslation } from "react-i18next";
import type { LineItem } from "../../../api/orders.ts";
import { useFormat } from "../../ui/format.ts";
import { Tag } from "../../ui/tag.tsx";
import css from "./orders.module.css";

/** How far a line is, and what is odd about it. */
export function LineState({ line }: { line: LineItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (n: number) => ({ n: format.number(n) });
  return (
    <span className={css.tags}>
      <Stage line={line} />
      {line.backlog > 0 && line.kind === "spot" && (
        <Tag tone="tier3">{t("orders.short", number(line.backlog))}</Tag>
      )}
      {line.backlog > 0 && line.kind === "presale" && (
        <Tag tone="tier2">{t("orders.presale", number(line.backlog))}</Tag>
      )}
      {line.refund !== "none" && line.refund !== "closed" && (
        <Tag tone="tier1">{t(`orders.refund.${line.refund}`)}</Tag>
      )}
    </span>
  );
}

function Stage({ line }: { line: LineItem }) {
  const { t } = useTranslation();
  if (line.live === 0 && line.shipped === 0) return <Tag>{t("orders.stage.closed")}</Tag>;
  if (line.live === 0) return <Tag tone="accent">{t("orders.stage.shipped")}</Tag>;
  if (line.expired && line.stage === "created") return <Tag>{t("orders.stage.expired")}</Tag>;
  if (line.stage === "paid") return <Tag tone="ok">{t("orders.stage.paid")}</Tag>;
  return <Tag tone="tier1">{t(`orders.stage.${line.stage}`)}</Tag>;
}
