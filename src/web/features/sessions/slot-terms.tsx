import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LookupItem } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useFormat } from "../../ui/format.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import type { Change, DraftSlot, Tranche } from "./plan.ts";
import css from "./run-of-show.module.css";

interface SlotTermsProps {
  readonly slot: DraftSlot;
  readonly name: string;
  readonly product: LookupItem | null | undefined;
  readonly products: ReadonlyMap<string, LookupItem>;
  readonly problems: readonly { readonly field: string }[];
  readonly readOnly: boolean;
  readonly onChange: (change: Change) => void;
}

const alternatesMax = 20;
const tranchesMax = 50;
const minutesMax = 2_880;
const suggestionsMax = 8;

/** What only some slots need: safety stock, the session's own share, who takes over, and release in parts. */
export function SlotTerms({ slot, name, product, products, problems, readOnly, onChange }: SlotTermsProps) {
  const { t } = useTranslation();
  const set = (patch: Partial<DraftSlot>) => onChange({ kind: "slot", id: slot.id, patch });
  const invalid = (field: string) => problems.some((one) => one.field === field);
  return (
    <div className={css.terms}>
      <label className={css.term}>
        <span>{t("plan.buffer")}</span>
        <NumberField
          value={slot.buffer}
          invalid={invalid("buffer")}
          disabled={readOnly}
          label={t("plan.of", { name, field: t("plan.buffer") })}
          placeholder={product == null ? undefined : String(product.buffer)}
          suffix={t("plan.unit")}
          onChange={(buffer) => set({ buffer })}
        />
        <small>{t("plan.bufferHelp")}</small>
      </label>
      <label className={css.term}>
        <span>{t("plan.allotment")}</span>
        <NumberField
          value={slot.allotment}
          invalid={invalid("allotment")}
          disabled={readOnly}
          label={t("plan.of", { name, field: t("plan.allotment") })}
          placeholder={t("plan.allotmentAll")}
          suffix={t("plan.unit")}
          onChange={(allotment) => set({ allotment })}
        />
        <small>{t("plan.allotmentHelp")}</small>
      </label>
      <div className={css.termWide}>
        <span>{t("plan.alternates")}</span>
        <Alternates
          value={slot.alternates}
          itself={slot.sku}
          name={name}
          products={products}
          disabled={readOnly}
          onChange={(alternates) => set({ alternates })}
        />
        <small>{t("plan.alternatesHelp")}</small>
      </div>
      <div className={css.termWide}>
        <span>{t("plan.tranches")}</span>
        <Tranches
          value={slot.tranches}
          name={name}
          disabled={readOnly}
          onChange={(tranches) => set({ tranches })}
        />
        <small>{t("plan.tranchesHelp")}</small>
      </div>
    </div>
  );
}

interface AlternatesProps {
  readonly value: readonly string[];
  readonly itself: string;
  readonly name: string;
  readonly products: ReadonlyMap<string, LookupItem>;
  readonly disabled: boolean;
  readonly onChange: (skus: string[]) => void;
}

function Alternates({ value, itself, name, products, disabled, onChange }: AlternatesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), 150);
  const { data } = useQuery({
    queryKey: [...keys.stock, "pick", search],
    queryFn: ({ signal }) => api.stock({ search, limit: suggestionsMax }, signal),
    enabled: search !== "",
    placeholderData: (before) => before,
  });
  const found = search === "" ? [] : (data?.items ?? []);
  // Planned products are offered before anybody types: they are the likeliest to take over.
  const offered = search === "" ? [...products.values()] : found;
  const options = offered
    .filter((item) => item.sku !== itself)
    .map((item) => ({
      value: item.sku,
      label: `${item.name === "" ? item.code : item.name} · ${t("picker.left", { n: format.number(item.sellable) })}`,
    }));
  return (
    <Select
      mode="multiple"
      value={[...value]}
      disabled={disabled}
      maxCount={alternatesMax}
      showSearch={{ filterOption: false, searchValue: text, onSearch: setText }}
      options={options}
      labelRender={({ value: sku }) => products.get(String(sku))?.name ?? String(sku)}
      placeholder={t("plan.alternatesHint")}
      aria-label={t("plan.of", { name, field: t("plan.alternates") })}
      style={{ width: "100%" }}
      onChange={(skus: string[]) => {
        setText("");
        onChange(skus);
      }}
    />
  );
}

interface TranchesProps {
  readonly value: readonly Tranche[];
  readonly name: string;
  readonly disabled: boolean;
  readonly onChange: (tranches: readonly Tranche[]) => void;
}

const unitsDefault = 100;

function Tranches({ value, name, disabled, onChange }: TranchesProps) {
  const { t } = useTranslation();
  const set = (id: string, patch: Partial<Tranche>) =>
    onChange(value.map((one) => (one.id === id ? { ...one, ...patch } : one)));
  const add = () => {
    const taken = new Set(value.map((one) => one.id));
    let number = value.length + 1;
    while (taken.has(`t${number}`)) number += 1;
    // The first part goes out with the slot, what follows when somebody taps.
    const afterMinutes = value.length === 0 ? 0 : null;
    onChange([...value, { id: `t${number}`, units: value.at(-1)?.units ?? unitsDefault, afterMinutes }]);
  };
  return (
    <ol className={css.tranches}>
      {value.map((one, index) => (
        <li key={one.id}>
          <span>{t("plan.tranche", { n: index + 1 })}</span>
          <NumberField
            required
            least={1}
            value={one.units}
            disabled={disabled}
            label={t("plan.trancheUnits", { name, n: index + 1 })}
            suffix={t("plan.unit")}
            onChange={(units) => set(one.id, { units: units ?? one.units })}
          />
          <NumberField
            most={minutesMax}
            value={one.afterMinutes}
            disabled={disabled}
            label={t("plan.trancheMinutes", { name, n: index + 1 })}
            placeholder={t("plan.byTap")}
            suffix={t("plan.minutesIn")}
            onChange={(afterMinutes) => set(one.id, { afterMinutes })}
          />
          <button
            type="button"
            className={css.tool}
            disabled={disabled}
            aria-label={t("plan.trancheRemove", { name, n: index + 1 })}
            onClick={() => onChange(value.filter((other) => other.id !== one.id))}
          >
            <Icon name="trash" size={16} />
          </button>
        </li>
      ))}
      {value.length < tranchesMax && (
        <li>
          <Button size="small" disabled={disabled} icon={<Icon name="plus" size={14} />} onClick={add}>
            {t("plan.trancheAdd")}
          </Button>
        </li>
      )}
    </ol>
  );
}
