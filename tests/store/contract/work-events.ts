import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewWorkEvent } from "../../../src/store/work-events.ts";
import type { Store } from "../../../src/store/store.ts";
import { newShop, shopWithStock, startAt, type Opened } from "../harness.ts";

const at = startAt;
const event = (text: string): NewWorkEvent => ({
  at,
  actor: "u1/小王",
  body: { kind: "entry", body: { text, list: [1, null, "'\"\\"] } },
});

export function workEventsContract(opened: () => Opened): void {
  test("events are numbered from 1 for each paper and come back as they were written", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { workEvents } = store;
    assert.deepEqual(await workEvents.since(shop, "count", "p1", 0, 10), []);
    const first = await workEvents.append(shop, "count", "p1", [event("一"), event("二")], 0);
    assert.deepEqual(first, {
      ok: true,
      items: [
        { ...event("一"), seq: 1 },
        { ...event("二"), seq: 2 },
      ],
    });
    await workEvents.append(shop, "count", "p1", [event("三")], 2);
    await workEvents.append(shop, "inbound", "p1", [event("别的")], 0);
    await workEvents.append(shop, "count", "p2", [event("别的单")], 0);
    const all = await workEvents.since(shop, "count", "p1", 0, 10);
    assert.deepEqual(first.ok ? all.slice(0, 2) : [], first.ok ? first.items : null);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.deepEqual(await workEvents.since(shop, "count", "p1", 1, 1), all.slice(1, 2));
    const heads = await workEvents.heads(shop, "count");
    assert.deepEqual([heads.get("p1"), heads.get("p2"), heads.size], [3, 1, 2]);
    assert.deepEqual(await workEvents.heads(shop, "inbound"), new Map([["p1", 1]]));
  });

  test("an append to a paper that expects another number writes nothing and says which there is", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { workEvents } = store;
    assert.deepEqual(await workEvents.append(shop, "count", "p", [event("a")], 1), { ok: false, seq: 0 });
    await workEvents.append(shop, "count", "p", [event("a"), event("b")], 0);
    for (const expected of [0, 1, 3])
      assert.deepEqual(await workEvents.append(shop, "count", "p", [event("c")], expected), {
        ok: false,
        seq: 2,
      });
    assert.deepEqual(await workEvents.append(shop, "count", "p", [], 2), { ok: true, items: [] });
    assert.deepEqual(await workEvents.append(shop, "count", "p", [], 1), { ok: false, seq: 2 });
    assert.equal((await workEvents.since(shop, "count", "p", 0, 10)).length, 2);
  });

  test("of many nodes that append to one paper each is told who was faster, and no number is missing", async () => {
    const { store, openOther } = opened();
    const shop = await newShop(store);
    const nodes = [store, openOther === null ? store : await openOther()];
    const write = async (node: Store, name: string): Promise<void> => {
      for (let expected = 0; ;) {
        const done = await node.workEvents.append(
          shop,
          "count",
          "p",
          [event(`${name} 1`), event(`${name} 2`)],
          expected,
        );
        if (done.ok) return;
        assert(done.seq > expected);
        expected = done.seq;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => write(nodes[index % 2] ?? store, `w${index}`)));
    const all = await store.workEvents.since(shop, "count", "p", 0, 100);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
  });

  test("[I10] papers of one shop are not another's, and a node that comes later has them; no unit moves", async () => {
    const { store, openOther } = opened();
    const [shop, other] = [await shopWithStock(store, { A: 5 }), await newShop(store)];
    const head = await store.read.head(shop);
    assert((await store.workEvents.append(shop, "count", "p", [event("甲")], 0)).ok);
    assert((await store.workEvents.append(other, "count", "p", [event("乙"), event("乙二")], 0)).ok);
    const later = openOther === null ? store : await openOther();
    const shown = JSON.stringify(await later.workEvents.since(shop, "count", "p", 0, 10));
    assert(shown.includes("甲") && !shown.includes("乙"));
    assert.deepEqual(await later.workEvents.heads(shop, "count"), new Map([["p", 1]]));
    assert.deepEqual(await store.read.head(shop), head);
  });
}
