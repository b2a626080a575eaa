import { Input, Select } from "antd";
import type { InputRef } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StockTotals } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { useFormat } from "../../ui/format.ts";
import { useKey, usePhone, useTyped } from "../../ui/hooks.ts";
import { filters, type Filter, type ListState } from "./list-query.ts";
import css from "./stock-filters.module.css";

interface StockFiltersProps {
  readonly state: ListState;
  readonly onChange: (state: ListState) => void;
  readonly totals: StockTotals | null;
}

export function StockFilters({ state, onChange, totals }: StockFiltersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  // Nobody looks for what was stopped while nothing is.
  const shown = filters.filter(
    (one) => one !== "stopped" || (totals?.counts[one] ?? 0) > 0 || state.filter === one,
  );
  const nameOf = (filter: Filter) => {
    const count = filter === "all" ? 0 : (totals?.counts[filter] ?? 0);
    return count > 0 ? `${t(`stock.filter.${filter}`)} ${format.number(count)}` : t(`stock.filter.${filter}`);
  };
  return (
    <div className={css.bar}>
      <Search value={state.search} onChange={(search) => onChange({ ...state, search })} />
      <Category value={state.category} onChange={(category) => onChange({ ...state, category })} />
      <ChipRow label={t("stock.filters")}>
        {shown.map((filter) => (
          <Chip key={filter} on={state.filter === filter} onPick={() => onChange({ ...state, filter })}>
            {nameOf(filter)}
          </Chip>
        ))}
      </ChipRow>
    </div>
  );
}

/** Asks the server once typing rests; `/` puts the cursor here from anywhere on the page. */
function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const input = useRef<InputRef>(null);
  const [text, setText] = useTyped(value, onChange);
  useKey("/", (event) => {
    event.preventDefault();
    input.current?.focus({ cursor: "all" });
  });
  return (
    <Input
      ref={input}
      className={css.search}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || text === "") return;
        event.stopPropagation();
        setText("");
      }}
      placeholder={t("stock.search")}
      aria-label={t("stock.search")}
      aria-keyshortcuts="/"
      suffix={text === "" && !phone ? <kbd className={css.hint}>/</kbd> : undefined}
      allowClear
      inputMode="search"
    />
  );
}

function Category({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.categories, queryFn: api.categories, staleTime: 60_000 });
  const names = (data?.items ?? []).filter((name) => name !== "");
  if (names.length < 2 && value === "") return null;
  return (
    <Select
      className={css.category}
      value={value}
      onChange={onChange}
      aria-label={t("stock.category")}
      popupMatchSelectWidth={false}
      options={[
        { value: "", label: t("stock.allCategories") },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
    />
  );
}
