import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { OrdersQuery } from "../../../api/orders.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useDayName } from "../../ui/days.ts";
import { useFormat } from "../../ui/format.ts";
import { useTyped } from "../../ui/hooks.ts";
import { ordersParams, type OrdersFilter } from "../../ui/orders-href.ts";
import { Page } from "../../ui/page.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { OrderPanel } from "./order-panel.tsx";
import { OrderTable } from "./order-table.tsx";
import css from "./orders.module.css";

type State = NonNullable<OrdersQuery["state"]>;
const states = ["unpaid", "pending", "paid", "sold", "short", "presale", "refund", "closed"] as const;
const pageRows = 100;

interface Filter {
  readonly search: string;
  readonly channel: string;
  readonly sku: string;
  readonly state: State | null;
  /** Of what is placed when: business days or instants. */
  readonly span: Span;
  /** Null: of all. It is only looked for within a span. */
  readonly category: string | null;
}
type Span = Pick<OrdersFilter, "from" | "to" | "fromDay" | "toDay">;

function readSpan(params: URLSearchParams): Span {
  const one = (name: keyof Span) => params.get(name) ?? undefined;
  return { from: one("from"), to: one("to"), fromDay: one("fromDay"), toDay: one("toDay") };
}

function readFilter(params: URLSearchParams): Filter {
  const span = readSpan(params);
  const begins = span.from !== undefined || span.fromDay !== undefined;
  return {
    span,
    category: begins ? params.get("category") : null,
    search: params.get("search") ?? "",
    channel: params.get("in") ?? "",
    sku: params.get("sku") ?? "",
    state: states.find((one) => one === params.get("state")) ?? null,
  };
}

function writeFilter({ state, span, category, ...filter }: Filter): URLSearchParams {
  return ordersParams({ ...filter, ...span, state: state ?? undefined, category: category ?? undefined });
}

function useOrders({ search, channel, sku, state, span, category }: Filter) {
  const query = {
    ...span,
    category: category ?? undefined,
    search: search.trim() === "" ? undefined : search.trim(),
    channel: channel === "" ? undefined : channel,
    sku: sku === "" ? undefined : sku,
    state: state ?? undefined,
  };
  const list = useInfiniteQuery({
    queryKey: [...keys.orders, "list", query],
    queryFn: ({ pageParam, signal }) => api.orders({ ...query, cursor: pageParam, limit: pageRows }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
  const lines = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { ...list, lines };
}

export function OrdersPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { channel, orderId } = useParams();
  const navigate = useNavigate();
  const filter = readFilter(params);
  const list = useOrders(filter);
  const search = writeFilter(filter).toString();
  const setFilter = (next: Filter) => setParams(writeFilter(next), { replace: true });
  const opened = channel === undefined || orderId === undefined ? null : { channel, orderId };
  const hrefOf = (one: { channel: string; orderId: string }) =>
    `/orders/${encodeURIComponent(one.channel)}/${encodeURIComponent(one.orderId)}${search === "" ? "" : `?${search}`}`;
  const filtered = search !== "";

  return (
    <Page
      title={t("orders.title")}
      subtitle={t("orders.subtitle")}
      aside={
        opened === null ? null : (
          <OrderPanel
            key={`${opened.channel} ${opened.orderId}`}
            channel={opened.channel}
            orderId={opened.orderId}
            onClose={() => void navigate({ pathname: "/orders", search }, { replace: true })}
          />
        )
      }
    >
      <Filters filter={filter} onChange={setFilter} />
      {list.isPending && <Skeleton lines={9} />}
      {list.isError && list.lines.length === 0 && (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.lines.length > 0 && (
        <OrderTable
          lines={list.lines}
          selected={opened}
          hrefOf={hrefOf}
          onOpen={(one) => void navigate(hrefOf(one), { replace: opened !== null })}
        />
      )}
      {list.hasNextPage && (
        <div className={css.more}>
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("orders.more")}
          </Button>
        </div>
      )}
      {list.isSuccess && list.lines.length === 0 && (
        <NoOrders filtered={filtered} onClear={() => setFilter(readFilter(new URLSearchParams()))} />
      )}
    </Page>
  );
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const channels = useChannels();
  const nameOf = useChannelNames();
  const [text, setText] = useTyped(filter.search, (search) => onChange({ ...filter, search }));
  return (
    <div className={css.filters}>
      <Input
        className={css.search}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("orders.search")}
        aria-label={t("orders.search")}
        allowClear
        inputMode="search"
      />
      <Select
        className={css.channel}
        value={filter.channel}
        onChange={(channel) => onChange({ ...filter, channel })}
        aria-label={t("orders.channel")}
        popupMatchSelectWidth={false}
        options={[
          { value: "", label: t("orders.allChannels") },
          ...channels.map((one) => ({ value: one.channel, label: nameOf(one.channel) })),
        ]}
      />
      <ChipRow label={t("orders.states")}>
        <Chip on={filter.state === null} onPick={() => onChange({ ...filter, state: null })}>
          {t("orders.state.all")}
        </Chip>
        {states.map((state) => (
          <Chip key={state} on={filter.state === state} onPick={() => onChange({ ...filter, state })}>
            {t(`orders.state.${state}`)}
          </Chip>
        ))}
        {filter.sku !== "" && (
          <Chip on onPick={() => onChange({ ...filter, sku: "" })}>
            {filter.sku} ×
          </Chip>
        )}
        {filter.category !== null && (
          <Chip on onPick={() => onChange({ ...filter, category: null })}>
            {filter.category === "" ? t("reports.noCategory") : filter.category} ×
          </Chip>
        )}
        <SpanChip span={filter.span} onClear={() => onChange({ ...filter, span: {}, category: null })} />
      </ChipRow>
    </div>
  );
}

/** Since when and until when, with a tap that looks at all times again. */
function SpanChip({ span, onClear }: { span: Span; onClear: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useDayName();
  const { from, to, fromDay, toDay } = span;
  const first = from === undefined ? fromDay && nameOf(fromDay) : format.moment(from);
  const last = to === undefined ? toDay && nameOf(toDay) : format.moment(to);
  if (first === undefined && last === undefined) return null;
  return (
    <Chip on onPick={onClear}>
      {first === last ? first : t("orders.span", { from: first ?? "…", to: last ?? "…" })} ×
    </Chip>
  );
}

function NoOrders({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayImport = useCan("catalog:write");
  if (filtered) {
    return (
      <Empty
        icon="search"
        title={t("orders.none.title")}
        actions={<Button onClick={onClear}>{t("stock.none.clear")}</Button>}
      >
        {t("orders.none.text")}
      </Empty>
    );
  }
  return (
    <Empty
      icon="orders"
      title={t("orders.empty.title")}
      actions={
        mayImport && (
          <Button type="primary" size="large" onClick={() => void navigate("/import")}>
            {t("orders.empty.import")}
          </Button>
        )
      }
    >
      {t("orders.empty.text")}
    </Empty>
  );
}
