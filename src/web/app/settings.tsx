import { lazy, Suspense, type ReactNode } from "react";
import { SettingsPage } from "../features/settings/settings-page.tsx";
import { Skeleton } from "../ui/state.tsx";

const Thresholds = lazy(async () => ({
  default: (await import("../features/live-settings/thresholds.tsx")).Thresholds,
}));
const Robots = lazy(async () => ({ default: (await import("../features/live-settings/robots.tsx")).Robots }));
const HostWords = lazy(async () => ({
  default: (await import("../features/live-settings/host-words.tsx")).HostWords,
}));
const PrecheckSettings = lazy(async () => ({
  default: (await import("../features/live-settings/precheck-settings.tsx")).PrecheckSettings,
}));
const LiveSources = lazy(async () => ({
  default: (await import("../features/live-settings/live-sources.tsx")).LiveSources,
}));

function part(content: ReactNode): ReactNode {
  return <Suspense fallback={<Skeleton lines={6} />}>{content}</Suspense>;
}

/** The settings of the shop and those of its live sessions on one page. */
export function Settings() {
  return (
    <SettingsPage
      live={{
        alerts: part(<Thresholds />),
        robots: part(<Robots />),
        precheck: part(<PrecheckSettings />),
        words: part(<HostWords />),
        sources: part(<LiveSources />),
      }}
    />
  );
}
