import { workEventOf, workEventRows, type workEventReads } from "../sql/work-events.ts";
import type { ShopId } from "../store.ts";
import type { WorkEvents } from "../work-events.ts";
import type { FileWriter } from "./file-writer.ts";

/** @param wake tells the shop's watchers that something was written */
export function sqliteWorkEvents(
  beside: FileWriter["beside"],
  reads: ReturnType<typeof workEventReads>,
  wake: (shop: ShopId) => void,
): WorkEvents {
  return {
    ...reads,
    append: async (shop, kind, id, events, expected) => {
      const rows = workEventRows(shop, kind, id, events, expected);
      const seq = await beside("appendWork", shop, kind, id, rows, expected);
      if (seq !== expected) return { ok: false, seq };
      if (rows.length > 0) wake(shop);
      return { ok: true, items: rows.map(workEventOf) };
    },
  };
}
