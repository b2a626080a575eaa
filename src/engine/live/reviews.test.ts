import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { LiveShop } from "../../../tests/support/live-shop.ts";
import type { PolicyPart } from "../../domain/live/policy.ts";
import { newSlot } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { policiesKind, settingsId } from "../live-settings.ts";

describe("order review goes by the shop's thresholds", () => {
  let live: LiveShop;
  let version: number;

  const sell = async (count: number): Promise<void> => {
    for (let one = 0; one < count; one += 1) await live.sell("A");
  };
  /** What people set is believed within ten seconds. */
  const set = async (part: PolicyPart): Promise<void> => {
    const body = { shop: part, categories: {}, skus: {} };
    const document = { kind: policiesKind, id: settingsId, version, body };
    await live.submit({ type: "putDocument", ...live.by(), ...document });
    version += 1;
    await live.pass(11_000);
  };
  const sample = () => live.shop.live.actions.perform("s1", { action: "sample_orders", on: true }, live.by());
  const state = async () => (await live.shop.sessions.get("s1"))?.state;
  const sampling = async () => (await state())?.sampling;
  const waiting = async () => (await state())?.reviews.size ?? 0;

  beforeEach(async () => {
    live = await LiveShop.with({ A: 10_000 });
    version = 0;
    await live.goLive(newSlot("1", "A"));
  });

  test("[V7] sampling begins at the shop's k and floor", async () => {
    await set({ reviewSpikePercent: 500, orderSpikeFloor: 5 });
    for (let minute = 0; minute < 12; minute += 1) {
      await sell(4);
      await live.pass(minuteMs);
    }
    await sell(10);
    await live.pass(1_000);
    assert.equal(await sampling(), false, "about three times what is usual");
    await sell(15);
    await live.pass(1_000);
    assert.equal(await sampling(), true, "about seven times, and still below the floor that others have");
    await set({ reviewSpikePercent: 1_000, orderSpikeFloor: 5 });
    assert.equal(await sampling(), false, "the new threshold holds at once");
  });

  test("[V7] the shop's p and n say how many wait", async () => {
    await set({ reviewSamplePercent: 100, reviewOpenMax: 7 });
    await sample();
    await sell(12);
    await live.turn();
    assert.equal(await waiting(), 7);
    await set({ reviewSamplePercent: 100, reviewOpenMax: 9 });
    assert.equal(await waiting(), 9);
  });

  test("[V8] somebody is told of a review that waits for longer than the shop allows", async () => {
    await set({ reviewSamplePercent: 100, reviewOpenMax: 1, reviewAnswerMinutes: 3 });
    await sample();
    const robot = { name: "群", kind: "webhook", sealed: "", active: true, severityMin: 1, topics: [] };
    const body = { ...robot, language: "zh", user: null };
    const document = { kind: "robot", id: "r1", version: 0, body };
    await live.submit({ type: "putDocument", ...live.by(), ...document });
    await sell(1);
    await live.turn();
    const told = async () =>
      (await live.store.deliveries.list(1, { limit: 100 })).filter((one) => one.message.includes("/review/"));
    await live.pass(2 * minuteMs);
    assert.equal((await told()).length, 0);
    await live.pass(minuteMs);
    assert.equal((await told()).length, 1);
    assert.equal(await waiting(), 1, "and it waits on");
  });
});
