import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { sessionQuery, type Session } from "../session.ts";
import { Failure } from "../ui/state.tsx";
import { Splash } from "./splash.tsx";

const Setup = lazy(async () => ({ default: (await import("../features/account/setup.tsx")).Setup }));
const SignIn = lazy(async () => ({ default: (await import("../features/account/sign-in.tsx")).SignIn }));
const NewPassword = lazy(async () => ({
  default: (await import("../features/account/new-password.tsx")).NewPassword,
}));
const Welcome = lazy(async () => ({ default: (await import("./welcome/welcome.tsx")).Welcome }));
const LivePages = lazy(async () => ({
  default: (await import("../features/live/live-pages.tsx")).LivePages,
}));
const Desk = lazy(async () => ({ default: (await import("./desk.tsx")).Desk }));

/** Decides what somebody may see first: the owner's form, the sign-in, the wizard, or the shop. */
export function Gate() {
  const { data, error, refetch } = useQuery(sessionQuery);
  if (data === undefined) {
    if (error === null) return <Splash />;
    return (
      <main>
        <Failure error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  return (
    <Suspense fallback={<Splash />}>
      <Doors session={data} />
    </Suspense>
  );
}

function Doors({ session }: { session: Session }) {
  const location = useLocation();
  if (session.setup === "needs_owner") {
    return (
      <Routes>
        <Route path="/setup" element={<Setup />} />
        <Route path="*" element={<Navigate to="/setup" replace />} />
      </Routes>
    );
  }
  if (session.user === null) {
    const next = location.pathname + location.search;
    const asked = next === "/" || location.pathname === "/setup" ? "" : `?next=${encodeURIComponent(next)}`;
    return (
      <Routes>
        <Route path="/sign-in" element={<SignIn />} />
        <Route path="*" element={<Navigate to={`/sign-in${asked}`} replace />} />
      </Routes>
    );
  }
  if (mustChangePassword(session)) return <NewPassword />;
  return (
    <Routes>
      <Route path="/setup" element={<Navigate to="/" replace />} />
      <Route path="/sign-in" element={<Navigate to={nextOf(location.search)} replace />} />
      <Route path="/welcome" element={<Welcome />} />
      <Route path="/live/*" element={<LivePages />} />
      <Route path="*" element={isFirstRun(session) ? <Navigate to="/welcome" replace /> : <Desk />} />
    </Routes>
  );
}

function mustChangePassword(session: Session): boolean {
  return (
    session.user !== null && "mustChangePassword" in session.user && session.user.mustChangePassword === true
  );
}

/** Only somebody who can answer the wizard's questions is asked them. */
function isFirstRun(session: Session): boolean {
  return session.setup === "needs_shop" && session.user?.scopes.includes("admin") === true;
}

/** Where somebody wanted to go before signing in: a path of this page, never another site. */
function nextOf(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
