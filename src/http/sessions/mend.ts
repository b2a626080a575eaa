import type { FastifyRequest } from "fastify";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import type { FixBody } from "../../api/sessions.ts";
import type { Scope } from "../../api/shop.ts";
import type { AdjustAction, Command, SkuChange } from "../../domain/command.ts";
import type { Fix, FixId, PrecheckLine } from "../../domain/live/precheck.ts";
import type { SessionPlan, Slot } from "../../domain/live/session.ts";
import type { Placement } from "../../domain/rows.ts";
import { countRequestKind, type Precheck } from "../../engine/sessions/precheck.ts";
import { requireDone } from "../answers.ts";
import { identityOf, type RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { refusedProblem, requireActed } from "./refused.ts";

/** One tap on a line of the precheck. Each is a command or a change that somebody could have made by hand. */

/** What a fix needs beside the right to run sessions; null: it is done by somebody or something else. */
const scopeOf: Readonly<Record<FixId, Scope | null>> = {
  create_sku: "catalog:write",
  unplan: "catalog:write",
  lower_target: "catalog:write",
  ask_supplier: null,
  open_spot_count: "session:write",
  push_stock: null,
  set_aside: "stock:write",
  move_to_quarantine: "stock:write",
  put_away: "stock:write",
  compare_export: null,
  map_listing: null,
  resume_selling: "catalog:write",
  set_buffer: "catalog:write",
  set_limit: "catalog:write",
  test_connector: null,
  test_robot: "session:write",
};

interface Elsewhere {
  readonly page: string;
  readonly zh: string;
  readonly en: string;
}

const elsewhere: Partial<Readonly<Record<FixId, Elsewhere>>> = {
  ask_supplier: {
    page: "ask_supplier",
    zh: "请用「催补货」发给供应商",
    en: "Ask the supplier with the action ask_supplier",
  },
  push_stock: {
    page: "/channels",
    zh: "请到渠道页重新同步库存",
    en: "Send the stock again on the Channels page",
  },
  compare_export: {
    page: "/reconcile",
    zh: "请到对账页上传这个渠道导出的订单",
    en: "Send the channel's export on the Reconcile page",
  },
  map_listing: {
    page: "/channels",
    zh: "请到渠道页把链接对应到商品",
    en: "Map the listing on the Channels page",
  },
  test_connector: {
    page: "/channels",
    zh: "请到渠道页测试连接",
    en: "Test the connection on the Channels page",
  },
};

/** One tap, with everything that doing it needs. */
interface Tap {
  readonly context: RouteContext;
  readonly request: FastifyRequest;
  readonly plan: SessionPlan;
  readonly precheck: Precheck;
  readonly line: PrecheckLine;
  readonly sku: string;
  /** As the list has it, with the units that the person chose. */
  readonly fix: Fix;
  readonly toBin: string | undefined;
}

/** @throws ProblemError `list_changed` where the line does not ask for it any more; `fix_elsewhere`; refusals */
export async function mend(
  context: RouteContext,
  request: FastifyRequest,
  plan: SessionPlan,
  precheck: Precheck,
  body: FixBody,
): Promise<void> {
  const line = precheck.lines.find(({ id }) => id === body.line);
  const offered = line?.fixes.find((fix) => matches(fix, body));
  if (line === undefined || offered === undefined)
    throw refusedProblem({
      code: "list_changed",
      words: {
        zh: "这一项刚刚变了，请再看一遍",
        en: "This line has just changed: look at it again",
      },
    });
  const scope = scopeOf[offered.action];
  if (scope !== null && !identityOf(request).scopes.has(scope))
    throw new ProblemError("forbidden", { scope });
  const sku = line.sku ?? line.id.slice(line.id.indexOf(":") + 1);
  const fix = { ...offered, ...(body.units === undefined ? {} : { units: body.units }) };
  await apply({ context, request, plan, precheck, line, sku, fix, toBin: body.toBin });
}

function matches(fix: Fix, body: FixBody): boolean {
  if (fix.action !== body.action) return false;
  return (["warehouse", "bin", "lot", "channel"] as const).every(
    (name) => body[name] === undefined || fix[name] === undefined || fix[name] === body[name],
  );
}

async function apply(tap: Tap): Promise<void> {
  const { sku, fix, plan } = tap;
  switch (fix.action) {
    case "create_sku":
      return putSku(tap, {});
    case "resume_selling":
      return putSku(tap, { selling: true });
    case "set_buffer":
      return putSku(tap, { bufferUnits: fix.units ?? 0 });
    case "set_limit":
      return putSku(tap, { limitPerBuyer: Math.max(1, fix.units ?? 1) });
    case "unplan":
      return changePlan(tap, (now) => ({ ...now, slots: now.slots.filter((slot) => slot.sku !== sku) }));
    case "lower_target":
      return changePlan(tap, (now) => ({ ...now, slots: loweredTo(now.slots, sku, fix.units ?? 0) }));
    case "open_spot_count":
      return openCount(tap, `${plan.id}:${sku}`);
    case "move_to_quarantine":
      return adjust(tap, "quarantine", [fix]);
    case "put_away":
      return adjust(tap, "put_away", [{ ...fix, toBin: await targetBin(tap) }]);
    case "set_aside":
      return adjust(tap, "put_away", await asideMoves(tap));
    case "test_robot":
      return testRobot(tap, sku);
    case "ask_supplier":
    case "push_stock":
    case "compare_export":
    case "map_listing":
    case "test_connector": {
      const { page = "", zh = "", en = "" } = elsewhere[fix.action] ?? {};
      throw refusedProblem({ code: "fix_elsewhere", words: { zh, en } }, { page });
    }
  }
}

async function submit({ context, request }: Tap, command: Command): Promise<void> {
  const { batcher } = await context.shopOf(request);
  requireDone(await batcher.submit(command));
}

async function putSku(tap: Tap, change: Omit<SkuChange, "code">): Promise<void> {
  const { actor, at } = tap.context.caller(tap.request);
  await submit(tap, { type: "putSkus", actor, at, items: [{ ...change, code: tap.sku }] });
}

async function changePlan(tap: Tap, change: (plan: SessionPlan) => SessionPlan): Promise<void> {
  const { sessions } = await tap.context.shopOf(tap.request);
  const { actor } = tap.context.caller(tap.request);
  const acted = await sessions.changePlan(
    tap.plan.id,
    ({ plan, state }) => {
      const changed = change(plan);
      const current = state.life === "live" ? state.pointer?.slot : undefined;
      if (current === undefined || changed.slots.some(({ id }) => id === current)) return changed;
      const words = {
        zh: "正在讲解的商品不能移出排品，请先切换到别的商品",
        en: "The product that is on cannot leave the run-of-show: go to another first",
      };
      return { ok: false, code: "invalid_plan", words };
    },
    actor,
  );
  requireActed(acted);
}

/** The units shared out over a product's slots as their targets are; a slot that gets none has no plan. */
export function loweredTo(slots: readonly Slot[], sku: string, units: number): readonly Slot[] {
  const planned = slots.filter((slot) => slot.sku === sku && slot.target !== null);
  const sum = planned.reduce((total, slot) => total + (slot.target ?? 0), 0);
  if (sum <= units) return slots;
  const shares = new Map(planned.map(({ id, target }) => [id, Math.floor(((target ?? 0) * units) / sum)]));
  let left = units - [...shares.values()].reduce((total, share) => total + share, 0);
  for (const [id, share] of shares) {
    if (left <= 0) break;
    shares.set(id, share + 1);
    left -= 1;
  }
  return slots.map((slot) => {
    const share = shares.get(slot.id);
    return share === undefined ? slot : { ...slot, target: share === 0 ? null : share };
  });
}

async function openCount(tap: Tap, id: string): Promise<void> {
  const { context, request, plan, sku } = tap;
  const { id: shop } = await context.shopOf(request);
  const before = await context.store.read.document(shop, countRequestKind, id);
  const { actor, at } = context.caller(request);
  const body = { session: plan.id, sku, state: "open", askedAt: at, askedBy: actor };
  await putDocument(context, request, { kind: countRequestKind, id, version: before?.version ?? 0, body });
}

type Move = Pick<Fix, "units" | "warehouse" | "bin" | "lot"> & { readonly toBin?: string };

/** One movement after the other; the first that is refused stops the rest. */
async function adjust(tap: Tap, action: AdjustAction, moves: readonly Move[]): Promise<void> {
  const { context, request, sku, plan } = tap;
  const { actor, at } = context.caller(request);
  for (const { units = 0, warehouse = "main", bin, lot, toBin } of moves) {
    await submit(tap, {
      type: "adjust",
      actor,
      at,
      key: `precheck:${plan.id}:${context.clock.random(8)}`,
      action,
      warehouse,
      sku,
      quantity: units,
      ...(bin === undefined ? {} : { bin }),
      ...(lot === undefined ? {} : { lot }),
      ...(toBin === undefined ? {} : { toBin }),
      note: "开播前检查",
    });
  }
}

async function goodPlacements({ context, request, sku }: Tap): Promise<readonly Placement[]> {
  const { id } = await context.shopOf(request);
  const found = await context.store.read.sku(id, sku);
  return (found?.placements ?? [])
    .filter(({ quality, quantity }) => quality === "good" && quantity > 0)
    .toSorted((a, b) => b.quantity - a.quantity);
}

/** Where the person said, else where most of its units are already. */
async function targetBin(tap: Tap): Promise<string> {
  if (tap.toBin !== undefined) return tap.toBin;
  const { fix, precheck } = tap;
  const { setAsideBin } = precheck.settings;
  const home = (await goodPlacements(tap)).find(
    ({ bin, warehouse }) =>
      bin !== "" && bin !== fix.bin && warehouse === fix.warehouse && !bin.startsWith(setAsideBin),
  );
  if (home !== undefined) return home.bin;
  throw invalidBody({
    path: "toBin",
    problem: "no shelf holds this product yet: say to which bin it goes",
    problemZh: "这个商品还没有库位，请填写要放到哪个库位",
  });
}

/** Good units from the shelves, the fullest first, to where sold goods wait for their parcels. */
async function asideMoves(tap: Tap): Promise<readonly Move[]> {
  const { setAsideBin } = tap.precheck.settings;
  const moves: Move[] = [];
  let left = tap.fix.units ?? 0;
  for (const { quantity, warehouse, bin, lot } of await goodPlacements(tap)) {
    if (left <= 0) break;
    if (bin.startsWith(setAsideBin)) continue;
    const units = Math.min(left, quantity);
    moves.push({ units, warehouse, bin, lot, toBin: tap.toBin ?? setAsideBin });
    left -= units;
  }
  return moves;
}

/** A message through the outbox, as an alert would go: the line shows what became of it. */
async function testRobot({ context, request, plan }: Tap, robot: string): Promise<void> {
  const { id: shop } = await context.shopOf(request);
  const at = context.clock.now();
  const key = `test/${context.clock.random(8)}`;
  const notice = {
    key,
    topic: "reminder",
    session: plan.id,
    severity: 1,
    title: { zh: "在库 测试消息", en: "Zaiku test message" },
    text: {
      zh: `「${plan.title}」开播前检查：收到它，说明预警能送到这里。`,
      en: `Precheck of “${plan.title}”: alerts will reach you here.`,
    },
    link: `/sessions/${encodeURIComponent(plan.id)}/precheck`,
    at,
  } as const;
  const delivery = { message: key, robot, topic: notice.topic, session: plan.id, createdAt: at };
  await context.store.deliveries.put(shop, [{ ...delivery, payload: JSON.stringify(notice) }]);
}
