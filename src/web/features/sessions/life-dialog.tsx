import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LifeBody, SessionItem } from "../../../api/sessions.ts";
import { ErrorNote } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";

type Step = LifeBody["step"];

interface LifeDialogProps {
  readonly session: SessionItem;
  readonly step: Step;
  readonly onClose: () => void;
  readonly onDone?: (session: SessionItem) => void;
}

const noteCharsMax = 500;

/** Whether the step is one that somebody will ask about. */
function needsReason(step: Step, session: SessionItem): boolean {
  if (step === "go_live") return session.signatureState !== "current";
  return step === "reopen" || step === "resume" || step === "reopen_review";
}

/** Asks before a step of a session's life, and why where the way is unusual. */
export function LifeDialog({ session, step, onClose, onDone }: LifeDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const needed = needsReason(step, session);
  const save = useMutation({
    mutationFn: () => sessions.life(session.id, needed ? { step, reason: reason.trim() } : { step }),
    onSuccess: (next) => {
      client.setQueryData(sessionKeys.one(session.id), next);
      void client.invalidateQueries({ queryKey: sessionKeys.all });
      onClose();
      onDone?.(next);
    },
  });
  return (
    <Modal
      open
      title={t(`sessions.ask.${step}`)}
      okText={t(`sessions.step.${step}`)}
      okButtonProps={{ danger: step === "end", disabled: needed && reason.trim() === "" }}
      cancelText={t("common.cancel")}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
      width={460}
    >
      <p style={{ marginBottom: 12 }}>
        {step === "go_live" && needed
          ? t(session.signatureState === "stale" ? "precheck.staleLive" : "precheck.unsignedLive")
          : t(`sessions.askText.${step}`)}
      </p>
      {needed && (
        <Input.TextArea
          value={reason}
          maxLength={noteCharsMax}
          autoSize={{ minRows: 2, maxRows: 6 }}
          aria-label={t("sessions.reason")}
          placeholder={t("sessions.reason")}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <div style={{ marginTop: 10 }}>
        <ErrorNote error={save.error} />
      </div>
    </Modal>
  );
}
