import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, settle } from "../../tests/support/fake-clock.ts";
import type { Notifier } from "../channels/notifier.ts";
import { openShop, Shops } from "../engine/shops.ts";
import { MemoryStore } from "../store/memory/store.ts";
import { deliveryJob, deliveryLimits } from "./deliveries.ts";

const log = { info() {}, warn() {}, error() {} };

test("[W14] a receiver that never answers delays no other, and is sent nothing twice", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  await openShop(store, clock);
  const shop = await new Shops({ store, clock, log }).open(1);
  const sent: string[] = [];
  let answer = (): void => {};
  const notifier = {
    deliver: async (_shop, _robot, { robot, message }) => {
      sent.push(`${robot} ${message}`);
      if (robot === "hangs" && message === "m1") await new Promise<void>((resolve) => (answer = resolve));
      return { outcome: "delivered" };
    },
  } as Pick<Notifier, "deliver"> as Notifier;
  const job = deliveryJob(store, notifier, clock);
  const put = (message: string) =>
    store.deliveries.put(
      1,
      ["hangs", "well"].map((robot) => ({
        message,
        robot,
        topic: "alert",
        session: null,
        payload: "",
        createdAt: clock.now(),
      })),
    );
  const begin = () =>
    job.run({ shop, now: clock.now(), until: clock.now() + 30_000, signal: new AbortController().signal });
  const rowOf = async (message: string) =>
    (await store.deliveries.list(1, { robot: "hangs", limit: 9 })).find((row) => row.message === message);

  await put("m1");
  const first = begin();
  await settle();
  await clock.pass(deliveryLimits.waitMs);
  assert.deepEqual(await first, { delivered: 1, failed: 0 });
  // Its turn waited a second; the next ones do not wait for it at all.
  await put("m2");
  assert.deepEqual(await begin(), { delivered: 1, failed: 0 });
  assert.deepEqual(sent, ["hangs m1", "well m1", "well m2"]);
  assert.deepEqual([(await rowOf("m2"))?.state, (await rowOf("m2"))?.attempts], ["waiting", 0]);
  // Longer than a taken row is hidden: it is under way still, and is not sent beside itself.
  clock.jump(deliveryLimits.hideMs);
  assert.deepEqual(await begin(), { delivered: 0, failed: 0 });
  assert.equal(sent.length, 3);
  answer();
  await settle();
  clock.jump(deliveryLimits.busyRetryMs);
  assert.deepEqual(await begin(), { delivered: 2, failed: 0 });
  assert.deepEqual(sent.slice(3), ["hangs m2"]);
  assert.equal((await rowOf("m1"))?.state, "delivered");
});
