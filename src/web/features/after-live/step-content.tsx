import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { ReviewItem, ReviewStepDetail } from "../../../api/after-live.ts";
import type { CountBody } from "../../../api/counts.ts";
import { zh } from "../../i18n/zh.ts";
import { useCan } from "../../session.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { Rows } from "../../ui/rows.tsx";
import { useSay } from "../../ui/say.ts";
import { ErrorNote, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { openTwinOf, reviewKeys, reviews, type Step } from "./client.ts";
import { StepLines } from "./step-lines.tsx";
import css from "./after-live.module.css";

interface StepContentProps {
  readonly item: ReviewItem;
  readonly step: Step;
  /** Whether this person may act on it now. */
  readonly may: boolean;
}

/** What a step is about, with the way to deal with each line. */
export function StepContent({ item, step, may }: StepContentProps) {
  const { kind, id } = item;
  const { data, error } = useQuery({
    queryKey: reviewKeys.step(kind, id, step),
    queryFn: ({ signal }) => reviews.step(kind, id, step, signal),
    refetchOnMount: "always",
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton lines={5} />;
  switch (step) {
    case "orders":
      return <Orders item={item} detail={data} />;
    case "odd":
      return <Odd item={item} detail={data} may={may} />;
    case "count":
      return <Doubtful item={item} detail={data} />;
    case "report":
      return <Report item={item} />;
    case "pending":
    case "refunds":
    case "presale":
    case "shortage":
      return <StepLines item={item} step={step} lines={data.lines} total={data.total} may={may} />;
  }
}

/** Where the reconciliation of this review is made. */
function reconcileHref({ kind, id }: ReviewItem, channel?: string): string {
  const query = new URLSearchParams(kind === "day" ? { day: id } : { session: id });
  if (channel !== undefined) query.set("channel", channel);
  return `/reconcile?${query.toString()}`;
}

function Orders({ item, detail }: { item: ReviewItem; detail: ReviewStepDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useChannelNames();
  const { reconciliations, missingChannels } = detail;
  return (
    <div className={css.content}>
      {missingChannels.length > 0 && (
        <Note tone="warn">
          {t("review.orders.missing")}
          <span className={css.links}>
            {missingChannels.map((channel) => (
              <Link key={channel} to={reconcileHref(item, channel)}>
                {t("review.orders.upload", { channel: nameOf(channel) })}
              </Link>
            ))}
          </span>
        </Note>
      )}
      {reconciliations.length > 0 && (
        <Rows
          items={reconciliations.map((one) => ({
            key: one.id,
            to: `/reconcile/${encodeURIComponent(one.id)}`,
            title: nameOf(one.channel),
            note: `${one.fileName} · ${format.moment(one.at)}`,
            tag: (
              <Tag tone={one.open === 0 ? "ok" : "tier2"}>
                {one.open === 0 ? t("reconcile.done") : t("reconcile.open", { n: format.number(one.open) })}
              </Tag>
            ),
            figures: [
              [format.number(one.lines), t("reconcile.lines")],
              [format.number(one.matched), t("reconcile.matched")],
            ],
          }))}
        />
      )}
      {missingChannels.length === 0 && (
        <p>
          <Link to={reconcileHref(item)}>{t("review.orders.more")}</Link>
        </p>
      )}
    </div>
  );
}

function Odd({ item, detail, may }: { item: ReviewItem; detail: ReviewStepDetail; may: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { message } = App.useApp();
  const scan = useMutation({
    mutationFn: () => reviews.scan(item.kind === "day" ? { day: item.id } : { session: item.id }),
    onSuccess: (result) => {
      void client.invalidateQueries({ queryKey: reviewKeys.all });
      void message.success(
        t("odd.scanned", { orders: format.number(result.orders), odd: format.number(result.odd) }),
      );
    },
  });
  return (
    <div className={css.content}>
      {may && (
        <div>
          <Button loading={scan.isPending} onClick={() => scan.mutate()}>
            {t("review.odd.scan")}
          </Button>
        </div>
      )}
      <ErrorNote error={scan.error} />
      <Rows
        items={detail.cases.map((one) => ({
          key: one.id,
          to: `/odd/cases/${encodeURIComponent(one.id)}`,
          title: one.totals.rules.map((rule) => t(`odd.rule.${rule}`)).join(t("common.comma")),
          note: format.moment(one.openedAt),
          tag: (
            <Tag tone={one.state === "open" ? "tier2" : one.state === "cleared" ? "ok" : "tier3"}>
              {t(`odd.state.${one.state}`)}
            </Tag>
          ),
          figures: [
            [format.number(one.totals.orders), t("odd.orders")],
            [format.number(one.totals.units), t("odd.units")],
            [format.money(one.totals.amount), t("odd.amount")],
          ],
        }))}
      />
    </div>
  );
}

type Doubt = keyof typeof zh.review.doubt;
function isDoubt(text: string): text is Doubt {
  return Object.hasOwn(zh.review.doubt, text);
}

/** One sheet of what nobody has counted yet, opened with a tap. */
function CountDoubtful({ item, detail }: { item: ReviewItem; detail: ReviewStepDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const skus = detail.doubtful.filter(({ counted }) => !counted).map(({ sku }) => sku);
  const purpose = t("review.count.purpose", { name: item.title });
  const open = useKeyed((body: CountBody, key) => reviews.openSheet(body, key));
  if (skus.length === 0) return null;
  const twin = openTwinOf(open.error);
  const body: CountBody = { kind: "spot", skus, purpose };
  const go = (anyway: boolean) =>
    open.mutate(anyway ? { ...body, anyway } : body, {
      onSuccess: ({ sheet }) => void navigate(`/counts/${encodeURIComponent(sheet)}`),
    });
  return (
    <div className={css.links}>
      <Button type="primary" loading={open.isPending} onClick={() => go(false)}>
        {t("review.count.sheet", { n: skus.length })}
      </Button>
      {twin === null ? (
        <ErrorNote error={open.error} />
      ) : (
        <>
          <Link to={`/counts/${encodeURIComponent(twin)}`}>{t("review.count.twin")}</Link>
          <Button onClick={() => go(true)}>{t("review.count.anyway")}</Button>
        </>
      )}
    </div>
  );
}

function Doubtful({ item, detail }: { item: ReviewItem; detail: ReviewStepDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayCount = useCan("stock:write");
  if (detail.doubtful.length === 0) return <p className="muted">{t("review.count.none")}</p>;
  return (
    <div className={css.content}>
      <p className="muted">{t("review.count.text")}</p>
      {mayCount && <CountDoubtful item={item} detail={detail} />}
      <Rows
        items={detail.doubtful.map((one) => ({
          key: one.sku,
          to: `/stock/${encodeURIComponent(one.sku)}`,
          title: one.name === "" ? one.sku : one.name,
          note: one.doubts
            .map((doubt) => (isDoubt(doubt) ? t(`review.doubt.${doubt}`) : doubt))
            .join(t("common.comma")),
          tag: (
            <Tag tone={one.counted ? "ok" : "tier1"}>
              {t(one.counted ? "review.count.done" : "review.count.todo")}
            </Tag>
          ),
          figures: [[format.number(one.onHand), t("review.count.onHand")]],
        }))}
      />
    </div>
  );
}

function Report({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <div className={css.content}>
      <p className="muted">{t("review.report.text")}</p>
      <Rows
        items={[
          ...(item.kind === "session"
            ? [{ key: "session", to: `/reports/sessions/${encodeURIComponent(item.id)}`, title: item.title }]
            : []),
          { key: "day", to: `/reports/days/${item.date}`, title: t("reports.dayTitle", { day: item.date }) },
        ]}
      />
      <ul className={css.summary}>
        {item.steps
          .filter(({ step }) => step !== "report")
          .map((step) => (
            <li key={step.step}>
              <span>{say(step.words)}</span>
              <b className={step.open > 0 ? css.todo : css.clean}>
                {t(step.open > 0 ? "review.stillOpen" : "review.clean", { n: step.open })}
              </b>
            </li>
          ))}
      </ul>
    </div>
  );
}
