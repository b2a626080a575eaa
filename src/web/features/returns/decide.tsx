import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DecisionBody, QuarantineItem } from "../../../api/quarantine.ts";
import { keys } from "../../feed/apply.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { quarantine, returnKeys } from "./client.ts";
import css from "./returns.module.css";
import { Stepper } from "./stepper.tsx";

interface DecideProps {
  readonly item: QuarantineItem;
  readonly decision: DecisionBody["decision"];
  readonly onClose: () => void;
}

/** How many, and why: the movement is booked at once. */
export function Decide({ item, decision, onClose }: DecideProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const repaired = decision === "resell" && item.repairing > 0;
  const max = decision === "repair" ? item.open - item.repairing : item.open;
  const [units, setUnits] = useState(repaired ? item.repairing : max);
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: () => quarantine.decide(item.item, { decision, units, reason: reason.trim() }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: returnKeys.quarantine });
      void client.invalidateQueries({ queryKey: keys.stock });
      onClose();
    },
  });
  const title = t(repaired ? "quarantine.secondLook" : `quarantine.decision.${decision}`);
  return (
    <Modal
      open
      title={title}
      okText={t("quarantine.ok", { what: title })}
      okButtonProps={{ disabled: reason.trim() === "", danger: decision === "destroy" }}
      cancelText={t("common.cancel")}
      confirmLoading={decide.isPending}
      onOk={() => decide.mutate()}
      onCancel={onClose}
      width={440}
    >
      <div className={css.form}>
        <p className="muted">{t(`quarantine.what.${repaired ? "secondLook" : decision}`)}</p>
        <div>
          <span>{t("quarantine.unitsOf", { n: max })}</span>
          <Stepper
            label={t("quarantine.unitsOf", { n: max })}
            value={units}
            min={1}
            max={max}
            onChange={setUnits}
          />
        </div>
        <label>
          <span>{t(repaired ? "quarantine.foundReason" : "quarantine.reason")}</span>
          <Input
            value={reason}
            maxLength={200}

            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <ErrorNote error={decide.error} />
      </div>
    </Modal>
  );
}
