import type { Words } from "../domain/live/words.ts";

/** Why something was not done. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly words: Words;
  /** Which line of what was asked, where it is one. */
  readonly line?: string | null;
}

/** A decision that is none. */
export function isRefused(value: object): value is Refused {
  return "ok" in value && value.ok === false;
}

export function refuse(code: string, words: Words): Refused {
  return { ok: false, code, words };
}
