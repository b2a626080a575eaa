import type {
  QuarantineBody,
  QuarantineDone,
  QuarantinePage,
  DecisionBody,
} from "../../../api/quarantine.ts";
import type {
  InspectionBody,
  MatchBody,
  PhotoAnswer,
  ReturnBody,
  ReturnItem,
  ReturnPage,
  ReturnsFound,
} from "../../../api/returns.ts";
import type {
  LoanBody,
  LoanDueBody,
  LoanItem,
  LoanPage,
  LoanReturnBody,
  LoanWriteOffBody,
} from "../../../api/samples.ts";
import type { SessionPage } from "../../../api/sessions.ts";
import { ApiError, apiBase, errorOf, parseJson, request } from "../../api.ts";

const at = (base: string, id: string, step = "") => `${apiBase}/${base}/${encodeURIComponent(id)}${step}`;

export type ReturnState = "waiting" | "done";

export const returnKeys = {
  all: ["returns"],
  list: (state: ReturnState) => ["returns", "list", state],
  one: (parcel: string) => ["returns", "one", parcel],
  samples: ["samples"],
  quarantine: ["quarantine"],
  sessions: ["sessions", "list"],
} as const;

export const returns = {
  list: (state: ReturnState, signal?: AbortSignal) =>
    request<ReturnPage>(`${apiBase}/returns`, { query: { state }, signal }),
  find: (code: string) => request<ReturnsFound>(`${apiBase}/returns/find`, { query: { code } }),
  one: (parcel: string, signal?: AbortSignal) => request<ReturnItem>(at("returns", parcel), { signal }),
  receive: (body: ReturnBody, key: string) =>
    request<ReturnItem>(`${apiBase}/returns`, { method: "POST", body, key }),
  match: (parcel: string, body: MatchBody) =>
    request<ReturnItem>(at("returns", parcel, "/match"), { method: "POST", body }),
  inspect: (parcel: string, body: InspectionBody) =>
    request<ReturnItem>(at("returns", parcel, "/inspections"), { method: "POST", body }),
  close: (parcel: string, reason: string) =>
    request<ReturnItem>(at("returns", parcel, "/close"), { method: "POST", body: { reason } }),
};

export const samples = {
  list: (signal?: AbortSignal) => request<LoanPage>(`${apiBase}/samples`, { signal }),
  lend: (body: LoanBody, key: string) =>
    request<LoanItem>(`${apiBase}/samples`, { method: "POST", body, key }),
  giveBack: (loan: string, body: LoanReturnBody) =>
    request<LoanItem>(at("samples", loan, "/returns"), { method: "POST", body }),
  writeOff: (loan: string, body: LoanWriteOffBody) =>
    request<LoanItem>(at("samples", loan, "/write-offs"), { method: "POST", body }),
  extend: (loan: string, body: LoanDueBody) =>
    request<LoanItem>(at("samples", loan, "/due"), { method: "POST", body }),
  sessions: (signal?: AbortSignal) => request<SessionPage>(`${apiBase}/sessions`, { signal }),
};

export const quarantine = {
  list: (signal?: AbortSignal) => request<QuarantinePage>(`${apiBase}/quarantine`, { signal }),
  put: (body: QuarantineBody, key: string) =>
    request<QuarantineDone>(`${apiBase}/quarantine`, { method: "POST", body, key }),
  decide: (item: string, body: DecisionBody) =>
    request<QuarantineDone>(at("quarantine", item, "/decisions"), { method: "POST", body }),
};

export const photoUrl = (photo: string): string => at("photos", photo);

/** @throws ApiError */
export async function uploadPhoto(picture: Blob): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${apiBase}/photos`, {
      method: "POST",
      headers: { "content-type": picture.type, accept: "application/json" },
      credentials: "same-origin",
      body: picture,
    });
  } catch {
    throw new ApiError(0, "offline");
  }
  const json = parseJson(await response.text());
  if (!response.ok) throw errorOf(response.status, json);
  return (json as PhotoAnswer).photo;
}

const photoBytesMax = 512 * 1_024;
/** Tried one after the other until the picture is small enough: pixels of the longer edge, and quality. */
const sizes = [
  [1_600, 0.82],
  [1_280, 0.76],
  [960, 0.7],
  [720, 0.6],
  [480, 0.5],
] as const;

/** Makes a picture of a camera small enough to be sent and kept. @throws DOMException where it is no picture */
export async function shrink(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  try {
    for (const [edge, quality] of sizes) {
      const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(bitmap.width * scale));
      canvas.height = Math.max(1, Math.round(bitmap.height * scale));
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const made = await new Promise<Blob | null>((resolve) => {
        canvas.toBlob(resolve, "image/jpeg", quality);
      });
      if (made !== null && made.size <= photoBytesMax) return made;
    }
    throw new DOMException("The picture stays too large.", "EncodingError");
  } finally {
    bitmap.close();
  }
}
