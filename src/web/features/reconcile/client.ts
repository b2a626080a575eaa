import type {
  DifferencePage,
  NightCloseItem,
  ReconciliationItem,
  ReconciliationList,
  RepairBody,
  RepairResult,
} from "../../../api/after-live.ts";
import { ApiError, apiBase, errorOf, parseJson, pathOf, request } from "../../api.ts";

const base = `${apiBase}/reconciliations`;
const at = (id: string) => `${base}/${encodeURIComponent(id)}`;

/** Names of the answers that these pages keep. */
export const reconcileKeys = {
  all: ["reconciliations"],
  list: ["reconciliations", "list"],
  one: (id: string) => ["reconciliations", "one", id],
  differences: (id: string, cause: string) => ["reconciliations", "differences", id, cause],
  close: (date: string) => ["reconciliations", "close", date],
} as const;

/** Which review the list belongs to. */
export interface Upload {
  readonly channel: string;
  readonly day: string | null;
  readonly session: string | null;
}

/** Sends a channel's file as it is, and reads what differs. */
async function compare(file: File, { channel, day, session }: Upload): Promise<ReconciliationItem> {
  let response: Response;
  try {
    response = await fetch(pathOf(base, { channel, day, session }), {
      method: "POST",
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        "content-type": "application/octet-stream",
        "x-file-name": encodeURIComponent(file.name),
      },
      body: file,
    });
  } catch {
    throw new ApiError(0, "offline");
  }
  const body = parseJson(await response.text());
  if (!response.ok) throw errorOf(response.status, body);
  return body as ReconciliationItem;
}

export const reconcile = {
  compare,
  list: (signal?: AbortSignal) => request<ReconciliationList>(base, { signal }),
  one: (id: string, signal?: AbortSignal) => request<ReconciliationItem>(at(id), { signal }),
  differences: (id: string, cause: string, after: number, signal?: AbortSignal) =>
    request<DifferencePage>(`${at(id)}/differences`, { query: { cause, after, limit: pageRows }, signal }),
  repair: (id: string, body: RepairBody) =>
    request<RepairResult>(`${at(id)}/repairs`, { method: "POST", body }),
  close: (date: string, signal?: AbortSignal) =>
    request<NightCloseItem>(`${apiBase}/reports/days/${encodeURIComponent(date)}/close`, { signal }),
};

const pageRows = 100;

/** What of a comparison a tap puts right: these change the books, the others are for a person elsewhere. */
export function isRepair(repair: ReconciliationItem["causes"][number]["repair"]): boolean {
  return repair === "take_over" || repair === "cancel_here";
}

/** What nothing in the books puts right: a tap says that somebody knows, and it is no longer open. */
export function isAcknowledged(
  repair: ReconciliationItem["causes"][number]["repair"],
): repair is "accept" | "tell_channel" {
  return repair === "accept" || repair === "tell_channel";
}
