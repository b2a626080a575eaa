import type { ImportItem, ImportKind, ImportMapping, ImportProfile } from "../../../api/imports.ts";
import { apiBase, ApiError, errorOf, parseJson, request } from "../../api.ts";

const base = `${apiBase}/imports`;
const at = (id: string) => `${base}/${encodeURIComponent(id)}`;

export interface UploadHandle {
  readonly done: Promise<ImportItem>;
  abort(): void;
}

/** Sends a file and says how far it is: `fetch` cannot, so this is the older way. */
export function upload(file: File, kind: ImportKind | null, onShare: (share: number) => void): UploadHandle {
  const ask = new XMLHttpRequest();
  const done = new Promise<ImportItem>((resolve, reject) => {
    ask.open("POST", kind === null ? base : `${base}?kind=${kind}`);
    ask.setRequestHeader("content-type", "application/octet-stream");
    ask.setRequestHeader("x-file-name", encodeURIComponent(file.name));
    ask.setRequestHeader("accept", "application/json");
    ask.upload.onprogress = (event) => {
      if (event.lengthComputable) onShare(event.loaded / event.total);
    };
    ask.onerror = () => reject(new ApiError(0, "offline"));
    ask.onabort = () => reject(new ApiError(0, "aborted"));
    ask.onload = () => {
      const body = parseJson(ask.responseText);
      if (ask.status >= 200 && ask.status < 300) resolve(body as ImportItem);
      else reject(errorOf(ask.status, body));
    };
    ask.send(file);
  });
  return { done, abort: () => ask.abort() };
}

export const imports = {
  profiles: () => request<{ items: ImportProfile[] }>(`${apiBase}/import/profiles`),
  get: (id: string, signal?: AbortSignal) => request<ImportItem>(at(id), { signal }),
  check: (id: string, body: { profile: string } | { mapping: ImportMapping }) =>
    request<ImportItem>(`${at(id)}/dry-run`, { method: "POST", body }),
  apply: (id: string) => request<ImportItem>(`${at(id)}/apply`, { method: "POST", body: {} }),
  problemsHref: (id: string) => `${at(id)}/problems.csv`,
};
