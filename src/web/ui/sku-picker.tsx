import { useQuery } from "@tanstack/react-query";
import { AutoComplete } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StockItem } from "../../api/stock.ts";
import { api } from "../api.ts";
import { keys } from "../feed/apply.ts";
import { useFormat } from "./format.ts";
import { useDebounced } from "./hooks.ts";
import css from "./sku-picker.module.css";

const suggestionsMax = 8;

interface SkuPickerProps {
  readonly value?: string;
  readonly onChange?: (code: string) => void;
  /** A suggestion was chosen. */
  readonly onPick?: (item: StockItem) => void;
  readonly placeholder?: string;
  readonly id?: string;
}

/** Finds a SKU by part of its name, code, barcode or bin. Its value is the code. */
export function SkuPicker({ value = "", onChange, onPick, placeholder, id }: SkuPickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const search = useDebounced(value.trim(), 150);
  const { data } = useQuery({
    queryKey: [...keys.stock, "pick", search],
    queryFn: ({ signal }) => api.stock({ search, limit: suggestionsMax }, signal),
    enabled: open && search !== "",
    placeholderData: (before) => before,
  });
  const items = search === "" ? [] : (data?.items ?? []);
  return (
    <AutoComplete
      id={id}
      className={css.picker}
      value={value}
      open={open && items.length > 0}
      onOpenChange={setOpen}
      onChange={(text: string) => onChange?.(text ?? "")}
      onSelect={(code: string) => {
        setOpen(false);
        const item = items.find((one) => one.code === code);
        if (item !== undefined) onPick?.(item);
      }}
      placeholder={placeholder}
      aria-label={placeholder}
      options={items.map((item) => ({
        value: item.code,
        label: (
          <span className={css.option}>
            <span>
              {item.name}
              <small>{item.code}</small>
            </span>
            <b>{t("picker.left", { n: format.number(item.sellable) })}</b>
          </span>
        ),
      }))}
    />
  );
}
