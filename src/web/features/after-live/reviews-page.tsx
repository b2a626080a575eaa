import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ReviewList } from "../../../api/after-live.ts";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { useDayName } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { Rows } from "../../ui/rows.tsx";
import { Empty, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { AfterLiveSettings } from "./after-live-settings.tsx";
import { reviewKeys, reviews } from "./client.ts";
import css from "./after-live.module.css";

const minuteMs = 60_000;

/** Each business day and whether it was reviewed; the streak shows that the habit pays. */
export function ReviewsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: reviewKeys.list,
    queryFn: ({ signal }) => reviews.list(signal),
  });
  return (
    <Page title={t("review.title")} subtitle={t("review.subtitle")}>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Days list={data} />}
      {data !== undefined && <AfterLiveSettings />}
    </Page>
  );
}

function Streak({ streak }: { streak: ReviewList["streak"] }) {
  const { t } = useTranslation();
  return (
    <StatRow label={t("review.streak.title")}>
      <StatCard name={t("review.streak.current")} tone={streak.current > 0 ? "ok" : undefined}>
        {t("review.days", { n: streak.current })}
      </StatCard>
      <StatCard name={t("review.streak.best")}>{t("review.days", { n: streak.best })}</StatCard>
      <StatCard name={t("review.streak.reviewed")}>
        {streak.reviewed} / {streak.days}
      </StatCard>
      <StatCard name={t("review.streak.median")}>
        {streak.medianMinutes === null ? "—" : t("review.minutes", { n: Math.round(streak.medianMinutes) })}
      </StatCard>
      <StatCard name={t("review.streak.accuracy")}>
        {streak.accuracyTrend === null
          ? "—"
          : `${streak.accuracyTrend > 0 ? "+" : ""}${streak.accuracyTrend.toFixed(1)}%`}
      </StatCard>
    </StatRow>
  );
}

function Days({ list }: { list: ReviewList }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const nameOf = useDayName();
  const { items, streak } = list;
  if (items.length === 0) {
    return (
      <Empty
        icon="check"
        title={t("review.empty.title")}
        actions={<Link to="/reports">{t("nav.reports")}</Link>}
      >
        {t("review.empty.text")}
      </Empty>
    );
  }
  const latest = items[0];
  return (
    <>
      <Streak streak={streak} />
      {streak.atStake !== null && (
        <div className={css.gap}>
          <Note tone="warn">
            {t("review.streak.atStake", { day: nameOf(streak.atStake) })}{" "}
            <Link to={`/reviews/day/${streak.atStake}`}>{t("review.start")}</Link>
          </Note>
        </div>
      )}
      <Card
        title={t("review.everyDay")}
        actions={latest !== undefined && <Link to={`/reviews/day/${latest.date}`}>{t("review.latest")}</Link>}
      >
        <Rows
          items={items.map((item) => ({
            key: item.date,
            to: `/reviews/day/${item.date}`,
            title: nameOf(item.date),
            note: item.date,
            tag: (
              <Tag tone={item.signedAt !== null ? "ok" : item.quiet ? "plain" : "tier2"}>
                {item.signedAt !== null
                  ? t("review.signed")
                  : item.quiet
                    ? t("review.quiet")
                    : t("review.unsigned")}
              </Tag>
            ),
            figures:
              item.signedAt === null && item.workedMs === 0
                ? []
                : [
                    [item.signedBy === null ? "—" : words.actor(item.signedBy), t("review.by")],
                    [
                      item.workedMs === 0
                        ? "—"
                        : t("review.minutes", { n: Math.ceil(item.workedMs / minuteMs) }),
                      t("review.took"),
                    ],
                    [
                      item.signedAt === null ? "—" : format.moment(item.signedAt).slice(5),
                      t("review.signedAt"),
                    ],
                  ],
          }))}
        />
      </Card>
    </>
  );
}
