import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Page } from "../../ui/page.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { PlanEditor } from "./plan-editor.tsx";

/** The plan of one session. */
export function PlanPage() {
  const { t } = useTranslation();
  const { session = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: sessionKeys.one(session),
    queryFn: ({ signal }) => sessions.get(session, signal),
    refetchInterval: 30_000,
  });
  if (data !== undefined) return <PlanEditor key={data.id} session={data} />;
  return (
    <Page title={t("sessions.title")}>
      {error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}
