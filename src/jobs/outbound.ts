import type { Job } from "./runner.ts";

const everyMs = 5_000;
/** What a stop kept from the books is rare: nobody waits for it. */
const leftEveryMs = 30_000;

/** Waves want no more than is owed; what was carried and sent reaches the books whatever stopped in between. */
export function outboundJob(): Job {
  const lookedAt = new Map<number, number>();
  return {
    name: "outbound",
    everyMs,
    run: async ({ shop, now }): Promise<Readonly<Record<string, number>>> => {
      const followed = await shop.outbound.follow();
      if (now - (lookedAt.get(shop.id) ?? 0) < leftEveryMs) return { followed };
      lookedAt.set(shop.id, now);
      return { followed, booked: await shop.outbound.bookLeft() };
    },
  };
}
