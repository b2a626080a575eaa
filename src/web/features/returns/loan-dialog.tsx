import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LoanItem } from "../../../api/samples.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { returnKeys, samples } from "./client.ts";
import { instantOf, localOf } from "./local-time.ts";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

export type LoanStep = "part" | "longer" | "lost";

interface LoanDialogProps {
  readonly item: LoanItem;
  readonly step: LoanStep;
  readonly onClose: () => void;
}

/** A part comes back or is damaged, may stay longer, or will not come back. */
export function LoanDialog({ item, step, onClose }: LoanDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [good, setGood] = useState(step === "part" ? item.open : 0);
  const [bad, setBad] = useState(0);
  const [lost, setLost] = useState(item.open);
  const [dueAt, setDueAt] = useState(() => localOf(Date.parse(item.dueAt) + 86_400_000));
  const [reason, setReason] = useState("");
  const act = useMutation({
    mutationFn: (): Promise<LoanItem> => {
      if (step === "part") return samples.giveBack(item.loan, { good, bad, bin: item.bin });
      if (step === "lost") return samples.writeOff(item.loan, { units: lost, reason: reason.trim() });
      return samples.extend(item.loan, { dueAt: instantOf(dueAt), reason: reason.trim() });
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: returnKeys.samples });
      void client.invalidateQueries({ queryKey: returnKeys.quarantine });
      void client.invalidateQueries({ queryKey: keys.stock });
      onClose();
    },
  });
  const ready = step === "part" ? good + bad > 0 && good + bad <= item.open : reason.trim() !== "";
  return (
    <Modal
      open
      title={t(`samples.step.${step}`)}
      okText={t(`samples.ok.${step}`)}
      okButtonProps={{ disabled: !ready, danger: step === "lost" }}
      cancelText={t("common.cancel")}
      confirmLoading={act.isPending}
      onOk={() => act.mutate()}
      onCancel={onClose}
      width={440}
    >
      <div className={css.form}>
        <About item={item} />
        {step === "part" && (
          <Part
            item={item}
            good={good}
            bad={bad}
            onChange={(now) => {
              setGood(now.good);
              setBad(now.bad);
            }}
          />
        )}
        {step === "lost" && (
          <Stepper label={t("samples.lostUnits")} value={lost} min={1} max={item.open} onChange={setLost} />
        )}
        {step === "longer" && (
          <label>
            <span>{t("samples.due")}</span>
            <Input type="datetime-local" value={dueAt} onChange={(event) => setDueAt(event.target.value)} />
          </label>
        )}
        {step !== "part" && (
          <label>
            <span>{t("samples.reason")}</span>
            <Input value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
          </label>
        )}
        <ErrorNote error={act.error} />
      </div>
    </Modal>
  );
}

interface PartProps {
  readonly item: LoanItem;
  readonly good: number;
  readonly bad: number;
  readonly onChange: (part: { good: number; bad: number }) => void;
}

function Part({ item, good, bad, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className={css.split}>
      <div>
        <span>{t("samples.good")}</span>
        <Stepper
          label={t("samples.good")}
          value={good}
          max={item.open - bad}
          tone="good"
          onChange={(units) => onChange({ good: units, bad })}
        />
      </div>
      <div>
        <span>{t("samples.damaged")}</span>
        <Stepper
          label={t("samples.damaged")}
          value={bad}
          max={item.open}
          tone="bad"
          onChange={(units) => onChange({ good: Math.min(good, item.open - units), bad: units })}
        />
      </div>
    </div>
  );
}

function About({ item }: { item: LoanItem }) {
  const { t } = useTranslation();
  const goods = item.name === "" ? item.sku : item.name;
  return (
    <p className="muted">{[item.borrower, goods, t("samples.stillOut", { n: item.open })].join(" · ")}</p>
  );
}
