import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LotItem } from "../../../api/floor.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { counts } from "./client.ts";

export const labelsMax = 500;

export const kinds = ["bins", "skus", "lots"] as const;
export type Kind = (typeof kinds)[number];

export interface Label {
  readonly code: string;
  readonly name: string;
}

/** A label for each product of each lot that was named: whoever scans one is asked which product it is. */
function lotLabels(
  items: readonly LotItem[],
  names: readonly string[],
): { readonly labels: readonly Label[]; readonly unknown: readonly string[] } {
  const wanted = new Set(names);
  const found = items.filter((one) => wanted.has(one.lot));
  const known = new Set(found.map((one) => one.lot));
  return {
    labels: found.slice(0, labelsMax).map(({ lot, name, code, expiresOn }) => ({
      code: lot,
      name: [name === "" ? code : name, ...(expiresOn === null ? [] : [expiresOn])].join(" · "),
    })),
    unknown: names.filter((name) => !known.has(name)),
  };
}

/** The labels for what was named, and which of it nobody knows. */
export function useLabels(kind: Kind, names: readonly string[]) {
  const asked = useDebounced(names, 400);
  const skus = useQuery({
    queryKey: ["stock", "labels", ...asked],
    queryFn: ({ signal }) => counts.lookup(asked, signal),
    enabled: kind === "skus" && asked.length > 0,
    placeholderData: (before) => before,
  });
  const lots = useQuery({
    queryKey: ["floor", "lots", "labels"],
    queryFn: ({ signal }) => counts.lots(signal),
    enabled: kind === "lots",
  });
  const ofLots = useMemo(
    () => (kind === "lots" ? lotLabels(lots.data?.items ?? [], names) : { labels: [], unknown: [] }),
    [kind, lots.data, names],
  );
  const labels: readonly Label[] =
    kind === "bins"
      ? names.map((code) => ({ code, name: "" }))
      : kind === "lots"
        ? ofLots.labels
        : names.length === 0
          ? []
          : (skus.data?.items ?? []);
  const unknown = kind === "skus" ? (skus.data?.unknown ?? []) : ofLots.unknown;
  const error = kind === "skus" ? skus.error : kind === "lots" ? lots.error : null;
  return { labels, unknown, error };
}
