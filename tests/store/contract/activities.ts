import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewActivity, RoomSample } from "../../../src/store/activities.ts";
import type { ShopId, Store } from "../../../src/store/store.ts";
import { minuteMs, newShop, shopWithStock, startAt, until, type Opened } from "../harness.ts";

const at = startAt;
const note = (text: string, more: { sku?: string } = {}): NewActivity => ({
  at,
  actor: "u1/小王",
  kind: "note",
  body: { text },
  ...more,
});
const sample = (room: string, minute: number, more: Partial<RoomSample> = {}): RoomSample => ({
  room,
  at: at + minute * minuteMs,
  viewers: 100 + minute,
  likes: null,
  amount: 990,
  gap: null,
  ...more,
});

export function activitiesContract(opened: () => Opened): void {
  test("activities are numbered from 1 and come back as they were written, a page at a time", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { activities } = store;
    assert.deepEqual(await activities.since(shop, "s1", 0, 10), []);
    const first = await activities.append(shop, "s1", [note("一"), note("二 '\"\\", { sku: "AB-1" })], 0);
    assert.deepEqual(first, {
      ok: true,
      items: [
        { session: "s1", seq: 1, at, actor: "u1/小王", kind: "note", body: { text: "一" } },
        {
          session: "s1",
          seq: 2,
          at,
          actor: "u1/小王",
          kind: "note",
          sku: "AB-1",
          body: { text: "二 '\"\\" },
        },
      ],
    });
    await activities.append(shop, "s1", [note("三")], 2);
    await activities.append(shop, "s2", [note("别的场次")], 0);
    const all = await activities.since(shop, "s1", 0, 10);
    assert.deepEqual(first.ok ? all.slice(0, 2) : [], first.ok ? first.items : null);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.deepEqual(await activities.since(shop, "s1", 1, 1), all.slice(1, 2));
    assert.deepEqual(await activities.since(shop, "s1", 3, 10), []);
    assert.deepEqual(
      await activities.heads(shop),
      new Map([
        ["s1", 3],
        ["s2", 1],
      ]),
    );
  });

  test("an append that expects another number writes nothing and says which number there is", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { activities } = store;
    assert.deepEqual(await activities.append(shop, "s1", [note("a")], 1), { ok: false, seq: 0 });
    await activities.append(shop, "s1", [note("a"), note("b")], 0);
    for (const expected of [0, 1, 3])
      assert.deepEqual(await activities.append(shop, "s1", [note("c")], expected), { ok: false, seq: 2 });
    assert.deepEqual(await activities.append(shop, "s1", [], 2), { ok: true, items: [] });
    assert.deepEqual(await activities.append(shop, "s1", [], 1), { ok: false, seq: 2 });
    assert.equal((await activities.since(shop, "s1", 0, 10)).length, 2);
  });

  test("[N10] of many nodes that append at once each is told who was faster, and no number is missing", async () => {
    const { store, openOther } = opened();
    const shop = await newShop(store);
    const nodes = [store, openOther === null ? store : await openOther()];
    const write = async (node: Store, name: string): Promise<void> => {
      for (let expected = 0; ;) {
        const done = await node.activities.append(
          shop,
          "s1",
          [note(`${name} 1`), note(`${name} 2`)],
          expected,
        );
        if (done.ok) return;
        assert(done.seq > expected);
        expected = done.seq;
      }
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => write(nodes[index % 2] ?? store, `w${index}`)),
    );
    const all = await store.activities.since(shop, "s1", 0, 100);
    assert.deepEqual(
      all.map(({ seq }) => seq),
      Array.from({ length: 24 }, (_, index) => index + 1),
    );
    // What one wrote together stands together.
    const texts = all.map(({ kind, body }) => (kind === "note" && "text" in body ? body.text : ""));
    for (let index = 0; index < 24; index += 2)
      assert.equal(texts[index + 1], texts[index]?.replace(/1$/u, "2"));
    assert.deepEqual(await store.activities.heads(shop), new Map([["s1", 24]]));
  });

  test("an append wakes who watches the shop, here and on another node, and nobody else's shop", async () => {
    const { store, openOther } = opened();
    const [shop, otherShop] = [await newShop(store), await newShop(store)];
    const other = openOther === null ? store : await openOther();
    const woken = new Map<string, number>();
    const count = (name: string) => () => void woken.set(name, (woken.get(name) ?? 0) + 1);
    const ends = [
      store.watch(shop, count("here")),
      other.watch(shop, count("there")),
      store.watch(otherShop, count("other shop")),
    ];
    let seq = 0;
    const append = async (): Promise<void> => {
      const done = await store.activities.append(shop, "s1", [note("x")], seq);
      assert(done.ok);
      seq += 1;
    };
    await append();
    assert((woken.get("here") ?? 0) > 0);
    await until(async () => {
      await append();
      return woken.has("there");
    }, "the other node hears of it");
    if (store.kind === "memory") assert.equal(woken.has("other shop"), false);
    for (const end of ends) end();
  });

  test("samples: the later write of a room's moment holds; the latest of a span come in order", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    const { activities } = store;
    await activities.putSamples(shop, []);
    await activities.putSamples(shop, [sample("b", 1), sample("a", 2), sample("a", 1), sample("c", 1)]);
    const better = sample("a", 1, { viewers: null, likes: null, amount: null, gap: "连接断开" });
    await activities.putSamples(shop, [sample("a", 1, { viewers: 7 }), better]);
    await activities.putSamples(shop, [sample("a", 1, { viewers: 7 }), better]);
    const query = { rooms: ["a", "b"], from: at, to: at + 10 * minuteMs, limit: 100 };
    assert.deepEqual(await activities.samples(shop, query), [better, sample("b", 1), sample("a", 2)]);
    assert.deepEqual(await activities.samples(shop, { ...query, limit: 2 }), [
      sample("b", 1),
      sample("a", 2),
    ]);
    assert.deepEqual(await activities.samples(shop, { ...query, to: at + 2 * minuteMs, limit: 1 }), [
      sample("b", 1),
    ]);
    assert.deepEqual(await activities.samples(shop, { ...query, from: at + 2 * minuteMs }), [sample("a", 2)]);
    assert.deepEqual(await activities.samples(shop, { ...query, rooms: [] }), []);
  });

  test("[I10] timelines and samples of one shop are not another's, whatever their names", async () => {
    const { store } = opened();
    const [shop, other] = [await newShop(store), await newShop(store)];
    const { activities } = store;
    const fill = async (one: ShopId, text: string): Promise<void> => {
      assert((await activities.append(one, "s1", [note(text)], 0)).ok);
      await activities.putSamples(one, [sample("a", 1, { gap: text })]);
    };
    await fill(shop, "甲");
    await fill(other, "乙");
    assert((await activities.append(other, "s1", [note("乙二")], 1)).ok);
    const shown = JSON.stringify([
      await activities.since(shop, "s1", 0, 10),
      await activities.samples(shop, { rooms: ["a"], from: 0, to: at * 2, limit: 10 }),
    ]);
    assert(shown.includes("甲") && !shown.includes("乙"));
    assert.deepEqual(await activities.heads(shop), new Map([["s1", 1]]));
  });

  test("what was appended is there for a node that opens the data later, and no unit has moved", async () => {
    const { store, openOther } = opened();
    const shop = await shopWithStock(store, { A: 5 });
    const head = await store.read.head(shop);
    await store.activities.append(shop, "s1", [note("一"), note("二")], 0);
    await store.activities.putSamples(shop, [sample("a", 1)]);
    const later = openOther === null ? store : await openOther();
    assert.equal((await later.activities.since(shop, "s1", 0, 10)).length, 2);
    const query = { rooms: ["a"], from: at, to: at * 2, limit: 10 };
    assert.deepEqual(await later.activities.samples(shop, query), [sample("a", 1)]);
    assert.deepEqual(await store.read.head(shop), head);
  });
}
