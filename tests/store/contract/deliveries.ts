import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewDelivery } from "../../../src/store/deliveries.ts";
import { newShop, type Opened } from "../harness.ts";

const at = Date.UTC(2026, 10, 11, 12);

function delivery(message: string, robot: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return { message, robot, topic: "alert", session: "s1", payload: "{}", createdAt: at, ...more };
}

/** Notifications: put once, taken once, tried again, and kept to be looked at. */
export function deliveriesContract(opened: () => Opened): void {
  test("one message to one receiver is put once, and taken by one", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { deliveries } = store;
    await deliveries.put(shop, [delivery("a", "r1"), delivery("a", "r2")]);
    await deliveries.put(shop, [
      delivery("a", "r1", { payload: "other" }),
      delivery("b", "r1", { createdAt: at + 1 }),
    ]);
    await deliveries.put(shop, []);

    assert.deepEqual(await deliveries.take(shop, at - 1, 1_000, 10), []);
    // Of takers at the same moment each row goes to one; one that comes too late gets less than it asked for.
    const taken = await Promise.all([1, 2, 3].map(() => deliveries.take(shop, at + 1, 1_000, 1)));
    taken.push(await deliveries.take(shop, at + 1, 1_000, 10));
    assert.deepEqual(
      taken
        .flat()
        .map((one) => `${one.message}/${one.robot}`)
        .toSorted(),
      ["a/r1", "a/r2", "b/r1"],
    );
    assert.ok(
      taken.flat().every((one) => one.payload === "{}" && one.attempts === 1 && one.state === "waiting"),
    );
    assert.deepEqual(await deliveries.take(shop, at + 1, 1_000, 10), []);
  });

  test("what failed comes back at its time, what ended never does, and all stay on record", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { deliveries } = store;
    await deliveries.put(shop, [
      delivery("a", "r1"),
      delivery("b", "r1", { session: null, createdAt: at + 1 }),
      delivery("c", "r2", { createdAt: at + 2 }),
    ]);
    await deliveries.take(shop, at + 2, 60_000, 10);
    await deliveries.settle(shop, { message: "a", robot: "r1" }, { state: "delivered", at: at + 5 });
    await deliveries.settle(
      shop,
      { message: "b", robot: "r1" },
      { state: "failed", at: at + 6, error: "no such robot" },
    );
    await deliveries.settle(
      shop,
      { message: "c", robot: "r2" },
      { state: "waiting", at: at + 7, retryAt: at + 1_000, error: "busy", uncounted: true },
    );
    // Over is over.
    await deliveries.settle(shop, { message: "a", robot: "r1" }, { state: "failed", at: at + 9 });

    assert.deepEqual(await deliveries.take(shop, at + 999, 1_000, 10), []);
    const [again] = await deliveries.take(shop, at + 1_000, 1_000, 10);
    assert.deepEqual([again?.message, again?.attempts, again?.error], ["c", 1, "busy"]);
    // Nobody settled it: due again.
    assert.equal((await deliveries.take(shop, at + 2_000, 1_000, 10)).length, 1);

    const all = await deliveries.list(shop, { limit: 10 });
    assert.deepEqual(
      all.map((one) => [one.message, one.state, one.endedAt, one.error]),
      [
        ["c", "waiting", null, "busy"],
        ["b", "failed", at + 6, "no such robot"],
        ["a", "delivered", at + 5, null],
      ],
    );
    assert.equal((await deliveries.list(shop, { robot: "r1", limit: 10 })).length, 2);
    assert.equal((await deliveries.list(shop, { session: "s1", limit: 10 })).length, 2);
    assert.equal((await deliveries.list(shop, { limit: 1 })).length, 1);

    assert.equal(await deliveries.prune(shop, at + 100), 2);
    assert.deepEqual(
      (await deliveries.list(shop, { limit: 10 })).map((one) => one.message),
      ["c"],
    );
  });

  test("[I10] one shop's deliveries are not another's", async () => {
    const { store } = opened();
    const [one, other] = [await newShop(store), await newShop(store)];
    await store.deliveries.put(one, [delivery("a", "r1")]);
    await store.deliveries.put(other, [delivery("a", "r1", { payload: "theirs" })]);
    assert.deepEqual(
      (await store.deliveries.take(one, at, 1_000, 10)).map((row) => row.payload),
      ["{}"],
    );
    await store.deliveries.settle(one, { message: "a", robot: "r1" }, { state: "delivered", at });
    assert.deepEqual(
      (await store.deliveries.list(other, { limit: 10 })).map((row) => row.state),
      ["waiting"],
    );
  });
}
