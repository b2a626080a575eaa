import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { OddCaseItem, ScanResult } from "../../../api/after-live.ts";
import { useCan } from "../../session.ts";
import { BarList } from "../../ui/bar-list.tsx";
import { Card } from "../../ui/card.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Page } from "../../ui/page.tsx";
import { Rows } from "../../ui/rows.tsx";
import { useSay } from "../../ui/say.ts";
import { Empty, ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag, type Tone } from "../../ui/tag.tsx";
import { oddKeys, oddOrders, type CaseState } from "./client.ts";
import css from "./odd.module.css";

const states = ["open", "confirmed", "cleared"] as const satisfies readonly CaseState[];
export const stateTones: Readonly<Record<CaseState, Tone>> = {
  open: "tier2",
  confirmed: "tier3",
  cleared: "ok",
};

/** Odd orders as cases: look for them, and decide. */
export function OddPage() {
  const { t } = useTranslation();
  const mayScan = useCan("orders:write");
  const [state, setState] = useState<CaseState>("open");
  const { data, error, refetch } = useQuery({
    queryKey: oddKeys.list(state),
    queryFn: ({ signal }) => oddOrders.list({ state }, signal),
  });
  return (
    <Page
      title={t("odd.title")}
      subtitle={t("odd.subtitle")}
      actions={<Link to="/odd/rules">{t("odd.rules")}</Link>}
    >
      {mayScan && <Scan />}
      <div className={css.chips}>
        <ChipRow label={t("odd.title")}>
          {states.map((one) => (
            <Chip key={one} on={one === state} onPick={() => setState(one)}>
              {t(`odd.state.${one}`)}
            </Chip>
          ))}
        </ChipRow>
      </div>
      {data === undefined && error === null && <Skeleton lines={5} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <Empty icon="check" title={t(`odd.none.${state}`)}>
          {state === "open" && t("odd.noneText")}
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Card>
          <Cases items={data.items} />
        </Card>
      )}
    </Page>
  );
}

function Scan() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const now = useNow(60_000);
  const [day, setDay] = useState("");
  const scan = useMutation({
    mutationFn: () => oddOrders.scan(day === "" ? {} : { day }),
    onSuccess: () => client.invalidateQueries({ queryKey: oddKeys.all }),
  });
  return (
    <Card title={t("odd.scan.title")} note={t("odd.scan.note")}>
      <form
        className={css.scan}
        onSubmit={(event) => {
          event.preventDefault();
          scan.mutate();
        }}
      >
        <Input
          type="date"
          className={css.day}
          value={day}
          max={format.day(now)}
          aria-label={t("odd.scan.day")}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button type="primary" htmlType="submit" loading={scan.isPending}>
          {day === "" ? t("odd.scan.today") : t("odd.scan.that")}
        </Button>
      </form>
      <ErrorNote error={scan.error} />
      {scan.data !== undefined && <Found result={scan.data} />}
    </Card>
  );
}

function Found({ result }: { result: ScanResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rules = result.rules.filter(({ orders }) => orders > 0).toSorted((a, b) => b.orders - a.orders);
  return (
    <div className={css.found}>
      <p>
        {t("odd.scanned", { orders: format.number(result.orders), odd: format.number(result.odd) })}{" "}
        {t("odd.newCases", { n: format.number(result.newCases) })}
      </p>
      <BarList
        label={t("odd.byRule")}
        items={rules.map(({ rule, orders }) => ({
          key: rule,
          name: t(`odd.rule.${rule}`),
          value: orders,
          figure: t("odd.ordersCount", { n: format.number(orders) }),
          color: "var(--tier2)",
        }))}
      />
    </div>
  );
}

const casesShown = 200;

function Cases({ items }: { items: readonly OddCaseItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSay();
  return (
    <>
      <Rows
        items={items.slice(0, casesShown).map((item) => {
          const hit = item.orders[0]?.hits[0];
          return {
            key: item.id,
            to: `/odd/cases/${encodeURIComponent(item.id)}`,
            title: item.totals.rules.map((rule) => t(`odd.rule.${rule}`)).join(t("common.comma")),
            note: `${item.orders[0]?.orderId ?? ""}${hit === undefined ? "" : ` · ${say(hit.words)}`}`,
            tag: <Tag tone={stateTones[item.state]}>{t(`odd.state.${item.state}`)}</Tag>,
            figures: [
              [format.number(item.totals.orders), t("odd.orders")],
              [format.number(item.totals.units), t("odd.units")],
              [format.money(item.totals.amount), t("odd.amount")],
            ],
          };
        })}
      />
      {items.length > casesShown && (
        <p className="muted">{t("odd.casesMore", { n: format.number(items.length - casesShown) })}</p>
      )}
    </>
  );
}
