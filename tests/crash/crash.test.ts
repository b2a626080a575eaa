import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scopes } from "../../src/api/shop.ts";
import { openStore } from "../../src/cli/open-store.ts";
import type { Line } from "../../src/domain/rows.ts";
import type { Store } from "../../src/store/store.ts";
import { verify } from "../../src/store/verify.ts";
import { createDatabase } from "../support/postgres.ts";
import { callZaiku, temporaryFolder } from "../support/zaiku.ts";
import { channels, Load, seeded, shuffled, type Order } from "./load.ts";
import { startNode, type NodeProcess } from "../support/serve.ts";

/**
 * `kill -9` at random moments, while 64 buyers at a time order on three channels and everything is sent twice and
 * shuffled. ZAIKU_CRASH_ROUNDS=50 is the long form; ZAIKU_CRASH_SEED picks other moments.
 */

const roundsGiven = Number(process.env.ZAIKU_CRASH_ROUNDS ?? 0);
const seed = Number(process.env.ZAIKU_CRASH_SEED ?? 1);
const isLong = roundsGiven > 0;
const inFlight = 64;
/** Of each kind: so many buyers want one unit each. */
const buyers = isLong ? 8_000 : 4_000;
const units = (buyers / 8) * 5;
/** The most that a kill comes after the answer that triggers it: within a commit, or between two. */
const killDelayMsMax = 25;

interface Place {
  readonly name: string;
  readonly rounds: number;
  readonly open: () => Promise<{ env: Record<string, string>; drop: () => Promise<void> }>;
}

const places: readonly Place[] = [
  {
    name: "SQLite",
    rounds: isLong ? roundsGiven : 6,
    open: async () => ({ env: {}, drop: async () => {} }),
  },
  {
    name: "PostgreSQL",
    rounds: isLong ? roundsGiven : 3,
    open: async () => {
      const database = await createDatabase();
      return { env: { DATABASE_URL: database.url }, drop: () => database.drop() };
    },
  },
];

function ordersOf(random: () => number): Order[] {
  const orders = Array.from({ length: buyers * 2 }, (_, at): Order => ({
    kind: at % 2 === 0 ? "strict" : "observed",
    channel: channels[at % channels.length] ?? channels[0],
    orderId: `order-${at}`,
  }));
  return shuffled([...orders, ...orders], random);
}

/** A shop with two SKUs, made as a newcomer makes it, and a key for the machines that sell. */
async function prepare(folder: string, env: Record<string, string>): Promise<string> {
  const list = path.join(folder, "list.csv");
  await writeFile(list, `商家编码,库存数量,库位\nSTRICT,${units},A-01\nSEEN,${units},A-02\n`);
  const imported = await callZaiku(["import", "stock", list, "--json"], { env });
  assert.equal(imported.code, 0, imported.stderr);
  const token = await callZaiku(["token", "machines", "--scopes", scopes.join(","), "--json"], { env });
  assert.equal(token.code, 0, token.stderr);
  return (JSON.parse(token.stdout) as { key: string }).key;
}

async function createChannels({ url }: NodeProcess, key: string): Promise<void> {
  for (const channel of channels) {
    const answer = await fetch(`${url}/api/v1/channels/${channel}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ platform: channel }),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
}

async function allLines(store: Store): Promise<Line[]> {
  const audit = await store.read.audit(1);
  try {
    const lines: Line[] = [];
    for await (const line of audit.lines()) lines.push(line);
    return lines;
  } finally {
    await audit.close();
  }
}

/** What must be true whenever the server is back. */
async function check(store: Store, load: Load, when: string): Promise<void> {
  const verified = await verify(store, 1);
  assert.equal(verified.difference, null, when);
  const lines = new Map((await allLines(store)).map((line) => [line.orderId, line]));
  for (const [orderId, said] of load.said)
    assert.equal(lines.has(orderId), said === "taken", `${when}: ${orderId} was ${said}`);
  for (const orderId of lines.keys()) assert.ok(load.sent.has(orderId), `${when}: ${orderId} was never sent`);
  for (const [sku, kind] of [
    ["STRICT", "strict"],
    ["SEEN", "observed"],
  ] as const) {
    const sold = [...lines.values()].filter((line) => line.sku === sku).length;
    const found = await store.read.sku(1, sku);
    const [stock] = found?.stocks ?? [];
    const covered = Math.min(sold, units);
    assert.partialDeepStrictEqual(
      stock,
      { available: units - covered, committed: covered, shortage: sold - covered, supplier: -units },
      `${when}: no other unit moved (${kind})`,
    );
  }
}

for (const place of places) {
  void suite(`kill -9 of a server on ${place.name}`, () => {
    test(`[I5] ${place.rounds} times under load: every answered order is there, no other unit moved, no gap (seed ${seed})`, async () => {
      const { folder, remove } = await temporaryFolder();
      const { env: where, drop } = await place.open();
      const env = { ...where, ZAIKU_DATA_DIR: path.join(folder, "data") };
      const random = seeded(seed);
      const load = new Load(ordersOf(random), inFlight);
      let node: NodeProcess | null = null;
      let store: Store | null = null;
      try {
        const key = await prepare(folder, env);
        node = await startNode(env);
        await createChannels(node, key);
        store = await openStore({
          dataDir: env.ZAIKU_DATA_DIR,
          databaseUrl: where.DATABASE_URL ?? null,
        });
        load.start();
        const slice = (buyers * 4) / (place.rounds + 1);
        for (let round = 1; round <= place.rounds; round += 1) {
          load.resume({ url: node.url, key });
          await load.after(Math.ceil(random() * slice * 1.6));
          await sleep(random() * killDelayMsMax);
          await node.kill();
          await load.pause();
          node = await startNode(env);
          await check(store, load, `after kill ${round}`);
          if (isLong) process.stderr.write(`${place.name}: killed ${round} times, ${load.answers} answers\n`);
        }
        load.resume({ url: node.url, key });
        await load.after(Infinity);
        await check(store, load, "at the end");
        assert.equal(load.said.size, buyers * 2);
        assert.ok(load.unanswered > 0, "some asks were under way when it was killed");
        const refused = [...load.said.values()].filter((said) => said === "refused").length;
        assert.equal(refused, buyers - units, "exactly so many as were too many");
        assert.equal(await node.stop(), 0);
        node = null;
      } finally {
        await load.end();
        await node?.kill();
        await store?.close();
        await drop();
        await remove();
      }
    });
  });
}
