import { useEffect, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { CountPage } from "./count-page.tsx";
import { FeedbackProvider } from "./feedback.tsx";
import { HomePage } from "./home-page.tsx";
import { LookupPage } from "./lookup-page.tsx";
import { MovePage } from "./move-page.tsx";
import { MovesProvider } from "./moves-world.tsx";
import css from "./phone.module.css";
import { PickListPage } from "./pick-list-page.tsx";
import { PickPage } from "./pick-page.tsx";
import { ReceiptPage } from "./receipt-page.tsx";
import { ReceivePage } from "./receive-page.tsx";
import { keepShell } from "./shell.ts";
import { ShipPage } from "./ship-page.tsx";
import { WithTools, type PhoneTools } from "./tools.tsx";
import { PhoneWorldProvider, usePhoneSession } from "./world.tsx";

interface PhoneAppProps {
  readonly Returns: ComponentType<PhoneTools>;
  readonly Transfers: ComponentType<PhoneTools>;
}

/** The warehouse's page: it works with a gun, a camera or a thumb, with a network or without. */
export function PhoneApp({ Returns, Transfers }: PhoneAppProps) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { session, failed, retry } = usePhoneSession();
  useEffect(() => {
    if (session?.user != null) void keepShell();
  }, [session?.user]);
  if (session === null) {
    return (
      <main className={css.page}>
        {failed === null ? <Skeleton lines={6} /> : <Failure error={failed} onRetry={retry} />}
      </main>
    );
  }
  const { user } = session;
  if (session.setup === "needs_owner") return <Navigate to="/" replace />;
  if (user === null) return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname)}`} replace />;
  if (user.mustChangePassword) return <Navigate to="/" replace />;
  if (!user.scopes.includes("stock:write"))
    return (
      <main className={css.page}>
        <Empty icon="warning" title={t("phone.denied")} />
      </main>
    );
  return (
    <PhoneWorldProvider key={user.id} person={user.id} name={user.name}>
      <FeedbackProvider>
        <MovesProvider>
          <Routes>
            <Route path="/" element={<HomePage />} />
            <Route path="/counts/:sheet" element={<CountPage />} />
            <Route path="/pick" element={<PickListPage />} />
            <Route path="/pick/:wave" element={<PickPage />} />
            <Route path="/ship/:wave" element={<ShipPage />} />
            <Route path="/receive" element={<ReceivePage />} />
            <Route path="/receive/:receipt" element={<ReceiptPage />} />
            <Route path="/returns/*" element={<WithTools Part={Returns} />} />
            <Route path="/lookup" element={<LookupPage />} />
            <Route path="/move" element={<MovePage />} />
            <Route path="/transfers/*" element={<WithTools Part={Transfers} />} />
            <Route path="*" element={<Navigate to="/phone" replace />} />
          </Routes>
        </MovesProvider>
      </FeedbackProvider>
    </PhoneWorldProvider>
  );
}
