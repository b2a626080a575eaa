import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observe } from "../../src/domain/command.ts";
import type { ChannelLine } from "../../src/domain/reconcile/line.ts";
import { compareChannelLines } from "../../src/domain/reconcile/merge.ts";
import { runReconciliation } from "../../src/engine/after-live/reconciling.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { Batcher } from "../../src/engine/batcher.ts";
import { channelCommand, skusCommand } from "../store/harness.ts";
import { stores } from "../import/fixture.ts";

const linesTotal = 100_000;
const secondsMax = 10;
/** How much longer a machine that has other things to do may take. */
const patience = 6;

test("a list of 100,000 lines is compared with the books in seconds", async (t) => {
  const open = stores["memory"];
  assert.ok(open !== undefined);
  const books = await open();
  const { store, shop } = books;
  const placedAt = Date.now() - 3_600_000;
  try {
    await store.commit(shop, [channelCommand("douyin"), skusCommand([{ code: "A" }])], placedAt - 1_000);
    const receipt = { sku: "A", quantity: 900_000, bin: "A-01" };
    const opening = { type: "receive", key: "o", warehouse: "main", opening: true, actor: "t" } as const;
    await store.commit(shop, [{ ...opening, lines: [receipt], at: placedAt - 1_000 }], placedAt - 1_000);
    const list: ChannelLine[] = [];
    let batch: Observe[] = [];
    for (let index = 0; index < linesTotal; index += 1) {
      const orderId = String(6_900_000_000 + index);
      const at = placedAt + index;
      list.push({
        orderId,
        lineId: "1",
        sku: "A",
        listing: null,
        quantity: 1,
        amount: 990,
        stage: "paid",
        status: null,
        closed: 0,
        shipped: 0,
        refund: null,
        kind: "spot",
        placedAt: at,
        updatedAt: at,
        rank: 0,
      });
      // One of a hundred was never heard of, one of fifty has another amount.
      if (index % 100 === 7) continue;
      const amount = index % 50 === 3 ? 500 : 990;
      batch.push({
        type: "observe",
        channel: "douyin",
        orderId,
        updatedAt: at,
        rank: 0,
        stage: "paid",
        buyer: null,
        placedAt: at,
        lines: [
          {
            lineId: "1",
            sku: "A",
            quantity: 1,
            amount,
          },
        ],
        actor: "t",
        at,
      });
      if (batch.length < 2_000) continue;
      await store.commit(shop, batch, at);
      batch = [];
    }
    await store.commit(shop, batch, Date.now());
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const batcher = new Batcher({ store, shop, clock: systemClock, log });
    const began = performance.now();
    const kept = await runReconciliation(
      { store, shop, batcher, clock: systemClock },
      {
        channel: "douyin",
        day: "2026-01-05",
        session: null,
        covers: null,
        fileName: "f",
        profile: "p",
        lines: list.toSorted(compareChannelLines),
        skippedRows: 0,
        badRows: 0,
        actor: "t",
      },
    );
    const seconds = (performance.now() - began) / 1_000;
    t.diagnostic(`${linesTotal} lines: ${seconds.toFixed(1)} s`);
    assert.equal(kept.lines, linesTotal);
    assert.deepEqual(
      kept.causes.map(({ cause, lines }) => [cause, lines]),
      [
        ["lost_event", linesTotal / 100],
        ["higher_there", linesTotal / 50],
      ],
    );
    assert.equal(kept.keptLines, linesTotal / 100 + linesTotal / 50);
    assert.ok(seconds < secondsMax * patience);
    await batcher.close();
  } finally {
    await books.close();
  }
});
