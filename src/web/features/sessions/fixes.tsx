import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { FixBody, FixItem, PrecheckLineItem, SessionItem } from "../../../api/sessions.ts";
import { ApiError } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { useFormat } from "../../ui/format.ts";
import { SkuInfoDialog } from "../../ui/sku-info-dialog.tsx";
import { useProblemText } from "../../ui/state.tsx";
import { AskSupplier } from "./ask-supplier.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { useFixName } from "./evidence.ts";
import { MoveDialog } from "./move-dialog.tsx";
import css from "./precheck.module.css";
import { movingFixes } from "./precheck.ts";

interface FixesProps {
  readonly session: SessionItem;
  readonly line: PrecheckLineItem;
}

type Dialog = "supplier" | "sku" | FixItem | null;

/** The buttons that mend a line. Only what moves units asks first, because nothing takes it back. */
export function Fixes({ session, line }: FixesProps) {
  const format = useFormat();
  const navigate = useNavigate();
  const fixName = useFixName();
  const mayAct = useCan("session:write");
  const [dialog, setDialog] = useState<Dialog>(null);
  const fix = useFix(session.id);
  const over = session.life === "ended" || session.life === "reviewed";
  if (!mayAct || over) return null;
  const tap = (one: FixItem) => {
    if (one.action === "create_sku") setDialog("sku");
    else if (one.action === "ask_supplier") setDialog("supplier");
    else if (one.action === "map_listing")
      void navigate(`/channels/${encodeURIComponent(one.channel ?? "")}`);
    else if (one.action === "compare_export")
      void navigate(`/reconcile?channel=${encodeURIComponent(one.channel ?? "")}`);
    else if (movingFixes.has(one.action)) setDialog(one);
    else fix.mutate({ line: line.id, ...one });
  };
  return (
    <div className={css.fixes}>
      {line.fixes.map((one) => (
        <Button
          key={JSON.stringify(one)}
          size="small"
          loading={fix.isPending && sameFix(fix.variables, one)}
          disabled={fix.isPending}
          onClick={() => tap(one)}
        >
          {fixName(one.action)}
          {one.units !== undefined && ` ${format.number(one.units)}`}
        </Button>
      ))}
      {dialog === "supplier" && (
        <AskSupplier session={session.id} line={line} onClose={() => setDialog(null)} />
      )}
      {typeof dialog === "object" && dialog !== null && (
        <MoveDialog
          line={line}
          fix={dialog}
          busy={fix.isPending}
          error={fix.error}
          onMove={(change) =>
            fix.mutate({ line: line.id, ...dialog, ...change }, { onSuccess: () => setDialog(null) })
          }
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === "sku" && (
        <SkuInfoDialog
          item={null}
          code={line.sku ?? ""}
          onClose={() => setDialog(null)}
          onSaved={() => fix.reload()}
        />
      )}
    </div>
  );
}

function sameFix(body: FixBody | undefined, one: FixItem): boolean {
  return (
    body?.action === one.action &&
    body.bin === one.bin &&
    body.lot === one.lot &&
    body.channel === one.channel
  );
}

function useFix(session: string) {
  const { t } = useTranslation();
  const fixName = useFixName();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const reload = () => {
    void client.invalidateQueries({ queryKey: sessionKeys.precheck(session) });
    void client.invalidateQueries({ queryKey: sessionKeys.one(session) });
  };
  const fix = useMutation({
    mutationFn: (body: FixBody) => sessions.fix(session, body),
    onSuccess: (list, { action, units }) => {
      message.success(t("precheck.fixed", { action: [fixName(action), units].join(" ").trim() }));
      client.setQueryData(sessionKeys.precheck(session), list);
      void client.invalidateQueries({ queryKey: sessionKeys.one(session) });
      void client.invalidateQueries({ queryKey: keys.stock });
    },
    onError: (error) => {
      const page =
        error instanceof ApiError && error.code === "fix_elsewhere" ? error.problem?.["page"] : null;
      // Some things are mended on another page: the answer says which.
      if (typeof page === "string" && page.startsWith("/")) void navigate(page);
      else message.error(textOf(error));
    },
  });
  return { ...fix, reload };
}
