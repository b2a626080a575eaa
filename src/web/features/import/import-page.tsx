import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Page } from "../../ui/page.tsx";
import { ImportFlow } from "./import-flow.tsx";

export function ImportPage() {
  const { t } = useTranslation();
  const { id = null } = useParams();
  const navigate = useNavigate();
  return (
    <Page title={t("import.title")} subtitle={t("import.subtitle")}>
      <ImportFlow
        id={id}
        kind={null}
        onImport={(next) =>
          void navigate(next === null ? "/import" : `/import/${next}`, { replace: id !== null })
        }
        onDone={(kind) => void navigate(kind === "stock" ? "/stock" : "/orders")}
      />
    </Page>
  );
}
