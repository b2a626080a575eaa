import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Segmented, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { CountBody } from "../../../api/counts.ts";
import { api, newKey } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { countKeys, counts, namesIn, openTwinOf } from "./client.ts";
import css from "./counts.module.css";
import { kinds } from "./kinds.ts";

const purposeCharsMax = 100;

interface Values {
  readonly kind: CountBody["kind"];
  readonly warehouse: string | undefined;
  readonly bins: string;
  readonly skus: string;
  readonly purpose: string;
  readonly blind: boolean;
}

const blank: Values = { kind: "spot", warehouse: undefined, bins: "", skus: "", purpose: "", blind: true };

/** Kinds of sheets that somebody may name bins or products for. */
function isNamed(kind: Values["kind"]): boolean {
  return kind === "spot" || kind === "cycle";
}

function bodyOf({ kind, warehouse, purpose, blind, ...texts }: Values): CountBody {
  const [bins, skus] = isNamed(kind) ? [namesIn(texts.bins), namesIn(texts.skus)] : [[], []];
  return {
    kind,
    blind,
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(bins.length === 0 ? {} : { bins }),
    ...(skus.length === 0 ? {} : { skus }),
    ...(purpose.trim() === "" ? {} : { purpose: purpose.trim() }),
  };
}

/** A new sheet: what kind, where, and whether counters see what the books expect. */
export function NewSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState<Values>(blank);
  // One key for the form: a second tap, or a second try, is the same sheet.
  const [key, setKey] = useState(newKey);
  const create = useMutation({
    mutationFn: (anyway: boolean) => counts.create({ ...bodyOf(values), ...(anyway ? { anyway } : {}) }, key),
    onSuccess: ({ sheet }) => {
      void client.invalidateQueries({ queryKey: countKeys.all });
      void navigate(`/counts/${encodeURIComponent(sheet)}`);
    },
  });
  return (
    <Modal
      open
      title={t("counts.new.title")}
      okText={t("counts.new.ok")}
      cancelText={t("common.cancel")}
      confirmLoading={create.isPending}
      onOk={() => create.mutate(false)}
      onCancel={onClose}
      width={560}
    >
      <Fields
        values={values}
        onChange={(part) => {
          setValues({ ...values, ...part });
          setKey(newKey());
          create.reset();
        }}
      />
      <ErrorNote error={create.error} />
      <OpenTwin error={create.error} onAnyway={() => create.mutate(true)} />
    </Modal>
  );
}

/** Where a sheet for the same is open: go on with it, or open a second one on purpose. */
export function OpenTwin({ error, onAnyway }: { error: unknown; onAnyway: () => void }) {
  const { t } = useTranslation();
  const sheet = openTwinOf(error);
  if (sheet === null) return null;
  return (
    <div className={css.twin}>
      <Link to={`/counts/${encodeURIComponent(sheet)}`}>
        <Button type="primary">{t("counts.new.goOn")}</Button>
      </Link>
      <Button onClick={onAnyway}>{t("counts.new.anyway")}</Button>
    </div>
  );
}

interface FieldsProps {
  readonly values: Values;
  readonly onChange: (part: Partial<Values>) => void;
}

function Fields({ values, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <div className={css.form}>
      <Segmented
        block
        value={values.kind}
        onChange={(kind) => onChange({ kind })}
        aria-label={t("counts.new.kind")}
        options={kinds.map((one) => ({ value: one, label: t(`counts.kindShort.${one}`) }))}
      />
      <p className="muted">{t(`counts.kindText.${values.kind}`)}</p>
      <WarehousePick value={values.warehouse} onChange={(warehouse) => onChange({ warehouse })} />
      {isNamed(values.kind) && (
        <>
          <label>
            <span>{t("counts.new.bins")}</span>
            <Input.TextArea
              value={values.bins}
              autoSize={{ minRows: 2, maxRows: 6 }}
              placeholder={t("counts.new.binsHint")}
              onChange={(event) => onChange({ bins: event.target.value })}
            />
          </label>
          <label>
            <span>{t("counts.new.skus")}</span>
            <Input.TextArea
              value={values.skus}
              autoSize={{ minRows: 2, maxRows: 6 }}
              placeholder={t("counts.new.skusHint")}
              onChange={(event) => onChange({ skus: event.target.value })}
            />
          </label>
        </>
      )}
      <label>
        <span>{t("counts.new.purpose")}</span>
        <Input
          value={values.purpose}
          maxLength={purposeCharsMax}
          placeholder={t("counts.new.purposeHint")}
          onChange={(event) => onChange({ purpose: event.target.value })}
        />
      </label>
      <div className={css.switch}>
        <Switch
          checked={values.blind}
          onChange={(blind) => onChange({ blind })}
          aria-label={t("counts.blind")}
        />
        <span>
          {t("counts.blind")}
          <small>{t("counts.new.blindHelp")}</small>
        </span>
      </div>
    </div>
  );
}

function WarehousePick({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  const items = data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <Select
      value={value ?? items[0]?.warehouse}
      onChange={onChange}
      aria-label={t("adjust.warehouse")}
      options={items.map((one) => ({ value: one.warehouse, label: one.name }))}
    />
  );
}
