import { App, Button } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useCan, useShop } from "../../session.ts";
import { download } from "../../ui/csv.ts";
import { useFormat } from "../../ui/format.ts";
import { usePhone } from "../../ui/hooks.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton, useProblemText } from "../../ui/state.tsx";
import { exportText } from "./export.ts";
import { readAll, readState, useStockList, useTotals, writeState, type ListState } from "./list-query.ts";
import { SkuPanel } from "./sku-panel.tsx";
import { StockCards } from "./stock-cards.tsx";
import { StockFilters } from "./stock-filters.tsx";
import { StockTable } from "./stock-table.tsx";

export function StockPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { sku = null } = useParams();
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const scroller = useRef<HTMLElement>(null);
  const totals = useTotals();
  const state = readState(params);
  const list = useStockList(state);

  const setState = (next: ListState) => {
    setParams(writeState(next), { replace: true });
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  };
  const search = writeState(state).toString();
  const hrefOf = (one: string) => `/stock/${encodeURIComponent(one)}${search === "" ? "" : `?${search}`}`;
  // One step back closes the panel, however many SKUs were looked at meanwhile.
  const open = (one: string) => void navigate(hrefOf(one), { replace: sku !== null });
  const close = () => void navigate({ pathname: "/stock", search }, { replace: true });
  const { fetchNextPage, hasNextPage, isFetching } = list;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetching]);
  const counted = state.search === "" && state.category === "";
  const total = (counted ? totals?.counts[state.filter] : undefined) ?? list.items.length;
  const subtitle =
    totals == null
      ? t("stock.loading")
      : t("stock.subtitle", { count: totals.skus, n: format.number(totals.skus) });

  return (
    <Page
      title={t("stock.title")}
      subtitle={subtitle}
      actions={<Actions state={state} empty={totals?.skus === 0} />}
      scrollRef={scroller}
      aside={sku === null ? null : <SkuPanel key={sku} sku={sku} onClose={close} />}
    >
      {totals?.skus === 0 && list.items.length === 0 ? (
        <NoStock />
      ) : (
        <>
          <StockCards totals={totals ?? null} />
          <StockFilters state={state} onChange={setState} totals={totals ?? null} />
          {list.isPending && <Skeleton lines={10} />}
          {list.isError && list.items.length === 0 && (
            <Failure error={list.error} onRetry={() => void list.refetch()} />
          )}
          {list.items.length > 0 && (
            <StockTable
              items={list.items}
              total={total}
              state={state}
              onSort={(sort) => setState({ ...state, sort, desc: nextOrder(state, sort) })}
              selected={sku}
              hrefOf={hrefOf}
              onOpen={open}
              scroller={scroller}
              onNearEnd={onNearEnd}
            />
          )}
          {list.isSuccess && list.items.length === 0 && (
            <NothingFound onClear={() => setState(readState(new URLSearchParams()))} />
          )}
        </>
      )}
    </Page>
  );
}

/** The first click on a figure shows the largest first, on a name the beginning of the alphabet. */
function nextOrder(state: ListState, sort: ListState["sort"]): boolean {
  if (state.sort === sort) return !state.desc;
  return sort !== "code" && sort !== "name" && sort !== "sellable";
}

function Actions({ state, empty }: { state: ListState; empty: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayImport = useCan("catalog:write");
  const mayReceive = useCan("stock:write");
  // On a phone the bar at the bottom leads to the import.
  const phone = usePhone();
  return (
    <>
      {!empty && <ExportButton state={state} />}
      {mayReceive && <Button onClick={() => void navigate("/goods")}>{t("stock.receive")}</Button>}
      {mayImport && !phone && (
        <Button type="primary" onClick={() => void navigate("/import")}>
          {t("stock.import")}
        </Button>
      )}
    </>
  );
}

function ExportButton({ state }: { state: ListState }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const format = useFormat();
  const shop = useShop();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const items = await readAll(state, () => undefined);
      const scale = format.moneyScale;
      const name = `${t("stock.exportName")}-${shop.name}-${format.day(Date.now())}.csv`;
      download(
        name.replaceAll(/[\\/:*?"<>|]/g, "_"),
        exportText(items, scale, (key) => t(`stock.export.${key}`)),
      );
      message.success(t("stock.exported", { count: items.length, n: format.number(items.length) }));
    } catch (error) {
      message.error(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={busy} onClick={() => void run()}>
      {t("stock.exportButton")}
    </Button>
  );
}

function NoStock() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayImport = useCan("catalog:write");
  return (
    <Empty
      title={t("stock.empty.title")}
      actions={
        mayImport && (
          <Button type="primary" size="large" onClick={() => void navigate("/import")}>
            {t("stock.import")}
          </Button>
        )
      }
    >
      {t("stock.empty.text")}
    </Empty>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon="search"
      title={t("stock.none.title")}
      actions={<Button onClick={onClear}>{t("stock.none.clear")}</Button>}
    >
      {t("stock.none.text")}
    </Empty>
  );
}
