import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { AnalysisItem } from "../../../api/analysis.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannels } from "../../ui/channel-names.ts";
import { DataTable, type DataColumn } from "../../ui/data-table.tsx";
import { wholeMoney } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { analysis, type Proposal, type Slow } from "./client.ts";
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
  if (items.length === 0) return null;
  const value = items.reduce((sum, one) => sum + one.value, 0);
  return (
    <Card
      title={t("analysis.slow.title")}
      note={t("analysis.slow.note", { n: format.number(items.length), value: wholeMoney(format, value) })}
      actions={mayPlan && <Plan chosen={chosen} />}
    >
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

/** Tomorrow at eight in the evening of this machine: a draft that somebody moves. */
function tomorrowEvening(now: number): string {
  const at = new Date(now + dayMs);
  at.setHours(20, 0, 0, 0);
  return at.toISOString();
}

function Plan({ chosen }: { chosen: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const channels = useChannels();
  const now = useNow(60_000);
  const plan = useMutation({
    mutationFn: () =>
      analysis.plan({
        title: t("analysis.slow.planTitle"),
        startsAt: tomorrowEvening(now),
        channels: channels.map(({ channel }) => channel),
        chosen: [...chosen].map(([sku, action]) => ({ sku, action })),
      }),
    onSuccess: ({ id }) => void navigate(`/sessions/${encodeURIComponent(id)}`),
  });
  return (
    <div className={css.plan}>
      <Button
        type="primary"
        disabled={chosen.size === 0 || channels.length === 0}
        loading={plan.isPending}
        onClick={() => plan.mutate()}
      >
        {t("analysis.slow.plan", { n: chosen.size })}
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
      width: 330,
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
    </span>
  );
}

/** Each sentence needs some of these; which of them a code comes with is the server's to know. */
const blanks = { days: "", percent: "", sku: "", sold: "", missing: "" } as const;

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
      const what = t(`analysis.action.${one.action}`, { ...blanks, ...one.values });
      return `${what} · ${effect}`;
    },
  };
}
