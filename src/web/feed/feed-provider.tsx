import { useQueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { LiveChange, LiveSnapshot } from "../../api/stock.ts";
import { apiBase } from "../api.ts";
import { Signal } from "../ui/signal.ts";
import { FeedWriter, keys } from "./apply.ts";
import { useDayTurn } from "./day-turn.ts";
import { LiveStream, type LinkState } from "./live.ts";
import type { StreamEvent } from "./sse.ts";

export interface Link {
  readonly state: LinkState;
  /** The journal's number that the page's figures are true for; 0 before the first answer. */
  readonly seq: number;
}

const FeedContext = createContext(new Signal<Link>({ state: "connecting", seq: 0 }));

/** A page that nobody looks at lets go of its stream: a browser opens only six connections to a server. */
const hiddenMsMax = 60_000;

export function FeedProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [link] = useState(() => new Signal<Link>({ state: "connecting", seq: 0 }));
  useDayTurn();

  useEffect(() => {
    const writer = new FeedWriter(client);
    const take = (event: StreamEvent) => {
      const data: unknown = JSON.parse(event.data);
      if (event.event === "snapshot") writer.snapshot(data as LiveSnapshot);
      else if (event.event === "change") writer.change(data as LiveChange);
      else return;
      link.set({ ...link.get(), seq: (data as LiveChange).seq });
    };
    const stream = new LiveStream({
      url: `${apiBase}/live`,
      fetch: (url, init) => fetch(url, init),
      onEvent: take,
      onState: (state) => {
        const before = link.get().state;
        link.set({ ...link.get(), state });
        // What could not be loaded while the server was away is asked for again.
        if (state === "live" && before === "lost") void client.refetchQueries({ predicate: hasFailed });
        if (state === "denied") void client.invalidateQueries({ queryKey: keys.me });
      },
    });
    stream.start();
    const stopWatching = watchPage(stream);
    return () => {
      stopWatching();
      stream.stop();
      writer.stop();
    };
  }, [client, link]);

  return <FeedContext value={link}>{children}</FeedContext>;
}

function hasFailed(query: { readonly state: { readonly status: string } }): boolean {
  return query.state.status === "error";
}

/** Ties a stream to whether somebody looks at the page and whether there is a network. */
function watchPage(stream: LiveStream): () => void {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => stream.stop(), hiddenMsMax);
    else stream.start();
  };
  const onOnline = () => stream.hurry();
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("online", onOnline);
  return () => {
    clearTimeout(hidden);
    document.removeEventListener("visibilitychange", onVisibility);
    removeEventListener("online", onOnline);
  };
}

/** The state of the connection, and how far the page's figures are. */
export function useLink(): Link {
  const link = use(FeedContext);
  return useSyncExternalStore(link.follow, link.get);
}
