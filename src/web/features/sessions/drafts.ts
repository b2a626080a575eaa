import type { SessionItem } from "../../../api/sessions.ts";
import type { Draft } from "./plan.ts";

/** A plan that somebody has changed and not saved, with the version that it began from. */
export interface OpenDraft {
  readonly base: SessionItem;
  readonly draft: Draft;
}

/**
 * Unsaved plans by session: whoever looks at another page for a moment finds them as they were left. They last
 * as long as the page; the browser asks before it closes one that has any.
 */
const drafts = new Map<string, OpenDraft>();

export function openDraft(session: string): OpenDraft | null {
  return drafts.get(session) ?? null;
}

/** Null: nothing is unsaved any more. */
export function keepDraft(session: string, open: OpenDraft | null): void {
  if (open === null) drafts.delete(session);
  else drafts.set(session, open);
}

export function hasDrafts(): boolean {
  return drafts.size > 0;
}
