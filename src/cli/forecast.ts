import { evaluateForecast, type LeadReport, type SkuHistory } from "../domain/live/forecast.ts";
import { bufferOf, onHand } from "../domain/rows.ts";
import { foldAll } from "../domain/live/fold.ts";
import type { Activity } from "../domain/live/activity.ts";
import { hostScreenDefault, newSlot, plannedSkus, type SessionPlan } from "../domain/live/session.ts";
import { withAhead } from "../domain/live/showings.ts";
import { broadcastDefaults, minuteMs, type Broadcast } from "../sim/broadcast.ts";
import { generateBroadcast } from "../sim/generate.ts";
import { skuHistories } from "../sim/history.ts";
import { playOffline } from "./broadcast/offline.ts";
import { tableLines } from "./columns.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags, UsageError, wholeNumber, type Flags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { withBooks, type Books } from "./workspace.ts";

const seedsDefault = 20;
const seedsMax = 500;
const seedMax = 1_000_000;
const activitiesPerPage = 1_000;
/** Simulated evenings begin at a moment that does not matter, so that the same seeds say the same. */
const simulatedOrigin = Date.parse("2026-11-11T12:00:00Z");

/** `forecast evaluate --session S` or `--sim --seeds 20 [--first-seed 1]`: what both ETAs said before each sell-out, and the truth. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("forecast", argv, io, async () => {
    const flags = parseFlags(argv, {
      flags: { session: "value", sim: "switch", seeds: "value", "first-seed": "value" },
      words: ["evaluate"],
    });
    if (flags.words[0] !== "evaluate")
      throw new UsageError(
        `没有 forecast ${flags.words[0]}，只有 evaluate`,
        "There is forecast evaluate and no other",
      );
    const histories = await historiesOf(flags, io);
    const report = evaluateForecast(histories);
    const soldOut = histories.filter(soldOutIn).length;
    if (flags.has("json")) io.out(JSON.stringify({ products: histories.length, soldOut, report }));
    else tell(report, histories.length, soldOut, io);
    return exitOk;
  });
}

/** It had units, and then for a moment it had none. */
function soldOutIn({ minutes }: SkuHistory): boolean {
  return minutes.some(({ lowest }, index) => lowest <= 0 && (minutes[index - 1]?.sellable ?? 0) > 0);
}

async function historiesOf(flags: Flags, io: Io): Promise<readonly SkuHistory[]> {
  const session = flags.value("session");
  if (flags.has("sim") === (session !== undefined))
    throw new UsageError("写 --session 场次，或 --sim，二选一", "Give --session or --sim, one of the two");
  if (session !== undefined) {
    return withBooks(flags, io, (books) => {
      if (books === null) throw unknownSession(session);
      return sessionHistories(books, session);
    });
  }
  const histories: SkuHistory[] = [];
  const seeds = wholeNumber(flags, "seeds", seedsMax) ?? seedsDefault;
  const first = wholeNumber(flags, "first-seed", seedMax) ?? 1;
  for (let index = 0; index < seeds; index += 1) {
    histories.push(...(await simulatedHistories(first + index)));
    if (io.isTty) io.raw(`\r\u001B[K${index + 1} / ${seeds}`);
  }
  if (io.isTty) io.raw("\r\u001B[K");
  return histories;
}

async function simulatedHistories(seed: number): Promise<readonly SkuHistory[]> {
  const broadcast = generateBroadcast({ ...broadcastDefaults, seed });
  const { store, shop } = await playOffline(broadcast, simulatedOrigin);
  const { items } = await store.read.stock(shop, { soldSince: simulatedOrigin, limit: 1_000 });
  const histories = await skuHistories(store.read, shop, {
    skus: new Map(items.map(({ sku, buffer }) => [sku, { buffer, holdMinutes: 15 }])),
    from: simulatedOrigin,
    to: simulatedOrigin + broadcast.durationMs,
  });
  await store.close();
  return withAhead(histories, { ...conductedAs(broadcast), from: simulatedOrigin });
}

/** The plan of a simulated evening, and how the pointer moved. */
function conductedAs({ plan, channels, durationMs, items }: Broadcast): {
  readonly plan: SessionPlan;
  readonly activities: readonly Activity[];
} {
  const moves = items.flatMap((item) => (item.kind === "pointer" ? [item] : []));
  return {
    plan: {
      id: plan.id,
      title: plan.title,
      channels: channels.map(({ channel }) => channel),
      rooms: [],
      startsAt: simulatedOrigin,
      endsAt: simulatedOrigin + durationMs,
      hostScreen: hostScreenDefault,
      slots: plan.slots.map(({ id, sku, minutes, target }) => ({ ...newSlot(id, sku), minutes, target })),
    },
    activities: moves.map(({ at, slot }, index) => ({
      seq: index + 1,
      session: plan.id,
      at: simulatedOrigin + at,
      actor: "sim",
      kind: "pointer",
      body: { slot, by: "api" },
    })),
  };
}

function unknownSession(session: string): CommandError {
  return new CommandError("unknown_session", `没有场次 ${session}`, `There is no session ${session}`);
}

/** From when it went live to when it ended, or to its last activity. */
async function sessionHistories({ store, shop }: Books, session: string): Promise<readonly SkuHistory[]> {
  const document = await store.read.document(shop.shop, "session", session);
  if (document === null) throw unknownSession(session);
  const plan = document.body as SessionPlan;
  const activities: Activity[] = [];
  for (let after = 0; ;) {
    const page = await store.activities.since(shop.shop, session, after, activitiesPerPage);
    activities.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < activitiesPerPage) break;
    after = last.seq;
  }
  const { liveSince, endedAt } = foldAll(session, activities);
  if (liveSince === null) {
    throw new CommandError(
      "not_live",
      `场次 ${session} 还没有开播过，没有可比的`,
      `Session ${session} was never on the air: there is nothing to compare with`,
    );
  }
  const channels = await store.read.channels(shop.shop);
  const holds = channels
    .filter(({ channel }) => plan.channels.includes(channel))
    .map((one) => one.holdMinutes);
  const holdMinutes = holds.length === 0 ? 0 : Math.max(...holds);
  const skus = new Map<string, { buffer: number; holdMinutes: number }>();
  for (const sku of plannedSkus(plan)) {
    const found = await store.read.sku(shop.shop, sku);
    if (found === null) continue;
    const units = found.stocks.reduce((sum, stock) => sum + onHand(stock), 0);
    skus.set(sku, { buffer: bufferOf(found.sku, units), holdMinutes });
  }
  const to = endedAt ?? (activities.at(-1)?.at ?? liveSince) + minuteMs;
  const histories = await skuHistories(store.read, shop.shop, { skus, from: liveSince, to });
  return withAhead(histories, { plan, activities, from: liveSince });
}

function tell(report: readonly LeadReport[], products: number, soldOut: number, io: Io): void {
  const right = { align: "right" } as const;
  const minutes = (value: number | null): string => (value === null ? "–" : value.toFixed(1));
  const columns = [
    { title: say(io, "售罄前（分钟）", "Minutes before"), ...right },
    { title: say(io, "例数", "Cases"), ...right },
    { title: say(io, "近 30 分钟法 误差中位数", "Plain: median error"), ...right },
    { title: say(io, "爆发感知法 误差中位数", "Burst-aware: median error"), ...right },
    { title: say(io, "落在 P10–P90", "Within P10–P90"), ...right },
  ];
  const rows = report.map(({ minutesBefore, cases, plain, burst, coverage }) => [
    String(minutesBefore),
    String(cases),
    minutes(plain.medianError),
    minutes(burst.medianError),
    coverage === null ? "–" : `${Math.round(coverage * 100)} %`,
  ]);
  io.out(
    say(
      io,
      `${products} 个商品，其中 ${soldOut} 个卖空`,
      `${products} products, ${soldOut} of them sold out`,
    ),
  );
  for (const line of tableLines(columns, rows)) io.out(line);
}
