import type {
  HostWordsAnswer,
  HostWordsPut,
  LiveSourceBody,
  LiveSourceItems,
  LiveSourcePut,
  PoliciesAnswer,
  PoliciesPreviewAnswer,
  PolicyBookBody,
  PrecheckSettingsAnswer,
  PrecheckSettingsBody,
} from "../../../api/policies.ts";
import type {
  DeliveryItems,
  PushKey,
  RobotBody,
  RobotItem,
  RobotItems,
  RobotPut,
  RobotTest,
} from "../../../api/robots.ts";
import { ApiError, apiBase, request } from "../../api.ts";

export type RobotKind = RobotItem["kind"];

/** Names of the answers that these pages keep. */
export const liveKeys = {
  policies: ["policies"],
  preview: (book: string) => ["policies", "preview", book],
  words: ["host-words"],
  precheck: ["precheck-settings"],
  robots: ["robots"],
  deliveries: ["robots", "deliveries"],
  sources: ["live-sources"],
} as const;

const at = (base: string, id: string) => `${apiBase}/${base}/${encodeURIComponent(id)}`;

export const liveSettings = {
  policies: (signal?: AbortSignal) => request<PoliciesAnswer>(`${apiBase}/policies`, { signal }),
  savePolicies: (version: number, book: PolicyBookBody) =>
    request<PoliciesAnswer>(`${apiBase}/policies`, { method: "PUT", body: { version, book } }),
  preview: (book: PolicyBookBody, signal?: AbortSignal) =>
    request<PoliciesPreviewAnswer>(`${apiBase}/policies/preview`, { method: "POST", body: { book }, signal }),
  words: (signal?: AbortSignal) => request<HostWordsAnswer>(`${apiBase}/host-words`, { signal }),
  saveWords: (body: HostWordsPut) =>
    request<HostWordsAnswer>(`${apiBase}/host-words`, { method: "PUT", body }),
  precheck: (signal?: AbortSignal) =>
    request<PrecheckSettingsAnswer>(`${apiBase}/precheck-settings`, { signal }),
  savePrecheck: (version: number, settings: PrecheckSettingsBody) =>
    request<PrecheckSettingsAnswer>(`${apiBase}/precheck-settings`, {
      method: "PUT",
      body: { version, settings },
    }),
  robots: async (signal?: AbortSignal) => (await request<RobotItems>(`${apiBase}/robots`, { signal })).items,
  addRobot: (body: RobotBody) => request<RobotItem>(`${apiBase}/robots`, { method: "POST", body }),
  saveRobot: (id: string, body: RobotPut) => request<RobotItem>(at("robots", id), { method: "PUT", body }),
  removeRobot: (id: string) => request<null>(at("robots", id), { method: "DELETE" }),
  testRobot: (id: string) => request<RobotTest>(`${at("robots", id)}/test`, { method: "POST" }),
  deliveries: async (signal?: AbortSignal) =>
    (await request<DeliveryItems>(`${apiBase}/deliveries`, { query: { limit: deliveriesShown }, signal }))
      .items,
  pushKey: () => request<PushKey>(`${apiBase}/push-key`),
  sources: async (signal?: AbortSignal) =>
    (await request<LiveSourceItems>(`${apiBase}/live-sources`, { signal })).items,
  addSource: (body: LiveSourceBody) =>
    request<LiveSourceItems["items"][number]>(`${apiBase}/live-sources`, { method: "POST", body }),
  saveSource: (id: string, body: LiveSourcePut) =>
    request<LiveSourceItems["items"][number]>(at("live-sources", id), { method: "PUT", body }),
  removeSource: (id: string) => request<null>(at("live-sources", id), { method: "DELETE" }),
};

const deliveriesShown = 50;

export interface FieldFault {
  /** The field below `configuration`, or the body's own field. */
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

/** The field that a refusal is about; null: it is about none. */
export function faultOf(error: unknown): FieldFault | null {
  if (!(error instanceof ApiError) || error.code !== "invalid_body" || error.problem === null) return null;
  const { path, problem, problemZh, detail, detailZh } = error.problem;
  if (typeof path !== "string") return null;
  return {
    field: path.replace(/^configuration\./, "").replace(/[.[].*$/, ""),
    zh: typeof problemZh === "string" ? problemZh : detailZh,
    en: typeof problem === "string" ? problem : detail,
  };
}
