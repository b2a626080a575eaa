import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type {
  DifferenceItem,
  ReconciliationItem,
  RepairBody,
  RepairResult,
} from "../../../api/after-live.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { percentText, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { useSay } from "../../ui/say.ts";
import { StackBar } from "../../ui/stack-bar.tsx";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { isAcknowledged, isRepair, reconcile, reconcileKeys } from "./client.ts";
import css from "./reconcile.module.css";

type Cause = ReconciliationItem["causes"][number];

/** One comparison: how much agrees, and what differs by its cause, each with what to do. */
export function ReconcileResultPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const format = useFormat();
  const nameOf = useChannelNames();
  const { data, error, refetch } = useQuery({
    queryKey: reconcileKeys.one(id),
    queryFn: ({ signal }) => reconcile.one(id, signal),
  });
  const review =
    data === undefined
      ? null
      : data.session === null
        ? `/reviews/day/${data.day}`
        : `/reviews/session/${encodeURIComponent(data.session)}`;
  return (
    <Page
      title={
        data === undefined
          ? t("reconcile.title")
          : t("reconcile.of", { channel: nameOf(data.channel), day: data.day })
      }
      subtitle={
        data !== undefined &&
        `${data.fileName} · ${t("reconcile.placed", { from: format.moment(data.from), to: format.moment(data.to) })}`
      }
      actions={
        <>
          {review !== null && <Link to={review}>{t("reconcile.toReview")}</Link>}
          <Link to="/reconcile">{t("reconcile.another")}</Link>
        </>
      }
    >
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Result item={data} />}
    </Page>
  );
}

function Result({ item }: { item: ReconciliationItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = item.lines === 0 ? null : (100 * item.matched) / item.lines;
  const calm = item.differing - item.open;
  const causes = item.causes.toSorted((a, b) => b.open - a.open || b.lines - a.lines);
  return (
    <>
      <StatRow label={t("reconcile.title")}>
        <StatCard name={t("reconcile.agree")} tone={share === 100 ? "ok" : undefined}>
          {percentText(share, share === null || share === 100 ? 0 : 1)}
        </StatCard>
        <StatCard name={t("reconcile.lines")}>{format.number(item.lines)}</StatCard>
        <StatCard name={t("reconcile.toDo")} tone={item.open > 0 ? "tier2" : "ok"}>
          {format.number(item.open)}
        </StatCard>
        <StatCard name={t("reconcile.liveThere")}>{format.number(item.there.live)}</StatCard>
        <StatCard name={t("reconcile.liveHere")}>{format.number(item.here.live)}</StatCard>
        <StatCard name={t("reconcile.amountThere")}>{wholeMoney(format, item.there.amount)}</StatCard>
        <StatCard name={t("reconcile.amountHere")}>{wholeMoney(format, item.here.amount)}</StatCard>
      </StatRow>
      <div className={css.bar}>
        <StackBar
          parts={[
            { name: t("reconcile.matched"), value: item.matched, color: "var(--ok)" },
            { name: t("reconcile.explained"), value: calm, color: "var(--on-hand)" },
            { name: t("reconcile.toDo"), value: item.open, color: "var(--tier2)" },
          ]}
        />
        <p className="muted">
          {t("reconcile.bar", {
            matched: format.number(item.matched),
            calm: format.number(calm),
            open: format.number(item.open),
          })}
        </p>
      </div>
      {item.badRows > 0 && (
        <div className={css.bar}>
          <Note tone="warn">{t("reconcile.badRows", { n: format.number(item.badRows) })}</Note>
        </div>
      )}
      {causes.length === 0 && <Note tone="good">{t("reconcile.allMatch")}</Note>}
      {causes.map((cause) => (
        <CauseCard
          key={`${cause.kind}/${cause.cause}`}
          item={item}
          cause={cause}
          isOnly={causes.length === 1}
        />
      ))}
    </>
  );
}

/** Repairs, and what has to be read again after one. */
function useRepair(id: string) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const { message } = App.useApp();
  const format = useFormat();
  return useMutation({
    mutationFn: (body: RepairBody): Promise<RepairResult> => reconcile.repair(id, body),
    onSuccess: (result) => {
      for (const queryKey of [reconcileKeys.all, keys.stock, keys.orders])
        void client.invalidateQueries({ queryKey });
      if (result.failed.length === 0)
        void message.success(t("reconcile.repaired", { n: format.number(result.repaired) }));
    },
  });
}

interface CauseCardProps {
  readonly item: ReconciliationItem;
  readonly cause: Cause;
  /** Where there is one cause alone, its lines are open at once. */
  readonly isOnly: boolean;
}

function CauseCard({ item, cause, isOnly }: CauseCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSay();
  const mayRepair = useCan("orders:write");
  const [shown, setShown] = useState(isOnly);
  const repair = useRepair(item.id);
  const failed = repair.data?.failed ?? [];
  const todo = cause.open > 0;
  return (
    <Card className={css.cause}>
      <div className={css.causeHead}>
        <div className={css.causeWords}>
          <h2>{say(cause.words)}</h2>
          <p>
            {t("reconcile.linesCount", { n: format.number(cause.lines) })}
            {cause.units !== 0 &&
              ` · ${t("reconcile.unitsApart", { n: format.number(Math.abs(cause.units)) })}`}
            {cause.amount !== 0 && ` · ${format.money(Math.abs(cause.amount))}`}
          </p>
        </div>
        <Tag tone={todo ? "tier2" : "plain"}>
          {todo ? t("reconcile.open", { n: format.number(cause.open) }) : t("reconcile.noNeed")}
        </Tag>
        {isRepair(cause.repair) && mayRepair ? (
          <Button
            type="primary"
            loading={repair.isPending}
            disabled={!todo}
            onClick={() => repair.mutate({ cause: cause.cause })}
          >
            {say(cause.repairWords)} {todo && format.number(cause.open)}
          </Button>
        ) : (
          <span className="muted">
            {cause.repair === "map_listing" ? (
              <Link to={`/channels/${encodeURIComponent(item.channel)}`}>{say(cause.repairWords)}</Link>
            ) : (
              say(cause.repairWords)
            )}
          </span>
        )}
        {isAcknowledged(cause.repair) && mayRepair && todo && (
          <Button
            loading={repair.isPending}
            onClick={() => repair.mutate({ cause: cause.cause, deed: "acknowledge" })}
          >
            {t(`reconcile.acknowledge.${cause.repair}`)} {format.number(cause.open)}
          </Button>
        )}
        <Button
          type="text"
          icon={<Icon name="down" size={16} />}
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {t("reconcile.details")}
        </Button>
      </div>
      <ErrorNote error={repair.error} />
      {failed.length > 0 && (
        <Note tone="bad">
          {t("reconcile.failed", { n: format.number(failed.length) })}{" "}
          {[...new Set(failed.map(({ words }) => say(words)))].join(" ")}
        </Note>
      )}
      {shown && <Differences item={item} cause={cause} />}
    </Card>
  );
}

function Differences({ item, cause }: { item: ReconciliationItem; cause: Cause }) {
  const { t } = useTranslation();
  const mayRepair = useCan("orders:write");
  const repair = useRepair(item.id);
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: reconcileKeys.differences(item.id, cause.cause),
    queryFn: ({ signal, pageParam }) => reconcile.differences(item.id, cause.cause, pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton lines={3} />;
  return (
    <>
      <ErrorNote error={repair.error} />
      <ul className={css.lines}>
        {data.pages
          .flatMap(({ items }) => items)
          .map((line) => (
            <Line
              key={line.number}
              line={line}
              channel={item.channel}
              onRepair={mayRepair ? (deed) => repair.mutate({ numbers: [line.number], deed }) : undefined}
              busy={repair.isPending && repair.variables.numbers?.[0] === line.number}
            />
          ))}
      </ul>
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("reconcile.more")}
        </Button>
      )}
    </>
  );
}

interface LineProps {
  readonly line: DifferenceItem;
  readonly channel: string;
  readonly onRepair: ((deed: "repair" | "acknowledge") => void) | undefined;
  readonly busy: boolean;
}

function Line({ line, channel, onRepair, busy }: LineProps) {
  const { t } = useTranslation();
  const say = useSay();
  const order = `/orders/${encodeURIComponent(channel)}/${encodeURIComponent(line.orderId)}`;
  return (
    <li data-difference={line.number}>
      <div className={css.lineNames}>
        {line.here === null ? <b>{line.orderId}</b> : <Link to={order}>{line.orderId}</Link>}
        <small>{line.name === "" ? (line.sku ?? "—") : line.name}</small>
      </div>
      <Side name={t("reconcile.there")} side={line.there} />
      <Side name={t("reconcile.here")} side={line.here} />
      <div className={css.lineAction}>
        {line.repairedAt !== null && <Tag tone="ok">{t("reconcile.repairedTag")}</Tag>}
        {line.repairedAt === null && line.repairable && onRepair !== undefined && (
          <Button size="small" loading={busy} onClick={() => onRepair("repair")}>
            {say(line.repairWords)}
          </Button>
        )}
        {line.repairedAt === null &&
          line.acknowledgeable &&
          isAcknowledged(line.repair) &&
          onRepair !== undefined && (
            <Button size="small" loading={busy} onClick={() => onRepair("acknowledge")}>
              {t(`reconcile.acknowledge.${line.repair}`)}
            </Button>
          )}
      </div>
    </li>
  );
}

function Side({ name, side }: { name: string; side: DifferenceItem["there"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (side === null) {
    return (
      <div className={css.side}>
        <small>{name}</small>
        <span className="quiet">{t("reconcile.absent")}</span>
      </div>
    );
  }
  const stage = side.stage ?? "unknown";
  const parts = [
    side.closed > 0 ? t("reconcile.closedUnits", { n: format.number(side.closed) }) : "",
    side.shipped > 0 ? t("reconcile.shippedUnits", { n: format.number(side.shipped) }) : "",
    side.amount === null ? "" : format.money(side.amount),
  ].filter((part) => part !== "");
  return (
    <div className={css.side}>
      <small>{name}</small>
      <span>
        {isStage(stage) ? t(`reconcile.stage.${stage}`) : (side.status ?? stage)}{" "}
        {t("reconcile.units", { n: format.number(side.quantity) })}
        {parts.length > 0 && ` · ${parts.join(" · ")}`}
      </span>
    </div>
  );
}

const stages = ["created", "pending", "paid"] as const;
function isStage(stage: string): stage is (typeof stages)[number] {
  return stages.some((one) => one === stage);
}
