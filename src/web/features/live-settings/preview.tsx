import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { PoliciesPreviewAnswer, PolicyBookBody } from "../../../api/policies.ts";
import { Card } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";

const restMs = 600;
const tones = { 1: "tier1", 2: "tier2", 3: "tier3" } as const;

/** What would have fired today by the numbers on screen, beside what fires by those that are saved. */
export function Preview({ book, dirty }: { book: PolicyBookBody; dirty: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rested = useDebounced(book, restMs);
  const { data, error, isFetching } = useQuery({
    queryKey: liveKeys.preview(JSON.stringify(rested)),
    queryFn: ({ signal }) => liveSettings.preview(rested, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const rules = data?.rules ?? [];
  return (
    <Card
      title={t("thresholds.preview.title")}
      note={
        data === undefined
          ? error === null && t("common.loading")
          : t("thresholds.preview.note", { from: format.minute(data.from), to: format.minute(data.at) })
      }
    >
      <ErrorNote error={error} />
      {data === undefined && error === null && <Skeleton lines={4} />}
      {data !== undefined && rules.every((rule) => rule.skus === 0 && rule.skusNow === 0) && (
        <p className="muted">{t("thresholds.preview.none")}</p>
      )}
      <ul className={cx(isFetching && css.pale)}>
        {rules
          .filter((rule) => rule.skus > 0 || rule.skusNow > 0)
          .map((rule) => (
            <Rule key={rule.rule} rule={rule} dirty={dirty} />
          ))}
      </ul>
      {data !== undefined && <Review preview={data} dirty={dirty} />}
    </Card>
  );
}

/** What order review would have taken of today's sessions. */
function Review({ preview, dirty }: { preview: PoliciesPreviewAnswer; dirty: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { review, reviewNow } = preview;
  const { minutes, orders } = review;
  return (
    <p className={css.review}>
      {minutes === 0
        ? t("thresholds.preview.reviewNone")
        : t("thresholds.preview.review", { minutes, n: format.number(orders) })}
      {dirty && orders !== reviewNow.orders && (
        <span className="muted">
          {t("thresholds.preview.reviewNow", { n: format.number(reviewNow.orders) })}
        </span>
      )}
    </p>
  );
}

function Rule({ rule, dirty }: { rule: PoliciesPreviewAnswer["rules"][number]; dirty: boolean }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const more = rule.skus - rule.skusNow;
  return (
    <li className={css.rule}>
      <button type="button" className={css.ruleHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Tag tone={tones[rule.severity]}>{i18n.language === "en" ? rule.en : rule.zh}</Tag>
        <b>{t("thresholds.preview.skus", { count: rule.skus, n: format.number(rule.skus) })}</b>
        {dirty && more !== 0 && (
          <span className="muted">
            {t(more > 0 ? "thresholds.preview.more" : "thresholds.preview.fewer", { n: Math.abs(more) })}
          </span>
        )}
        <span className={cx(css.chevron, open && css.turned)}>
          <Icon name="down" size={16} />
        </span>
      </button>
      {open && (
        <ul className={css.examples}>
          {rule.examples.map((example) => (
            <li key={example.sku}>
              <time className="muted">{format.minute(example.firstAt)}</time>
              <Link to={`/stock/${encodeURIComponent(example.sku)}`}>{example.name}</Link>
              {typeof example.evidence["left"] === "number" && (
                <span className="muted">
                  {t("thresholds.preview.left", { n: format.number(example.evidence["left"]) })}
                </span>
              )}
            </li>
          ))}
          {rule.skus > rule.examples.length && (
            <li className="muted">
              {t("thresholds.preview.andMore", { count: rule.skus - rule.examples.length })}
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
