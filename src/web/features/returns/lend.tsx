import { useQuery, useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LoanBody } from "../../../api/samples.ts";
import { useFormat } from "../../ui/format.ts";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ErrorNote } from "../../ui/state.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { returnKeys, samples } from "./client.ts";
import { instantOf, localOf } from "./local-time.ts";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

const dayMs = 86_400_000;
const unitsMax = 9_999;

/** Samples go out: what, how many, to whom, until when. */
export function Lend({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [sku, setSku] = useState("");
  const [units, setUnits] = useState(1);
  const [borrower, setBorrower] = useState("");
  const [session, setSession] = useState<string | undefined>(undefined);
  const [bin, setBin] = useState("");
  const [dueAt, setDueAt] = useState(() => localOf(Date.now() + dayMs));
  const lend = useKeyed((body: LoanBody, key) => samples.lend(body, key));
  const ready = sku.trim() !== "" && borrower.trim() !== "" && dueAt !== "";
  const send = () =>
    lend.mutate(
      {
        sku: sku.trim(),
        units,
        borrower: borrower.trim(),
        dueAt: instantOf(dueAt),
        ...(session === undefined ? {} : { session }),
        ...(bin.trim() === "" ? {} : { bin: bin.trim() }),
      },
      {
        onSuccess: () => {
          void client.invalidateQueries({ queryKey: returnKeys.samples });
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t("samples.lend")}
      okText={t("samples.ok.lend")}
      okButtonProps={{ disabled: !ready }}
      cancelText={t("common.cancel")}
      confirmLoading={lend.isPending}
      onOk={send}
      onCancel={onClose}
      width={480}
    >
      <div className={css.form}>
        <label>
          <span>{t("samples.sku")}</span>
          <SkuPicker value={sku} onChange={setSku} placeholder={t("samples.skuHint")} />
        </label>
        <div>
          <span>{t("samples.units")}</span>
          <Stepper label={t("samples.units")} value={units} min={1} max={unitsMax} onChange={setUnits} />
        </div>
        <BorrowerPick value={borrower} onChange={setBorrower} />
        <SessionPick value={session} onChange={setSession} />
        <label>
          <span>{t("samples.due")}</span>
          <Input type="datetime-local" value={dueAt} onChange={(event) => setDueAt(event.target.value)} />
        </label>
        <label>
          <span>{t("samples.bin")}</span>
          <Input
            value={bin}
            maxLength={64}
            placeholder={t("samples.binHint")}
            onChange={(event) => setBin(event.target.value)}
          />
        </label>
        <ErrorNote error={lend.error} />
      </div>
    </Modal>
  );
}

interface BorrowerPickProps {
  readonly value: string;
  readonly onChange: (borrower: string) => void;
}

/** Whoever had samples before is offered again. */
function BorrowerPick({ value, onChange }: BorrowerPickProps) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: returnKeys.samples,
    queryFn: ({ signal }) => samples.list(signal),
  });
  const known = [...new Set(data?.items.map((item) => item.borrower))];
  return (
    <label>
      <span>{t("samples.borrower")}</span>
      <AutoComplete
        value={value}
        onChange={(text: string) => onChange(text ?? "")}
        options={known.map((name) => ({ value: name }))}
        placeholder={t("samples.borrowerHint")}
        aria-label={t("samples.borrower")}
      />
    </label>
  );
}

interface SessionPickProps {
  readonly value: string | undefined;
  readonly onChange: (session: string | undefined) => void;
}

function SessionPick({ value, onChange }: SessionPickProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: returnKeys.sessions,
    queryFn: ({ signal }) => samples.sessions(signal),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <label>
      <span>{t("samples.session")}</span>
      <Select
        allowClear
        value={value}
        onChange={onChange}
        placeholder={t("samples.sessionHint")}
        options={data.items.map(({ id, title, startsAt }) => ({
          value: id,
          label: `${title} · ${format.moment(startsAt)}`,
        }))}
      />
    </label>
  );
}
