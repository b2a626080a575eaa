import { useQuery } from "@tanstack/react-query";
import type { Me, Scope, ShopItem } from "../api/shop.ts";
import { api } from "./api.ts";
import { keys } from "./feed/apply.ts";

export interface Session extends Me {
  /** What to add to this machine's clock to have the server's. */
  readonly clockOffsetMs: number;
  /** The same as a sample of this machine's clock. RFC 3339 texts. */
  readonly clockSample: { readonly sentAt: string; readonly receivedAt: string; readonly serverAt: string };
}

async function readSession({ signal }: { signal: AbortSignal }): Promise<Session> {
  const askedAt = Date.now();
  const me = await api.me(signal);
  const heardAt = Date.now();
  const midway = (askedAt + heardAt) / 2;
  const [sentAt, receivedAt] = [new Date(askedAt).toISOString(), new Date(heardAt).toISOString()];
  return {
    ...me,
    clockOffsetMs: Math.round(Date.parse(me.time) - midway),
    clockSample: { sentAt, receivedAt, serverAt: me.time },
  };
}

export const sessionQuery = { queryKey: keys.me, queryFn: readSession, staleTime: 60_000 } as const;

/** Who is signed in, and which shop this is; null until the server has answered. */
export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

const shopBefore: ShopItem = { name: "", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY" };

export function useShop(): ShopItem {
  return useSession()?.shop ?? shopBefore;
}

/** Whether the one who is signed in may do this. The server decides again; this only hides what would be refused. */
export function useCan(scope: Scope): boolean {
  return useSession()?.user?.scopes.includes(scope) ?? false;
}
