import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ordersFile, stockFile } from "../import/naive-week.ts";
import { startNode } from "../support/serve.ts";
import { callZaiku, runZaiku, temporaryFolder } from "../support/zaiku.ts";

test("a file is imported in the terminal while the server sells from the same books", async () => {
  const { folder, remove } = await temporaryFolder();
  const env = { ZAIKU_DATA_DIR: path.join(folder, "data") };
  const token = await callZaiku(
    ["token", "shop", "--scopes", "stock:read,orders:write,catalog:write", "--json"],
    { env },
  );
  const { key } = JSON.parse(token.stdout) as { key: string };
  const node = await startNode(env);
  try {
    const stock = await runZaiku(["import", "stock", fileURLToPath(stockFile)], { env });
    assert.equal(stock.code, 0, stock.stderr);
    const ask = async (method: string, where: string, body?: unknown): Promise<Response> =>
      fetch(node.url + where, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    assert.equal((await ask("PUT", "/api/v1/channels/own", {})).status, 200);
    let done = false;
    const orders = runZaiku(["import", "orders", fileURLToPath(ordersFile), "--json"], { env }).finally(
      () => (done = true),
    );
    let sold = 0;
    while (!done) {
      const answer = await ask("POST", "/api/v1/reservations", {
        channel: "own",
        orderId: `o-${sold}`,
        stage: "paid",
        lines: [{ sku: "84077", quantity: 1 }],
      });
      assert.equal(answer.status, 201, await answer.text());
      sold += 1;
    }
    assert.equal((await orders).code, 0);
    assert.ok(sold > 1, `${sold} orders were sold meanwhile`);
    const item = (await (await ask("GET", "/api/v1/stock/84077")).json()) as { item: { available: number } };
    assert.equal(item.item.available, 1_045 - sold);
    const verified = await callZaiku(["verify", "--json"], { env });
    assert.partialDeepStrictEqual(JSON.parse(verified.stdout), { ok: true });
    assert.equal(await node.stop(), 0);
  } finally {
    await node.kill();
    await remove();
  }
});
