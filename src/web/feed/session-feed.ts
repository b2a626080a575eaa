import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { HostView, SessionView } from "../../api/session-view.ts";
import { apiBase, request } from "../api.ts";
import { takeSessionEvent, takeViewEvent, ViewFeed, type Seen } from "./session.ts";

export interface Watched<View> extends Seen<View> {
  /** Why there is no view, or why there will be none any more. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** How often a screen that lost its stream asks whether it may still have it. */
const checkMs = 5_000;

function useView<View extends { readonly at: string }>(
  base: string,
  take: ConstructorParameters<typeof ViewFeed<View>>[0]["take"],
): Watched<View> {
  const feed = useMemo(() => new ViewFeed<View>({ url: `${base}/live`, take }), [base, take]);
  const seen = useSyncExternalStore(feed.follow, feed.get);
  const lost = seen.link === "lost" || seen.link === "denied";
  const first = useQuery({
    queryKey: ["view", base],
    queryFn: ({ signal }) => request<View>(`${base}/view`, { signal }),
    gcTime: 0,
    staleTime: Infinity,
    // The stream cannot tell a screen that was taken away from a network that is down: the view's answer can.
    refetchInterval: lost ? checkMs : false,
  });
  useEffect(() => {
    if (first.data !== undefined) feed.offer(first.data);
  }, [feed, first.data]);
  useEffect(() => {
    feed.start();
    const onOnline = () => feed.hurry();
    addEventListener("online", onOnline);
    return () => {
      removeEventListener("online", onOnline);
      feed.stop();
    };
  }, [feed]);
  return { ...seen, error: first.error, retry: () => void first.refetch() };
}

/** A session as the control room sees it. */
export function useSessionView(session: string): Watched<SessionView> {
  return useView<SessionView>(`${apiBase}/sessions/${encodeURIComponent(session)}`, takeSessionEvent);
}

/** A session as a screen with a token sees it. */
export function useScreenView(token: string): Watched<HostView> {
  return useView<HostView>(`${apiBase}/screens/${encodeURIComponent(token)}`, takeViewEvent);
}

/** The server's time, followed in steps, as far as a view told it. */
export function useServerNow(offsetMs: number, everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  // Whole seconds: what shows them is drawn again once a second, not with every word of the stream.
  return Math.floor((now + offsetMs) / 1_000) * 1_000;
}
