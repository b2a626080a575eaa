import { lazy } from "react";
import { Navigate, Route, Routes } from "react-router";
import "./live.css";

const Choose = lazy(async () => ({ default: (await import("./choose-page.tsx")).ChoosePage }));
const Wall = lazy(async () => ({ default: (await import("./wall-page.tsx")).WallPage }));
const Console = lazy(async () => ({ default: (await import("./console-page.tsx")).ConsolePage }));
const Replay = lazy(async () => ({ default: (await import("./replay-page.tsx")).ReplayPage }));

/** The screens of a session, without the navigation around them. */
export function LivePages() {
  return (
    <Routes>
      <Route path="/" element={<Choose />} />
      <Route path="/:session" element={<Console />} />
      <Route path="/:session/wall" element={<Wall />} />
      <Route path="/:session/replay" element={<Replay />} />
      <Route path="*" element={<Navigate to="/live" replace />} />
    </Routes>
  );
}
