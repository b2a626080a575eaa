import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { ExpectedPage } from "../../../api/inbound.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { phoneApi, phoneKeys } from "./client.ts";
import css from "./phone.module.css";

const textCharsMax = 64;

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
  const { data } = useQuery({
    queryKey: phoneKeys.expected,
    queryFn: ({ signal }) => phoneApi.expected(signal),
    retry: false,
  });
  const waiting = data?.items.filter(({ closedAt }) => closedAt === null) ?? [];
  const add = useOpenReceipt(
    values,
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

function useOpenReceipt(values: Values, chosen: readonly Expected[]) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const given = Object.entries(values).filter(([, text]) => text.trim() !== "");
      const expected = chosen.map(({ delivery, sku, units, received }) => ({
        sku,
        quantity: Math.max(1, units - received),
        request: delivery,
      }));
      const texts = Object.fromEntries(given.map(([name, text]) => [name, text.trim()]));
      return phoneApi.openReceipt({ ...texts, ...(expected.length === 0 ? {} : { expected }) });
    },
    onSuccess: (item) => {
      void client.invalidateQueries({ queryKey: phoneKeys.receipts });
      void navigate(`/phone/receive/${encodeURIComponent(item.receipt)}`);
    },
  });
}
