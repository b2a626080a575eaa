import type { Bench } from "./bench.ts";
import type { Outcome } from "./outcome.ts";
import type { CommandRecord, Instant } from "./rows.ts";

/** The same key means the same command for ever: the first answer comes back, a refusal too. */
export function recall(
  bench: Bench,
  command: Pick<CommandRecord, "key" | "kind" | "content">,
): Outcome | null {
  const record = bench.record(command.key);
  if (record === null) return null;
  if (record.kind !== command.kind) return { code: "key_conflict", path: "key", field: "type" };
  if (record.content !== command.content) return { code: "key_conflict", path: "key", field: "content" };
  return { code: "duplicate", first: JSON.parse(record.outcome) as Outcome };
}

export function remember(
  bench: Bench,
  by: { readonly at: Instant; readonly actor: string },
  command: Pick<CommandRecord, "key" | "kind" | "content">,
  outcome: Outcome,
): void {
  bench.set(bench.records, command.key, {
    ...command,
    at: by.at,
    actor: by.actor,
    outcome: JSON.stringify(outcome),
  });
}
