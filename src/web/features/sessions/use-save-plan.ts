import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionItem } from "../../../api/sessions.ts";
import { ApiError } from "../../api.ts";
import { sessionKeys, sessions } from "./client.ts";
import { putOf, type Draft } from "./plan.ts";

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === "version_conflict";
}

/** Saves a plan under the version that was read. After a conflict `latest` is what stands there now. */
export function useSavePlan(session: string, onSaved: (session: SessionItem) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [latest, setLatest] = useState<SessionItem | null>(null);
  const keep = (next: SessionItem) => client.setQueryData(sessionKeys.one(session), next);
  const save = useMutation({
    mutationFn: ({ draft, version }: { draft: Draft; version: number }) =>
      sessions.save(session, putOf(draft, version)),
    onSuccess: (next) => {
      keep(next);
      setLatest(null);
      message.success(t("plan.saved"));
      void client.invalidateQueries({ queryKey: sessionKeys.list });
      void client.invalidateQueries({ queryKey: sessionKeys.precheck(session) });
      onSaved(next);
    },
    onError: async (error) => {
      if (isConflict(error)) setLatest(await sessions.get(session));
    },
  });
  return { ...save, latest };
}
