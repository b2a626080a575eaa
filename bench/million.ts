import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { residentBytes } from "./lib/resident.ts";
import { load } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { createRandom, createZipf } from "./lib/random.ts";
import { atMost, number, type Row, type Section } from "./lib/report.ts";
import { createKey } from "./lib/zaiku.ts";

/**
 * Does a shop with a million orders still start, answer and prove itself at once? The orders come in as a shop's
 * would: as a file, through the command line. Then the server starts on them.
 */

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const skuCount = 2_000;
const channelDays = 30;
const buyers = 200_000;
const rowsPerPiece = 10_000;
const pageRequests = 20;
const goals = { residentMb: 400, startSeconds: 2, pageMs: 100, verifySeconds: 15 };
const mb = 1_000_000;
const commandMsMax = 300_000;

interface Ran {
  readonly seconds: number;
  readonly residentMb: number;
  readonly answer: Record<string, unknown>;
}

/** Runs a command of the product that answers with one JSON object, and watches how large it becomes. */
async function runCommand(args: readonly string[], dataDir: string): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, ...args, "--json", "--data-dir", dataDir], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: commandMsMax,
  });
  let largest = 0;
  const watch = setInterval(() => {
    largest = Math.max(largest, residentBytes(child.pid ?? 0, "VmHWM") || 0);
  }, 50);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-2_000);
  });
  const [status] = (await once(child, "close")) as [number | null];
  clearInterval(watch);
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${text}${complaint}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, residentMb: largest / mb, answer: JSON.parse(text) as Record<string, unknown> };
}

function codeOf(index: number): string {
  return String(10_000 + index);
}

async function writePieces(file: string, pieces: Iterable<string>): Promise<void> {
  const out = createWriteStream(file);
  for (const piece of pieces) if (!out.write(piece)) await once(out, "drain");
  out.end();
  await once(out, "close");
}

function* stockPieces(units: number): Generator<string> {
  yield "商家编码,商品名称,类目,售价(元),库存数量,库位\n";
  for (let index = 0; index < skuCount; index += 1) {
    yield `${codeOf(index)},商品 ${index + 1} 号,类目${index % 12},${(index % 90) + 9}.90,${units},A-${index % 40}-${index % 9}\n`;
  }
}

/** Invoice lines over the last days, one line an order, later ones later in the file. */
function* orderPieces(orders: number, seed: number): Generator<string> {
  const random = createRandom(seed);
  const zipf = createZipf(skuCount, random);
  const from = Date.now() - (channelDays + 1) * 86_400_000;
  yield "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  for (let start = 0; start < orders; start += rowsPerPiece) {
    let text = "";
    for (let index = start; index < Math.min(orders, start + rowsPerPiece); index += 1) {
      const at = new Date(from + (index / orders) * channelDays * 86_400_000);
      const day = `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear() % 100}`;
      const time = `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
      const quantity = random() < 0.85 ? 1 : 2;
      const buyer = 10_000 + Math.floor(random() * buyers);
      text += `${5_000_000 + index},${codeOf(zipf())},商品,${quantity},${day} ${time},19.90,${buyer},China\n`;
    }
    yield text;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly seconds: number;
}

/** From the start of the process to the first answer of the page's own first request. */
async function startServer(dataDir: string): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main, "serve", "--data-dir", dataDir, "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
    timeout: commandMsMax,
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    if (Number.isNaN(port)) continue;
    await fetch(`http://127.0.0.1:${port}/api/v1/me`);
    child.stdout.resume();
    return { child, port, seconds: (performance.now() - startedAt) / 1_000 };
  }
  throw new Error("The server did not start.");
}

async function stopServer({ child }: Started): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "close");
}

async function timeRequests(server: Started, key: string, target: string): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < pageRequests; request += 1) {
    const startedAt = performance.now();
    const response = await fetch(`http://127.0.0.1:${server.port}${target}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${target}: ${response.status}`);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** The channel that the load sells on; the file's orders are of another. */
async function putChannel({ port }: Started, key: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/channels/douyin`, {
    method: "PUT",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ platform: "douyin" }),
  });
  if (!response.ok) throw new Error(`The channel was not made: ${response.status}`);
}

function pageRow(what: string, target: string, times: readonly number[]): Row {
  const goal = atMost(Math.max(...times), goals.pageMs, "ms, the slowest");
  return { what, setting: target, unit: `ms, ${pageRequests} requests`, rounds: times, goals: [goal] };
}

async function serveRows(dataDir: string, plan: Plan, tell: (text: string) => void): Promise<Row[]> {
  const key = createKey(dataDir, null);
  const starts: number[] = [];
  for (let start = 1; start < plan.rounds; start += 1) {
    const server = await startServer(dataDir);
    starts.push(server.seconds);
    await stopServer(server);
  }
  const server = await startServer(dataDir);
  starts.push(server.seconds);
  try {
    tell("pages");
    const hot = codeOf(0);
    const pages: [string, string][] = [
      ["Stock page", "/api/v1/stock"],
      ["Stock page, fewest sellable first", "/api/v1/stock?sort=sellable"],
      ["Stock page, search", "/api/v1/stock?search=1999"],
      ["Why this number, the hottest SKU", `/api/v1/stock/${hot}`],
      ["History, the hottest SKU", `/api/v1/stock/${hot}/journal`],
      ["Orders page, the hottest SKU", `/api/v1/orders?sku=${hot}`],
    ];
    const rows: Row[] = [];
    for (const [what, target] of pages)
      rows.push(pageRow(what, target, await timeRequests(server, key, target)));
    tell("reservations");
    await putChannel(server, key);
    const resting = residentBytes(server.child.pid ?? 0) / mb;
    const sold = await load({
      port: server.port,
      path: "/api/v1/reservations",
      key,
      sku: codeOf(1),
      prefix: "million",
      connections: 64,
      seconds: plan.quick ? 1 : 5,
    });
    const largest = residentBytes(server.child.pid ?? 0, "VmHWM") / mb;
    const rate = sold.requests / sold.seconds;
    return [
      {
        what: "Start of the server",
        setting: "process to first answer",
        unit: "s",
        rounds: starts,
        goals: [atMost(Math.max(...starts), goals.startSeconds, "s")],
      },
      ...rows,
      {
        what: "Reservations on top",
        setting: "64 connections",
        unit: "requests/s",
        rounds: [rate],
        p50Ms: sold.p50Ms,
        p99Ms: sold.p99Ms,
      },
      {
        what: "Memory of the server",
        setting: "resident after the pages; at most, reservations included",
        unit: "MB",
        rounds: [resting, largest],
        goals: [atMost(largest, goals.residentMb, "MB")],
      },
    ];
  } finally {
    await stopServer(server);
  }
}

export async function million(plan: Plan, tell: (text: string) => void): Promise<Section> {
  const orders = plan.quick ? 100_000 : 1_000_000;
  const folder = mkdtempSync(path.join(plan.dir, "zaiku-million-"));
  try {
    const dataDir = path.join(folder, "data");
    const stock = path.join(folder, "stock.csv");
    const file = path.join(folder, "orders.csv");
    tell("writing the files");
    await writePieces(stock, stockPieces(orders));
    await writePieces(file, orderPieces(orders, plan.seed));
    tell("importing");
    await runCommand(["import", "stock", stock], dataDir);
    const imported = await runCommand(["import", "orders", file, "--profile", "retail-week"], dataDir);
    const bytes = statSync(path.join(dataDir, "zaiku.db")).size;
    const served = await serveRows(dataDir, plan, tell);
    tell("verifying");
    const verified = await runCommand(["verify"], dataDir);
    const rows: Row[] = [
      {
        what: "Import of the orders' file",
        setting: "CSV, 1 line an order",
        unit: "lines/s",
        rounds: [orders / imported.seconds],
      },
      {
        what: "Memory of the import",
        setting: "resident, at most",
        unit: "MB",
        rounds: [imported.residentMb],
      },
      {
        what: "Database",
        setting: `${number(bytes / orders)} bytes an order`,
        unit: "MB",
        rounds: [bytes / mb],
      },
      ...served,
      {
        what: "verify",
        setting: `${number(Number(verified.answer.entries))} movements, ok: ${String(verified.answer.ok)}`,
        unit: "s",
        rounds: [verified.seconds],
        goals: [atMost(verified.seconds, goals.verifySeconds, "s")],
      },
      {
        what: "Memory of verify",
        setting: "resident, at most",
        unit: "MB",
        rounds: [verified.residentMb],
        goals: [atMost(verified.residentMb, goals.residentMb, "MB")],
      },
    ];
    return {
      id: "million",
      title: `${number(orders)} orders in SQLite`,
      rows,
      notes: [
        `${number(skuCount)} SKUs (zipf: the hottest has an eighth of the orders), ${number(buyers)} buyers, ${channelDays} days, nothing shipped.`,
        ...(plan.quick ? ["--quick: a tenth of a million."] : []),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
