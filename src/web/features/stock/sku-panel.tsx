import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AdjustmentBody } from "../../../api/goods.ts";
import type { StockDetail } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { AdjustForm, type GoodsAction } from "../../ui/adjust-form.tsx";
import { cx } from "../../ui/cx.ts";
import { Icon } from "../../ui/icon.tsx";
import { Num } from "../../ui/num.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { SkuInfoDialog } from "../../ui/sku-info-dialog.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import { PacksForm } from "./packs-form.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { Shelves } from "./shelves.tsx";
import { SkuJournal } from "./sku-journal.tsx";
import { tierOf } from "./tiers.ts";
import { TraitsForm } from "./traits-form.tsx";
import { Why } from "./why.tsx";
import css from "./sku-panel.module.css";

const BurnDown = lazy(async () => ({ default: (await import("./burn-down.tsx")).BurnDown }));

/** Everything about one SKU: how many are left, why, how its day went, and what can be done. */
export function SkuPanel({ sku, onClose }: { sku: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: keys.sku(sku),
    queryFn: ({ signal }) => api.sku(sku, signal),
    staleTime: 2_000,
    // The estimate of when it sells out runs on by itself.
    refetchInterval: 60_000,
  });
  const item = data?.item;
  return (
    <SidePanel
      title={item?.name ?? sku}
      subtitle={data && subtitleOf(data)}
      label={t("sku.panel")}
      onClose={onClose}
    >
      {data === undefined && error === null && <Skeleton lines={9} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Content detail={data} />}
    </SidePanel>
  );
}

function subtitleOf({ item, placements }: StockDetail): string {
  const good = placements.filter((one) => one.quality === "good" && one.quantity > 0);
  const lots = [...new Set(good.map((one) => one.lot).filter((lot) => lot !== ""))];
  const bins = item.bins.filter((bin) => bin !== "");
  return [item.code, item.barcodes[0], bins[0], lots.length === 1 ? lots[0] : undefined]
    .filter((text) => text !== undefined && text !== "")
    .join(" · ");
}

function Content({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const { item } = detail;
  const tier = tierOf(item);
  return (
    <>
      <div className={css.hero}>
        <Num value={item.sellable} className={cx(css.huge, tier)} />
        <span className={css.unit}>
          {t("sku.units", { count: item.sellable })}
          <Eta minutes={detail.etaMinutes} sellable={item.sellable} />
        </span>
        {!item.selling && <Tag tone="tier3">{t("stock.stopped")}</Tag>}
        <EditInfo detail={detail} />
      </div>
      <Actions detail={detail} />
      <Why detail={detail} />
      <section>
        <h3 className={css.heading}>{t("sku.today")}</h3>
        <Suspense fallback={<div className={css.chartSpace} />}>
          <BurnDown detail={detail} />
        </Suspense>
      </section>
      <SkuJournal sku={item.sku} />
      <Shelves detail={detail} />
      <Fold title={t("policy.title")} note={policySummary(detail, t("policy.none"))}>
        <PolicyForm item={item} />
      </Fold>
      <Fold title={t("traits.title")}>
        <TraitsForm sku={item.sku} />
      </Fold>
      <Fold title={t("packs.title")}>
        <PacksForm sku={item.sku} />
      </Fold>
    </>
  );
}

function EditInfo({ detail: { item } }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const mayChange = useCan("catalog:write");
  const [open, setOpen] = useState(false);
  if (!mayChange) return null;
  return (
    <>
      <Button
        size="small"
        type="text"
        className={css.edit}
        icon={<Icon name="edit" size={16} />}
        onClick={() => setOpen(true)}
      >
        {t("skuInfo.edit")}
      </Button>
      {open && <SkuInfoDialog item={item} onClose={() => setOpen(false)} />}
    </>
  );
}

const minutesADay = 1_440;

function Eta({ minutes, sellable }: { minutes: number | null; sellable: number }) {
  const { t } = useTranslation();
  if (minutes === null || sellable === 0) return null;
  if (minutes > minutesADay) return <> · {t("sku.etaLong")}</>;
  const whole = Math.max(1, Math.round(minutes));
  if (whole < 120) return <> · {t("sku.eta", { count: whole })}</>;
  return <> · {t("sku.etaHours", { count: Math.round(whole / 60) })}</>;
}

const firstActions = ["receive", "quarantine", "write_off", "loan"] as const;
const moreActions = [
  "put_away",
  "release",
  "destroy",
  "supplier_return",
  "loan_return",
  "loan_return_bad",
  "loan_lost",
  "count_gain",
  "count_loss",
] as const satisfies readonly AdjustmentBody["action"][];

/** What makes no sense for this SKU now is not offered. */
function isPossible(action: GoodsAction, { item }: StockDetail): boolean {
  if (action === "release" || action === "destroy") return item.quarantine > 0;
  if (action.startsWith("loan_")) return item.loaned > 0;
  return true;
}

function Actions({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const mayMove = useCan("stock:write");
  const [action, setAction] = useState<GoodsAction | null>(null);
  if (!mayMove) return null;
  const more = moreActions.filter((one) => isPossible(one, detail));
  return (
    <div>
      <div className={css.actions}>
        {firstActions.map((one) => (
          <Button
            key={one}
            size="small"
            type={action === one ? "primary" : "default"}
            aria-expanded={action === one}
            onClick={() => setAction(action === one ? null : one)}
          >
            {t(`adjust.short.${one}`)}
          </Button>
        ))}
        <Dropdown
          trigger={["click"]}
          menu={{
            items: more.map((one) => ({ key: one, label: t(`adjust.action.${one}`) })),
            onClick: ({ key }) => setAction(more.find((one) => one === key) ?? null),
          }}
        >
          <Button size="small" icon={<Icon name="more" size={16} />} aria-label={t("adjust.more")} />
        </Dropdown>
      </div>
      {action !== null && (
        <div className={css.form}>
          <AdjustForm
            key={action}
            action={action}
            item={detail.item}
            placements={detail.placements}
            onDone={() => setAction(null)}
            onCancel={() => setAction(null)}
          />
        </div>
      )}
    </div>
  );
}

interface FoldProps {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

/** What somebody who may change products opens now and then: what is in it is read only then. */
function Fold({ title, note = "", children }: FoldProps) {
  const mayChange = useCan("catalog:write");
  const [open, setOpen] = useState(false);
  if (!mayChange) return null;
  return (
    <section>
      <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        {title}
        <span className={css.foldNote}>{open ? "" : note}</span>
        <span className={cx(css.chevron, open && css.turned)}>
          <Icon name="down" size={16} />
        </span>
      </button>
      {open && children}
    </section>
  );
}

function policySummary({ item }: StockDetail, none: string): string {
  const set = [
    item.buffer > 0,
    item.limitPerOrder !== null,
    item.limitPerBuyer !== null,
    item.presaleQuota !== null,
  ];
  const count = set.filter(Boolean).length + (item.selling ? 0 : 1);
  return count === 0 ? none : String(count);
}
