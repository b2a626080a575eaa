import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DecisionBody, QuarantineItem } from "../../../api/quarantine.ts";
import { useCan } from "../../session.ts";
import { StatCard, StatRow } from "../../ui/card.tsx";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useWords } from "../../ui/words.ts";
import { quarantine, returnKeys } from "./client.ts";
import { Decide } from "./decide.tsx";
import { Photos } from "./photos.tsx";
import { PutAside } from "./put-aside.tsx";
import css from "./returns.module.css";

const decisions = [
  "repair",
  "resell",
  "supplier",
  "destroy",
] as const satisfies readonly DecisionBody["decision"][];

/** What cannot be sent, by how long it has stood there, and what is to become of it. */
export function QuarantinePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useCan("stock:write");
  const [putting, setPutting] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: returnKeys.quarantine,
    queryFn: ({ signal }) => quarantine.list(signal),
    refetchInterval: 30_000,
  });
  const oldest = data?.items[0]?.days ?? 0;
  return (
    <Page
      title={t("quarantine.title")}
      subtitle={t("quarantine.subtitle")}
      actions={
        mayWrite && (
          <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setPutting(true)}>
            {t("quarantine.put")}
          </Button>
        )
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <StatRow label={t("quarantine.title")}>
            <StatCard name={t("quarantine.units")}>{format.number(data.units)}</StatCard>
            <StatCard name={t("quarantine.items")}>{format.number(data.items.length)}</StatCard>
            <StatCard name={t("quarantine.oldest")}>{format.number(oldest)}</StatCard>
            <StatCard name={t("quarantine.old")} tone={data.old > 0 ? "tier3" : undefined}>
              {format.number(data.old)}
            </StatCard>
          </StatRow>
          {data.items.length === 0 && (
            <Empty icon="check" title={t("quarantine.none")}>
              {t("quarantine.noneText")}
            </Empty>
          )}
          {data.items.length > 0 && (
            <ul className={cx(css.list, css.below)}>
              {data.items.map((item) => (
                <Row key={item.item} item={item} />
              ))}
            </ul>
          )}
        </>
      )}
      {putting && <PutAside onClose={() => setPutting(false)} />}
    </Page>
  );
}

/** Why it is there: as somebody said it, else by the movement that brought it. */
function useCause(item: QuarantineItem): string {
  const { t } = useTranslation();
  const words = useWords();
  const { reason, cause } = item;
  if (reason === null) return t("quarantine.before");
  const by = reason === "receive" ? t("quarantine.received") : words.reason(reason);
  if (cause === "") return by;
  if (reason === "return") return `${by} · ${t(`returns.reasons.${cause as "damaged"}`)}`;
  return `${by} · ${cause}`;
}

function Row({ item }: { item: QuarantineItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const mayWrite = useCan("stock:write");
  const [decision, setDecision] = useState<DecisionBody["decision"] | null>(null);
  const cause = useCause(item);
  const last = item.decisions.at(-1);
  const where = [
    item.bin === "" ? t("counts.noBin") : item.bin,
    ...(item.lot === "" ? [] : [t("counts.lotOf", { lot: item.lot })]),
    ...(item.by === "" ? [] : [words.actor(item.by)]),
    format.moment(item.since),
  ];
  return (
    <li className={css.bad} data-item={item.item}>
      <div className={cx(css.age, item.old && css.late)}>
        <b>{format.number(item.days)}</b>
        <small>{t("quarantine.days", { count: item.days })}</small>
      </div>
      <div className={css.what}>
        <Link to={`/stock/${encodeURIComponent(item.sku)}`}>{item.name === "" ? item.sku : item.name}</Link>
        <small>{[item.sku, cause].join(" · ")}</small>
        <small>{where.join(" · ")}</small>
        {last !== undefined && (
          <small>
            {t("quarantine.last", {
              what: t(`quarantine.decision.${last.decision}`),
              n: last.units,
              why: last.reason,
              who: words.actor(last.by),
            })}
          </small>
        )}
      </div>
      <div className={css.pictures}>
        <Photos photos={item.photos} label={item.sku} />
      </div>
      <div className={css.figure}>
        <b>{format.number(item.open)}</b>
        {item.repairing > 0 ? (
          <Tag tone="tier1">{t("quarantine.repairing", { n: item.repairing })}</Tag>
        ) : (
          <small>{t("quarantine.waits")}</small>
        )}
      </div>
      {mayWrite && (
        <span className={css.decisions}>
          {decisions.map((one) => (
            <Button
              key={one}
              danger={one === "destroy"}
              disabled={one === "repair" && item.repairing === item.open}
              onClick={() => setDecision(one)}
            >
              {t(
                one === "resell" && item.repairing > 0
                  ? "quarantine.secondLook"
                  : `quarantine.decision.${one}`,
              )}
            </Button>
          ))}
        </span>
      )}
      {decision !== null && <Decide item={item} decision={decision} onClose={() => setDecision(null)} />}
    </li>
  );
}
