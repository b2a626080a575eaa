import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LookupItem } from "../../../api/stock.ts";
import { sessionKeys, sessions } from "./client.ts";
import { skusOf, type DraftSlot } from "./plan.ts";

const none: readonly never[] = [];

export interface Products {
  readonly products: ReadonlyMap<string, LookupItem>;
  readonly unknown: ReadonlySet<string>;
}

/** Names, prices and what is left of everything that a plan names. */
export function useProducts(slots: readonly Pick<DraftSlot, "sku" | "alternates">[]): Products {
  const skus = useMemo(() => skusOf(slots).toSorted(), [slots]);
  const { data } = useQuery({
    queryKey: sessionKeys.lookup(skus),
    queryFn: ({ signal }) => sessions.lookup(skus, signal),
    enabled: skus.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  return useMemo(
    () => ({
      products: new Map((data?.items ?? none).map((item) => [item.sku, item])),
      unknown: new Set<string>(data?.unknown ?? none),
    }),
    [data],
  );
}
