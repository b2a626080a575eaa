import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import type { ImportItem, ImportMapping } from "../../src/api/imports.ts";
import { importKind, jobLimits } from "../../src/http/imports/jobs.ts";
import { uploadLimits } from "../../src/http/imports/uploads.ts";
import { assertProblem, startServer, type Answer, type TestServer } from "../http/fixture.ts";
import { badFiles, wrongRows } from "./bad-files.ts";
import { ordersFile, stockFile } from "./naive-week.ts";

let server: TestServer;
before(async () => {
  server = await startServer("sqlite");
});
after(() => server.close());

interface UploadOptions {
  readonly query?: string;
  readonly name?: string;
  readonly key?: string | null;
  readonly to?: TestServer;
}

function upload(bytes: string | Buffer, options: UploadOptions = {}): Promise<Answer> {
  const { query = "", name = "库存.csv", key, to = server } = options;
  return to.ask("POST", `/api/v1/imports${query}`, {
    raw: Buffer.from(bytes),
    headers: { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(name) },
    ...(key === undefined ? {} : { key }),
  });
}

async function uploaded(bytes: string | Buffer, options: UploadOptions = {}): Promise<ImportItem> {
  const answer = await upload(bytes, options);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body as ImportItem;
}

async function itemOf(id: string, to = server): Promise<ImportItem> {
  const answer = await to.ask("GET", `/api/v1/imports/${id}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as ImportItem;
}

/** Starts a step and asks until it is over. */
async function run(
  id: string,
  step: "dry-run" | "apply",
  body: unknown = {},
  to = server,
): Promise<ImportItem> {
  const answer = await to.ask("POST", `/api/v1/imports/${id}/${step}`, { body });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.equal((answer.body as ImportItem).state, step === "apply" ? "applying" : "checking");
  for (;;) {
    const item = await itemOf(id, to);
    if (item.state !== "checking" && item.state !== "applying") return item;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const seqOf = async (to = server): Promise<number> => (await to.store.read.head(1)).seq;

void suite("imports over HTTP", () => {
  test("[F1][F4] a week: upload, check, apply, and once more without any change", async () => {
    const stock = await uploaded(await readFile(stockFile), { name: "C:\\桌面\\期初 库存.csv" });
    assert.partialDeepStrictEqual(stock, {
      state: "uploaded",
      fileName: "期初 库存.csv",
      kind: "stock",
      profile: { name: "stock-list", kind: "stock", channel: null },
      encoding: "gb18030",
      problemsTotal: 0,
      summary: null,
      error: null,
    });
    assert.equal(stock.sample.length, 8);
    assert.deepEqual(stock.suggestion.columns.sku, "商家编码");
    const seq = await seqOf();
    const checked = await run(stock.id, "dry-run");
    assert.equal(checked.state, "checked");
    assert.deepEqual(checked.summary?.tallies.received, { rows: 2_210, units: 164_165 });
    assert.equal(checked.changes.length, 200);
    assert.equal(await seqOf(), seq, "the check wrote nothing");
    const applied = await run(stock.id, "apply");
    assert.equal(applied.state, "applied");
    assert.deepEqual(applied.summary?.tallies, checked.summary?.tallies);
    assert.equal(applied.progress?.rows, 2_210);

    const orders = await uploaded(await readFile(ordersFile), { name: "week.csv" });
    assert.equal(orders.profile?.channel, "retail");
    await run(orders.id, "dry-run");
    const booked = await run(orders.id, "apply");
    assert.partialDeepStrictEqual(booked.summary, {
      rows: 14_594,
      newChannels: ["retail"],
      tallies: {
        lost: { rows: 12, units: 230 },
        refused: { rows: 33, units: 1_667 },
        unmatched: { rows: 138, units: 10_934 },
      },
    });
    assert.equal(booked.problemsTotal, 231);
    assert.deepEqual(
      [...new Set(booked.problems.map((problem) => problem.as))],
      ["refused", "unmatched", "skipped"],
      "the gravest first",
    );

    const again = await uploaded(await readFile(ordersFile), { name: "week.csv" });
    await run(again.id, "dry-run");
    const before = await server.store.read.head(1);
    const unchanged = await run(again.id, "apply");
    assert.equal(unchanged.summary?.tallies.duplicates.rows, 14_534);
    for (const name of ["skus", "received", "lines", "closed", "lost"] as const)
      assert.equal(unchanged.summary?.tallies[name].rows, 0);
    assert.deepEqual(await server.store.read.head(1), before);
    const kept = await server.store.read.document(1, importKind, again.id);
    assert.partialDeepStrictEqual(kept?.body, { fileName: "week.csv", profile: { name: "retail-week" } });
  });

  test("[F7] who applied it is in the journal, and buyers are not in the books", async () => {
    const entries = await server.store.read.journal(1, { sku: "85123A", limit: 1 });
    assert.equal(entries[0]?.actor, "key:test");
    const [line] = await server.store.read.order(1, "retail", "536365");
    assert.match(line?.buyer ?? "", /^[0-9a-f]{32}$/);
  });

  test("rows to look at: in the answer, and as a file for a spreadsheet", async () => {
    const item = await uploaded(wrongRows);
    const early = await server.ask("GET", `/api/v1/imports/${item.id}/problems.csv`);
    assertProblem(early, 404, "not_found");
    const checked = await run(item.id, "dry-run");
    assert.equal(checked.state, "checked");
    assert.deepEqual(
      checked.problems.map(({ line, as, reasons }) => [line, as, reasons[0]?.code]),
      [
        [2, "problem", "too_large"],
        [3, "problem", "negative"],
        [4, "problem", "not_integer"],
        [5, "problem", "id_invalid"],
        [6, "problem", "cell_too_long"],
      ],
    );
    assert.deepEqual(checked.problems[1]?.cells, ["NEG", "x", "-5"]);
    assert.partialDeepStrictEqual(checked.changes, [{ sku: "GOOD", before: null, after: { available: 7 } }]);
    const file = await server.ask("GET", `/api/v1/imports/${item.id}/problems.csv`);
    assert.equal(file.status, 200);
    assert.match(file.headers.get("content-type") ?? "", /^text\/csv/);
    assert.match(file.headers.get("content-disposition") ?? "", /filename\*=UTF-8''%E5%BA%93/);
    assert.match(file.body as string, /^\ufeff?商家编码,商品名称,库存数量,原因 reason\r\nBIG,/);
    assert.match(file.body as string, /NEG,x,-5,.*不能是负数/);
  });

  test("columns that nobody knows are mapped once and kept as a profile", async () => {
    const own = [
      "编号,数目,状态词,买手,单据,时刻",
      "M-1,2,已付,甲,7001,2026-01-02 10:00:00",
      "M-1,1,撤了,乙,7002,2026-01-02 10:00:00",
    ];
    const stock = await uploaded("商家编码,库存数量\nM-1,5\n");
    await run(stock.id, "dry-run");
    await run(stock.id, "apply");
    const item = await uploaded(own.join("\n"), { query: "?kind=orders", name: "自家.csv" });
    assert.equal(item.profile, null);
    assert.deepEqual(item.words["状态词"], ["已付", "撤了"]);
    const unmapped = await server.ask("POST", `/api/v1/imports/${item.id}/dry-run`, { body: {} });
    assertProblem(unmapped, 422, "import_profile");
    const mapping: ImportMapping = {
      kind: "orders",
      name: "自家表格",
      channel: "own",
      columns: {
        orderId: "单据",
        sku: "编号",
        quantity: "数目",
        placedAt: "时刻",
        status: "状态词",
        buyer: "买手",
      },
      status: { 已付: { stage: "paid" }, 撤了: { stage: "paid", closed: true } },
    };
    const { orderId: _, ...lacking } = mapping.columns;
    const refused = await server.ask("POST", `/api/v1/imports/${item.id}/dry-run`, {
      body: { mapping: { ...mapping, columns: lacking } },
    });
    assertProblem(refused, 422, "import_profile");
    assert.match(refused.body.detailZh, /orderId/);
    const checked = await run(item.id, "dry-run", { mapping });
    assert.partialDeepStrictEqual(checked.summary?.tallies, {
      committed: { rows: 1, units: 2 },
      closed: { rows: 1, units: 1 },
      problems: { rows: 0 },
    });
    await run(item.id, "apply");
    const profiles = await server.ask("GET", "/api/v1/import/profiles");
    const saved = profiles.body.items.find((one: { title: { zh: string } }) => one.title.zh === "自家表格");
    assert.deepEqual([saved?.kind, saved?.channel], ["orders", "own"]);
    const next = await uploaded(own.join("\n"), { name: "自家2.csv" });
    assert.equal(next.profile?.name, saved.name, "the next file of the kind is recognised");
    assert.equal((await run(next.id, "dry-run")).summary?.tallies.duplicates.rows, 2);
  });

  test("profiles are saved by name, checked, and the last one counts", async () => {
    const shipped = JSON.parse(
      await readFile(new URL("../../profiles/stock-list.json", import.meta.url), "utf8"),
    ) as object;
    const put = (body: unknown) => server.ask("PUT", "/api/v1/import/profiles/mine", { body });
    for (const zh of ["我的", "我的二"]) {
      const answer = await put({ ...shipped, title: { zh, en: "mine" } });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.deepEqual(answer.body.title.zh, zh);
    }
    const bad = await put({ ...shipped, timeZone: "Mars/Olympus" });
    assertProblem(bad, 422, "import_profile");
    const pattern = { when: [{ field: "sku", matches: "(a+)+$" }], as: "skip" };
    assertProblem(await put({ ...shipped, rows: [pattern] }), 422, "import_profile");
    assertProblem(await put([1]), 422, "import_profile");
  });

  for (const { name, bytes, code } of badFiles) {
    test(`${name} is refused as ${code}, and its bytes are not kept`, async () => {
      const answer = await upload(Buffer.from(bytes), { name });
      assertProblem(answer, 422, "import_unreadable");
      assert.equal(answer.body.reason, code);
    });
  }

  test("a file that breaks further down fails its check, and nothing was written", async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => `K-${at},1`);
    const item = await uploaded(`商家编码,库存数量\n${rows.join("\n")}\n${"x".repeat(5_000_000)}\n`);
    const seq = await seqOf();
    const failed = await run(item.id, "dry-run");
    assert.equal(failed.state, "failed");
    assert.equal(failed.error?.code, "line_too_long");
    assert.match(failed.error?.detailZh ?? "", /\p{Script=Han}/u);
    assert.equal(await seqOf(), seq);
    const refused = await server.ask("POST", `/api/v1/imports/${item.id}/apply`, { body: {} });
    assertProblem(refused, 409, "import_state");
  });

  test("a profile of another kind of file is refused", async () => {
    const item = await uploaded(await readFile(ordersFile));
    const failed = await run(item.id, "dry-run", { profile: "douyin-orders" });
    assert.equal(failed.state, "failed");
    assert.equal(failed.error?.code, "profile_mismatch");
    const unknown = await server.ask("POST", `/api/v1/imports/${item.id}/dry-run`, {
      body: { profile: "no" },
    });
    assertProblem(unknown, 422, "import_profile");
    const right = await run(item.id, "dry-run", { profile: "retail-week" });
    assert.equal(right.state, "checked", "another try may be right");
  });

  test("apply comes after a check, once; and only in the shop's own order", async () => {
    const item = await uploaded("商家编码,库存数量\nONCE,1\n");
    const early = await server.ask("POST", `/api/v1/imports/${item.id}/apply`, { body: {} });
    assertProblem(early, 409, "import_state");
    await run(item.id, "dry-run");
    const both = await Promise.all(
      [1, 2].map(() => server.ask("POST", `/api/v1/imports/${item.id}/apply`, { body: {} })),
    );
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [202, 409],
    );
    assertProblem(await server.ask("GET", "/api/v1/imports/none"), 404, "not_found");
  });

  test("each kind needs its own scopes", async () => {
    const reader = await server.keyFor("stock:read");
    assertProblem(await upload("商家编码,库存数量\nA,1\n", { key: reader }), 403, "forbidden");
    const warehouse = await server.keyFor("stock:read", "stock:write", "catalog:write");
    assert.equal((await upload("商家编码,库存数量\nA,1\n", { key: warehouse })).status, 201);
    assertProblem(await upload(await readFile(ordersFile), { key: warehouse }), 403, "forbidden");
    assertProblem(await upload("x", { key: null }), 401, "unauthenticated");
  });

  test("a file past the limit is refused before it is sent, and nothing stays on the disk", async () => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const asking = httpRequest({
        hostname,
        port,
        method: "POST",
        path: "/api/v1/imports",
        headers: {
          authorization: `Bearer ${server.key}`,
          "content-type": "application/octet-stream",
          "content-length": String(uploadLimits.fileBytesMax + 1),
        },
      });
      asking.on("response", (response) => {
        resolve(response.statusCode);
        asking.destroy();
      });
      asking.on("error", reject);
      asking.write("商家编码,库存数量\n");
    });
    assert.equal(status, 413);
  });

  test("old imports give way to new ones, with their files", async () => {
    const first = await uploaded("商家编码,库存数量\nOLD,1\n");
    for (let more = 0; more < jobLimits.jobsMax; more += 1) await uploaded("商家编码,库存数量\nOLD,1\n");
    assertProblem(await server.ask("GET", `/api/v1/imports/${first.id}`), 404, "not_found");
  });

  test("an applied file is removed from the disk: it may name buyers", async () => {
    const own = await mkdtemp(path.join(tmpdir(), "zaiku-uploads-"));
    const other = await startServer("memory", { dataDir: own });
    const files = async (): Promise<string[]> =>
      (await readdir(own, { recursive: true })).filter((name) => name.endsWith(".upload"));
    try {
      const item = await uploaded("商家编码,库存数量\nA,1\n", { to: other });
      await run(item.id, "dry-run", {}, other);
      assert.equal((await files()).length, 1);
      await run(item.id, "apply", {}, other);
      assert.deepEqual(await files(), []);
      assert.equal((await other.ask("GET", `/api/v1/imports/${item.id}/problems.csv`)).status, 200);
    } finally {
      await other.close();
      assert.deepEqual(await readdir(path.join(own, "uploads")), [], "nothing is left when it stops");
      await rm(own, { recursive: true });
    }
  });
});

void suite("a server that stops during an import", () => {
  test("ends after the rows that are under way; the next start goes on, and knows what was applied", async () => {
    const stopping = await startServer("memory");
    const stock = await uploaded(await readFile(stockFile), { to: stopping });
    await run(stock.id, "dry-run", {}, stopping);
    await run(stock.id, "apply", {}, stopping);
    const orders = await uploaded(await readFile(ordersFile), { to: stopping });
    await run(orders.id, "dry-run", {}, stopping);
    const answer = await stopping.ask("POST", `/api/v1/imports/${orders.id}/apply`, { body: {} });
    assert.equal(answer.status, 202);
    const { store } = stopping;
    const closed = store.close.bind(store);
    store.close = async () => {};
    await stopping.close();
    const between = (await store.read.head(1)).seq;

    const next = await startServer("memory", { store });
    assert.partialDeepStrictEqual(await itemOf(stock.id, next), {
      state: "applied",
      summary: { rows: 2_210 },
    });
    assert.equal(await seqOf(next), between, "nothing was written after the end");
    const again = await uploaded(await readFile(ordersFile), { to: next });
    await run(again.id, "dry-run", {}, next);
    const done = await run(again.id, "apply", {}, next);
    assert.equal(done.problemsTotal, 231);
    assert.equal((await store.read.stockTotals(1, 0)).available, 44_371);
    await next.close();
    await closed();
  });
});
