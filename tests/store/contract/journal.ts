import assert from "node:assert/strict";
import { test } from "node:test";
import { packEntries } from "../../../src/domain/packed.ts";
import { batchText } from "../../../src/domain/replay.ts";
import { reserveKey } from "../../../src/domain/reserve.ts";
import type { Sale } from "../../../src/domain/rows.ts";
import { genesisHash, hashOf } from "../../../src/store/hash.ts";
import type { ShopId, Store } from "../../../src/store/store.ts";
import { verify } from "../../../src/store/verify.ts";
import {
  adjust,
  cancel,
  codes,
  commitOne,
  dump,
  minuteMs,
  newShop,
  observe,
  pay,
  receive,
  reserve,
  shopWithStock,
  startAt,
  stockCommands,
  stockOf,
  type Opened,
} from "../harness.ts";

/** A little of everything that moves units, over several batches and minutes. */
async function busyShop(store: Store): Promise<ShopId> {
  const shop = await shopWithStock(store, { A: 20, B: 10, C: 0 });
  const minute = (count: number): number => startAt + count * minuteMs;
  await store.commit(
    shop,
    [reserve("1", [["A", 3]], { session: "s1" }), reserve("2", [["B", 2]])],
    minute(1),
  );
  await store.commit(shop, [pay("1", { at: minute(2) }), cancel("2", { at: minute(2) })], minute(2));
  await store.commit(
    shop,
    [
      observe("3", [["C", 4]], { channel: "taobao", at: minute(3), updatedAt: minute(3) }),
      receive({ key: "c", lines: [{ sku: "C", quantity: 1, bin: "C-1", lot: "2026" }], at: minute(3) }),
      reserve("4", [["A", 1]], { at: minute(3) }),
    ],
    minute(3),
  );
  await store.commit(
    shop,
    [
      observe("1", [], {
        lines: [{ lineId: "1", sku: "A", quantity: 3, amount: 2_970, shipped: 2, returnedBad: 1 }],
        updatedAt: minute(9),
        at: minute(9),
      }),
      adjust({ key: "q", sku: "A", quantity: 1, action: "quarantine", at: minute(9) }),
    ],
    minute(9),
  );
  return shop;
}

export function journalContract(opened: () => Opened): void {
  test("[I3] the journal is numbered 1, 2, 3 … without a hole, and its batches follow each other", async () => {
    const { store } = opened();
    const shop = await busyShop(store);
    const { head, batches } = await dump(store, shop);
    let next = 1;
    for (const batch of batches) {
      assert.equal(batch.firstSeq, next);
      assert.equal(batch.lastSeq, batch.firstSeq + batch.entries.length - 1);
      next = batch.lastSeq + 1;
    }
    assert.equal(head.seq, next - 1);
    const entries = await store.read.journal(shop, { after: 0, limit: 1_000 });
    assert.deepEqual(
      entries.map((entry) => entry.seq),
      Array.from({ length: head.seq }, (_, index) => index + 1),
    );
  });

  test("[I7] each batch's hash is of its movements and of the hash before", async () => {
    const { store } = opened();
    const shop = await busyShop(store);
    const { head, batches } = await dump(store, shop);
    let hash = genesisHash;
    for (const batch of batches) {
      hash = hashOf(batchText(hash, batch.at, batch.firstSeq, packEntries(batch.entries)));
      assert.equal(batch.hash, hash);
    }
    assert.equal(head.hash, hash);
  });

  test("a new shop stands at 0 with the first hash", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    assert.deepEqual(await store.read.head(shop), { seq: 0, hash: genesisHash });
    assert.equal((await verify(store, shop)).ok, true);
  });

  test("commands that move nothing leave the journal as it is and are written all the same", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 1 });
    const before = await store.read.head(shop);
    await store.commit(
      shop,
      [{ ...stockCommands({})[0], channel: { channel: "jd", name: "京东" } } as never],
      startAt,
    );
    assert.deepEqual(await store.read.head(shop), before);
    assert.equal((await store.read.channels(shop)).find((one) => one.channel === "jd")?.name, "京东");
    await commitOne(store, shop, reserve("1", [["A", 2]]));
    assert.deepEqual(await store.read.head(shop), before);
    assert.notEqual(await store.read.record(shop, reserveKey({ channel: "douyin", orderId: "1" })), null);
  });

  test("[T3] the rollups say by minute, SKU, channel and session what the lines say", async () => {
    const { store } = opened();
    const shop = await busyShop(store);
    const sales = await store.read.sales(shop, { from: startAt, to: startAt + 60 * minuteMs });
    const short = sales.map((sale): [minute: number, Partial<Sale>] => [
      sale.minute - startAt / minuteMs,
      Object.fromEntries(
        Object.entries(sale).filter(([name, value]) => name !== "minute" && value !== 0 && value !== ""),
      ),
    ]);
    assert.deepEqual(short, [
      [0, { sku: "A", channel: "douyin", session: "s1", orders: 1, ordered: 3 }],
      [0, { sku: "B", channel: "douyin", orders: 1, ordered: 2 }],
      [2, { sku: "A", channel: "douyin", session: "s1", sold: 3, soldAmount: 2_970 }],
      [2, { sku: "B", channel: "douyin", cancelled: 2 }],
      [3, { sku: "A", channel: "douyin", orders: 1, ordered: 1 }],
      [3, { sku: "C", channel: "taobao", orders: 1, ordered: 4, sold: 4, soldAmount: 3_960 }],
      [9, { sku: "A", channel: "douyin", session: "s1", shipped: 2, returned: 1 }],
    ]);
  });

  test("a batch that fails in the middle of deciding leaves nothing behind", async () => {
    const { store } = opened();
    const shop = await busyShop(store);
    const before = await dump(store, shop);
    // Half a unit is refused at the edge. Inside it breaks an invariant, after others have been decided.
    const broken = observe("broken", [], { lines: [{ lineId: "1", sku: "A", quantity: 1, shipped: 0.5 }] });
    const batch = [reserve("90", [["A", 1]]), observe("91", [["B", 30]]), broken, reserve("92", [["A", 1]])];
    await assert.rejects(store.commit(shop, batch, startAt), { name: "InvariantError" });
    assert.deepEqual(await dump(store, shop), before);
    assert.deepEqual(await store.read.order(shop, "douyin", "90"), []);
    assert.deepEqual(await store.read.order(shop, "douyin", "broken"), []);
    assert.deepEqual(codes(await store.commit(shop, [reserve("90", [["A", 1]])], startAt)), ["applied"]);
    assert.equal((await verify(store, shop)).difference, null);
  });

  for (const table of ["batch", "order_line", "stock", "sale", "record"]) {
    test(`a batch whose writing fails at ${table} leaves nothing behind`, async (t) => {
      const { store, raw } = opened();
      if (raw === null) return t.skip("there is no database to break");
      const shop = await busyShop(store);
      const before = await dump(store, shop);
      const batch = [reserve("90", [["A", 1]]), reserve("91", [["A", 999]])];
      // The row that the batch writes there is refused by the table itself.
      const trap = trapOf(table);
      await raw(`alter table ${table} rename column ${trap} to ${trap}_gone`);
      try {
        await assert.rejects(store.commit(shop, batch, startAt));
      } finally {
        await raw(`alter table ${table} rename column ${trap}_gone to ${trap}`);
      }
      assert.deepEqual(await dump(store, shop), before);
      assert.equal(await store.read.record(shop, reserveKey({ channel: "douyin", orderId: "91" })), null);
      assert.deepEqual(codes(await store.commit(shop, batch, startAt)), ["applied", "insufficient_stock"]);
      assert.equal((await verify(store, shop)).difference, null);
    });
  }

  test("a CHECK constraint refuses what the store would never write", async (t) => {
    const { store, raw } = opened();
    if (raw === null) return t.skip("there is no database to write to");
    const shop = await busyShop(store);
    const before = await dump(store, shop);
    const of = `where shop_id = ${shop} and sku = 'A'`;
    const statements = [
      ...["available", "held", "committed", "quarantine", "loaned"].map(
        (place) => `update stock set supplier = supplier + ${place} + 1, ${place} = -1 ${of}`,
      ),
      `update stock set shortage = -1 ${of}`,
      `update stock set presale = -1 ${of}`,
      `update stock set available = available + 1 ${of}`,
      `update placement set quantity = -1 ${of}`,
      `update batch set last_seq = first_seq - 1 where shop_id = ${shop}`,
      `update order_line set covered = -1 ${of}`,
      `update order_line set backlog = -1 ${of}`,
      `update order_line set deficit = -1 ${of}`,
      `update order_line set live = -1 ${of}`,
    ];
    for (const statement of statements) await assert.rejects(raw(statement), statement);
    assert.deepEqual(await dump(store, shop), before);
  });
}

/** A column that every write to the table names. */
function trapOf(table: string): string {
  const columns: Record<string, string> = {
    batch: "entries",
    order_line: "facts",
    stock: "lost",
    sale: "returned",
    record: "outcome",
  };
  return columns[table] ?? "shop_id";
}

const tampered: readonly {
  readonly name: string;
  readonly invariant: number;
  readonly message: RegExp;
  readonly change: (opened: Opened, shop: ShopId) => Promise<void>;
}[] = [
  {
    name: "a balance",
    invariant: 1,
    message: /available of A in main: the books say \d+, the journal \d+/,
    change: ({ tamper }, shop) => tamper.balance(shop, "A"),
  },
  {
    name: "the quantity of a movement",
    invariant: 7,
    message: /batch \d+–\d+ does not have the hash/,
    change: ({ tamper }, shop) => tamper.movementQuantity(shop, 2),
  },
  {
    name: "a movement that is gone",
    invariant: 3,
    message: /batch \d+–\d+ has \d+ movements/,
    change: ({ tamper }, shop) => tamper.deleteMovement(shop, 3),
  },
  {
    name: "an order line",
    invariant: 1,
    message: /(held|committed) of A/,
    change: ({ tamper }, shop) => tamper.lineStage(shop, "A"),
  },
  {
    name: "a shelf",
    invariant: 6,
    message: /shelf \S+ of A: the books say \d+, the journal \d+/,
    change: ({ tamper }, shop) => tamper.placement(shop, "A"),
  },
  {
    name: "a rollup",
    invariant: 9,
    message: /sold of A on douyin: its order lines and its rollups differ/,
    change: ({ tamper }, shop) => tamper.rollup(shop, "A"),
  },
];

export function verifyContract(opened: () => Opened): void {
  test("verify says what it has looked at", async () => {
    const { store } = opened();
    const shop = await busyShop(store);
    const { seconds, ...verification } = await verify(store, shop);
    const { head, batches, lines } = await dump(store, shop);
    assert(seconds > 0);
    assert.deepEqual(verification, {
      ok: true,
      difference: null,
      entries: head.seq,
      batches: batches.length,
      skus: 3,
      lines: lines.length,
    });
  });

  for (const { name, invariant, message, change } of tampered) {
    test(`[I7] verify names what was changed behind the store's back: ${name}`, async () => {
      const { store } = opened();
      const shop = await busyShop(store);
      const untouched = await busyShop(store);
      await change(opened(), shop);
      const { ok, difference } = await verify(store, shop);
      assert.equal(ok, false);
      assert.match(difference?.message ?? "", message);
      assert.equal(difference?.invariant, invariant);
      assert.equal((await verify(store, untouched)).difference, null);
    });
  }

  test("[I7] a movement that is in no batch is found", async () => {
    const { store, tamper } = opened();
    const shop = await busyShop(store);
    const { seq } = await store.read.head(shop);
    await tamper.repeatMovement(shop, seq);
    const { difference } = await verify(store, shop);
    assert.equal(difference?.invariant, 7);
    assert.match(difference.message, new RegExp(`batch ${seq + 1}–${seq + 1} does not have the hash`));
  });

  test("[I7] a last batch that was cut off is missed", async () => {
    const { store, tamper } = opened();
    const shop = await busyShop(store);
    const { seq } = await store.read.head(shop);
    assert((await stockOf(store, shop, "A")).quarantine > 0);
    await tamper.deleteMovement(shop, seq);
    const { difference } = await verify(store, shop);
    assert.equal(difference?.invariant, 3);
  });
}
