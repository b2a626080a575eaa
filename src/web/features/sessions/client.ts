import type {
  FixBody,
  LifeBody,
  PrecheckItem,
  RunOfShow,
  SessionBody,
  SessionCopy,
  SessionItem,
  SessionPage,
  SessionPut,
} from "../../../api/sessions.ts";
import type { ActionAnswer, ActionBody } from "../../../api/session-actions.ts";
import type { LookupAnswer } from "../../../api/stock.ts";
import { apiBase, errorOf, ApiError, parseJson, request } from "../../api.ts";

const base = `${apiBase}/sessions`;
const at = (session: string) => `${base}/${encodeURIComponent(session)}`;

/** Names of the answers that these pages keep. */
export const sessionKeys = {
  all: ["sessions"],
  list: ["sessions", "list"],
  one: (session: string) => ["sessions", "one", session],
  precheck: (session: string) => ["sessions", "precheck", session],
  // Below `stock`, so that whatever makes the stock stale makes these stale.
  lookup: (codes: readonly string[]) => ["stock", "lookup", ...codes],
} as const;

export const sessions = {
  list: (signal?: AbortSignal) => request<SessionPage>(base, { signal }),
  get: (session: string, signal?: AbortSignal) => request<SessionItem>(at(session), { signal }),
  create: (body: SessionBody) => request<SessionItem>(base, { method: "POST", body }),
  save: (session: string, body: SessionPut) => request<SessionItem>(at(session), { method: "PUT", body }),
  copy: (session: string, body: SessionCopy) =>
    request<SessionItem>(`${at(session)}/copies`, { method: "POST", body }),
  life: (session: string, body: LifeBody) =>
    request<SessionItem>(`${at(session)}/life`, { method: "POST", body }),
  precheck: (session: string, signal?: AbortSignal) =>
    request<PrecheckItem>(`${at(session)}/precheck`, { signal }),
  fix: (session: string, body: FixBody) =>
    request<PrecheckItem>(`${at(session)}/precheck/fixes`, { method: "POST", body }),
  sign: (session: string, body: { seen: string; note?: string }) =>
    request<PrecheckItem>(`${at(session)}/precheck/signature`, { method: "POST", body }),
  act: (session: string, body: ActionBody) =>
    request<ActionAnswer>(`${at(session)}/actions`, { method: "POST", body }),
  lookup: (codes: readonly string[], signal?: AbortSignal) =>
    request<LookupAnswer>(`${apiBase}/stock/lookup`, { method: "POST", body: { codes }, signal }),
  runOfShow,
};

/** A run-of-show from a file or from pasted cells: read and mapped, nothing is saved. */
async function runOfShow(name: string, content: Blob): Promise<RunOfShow> {
  let response: Response;
  try {
    response = await fetch(`${base}/run-of-show?name=${encodeURIComponent(name)}`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/octet-stream" },
      credentials: "same-origin",
      body: content,
    });
  } catch {
    throw new ApiError(0, "offline");
  }
  const body = parseJson(await response.text());
  if (!response.ok) throw errorOf(response.status, body);
  return body as RunOfShow;
}
