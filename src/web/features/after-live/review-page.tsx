import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import type { ReviewEventBody, ReviewItem, ReviewStepItem } from "../../../api/after-live.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { useDayName } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { useSay } from "../../ui/say.ts";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";
import { reviewKeys, reviews, type Kind, type Step } from "./client.ts";
import { StepContent } from "./step-content.tsx";
import css from "./after-live.module.css";

const minuteMs = 60_000;
/** The sign of life of a page that is open: the clock counts while somebody works. */
const seenMs = 60_000;
const refetchMs = 20_000;

/** The half hour after a broadcast, step by step, to its signature. */
export function ReviewPage() {
  const { t } = useTranslation();
  const params = useParams();
  const kind: Kind = params.kind === "session" ? "session" : "day";
  const { id = "" } = params;
  const dayName = useDayName();
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: reviewKeys.one(kind, id),
    queryFn: ({ signal }) => reviews.one(kind, id, signal),
    refetchInterval: refetchMs,
  });
  const isDay = kind === "day" && /^\d{4}-\d{2}-\d{2}$/.test(id);
  const name = isDay ? dayName(id) : (data?.title ?? "");
  return (
    <Page
      title={name === "" ? t("review.title") : t("review.of", { name })}
      subtitle={t("review.goal", { n: data?.minutesGoal ?? 30 })}
      actions={<Link to="/reviews">{t("review.all")}</Link>}
    >
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Review item={data} readAt={dataUpdatedAt} />}
    </Page>
  );
}

function useAct(item: ReviewItem) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReviewEventBody) => reviews.act(item.kind, item.id, body),
    onSuccess: (next) => {
      client.setQueryData(reviewKeys.one(item.kind, item.id), next);
      void client.invalidateQueries({ queryKey: reviewKeys.list });
    },
  });
}

type Act = ReturnType<typeof useAct>;

/** Tells the server now and then that somebody is at work. */
function useSeen(item: ReviewItem, may: boolean): void {
  const working = may && item.current !== null && item.signature === null;
  const { kind, id } = item;
  useEffect(() => {
    if (!working) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void reviews.act(kind, id, { do: "seen" }).catch(() => {});
    }, seenMs);
    return () => clearInterval(timer);
  }, [working, kind, id]);
}

function Review({ item, readAt }: { item: ReviewItem; readAt: number }) {
  const { t } = useTranslation();
  const may = useCan("orders:write");
  const act = useAct(item);
  const [query, setQuery] = useSearchParams();
  useSeen(item, may);
  const asked = item.steps.find(({ step }) => step === query.get("step"))?.step;
  const shown: Step = asked ?? item.current ?? item.next ?? "report";
  const started = item.startedAt !== null;
  const show = (step: Step) => {
    setQuery({ step }, { replace: true });
    if (may && started && item.signature === null) act.mutate({ do: "enter", step });
  };
  const step = item.steps.find((one) => one.step === shown);
  return (
    <div className={css.wizard}>
      <div className={css.side}>
        <Clock item={item} readAt={readAt} />
        <ol className={css.steps} aria-label={t("review.steps")}>
          {item.steps.map((one, index) => (
            <StepButton
              key={one.step}
              step={one}
              number={index + 1}
              on={one.step === shown}
              onPick={() => show(one.step)}
            />
          ))}
        </ol>
        <Sign item={item} act={act} may={may} />
      </div>
      <div className={css.main}>
        <ErrorNote error={act.error} />
        {!started && may && item.signature === null && (
          <div className={css.start}>
            <p>{t("review.startText")}</p>
            <Button
              type="primary"
              size="large"
              loading={act.isPending}
              onClick={() => act.mutate({ do: "enter", step: "orders" })}
            >
              {t("review.start")}
            </Button>
          </div>
        )}
        {step !== undefined && (
          <StepCard
            key={shown}
            item={item}
            step={step}
            act={act}
            may={may && started && item.signature === null}
            onNext={show}
          />
        )}
      </div>
    </div>
  );
}

/** How much of the half hour is left. It stands while nobody works. */
function Clock({ item, readAt }: { item: ReviewItem; readAt: number }) {
  const { t } = useTranslation();
  const now = useNow(1_000);
  const format = useFormat();
  const words = useWords();
  const { signature } = item;
  if (signature !== null) {
    return (
      <div className={cx(css.clock, css.done)}>
        <b>{t("review.signed")}</b>
        <p>
          {t("review.signedBy", {
            who: words.actor(signature.by),
            when: format.moment(signature.at),
            n: Math.ceil(signature.workedMs / minuteMs),
          })}
        </p>
        <small>
          {t("review.fingerprint", { hash: signature.reportHash.slice(0, 12), seq: signature.seq })}
        </small>
      </div>
    );
  }
  const running = item.current !== null ? Math.max(0, Math.min(now - readAt, seenMs)) : 0;
  const worked = item.workedMs + running;
  const left = item.minutesGoal * minuteMs - worked;
  const span = Math.abs(left);
  const text = `${String(Math.floor(span / minuteMs)).padStart(2, "0")}:${String(Math.floor((span % minuteMs) / 1_000)).padStart(2, "0")}`;
  const share = Math.min(1, worked / (item.minutesGoal * minuteMs));
  return (
    <div className={css.clock}>
      <b className={left < 0 ? "tier2" : css.time} role="timer">
        {text}
      </b>
      <p>{left < 0 ? t("review.over") : t("review.left")}</p>
      <div className={css.meter} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

interface StepButtonProps {
  readonly step: ReviewStepItem;
  readonly number: number;
  readonly on: boolean;
  readonly onPick: () => void;
}

function StepButton({ step, number, on, onPick }: StepButtonProps) {
  const { t } = useTranslation();
  return (
    <li>
      <button
        type="button"
        className={cx(css.step, on && css.on, step.done && css.stepDone)}
        aria-current={on ? "step" : undefined}
        onClick={onPick}
      >
        <span className={css.mark}>{step.done ? <Icon name="check" size={15} /> : number}</span>
        <span className={css.stepName}>{t(`review.step.${step.step}`)}</span>
        <span className={cx(css.count, step.open > 0 && css.todo)}>
          {step.open > 0 ? step.open : step.total > 0 ? step.total : ""}
        </span>
      </button>
    </li>
  );
}

interface StepCardProps {
  readonly item: ReviewItem;
  readonly step: ReviewStepItem;
  readonly act: Act;
  readonly may: boolean;
  readonly onNext: (step: Step) => void;
}

function StepCard({ item, step, act, may, onNext }: StepCardProps) {
  const { t } = useTranslation();
  const say = useSay();
  const format = useFormat();
  const words = useWords();
  const finish = (reason: string) => {
    const at = item.steps.findIndex((one) => one.step === step.step);
    const next = item.steps.slice(at + 1).find((one) => !one.done)?.step;
    act.mutate(
      { do: "finish", step: step.step, ...(reason === "" ? {} : { reason }) },
      { onSuccess: () => next !== undefined && onNext(next) },
    );
  };
  return (
    <Card
      title={say(step.words)}
      note={
        step.total === 0
          ? t("review.nothing")
          : t("review.openOf", { open: format.number(step.open), total: format.number(step.total) })
      }
      actions={<span className="muted nowrap">{t("review.minutes", { n: step.minutes })}</span>}
    >
      <StepContent item={item} step={step.step} may={may} />
      {step.done && (
        <div className={css.foot}>
          <Note tone="good">
            {t("review.doneBy", {
              who: words.actor(step.by ?? ""),
              when: step.at === null ? "" : format.moment(step.at),
            })}
            {step.reason !== null && ` ${t("review.leftBecause", { n: step.leftOpen, reason: step.reason })}`}
          </Note>
          {may && (
            <Button onClick={() => act.mutate({ do: "reopen", step: step.step })}>
              {t("review.reopen")}
            </Button>
          )}
        </div>
      )}
      {!step.done && may && <Finish open={step.open} busy={act.isPending} onFinish={finish} />}
    </Card>
  );
}

interface FinishProps {
  readonly open: number;
  readonly busy: boolean;
  readonly onFinish: (reason: string) => void;
}

/** What is left open wants a reason. */
function Finish({ open, busy, onFinish }: FinishProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <form
      className={css.foot}
      onSubmit={(event) => {
        event.preventDefault();
        onFinish(reason.trim());
      }}
    >
      {open > 0 && (
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("review.reason", { n: open })}
          aria-label={t("review.reason", { n: open })}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        loading={busy}
        disabled={open > 0 && reason.trim() === ""}
      >
        {t("review.finish")}
      </Button>
    </form>
  );
}

function Sign({ item, act, may }: { item: ReviewItem; act: Act; may: boolean }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const undone = item.steps.filter(({ done }) => !done).length;
  if (!may || item.startedAt === null) return null;
  if (item.signature !== null) {
    return (
      <form
        className={css.sign}
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate({ do: "unsign", reason: reason.trim() });
        }}
      >
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("review.unsignReason")}
          aria-label={t("review.unsignReason")}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button htmlType="submit" disabled={reason.trim() === ""} loading={act.isPending}>
          {t("review.unsign")}
        </Button>
      </form>
    );
  }
  return (
    <div className={css.sign}>
      <Button
        type="primary"
        size="large"
        block
        disabled={undone > 0}
        loading={act.isPending}
        onClick={() => act.mutate({ do: "sign" })}
      >
        {t("review.sign")}
      </Button>
      <p className="muted">{undone > 0 ? t("review.undone", { n: undone }) : t("review.signText")}</p>
      {item.current !== null && (
        <Button type="text" onClick={() => act.mutate({ do: "pause" })}>
          {t("review.pause")}
        </Button>
      )}
    </div>
  );
}
