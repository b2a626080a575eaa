import { useMutation, useQuery, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { CaseStepBody, OddCaseItem, OddOrderItem } from "../../../api/after-live.ts";
import { useCan } from "../../session.ts";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useFormat } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { useSay } from "../../ui/say.ts";
import { ErrorNote, Failure, Note, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { shortId, useWords } from "../../ui/words.ts";
import { oddKeys, oddOrders, type Action } from "./client.ts";
import { stateTones } from "./odd-page.tsx";
import css from "./odd.module.css";

/** One suspicion: its orders with the evidence, what people decided, and what was done. */
export function CasePage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: oddKeys.one(id),
    queryFn: ({ signal }) => oddOrders.one(id, signal),
  });
  const title = data?.totals.rules.map((rule) => t(`odd.rule.${rule}`)).join(t("common.comma"));
  return (
    <Page title={title ?? t("odd.title")} actions={<Link to="/odd">{t("odd.all")}</Link>}>
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Case item={data} />}
    </Page>
  );
}

function Case({ item }: { item: OddCaseItem }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const say = useSay();
  const words = useWords();
  const mayAct = useCan("orders:write");
  const { totals, decided } = item;
  return (
    <>
      <StatRow label={t("odd.title")}>
        <StatCard name={t("odd.orders")}>{format.number(totals.orders)}</StatCard>
        <StatCard name={t("odd.buyers")}>{format.number(totals.buyers)}</StatCard>
        <StatCard name={t("odd.units")}>{format.number(totals.units)}</StatCard>
        <StatCard name={t("odd.amount")}>{format.money(totals.amount)}</StatCard>
      </StatRow>
      <Card
        title={<Tag tone={stateTones[item.state]}>{t(`odd.state.${item.state}`)}</Tag>}
        actions={
          <>
            <a href={oddOrders.evidenceHref(item.id, "xlsx", i18n.language)} download>
              {t("odd.evidenceXlsx")}
            </a>
            <a href={oddOrders.evidenceHref(item.id, "csv", i18n.language)} download>
              CSV
            </a>
          </>
        }
      >
        <div className={css.found}>
          {decided !== null && (
            <Note tone={item.state === "cleared" ? "good" : "warn"}>
              {t("odd.decided", {
                who: words.actor(decided.by),
                when: format.moment(decided.at),
                reason: decided.reason,
              })}
            </Note>
          )}
          {item.measures.length > 0 && (
            <ul className={css.measures}>
              {item.measures.map((measure) => (
                <li key={measure.action}>
                  <b>{say(measure.words)}</b>
                  {measure.units !== null && <span>{t("odd.capUnits", { n: measure.units })}</span>}
                  <small>
                    {words.actor(measure.by)} · {format.moment(measure.at)}
                  </small>
                </li>
              ))}
            </ul>
          )}
          {mayAct && <Steps item={item} />}
        </div>
      </Card>
      <Card title={t("odd.evidence")} note={t("odd.evidenceNote")}>
        <ul className={css.orders}>
          {item.orders.map((order) => (
            <OrderRow key={`${order.channel}/${order.orderId}`} order={order} />
          ))}
        </ul>
      </Card>
    </>
  );
}

function Steps({ item }: { item: OddCaseItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [units, setUnits] = useState<number | null>(1);
  const step = useMutation({
    mutationFn: (body: CaseStepBody) => oddOrders.step(item.id, body),
    onSuccess: (next) => {
      setReason("");
      client.setQueryData(oddKeys.one(item.id), next);
      void client.invalidateQueries({ queryKey: [...oddKeys.all, "list"] });
    },
  });
  const said = reason.trim();
  const done = new Set(item.measures.map(({ action }) => action));
  const act = (action: Action, body: { readonly units?: number } = {}) =>
    done.has(action) ? null : (
      <Button
        key={action}
        loading={step.isPending && step.variables.action === action}
        onClick={() => step.mutate({ step: "act", action, ...body })}
      >
        {t(`odd.action.${action}`)}
      </Button>
    );
  const confirmed = item.state === "confirmed";
  return (
    <>
      <ErrorNote error={step.error} />
      <div className={css.scan}>
        <Input
          className={css.reason}
          value={reason}
          maxLength={200}
          placeholder={t("odd.reason")}
          aria-label={t("odd.reason")}
          onChange={(event) => setReason(event.target.value)}
        />
        {item.state === "open" ? (
          <>
            <Decision name="clear" reason={said} step={step} />
            <Decision name="confirm" reason={said} step={step} />
          </>
        ) : (
          <Decision name="reopen" reason={said} step={step} />
        )}
      </div>
      {item.state !== "cleared" && (
        <div className={css.scan}>
          {act("hold")}
          {confirmed && act("block")}
          {confirmed && !done.has("cap") && (
            <span className={css.cap}>
              <InputNumber
                min={0}
                max={1_000}
                precision={0}
                value={units}
                aria-label={t("odd.capField")}
                onChange={setUnits}
              />
              {act("cap", units === null ? {} : { units })}
            </span>
          )}
          {!confirmed && <span className="muted">{t("odd.confirmFirst")}</span>}
        </div>
      )}
    </>
  );
}

/** A decision needs a reason. */
function Decision({
  name,
  reason,
  step,
}: {
  name: "clear" | "confirm" | "reopen";
  reason: string;
  step: UseMutationResult<OddCaseItem, Error, CaseStepBody>;
}) {
  const { t } = useTranslation();
  return (
    <Button
      type={name === "confirm" ? "primary" : "default"}
      disabled={reason === ""}
      loading={step.isPending && step.variables.step === name}
      onClick={() => step.mutate({ step: name, reason })}
    >
      {t(`odd.step.${name}`)}
    </Button>
  );
}

function OrderRow({ order }: { order: OddOrderItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSay();
  const nameOf = useChannelNames();
  return (
    <li>
      <div className={css.orderHead}>
        <Link to={`/orders/${encodeURIComponent(order.channel)}/${encodeURIComponent(order.orderId)}`}>
          {nameOf(order.channel)} {order.orderId}
        </Link>
        <small>
          {format.moment(order.placedAt)} · {t("live.units", { n: format.number(order.units) })} ·{" "}
          {format.money(order.amount)}
          {order.buyer !== null && ` · ${t("odd.buyer", { id: shortId(order.buyer) })}`}
        </small>
        <b>{t("odd.points", { n: order.points })}</b>
      </div>
      <ul className={css.hits}>
        {order.hits.map((hit, index) => (
          <li key={`${hit.rule}/${hit.sku ?? ""}/${index}`}>
            <Tag tone="tier2">{t("odd.pointsOf", { n: hit.points })}</Tag> {say(hit.words)}
            {hit.sku !== null && <Link to={`/stock/${encodeURIComponent(hit.sku)}`}>{hit.sku}</Link>}
          </li>
        ))}
      </ul>
    </li>
  );
}
