import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OddOrderItem, OddPolicyBody, OddPolicyItem, OddPreview } from "../../../api/after-live.ts";
import { useCan } from "../../session.ts";
import { Card, StatCard, StatRow } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { NumberField } from "../../ui/number-field.tsx";
import { Page } from "../../ui/page.tsx";
import { useSay } from "../../ui/say.ts";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { oddKeys, oddOrders, type Rule, type Threshold } from "./client.ts";
import css from "./odd.module.css";

/** Which thresholds belong to which rule. */
const thresholdsOf: Readonly<Record<Rule, readonly Threshold[]>> = {
  bulk: ["bulkUnitsMin", "bulkTimes"],
  many_by_buyer: ["manyByBuyerOrders", "manyWindowMinutes"],
  many_by_phone: ["manyByPhoneOrders"],
  many_by_address: ["manyByAddressOrders"],
  new_buyers_burst: ["newBuyers", "newBuyerHours", "newWindowMinutes"],
  hoarding: ["hoardOrders", "hoardSharePercent", "hoardWindowHours"],
  repeat_refund: ["refundOrders", "refundSharePercent", "refundWindowHours"],
  quick_refund: ["quickRefundMinutes"],
  address_impossible: [],
  address_short: [],
  address_forwarding: [],
  price_error: ["priceErrorPercent"],
};
const pointsMax = 100;
const casePointsMax = 1_200;

/** What makes an order odd: each threshold can be tried on a past day before it holds. */
export function OddRulesPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: oddKeys.policy,
    queryFn: ({ signal }) => oddOrders.policy(signal),
  });
  return (
    <Page
      title={t("odd.rules")}
      subtitle={t("odd.rulesSubtitle")}
      actions={<Link to="/odd">{t("odd.all")}</Link>}
    >
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Rules key={data.version} policy={data} />}
    </Page>
  );
}

function Rules({ policy }: { policy: OddPolicyItem }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mayChange = useCan("catalog:write");
  const [draft, setDraft] = useState<OddPolicyBody>({
    thresholds: policy.thresholds,
    points: policy.points,
    casePoints: policy.casePoints,
    forwarders: policy.forwarders,
  });
  const save = useMutation({
    mutationFn: () => oddOrders.savePolicy(draft),
    onSuccess: (next) => {
      client.setQueryData(oddKeys.policy, next);
      void message.success(t("odd.saved"));
    },
  });
  return (
    <div className={css.beside}>
      <Card>
        <div className={css.rule}>
          <div className={css.ruleHead}>
            <b>{t("odd.casePoints")}</b>
            <span className={css.number}>
              <NumberField
                label={t("odd.casePoints")}
                value={draft.casePoints}
                least={1}
                most={casePointsMax}
                required
                disabled={!mayChange}
                onChange={(value) => value !== null && setDraft({ ...draft, casePoints: value })}
              />
            </span>
          </div>
        </div>
        {policy.rules.map(({ rule }) => (
          <RuleFields
            key={rule}
            rule={rule}
            policy={policy}
            draft={draft}
            disabled={!mayChange}
            onDraft={setDraft}
          />
        ))}
        <Forwarders
          texts={draft.forwarders ?? []}
          disabled={!mayChange}
          onChange={(forwarders) => setDraft({ ...draft, forwarders })}
        />
        {mayChange && (
          <div className={css.save}>
            <ErrorNote error={save.error} />
            <Button type="primary" size="large" loading={save.isPending} onClick={() => save.mutate()}>
              {t("common.save")}
            </Button>
          </div>
        )}
      </Card>
      <Preview draft={draft} />
    </div>
  );
}

const forwardersMax = 500;

/** The shop's own forwarders: a line each, a word of their addresses or a whole one. */
function Forwarders(props: {
  readonly texts: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (texts: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(props.texts.join("\n"));
  return (
    <div className={css.rule}>
      <div className={css.ruleHead}>
        <b>{t("odd.forwarders.title")}</b>
      </div>
      <p className={css.note}>{t("odd.forwarders.note")}</p>
      <Input.TextArea
        aria-label={t("odd.forwarders.title")}
        value={text}
        autoSize={{ minRows: 3, maxRows: 10 }}
        placeholder={t("odd.forwarders.example")}
        disabled={props.disabled}
        onChange={({ target }) => {
          setText(target.value);
          const lines = target.value.split("\n").map((line) => line.trim());
          props.onChange(lines.filter((line) => line.length > 1).slice(0, forwardersMax));
        }}
      />
    </div>
  );
}

interface RuleFieldsProps {
  readonly rule: Rule;
  readonly policy: OddPolicyItem;
  readonly draft: OddPolicyBody;
  readonly disabled: boolean;
  readonly onDraft: (draft: OddPolicyBody) => void;
}

function RuleFields({ rule, policy, draft, disabled, onDraft }: RuleFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className={css.rule}>
      <div className={css.ruleHead}>
        <b>{t(`odd.rule.${rule}`)}</b>
        <span className={css.number}>
          <NumberField
            label={t("odd.pointsField", { rule: t(`odd.rule.${rule}`) })}
            value={draft.points[rule]}
            most={pointsMax}
            required
            suffix={t("odd.pointsUnit")}
            disabled={disabled}
            onChange={(value) =>
              value !== null && onDraft({ ...draft, points: { ...draft.points, [rule]: value } })
            }
          />
        </span>
      </div>
      {thresholdsOf[rule].map((name) => {
        const [least, most] = policy.ranges[name];
        return (
          <div key={name} className={css.threshold}>
            <span>{t(`odd.threshold.${name}`)}</span>
            <span className={css.number}>
              <NumberField
                label={t(`odd.threshold.${name}`)}
                value={draft.thresholds[name]}
                least={least}
                most={most}
                required
                disabled={disabled}
                onChange={(value) =>
                  value !== null && onDraft({ ...draft, thresholds: { ...draft.thresholds, [name]: value } })
                }
              />
            </span>
          </div>
        );
      })}
    </div>
  );
}

/** What these thresholds would have found on a day. */
function Preview({ draft }: { draft: OddPolicyBody }) {
  const { t } = useTranslation();
  const [day, setDay] = useState("");
  const preview = useMutation({ mutationFn: () => oddOrders.preview(draft, day === "" ? null : day) });
  return (
    <Card title={t("odd.preview.title")} note={t("odd.preview.note")} className={css.preview}>
      <div className={css.scan}>
        <Input
          type="date"
          className={css.day}
          value={day}
          aria-label={t("odd.scan.day")}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button loading={preview.isPending} onClick={() => preview.mutate()}>
          {t("odd.preview.try")}
        </Button>
      </div>
      <ErrorNote error={preview.error} />
      {preview.data !== undefined && <Difference preview={preview.data} />}
    </Card>
  );
}

function Difference({ preview }: { preview: OddPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={css.found}>
      <StatRow label={t("odd.preview.title")}>
        <StatCard name={t("odd.orders")}>{format.number(preview.orders)}</StatCard>
        <StatCard name={t("odd.preview.before")}>{format.number(preview.oddBefore)}</StatCard>
        <StatCard name={t("odd.preview.after")}>{format.number(preview.oddAfter)}</StatCard>
      </StatRow>
      <Orders title={t("odd.preview.found")} orders={preview.found} />
      <Orders title={t("odd.preview.lost")} orders={preview.lost} />
    </div>
  );
}

const previewOrders = 12;

function Orders({ title, orders }: { title: string; orders: readonly OddOrderItem[] }) {
  const { t } = useTranslation();
  const say = useSay();
  if (orders.length === 0) return null;
  return (
    <div>
      <h3>{t("odd.preview.count", { title, n: orders.length })}</h3>
      <ul className={css.hits}>
        {orders.slice(0, previewOrders).map((order) => (
          <li key={`${order.channel}/${order.orderId}`}>
            <Link to={`/orders/${encodeURIComponent(order.channel)}/${encodeURIComponent(order.orderId)}`}>
              {order.orderId}
            </Link>{" "}
            {order.hits.map((hit) => say(hit.words)).join(t("common.comma"))}
          </li>
        ))}
      </ul>
    </div>
  );
}
