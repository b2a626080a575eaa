import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { PrecheckItem, SessionItem } from "../../../api/sessions.ts";
import { ApiError } from "../../api.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { useProblemText } from "../../ui/state.tsx";
import { useWords } from "../../ui/words.ts";
import { sessionKeys, sessions } from "./client.ts";
import { LifeDialog } from "./life-dialog.tsx";
import css from "./precheck.module.css";

const noteCharsMax = 500;

interface SignBarProps {
  readonly session: SessionItem;
  readonly list: PrecheckItem;
}

/** Somebody answers for the list; then the session may go live. */
export function SignBar({ session, list }: SignBarProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayAct = useCan("session:write");
  const [note, setNote] = useState("");
  const [live, setLive] = useState(false);
  const sign = useSign(session.id, list.digest, () => setNote(""));
  const { fail } = list.sums;
  const signed = list.signatureState === "current";
  if (!mayAct) return null;
  return (
    <div className={css.sign}>
      <div className={css.signText}>
        <SignState list={list} />
        {!signed && fail > 0 && (
          <Input
            value={note}
            maxLength={noteCharsMax}
            aria-label={t("precheck.note")}
            placeholder={t("precheck.noteNeeded", { count: fail })}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </div>
      {!signed && (
        <Button
          size="large"
          type="primary"
          loading={sign.isPending}
          disabled={fail > 0 && note.trim() === ""}
          onClick={() => sign.mutate(note)}
        >
          {t(list.signatureState === "stale" ? "precheck.signAgain" : "precheck.sign")}
        </Button>
      )}
      <Button size="large" type={signed ? "primary" : "default"} onClick={() => setLive(true)}>
        {t("precheck.goLive")}
      </Button>
      {live && (
        <LifeDialog
          session={{ ...session, signatureState: list.signatureState }}
          step="go_live"
          onClose={() => setLive(false)}
          onDone={() => void navigate(`/live/${encodeURIComponent(session.id)}`)}
        />
      )}
    </div>
  );
}

function SignState({ list: { signature, signatureState, sums } }: { list: PrecheckItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  if (signature === null) {
    const open = sums.fail > 0 ? "failing" : sums.warn > 0 ? "warning" : "ready";
    return <p>{t(`precheck.state.${open}`, { count: sums.fail > 0 ? sums.fail : sums.warn })}</p>;
  }
  const who = { who: words.actor(signature.by), time: format.moment(signature.at) };
  return (
    <p className={signatureState === "current" ? "ok" : "tier2"}>
      {t(signatureState === "current" ? "precheck.state.signed" : "precheck.state.stale", who)}
      {signature.note !== "" && <span className="muted"> · {signature.note}</span>}
    </p>
  );
}

function useSign(session: string, seen: string, onSigned: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const again = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: sessionKeys.one(session) }),
      client.invalidateQueries({ queryKey: sessionKeys.list }),
    ]);
  return useMutation({
    mutationFn: (note: string) =>
      sessions.sign(session, note.trim() === "" ? { seen } : { seen, note: note.trim() }),
    onSuccess: (list) => {
      client.setQueryData(sessionKeys.precheck(session), list);
      message.success(t("precheck.signedNow"));
      onSigned();
      void again();
    },
    onError: (error) => {
      message.error(textOf(error));
      // What was signed is not what stands there: the newer list is shown at once.
      if (error instanceof ApiError && error.code === "list_changed")
        void client.invalidateQueries({ queryKey: sessionKeys.precheck(session) });
    },
  });
}
