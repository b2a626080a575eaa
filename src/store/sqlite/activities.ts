import type { Activities } from "../activities.ts";
import { activityOf, activityRows, sampleRow, type activityReads } from "../sql/activities.ts";
import type { ShopId } from "../store.ts";
import type { FileWriter } from "./file-writer.ts";

/** @param wake tells the shop's watchers that something was written */
export function sqliteActivities(
  beside: FileWriter["beside"],
  reads: ReturnType<typeof activityReads>,
  wake: (shop: ShopId) => void,
): Activities {
  return {
    ...reads,
    append: async (shop, session, entries, expected) => {
      const rows = activityRows(shop, session, entries, expected);
      const seq = await beside("appendActivities", shop, session, rows, expected);
      if (seq !== expected) return { ok: false, seq };
      if (rows.length > 0) wake(shop);
      return { ok: true, items: rows.map(activityOf) };
    },
    putSamples: async (shop, samples) => {
      if (samples.length === 0) return;
      await beside(
        "putSamples",
        samples.map((one) => sampleRow(shop, one)),
      );
      wake(shop);
    },
  };
}
