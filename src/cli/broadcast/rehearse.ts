import { systemClock } from "../../engine/clock.ts";
import { dayMs, minuteMs, type Broadcast, type SimChannel } from "../../sim/broadcast.ts";
import { SimClock } from "../../sim/clock.ts";
import { skuHistories } from "../../sim/history.ts";
import { generateRehearsal, type RehearsalProduct } from "../../sim/rehearsal.ts";
import { SqliteStore } from "../../store/sqlite/store.ts";
import { grouped, tableLines } from "../columns.ts";
import { exitFailure, exitOk } from "../exit.ts";
import { CommandError } from "../failure.ts";
import { UsageError, wholeNumber, type Flags } from "../flags.ts";
import { say, type Io } from "../io.ts";
import { databaseFile } from "../open-store.ts";
import { configOf } from "../workspace.ts";
import { copyBooks } from "./copy-books.ts";
import { playerOf, speedOf, verifyBooks } from "./play.ts";
import { openStage, type Stage } from "./stage.ts";
import { clockText, PlayLine } from "./tell.ts";

/** A planned session on a copy of the shop's data. Nothing of the copy reaches anybody, and it is thrown away. */

const historyDays = 28;
const leadMs = minuteMs;
const minutesMax = 480;
/** These ask before they sell. */
const strictPlatforms = new Set(["wechat", "manual", "shopify"]);

interface Asked {
  readonly session: string;
  readonly speed: number;
  readonly seed: number;
  readonly scale: number;
}

/** The plan as the API answers it: what of it is needed here. */
interface PlanItem {
  readonly id: string;
  readonly title: string;
  readonly channels: readonly string[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly slots: readonly {
    readonly id: string;
    readonly sku: string;
    readonly minutes: number;
    readonly target: number | null;
  }[];
}

/** @param folder an empty one, that the caller removes. @returns the exit status */
export async function rehearse(folder: string, flags: Flags, io: Io): Promise<number> {
  const asked = askedOf(flags);
  await copyBooks(configOf(flags, io), folder);
  const now = systemClock.now();
  const clock = new SimClock(now, asked.speed, { mayLead: true });
  const stage = await openStage({ dataDir: folder, clock }, io);
  try {
    await clock.reach(now);
    const origin = now + leadMs;
    const plan = await copyPlan(stage, asked.session, origin);
    const { products, broadcast, wanted } = await prepare(stage, plan, asked, now);
    const line = new PlayLine(broadcast, io);
    const player = playerOf(stage, broadcast, {
      origin,
      speed: asked.speed,
      onProgress: (progress) => line.show(progress),
    });
    await player.play();
    line.end();
    const rows = await outcomes(stage, { plan, products, wanted, origin, broadcast });
    const verification = await verifyBooks(stage);
    if (flags.has("json"))
      io.out(JSON.stringify({ session: asked.session, rows, tally: player.tally, verification }));
    else tell(rows, player.tally.failures, io);
    return verification.ok ? exitOk : exitFailure;
  } finally {
    await stage.close();
  }
}

function askedOf(flags: Flags): Asked {
  const session = flags.value("session");
  if (session === undefined) throw new UsageError("彩排要写 --session 场次", "A rehearsal needs --session");
  const scale = Number(flags.value("scale") ?? 1);
  if (!(scale > 0 && scale <= 100))
    throw new UsageError("--scale 要在 0 到 100 之间", "--scale takes a number above 0, up to 100");
  return {
    session,
    scale,
    speed: speedOf(flags, Infinity),
    seed: wholeNumber(flags, "seed", 2_147_483_647) ?? 1,
  };
}

async function get<T>(stage: Stage, where: string): Promise<T> {
  const { status, body } = await stage.wire({ method: "GET", path: where });
  if (status === 200) return body as T;
  throw new Error(`GET ${where}: ${status}`);
}

/** A past session can be rehearsed as well as one to come: either way it is a new one that goes live. */
async function copyPlan(stage: Stage, session: string, origin: number): Promise<PlanItem> {
  const { status, body } = await stage.wire({
    method: "POST",
    path: `/api/v1/sessions/${encodeURIComponent(session)}/copies`,
    body: { startsAt: new Date(origin).toISOString() },
  });
  if (status < 300) return body as PlanItem;
  if (status === 404)
    throw new CommandError("unknown_session", `没有场次 ${session}`, `There is no session ${session}`);
  throw new Error(`the session was not copied: ${status} ${JSON.stringify(body)}`);
}

async function prepare(stage: Stage, plan: PlanItem, { scale, seed }: Asked, now: number) {
  const store = new SqliteStore(databaseFile(stage.config));
  try {
    const [shop] = await store.shops();
    if (shop === undefined) throw new Error("There is no shop in the books");
    const sales = await store.read.sales(shop.shop, { from: now - historyDays * dayMs, to: now });
    const products: RehearsalProduct[] = [];
    for (const sku of new Set(plan.slots.map((slot) => slot.sku))) {
      const found = await store.read.sku(shop.shop, sku);
      if (found === null) continue;
      const targets = plan.slots.reduce((sum, slot) => sum + (slot.sku === sku ? (slot.target ?? 0) : 0), 0);
      products.push({
        code: sku,
        name: found.sku.name,
        price: found.sku.price,
        deductAt: found.sku.deductAt,
        presale: found.sku.presaleQuota !== null && found.stocks.every((stock) => stock.available === 0),
        available: found.stocks.reduce((sum, stock) => sum + stock.available, 0),
        demand: Math.max(targets, bestDay(sales, sku)) * scale,
      });
    }
    const channels = await channelsOf(stage, plan, sales);
    const minutes = plan.slots.reduce((sum, slot) => sum + slot.minutes, 0);
    const { broadcast, wanted } = generateRehearsal({
      seed,
      plan: { id: plan.id, title: plan.title },
      slots: plan.slots,
      durationMinutes: Math.min(minutesMax, Math.max(1, minutes)),
      products,
      channels,
    });
    return { products, broadcast, wanted };
  } finally {
    await store.close();
  }
}

type Sales = readonly {
  readonly minute: number;
  readonly sku: string;
  readonly channel: string;
  readonly sold: number;
  readonly presold: number;
}[];

/** The most units that it sold on one day of the last four weeks. */
function bestDay(sales: Sales, sku: string): number {
  const days = new Map<number, number>();
  for (const sale of sales) {
    if (sale.sku !== sku) continue;
    const day = Math.floor((sale.minute * minuteMs) / dayMs);
    days.set(day, (days.get(day) ?? 0) + sale.sold + sale.presold);
  }
  return Math.max(0, ...days.values());
}

/** The session's channels, each with the part of all sales that it had; one that never sold gets a little. */
async function channelsOf(stage: Stage, plan: PlanItem, sales: Sales): Promise<SimChannel[]> {
  const { items } = await get<{
    items: readonly { channel: string; platform: string; name: string; holdMinutes: number }[];
  }>(stage, "/api/v1/channels");
  return items
    .filter(({ channel }) => plan.channels.includes(channel))
    .map((one) => ({
      ...one,
      room: one.channel,
      strict: strictPlatforms.has(one.platform),
      share: 1 + sales.reduce((sum, sale) => sum + (sale.channel === one.channel ? sale.sold : 0), 0),
    }));
}

interface Row {
  readonly sku: string;
  readonly name: string;
  readonly before: number;
  readonly wanted: number;
  readonly sold: number;
  readonly shortage: number;
  readonly left: number;
  /** Milliseconds from the beginning; null: it never ran out. */
  readonly soldOutAt: number | null;
}

async function outcomes(
  stage: Stage,
  {
    plan,
    products,
    wanted,
    origin,
    broadcast,
  }: {
    readonly plan: PlanItem;
    readonly products: readonly RehearsalProduct[];
    readonly wanted: ReadonlyMap<string, number>;
    readonly origin: number;
    readonly broadcast: Broadcast;
  },
): Promise<Row[]> {
  const store = new SqliteStore(databaseFile(stage.config));
  try {
    const [shop] = await store.shops();
    if (shop === undefined) throw new Error("There is no shop in the books");
    const histories = await skuHistories(store.read, shop.shop, {
      skus: new Map(products.map(({ code }) => [code, { buffer: 0, holdMinutes: 0 }])),
      from: origin,
      to: origin + broadcast.durationMs,
    });
    const sales = await store.read.sales(shop.shop, {
      from: origin,
      to: origin + broadcast.endMs,
      session: plan.id,
    });
    const rows: Row[] = [];
    for (const { code, name, available } of products) {
      const stocks = (await store.read.sku(shop.shop, code))?.stocks ?? [];
      const minutes = histories.find(({ sku }) => sku === code)?.minutes ?? [];
      const out = minutes.findIndex(({ lowest }) => lowest <= 0);
      rows.push({
        sku: code,
        name,
        before: available,
        wanted: wanted.get(code) ?? 0,
        sold: sales.reduce((sum, sale) => sum + (sale.sku === code ? sale.sold + sale.presold : 0), 0),
        shortage: stocks.reduce((sum, stock) => sum + stock.shortage, 0),
        left: stocks.reduce((sum, stock) => sum + stock.available, 0),
        soldOutAt: out < 0 ? null : out * minuteMs,
      });
    }
    return rows;
  } finally {
    await store.close();
  }
}

function tell(rows: readonly Row[], failures: Readonly<Record<string, number>>, io: Io): void {
  const right = { align: "right" } as const;
  const columns = [
    { title: "SKU", widthMax: 16 },
    { title: say(io, "名称", "Name"), widthMax: 26 },
    { title: say(io, "开播时可用", "Available"), ...right },
    { title: say(io, "想买", "Wanted"), ...right },
    { title: say(io, "卖出", "Sold"), ...right },
    { title: say(io, "超卖", "Short"), ...right },
    { title: say(io, "剩余", "Left"), ...right },
    { title: say(io, "卖空于", "Sold out"), ...right },
  ];
  for (const text of tableLines(
    columns,
    rows.map((row) => [
      row.sku,
      row.name,
      ...[row.before, row.wanted, row.sold, row.shortage, row.left].map(grouped),
      row.soldOutAt === null ? "–" : clockText(row.soldOutAt),
    ]),
  ))
    io.out(text);
  for (const [what, count] of Object.entries(failures))
    io.out(say(io, `未成功 ${count} 次：${what}`, `Failed ${count} times: ${what}`));
  io.out(say(io, "演练在副本上进行，账目未变", "It was played on a copy: the books are as they were"));
}
