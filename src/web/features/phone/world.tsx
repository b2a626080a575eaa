import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from "react";
import { useTranslation } from "react-i18next";
import type { PhoneCodes } from "../../../api/packs.ts";
import { ApiError, api, apiBase, request } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { PhoneStore, type KeptGood } from "../../offline/database.ts";
import { Outbox, type OutboxState } from "../../offline/outbox.ts";
import type { Said } from "../../offline/records.ts";
import { sessionQuery, type Session } from "../../session.ts";
import { Signal } from "../../ui/signal.ts";
import { transport } from "./client.ts";
import { CodeBook } from "./judge.ts";

const pageRowsMax = 1_000;
/** The catalogue on the phone is fetched again after this. */
const goodsMsMax = 10 * 60_000;

export interface PhoneWorld {
  readonly store: PhoneStore;
  readonly outbox: Outbox;
  readonly person: string;
  readonly name: string;
  /** Counts up when records changed. */
  readonly changed: Signal<number>;
  readonly goods: readonly KeptGood[];
}

const World = createContext<PhoneWorld | null>(null);
let store: PhoneStore | null = null;

/** One store for the page, however often its parts are drawn anew. */
export function phoneStore(): PhoneStore {
  store ??= new PhoneStore();
  return store;
}

export function useWorld(): PhoneWorld {
  const world = use(World);
  if (world === null) throw new Error("A part of the phone page stands outside of it.");
  return world;
}

/** Who is signed in: by the server, or as this phone remembers while the server cannot be reached. */
export function usePhoneSession(): { session: Session | null; failed: unknown; retry: () => void } {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessionQuery);
  useEffect(() => {
    if (error === null || data !== undefined) return;
    void phoneStore()
      .kept<Session>("session")
      .then((kept) => {
        if (kept !== null && client.getQueryData(keys.me) === undefined)
          client.setQueryData(keys.me, kept, { updatedAt: 1 });
      });
  }, [client, data, error]);
  useEffect(() => {
    // Somebody who signed out is not remembered.
    if (data !== undefined) void phoneStore().keep("session", data.user === null ? null : data);
  }, [data]);
  return { session: data ?? null, failed: data === undefined ? error : null, retry: () => void refetch() };
}

type OwnCodes = Pick<KeptGood, "packs" | "lots">;

/** The cases and lots of each product. */
async function codesOf(signal: AbortSignal): Promise<ReadonlyMap<string, OwnCodes>> {
  const { packs, lots } = await request<PhoneCodes>(`${apiBase}/codes`, { signal });
  const found = new Map<string, { packs: { code: string; units: number }[]; lots: string[] }>();
  const of = (sku: string) => {
    const known = found.get(sku) ?? { packs: [], lots: [] };
    found.set(sku, known);
    return known;
  };
  for (const { sku, code, units } of packs) of(sku).packs.push({ code, units });
  for (const { sku, lot } of lots) of(sku).lots.push(lot);
  return found;
}

async function loadGoods(signal: AbortSignal): Promise<readonly KeptGood[]> {
  const kept = phoneStore();
  const known = await kept.goods();
  const at = (await kept.kept<number>("goodsAt")) ?? 0;
  if (known.length > 0 && Date.now() - at < goodsMsMax) return known;
  try {
    const codes = await codesOf(signal);
    const goods: KeptGood[] = [];
    for (let cursor: string | null = null; ;) {
      const page: Awaited<ReturnType<typeof api.stock>> = await api.stock(
        { cursor, limit: pageRowsMax },
        signal,
      );
      for (const { sku, code, name, barcodes } of page.items)
        goods.push({ sku, code, name, barcodes, ...codes.get(sku) });
      if (page.next === null) break;
      cursor = page.next;
    }
    await kept.keepGoods(goods);
    await kept.keep("goodsAt", Date.now());
    return goods;
  } catch (error) {
    if (known.length > 0 && error instanceof ApiError) return known;
    throw error;
  }
}

export function PhoneWorldProvider({
  person,
  name,
  children,
}: {
  person: string;
  name: string;
  children: ReactNode;
}) {
  const client = useQueryClient();
  const [changed] = useState(() => new Signal(0));
  const { data: goods } = useQuery({
    queryKey: ["phone-goods"],
    queryFn: ({ signal }) => loadGoods(signal),
    refetchInterval: goodsMsMax,
  });
  const outbox = useMemo(() => {
    const timers = {
      now: () => Date.now(),
      after: (ms: number, act: () => void) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
    };
    const onSettled = () => {
      changed.set(changed.get() + 1);
      void client.invalidateQueries({ queryKey: ["counts"] });
      void client.invalidateQueries({ queryKey: ["outbound"] });
      void client.invalidateQueries({ queryKey: ["inbound"] });
      void client.invalidateQueries({ queryKey: ["floor"] });
    };
    return new Outbox({ store: phoneStore(), transport, timers, person, onSettled });
  }, [changed, client, person]);
  useEffect(() => {
    const kick = () => void outbox.kick();
    const onShow = () => document.visibilityState === "visible" && kick();
    kick();
    void phoneStore().tidy(Date.now());
    addEventListener("online", kick);
    document.addEventListener("visibilitychange", onShow);
    return () => {
      removeEventListener("online", kick);
      document.removeEventListener("visibilitychange", onShow);
      outbox.stop();
    };
  }, [outbox]);
  const world = useMemo(
    () => ({ store: phoneStore(), outbox, person, name, changed, goods: goods ?? [] }),
    [outbox, person, name, changed, goods],
  );
  return <World value={world}>{children}</World>;
}

export function useSignal<T>(signal: Signal<T>): T {
  return useSyncExternalStore(signal.follow, signal.get);
}

export function useOutboxState(): OutboxState {
  return useSignal(useWorld().outbox.state);
}

/** How many records wait on this phone: this person's, and other people's. */
export function useWaiting(): { mine: number; others: number } {
  const { store: kept, person, changed } = useWorld();
  const turn = useSignal(changed);
  const [waiting, setWaiting] = useState({ mine: 0, others: 0 });
  useEffect(() => {
    let over = false;
    void Promise.all([kept.waiting(person), kept.waitingOfOthers(person)]).then(([mine, others]) => {
      if (!over) setWaiting({ mine: mine.length, others });
    });
    return () => {
      over = true;
    };
  }, [kept, person, turn]);
  return waiting;
}

export function useCodeBook(bins: readonly string[]): CodeBook {
  const { goods } = useWorld();
  return useMemo(() => new CodeBook(goods, bins), [goods, bins]);
}

/** The server's words in the language of the page. */
export function useSaid(): (words: Said | null | undefined) => string {
  const { i18n } = useTranslation();
  return useCallback(
    (words) => (words == null ? "" : i18n.language === "en" ? words.en : words.zh),
    [i18n.language],
  );
}
