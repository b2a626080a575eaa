import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import type { BinItems, MoveBody } from "../../../api/floor.ts";
import { ApiError, apiBase, request } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useSession } from "../../session.ts";
import { emptyBook, MoveSender, stamped, type MoveBook, type SenderState } from "./moves.ts";
import { useSignal, useWorld } from "./world.tsx";

export interface Moves {
  readonly book: MoveBook;
  readonly state: SenderState;
  readonly waiting: number;
  /** Kept on the phone before it is shown; what is ready to go is sent at once. */
  readonly change: (make: (book: MoveBook) => MoveBook) => Promise<void>;
}

const World = createContext<Moves | null>(null);

export function useMoves(): Moves {
  const moves = use(World);
  if (moves === null) throw new Error("A part of the moves stands outside of the phone's page.");
  return moves;
}

function sendMove(body: MoveBody, key: string): Promise<unknown> {
  return request(`${apiBase}/moves`, { method: "POST", body, key });
}

/** What this person moved: it is sent whichever page of the phone is open. */
export function MovesProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { store, person } = useWorld();
  const draftKey = `moves/${person}`;
  const { sentAt, receivedAt, serverAt } = useSession()?.clockSample ?? {};
  const heard = useMemo(
    () =>
      sentAt === undefined || receivedAt === undefined || serverAt === undefined
        ? null
        : { sentAt, receivedAt, serverAt },
    [sentAt, receivedAt, serverAt],
  );
  const [book, setBook] = useState<MoveBook>(emptyBook);
  const keep = useCallback(
    async (make: (book: MoveBook) => MoveBook) => {
      const [device, samples] = [await store.device(), await store.samples()];
      // A phone that counts and picks nothing has heard of the server's clock all the same.
      const clock = samples.length > 0 || heard === null ? samples : [heard];
      const next = await store.step<MoveBook>(draftKey, (number, draft) => {
        const before = draft ?? emptyBook;
        return { draft: stamped(before, make(before), { device, clock, number }), records: [] };
      });
      setBook(next ?? emptyBook);
    },
    [store, draftKey, heard],
  );
  const sender = useMemo(
    () =>
      new MoveSender({
        read: async () => (await store.draft<MoveBook>(draftKey)) ?? emptyBook,
        change: async (make) => {
          await keep(make);
          void client.invalidateQueries({ queryKey: ["floor"] });
          void client.invalidateQueries({ queryKey: keys.stock });
        },
        send: sendMove,
        after: (ms, act) => {
          const timer = setTimeout(act, ms);
          return () => clearTimeout(timer);
        },
      }),
    [client, draftKey, keep, store],
  );
  useEffect(() => {
    const kick = () => void sender.kick();
    const onShow = () => document.visibilityState === "visible" && kick();
    void store.draft<MoveBook>(draftKey).then((kept) => setBook(kept ?? emptyBook));
    kick();
    addEventListener("online", kick);
    document.addEventListener("visibilitychange", onShow);
    return () => {
      removeEventListener("online", kick);
      document.removeEventListener("visibilitychange", onShow);
      sender.stop();
    };
  }, [draftKey, sender, store]);
  const state = useSignal(sender.state);
  const moves = useMemo((): Moves => {
    const change = async (make: (book: MoveBook) => MoveBook) => {
      await keep(make);
      void sender.kick();
    };
    const waiting = book.made.filter((one) => one.state === "waiting").length;
    return { book, state, waiting, change };
  }, [book, keep, sender, state]);
  return <World value={moves}>{children}</World>;
}

const binsMax = 50_000;
const binsMs = 10 * 60_000;
const noBins: readonly string[] = [];

/** The bins of a warehouse; without a network those that this phone has kept. */
export function useBinNames(warehouse: string): readonly string[] {
  const { store } = useWorld();
  const { data } = useQuery({
    queryKey: ["floor", "bin-names", warehouse],
    staleTime: binsMs,
    retry: false,
    queryFn: async ({ signal }): Promise<readonly string[]> => {
      const key = `bins/${warehouse}`;
      try {
        const query = { warehouse, limit: binsMax };
        const { items } = await request<BinItems>(`${apiBase}/bins`, { query, signal });
        const names = items.map(({ bin }) => bin);
        await store.step<readonly string[]>(key, () => ({ draft: names, records: [] }));
        return names;
      } catch (error) {
        const kept = await store.draft<readonly string[]>(key);
        if (kept === null || !(error instanceof ApiError)) throw error;
        return kept;
      }
    },
  });
  return data ?? noBins;
}
