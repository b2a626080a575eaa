import { growSheet, type CountEvent, type CountFact, type Sheet } from "../../domain/count/sheet.ts";
import type { WorkEvent } from "../../store/work-events.ts";

/** A count sheet after more of its events; null before the first. */
export function foldEvents(id: string, sheet: Sheet | null, events: readonly WorkEvent[]): Sheet | null {
  return growSheet(
    sheet,
    events.map(
      ({ seq, at, actor, body }) => ({ ...(body as CountFact), sheet: id, seq, at, actor }) as CountEvent,
    ),
  );
}
