import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { NewActivity } from "../../src/store/activities.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { newShop, startAt } from "./harness.ts";
import { openPostgres } from "./postgres-harness.ts";
import { openProxy, type Proxy } from "./postgres-proxy.ts";

const note = (text: string): NewActivity => ({ at: startAt, actor: "u1", kind: "note", body: { text } });

describe("postgres: an append whose connection breaks", () => {
  let opened: Awaited<ReturnType<typeof openPostgres>>;
  let proxy: Proxy;
  let store: PostgresStore;

  before(async () => {
    opened = await openPostgres();
    proxy = await openProxy(opened.url);
    store = new PostgresStore({ url: proxy.url });
  });
  after(async () => {
    await store.close();
    await proxy.close();
    await opened.close();
  });

  for (const [fault, written] of [
    ["lost", 0],
    ["answerLost", 1],
  ] as const) {
    test(`${fault}: whoever asks again learns whether it was written`, async () => {
      const shop = await newShop(store);
      proxy.fault = fault;
      await assert.rejects(store.activities.append(shop, "s1", [note("一")], 0), {
        name: "StoreUnavailable",
      });
      proxy.fault = "none";
      assert.deepEqual(await store.activities.heads(shop), new Map(written === 0 ? [] : [["s1", 1]]));
      const again = await store.activities.append(shop, "s1", [note("一")], 0);
      assert.equal(again.ok, written === 0);
      assert.equal((await store.activities.since(shop, "s1", 0, 10)).length, 1);
    });
  }
});
