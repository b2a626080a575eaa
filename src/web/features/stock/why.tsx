import { useTranslation } from "react-i18next";
import type { HoldersItem, StockDetail } from "../../../api/stock.ts";
import { useChannelNames } from "../../ui/channel-names.ts";
import { cx } from "../../ui/cx.ts";
import { splitSpan, useFormat } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { Num } from "../../ui/num.tsx";
import { StackBar } from "../../ui/stack-bar.tsx";
import { tierColor, tierOf } from "./tiers.ts";
import panel from "./sku-panel.module.css";
import css from "./why.module.css";

const color = {
  onHand: "var(--on-hand)",
  committed: "var(--committed)",
  held: "var(--tier1)",
  quarantine: "var(--line)",
  buffer: "var(--accent)",
} as const;

/** The parts of on hand. They add up: what is left of available once the buffer is off is sellable. */
export function partsOf(item: StockDetail["item"]) {
  const buffer = Math.min(item.available, item.buffer);
  return { ...item, buffer, sellable: item.available - buffer };
}

/** Why a SKU has the figure that it has: who every unit in the building belongs to. */
export function Why({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = partsOf(detail.item);
  const tier = tierOf(detail.item);
  const sellableColor = tierColor(tier);
  const bar = [
    { name: t("why.committed"), value: parts.committed, color: color.committed },
    { name: t("why.held"), value: parts.held, color: color.held },
    { name: t("why.sellable"), value: parts.sellable, color: sellableColor },
    { name: t("why.buffer"), value: parts.buffer, color: color.buffer },
    { name: t("why.quarantine"), value: parts.quarantine, color: "var(--faint)" },
  ];
  return (
    <section>
      <h3 className={panel.heading}>{t("why.title", { n: format.number(parts.sellable) })}</h3>
      <StackBar parts={bar} />
      <ul className={css.legend}>
        <Line color={color.onHand} value={parts.onHand}>
          {t("why.onHand")}
        </Line>
        <Line color={color.committed} value={parts.committed}>
          − {t("why.committed")}
          <Committed holders={detail.holders} />
        </Line>
        <Line color={color.held} value={parts.held}>
          − {t("why.held")}
          <Held holders={detail.holders} />
        </Line>
        <Line color="var(--faint)" value={parts.quarantine}>
          − {t("why.quarantine")}
        </Line>
        <Line color={color.buffer} value={parts.buffer}>
          − {t("why.buffer")}
          {detail.item.buffer > parts.buffer &&
            ` (${t("why.bufferWanted", { n: format.number(detail.item.buffer) })})`}
        </Line>
        <Line color={sellableColor} value={parts.sellable} tone={cx(css.result, tier)}>
          = {t("why.sellable")}
        </Line>
      </ul>
      <Besides detail={detail} />
    </section>
  );
}

interface LineProps {
  readonly color: string;
  readonly value: number;
  readonly tone?: string;
  readonly children: React.ReactNode;
}

function Line({ color: dot, value, tone, children }: LineProps) {
  return (
    <li className={css.line}>
      <i style={{ background: dot }} />
      <span>{children}</span>
      <b className={tone}>
        <Num value={value} />
      </b>
    </li>
  );
}

/** Units by channel, most first. */
function byChannel(
  holders: HoldersItem,
  place: "held" | "committed",
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const one of holders.byChannel) {
    if (one.place === place) sums.set(one.channel, (sums.get(one.channel) ?? 0) + one.units);
  }
  return [...sums].toSorted((a, b) => b[1] - a[1]);
}

const channelsShownMax = 4;

function Committed({ holders }: { holders: HoldersItem }) {
  const nameOf = useChannelNames();
  const format = useFormat();
  const sums = byChannel(holders, "committed");
  if (sums.length === 0) return null;
  const shown = sums
    .slice(0, channelsShownMax)
    .map(([channel, units]) => `${nameOf(channel)} ${format.number(units)}`);
  return <> ({sums.length > channelsShownMax ? `${shown.join(" · ")} …` : shown.join(" · ")})</>;
}

function Held({ holders }: { holders: HoldersItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = (stage: "created" | "pending") =>
    holders.byChannel.filter((one) => one.place === "held" && one.stage === stage);
  const sum = (rows: HoldersItem["byChannel"]) => rows.reduce((total, row) => total + row.units, 0);
  const unpaid = of("created");
  const expiry = unpaid
    .map((one) => one.earliestExpiry)
    .filter((one) => one !== null)
    .toSorted()[0];
  const texts: React.ReactNode[] = [];
  if (sum(unpaid) > 0) {
    texts.push(
      <span key="created">
        {t("why.unpaid", { n: format.number(sum(unpaid)) })}
        {expiry !== undefined && <Countdown until={expiry} />}
      </span>,
    );
  }
  const pending = sum(of("pending"));
  if (pending > 0) texts.push(<span key="pending">{t("why.pending", { n: format.number(pending) })}</span>);
  if (texts.length === 0) return null;
  return <span className={css.notes}>{texts}</span>;
}

function Countdown({ until }: { until: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = Date.parse(until) - now;
  if (left <= 0) return <>, {t("why.releasing")}</>;
  const { days, hours, minutes, seconds } = splitSpan(left);
  if (days > 0) return <>, {t("why.earliestDays", { count: days })}</>;
  if (hours > 0) return <>, {t("why.earliestHours", { hours, minutes })}</>;
  return <>, {t("why.earliest", { minutes, seconds })}</>;
}

/** What is not on the shelves and yet this SKU's: owed, presold, lent. */
function Besides({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const nameOf = useChannelNames();
  const format = useFormat();
  const { item, holders } = detail;
  const waiting = (kind: "spot" | "presale") => {
    const rows = holders.waiting
      .filter((one) => one.kind === kind && one.units > 0)
      .toSorted((a, b) => b.units - a.units);
    const text = rows.map((one) => `${nameOf(one.channel)} ${format.number(one.units)}`).join(" · ");
    return text === "" ? "" : ` (${text})`;
  };
  if (item.shortage === 0 && item.presale === 0 && item.loaned === 0) return null;
  return (
    <ul className={cx(css.legend, css.besides)}>
      {item.shortage > 0 && (
        <Line color="var(--tier3)" value={item.shortage} tone="tier3">
          {t("why.shortage")}
          {waiting("spot")}
        </Line>
      )}
      {item.presale > 0 && (
        <Line color="var(--tier2)" value={item.presale}>
          {t("why.presale")}
          {waiting("presale")}
        </Line>
      )}
      {item.loaned > 0 && (
        <Line color="var(--faint)" value={item.loaned}>
          {t("why.loaned")}
        </Line>
      )}
    </ul>
  );
}
