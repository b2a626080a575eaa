import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ExpectedPage } from "../../../api/inbound.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import css from "./phone.module.css";
import { useOpening } from "./receipt-offline.ts";

const textCharsMax = 64;
/** The warehouse that this phone works in, as its page for moves keeps it. */
const warehouseKept = "zaiku.phone.warehouse";
const mainWarehouse = "main";

type Expected = ExpectedPage["items"][number];

interface Values {
  readonly supplier: string;
  readonly note: string;
  readonly bin: string;
}

/** Opens a count of what has arrived, with the deliveries it is said to be. */
export function NewReceipt({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Values>({ supplier: "", note: "", bin: "" });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { warehouse, warehouses, choose } = useWarehouse();
  const { data } = useQuery({
    queryKey: phoneKeys.expected,
    queryFn: ({ signal }) => phoneApi.expected(signal),
    retry: false,
  });
  const waiting = data?.items.filter(({ closedAt }) => closedAt === null) ?? [];
  const add = useOpenReceipt(
    { ...values, warehouse },
    waiting.filter(({ delivery }) => chosen.has(delivery)),
  );
  const toggle = (one: Expected) => {
    const next = new Set(chosen);
    if (!next.delete(one.delivery)) next.add(one.delivery);
    setChosen(next);
    if (values.supplier === "" && one.supplier !== "" && next.has(one.delivery))
      setValues({ ...values, supplier: one.supplier });
  };
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      {warehouses.length > 1 && (
        <label>
          {t("floor.warehouse")}
          <select className={css.pick} value={warehouse} onChange={(event) => choose(event.target.value)}>
            {warehouses.map((one) => (
              <option key={one.warehouse} value={one.warehouse}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {(["supplier", "note", "bin"] as const).map((name) => (
        <label key={name}>
          {t(`phone.receive.${name}`)}
          <input
            value={values[name]}
            maxLength={textCharsMax}
            autoComplete="off"
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </label>
      ))}
      {waiting.length > 0 && <ExpectedGoods waiting={waiting} chosen={chosen} onToggle={toggle} />}
      <ErrorNote error={add.error} />
      <div className={css.pair}>
        <button type="button" className={`${css.button} ${css.plain}`} onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="submit" className={css.button} disabled={add.isPending}>
          {t("phone.receive.start")}
        </button>
      </div>
    </form>
  );
}

/** Where the delivery has come to; a shop with one warehouse is not asked. */
function useWarehouse() {
  const [kept, setKept] = useState(() => localStorage.getItem(warehouseKept) ?? mainWarehouse);
  const { data } = useQuery({
    queryKey: keys.warehouses,
    queryFn: api.warehouses,
    staleTime: 60_000,
    retry: false,
  });
  const warehouses = data?.items ?? [];
  const gone = warehouses.length > 0 && warehouses.every((one) => one.warehouse !== kept);
  const choose = (next: string) => {
    localStorage.setItem(warehouseKept, next);
    setKept(next);
  };
  return { warehouse: gone ? mainWarehouse : kept, warehouses, choose };
}

interface ExpectedGoodsProps {
  readonly waiting: readonly Expected[];
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (one: Expected) => void;
}

function ExpectedGoods({ waiting, chosen, onToggle }: ExpectedGoodsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.expected}>
      <legend>{t("inbound.choose")}</legend>
      {waiting.map((one) => (
        <label key={one.delivery}>
          <input type="checkbox" checked={chosen.has(one.delivery)} onChange={() => onToggle(one)} />
          <span>
            {one.name === "" ? one.sku : one.name}
            <small>{[one.supplier, t(`inbound.source.${one.source}`)].filter(Boolean).join(" · ")}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function useOpenReceipt(values: Values & { readonly warehouse: string }, chosen: readonly Expected[]) {
  const open = useOpening();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const given = Object.entries(values).filter(([, text]) => text.trim() !== "");
      const expected = chosen.map(({ delivery, sku, units, received, presale }) => ({
        sku,
        quantity: Math.max(1, units - received),
        request: delivery,
        ...(presale === undefined ? {} : { presale }),
      }));
      const texts = Object.fromEntries(given.map(([name, text]) => [name, text.trim()]));
      return open({ ...texts, ...(expected.length === 0 ? {} : { expected }) });
    },
    onSuccess: (receipt) => {
      void client.invalidateQueries({ queryKey: phoneKeys.receipts });
      void navigate(`/phone/receive/${encodeURIComponent(receipt)}`);
    },
  });
}
