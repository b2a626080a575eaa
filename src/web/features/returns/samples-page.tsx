import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LoanItem, LoanPage } from "../../../api/samples.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Note, Skeleton, useProblemText } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { returnKeys, samples } from "./client.ts";
import { Lend } from "./lend.tsx";
import { LoanDialog, type LoanStep } from "./loan-dialog.tsx";
import css from "./returns.module.css";

/** Who has what, since when, and what is overdue. */
export function SamplesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useCan("stock:write");
  const [lending, setLending] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.samples,
    queryFn: ({ signal }) => samples.list(signal),
    refetchInterval: 30_000,
  });
  const add = (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setLending(true)}>
      {t("samples.lend")}
    </Button>
  );
  const out = data?.items.filter(({ open }) => open > 0) ?? [];
  const back = data?.items.filter(({ open }) => open === 0) ?? [];
  return (
    <Page title={t("samples.title")} subtitle={t("samples.subtitle")} actions={mayWrite && add}>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <StatRow label={t("samples.title")}>
            <StatCard name={t("samples.out")}>
              {format.number(out.reduce((sum, { open }) => sum + open, 0))}
            </StatCard>
            <StatCard name={t("samples.people")}>
              {format.number(new Set(out.map(({ borrower }) => borrower)).size)}
            </StatCard>
            <StatCard name={t("samples.overdue")} tone={data.overdue > 0 ? "tier3" : undefined}>
              {format.number(data.overdue)}
            </StatCard>
            {data.unassigned.length > 0 && (
              <StatCard name={t("samples.nobody")} tone="tier1">
                {format.number(data.unassigned.reduce((sum, { units }) => sum + units, 0))}
              </StatCard>
            )}
          </StatRow>
          <Unassigned rows={data.unassigned} />
          {data.items.length === 0 && data.unassigned.length === 0 && (
            <Empty icon="stock" title={t("samples.none")} actions={mayWrite && add}>
              {t("samples.noneText")}
            </Empty>
          )}
          <Loans title={t("samples.out")} items={out} />
          <Loans title={t("samples.back")} items={back} />
        </>
      )}
      {lending && <Lend onClose={() => setLending(false)} />}
    </Page>
  );
}

/** What the books have out and nobody answers for: found here and not when it is missed. */
function Unassigned({ rows }: { rows: LoanPage["unassigned"] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return null;
  return (
    <Note tone="warn">
      {t("samples.unassigned")}
      <ul className={css.unassigned}>
        {rows.map(({ sku, name, warehouse, units }) => (
          <li key={`${sku} ${warehouse}`}>
            <Link to={`/stock/${encodeURIComponent(sku)}`} className={css.inLine}>
              {name === "" ? sku : name}
            </Link>{" "}
            {t("samples.unitsOf", { n: units })}
          </li>
        ))}
      </ul>
    </Note>
  );
}

function Loans({ title, items }: { title: string; items: readonly LoanItem[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <h2 className={css.groupTitle}>{title}</h2>
      <ul className={css.list}>
        {items.map((item) => (
          <Row key={item.loan} item={item} />
        ))}
      </ul>
    </section>
  );
}

const dayMs = 86_400_000;

function Row({ item }: { item: LoanItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const now = useNow(60_000);
  const left = Date.parse(item.dueAt) - now;
  const facts = [
    item.sku,
    ...(item.sessionTitle === null ? [] : [item.sessionTitle]),
    t("samples.lentAt", { at: format.moment(item.lentAt), by: words.actor(item.lentBy) }),
    ...(item.note === "" ? [] : [item.note]),
  ];
  const days = Math.ceil(Math.abs(left) / dayMs);
  return (
    <li className={css.loan} data-loan={item.loan}>
      <div className={css.who}>
        <b>{item.borrower}</b>
        {item.open > 0 ? (
          <small className={cx(item.overdue && css.late)}>
            {item.overdue
              ? t("samples.lateBy", { count: days, n: days })
              : t("samples.dueAt", { at: format.moment(item.dueAt) })}
          </small>
        ) : (
          <small>{t("samples.settled")}</small>
        )}
      </div>
      <div className={css.what}>
        <Link to={`/stock/${encodeURIComponent(item.sku)}`}>{item.name === "" ? item.sku : item.name}</Link>
        <small>{facts.join(" · ")}</small>
      </div>
      <span className={css.tags}>
        {item.returnedGood > 0 && <Tag tone="ok">{t("samples.goodBack", { n: item.returnedGood })}</Tag>}
        {item.returnedBad > 0 && <Tag tone="tier2">{t("samples.badBack", { n: item.returnedBad })}</Tag>}
        {item.writtenOff > 0 && <Tag tone="tier3">{t("samples.lost", { n: item.writtenOff })}</Tag>}
      </span>
      <div className={css.figure}>
        <b>{format.number(item.open > 0 ? item.open : item.units)}</b>
        <small>{t("samples.ofUnits", { n: item.units })}</small>
      </div>
      <Actions item={item} />
    </li>
  );
}

/** All of it back on the shelf is one tap; what is seldom stands behind. */
function Actions({ item }: { item: LoanItem }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const mayWrite = useCan("stock:write");
  const [step, setStep] = useState<LoanStep | null>(null);
  const all = useMutation({
    mutationFn: () => samples.giveBack(item.loan, { good: item.open, bad: 0, bin: item.bin }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: returnKeys.samples });
      void client.invalidateQueries({ queryKey: keys.stock });
    },
    onError: (error) => message.error(textOf(error)),
  });
  if (!mayWrite || item.open === 0) return <span />;
  return (
    <span className={css.actions}>
      <Button type="primary" loading={all.isPending} onClick={() => all.mutate()}>
        {t("samples.allBack")}
      </Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: (["part", "longer", "lost"] as const).map((key) => ({
            key,
            label: t(`samples.step.${key}`),
          })),
          onClick: ({ key }) => setStep(key as LoanStep),
        }}
      >
        <Button icon={<Icon name="more" />} aria-label={t("samples.moreOf", { who: item.borrower })} />
      </Dropdown>
      {step !== null && <LoanDialog item={item} step={step} onClose={() => setStep(null)} />}
    </span>
  );
}
