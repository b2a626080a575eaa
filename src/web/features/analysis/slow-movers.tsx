import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { AnalysisItem, ScanList } from "../../../api/analysis.ts";
import { newKey } from "../../api.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannels } from "../../ui/channel-names.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { useDayName, wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { analysis, scansKey, type Proposal, type Slow } from "./client.ts";
import css from "./analysis.module.css";

const dayMs = 86_400_000;
/** The server takes no more in one plan. */
const chosenMax = 200;

/** What stands, why it probably does, and what to do: the chosen ones become the draft of a session. */
export function SlowMovers({ items }: { items: AnalysisItem["slow"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayPlan = useCan("catalog:write");
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const columns = useColumns(mayPlan, chosen, (sku, action) => {
    const next = new Map(chosen);
    if (action === null) next.delete(sku);
    else next.set(sku, action);
    setChosen(next);
  });
  const scan = useQuery({ queryKey: scansKey, queryFn: ({ signal }) => analysis.scans(signal) }).data
    ?.items[0];
  if (items.length === 0 && (scan === undefined || scan.left.length === 0)) return null;
  const value = items.reduce((sum, one) => sum + one.value, 0);
  return (
    <Card
      title={t("analysis.slow.title")}
      note={t("analysis.slow.note", { n: format.number(items.length), value: wholeMoney(format, value) })}
      actions={mayPlan && <Plan chosen={chosen} />}
    >
      {scan !== undefined && <SinceScan scan={scan} />}
      <DataTable
        label={t("analysis.slow.title")}
        rows={items}
        keyOf={(row) => row.sku}
        columns={columns}
        rowPx={56}
        sort={{ key: "value", desc: true }}
      />
    </Card>
  );
}

/** How many of the left are named. */
const leftNamedMax = 6;

/** What the weekly scan found: new since the one before, and no longer slow, with why. */
function SinceScan({ scan }: { scan: ScanList["items"][number] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useDayName();
  const bySku = new Map(scan.items.map((one) => [one.sku, one.name]));
  const named = (skus: readonly { readonly sku: string; readonly name: string }[]) =>
    skus.slice(0, leftNamedMax).map(({ sku, name }, index) => (
      <span key={sku}>
        {index > 0 && t("common.comma")}
        <Link to={`/stock/${encodeURIComponent(sku)}`}>{name === "" ? sku : name}</Link>
      </span>
    ));
  return (
    <div className={css.scan} data-testid="slow-scan">
      <p>
        <b>{t("analysis.scan.title", { day: nameOf(scan.week) })}</b>{" "}
        {scan.before === null
          ? t("analysis.scan.first", { n: format.number(scan.items.length) })
          : t("analysis.scan.change", {
              n: format.number(scan.items.length),
              fresh: format.number(scan.fresh.length),
              left: format.number(scan.left.length),
            })}
      </p>
      {scan.fresh.length > 0 && (
        <p>
          <Tag tone="tier2">{t("analysis.scan.fresh")}</Tag>{" "}
          {named(scan.fresh.map((sku) => ({ sku, name: bySku.get(sku) ?? "" })))}
        </p>
      )}
      {leftReasons.map((reason) => {
        const left = scan.left.filter((one) => one.reason === reason);
        return left.length === 0 ? null : (
          <p key={reason}>
            <Tag tone="ok">{t(`analysis.scan.left.${reason}`)}</Tag> {named(left)}
          </p>
        );
      })}
    </div>
  );
}

const leftReasons = ["sold", "no_stock", "threshold", "gone"] as const;

/** Tomorrow at eight in the evening of this machine: a draft that somebody moves. */
function tomorrowEvening(now: number): string {
  const at = new Date(now + dayMs);
  at.setHours(20, 0, 0, 0);
  return at.toISOString();
}

/** Makes the draft of a session of what is chosen, and opens it. */
function usePlan() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const format = useFormat();
  const channels = useChannels();
  const now = useNow(60_000);
  const plan = useMutation({
    mutationFn: (chosen: readonly (readonly [sku: string, action: string])[]) =>
      analysis.plan({
        title: t("analysis.slow.planTitle"),
        startsAt: tomorrowEvening(now),
        channels: channels.map(({ channel }) => channel),
        chosen: chosen.map(([sku, action]) => ({ sku, action })),
      }),
    onSuccess: ({ id, bundles }) => {
      for (const { listing, price } of bundles)
        void message.success(t("analysis.slow.bundled", { listing, price: format.money(price) }));
      void navigate(`/sessions/${encodeURIComponent(id)}`);
    },
  });
  return { ...plan, isReady: channels.length > 0 };
}

/** Sets the free units of a product aside for its supplier, once somebody has said so. */
function useSendBack() {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const format = useFormat();
  const navigate = useNavigate();
  const send = useMutation({
    mutationFn: ({ sku, key }: { sku: string; key: string }) =>
      analysis.sendBack({ skus: [sku], reason: t("analysis.slow.sendBackReason") }, key),
    onSuccess: ({ units }) => {
      if (units === 0) return void message.warning(t("analysis.slow.nothingFree"));
      void message.success(t("analysis.slow.setAside", { n: format.number(units) }));
      void navigate("/quarantine");
    },
  });
  return {
    ...send,
    ask: ({ sku, name, units }: Slow) =>
      modal.confirm({
        title: t("analysis.slow.sendBack", { name }),
        content: t("analysis.slow.sendBackText", { n: format.number(units) }),
        okText: t("analysis.slow.sendBackDo"),
        onOk: () => send.mutateAsync({ sku, key: newKey() }).catch(() => undefined),
      }),
  };
}

function Plan({ chosen }: { chosen: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const plan = usePlan();
  const toSession = [...chosen].filter(([, action]) => action !== "supplier_return");
  return (
    <div className={css.plan}>
      <Button
        type="primary"
        disabled={toSession.length === 0 || !plan.isReady}
        loading={plan.isPending}
        onClick={() => plan.mutate(toSession)}
      >
        {t("analysis.slow.plan", { n: toSession.length })}
      </Button>
      <ErrorNote error={plan.error} />
    </div>
  );
}

function useColumns(
  mayPlan: boolean,
  chosen: ReadonlyMap<string, string>,
  onChoose: (sku: string, action: string | null) => void,
): readonly DataColumn<Slow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useSlowWords();
  return [
    {
      key: "name",
      title: t("analysis.product"),
      width: 240,
      by: (row) => row.name,
      cell: (row) => (
        <>
          <Link to={`/stock/${encodeURIComponent(row.sku)}`}>{row.name}</Link>
          <small>{row.sku}</small>
        </>
      ),
    },
    {
      key: "days",
      title: t("analysis.slow.days"),
      width: 96,
      by: (row) => row.days,
      cell: (row) => format.number(row.days),
    },
    {
      key: "units",
      title: t("analysis.stock"),
      width: 80,
      by: (row) => row.units,
      cell: (row) => format.number(row.units),
    },
    {
      key: "value",
      title: t("analysis.slow.value"),
      width: 104,
      phone: true,
      by: (row) => row.value,
      cell: (row) => wholeMoney(format, row.value),
    },
    {
      key: "why",
      title: t("analysis.slow.why"),
      width: 230,
      left: true,
      cell: (row) => row.reasons.map(say.cause).join(t("common.comma")) || "—",
    },
    {
      key: "action",
      title: t("analysis.slow.action"),
      width: 420,
      left: true,
      cell: (row) => (
        <Choice
          row={row}
          mayPlan={mayPlan}
          action={chosen.get(row.sku) ?? null}
          full={chosen.size >= chosenMax}
          textOf={say.proposal}
          onChoose={(action) => onChoose(row.sku, action)}
        />
      ),
    },
  ];
}

interface ChoiceProps {
  readonly row: Slow;
  readonly mayPlan: boolean;
  readonly action: string | null;
  readonly full: boolean;
  readonly textOf: (proposal: Proposal) => string;
  readonly onChoose: (action: string | null) => void;
}

/** What is proposed for a product, the most money first. */
function Choice({ row, mayPlan, action, full, textOf, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const [best] = row.proposals;
  if (best === undefined) return "—";
  const shown = action ?? best.action;
  if (!mayPlan) return textOf(best);
  return (
    <span className={css.choice}>
      <Checkbox
        checked={action !== null}
        disabled={full && action === null}
        aria-label={t("analysis.slow.choose", { name: row.name })}
        onChange={({ target }) => onChoose(target.checked ? shown : null)}
      />
      <Select
        size="small"
        className={css.action}
        value={shown}
        aria-label={t("analysis.slow.actionOf", { name: row.name })}
        options={row.proposals.map((one) => ({ value: one.action, label: textOf(one) }))}
        onChange={onChoose}
      />
      <PlanOne row={row} action={shown} />
    </span>
  );
}

/** What is proposed for one product, done with one tap: the draft of a session, or goods set aside for the supplier. */
function PlanOne({ row, action }: { row: Slow; action: string }) {
  const { t } = useTranslation();
  const plan = usePlan();
  const sendBack = useSendBack();
  const maySend = useCan("stock:write");
  const isReturn = action === "supplier_return";
  return (
    <>
      <Button
        size="small"
        disabled={isReturn ? !maySend : !plan.isReady}
        loading={plan.isPending || sendBack.isPending}
        aria-label={t("analysis.slow.planOneOf", { name: row.name })}
        onClick={() => (isReturn ? void sendBack.ask(row) : plan.mutate([[row.sku, action]]))}
      >
        {t("analysis.slow.planOne")}
      </Button>
      <ErrorNote error={plan.error ?? sendBack.error} />
    </>
  );
}

/** Each sentence needs some of these; which of them a code comes with is the server's to know. */
const blanks = { days: "", percent: "", sku: "", sold: "", missing: "", price: "" } as const;

/** The server's codes with their numbers, in the language of the page. */
function useSlowWords() {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    cause: ({ cause, evidence }: Slow["reasons"][number]) =>
      t(`analysis.cause.${cause}`, { ...blanks, ...evidence }),
    proposal: (one: Proposal) => {
      const effect = t("analysis.slow.effect", {
        n: format.number(one.units),
        amount: wholeMoney(format, one.amount),
        basis: t(`analysis.basis.${one.basis}`),
      });
      const { price } = one.values;
      const money = typeof price === "number" ? { price: format.money(price) } : {};
      const what = t(`analysis.action.${one.action}`, { ...blanks, ...one.values, ...money });
      return `${what} · ${effect}`;
    },
  };
}
