import { liveSourceKind, roomSampleOf, type LiveSources } from "../channels/live-sources.ts";
import type { OpenShop } from "../engine/shops.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

export const liveSourceLimits = { everyMs: 1_000 } as const;

/**
 * Asks the live sources while a session is live, each as often as it says. What they answer, gaps included, is
 * written down; a source that is down shows as a gap and holds up nothing.
 * @param isLive whether any session of the shop is live
 */
export function liveSourceJob(
  store: Store,
  sources: LiveSources,
  isLive: (shop: OpenShop) => Promise<boolean>,
): Job {
  return {
    name: "live-sources",
    everyMs: liveSourceLimits.everyMs,
    run: async ({ shop, now, signal }) => {
      if (!(await isLive(shop))) return { samples: 0 };
      const documents = await store.read.documents(shop.id, liveSourceKind);
      const answers = await Promise.all(
        documents.map((document) => sources.poll(shop.id, document, now, signal)),
      );
      const samples = answers.flat().map((sample) => roomSampleOf(sample, shop.shop.currency));
      if (samples.length > 0) await store.activities.putSamples(shop.id, samples);
      return { samples: samples.length };
    },
  };
}
