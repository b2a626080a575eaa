import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../store/memory/store.ts";
import type { WorkEvents } from "../store/work-events.ts";
import { Papers } from "./papers.ts";
import { refuse } from "./refused.ts";

type Fact = { readonly add: string };
const who = { actor: "p", at: 1 };

async function papersOf(): Promise<{
  papers: Papers<readonly string[], Fact>;
  appends: number[];
  events: WorkEvents;
}> {
  const store = new MemoryStore();
  await store.migrate();
  const shop = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 1 };
  const { shop: id } = await store.createShop(shop);
  const appends: number[] = [];
  const workEvents: WorkEvents = {
    heads: (...asked) => store.workEvents.heads(...asked),
    since: (...asked) => store.workEvents.since(...asked),
    append: async (...asked) => {
      appends.push(asked[3].length);
      // Whoever comes meanwhile waits.
      await new Promise((resolve) => setImmediate(resolve));
      return store.workEvents.append(...asked);
    },
  };
  const fold = (_: string, state: readonly string[] | null, events: readonly { body: unknown }[]) => [
    ...(state ?? []),
    ...events.map(({ body }) => (body as Fact).add),
  ];
  const papers = new Papers<readonly string[], Fact>({
    store: { workEvents },
    shop: id,
    kind: "count",
    fold,
  });
  return { papers, appends, events: store.workEvents };
}

test("those who come while a paper is written are written together, unless they touch the same", async () => {
  const { papers, appends } = await papersOf();
  const add = (name: string, touches: string | null) =>
    papers.act("P1", () => [{ add: name }], who, touches === null ? null : new Set([touches]));
  await add("0", null);
  appends.length = 0;
  const all = await Promise.all([
    add("1", "a"),
    add("2", "b"),
    add("3", "c"),
    add("4", "b"),
    add("5", null),
    add("6", "a"),
    add("7", "b"),
  ]);
  // Three that touch different things go together; what touches b again, and what touches all, go after.
  assert.deepEqual(appends, [3, 1, 1, 2]);
  assert.ok(all.every((acted) => acted.ok));
  assert.deepEqual(await papers.get("P1"), ["0", "1", "2", "3", "4", "5", "6", "7"]);
});

test("where another node was faster everybody decides again, and a refusal is of the paper as it is now", async () => {
  const { papers, events } = await papersOf();
  await papers.act("P1", () => [{ add: "0" }], who);
  await events.append(1, "count", "P1", [{ ...who, body: { add: "elsewhere" } }], 1);
  let asked = 0;
  const acted = await papers.act(
    "P1",
    (state) => {
      asked += 1;
      return [{ add: String(state?.length) }];
    },
    who,
  );
  assert.ok(acted.ok);
  assert.deepEqual([asked, acted.state], [2, ["0", "elsewhere", "2"]]);
  await events.append(1, "count", "P1", [{ ...who, body: { add: "open" } }], 3);
  const words = { zh: "不行", en: "no" };
  const late = await papers.act(
    "P1",
    (state) => (state?.includes("open") ? [{ add: "in" }] : refuse("no", words)),
    who,
  );
  assert.ok(late.ok);
  const never = await papers.act("P1", () => refuse("no", words), who);
  assert.deepEqual([never.ok, (await papers.get("P1"))?.length], [false, 5]);
});
