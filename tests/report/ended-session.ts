import assert from "node:assert/strict";
import { hostScreenDefault, newSlot, type SessionPlan } from "../../src/domain/live/session.ts";
import { Shops, type OpenShop } from "../../src/engine/shops.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hourMs, minuteMs, observe, shopWithStock, skusCommand, startAt } from "../store/harness.ts";

export interface EndedSession {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly shop: OpenShop;
  readonly shops: Shops;
}

const actor = "u1/小王";
const silent = { info() {}, warn() {}, error() {} };

function planAt(startsAt: number): SessionPlan {
  return {
    id: "s1",
    title: "秋冬上新",
    channels: ["douyin"],
    rooms: [],
    startsAt,
    endsAt: startsAt + 2 * hourMs,
    hostScreen: hostScreenDefault,
    slots: [{ ...newSlot("a", "A"), target: 10 }, newSlot("b", "B")],
  };
}

/** A shop whose session sold three of A and one of B, more than there were, and has ended. */
export async function endedSession(name = "=1+1"): Promise<EndedSession> {
  const store = new MemoryStore();
  const clock = new FakeClock(startAt);
  const id = await shopWithStock(store, { A: 40, B: 0 });
  await store.commit(id, [skusCommand([{ code: "A", name }])], startAt);
  const shops = new Shops({ store, clock, log: silent });
  const shop = await shops.open(id);
  const who = () => ({ actor, at: clock.now() });
  clock.jump(minuteMs);
  await shop.sessions.create(planAt(startAt), who());
  const life = (step: "go_live" | "end", from: "draft" | "live", to: "live" | "ended") =>
    shop.sessions.act("s1", () => [
      { ...who(), kind: "life", body: { step, from, to, reason: "试播" } } as const,
    ]);
  await life("go_live", "draft", "live");
  clock.jump(10 * minuteMs);
  const at = clock.now();
  const sold = (order: string, sku: string, units: number) =>
    observe(order, [[sku, units]], { stage: "paid", session: "s1", updatedAt: at, at });
  await store.commit(id, [sold("1", "A", 3), sold("2", "B", 1)], at);
  clock.jump(30 * minuteMs);
  assert.ok((await life("end", "live", "ended")).ok);
  return { store, clock, shop, shops };
}
