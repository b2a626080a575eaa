import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { DemoBody, DemoState } from "../../../api/demo.ts";
import { apiBase, request } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useProblemText } from "../../ui/state.tsx";
import css from "./welcome.module.css";

/** An evening of four hours in so many minutes' time: long enough to look at everything. */
const speed = 10;

/** For whoever has no file at hand: a shop with goods and a broadcast in it. */
export function DemoOffer() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const problem = useProblemText();
  const load = useMutation({
    mutationFn: () =>
      request<DemoState>(`${apiBase}/demo`, { method: "POST", body: { speed } satisfies DemoBody }),
    onSuccess: async ({ session }) => {
      await client.invalidateQueries({ queryKey: keys.me });
      void navigate(session === null ? "/stock" : `/live/${encodeURIComponent(session)}`, { replace: true });
    },
  });
  return (
    <div className={css.demo}>
      <p>{load.error === null ? t("welcome.demo.text") : problem(load.error)}</p>
      <Button loading={load.isPending} onClick={() => load.mutate()}>
        {t("welcome.demo.load")}
      </Button>
    </div>
  );
}
