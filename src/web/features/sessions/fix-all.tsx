import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FixBody, PrecheckItem, SessionItem } from "../../../api/sessions.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { useProblemText } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { useFixName } from "./evidence.ts";
import css from "./precheck.module.css";
import { alikeOf, movingFixes, type Alike } from "./precheck.ts";

interface FixAllProps {
  readonly session: SessionItem;
  readonly list: PrecheckItem;
}

/** What many lines need in the same way, mended for all of them by one tap: an hour before the show nobody taps 24 times. */
export function FixAll({ session, list }: FixAllProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const fixName = useFixName();
  const mayAct = useCan("session:write");
  const { done, running, run } = useRun(session.id);
  const over = session.life === "ended" || session.life === "reviewed";
  const alike = alikeOf(list.lines);
  if (!mayAct || over || (alike.length === 0 && running === null)) return null;
  const button = (one: Alike) => {
    const { action, fixes } = one;
    const asks = movingFixes.has(action);
    const count = running?.action === action ? `${done} / ${running.fixes.length}` : `× ${fixes.length}`;
    return (
      <Button
        key={action}
        loading={running?.action === action}
        disabled={running !== null}
        {...(asks ? {} : { onClick: () => run(one) })}
      >
        {fixName(action)} {count}
      </Button>
    );
  };
  return (
    <section className={css.alike} aria-label={t("precheck.alike")}>
      <b>{t("precheck.alike")}</b>
      {alike.map((one) =>
        movingFixes.has(one.action) ? (
          <Popconfirm
            key={one.action}
            title={t("precheck.alikeMoves", {
              action: fixName(one.action),
              n: format.number(one.fixes.reduce((sum, { units = 0 }) => sum + units, 0)),
            })}
            okText={fixName(one.action)}
            cancelText={t("common.cancel")}
            onConfirm={() => run(one)}
          >
            {button(one)}
          </Popconfirm>
        ) : (
          button(one)
        ),
      )}
    </section>
  );
}

/** One after the other, each like a tap of its own; the first that is refused stops the rest and says why. */
function useRun(session: string) {
  const { t } = useTranslation();
  const fixName = useFixName();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const [done, setDone] = useState(0);
  const mend = useMutation({
    mutationFn: async ({ fixes }: Alike) => {
      setDone(0);
      for (const body of fixes) {
        await sessions.fix(session, body satisfies FixBody);
        setDone((before) => before + 1);
      }
    },
    onSuccess: (_nothing, { action, fixes }) =>
      message.success(t("precheck.fixed", { action: `${fixName(action)} × ${fixes.length}` })),
    onError: (error) => message.error(textOf(error)),
    // However far it came, the page shows what is true now.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: sessionKeys.one(session) });
      void client.invalidateQueries({ queryKey: keys.stock });
      return client.invalidateQueries({ queryKey: sessionKeys.precheck(session) });
    },
  });
  return { done, running: mend.isPending ? mend.variables : null, run: mend.mutate };
}
