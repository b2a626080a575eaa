import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CounterSheet } from "../../src/api/counts.ts";
import { keepPlans } from "../../src/engine/counts/kept-plans.ts";
import { withNews } from "../../src/web/features/phone/sheet-news.ts";
import { verify } from "../../src/store/verify.ts";
import type { Scope } from "../../src/api/shop.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

/** Times that touch tell nothing: what follows happens a millisecond later at least. */
async function tick(): Promise<void> {
  const start = Date.now();
  while (Date.now() <= start + 1) await new Promise((resolve) => setImmediate(resolve));
}

const counting: readonly Scope[] = ["stock:read", "stock:write"];
const policy = {
  version: 0,
  picks: { main: "scanned" },
  tolerance: { units: 5, percent: null, valueMinor: null },
  levels: [{ role: "owner", valueMinorMax: null }],
  everyDays: { A: 7, B: 30, C: 90 },
  binsByWeekday: [40, 40, 40, 40, 40, 40, 40],
};

interface Explained {
  readonly explanation: string;
  readonly kind: string;
  readonly units: number;
  readonly paper: string | null;
  readonly lines: readonly string[];
  readonly action: { readonly kind: string; readonly words: { readonly zh: string } } | null;
}

for (const kind of ["memory", "sqlite"] as const) {
  describe(`why shelves and books differ, over ${kind}`, () => {
    let server: TestServer;
    let ann: string;
    let number = 0;
    const post = async (where: string, body: object, key?: string, headers = {}) => {
      await tick();
      number += 1;
      return server.ask("POST", `/api/v1${where}`, {
        body,
        headers: { "idempotency-key": `k${number}`, ...headers },
        ...(key === undefined ? {} : { key }),
      });
    };
    const done = async (where: string, body: object, key?: string) => {
      const answer = await post(where, body, key);
      assert.ok(answer.status < 300, `${where} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const adjust = (body: object) => done("/adjustments", body);
    /** Counts whole bins as one person finds them: `bin SKU` → units. */
    const count = async (found: Readonly<Record<string, number>>): Promise<string> => {
      const bins = [...new Set(Object.keys(found).map((cell) => cell.split(" ")[0] ?? ""))];
      const { sheet } = await done("/counts", { kind: "cycle", bins, anyway: true });
      const entries = Object.entries(found).map(([cell, quantity]) => {
        number += 1;
        const [bin = "", sku = ""] = cell.split(" ");
        return { id: `e${number}`, bin, sku, quantity };
      });
      await done(`/counts/${sheet}/entries`, { entries }, ann);
      await done(`/counts/${sheet}/bins/close`, { bins: bins.map((bin) => ({ bin })) }, ann);
      return sheet;
    };
    const explain = async (sheet: string): Promise<readonly Explained[]> =>
      (await server.ask("GET", `/api/v1/counts/${sheet}/explanations`)).body.items;
    const settle = (sheet: string, one: Explained) =>
      post(`/counts/${sheet}/explanations/${one.explanation}`, {});
    const statuses = async (sheet: string) =>
      (await server.ask("GET", `/api/v1/counts/${sheet}/lines`)).body.lines.map(
        ({ cell, status }: { cell: { bin: string; sku: string }; status: string }) =>
          `${cell.bin} ${cell.sku} ${status}`,
      );
    const shelves = async (sku: string) =>
      Object.fromEntries(
        (await server.ask("GET", `/api/v1/stock/${sku}`)).body.placements.map(
          ({ bin, quantity }: { bin: string; quantity: number }) => [bin, quantity],
        ),
      );
    const only = async (sheet: string, wanted: string): Promise<Explained> => {
      const all = await explain(sheet);
      const [first] = all;
      assert.ok(first !== undefined && all.length === 1, JSON.stringify(all));
      assert.equal(first.kind, wanted);
      return first;
    };

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 20, B2: 10, C3: 30, D4: 9, E5: 9 }, ["douyin", "manual"]);
      ann = await server.accounts.createApiKey("ann", counting);
      const put = await server.ask("PUT", "/api/v1/counts/policy", { body: policy });
      assert.equal(put.status, 200, JSON.stringify(put.body));
      for (const sku of ["B2", "C3", "D4", "E5"])
        await adjust({ action: "put_away", sku, quantity: 9, bin: "A-01", toBin: `${sku}-1` });
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    test("[A8] goods that were moved without a scan are moved in the books, and both lines match", async () => {
      await adjust({ action: "put_away", sku: "A1", quantity: 8, bin: "A-01", toBin: "B-02" });
      const sheet = await count({ "A-01 A1": 9, "A-01 B2": 1, "A-01 C3": 21, "B-02 A1": 11 });
      const moved = await only(sheet, "other_bin");
      assert.deepEqual([moved.units, moved.lines.length, moved.action?.kind], [3, 2, "move"]);
      assert.match(moved.action?.words.zh ?? "", /A-01 → B-02/);
      assertProblem(
        await post(`/counts/${sheet}/explanations/${moved.explanation}`, {}, ann),
        403,
        "forbidden",
      );
      const settled = await settle(sheet, moved);
      assert.deepEqual([settled.status, settled.body.items], [200, []]);
      assert.deepEqual(await shelves("A1"), { "A-01": 9, "B-02": 11 });
      assert.deepEqual(
        (await statuses(sheet)).filter((line: string) => line.includes("A1")),
        ["A-01 A1 matched", "B-02 A1 matched"],
      );
      // Twice is once: there is nothing left to explain.
      assertProblem(await settle(sheet, moved), 409, "variance_changed");
      assert.deepEqual(await shelves("A1"), { "A-01": 9, "B-02": 11 });
      await done(`/counts/${sheet}/close`, {});
    });

    test("[A8] a sample that stands on the shelf again is returned in the books", async () => {
      const dueAt = new Date(Date.now() + 3_600_000).toISOString();
      await done("/samples", { sku: "B2", units: 2, borrower: "小何", dueAt, bin: "B2-1" });
      const sheet = await count({ "B2-1 B2": 9 });
      const sample = await only(sheet, "loan_open");
      assert.deepEqual([sample.units, sample.action?.kind], [2, "return_sample"]);
      assert.equal((await settle(sheet, sample)).status, 200);
      assert.deepEqual(await statuses(sheet), ["B2-1 B2 matched"]);
      assert.equal((await shelves("B2"))["B2-1"], 9);
      await done(`/counts/${sheet}/close`, {});
    });

    test("[A8] a delivery that was booked twice is corrected", async () => {
      const { receipt: first } = await done("/inbound", { supplier: "杭州织造", note: "N-1", bin: "C3-1" });
      const { receipt: second } = await done("/inbound", { supplier: "杭州织造", note: "N-1", bin: "C3-1" });
      for (const receipt of [first, second])
        for (const key of [undefined, ann])
          await done(`/inbound/${receipt}/counts`, { lines: [{ sku: "C3", quantity: 4 }] }, key);
      assert.equal((await shelves("C3"))["C3-1"], 17);
      const sheet = await count({ "C3-1 C3": 13 });
      const twice = await only(sheet, "receipt_like_another");
      assert.deepEqual([twice.paper, twice.action?.kind], [second, "correct_receipt"]);
      assert.equal((await settle(sheet, twice)).status, 200);
      assert.deepEqual(await statuses(sheet), ["C3-1 C3 matched"]);
      await done(`/counts/${sheet}/close`, {});
    });

    test("[A8] one size sent for another is approved as a pair, with its reason", async () => {
      const items = [
        { code: "D4", name: "羊毛围巾 · 雾蓝" },
        { code: "E5", name: "羊毛围巾 · 米白" },
      ];
      await server.ask("PUT", "/api/v1/skus", { body: { items } });
      server.shops.get(1)?.counts.goods.forget();
      const sheet = await count({ "D4-1 D4": 8, "E5-1 E5": 10 });
      const pair = await only(sheet, "sibling");
      assert.deepEqual([pair.lines.length, pair.action?.kind], [2, "approve"]);
      assert.equal((await settle(sheet, pair)).status, 200);
      assert.deepEqual(await statuses(sheet), ["D4-1 D4 approved", "E5-1 E5 approved"]);
      assert.deepEqual([await shelves("D4"), await shelves("E5")], [{ "D4-1": 8 }, { "E5-1": 10 }]);
      await done(`/counts/${sheet}/close`, {});
    });

    test("[A8] what was picked for an order that was cancelled is put back in the books", async () => {
      await done("/reservations", {
        channel: "douyin",
        orderId: "S1",
        stage: "paid",
        lines: [{ sku: "D4", quantity: 2 }],
      });
      await adjust({ action: "put_away", sku: "D4", quantity: 2, bin: "D4-1", toBin: "待发" });
      await done("/reservations/douyin/S1/cancel", {});
      const sheet = await count({ "D4-1 D4": 8 });
      const back = await only(sheet, "pick_unshipped");
      assert.deepEqual([back.units, back.action?.kind], [2, "back_to_shelf"]);
      assert.equal((await settle(sheet, back)).status, 200);
      assert.deepEqual(await statuses(sheet), ["D4-1 D4 matched"]);
      assert.deepEqual(await shelves("D4"), { "D4-1": 8 });
      await done(`/counts/${sheet}/close`, {});
    });

    test("[A8] where picks are not scanned a delivery that was booked twice is found all the same", async () => {
      const { body } = await server.ask("GET", "/api/v1/counts/policy");
      const set = (picks: string, version: number) =>
        server.ask("PUT", "/api/v1/counts/policy", { body: { ...policy, version, picks: { main: picks } } });
      const { version } = (await set("unscanned", body.version)).body;
      for (let index = 0; index < 2; index += 1) {
        const { receipt } = await done("/inbound", { supplier: "苏州织造", note: "N-9", bin: "E5-1" });
        for (const key of [undefined, ann])
          await done(`/inbound/${receipt}/counts`, { lines: [{ sku: "E5", quantity: 4 }] }, key);
      }
      const before = await shelves("E5");
      const { sheet, unscanned } = await done("/counts", { kind: "spot", skus: ["E5"], anyway: true });
      assert.equal(unscanned, true);
      const bins = Object.keys(before);
      const entries = bins.map((bin) => {
        number += 1;
        const twice = bin === "E5-1" ? 4 : 0;
        return { id: `e${number}`, bin, sku: "E5", quantity: before[bin] - twice };
      });
      await done(`/counts/${sheet}/entries`, { entries }, ann);
      await done(`/counts/${sheet}/bins/close`, { bins: bins.map((bin) => ({ bin })) }, ann);
      const twice = await only(sheet, "receipt_like_another");
      assert.equal(twice.action?.kind, "correct_receipt");
      const settled = await settle(sheet, twice);
      assert.equal(settled.status, 200, JSON.stringify(settled.body));
      assert.deepEqual(await statuses(sheet), [" E5 matched"]);
      await done(`/counts/${sheet}/close`, {});
      await set("scanned", version);
    });

    test("[Q16] a tap that came twice opens one sheet, and an open one for the same is named", async () => {
      const body = { kind: "cycle", bins: ["B-02"] };
      const key = { "idempotency-key": "twice" };
      const [one, two] = await Promise.all([
        post("/counts", body, undefined, key),
        post("/counts", body, undefined, key),
      ]);
      assert.deepEqual([one.status, two.status], [201, 201]);
      assert.equal(one.body.sheet, two.body.sheet);
      const other = await post("/counts", body);
      assertProblem(other, 409, "sheet_open");
      assert.equal(other.body.sheet, one.body.sheet);
      assert.match(other.body.problemZh, /还没盘完/);
      const anyway = await post("/counts", { ...body, anyway: true });
      assert.notEqual(anyway.body.sheet, one.body.sheet);
      for (const { sheet } of [one.body, anyway.body])
        await done(`/counts/${sheet}/cancel`, { reason: "试" });
      assert.equal((await post("/counts", body)).status, 201);
    });

    test("[Q17] what is new on a sheet, put together with what a phone knew, is the whole sheet", async () => {
      const bins = ["A-01", "B-02", "B2-1", "C3-1"];
      const { sheet } = await done("/counts", { kind: "cycle", bins, anyway: true });
      const bob = await server.accounts.createApiKey("bob", counting);
      const read = async (key: string, after?: number): Promise<CounterSheet> =>
        (
          await server.ask("GET", `/api/v1/counts/${sheet}${after === undefined ? "" : `?after=${after}`}`, {
            key,
          })
        ).body;
      const known = new Map<string, CounterSheet>();
      for (const key of [ann, bob]) known.set(key, await read(key));
      const sorted = ({ serverAt: _, mine, unclear, goods, ...sheetNow }: CounterSheet) => ({
        ...sheetNow,
        mine: mine.toSorted((a, b) => (JSON.stringify(a.cell) < JSON.stringify(b.cell) ? -1 : 1)),
        unclear: unclear.toSorted((a, b) => (a.entry < b.entry ? -1 : 1)),
        goods: Object.keys(goods).toSorted(),
      });
      const check = async (wanted: readonly string[]) => {
        for (const key of [ann, bob]) {
          const before = known.get(key);
          assert.ok(before !== undefined);
          const news = await read(key, before.seq);
          assert.deepEqual([news.part, news.bins.map(({ bin }) => bin).toSorted()], [true, wanted]);
          const now = withNews(before, news);
          const whole = await read(key);
          const { goods, ...rest } = sorted(now);
          const { goods: all, ...wholeRest } = sorted(whole);
          assert.deepEqual(rest, wholeRest);
          assert.ok(all.every((sku) => goods.includes(sku)));
          known.set(key, now);
        }
      };
      await check([]);
      const entry = { id: "n1", bin: "A-01", sku: "A1", quantity: 3 };
      await done(`/counts/${sheet}/entries`, { entries: [entry] }, ann);
      await check(["A-01"]);
      await done(`/counts/${sheet}/bins/close`, { bins: [{ bin: "A-01" }, { bin: "B-02" }] }, ann);
      await check(["A-01", "B-02"]);
      await done(`/counts/${sheet}/entries`, { entries: [{ ...entry, id: "n2", quantity: 3 }] }, bob);
      await check(["A-01"]);
      // What nobody saw, but what changes a line all the same, comes too: something moved in a bin that is done.
      const again = (await read(bob)).again.length;
      await adjust({ action: "put_away", sku: "A1", quantity: 1, bin: "B-02", toBin: "A-01" });
      await check([]);
      assert.equal((await read(bob)).again.length, again);
      await done(`/counts/${sheet}/cancel`, { reason: "试" });
    });

    test("[A7] a day's plan is kept, and what was looked at is held against it", async () => {
      const shop = server.shops.get(1);
      assert.ok(shop !== undefined);
      const books = { store: server.store, shop: 1, batcher: shop.batcher, counts: shop.counts };
      const { date } = shop.day();
      await adjust({ action: "put_away", sku: "A1", quantity: 2, bin: "A-01", toBin: "Z-09" });
      const version = (await server.ask("GET", "/api/v1/counts/policy")).body.version;
      const planned = (await server.ask("GET", "/api/v1/counts/plan")).body.today.length;
      assert.equal(await keepPlans(books, date, Date.now()), 1);
      assert.equal(await keepPlans(books, date, Date.now()), 0);
      const { plan } = (await server.ask("GET", "/api/v1/counts/accuracy")).body;
      assert.equal(planned, 1);
      assert.deepEqual(plan, [{ date, planned: 1, done: 0 }]);
      await count({ "Z-09 A1": 2 });
      const after = (await server.ask("GET", "/api/v1/counts/accuracy")).body.plan;
      assert.deepEqual(after, [{ date, planned: 1, done: 1 }]);
      // Another policy is tried out and changes nothing.
      const tried = {
        ...policy,
        version,
        binsByWeekday: [1, 1, 1, 1, 1, 1, 1],
        abcPercent: { a: 10, b: 20 },
      };
      const preview = await server.ask("POST", "/api/v1/counts/policy/preview", { body: tried });
      assert.equal(preview.status, 200, JSON.stringify(preview.body));
      assert.ok(preview.body.tried.today <= Math.max(1, preview.body.now.today));
      assert.equal((await server.ask("GET", "/api/v1/counts/policy")).body.version, version);
      const saved = await server.ask("PUT", "/api/v1/counts/policy", { body: tried });
      assert.deepEqual([saved.status, saved.body.abcPercent], [200, { a: 10, b: 20 }]);
    });
  });
}
