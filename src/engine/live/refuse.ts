import type { Refused } from "../sessions/sessions.ts";

export type { Refused } from "../sessions/sessions.ts";

export function refuse(code: string, zh: string, en: string): Refused {
  return { ok: false, code, words: { zh, en } };
}

export function isRefused(value: object): value is Refused {
  return "ok" in value && value.ok === false;
}
