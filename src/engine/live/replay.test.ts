import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveShop } from "../../../tests/support/live-shop.ts";
import { newSlot } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { minuteOf } from "../../domain/live/window.ts";
import { isRefused } from "./refuse.ts";
import { buildReplay } from "./replay.ts";
import type { Action } from "./actions.ts";

const stepMs = 20_000;

/** A session, and what the screens showed at the end of each of its minutes. */
class Watched {
  readonly live: LiveShop;
  readonly shown = new Map<string, Map<number, number>>();

  constructor(live: LiveShop) {
    this.live = live;
  }

  async act(action: Action): Promise<void> {
    const done = await this.live.shop.live.actions.perform("s1", action, this.live.by());
    assert.ok(!isRefused(done), JSON.stringify(done));
    await this.#look();
  }

  /** Time passes in short steps, and each is looked at. */
  async pass(minutes: number): Promise<void> {
    for (let ms = 0; ms < minutes * minuteMs; ms += stepMs) {
      await this.#look();
      await this.live.pass(stepMs);
    }
    await this.#look();
  }

  async #look(): Promise<void> {
    const looked = await this.live.shop.live.runtime("s1").look();
    assert.ok(looked !== null);
    for (const [sku, { cap }] of looked.units) {
      const points = this.shown.get(sku) ?? new Map<number, number>();
      this.shown.set(sku, points.set(minuteOf(looked.now), cap.units));
    }
  }

  async replay() {
    const open = await this.live.shop.sessions.get("s1");
    assert.ok(open !== null);
    const replay = await buildReplay(this.live.shop.live.options, open);
    assert.ok(replay !== null);
    return replay;
  }

  /** The replay says of each minute what was on the screens then. */
  async check(): Promise<Record<string, readonly number[]>> {
    const { from, skus } = await this.replay();
    for (const { sku, sellable } of skus) {
      const points = this.shown.get(sku) ?? new Map<number, number>();
      const shown = sellable.map((_, index) => points.get(minuteOf(from) + index));
      assert.deepEqual(sellable, shown, sku);
    }
    return Object.fromEntries(skus.map(({ sku, sellable }) => [sku, sellable]));
  }
}

test("[N12] the replay's stock stands under the buffer, allotment, tranches and stops of each minute", async () => {
  const live = await LiveShop.with({ A: 1_000, B: 1_000, C: 1_000, D: 1_000 });
  await live.submit({ type: "putSkus", ...live.by(), items: [{ code: "D", bufferPercent: 10 }] });
  const tranches = [
    { id: "t1", units: 50, afterMinutes: null },
    { id: "t2", units: 80, afterMinutes: null },
  ];
  await live.goLive(
    { ...newSlot("1", "A"), allotment: 300, tranches },
    { ...newSlot("2", "B"), buffer: 100 },
    newSlot("3", "C"),
    newSlot("4", "D"),
  );
  const watched = new Watched(live);
  await watched.pass(1);
  await watched.act({ action: "drip_release", slot: "1" });
  await live.sell("A", 20);
  const unpaid = await live.sell("A", 5, "created");
  await live.sell("B", 30);
  await live.sell("C", 7);
  await live.sell("D", 100);
  await watched.pass(2);
  await live.cancel(unpaid);
  await watched.act({ action: "set_buffer", sku: "B", units: 400 });
  await watched.act({ action: "stop_sell", sku: "C" });
  await watched.pass(2);
  await watched.act({ action: "drip_release", slot: "1" });
  await watched.act({ action: "stop_sell_lift", sku: "C", reason: "误会" });
  await watched.pass(2);
  const { A = [], B = [], C = [], D = [] } = await watched.check();
  // By hand, so that both cannot be wrong in the same way.
  assert.deepEqual([A[0], A[2], A[4], A.at(-1)], [0, 25, 30, 110]);
  assert.deepEqual([B[0], B[2], B[4], B.at(-1)], [900, 870, 570, 570]);
  assert.deepEqual([C[0], C[2], C[4], C.at(-1)], [1_000, 993, 0, 993]);
  // Ten per cent of what is on hand: what is sold is still in the building.
  assert.deepEqual([D[0], D.at(-1)], [900, 800]);
  await live.end();
  await live.pass(minuteMs);
  const after = await watched.replay();
  assert.deepEqual(
    after.skus.map(({ sellable }) => sellable.at(-1)),
    [110, 570, 993, 800],
    "what is put back after the end is no part of it",
  );
});
